/*
 * What stands behind a declaration: of the guarantees of its principal, in their order, the first
 * that has room for all of it; when none has, several of them together. Later the reservations
 * follow what is due.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/customs/declaration.h"
#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

/* --- which guarantees --- */

struct part {
    struct guarantee guarantee;
    int64_t amount_minor;
};

struct choice {
    struct part parts[COVER_COUNT_MAX];
    size_t part_count;
    int64_t lacking_minor;     /* what the parts do not reach */
    struct guarantee roomiest; /* of those that could serve */
};

static bool can_serve(const struct context *context,
                      const struct declaration *declaration,
                      const struct guarantee *guarantee)
{
    return guarantee != NULL &&
           reservation_obstacle(
               context, guarantee, SCOPE_RETAIL_IMPORT, declaration->payment_due) == REFUSAL_NONE;
}

/* The next of the principal's guarantees that could serve, from `*at` on; NULL at the end. */
static const struct guarantee *
next_guarantee(struct context *context, const struct declaration *declaration, size_t *at)
{
    const struct assurance *found =
        state_find(context->state, DOCUMENT_ASSURANCE, declaration->principal);
    const struct assurance_item *items = found == NULL ? NULL : found->grns.items;
    while (found != NULL && *at < found->grns.count) {
        const struct guarantee *guarantee =
            state_find(context->state, DOCUMENT_GUARANTEE, items[(*at)++].grn);
        if (can_serve(context, declaration, guarantee)) {
            return guarantee;
        }
    }
    return NULL;
}

static void choose_one(struct context *context,
                       const struct declaration *declaration,
                       int64_t amount_minor,
                       struct choice *choice)
{
    size_t at = 0;
    const struct guarantee *guarantee = next_guarantee(context, declaration, &at);
    for (; guarantee != NULL; guarantee = next_guarantee(context, declaration, &at)) {
        if (guarantee->available.minor >= amount_minor) {
            choice->parts[0] = (struct part){*guarantee, amount_minor};
            choice->part_count = 1;
            choice->lacking_minor = 0;
            return;
        }
        if (choice->roomiest.grn[0] == '\0' ||
            guarantee->available.minor > choice->roomiest.available.minor) {
            choice->roomiest = *guarantee;
        }
    }
}

static void choose_several(struct context *context,
                           const struct declaration *declaration,
                           struct choice *choice)
{
    size_t at = 0;
    const struct guarantee *guarantee = next_guarantee(context, declaration, &at);
    for (; guarantee != NULL && choice->part_count < COVER_COUNT_MAX && choice->lacking_minor > 0;
         guarantee = next_guarantee(context, declaration, &at)) {
        int64_t amount = guarantee->available.minor < choice->lacking_minor
                             ? guarantee->available.minor
                             : choice->lacking_minor;
        if (amount > 0) {
            choice->parts[choice->part_count++] = (struct part){*guarantee, amount};
            choice->lacking_minor -= amount;
        }
    }
}

static enum verdict
reserve_part(struct context *context, struct declaration *declaration, struct part *part)
{
    struct reservation reservation = {0};
    reservation_fill(&part->guarantee, declaration->key, &reservation);
    reservation.state = RESERVATION_PROVISIONAL;
    reservation.scope = SCOPE_RETAIL_IMPORT;
    reservation.amount = cny(part->amount_minor);
    reservation.payment_due = declaration->payment_due;
    TEXT_PUT(reservation.declaration, declaration->key);
    grn_list_add(declaration->grn, sizeof(declaration->grn), part->guarantee.grn);
    return reservation_make(context, &part->guarantee, &reservation);
}

enum verdict declaration_cover(struct context *context,
                               struct declaration *declaration,
                               int64_t amount_minor,
                               bool *is_covered_out)
{
    struct choice choice = {.lacking_minor = amount_minor};
    *is_covered_out = true;
    if (amount_minor == 0) {
        return VERDICT_DONE;
    }
    choose_one(context, declaration, amount_minor, &choice);
    if (choice.lacking_minor > 0) {
        choose_several(context, declaration, &choice);
    }
    if (choice.lacking_minor > 0) {
        *is_covered_out = false;
        /* Prepared for a caller who turns it into a refusal. */
        guarantee_refuse_insufficient(context, &choice.roomiest, amount_minor);
        return VERDICT_DONE;
    }
    enum verdict verdict = VERDICT_DONE;
    declaration->grn[0] = '\0';
    for (size_t i = 0; i < choice.part_count && verdict == VERDICT_DONE; i++) {
        verdict = reserve_part(context, declaration, &choice.parts[i]);
    }
    return verdict;
}

/* --- what is reserved --- */

struct cover {
    struct reservation items[COVER_COUNT_MAX]; /* open ones, in their order */
    size_t count;
    int64_t total_minor;
    bool is_elsewhere; /* something of it was called, or stands in a statement */
};

