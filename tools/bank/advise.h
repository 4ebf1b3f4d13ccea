#pragma once
/*
 * Advices: money that came in, payments that went back. Each is recorded, told (0220), and told
 * again (0221, with the same trace and time) until the gateway takes it or refuses it for good; at
 * most a window of them at a time.
 */
#include "ledger/base/date.h"
#include "ledger/base/map.h"
#include "tools/bank/books.h"
#include "tools/bank/timing.h"

enum {
    ADVISE_WINDOW_MAX = 1024,
    ADVISE_GENERATOR_COUNT_MAX = 16,
    ADVISE_PER_TURN_MAX = 1024,
};

struct bank;
struct iso8583_message;

/* One advice that is told and not answered. */
struct advise_outgoing {
    size_t advice;  /* index in the books */
    char stamp[17]; /* fields 7 and 11 */
    int64_t attempt;
    instant_us told_at; /* for the first time */
    instant_us due;     /* to be told again */
};

/* Makes advices at a rate. `reference` has its '#' replaced by the number of the advice. */
struct advise_generator {
    char reference[FACT_TEXT_SIZE];
    char payer[FACT_TEXT_SIZE];
    int64_t from_minor;
    int64_t to_minor;
    int64_t count;
    int64_t made;
    int64_t interval_us;
    instant_us due;
};

struct advising {
    struct advise_outgoing outgoing[ADVISE_WINDOW_MAX];
    size_t outgoing_count;
    size_t next; /* in the books: all before it are answered or outgoing */
    size_t window;
    instant_us repeat_us;
    struct advise_generator generators[ADVISE_GENERATOR_COUNT_MAX];
    size_t generator_count;
    int64_t told_count; /* messages sent */
    int64_t unmatched_count;
    struct timing timing; /* from the first telling to the last word */
};

/* NULL, or why not; bank_reference_out is the number the advice got. */
MUST_CHECK const char *advise_funds(struct bank *bank,
                                    const char *reference,
                                    int64_t amount_minor,
                                    const char *payer,
                                    char bank_reference_out[FACT_RRN_SIZE]);
MUST_CHECK const char *advise_return(struct bank *bank, const struct payment *payment);
MUST_CHECK const char *advise_generate(struct bank *bank, const struct advise_generator *generator);

/* Makes and tells what is due. */
void advise_run(struct bank *bank, instant_us now);
/* When there is something to do again; INT64_MAX: when something happens. */
instant_us advise_due(const struct bank *bank);
/* The gateway's 0230 or 0210. */
void advise_answered(struct bank *bank, const struct iso8583_message *answer);
