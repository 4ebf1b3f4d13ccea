/* What it does, once, that customs agrees to a return. */
#include <string.h>

#include "gateway/business/customs/buyer_year.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/time/terms.h"

static bool is_any(const struct declaration *declaration, const int64_t *left)
{
    for (size_t i = 0; i < declaration->lines.count; i++) {
        if (left[i] > 0) {
            return true;
        }
    }
    return false;
}

/* All that an accepted return undoes: the tax, what is reserved for it, the buyer's year, and who
 * has to be paid back. */
static enum verdict undo_tax(struct context *context,
                             struct goods_return *goods_return,
                             struct declaration *declaration)
{
    int64_t left[CEB_LINE_COUNT_MAX];
    int64_t due_before = declaration->tax_due.minor;
    assessment_left(context, declaration, LEFT_NOT_RETURNED, left);
    enum verdict verdict = assessment_settle_return(context, declaration);
    if (verdict == VERDICT_DONE) {
        verdict = buyer_year_count(context, declaration, declaration_value_left(declaration, left));
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t cancelled = due_before - declaration->tax_due.minor;
    goods_return->cancelled = cny(cancelled);
    if (!is_any(declaration, left)) {
        declaration->state = DECLARATION_RETURNED;
    }
    return refund_owe(context, goods_return, declaration, cancelled);
}

static enum verdict
accept(struct context *context, struct goods_return *goods_return, struct declaration *declaration)
{
    goods_return->state = GOODS_RETURN_ACCEPTED;
    goods_return_put(context, goods_return);
    enum verdict verdict = undo_tax(context, goods_return, declaration);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    goods_return_put(context, goods_return);
    declaration_put(context, declaration);
    goods_return_tell(context, "goods_return.accepted", goods_return, declaration);
    if (declaration->state == DECLARATION_RETURNED) {
        declaration_tell(context, "declaration.returned", declaration);
    }
    return VERDICT_DONE;
}

static bool is_in_time(const struct context *context,
                       const struct goods_return *goods_return,
                       const struct declaration *declaration,
                       date_days *date_out)
{
    date_days date = DATE_NONE;
    struct terms terms = terms_of(context, declaration->released_on);
    bool is_date = declaration_time_date(goods_return->approved_time, RETURN_TIME_DIGITS, &date);
    *date_out = date;
    return is_date && date <= declaration->released_on + terms.return_arrival_days;
}

enum verdict goods_return_agree(struct context *context,
                                struct goods_return *goods_return,
                                struct declaration *declaration,
                                enum declaration_effect *effect_out)
{
    bool was_late = goods_return->state == GOODS_RETURN_LATE;
    bool is_accepted = is_in_time(context, goods_return, declaration, &goods_return->completed_on);
    if (is_accepted) {
        enum verdict verdict =
            assessment_leave_statements(context, declaration, goods_return, &is_accepted);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    if (is_accepted) {
        *effect_out = EFFECT_APPLIED;
        return accept(context, goods_return, declaration);
    }
    *effect_out = was_late ? EFFECT_UNCHANGED : EFFECT_PARKED;
    goods_return->state = GOODS_RETURN_LATE;
    goods_return_put(context, goods_return);
    if (!was_late) {
        goods_return_tell(context, "goods_return.late", goods_return, declaration);
    }
    return VERDICT_DONE;
}
