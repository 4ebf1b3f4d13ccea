#pragma once
/*
 * A rule: a pure function of (state, command, time). It checks everything first, then changes the
 * state by steps that cannot fail, and fills the answer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/refusal.h"
#include "gateway/business/role.h"
#include "gateway/business/state.h"
#include "gateway/business/transfer_code.h"
#include "gateway/records/record.h"

struct party;

enum verdict {
    VERDICT_DONE,
    VERDICT_REFUSED, /* context->refusal says why; the engine takes back what was changed */
    VERDICT_FETCH,   /* state_is_missing */
};

/* Whose time the rules are given: that of the world, or of a sandbox's own clock (clock.h). */
enum clock_kind {
    CLOCK_SYSTEM,
    CLOCK_VIRTUAL,
};

enum {
    RULE_SCRATCH_SIZE = 1 << 20
};

struct context {
    struct state *state;
    instant_us now;
    date_days today;           /* business date of `now` */
    int64_t command_seq;       /* the command's number if it is accepted */
    const struct party *actor; /* who asks, already checked to be active; NULL = the system */
    const char *actor_user;    /* which person of the actor, "" = not said */
    unsigned actor_role;       /* enum role */
    enum clock_kind clock;
    struct arena *scratch; /* RULE_SCRATCH_SIZE bytes, empty when the rule begins */
    struct refusal refusal;
};

/* Fills context->refusal and returns VERDICT_REFUSED. */
enum verdict refuse(struct context *context, enum refusal_code code);
enum verdict refuse_field(struct context *context, enum refusal_code code, const char *pointer);
enum verdict refuse_outcome(struct context *context, enum outcome outcome);
/* Numbers that explain the refusal; call after refuse(). At most REFUSAL_FACT_COUNT_MAX. */
void refusal_money(struct context *context, const char *name, struct money money);
void refusal_integer(struct context *context, const char *name, int64_t value);
void refusal_text(struct context *context, const char *name, const char *text);
void refusal_date(struct context *context, const char *name, date_days date);

/* How every rule ends well: FETCH when a document it asked for is not in memory yet, else DONE.
 * refuse() and its kin look at that too, so a NULL from state_find may be refused at once. */
enum verdict rule_done(const struct context *context);
/* One transfer at once; the accounts are opened when new. Refuses with the ledger's reason. */
enum verdict rule_move(struct context *context,
                       const struct account_key *debit,
                       const struct account_key *credit,
                       int64_t amount_minor,
                       enum transfer_code code);
/* The same as a pending transfer without an end, *hold_out its number; and how it ends:
 * TRANSFER_POST or TRANSFER_VOID. */
enum verdict rule_hold(struct context *context,
                       const struct account_key *debit,
                       const struct account_key *credit,
                       int64_t amount_minor,
                       enum transfer_code code,
                       int64_t *hold_out);
enum verdict rule_end_hold(struct context *context,
                           int64_t hold,
                           int64_t amount_minor,
                           enum transfer_kind kind,
                           enum transfer_code code);
/* Who asks is this party; false for the system. */
bool is_actor(const struct context *context, const char *party_id);

typedef enum verdict rule(struct context *context, const void *command, void *answer_out);

/* How many people a command takes (四眼复核). The engine takes one of two pairs of eyes only from a
 * decided approval: see approval.h. */
enum eyes {
    EYES_ONE_PAIR,
    EYES_TWO_PAIRS,
};

struct command_type {
    const char *name;    /* "guarantee.reserve"; POST /v1/guarantee/reserve */
    const char *meaning; /* one line, with the Chinese term */
    unsigned roles;      /* who may; 0 = only the system */
    const struct record *command;
    const struct record *answer;
    rule *rule;
    enum eyes eyes;
};

/* All commands, in the order of the documentation. */
extern const struct command_type command_types[];
extern const size_t command_type_count;
/* NULL when there is none of this name. */
const struct command_type *command_type_find(const char *name);

/*
 * What time itself makes due: the engine asks after each clock tick and whenever nothing is left.
 * Writes the next due command (type and body) or returns false. Bodies go to `arena`.
 */
struct due_command {
    const struct command_type *type;
    const void *body;
    char idempotency_key[128];
};
