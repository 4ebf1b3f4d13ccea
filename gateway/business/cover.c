/*
 * What stands behind a declaration: the first guarantee of its principal that has room. Later its
 * reservation follows what is due.
 */
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

static struct choice
choose(struct context *context, const struct declaration *declaration, int64_t amount_minor)
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
        choice.has_room = guarantee->available.minor >= amount_minor;
        bool is_roomier =
            !choice.has_any || guarantee->available.minor > choice.guarantee.available.minor;
        if (choice.has_room || is_roomier) {
            choice.guarantee = *guarantee;
        }
        choice.has_any = true;
    }
    return choice;
}

enum verdict declaration_cover(struct context *context,
                               struct declaration *declaration,
                               int64_t amount_minor,
                               bool *is_covered_out)
{
    *is_covered_out = true;
    if (amount_minor == 0) {
        return VERDICT_DONE;
    }
    struct choice choice = choose(context, declaration, amount_minor);
    if (!choice.has_room) {
        *is_covered_out = false;
        /* Prepared for a caller who turns it into a refusal. */
        guarantee_refuse_insufficient(context, &choice.guarantee, amount_minor);
        return VERDICT_DONE;
    }
    struct reservation reservation = {0};
    reservation_fill(&choice.guarantee, declaration->key, &reservation);
    reservation.state = RESERVATION_PROVISIONAL;
    reservation.scope = SCOPE_RETAIL_IMPORT;
    reservation.amount = cny(amount_minor);
    reservation.payment_due = declaration->payment_due;
    TEXT_PUT(reservation.declaration, declaration->key);
    TEXT_PUT(declaration->grn, choice.guarantee.grn);
    return reservation_make(context, &choice.guarantee, &reservation);
}

static const struct reservation *reservation_last(struct context *context,
                                                  const struct declaration *declaration)
{
    char key[RESERVATION_KEY_SIZE];
    size_t size = strcspn(declaration->grn, ",");
    snprintf(key, sizeof(key), "%.*s/%s", (int)size, declaration->grn, declaration->key);
    return size == 0 ? NULL : state_find(context->state, DOCUMENT_RESERVATION, key);
}

static const struct reservation *reservation_of(struct context *context,
                                                const struct declaration *declaration)
{
    const struct reservation *found = reservation_last(context, declaration);
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
    enum verdict verdict = guarantee_get(context, reservation.grn, &guarantee);
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
    if (guarantee_get(context, reservation.grn, &guarantee) == VERDICT_DONE &&
        guarantee.latest_deadline < declaration->payment_due) {
        guarantee.latest_deadline = declaration->payment_due;
        guarantee_put(context, &guarantee);
    }
}

static void tell_short(struct context *context, struct declaration *declaration, bool is_covered)
{
    if (is_covered && declaration->review_reason == REVIEW_SHORT) {
        declaration->review_reason = 0;
    } else if (!is_covered && declaration->review_reason == 0) {
        declaration->review_reason = REVIEW_SHORT;
        declaration_tell(context, "declaration.short", declaration);
    }
}

/* Nothing is reserved any more, and customs asks for more tax. */
static enum verdict
cover_anew(struct context *context, struct declaration *declaration, int64_t amount_minor)
{
    const struct reservation *last = reservation_last(context, declaration);
    bool is_elsewhere =
        last != NULL && (last->state == RESERVATION_CALLED || last->state == RESERVATION_STATED);
    if (amount_minor == 0 || is_elsewhere) {
        return VERDICT_DONE;
    }
    bool is_covered = false;
    enum verdict verdict = declaration_cover(context, declaration, amount_minor, &is_covered);
    if (verdict == VERDICT_DONE && is_covered && declaration->released_on != DATE_NONE) {
        declaration_confirm(context, declaration);
    }
    tell_short(context, declaration, is_covered);
    return verdict;
}

enum verdict
declaration_recover(struct context *context, struct declaration *declaration, int64_t amount_minor)
{
    const struct reservation *found = reservation_of(context, declaration);
    if (found == NULL) {
        return cover_anew(context, declaration, amount_minor);
    }
    struct reservation reservation = *found;
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, reservation.grn, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t rise = amount_minor - reservation.amount.minor;
    bool is_usable = guarantee.state == GUARANTEE_ACTIVE || guarantee.state == GUARANTEE_SUSPENDED;
    bool has_room = rise <= 0 || (is_usable && guarantee.available.minor >= rise);
    tell_short(context, declaration, has_room);
    if (!has_room || rise == 0) {
        return VERDICT_DONE;
    }
    if (amount_minor == 0) {
        declaration->grn[0] = '\0';
        return reservation_free(
            context, &guarantee, &reservation, reservation.amount.minor, RESTORE_VOID);
    }
    return reservation_set(context, &guarantee, &reservation, amount_minor);
}

enum verdict declaration_cover_at_most(struct context *context,
                                       struct declaration *declaration,
                                       int64_t amount_minor)
{
    const struct reservation *found = reservation_of(context, declaration);
    if (found == NULL || found->amount.minor <= amount_minor) {
        return VERDICT_DONE;
    }
    struct reservation reservation = *found;
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, reservation.grn, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (amount_minor == 0) {
        declaration->grn[0] = '\0';
    }
    tell_short(context, declaration, true);
    return reservation_free(
        context, &guarantee, &reservation, reservation.amount.minor - amount_minor, RESTORE_RETURN);
}
