#include "gateway/business/customs/goods_return.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/text.h"

void goods_return_put(struct context *context, const struct goods_return *goods_return)
{
    state_put(context->state, DOCUMENT_GOODS_RETURN, goods_return);
}

void goods_return_tell(struct context *context,
                       const char *type,
                       const struct goods_return *goods_return,
                       const struct declaration *declaration)
{
    struct notice notice;
    notice_begin(&notice, type, goods_return->key);
    notice_text(&notice, "goods_return", goods_return->key);
    notice_text(&notice, "declaration", goods_return->declaration);
    notice_text(&notice, "status", goods_return->last_status);
    notice_text(&notice, "parked_status", goods_return->parked_status);
    notice_money(&notice, "cancelled", cny(goods_return->cancelled.minor));
    notice_date(&notice, "applied_on", goods_return->applied_on);
    notice_date(&notice, "completed_on", goods_return->completed_on);
    notice_to(&notice, goods_return->agent_number);
    notice_to(&notice, declaration == NULL ? 0 : declaration->principal_number);
    notice_to(&notice, context->actor == NULL ? 0 : context->actor->number);
    notice_send(context, &notice);
}

static void answer(const struct goods_return *goods_return,
                   const struct declaration *declaration,
                   enum declaration_effect effect,
                   struct goods_return_answer *answer_out)
{
    *answer_out = (struct goods_return_answer){
        .effect = (int32_t)effect,
        .state = goods_return->state,
        .applied_on = goods_return->applied_on,
        .completed_on = goods_return->completed_on,
        .cancelled = goods_return->cancelled,
        .withheld = goods_return->withheld,
    };
    if (declaration != NULL) {
        answer_out->declaration_state = declaration->state;
        answer_out->tax_due = declaration->tax_due;
    }
    TEXT_PUT(answer_out->key, goods_return->key);
    TEXT_PUT(answer_out->declaration, goods_return->declaration);
}

/* --- what an application must be --- */

static enum verdict
check_window(struct context *context, const struct declaration *declaration, date_days applied_on)
{
    bool is_released =
        declaration->released_on != DATE_NONE &&
        (declaration->state == DECLARATION_RELEASED || declaration->state == DECLARATION_REVIEW);
    if (!is_released) {
        return refuse_field(context, REFUSAL_DECLARATION_STATE, "/invt_no");
    }
    if (applied_on <= declaration->return_until) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse_field(context, REFUSAL_RETURN_WINDOW_CLOSED, "/app_time");
    refusal_date(context, "released_on", declaration->released_on);
    refusal_date(context, "return_until", declaration->return_until);
    refusal_date(context, "applied_on", applied_on);
    return verdict;
}

static const struct ceb_inventory_line *find_line(const struct declaration *declaration,
                                                  const struct ceb_refund_line *wanted,
                                                  size_t *at_out)
{
    const struct ceb_inventory_line *lines = declaration->lines.items;
    for (size_t i = 0; i < declaration->lines.count; i++) {
        if (lines[i].gnum == wanted->gnum && strcmp(lines[i].gcode, wanted->gcode) == 0) {
            *at_out = i;
            return &lines[i];
        }
    }
    return NULL;
}

static enum verdict refuse_quantity(struct context *context, int64_t gnum)
{
    enum verdict verdict = refuse_field(context, REFUSAL_RETURN_QUANTITY, "/lines");
    refusal_integer(context, "gnum", gnum);
    return verdict;
}