static void
cover_load(struct context *context, const struct declaration *declaration, struct cover *cover_out)
{
    char grn[GRN_SIZE];
    *cover_out = (struct cover){0};
    for (const char *at = declaration->grn; grn_list_next(&at, grn);) {
        char key[RESERVATION_KEY_SIZE];
        snprintf(key, sizeof(key), "%s/%s", grn, declaration->key);
        const struct reservation *found = state_find(context->state, DOCUMENT_RESERVATION, key);
        if (found == NULL) {
            continue;
        }
        if (found->state == RESERVATION_PROVISIONAL || found->state == RESERVATION_RESERVED) {
            assert(cover_out->count < COVER_COUNT_MAX);
            cover_out->items[cover_out->count++] = *found;
            cover_out->total_minor += found->amount.minor; /* both are parts of real limits */
        }
        cover_out->is_elsewhere |= found->state == RESERVATION_CALLED || found->stated.minor > 0;
    }
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* From the last guarantee to the first. */
static enum verdict cover_lower(struct context *context,
                                struct cover *cover,
                                int64_t by_minor,
                                enum restore_reason reason)
{
    enum verdict verdict = VERDICT_DONE;
    for (size_t i = cover->count; i > 0 && by_minor > 0 && verdict == VERDICT_DONE; i--) {
        struct reservation *reservation = &cover->items[i - 1];
        struct guarantee guarantee = {0};
        int64_t amount = smaller(reservation->amount.minor, by_minor);
        verdict = guarantee_get(context, reservation->grn, &guarantee);
        int64_t left = reservation->amount.minor - amount;
        if (verdict == VERDICT_DONE) {
            verdict = left > 0 && reason == RESTORE_VOID
                          ? reservation_set(context, &guarantee, reservation, left)
                          : reservation_free(context, &guarantee, reservation, amount, reason);
        }
        by_minor -= amount;
    }
    return verdict;
}

/* What this guarantee could take more. */
static int64_t room_behind(struct context *context,
                           const struct reservation *reservation,
                           struct guarantee *guarantee_out)
{
    if (guarantee_get(context, reservation->grn, guarantee_out) != VERDICT_DONE) {
        return 0; /* not in memory yet: the rule ends with FETCH */
    }
    bool is_usable =
        guarantee_out->state == GUARANTEE_ACTIVE || guarantee_out->state == GUARANTEE_SUSPENDED;
    return is_usable ? guarantee_out->available.minor : 0;
}

/* All of it, or nothing: false. */
static bool cover_has_room(struct context *context, const struct cover *cover, int64_t by_minor)
{
    int64_t room_minor = 0;
    for (size_t i = 0; i < cover->count && room_minor < by_minor; i++) {
        struct guarantee guarantee = {0};
        room_minor += room_behind(context, &cover->items[i], &guarantee);
    }
    return room_minor >= by_minor;
}

static enum verdict cover_raise(struct context *context, struct cover *cover, int64_t by_minor)
{
    enum verdict verdict = VERDICT_DONE;
    for (size_t i = 0; i < cover->count && by_minor > 0 && verdict == VERDICT_DONE; i++) {
        struct reservation *reservation = &cover->items[i];
        struct guarantee guarantee = {0};
        int64_t amount = smaller(room_behind(context, reservation, &guarantee), by_minor);
        if (amount > 0) {
            verdict = reservation_set(
                context, &guarantee, reservation, reservation->amount.minor + amount);
            by_minor -= amount;
        }
    }
    return verdict;
}

enum verdict declaration_uncover(struct context *context,
                                 struct declaration *declaration,
                                 enum restore_reason reason)
{
    struct cover cover;
    cover_load(context, declaration, &cover);
    if (cover.count == 0) {
        return VERDICT_DONE;
    }
    if (!cover.is_elsewhere) {
        declaration->grn[0] = '\0';
    }
    return cover_lower(context, &cover, cover.total_minor, reason);
}

static void keep_until(struct context *context, const char *grn, date_days day)
{
    struct guarantee guarantee = {0};
    if (guarantee_get(context, grn, &guarantee) == VERDICT_DONE &&
        guarantee.latest_deadline < day) {
        guarantee.latest_deadline = day;
        guarantee_put(context, &guarantee);
    }
}

void declaration_confirm(struct context *context, struct declaration *declaration)
{
    struct terms terms = terms_of(context, declaration->released_on);
    declaration->return_until = declaration->released_on + terms.return_days;
    declaration->window_from = declaration->released_on + terms.window_day;
    declaration->payment_due = declaration->released_on + terms.payment_days;
    struct cover cover;
    cover_load(context, declaration, &cover);
    for (size_t i = 0; i < cover.count; i++) {
        struct reservation *reservation = &cover.items[i];
        reservation->state = RESERVATION_RESERVED;
        reservation->return_until = declaration->return_until;
        reservation->window_from = declaration->window_from;
        reservation->payment_due = declaration->payment_due;
        reservation_put(context, reservation);
        keep_until(context, reservation->grn, declaration->payment_due);
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
    struct cover cover;
    cover_load(context, declaration, &cover);
    if (cover.count == 0) {
        return amount_minor == 0 || cover.is_elsewhere
                   ? VERDICT_DONE
                   : cover_anew(context, declaration, amount_minor);
    }
    int64_t rise = amount_minor - cover.total_minor;
    bool has_room = rise <= 0 || cover_has_room(context, &cover, rise);
    tell_short(context, declaration, has_room);
    if (!has_room || rise == 0) {
        return VERDICT_DONE;
    }
    if (amount_minor == 0 && !cover.is_elsewhere) {
        declaration->grn[0] = '\0';
    }
    return rise > 0 ? cover_raise(context, &cover, rise)
                    : cover_lower(context, &cover, -rise, RESTORE_VOID);
}

enum verdict declaration_cover_at_most(struct context *context,
                                       struct declaration *declaration,
                                       int64_t amount_minor)
{
    struct cover cover;
    cover_load(context, declaration, &cover);
    if (cover.total_minor <= amount_minor) {
        return VERDICT_DONE;
    }
    if (amount_minor == 0 && !cover.is_elsewhere) {
        declaration->grn[0] = '\0';
    }
    tell_short(context, declaration, true);
    return cover_lower(context, &cover, cover.total_minor - amount_minor, RESTORE_RETURN);
}
