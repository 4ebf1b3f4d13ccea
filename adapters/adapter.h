#pragma once
/*
 * What every way to a bank offers, in neutral words. Adapters turn these into messages:
 * adapters/link (ISO 8583 over persistent connections), adapters/exchange (ISO 20022 by HTTPS and
 * directory).
 *
 *            request (pay, inquire, reverse, totals)
 *   gateway ─────────────────────────────────────────> adapter ───> bank
 *           <───────── answered · advised · told totals · cut over · changed
 *
 * An adapter never decides about money. It sends what it is asked once (reversals are repeated by
 * whoever asked), says what came back, and where nothing came back says ADAPTER_UNKNOWN: an unknown
 * outcome is a state, never an error and never a reason to send a payment again.
 *
 * Every accepted request is answered exactly once. Events come on the adapter's own thread;
 * requests and replies may come from any thread. Texts are UTF-8, "" = absent. Names and accounts
 * are personal: never in logs.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "ledger/base/status.h"

enum {
    ADAPTER_REFERENCE_SIZE = 36,
    ADAPTER_CODE_SIZE = 9,
    ADAPTER_REASON_SIZE = 200,
};

enum adapter_act {
    ADAPTER_PAY = 1, /* 0200, pacs.008 */
    ADAPTER_INQUIRE, /* what became of a payment: 0200 with the link's inquiry code */
    ADAPTER_REVERSE, /* 0420 (0421 from the second attempt on), camt.056 */
    ADAPTER_TOTALS,  /* 0520: our totals of a closed day, for the bank to compare */
};

/* One payment. What names it on the wire is fixed in the ledger before the first byte leaves, so
 * that an inquiry or a reversal after a crash names the same. */
struct payment_order {
    char reference[ADAPTER_REFERENCE_SIZE]; /* our number of the payment, unique for ever */
    struct money amount;
    int64_t trace;          /* STAN, 1 to 999999, unique per link and business day */
    instant_us sent_at;     /* transmission date and time (DE 7), the first attempt's */
    date_days business_day; /* of the link when it was sent */
    char debtor_name[141];
    char debtor_account[35]; /* "": ours at this bank, as the adapter's own file says */
    char creditor_name[141];
    char creditor_account[35];
    char creditor_bank[15]; /* CNAPS number or BIC */
    char remittance[141];
};

/* Count and sum in minor units of what the two sides call done on one business day. */
struct day_totals {
    date_days day;
    int64_t paid_count; /* our payments, confirmed */
    int64_t paid_minor;
    int64_t reversed_count; /* of them taken back by reversal or return */
    int64_t reversed_minor;
    int64_t received_count; /* advices of funds received */
    int64_t received_minor;
};

struct adapter_request {
    enum adapter_act act;
    int64_t attempt;            /* from 1; repeats of a reversal or inquiry count up */
    struct payment_order order; /* not for TOTALS */
    struct day_totals totals;   /* only for TOTALS */
};

enum adapter_outcome {
    ADAPTER_CONFIRMED =
        1, /* PAY, INQUIRE: paid. REVERSE: the bank stands by the payment. TOTALS: equal */
    ADAPTER_REJECTED,  /* not paid and never will be. TOTALS: they differ */
    ADAPTER_NOT_FOUND, /* INQUIRE, REVERSE: the bank does not know it (and, asked to reverse, will
                          refuse it should it come late) */
    ADAPTER_REVERSED,  /* taken back, or never to be paid */
    ADAPTER_PENDING,   /* the bank has it and will tell later */
    ADAPTER_UNKNOWN,   /* no answer in time, or one that does not say */
    ADAPTER_NOT_SENT,  /* nothing left the house: not signed on, switched off, window full */
};

struct adapter_answer {
    enum adapter_act act;
    int64_t attempt;
    char reference[ADAPTER_REFERENCE_SIZE]; /* order.reference; "" for TOTALS */
    enum adapter_outcome outcome;
    char code[ADAPTER_CODE_SIZE]; /* the bank's own: DE 39, ISO 20022 reason; "" none */
    char bank_reference[ADAPTER_REFERENCE_SIZE]; /* RRN (DE 37), clearing reference */
    date_days settlement_day;                    /* DE 15; DATE_NONE when not said */
    struct day_totals totals; /* TOTALS: the bank's own; day DATE_NONE when it gave none */
};

/* Money received, or a payment of ours coming back after it was confirmed. */
struct adapter_advice {
    char bank_reference[41];                         /* the bank's number, booked once */
    char payment_reference[141];                     /* what the payer gave */
    char returned_reference[ADAPTER_REFERENCE_SIZE]; /* our payment that comes back, or "" */
    struct money amount;
    date_days value_date;
    char payer_name[141];
    char payer_bank[12];   /* BIC, or "" */
    char payer_country[3]; /* ISO 3166 alpha-2, or "" */
};