/* Every line is one of the declaration's, and so much of it is neither returned nor applied for. */
static enum verdict
check_lines(struct context *context, const struct declaration *declaration, const struct list *list)
{
    const struct ceb_refund_line *lines = list->items;
    int64_t left[CEB_LINE_COUNT_MAX];
    assessment_left(context, declaration, LEFT_NOT_APPLIED_FOR, left);
    if (list->count == 0) {
        return refuse_quantity(context, 0);
    }
    for (size_t i = 0; i < list->count; i++) {
        size_t at = 0;
        if (find_line(declaration, &lines[i], &at) == NULL) {
            enum verdict verdict = refuse_field(context, REFUSAL_RETURN_LINE_UNKNOWN, "/lines");
            refusal_integer(context, "gnum", lines[i].gnum);
            refusal_text(context, "hs_code", lines[i].gcode);
            return verdict;
        }
        if (lines[i].qty <= 0 || lines[i].qty > left[at]) {
            return refuse_quantity(context, lines[i].gnum);
        }
        left[at] -= lines[i].qty;
    }
    return VERDICT_DONE;
}

/* Those refused make room. */
static enum verdict
add_return(struct context *context, struct declaration *declaration, const char *key)
{
    struct declaration_return kept[RETURN_COUNT_MAX];
    const struct declaration_return *returns = declaration->returns.items;
    size_t count = 0;
    for (size_t i = 0; i < declaration->returns.count; i++) {
        const struct goods_return *found =
            state_find(context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        bool stands = found != NULL && found->state != GOODS_RETURN_REFUSED;
        if (stands && strcmp(returns[i].key, key) != 0) {
            kept[count++] = returns[i];
        }
    }
    if (count == RETURN_COUNT_MAX) {
        enum verdict verdict = refuse_field(context, REFUSAL_RETURN_FULL, "/invt_no");
        refusal_integer(context, "return_count", RETURN_COUNT_MAX);
        return verdict;
    }
    TEXT_PUT(kept[count].key, key);
    declaration->returns = (struct list){.items = kept, .count = count + 1};
    declaration_put(context, declaration);
    const struct declaration *stored =
        state_find(context->state, DOCUMENT_DECLARATION, declaration->key);
    assert(stored != NULL);
    *declaration = *stored;
    return VERDICT_DONE;
}

/* --- CEB 625 --- */

static void fill(struct goods_return *goods_return,
                 const struct ceb_application *application,
                 const struct declaration *declaration,
                 date_days applied_on)
{
    goods_return->state = GOODS_RETURN_APPLIED;
    goods_return->applied_on = applied_on;
    goods_return->agent_number = declaration->agent_number;
    TEXT_PUT(goods_return->agent, declaration->agent);
    TEXT_PUT(goods_return->declaration, declaration->key);
    TEXT_PUT(goods_return->invt_no, application->invt_no);
    TEXT_PUT(goods_return->app_time, application->app_time);
    if (application->pre_no[0] != '\0') {
        TEXT_PUT(goods_return->pre_no, application->pre_no);
    }
    goods_return->lines =
        (struct list){.items = application->lines, .count = application->line_count};
}

/* An answer that came first has decided already. */
static enum verdict catch_up(struct context *context,
                             struct goods_return *goods_return,
                             struct declaration *declaration,
                             enum declaration_effect *effect_out)
{
    *effect_out = EFFECT_APPLIED;
    if (goods_return->approved_time[0] != '\0') {
        return goods_return_agree(context, goods_return, declaration, effect_out);
    }
    if (application_effect(goods_return->last_status) == APPLICATION_REFUSED) {
        goods_return->state = GOODS_RETURN_REFUSED;
    }
    goods_return_put(context, goods_return);
    bool is_refused = goods_return->state == GOODS_RETURN_REFUSED;
    goods_return_tell(context,
                      is_refused ? "goods_return.refused" : "goods_return.applied",
                      goods_return,
                      declaration);
    return VERDICT_DONE;
}

static enum verdict apply(struct context *context,
                          const struct ceb_application *application,
                          struct goods_return *goods_return,
                          struct declaration *declaration,
                          void *answer_out)
{
    date_days applied_on = DATE_NONE;
    if (!declaration_time_date(application->app_time, APP_TIME_DIGITS, &applied_on)) {
        return refuse_field(context, REFUSAL_DECLARATION_TIME, "/app_time");
    }
    struct list lines = {.items = application->lines, .count = application->line_count};
    enum verdict verdict = check_window(context, declaration, applied_on);
    if (verdict == VERDICT_DONE) {
        verdict = check_lines(context, declaration, &lines);
    }
    if (verdict == VERDICT_DONE) {
        verdict = add_return(context, declaration, goods_return->key);
    }
    enum declaration_effect effect = EFFECT_APPLIED;
    if (verdict == VERDICT_DONE) {
        if (goods_return->state == GOODS_RETURN_REFUSED) {
            /* Applied for again: the refusal is of the one before. */
            goods_return->last_status[0] = '\0';
        }
        fill(goods_return, application, declaration, applied_on);
        verdict = catch_up(context, goods_return, declaration, &effect);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer(goods_return, declaration, effect, answer_out);
    return rule_done(context);
}

enum verdict goods_return_apply(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_application *application = command_;
    struct goods_return goods_return = {.state = GOODS_RETURN_AWAITED};
    struct declaration declaration;
    char key[REFERENCE_SIZE];
    enum verdict verdict = application_check(context, application, &declaration, key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct goods_return *found = state_find(context->state, DOCUMENT_GOODS_RETURN, key);
    if (found != NULL) {
        goods_return = *found;
    }
    TEXT_PUT(goods_return.key, key);
    int order = strcmp(application->app_time, goods_return.app_time);
    bool is_new = goods_return.state == GOODS_RETURN_AWAITED ||
                  (goods_return.state == GOODS_RETURN_REFUSED && order > 0);
    if (is_new) {
        return apply(context, application, &goods_return, &declaration, answer_out);
    }
    answer(&goods_return, &declaration, order < 0 ? EFFECT_LATE : EFFECT_UNCHANGED, answer_out);
    return rule_done(context);
}

/* --- CEB 626 --- */

static enum declaration_effect park(struct context *context,
                                    const struct ceb_application_return *receipt,
                                    struct goods_return *goods_return)
{
    if (strcmp(goods_return->parked_status, receipt->return_status) == 0 &&
        strcmp(goods_return->parked_return_time, receipt->return_time) == 0) {
        return EFFECT_UNCHANGED;
    }
    TEXT_PUT(goods_return->parked_status, receipt->return_status);
    TEXT_PUT(goods_return->parked_return_time, receipt->return_time);
    goods_return_put(context, goods_return);
    goods_return_tell(context, "goods_return.parked", goods_return, NULL);
    return EFFECT_PARKED;
}

static void take_receipt(const struct ceb_application_return *receipt,
                         enum application_effect effect,
                         enum declaration_effect order,
                         struct goods_return *goods_return)
{
    bool is_first = goods_return->approved_time[0] == '\0';
    if (effect == APPLICATION_APPROVED &&
        (is_first || strcmp(receipt->return_time, goods_return->approved_time) < 0)) {
        TEXT_PUT(goods_return->approved_time, receipt->return_time);
    }
    if (order != EFFECT_APPLIED) {
        return;
    }
    TEXT_PUT(goods_return->last_status, receipt->return_status);
    TEXT_PUT(goods_return->last_return_time, receipt->return_time);
    if (receipt->pre_no[0] != '\0') {
        TEXT_PUT(goods_return->pre_no, receipt->pre_no);
    }
}

static enum verdict decide(struct context *context,
                           const struct ceb_application_return *receipt,
                           struct goods_return *goods_return,
                           struct declaration *declaration,
                           enum declaration_effect *effect_out)
{
    enum application_effect effect = application_effect(receipt->return_status);
    bool is_open =
        goods_return->state == GOODS_RETURN_APPLIED || goods_return->state == GOODS_RETURN_LATE;
    if (effect == APPLICATION_APPROVED && is_open) {
        return goods_return_agree(context, goods_return, declaration, effect_out);
    }
    if (effect == APPLICATION_APPROVED && goods_return->state == GOODS_RETURN_ACCEPTED) {
        *effect_out = EFFECT_UNCHANGED; /* it pays back once */
    } else if (effect == APPLICATION_REFUSED && goods_return->state == GOODS_RETURN_APPLIED) {
        goods_return->state = GOODS_RETURN_REFUSED;
        goods_return_tell(context, "goods_return.refused", goods_return, declaration);
    }
    goods_return_put(context, goods_return);
    return VERDICT_DONE;
}

static bool is_contradiction(const struct goods_return *goods_return,
                             enum application_effect effect,
                             enum declaration_effect order)
{
    if (effect == APPLICATION_UNKNOWN) {
        return true;
    }
    bool is_refused_after = effect == APPLICATION_REFUSED && order == EFFECT_APPLIED &&
                            goods_return->approved_time[0] != '\0';
    bool is_approved_after =
        effect == APPLICATION_APPROVED && goods_return->state == GOODS_RETURN_REFUSED;
    return is_refused_after || (is_approved_after && order == EFFECT_APPLIED);
}

static enum verdict receive(struct context *context,
                            const struct ceb_application_return *receipt,
                            struct goods_return *goods_return,
                            void *answer_out)
{
    struct declaration declaration = {0};
    const struct declaration *found =
        goods_return->declaration[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_DECLARATION, goods_return->declaration);
    if (found != NULL) {
        declaration = *found;
    } else if (goods_return->declaration[0] != '\0') {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/invt_no");
    }
    enum application_effect effect = application_effect(receipt->return_status);
    enum declaration_effect order = told_order(receipt->return_time,
                                               receipt->return_status,
                                               goods_return->last_return_time,
                                               goods_return->last_status);
    /* An approval that was overtaken by another may still be the one in time. */
    bool is_earlier = order == EFFECT_LATE && effect == APPLICATION_APPROVED &&
                      goods_return->approved_time[0] != '\0' &&
                      strcmp(receipt->return_time, goods_return->approved_time) < 0;
    enum verdict verdict = VERDICT_DONE;
    if (is_contradiction(goods_return, effect, order)) {
        order = park(context, receipt, goods_return);
    } else if (order == EFFECT_APPLIED || is_earlier) {
        take_receipt(receipt, effect, order, goods_return);
        verdict = decide(context, receipt, goods_return, &declaration, &order);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer(goods_return, found == NULL ? NULL : &declaration, order, answer_out);
    return rule_done(context);
}

/* The return an answer is about when its number is not that of an application: by the declaration
 * and the e-port's number. */
static const struct goods_return *find_by_pre_no(struct context *context,
                                                 const struct ceb_application_return *receipt)
{
    struct declaration declaration;
    if (receipt->pre_no[0] == '\0' ||
        !declaration_find_number(context, receipt->invt_no, &declaration)) {
        return NULL;
    }
    const struct declaration_return *returns = declaration.returns.items;
    for (size_t i = 0; i < declaration.returns.count; i++) {
        const struct goods_return *found =
            state_find(context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        if (found != NULL && strcmp(found->pre_no, receipt->pre_no) == 0) {
            return found;
        }
    }
    return NULL;
}

enum verdict goods_return_receive(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_application_return *receipt = command_;
    const struct party *agent = NULL;
    char key[REFERENCE_SIZE];
    enum verdict verdict = application_answer_key(context, receipt, &agent, key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    assert(agent != NULL);
    date_days date;
    if (!declaration_time_date(receipt->return_time, RETURN_TIME_DIGITS, &date)) {
        return refuse_field(context, REFUSAL_DECLARATION_TIME, "/return_time");
    }
    struct goods_return goods_return = {
        .state = GOODS_RETURN_AWAITED,
        .agent_number = agent->number,
    };
    TEXT_PUT(goods_return.key, key);
    TEXT_PUT(goods_return.agent, agent->id);
    TEXT_PUT(goods_return.invt_no, receipt->invt_no);
    const struct goods_return *found = state_find(context->state, DOCUMENT_GOODS_RETURN, key);
    if (found == NULL) {
        found = find_by_pre_no(context, receipt);
    }
    if (found != NULL) {
        goods_return = *found;
    }
    return receive(context, receipt, &goods_return, answer_out);
}
