#pragma once
/*
 * What the fake bank knows, in a file mapped into memory: it outlives the gateway, also one that is
 * killed. One process uses it at a time.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/adapter.h"

enum {
    FAKE_ENTRY_COUNT = 1 << 15, /* a power of two, twice the payments at least */
    FAKE_DAY_COUNT = 16,
    FAKE_TRACE_COUNT = 1000000,
    FAKE_ADVICE_COUNT = 256,
};

enum fake_state {
    FAKE_UNKNOWN = 1, /* asked for by the gateway; nothing has reached the bank */
    FAKE_LATE,        /* on its way: paid at due_us unless refused before */
    FAKE_PENDING,     /* decided at due_us */
    FAKE_PAID,
    FAKE_REJECTED,
    FAKE_REVERSED, /* paid, taken back */
    FAKE_REFUSED,  /* a reversal came first: never to be paid */
};

struct fake_entry {
    char reference[ADAPTER_REFERENCE_SIZE];
    _Atomic int32_t state; /* 0 = free */
    bool stands_by;        /* refuses to take back what is paid */
    bool is_sent;          /* an answer other than "not sent" may have been given */
    bool is_returned;      /* comes back as an advice */
    bool is_return_booked;
    int64_t amount_minor;
    int64_t due_us;
    int64_t reversal_count;
};

struct fake_advice {
    int64_t amount_minor;
    bool is_accepted;
};

struct fake_book {
    struct fake_entry entries[FAKE_ENTRY_COUNT];
    struct fake_advice advices[FAKE_ADVICE_COUNT];
    uint8_t traces[FAKE_DAY_COUNT][FAKE_TRACE_COUNT / 8];
    date_days first_day;
    date_days today;
    int64_t pay_count;
    int64_t inquiry_count;
    int64_t reversal_count;
    int64_t totals_count;
    int64_t told_equal_count;
    int64_t told_differ_count;
    _Atomic int64_t reply_count;   /* to what a test let it say */
    _Atomic int64_t last_reply;    /* enum adapter_reply */
    struct day_totals last_totals; /* asked for */
    /* faults of the gateway */
    int64_t paid_twice_count;
    int64_t trace_twice_count;
    int64_t sent_twice_count;
    int64_t reversal_number_count; /* attempts that do not count up */
};

struct fake_book *fake_book_open(const char *path);
void fake_book_close(struct fake_book *book);
/* From here on the caller holds the lock of its bank. Found or made. */
struct fake_entry *fake_book_entry(struct fake_book *book, const char *reference);
/* The gateway has asked for it to be paid: its faults are counted here. */
void fake_book_note(struct fake_book *book, const struct payment_order *order);
void fake_book_pay(struct fake_book *book, struct fake_entry *entry);
enum adapter_outcome fake_book_reverse(struct fake_entry *entry);
