#pragma once
/*
 * A bank's rates for foreign exchange (外汇牌价), and rates locked for one customer (锁价).
 *
 * A rate is CNY for 100 units of the currency, with four decimals, kept as a whole number: 708.5000
 * is 7085000. The bank's side: it buys what the customer converts. What is published holds between
 * two instants, until the bank publishes again. A lock holds for fx_lock_seconds (terms), never
 * longer than what it was taken from, and is used once; later rates do not change it.
 */
#include "gateway/business/party/party.h"
#include "gateway/business/rule.h"

enum {
    FX_QUOTE_ID_SIZE = 14, /* "Q" and 12 digits of the command that locked it */
    FX_RATE_DECIMALS = 4,
};

/* CNY 10,000 for one unit. */
#define FX_RATE_MAX INT64_C(10000000000)

enum fx_side {
    FX_BUY_SPOT = 1,
    FX_BUY_CASH = 2,
    FX_SELL = 3,
    FX_MIDDLE = 4,
};

enum fx_quote_state {
    FX_QUOTE_LOCKED = 1,
    FX_QUOTE_USED = 2,
};

/* fx_quote.publish: the bank that asks. */
struct fx_quote_publish {
    int32_t currency;
    int32_t side;
    int64_t rate;
    instant_us valid_from;
    instant_us valid_until; /* the first instant at which it no longer holds */
};

/* What a bank asks or gives now. */
struct fx_board {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<currency>/<side>" */
    char bank[PARTY_ID_SIZE];
    int32_t currency;
    int32_t side;
    int64_t rate;
    instant_us valid_from;
    instant_us valid_until;
};

/* fx_quote.lock; `rate` is what the customer has seen. */
struct fx_quote_lock {
    char bank[PARTY_ID_SIZE];
    char holder[PARTY_ID_SIZE]; /* "": the actor; an operator names it */
    int32_t currency;
    int32_t side;
    int64_t rate;
};

struct fx_quote {
    char id[FX_QUOTE_ID_SIZE];
    int32_t state;
    char bank[PARTY_ID_SIZE];
    char holder[PARTY_ID_SIZE];
    int32_t currency;
    int32_t side;
    int64_t rate;
    instant_us expires_at; /* the first instant at which it is too late */
};

extern const struct record fx_quote_publish_record;
extern const struct record fx_board_record;
extern const struct record fx_quote_lock_record;
extern const struct record fx_quote_record;

/* The foreign currencies, by enum currency; for fields of records. */
extern const struct name fx_currencies[];

rule fx_quote_publish;
rule fx_quote_lock;

/* A locked quote that can be used now: DONE, or why not. `quote_out` is a copy. */
enum verdict fx_quote_take(struct context *context, const char *id, struct fx_quote *quote_out);