enum adapter_stray_kind {
    ADAPTER_STRAY_LATE,      /* its request was given up */
    ADAPTER_STRAY_UNMATCHED, /* nothing like it was asked */
    ADAPTER_STRAY_DUPLICATE, /* its request was answered before */
};

enum {
    ADAPTER_STRAY_SIZE = 161
};

/* An answer that fitted nothing. Both texts are printable and hold no names, accounts or cards. */
struct adapter_stray {
    enum adapter_stray_kind kind;
    instant_us received_at;
    char message[ADAPTER_STRAY_SIZE];     /* "0210 trace 000123 code 00, fields 3 4 7 11" */
    char explanation[ADAPTER_STRAY_SIZE]; /* "equals request 000123 except field 41, ..." */
};

/* Names one waiting reply to the bank; meaningful to the adapter only. */
struct adapter_ticket {
    uint64_t connection;
    uint64_t number;
};

enum adapter_reply {
    ADAPTER_ACCEPTED,  /* booked, durable */
    ADAPTER_REFUSED,   /* can never be booked as it stands */
    ADAPTER_TRY_AGAIN, /* not now; the bank is to repeat the same advice */
    ADAPTER_TOTALS_EQUAL,
    ADAPTER_TOTALS_DIFFER,
};

enum adapter_state {
    ADAPTER_DOWN,      /* no connection */
    ADAPTER_CONNECTED, /* not signed on yet, or signed off */
    ADAPTER_UP,        /* requests are taken */
};

/* All functions return soon and may call back into the adapter (request, reply). */
struct adapter_events {
    void *context;
    void (*answered)(void *context, const struct adapter_answer *answer);
    /* The reply goes out with adapter_reply once the advice is durable. Repeats of the bank come
     * here again, with a ticket of their own. */
    void (*advised)(void *context,
                    const struct adapter_advice *advice,
                    struct adapter_ticket ticket);
    /* The bank's totals of a day (0500, 0520), to be compared and replied to. */
    void (*told_totals)(void *context,
                        const struct day_totals *totals,
                        struct adapter_ticket ticket);
    /* The bank works on this business day from now on (0800 cut-over). */
    void (*cut_over)(void *context, date_days new_day);
    void (*changed)(void *context, enum adapter_state state, const char *reason);
    /* For people; the report has counted it. NULL: nobody wants to know. */
    void (*strayed)(void *context, const struct adapter_stray *stray);
};

/* Counted since the start; read at any time. */
struct adapter_report {
    enum adapter_state state;
    char reason[ADAPTER_REASON_SIZE];
    uint64_t sent_count;
    uint64_t received_count;
    uint64_t answered_count;
    uint64_t unknown_count;
    uint64_t late_count;      /* replies after their request was given up */
    uint64_t unmatched_count; /* replies to nothing that was asked */
    uint64_t duplicate_count;
    uint64_t refused_count; /* bad MAC, replayed, malformed */
    uint64_t connect_count;
    size_t outstanding_count;
};

struct adapter;

/* Each adapter makes its own: link_create, exchange_create. The rest is the same for all. */
struct adapter_functions {
    enum status (*request)(struct adapter *adapter, const struct adapter_request *request);
    void (*reply)(struct adapter *adapter, struct adapter_ticket ticket, enum adapter_reply reply);
    void (*read_report)(struct adapter *adapter, struct adapter_report *report_out);
    /* NULL: no documents. */
    enum status (*take_document)(struct adapter *adapter, struct bytes document);
    void (*destroy)(struct adapter *adapter);
};

/* The first member of every adapter's own struct. */
struct adapter {
    const struct adapter_functions *functions;
};

/* OK: `answered` will be called. LIMIT: the queue is full. AGAIN: not up. Otherwise nothing was
 * taken. */
MUST_CHECK static inline enum status adapter_request(struct adapter *adapter,
                                                     const struct adapter_request *request)
{
    return adapter->functions->request(adapter, request);
}

static inline void
adapter_reply(struct adapter *adapter, struct adapter_ticket ticket, enum adapter_reply reply)
{
    adapter->functions->reply(adapter, ticket, reply);
}

static inline void adapter_read_report(struct adapter *adapter, struct adapter_report *report_out)
{
    adapter->functions->read_report(adapter, report_out);
}

/* A document the bank sent in another way than by the link's own. OK: it is durable and will be
 * read. LIMIT: not now. REJECTED: this link has no documents. Blocks. */
MUST_CHECK static inline enum status adapter_take_document(struct adapter *adapter,
                                                           struct bytes document)
{
    return adapter->functions->take_document == NULL
               ? STATUS_REJECTED
               : adapter->functions->take_document(adapter, document);
}

/* Signs off, closes, joins the thread. What was outstanding is answered ADAPTER_UNKNOWN first. */
static inline void adapter_destroy(struct adapter *adapter)
{
    adapter->functions->destroy(adapter);
}
