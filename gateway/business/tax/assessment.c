#include "gateway/business/tax/assessment.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

enum {
    KIND_COUNT = 3, /* tariff, consumption tax, value added tax */
};

struct assessment {
    struct context *context;
    struct declaration *declaration;
    const struct goods_return *accepted[RETURN_COUNT_MAX];
    size_t accepted_count;
    size_t live_count; /* bills open or in a statement */
    bool is_assessed;  /* customs has spoken, be it to void it again */
    int64_t assessed_minor;
    int64_t due_minor;
    int64_t open_minor; /* due and in no statement */
};

/* --- what has been returned --- */

static size_t line_index(const struct declaration *declaration, int64_t gnum)
{
    const struct ceb_inventory_line *lines = declaration->lines.items;
    size_t i = 0;
    while (i < declaration->lines.count && lines[i].gnum != gnum) {
        i++;
    }
    return i;
}

static void take_off(const struct declaration *declaration,
                     const struct goods_return *goods_return,
                     int64_t left[CEB_LINE_COUNT_MAX])
{
    const struct ceb_refund_line *lines = goods_return->lines.items;
    for (size_t i = 0; i < goods_return->lines.count; i++) {
        size_t at = line_index(declaration, lines[i].gnum);
        if (at < declaration->lines.count) {
            left[at] -= lines[i].qty < left[at] ? lines[i].qty : left[at];
        }
    }
}

static void declared(const struct declaration *declaration, int64_t left_out[CEB_LINE_COUNT_MAX])
{
    const struct ceb_inventory_line *lines = declaration->lines.items;
    for (size_t i = 0; i < declaration->lines.count; i++) {
        left_out[i] = lines[i].qty;
    }
}

