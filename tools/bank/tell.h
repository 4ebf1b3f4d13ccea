#pragma once
/*
 * What else the bank says of its own: sign-on and off, echo, key exchange (0800), cut-over (0800,
 * told until it is answered), its totals of a day (0500).
 */
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    TELL_OPEN_COUNT_MAX = 64,
    TELL_STAMP_SIZE = 17,
};

struct bank;
struct iso8583_message;
struct line_connection;

enum tell_what {
    TELL_SIGN_ON = 1, /* values of field 70 */
    TELL_SIGN_OFF = 2,
    TELL_KEY_EXCHANGE = 161,
    TELL_CUT_OVER = 201,
    TELL_CUT_OVER_ENDED = 202,
    TELL_ECHO = 301,
    TELL_TOTALS = 500, /* no value of field 70 */
};

struct tell_open {
    enum tell_what what; /* 0: free */
    char stamp[TELL_STAMP_SIZE];
};

struct telling {
    int64_t trace;                              /* the last used */
    struct tell_open open[TELL_OPEN_COUNT_MAX]; /* a ring: the oldest is forgotten */
    size_t open_next;
    date_days announced_day; /* the gateway has confirmed it */
    instant_us announce_due;
    char totals_code[3]; /* the gateway's last answer to our totals */
    int64_t echo_count;  /* of ours, answered */
};

/* Fields 7 and 11 of a new message of ours, NUL-terminated. */
void tell_stamp(struct bank *bank, char stamp_out[TELL_STAMP_SIZE]);

/* NULL, or why not. Without `to` they go to the connection signed on last. */
MUST_CHECK const char *
tell_manage(struct bank *bank, struct line_connection *to, enum tell_what what);
MUST_CHECK const char *tell_totals(struct bank *bank, date_days day);
/* The bank works on `day` from now on; it is announced until it is confirmed. */
MUST_CHECK const char *tell_cut_over(struct bank *bank, date_days day);
/* A key for this connection, asked for by the gateway; the code that answers it. */
const char *tell_key_exchange(struct bank *bank, struct line_connection *to);

void tell_run(struct bank *bank, instant_us now);
instant_us tell_due(const struct bank *bank);
/* An answer of the gateway to one of our messages, advices included. */
void tell_answered(struct bank *bank,
                   struct line_connection *connection,
                   const struct iso8583_message *answer);
