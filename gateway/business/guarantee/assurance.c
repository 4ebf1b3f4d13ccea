#include "gateway/business/guarantee/assurance.h"

#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct field item_fields[] = {
    TEXT(assurance_item, grn, FIELD_REQUIRED, .meaning = "the guarantee"),
};
static const struct record item_record = RECORD(assurance_item, item_fields, "A guarantee in use");

static const struct field fields[] = {
    TEXT(
        assurance, principal, FIELD_KEY | FIELD_REQUIRED, .meaning = "whose guarantees (担保企业)"),
    FIELD(assurance,
          grns,
          FIELD_LIST,
          0,
          .size = ASSURANCE_COUNT_MAX,
          .record = &item_record,
          .meaning = "in the order in which they became active"),
};
const struct record assurance_record =
    RECORD(assurance, fields, "The guarantees a principal's declarations use (担保池)");

static const struct field arrange_fields[] = {
    FIELD(pool_arrange,
          grns,
          FIELD_LIST,
          FIELD_REQUIRED,
          .size = ASSURANCE_COUNT_MAX,
          .record = &item_record,
          .meaning = "first to be used first; those not named come after"),
};
const struct record pool_arrange_record =
    RECORD(pool_arrange, arrange_fields, "The order in which guarantees are used");

static const struct field answer_fields[] = {
    TEXT(pool_answer, principal, FIELD_REQUIRED, .meaning = "whose guarantees (担保企业)"),
    FIELD(pool_answer, guarantee_count, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "how many"),
};
const struct record pool_answer_record = RECORD(pool_answer, answer_fields, "The pool arranged");

static const struct assurance *find(struct context *context, const char *principal)
{
    return state_find(context->state, DOCUMENT_ASSURANCE, principal);
}

bool assurance_has_room(struct context *context, const char *principal)
{
    const struct assurance *found = find(context, principal);
    return found == NULL || found->grns.count < ASSURANCE_COUNT_MAX;
}

/* Writes the list without this guarantee, or with it at the end when one is added. */
static void rewrite(struct context *context, const struct guarantee *guarantee, size_t added_count)
{
    struct assurance_item items[ASSURANCE_COUNT_MAX + 1];
    size_t count = 0;
    const struct assurance *found = find(context, guarantee->principal);
    const struct assurance_item *old = found == NULL ? NULL : found->grns.items;
    for (size_t i = 0; found != NULL && i < found->grns.count; i++) {
        if (strcmp(old[i].grn, guarantee->grn) != 0) {
            items[count++] = old[i];
        }
    }
    if (added_count == 1) {
        memset(&items[count], 0, sizeof(items[count]));
        TEXT_PUT(items[count].grn, guarantee->grn);
        count++;
    }
    struct assurance assurance = {
        .grns = {.items = items, .count = count}
    };
    TEXT_PUT(assurance.principal, guarantee->principal);
    state_put(context->state, DOCUMENT_ASSURANCE, &assurance);
}

enum verdict assurance_add(struct context *context, const struct guarantee *guarantee)
{
    if ((guarantee->scopes & SCOPE_RETAIL_IMPORT) == 0) {
        return VERDICT_DONE;
    }
    if (!assurance_has_room(context, guarantee->principal)) {
        enum verdict verdict = refuse(context, REFUSAL_ASSURANCE_FULL);
        refusal_integer(context, "most", ASSURANCE_COUNT_MAX);
        return verdict;
    }
    rewrite(context, guarantee, 1);
    return VERDICT_DONE;
}

void assurance_remove(struct context *context, const struct guarantee *guarantee)
{
    if ((guarantee->scopes & SCOPE_RETAIL_IMPORT) != 0) {
        rewrite(context, guarantee, 0);
    }
}

static size_t place_of(const struct assurance_item *items, size_t count, const char *grn)
{
    size_t i = 0;
    while (i < count && strcmp(items[i].grn, grn) != 0) {
        i++;
    }
    return i;
}

/* Each named guarantee is of the pool, and named once. */
static enum verdict check_named(struct context *context,
                                const struct pool_arrange *command,
                                const struct assurance_item *old,
                                size_t old_count)
{
    const struct assurance_item *named = command->grns.items;
    for (size_t i = 0; i < command->grns.count; i++) {
        bool is_known = place_of(old, old_count, named[i].grn) < old_count;
        bool is_repeat = place_of(named, i, named[i].grn) < i;
        if (!is_known || is_repeat) {
            enum verdict verdict = refuse_field(context, REFUSAL_POOL_GUARANTEE, "/grns");
            refusal_text(context, "grn", named[i].grn);
            return verdict;
        }
    }
    return VERDICT_DONE;
}

enum verdict pool_arrange(struct context *context, const void *command_, void *answer_out)
{
    const struct pool_arrange *command = command_;
    const struct assurance *found = find(context, context->actor->id);
    const struct assurance_item *old = found == NULL ? NULL : found->grns.items;
    size_t old_count = found == NULL ? 0 : found->grns.count;
    enum verdict verdict = check_named(context, command, old, old_count);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct assurance_item items[ASSURANCE_COUNT_MAX];
    size_t count = command->grns.count;
    memcpy(items, command->grns.items, count * sizeof(items[0]));
    for (size_t i = 0; i < old_count; i++) {
        if (place_of(items, count, old[i].grn) == count) {
            items[count++] = old[i];
        }
    }
    struct assurance assurance = {
        .grns = {.items = items, .count = count}
    };
    TEXT_PUT(assurance.principal, context->actor->id);
    state_put(context->state, DOCUMENT_ASSURANCE, &assurance);
    struct pool_answer *answer = answer_out;
    answer->guarantee_count = (int64_t)count;
    TEXT_PUT(answer->principal, context->actor->id);
    return rule_done(context);
}