void assessment_left(struct context *context,
                     const struct declaration *declaration,
                     enum left left,
                     int64_t left_out[CEB_LINE_COUNT_MAX])
{
    declared(declaration, left_out);
    const struct declaration_return *returns = declaration->returns.items;
    for (size_t i = 0; i < declaration->returns.count; i++) {
        const struct goods_return *found =
            state_find(context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        bool is_accepted = found != NULL && found->state == GOODS_RETURN_ACCEPTED;
        /* A late one too: an approval still on its way may turn out to be in time. */
        bool is_applied_for = found != NULL && (found->state == GOODS_RETURN_APPLIED ||
                                                found->state == GOODS_RETURN_LATE);
        if (is_accepted || (is_applied_for && left == LEFT_NOT_APPLIED_FOR)) {
            take_off(declaration, found, left_out);
        }
    }
}

static void find_accepted(struct assessment *assessment)
{
    const struct list *list = &assessment->declaration->returns;
    const struct declaration_return *returns = list->items;
    for (size_t i = 0; i < list->count; i++) {
        const struct goods_return *found =
            state_find(assessment->context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        if (found != NULL && found->state == GOODS_RETURN_ACCEPTED) {
            assessment->accepted[assessment->accepted_count++] = found;
        }
    }
}

/* --- what a bill still asks for --- */

static bool is_newer(const struct goods_return *goods_return, const struct tax_bill *bill)
{
    return strcmp(goods_return->approved_time, bill->said_time) > 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Takes the tax of a quantity off one line and off the bill. */
static void lower_line(
    struct tax_bill_line *line, int64_t qty, int64_t basis, bool is_last, int64_t due[KIND_COUNT])
{
    const int64_t said[KIND_COUNT] = {line->tariff, line->consumption_tax, line->vat};
    int64_t *const rest[KIND_COUNT] = {
        &line->tariff_minor, &line->consumption_minor, &line->vat_minor};
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        int64_t part = *rest[kind];
        if (!is_last && basis > 0 && amount_scale(said[kind], qty, basis * PRICE_PER_FEN, &part)) {
            part = least(part, *rest[kind]);
        }
        *rest[kind] -= part;
        due[kind] -= least(part, due[kind]);
    }
}

static void lower_by(const struct declaration *declaration,
                     const struct goods_return *goods_return,
                     const int64_t basis[CEB_LINE_COUNT_MAX],
                     int64_t left[CEB_LINE_COUNT_MAX],
                     struct tax_bill *bill,
                     int64_t due[KIND_COUNT])
{
    const struct ceb_refund_line *returned = goods_return->lines.items;
    struct tax_bill_line *lines = bill->lines.items;
    for (size_t i = 0; i < goods_return->lines.count; i++) {
        size_t at = line_index(declaration, returned[i].gnum);
        bool is_last = returned[i].qty >= left[at];
        left[at] -= least(returned[i].qty, left[at]);
        for (size_t j = 0; j < bill->lines.count; j++) {
            if (lines[j].gnum == returned[i].gnum) {
                lower_line(&lines[j], returned[i].qty, basis[at], is_last, due);
            }
        }
    }
}

/* Nothing is left of the goods the bill is for. */
static bool is_all_gone(const struct declaration *declaration,
                        const struct tax_bill *bill,
                        const int64_t left[CEB_LINE_COUNT_MAX])
{
    const struct tax_bill_line *lines = bill->lines.items;
    for (size_t i = 0; i < declaration->lines.count; i++) {
        bool is_of_bill = bill->lines.count == 0;
        for (size_t j = 0; j < bill->lines.count && !is_of_bill; j++) {
            is_of_bill = line_index(declaration, lines[j].gnum) == i;
        }
        if (is_of_bill && left[i] > 0) {
            return false;
        }
    }
    return true;
}

static void as_said(struct tax_bill *bill)
{
    struct tax_bill_line *lines = bill->lines.items;
    for (size_t i = 0; i < bill->lines.count; i++) {
        const int64_t said[KIND_COUNT] = {lines[i].tariff, lines[i].consumption_tax, lines[i].vat};
        int64_t *const due[KIND_COUNT] = {
            &lines[i].tariff_minor, &lines[i].consumption_minor, &lines[i].vat_minor};
        for (size_t kind = 0; kind < KIND_COUNT; kind++) {
            *due[kind] = told_fen(said[kind]);
        }
    }
}

/* The bill's lines must be the caller's own. */
static void reckon(const struct assessment *assessment, struct tax_bill *bill)
{
    const struct declaration *declaration = assessment->declaration;
    int64_t due[KIND_COUNT] = {bill->assessed_tariff.minor,
                               bill->assessed_consumption_tax.minor,
                               bill->assessed_vat.minor};
    int64_t basis[CEB_LINE_COUNT_MAX];
    int64_t left[CEB_LINE_COUNT_MAX];
    bool is_lowered = false;
    as_said(bill);
    declared(declaration, basis);
    for (size_t i = 0; i < assessment->accepted_count; i++) {
        if (!is_newer(assessment->accepted[i], bill)) {
            take_off(declaration, assessment->accepted[i], basis);
        }
    }
    memcpy(left, basis, sizeof(left[0]) * declaration->lines.count);
    for (size_t i = 0; i < assessment->accepted_count; i++) {
        if (is_newer(assessment->accepted[i], bill)) {
            lower_by(declaration, assessment->accepted[i], basis, left, bill, due);
            is_lowered = true;
        }
    }
    bool is_due = !is_lowered && due[0] + due[1] + due[2] > 0;
    bool is_gone =
        assessment->accepted_count > 0 && !is_due && is_all_gone(declaration, bill, left);
    for (size_t kind = 0; kind < KIND_COUNT && is_gone; kind++) {
        due[kind] = 0;
    }
    bill->tariff = cny(due[0]);
    bill->consumption_tax = cny(due[1]);
    bill->vat = cny(due[2]);
    bill->total = cny(due[0] + due[1] + due[2]);
    bill->state = is_gone ? TAX_BILL_CANCELLED : TAX_BILL_OPEN;
}

/* --- bill by bill --- */

bool assessment_contradicts(struct context *context,
                            const struct tax_bill *bill,
                            const struct declaration *declaration)
{
    const struct party *agent =
        bill->agent_code[0] == '\0' ? NULL : identifier_party(context, bill->agent_code);
    bool is_other_agent = bill->agent_code[0] != '\0' &&
                          (agent == NULL || strcmp(agent->id, declaration->agent) != 0);
    bool is_other_district = bill->customs_code[0] != '\0' &&
                             declaration->customs_code[0] != '\0' &&
                             strcmp(bill->customs_code, declaration->customs_code) != 0;
    return is_other_agent || is_other_district;
}

/* The bill was there first. False: it is not of this declaration after all. */
static bool join(const struct assessment *assessment, struct tax_bill *bill)
{
    struct context *context = assessment->context;
    const struct declaration *declaration = assessment->declaration;
    if (bill->declaration[0] != '\0') {
        return strcmp(bill->declaration, declaration->key) == 0;
    }
    if (assessment_contradicts(context, bill, declaration)) {
        if (bill->parked_status[0] == '\0') {
            TEXT_PUT(bill->parked_status, bill->last_status);
            TEXT_PUT(bill->parked_return_time, bill->last_return_time);
            tax_bill_put(context, bill);
            tax_bill_tell(context, "tax_bill.parked", bill, declaration);
        }
        return false;
    }
    TEXT_PUT(bill->declaration, declaration->key);
    TEXT_PUT(bill->agent, declaration->agent);
    bill->agent_number = declaration->agent_number;
    return true;
}

static void count(struct assessment *assessment, const struct tax_bill *bill)
{
    bool is_live = bill->state == TAX_BILL_OPEN || bill->state == TAX_BILL_STATED;
    assessment->is_assessed |= bill->said_time[0] != '\0';
    if (is_live) {
        assessment->live_count++;
        assessment->assessed_minor += bill->assessed.minor;
        assessment->due_minor += bill->total.minor;
    }
    if (bill->state == TAX_BILL_OPEN) {
        assessment->open_minor += bill->total.minor;
    }
}

static void settle_bill(struct assessment *assessment, const char *tax_no)
{
    struct context *context = assessment->context;
    const struct declaration *declaration = assessment->declaration;
    const struct tax_bill *found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no);
    if (found == NULL) {
        return;
    }
    struct tax_bill bill = *found;
    struct tax_bill_line lines[CEB_LINE_COUNT_MAX];
    if (bill.lines.count > 0) {
        memcpy(lines, found->lines.items, bill.lines.count * sizeof(lines[0]));
        bill.lines.items = lines;
    }
    if (!join(assessment, &bill)) {
        return;
    }
    tax_day_drop(context, &bill);
    if (declaration->customs_code[0] != '\0') {
        TEXT_PUT(bill.customs_code, declaration->customs_code);
    }
    bill.released_on = declaration->released_on;
    bill.payment_due = declaration->payment_due;
    if (bill.state == TAX_BILL_OPEN || bill.state == TAX_BILL_CANCELLED) {
        reckon(assessment, &bill);
    }
    count(assessment, &bill);
    tax_day_take(context, &bill);
    tax_bill_put(context, &bill);
}

/* Its bills, as far as the number is this declaration's. */
static const struct declaration_number *number_of(struct context *context,
                                                  const struct declaration *declaration)
{
    const struct declaration_number *number =
        declaration->invt_no[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_DECLARATION_NUMBER, declaration->invt_no);
    bool is_its = number != NULL && (number->declaration[0] == '\0' ||
                                     strcmp(number->declaration, declaration->key) == 0);
    return is_its ? number : NULL;
}

static void settle_bills(struct assessment *assessment)
{
    const struct declaration_number *number =
        number_of(assessment->context, assessment->declaration);
    const struct declaration_bill *bills = number == NULL ? NULL : number->bills.items;
    find_accepted(assessment);
    for (size_t i = 0; number != NULL && i < number->bills.count; i++) {
        settle_bill(assessment, bills[i].tax_no);
    }
}

/* What stands behind an open bill is what stands behind its declaration. */
static void name_guarantee(struct context *context, const struct declaration *declaration)
{
    const struct declaration_number *number = number_of(context, declaration);
    const struct declaration_bill *bills = number == NULL ? NULL : number->bills.items;
    for (size_t i = 0; number != NULL && i < number->bills.count; i++) {
        const struct tax_bill *found =
            state_find(context->state, DOCUMENT_TAX_BILL, bills[i].tax_no);
        bool is_to_name = found != NULL && found->state != TAX_BILL_STATED &&
                          strcmp(found->declaration, declaration->key) == 0 &&
                          strcmp(found->grn, declaration->grn) != 0;
        if (is_to_name) {
            struct tax_bill bill = *found;
            TEXT_PUT(bill.grn, declaration->grn);
            tax_bill_put(context, &bill);
        }
    }
}

bool assessment_touches(const struct tax_bill *bill, const struct goods_return *goods_return)
{
    const struct tax_bill_line *lines = bill->lines.items;
    const struct ceb_refund_line *returned = goods_return->lines.items;
    for (size_t i = 0; i < bill->lines.count; i++) {
        for (size_t j = 0; j < goods_return->lines.count; j++) {
            if (lines[i].gnum == returned[j].gnum) {
                return true;
            }
        }
    }
    return bill->lines.count == 0;
}

enum verdict assessment_leave_statements(struct context *context,
                                         const struct declaration *declaration,
                                         const struct goods_return *goods_return,
                                         bool *is_out_out)
{
    const struct declaration_number *number = number_of(context, declaration);
    const struct declaration_bill *bills = number == NULL ? NULL : number->bills.items;
    *is_out_out = true;
    for (size_t i = 0; number != NULL && i < number->bills.count && *is_out_out; i++) {
        const struct tax_bill *found =
            state_find(context->state, DOCUMENT_TAX_BILL, bills[i].tax_no);
        bool is_in = found != NULL && found->state == TAX_BILL_STATED &&
                     is_newer(goods_return, found) && assessment_touches(found, goods_return);
        if (!is_in) {
            continue;
        }
        struct tax_bill bill = *found;
        enum verdict verdict = tax_statement_drop(context, &bill, is_out_out);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        tax_day_take(context, &bill);
        tax_bill_put(context, &bill);
    }
    return VERDICT_DONE;
}

/* --- the declaration --- */

static enum verdict post_difference(struct context *context,
                                    const struct declaration *declaration,
                                    int64_t change_minor)
{
    const struct account_key estimated = {
        .owner = declaration->agent_number,
        .purpose = PURPOSE_TAX_ESTIMATED,
        .currency = CURRENCY_CNY,
    };
    struct account_key difference = estimated;
    difference.purpose = PURPOSE_TAX_DIFFERENCE;
    if (change_minor == 0) {
        return VERDICT_DONE;
    }
    return change_minor > 0
               ? rule_move(
                     context, &estimated, &difference, change_minor, TRANSFER_CODE_TAX_DIFFERENCE)
               : rule_move(
                     context, &difference, &estimated, -change_minor, TRANSFER_CODE_TAX_DIFFERENCE);
}

static void tell_difference(struct context *context, const struct declaration *declaration)
{
    struct notice notice;
    notice_begin(&notice, "tax.difference", declaration->key);
    notice_text(&notice, "declaration", declaration->key);
    notice_money(&notice, "estimated", declaration->tax_total);
    notice_money(&notice, "assessed", declaration->assessed);
    notice_money(&notice, "difference", declaration->assess_difference);
    notice_to(&notice, declaration->agent_number);
    notice_to(&notice, declaration->principal_number);
    notice_to(&notice, context->actor == NULL ? 0 : context->actor->number);
    notice_send(context, &notice);
}

/* Assessed less estimated, of the whole: once goods have gone back it stays as it was. */
static enum verdict compare(const struct assessment *assessment)
{
    struct context *context = assessment->context;
    struct declaration *declaration = assessment->declaration;
    int64_t before = declaration->assess_difference.minor;
    if (assessment->accepted_count > 0 || declaration->state == DECLARATION_AWAITED ||
        !assessment->is_assessed) {
        return VERDICT_DONE;
    }
    int64_t difference =
        assessment->live_count == 0 ? 0 : assessment->assessed_minor - declaration->tax_total.minor;
    declaration->assess_difference = cny(difference);
    enum verdict verdict = post_difference(context, declaration, difference - before);
    if (verdict == VERDICT_DONE && difference != before &&
        llabs(difference) > terms_of(context, context->today).assess_tolerance_minor) {
        tell_difference(context, declaration);
    }
    return verdict;
}

static void sum_up(const struct assessment *assessment)
{
    struct declaration *declaration = assessment->declaration;
    declaration->tax_bill_open = assessment->live_count > 0;
    declaration->assessed =
        assessment->live_count > 0 ? cny(assessment->assessed_minor) : (struct money){0};
    if (assessment->is_assessed) {
        declaration->tax_due = cny(assessment->due_minor);
    } else if (assessment->accepted_count > 0) {
        int64_t left[CEB_LINE_COUNT_MAX];
        assessment_left(assessment->context, declaration, LEFT_NOT_RETURNED, left);
        declaration->tax_due =
            cny(declaration_estimate_left(assessment->context, declaration, left));
    }
}

enum verdict assessment_settle(struct context *context, struct declaration *declaration)
{
    struct assessment assessment = {.context = context, .declaration = declaration};
    settle_bills(&assessment);
    sum_up(&assessment);
    enum verdict verdict = compare(&assessment);
    bool is_covered =
        declaration->state == DECLARATION_PROVISIONAL || declaration->state == DECLARATION_RELEASED;
    if (verdict == VERDICT_DONE && is_covered && assessment.is_assessed) {
        verdict = declaration_recover(context, declaration, assessment.open_minor);
    }
    name_guarantee(context, declaration);
    return verdict;
}

enum verdict assessment_settle_return(struct context *context, struct declaration *declaration)
{
    struct assessment assessment = {.context = context, .declaration = declaration};
    settle_bills(&assessment);
    sum_up(&assessment);
    enum verdict verdict = declaration_cover_at_most(
        context,
        declaration,
        assessment.is_assessed ? assessment.open_minor : declaration->tax_due.minor);
    name_guarantee(context, declaration);
    return verdict;
}
