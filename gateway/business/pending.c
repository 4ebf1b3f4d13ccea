#include "gateway/business/pending.h"

#include "gateway/business/field.h"

enum {
    EXPIRE_COUNT_MAX = 1000
};

static const struct field fields[] = {
    FIELD(pending_expire, until, FIELD_INSTANT, FIELD_REQUIRED, .meaning = "due at this time"),
};
const struct record pending_expire_record =
    RECORD(pending_expire, fields, "Let pending transfers expire (到期释放)");

static const struct field answer_fields[] = {
    FIELD(pending_expire_answer,
          expired_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "how many expired"),
};
const struct record pending_expire_answer_record =
    RECORD(pending_expire_answer, answer_fields, "Pending transfers that expired");

enum verdict pending_expire(struct context *context, const void *command, void *answer_out)
{
    const struct pending_expire *expire = command;
    instant_us until = expire->until < context->now ? expire->until : context->now;
    struct posting postings[EXPIRE_COUNT_MAX];
    size_t count = book_due(state_book(context->state), until, postings, EXPIRE_COUNT_MAX);
    if (count == 0) {
        return refuse(context, REFUSAL_DEADLINE_NOT_DUE);
    }
    enum outcome outcome =
        state_post(context->state, postings, count, context->command_seq, context->now);
    if (outcome != OUTCOME_OK) {
        return refuse_outcome(context, outcome);
    }
    struct pending_expire_answer *answer = answer_out;
    answer->expired_count = (int64_t)count;
    return rule_done(context);
}
