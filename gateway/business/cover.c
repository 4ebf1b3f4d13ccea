/* What stands behind a declaration: the first guarantee of its principal that has room. */
#include <stdio.h>
#include <string.h>

#include "gateway/business/assurance.h"
#include "gateway/business/declaration.h"
#include "gateway/business/terms.h"
#include "gateway/business/text.h"

struct choice {
    bool has_room;
    bool has_any; /* one that could serve, had it more room; the roomiest */
    struct guarantee guarantee;
};

static struct choice choose(struct context *context, const struct declaration *declaration)
{
    struct choice choice = {0};
    const struct assurance *found =
        state_find(context->state, DOCUMENT_ASSURANCE, declaration->principal);
    const struct assurance_item *items = found == NULL ? NULL : found->grns.items;
    for (size_t i = 0; found != NULL && i < found->grns.count && !choice.has_room; i++) {
        const struct guarantee *guarantee =
            state_find(context->state, DOCUMENT_GUARANTEE, items[i].grn);
        bool can_serve =
            guarantee != NULL &&
            reservation_obstacle(
                context, guarantee, SCOPE_RETAIL_IMPORT, declaration->payment_due) == REFUSAL_NONE;
        if (!can_serve) {
            continue;
        }
        choice.has_room = guarantee->available.minor >= declaration->tax_total.minor;
        bool is_roomier =
            !choice.has_any || guarantee->available.minor > choice.guarantee.available.minor;
        if (choice.has_room || is_roomier) {
            choice.guarantee = *guarantee;
        }
        choice.has_any = true;
    }
    return choice;
}

enum verdict
declaration_cover(struct context *context, struct declaration *declaration, bool *is_covered_out)
{
    *is_covered_out = true;
    if (declaration->tax_total.minor == 0) {
        return VERDICT_DONE;
    }
    struct choice choice = choose(context, declaration);
    if (!choice.has_room) {
        *is_covered_out = false;
        /* Prepared for a caller who turns it into a refusal. */
        guarantee_refuse_insufficient(context, &choice.guarantee, declaration->tax_total.minor);
        return VERDICT_DONE;
    }
    struct reservation reservation = {0};
    reservation_fill(&choice.guarantee, declaration->key, &reservation);
    reservation.state = RESERVATION_PROVISIONAL;
    reservation.scope = SCOPE_RETAIL_IMPORT;
    reservation.amount = declaration->tax_total;
    reservation.payment_due = declaration->payment_due;
    TEXT_PUT(reservation.declaration, declaration->key);
    TEXT_PUT(declaration->grn, choice.guarantee.grn);
    return reservation_make(context, &choice.guarantee, &reservation);
}

static const struct reservation *reservation_of(struct context *context,
                                                const struct declaration *declaration)
{
    char key[RESERVATION_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%s", declaration->grn, declaration->key);
    const struct reservation *found =
        declaration->grn[0] == '\0' ? NULL : state_find(context->state, DOCUMENT_RESERVATION, key);
    bool is_open = found != NULL && (found->state == RESERVATION_PROVISIONAL ||
                                     found->state == RESERVATION_RESERVED);
    return is_open ? found : NULL;
}

enum verdict declaration_uncover(struct context *context,
                                 struct declaration *declaration,
                                 enum restore_reason reason)
{
    const struct reservation *found = reservation_of(context, declaration);
    struct guarantee guarantee = {0};
    if (found == NULL) {
        return VERDICT_DONE;
    }
    struct reservation reservation = *found;
    enum verdict verdict = guarantee_get(context, declaration->grn, &guarantee);
    if (verdict == VERDICT_DONE) {
        verdict =
            reservation_free(context, &guarantee, &reservation, reservation.amount.minor, reason);
    }
    declaration->grn[0] = '\0';
    return verdict;
}

void declaration_confirm(struct context *context, struct declaration *declaration)
{
    struct terms terms = terms_of(context, declaration->released_on);
    declaration->return_until = declaration->released_on + terms.return_days;
    declaration->window_from = declaration->released_on + terms.window_day;
    declaration->payment_due = declaration->released_on + terms.payment_days;
    const struct reservation *found = reservation_of(context, declaration);
    if (found == NULL) {
        return;
    }
    struct reservation reservation = *found;
    reservation.state = RESERVATION_RESERVED;
    reservation.return_until = declaration->return_until;
    reservation.window_from = declaration->window_from;
    reservation.payment_due = declaration->payment_due;
    reservation_put(context, &reservation);
    struct guarantee guarantee = {0};
    if (guarantee_get(context, declaration->grn, &guarantee) == VERDICT_DONE &&
        guarantee.latest_deadline < declaration->payment_due) {
        guarantee.latest_deadline = declaration->payment_due;
        guarantee_put(context, &guarantee);
    }
}
