#include "gateway/business/assurance.h"

#include <string.h>

#include "gateway/business/field.h"
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
    RECORD(assurance, fields, "The guarantees a principal's declarations use");

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
