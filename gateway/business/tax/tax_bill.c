/*
 * CEB 816 and 818. What the amounts are and what became of the bill are two things with a time
 * each: a status may come before its bill, and a bill after a newer status.
 */
#include "gateway/business/tax/tax_bill.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/tax/refund.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"

#define STATUS_MADE       '1'
#define STATUS_SUMMARISED '2'
#define STATUS_VOID       '3'

enum verdict tax_bill_get(struct context *context, const char *tax_no, struct tax_bill *bill_out)
{
    const struct tax_bill *found = state_find(context->state, DOCUMENT_TAX_BILL, tax_no);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_TAX_BILL_UNKNOWN, "/tax_no");
    }
    *bill_out = *found;
    return VERDICT_DONE;
}

void tax_bill_put(struct context *context, const struct tax_bill *bill)
{
    state_put(context->state, DOCUMENT_TAX_BILL, bill);
}

void tax_bill_tell(struct context *context,
                   const char *type,
                   const struct tax_bill *bill,
                   const struct declaration *declaration)
{
    struct notice notice;
    notice_begin(&notice, type, bill->tax_no);
    notice_text(&notice, "tax_no", bill->tax_no);
    notice_text(&notice, "invt_no", bill->invt_no);
    notice_text(&notice, "declaration", declaration == NULL ? "" : declaration->key);
    notice_text(&notice, "status", bill->last_status);
    notice_text(&notice, "parked_status", bill->parked_status);
    notice_money(&notice, "assessed", cny(bill->assessed.minor));
    notice_money(&notice, "total", cny(bill->total.minor));
    if (declaration != NULL) {
        notice_to(&notice, declaration->agent_number);
        notice_to(&notice, declaration->principal_number);
    }
    notice_to(&notice, context->actor == NULL ? 0 : context->actor->number);
    notice_send(context, &notice);
}

/* --- the message and what is known --- */

/* What 816 and 818 have in common. */
struct message {
    const char *tax_no;
    const char *invt_no;
    const char *status;
    const char *return_time;
    const char *ent_duty_no;
    const struct ceb_tax *tax; /* NULL for an 818 */
};

struct reception {
    struct context *context;
    struct message message;
    struct tax_bill bill;
    struct declaration declaration;
    bool has_declaration;
    bool are_lines_different;
};

/* The bill as known, or a new one that waits for its amounts. */
static void find(struct reception *reception)
{
    const struct message *message = &reception->message;
    struct state *state = reception->context->state;
    const struct tax_bill *found = state_find(state, DOCUMENT_TAX_BILL, message->tax_no);
    if (found != NULL) {
        reception->bill = *found;
    } else {
        reception->bill = (struct tax_bill){.state = TAX_BILL_AWAITED};
        TEXT_PUT(reception->bill.tax_no, message->tax_no);
        TEXT_PUT(reception->bill.invt_no, message->invt_no);
    }
    reception->has_declaration = declaration_find_number(
        reception->context, reception->bill.invt_no, &reception->declaration);
}

/* The way from the declaration to the bill. */
static enum verdict link_number(struct reception *reception)
{
    struct context *context = reception->context;
    const struct tax_bill *bill = &reception->bill;
    const struct declaration_number *found =
        state_find(context->state, DOCUMENT_DECLARATION_NUMBER, bill->invt_no);
    struct declaration_number number = {0};
    struct declaration_bill bills[TAX_BILL_COUNT_MAX];
    TEXT_PUT(number.invt_no, bill->invt_no);
    if (found != NULL) {
        number = *found;
    }
    const struct declaration_bill *known = number.bills.items;
    for (size_t i = 0; i < number.bills.count; i++) {
        bills[i] = known[i];
        if (strcmp(known[i].tax_no, bill->tax_no) == 0) {
            return VERDICT_DONE;
        }
    }
    if (number.bills.count == TAX_BILL_COUNT_MAX) {
        enum verdict verdict = refuse_field(context, REFUSAL_TAX_BILL_FULL, "/tax_no");
        refusal_integer(context, "bill_count", TAX_BILL_COUNT_MAX);
        return verdict;
    }
    TEXT_PUT(bills[number.bills.count].tax_no, bill->tax_no);
    number.bills = (struct list){.items = bills, .count = number.bills.count + 1};
    state_put(context->state, DOCUMENT_DECLARATION_NUMBER, &number);
    return VERDICT_DONE;
}

/* --- what counts --- */

/* Of the status: newer, the same again or older; of one moment the larger counts. */
static enum declaration_effect status_order(const struct reception *reception)
{
    const struct message *message = &reception->message;
    const struct tax_bill *bill = &reception->bill;
    int order = strcmp(message->return_time, bill->last_return_time);
    if (order == 0) {
        order = message->status[0] - bill->last_status[0];
    }
    if (order == 0) {
        return EFFECT_UNCHANGED;
    }
    return order > 0 ? EFFECT_APPLIED : EFFECT_LATE;
}

static bool is_known_status(const char *status)
{
    return status[0] >= STATUS_MADE && status[0] <= STATUS_VOID && status[1] == '\0';
}

static bool is_contradiction(const struct reception *reception)
{
    const struct message *message = &reception->message;
    const struct tax_bill *bill = &reception->bill;
    if (!is_known_status(message->status) || strcmp(message->invt_no, bill->invt_no) != 0) {
        return true;
    }
    if (message->tax == NULL || !reception->has_declaration) {
        return false;
    }
    struct tax_bill said = {0};
    TEXT_PUT(said.agent_code, message->tax->agent_code);
    TEXT_PUT(said.customs_code, message->tax->customs_code);
    return assessment_contradicts(reception->context, &said, &reception->declaration);
}

static bool is_same_amount(const struct reception *reception)
{
    const struct ceb_tax *tax = reception->message.tax;
    const struct tax_bill *bill = &reception->bill;
    return bill->assessed_tariff.minor == told_fen(tax->customs_tax) &&
           bill->assessed_consumption_tax.minor == told_fen(tax->consumption_tax) &&
           bill->assessed_vat.minor == told_fen(tax->value_added_tax);
}

static bool is_same_as_due(const struct reception *reception)
{
    return is_same_amount(reception) &&
           reception->bill.total.minor == reception->bill.assessed.minor;
}

/* All of it went back, and nothing newer says that tax is due again. */
static bool is_returned(const struct reception *reception)
{
    const struct ceb_tax *tax = reception->message.tax;
    bool asks = told_fen(tax->customs_tax) + told_fen(tax->consumption_tax) +
                    told_fen(tax->value_added_tax) >
                0;
    if (!asks || !reception->has_declaration ||
        reception->declaration.state != DECLARATION_RETURNED) {
        return false;
    }
    const struct declaration_return *returns = reception->declaration.returns.items;
    for (size_t i = 0; i < reception->declaration.returns.count; i++) {
        const struct goods_return *found =
            state_find(reception->context->state, DOCUMENT_GOODS_RETURN, returns[i].key);
        if (found != NULL && found->state == GOODS_RETURN_ACCEPTED &&
            strcmp(found->approved_time, reception->message.return_time) > 0) {
            return false; /* it is older: the return lowers it */
        }
    }
    return true;
}

/* What an 816 with amounts is: APPLIED when its amounts count. */
static enum declaration_effect amount_order(const struct reception *reception)
{
    const struct tax_bill *bill = &reception->bill;
    int order = strcmp(reception->message.return_time, bill->said_time);
    if (order < 0 || (bill->state == TAX_BILL_VOID && status_order(reception) != EFFECT_APPLIED)) {
        return EFFECT_LATE;
    }
    if (order == 0) {
        return is_same_amount(reception) ? status_order(reception) : EFFECT_PARKED;
    }
    return is_returned(reception) ? EFFECT_PARKED : EFFECT_APPLIED;
}

static enum declaration_effect judge(const struct reception *reception)
{
    const struct message *message = &reception->message;
    if (is_contradiction(reception)) {
        return EFFECT_PARKED;
    }
    if (message->tax != NULL && message->status[0] != STATUS_VOID) {
        return amount_order(reception);
    }
    enum declaration_effect order = status_order(reception);
    bool is_revived = reception->bill.state == TAX_BILL_VOID && message->status[0] != STATUS_VOID;
    return order == EFFECT_APPLIED && is_revived ? EFFECT_PARKED : order;
}

/* --- what is done about it --- */

/* Whatever changes the amounts of a bill takes it out of its statement; out of a final one nothing
 * is taken: that is left to people. */
static enum verdict make_free(struct reception *reception, enum declaration_effect *effect)
{
    const struct message *message = &reception->message;
    struct tax_bill *bill = &reception->bill;
    bool is_void = message->status[0] == STATUS_VOID;
    bool is_as_stated = !is_void && (message->tax == NULL || is_same_as_due(reception));
    bool is_out = true;
    if (bill->state == TAX_BILL_STATED && !is_as_stated) {
        enum verdict verdict = tax_statement_drop(reception->context, bill, &is_out);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    if (!is_out) {
        *effect = EFFECT_PARKED;
    } else if (bill->state != TAX_BILL_STATED) {
        tax_day_drop(reception->context, bill);
    }
    return VERDICT_DONE;
}

static enum declaration_effect park(struct reception *reception)
{
    const struct message *message = &reception->message;
    struct tax_bill *bill = &reception->bill;
    if (strcmp(bill->parked_status, message->status) == 0 &&
        strcmp(bill->parked_return_time, message->return_time) == 0) {
        return EFFECT_UNCHANGED;
    }
    TEXT_PUT(bill->parked_status, message->status);
    TEXT_PUT(bill->parked_return_time, message->return_time);
    tax_bill_put(reception->context, bill);
    tax_bill_tell(reception->context,
                  "tax_bill.parked",
                  bill,
                  reception->has_declaration ? &reception->declaration : NULL);
    return EFFECT_PARKED;
}

static void take_status(struct reception *reception)
{
    const struct message *message = &reception->message;
    struct tax_bill *bill = &reception->bill;
    if (status_order(reception) != EFFECT_APPLIED) {
        return;
    }
    TEXT_PUT(bill->last_status, message->status);
    TEXT_PUT(bill->last_return_time, message->return_time);
    if (message->ent_duty_no[0] != '\0') {
        TEXT_PUT(bill->ent_duty_no, message->ent_duty_no);
    }
}

/* The lines against the head, a fen a line allowed. */
static bool are_lines_different(const struct ceb_tax *tax)
{
    int64_t rest[] = {tax->customs_tax, tax->consumption_tax, tax->value_added_tax};
    int64_t allowed = (int64_t)tax->line_count * PRICE_PER_FEN;
    for (size_t i = 0; i < tax->line_count; i++) {
        rest[0] -= tax->lines[i].customs_tax;
        rest[1] -= tax->lines[i].consumption_tax;
        rest[2] -= tax->lines[i].value_added_tax;
    }
    for (size_t kind = 0; kind < sizeof(rest) / sizeof(rest[0]); kind++) {
        if (rest[kind] > allowed || rest[kind] < -allowed) {
            return true;
        }
    }
    return false;
}

static void take_lines(const struct ceb_tax *tax,
                       struct tax_bill *bill,
                       struct tax_bill_line lines[CEB_LINE_COUNT_MAX])
{
    assert(tax->line_count <= CEB_LINE_COUNT_MAX);
    for (size_t i = 0; i < tax->line_count; i++) {
        const struct ceb_tax_line *line = &tax->lines[i];
        lines[i] = (struct tax_bill_line){
            .gnum = line->gnum,
            .tariff = line->customs_tax,
            .consumption_tax = line->consumption_tax,
            .vat = line->value_added_tax,
            .tariff_minor = told_fen(line->customs_tax),
            .consumption_minor = told_fen(line->consumption_tax),
            .vat_minor = told_fen(line->value_added_tax),
        };
        TEXT_PUT(lines[i].gcode, line->gcode);
    }
    bill->lines = (struct list){.items = lines, .count = tax->line_count};
}

static void take_amounts(struct reception *reception,
                         struct tax_bill_line lines[CEB_LINE_COUNT_MAX])
{
    const struct ceb_tax *tax = reception->message.tax;
    struct tax_bill *bill = &reception->bill;
    TEXT_PUT(bill->said_time, tax->return_time);
    if (bill->state == TAX_BILL_STATED) {
        return; /* the same again */
    }
    take_lines(tax, bill, lines);
    bill->assessed_tariff = bill->tariff = cny(told_fen(tax->customs_tax));
    bill->assessed_consumption_tax = bill->consumption_tax = cny(told_fen(tax->consumption_tax));
    bill->assessed_vat = bill->vat = cny(told_fen(tax->value_added_tax));
    bill->assessed = bill->total =
        cny(bill->tariff.minor + bill->consumption_tax.minor + bill->vat.minor);
    TEXT_PUT(bill->agent_code, tax->agent_code);
    if (bill->declaration[0] == '\0') {
        TEXT_PUT(bill->customs_code, tax->customs_code);
    }
    bill->state = TAX_BILL_OPEN;
}

static void make_void(struct tax_bill *bill)
{
    bill->tariff = bill->consumption_tax = bill->vat = bill->total = cny(0);
    bill->state = TAX_BILL_VOID;
}

static enum verdict
settle(struct reception *reception, const char *event, struct tax_bill_line *lines)
{
    struct context *context = reception->context;
    struct declaration *declaration = &reception->declaration;
    tax_bill_put(context, &reception->bill);
    enum verdict verdict = link_number(reception);
    if (verdict == VERDICT_DONE && reception->has_declaration) {
        verdict = assessment_settle(context, declaration);
        if (verdict == VERDICT_DONE) {
            declaration_put(context, declaration);
        }
    }
    const struct tax_bill *found =
        state_find(context->state, DOCUMENT_TAX_BILL, reception->bill.tax_no);
    assert(found != NULL);
    reception->bill = *found;
    const struct declaration *told = reception->has_declaration ? declaration : NULL;
    tax_bill_tell(context, event, &reception->bill, told);
    if (lines != NULL && are_lines_different(reception->message.tax)) {
        tax_bill_tell(context, "tax_bill.lines_differ", &reception->bill, told);
    }
    return verdict;
}

static enum verdict apply(struct reception *reception)
{
    const struct message *message = &reception->message;
    struct tax_bill_line lines[CEB_LINE_COUNT_MAX];
    bool has_amounts = message->tax != NULL && message->status[0] != STATUS_VOID &&
                       strcmp(message->return_time, reception->bill.said_time) > 0;
    const char *event = has_amounts ? "tax_bill.assessed" : "tax_bill.status";
    /* Of a bill that was void, or had no amounts yet, nothing can be lowered. */
    bool was_due = has_amounts && (reception->bill.state == TAX_BILL_OPEN ||
                                   reception->bill.state == TAX_BILL_CANCELLED);
    int64_t due_minor = reception->bill.total.minor;
    if (has_amounts) {
        take_amounts(reception, lines);
    } else if (message->status[0] == STATUS_VOID) {
        make_void(&reception->bill);
        event = "tax_bill.voided";
    }
    take_status(reception);
    if (reception->bill.last_status[0] == STATUS_SUMMARISED) {
        tax_statement_note_duty(reception->context, &reception->bill);
    }
    enum verdict verdict = settle(reception, event, has_amounts ? lines : NULL);
    if (verdict != VERDICT_DONE || !was_due || !reception->has_declaration) {
        return verdict;
    }
    return refund_hear_bill(reception->context,
                            reception->bill.tax_no,
                            &reception->declaration,
                            due_minor - reception->bill.total.minor);
}

static void answer(const struct reception *reception,
                   enum declaration_effect effect,
                   struct tax_bill_answer *answer_out)
{
    const struct tax_bill *bill = &reception->bill;
    *answer_out = (struct tax_bill_answer){
        .effect = (int32_t)effect,
        .state = bill->state,
        .tariff = bill->tariff,
        .consumption_tax = bill->consumption_tax,
        .vat = bill->vat,
        .total = bill->total,
        .assessed = bill->assessed,
        .payment_due = bill->payment_due,
    };
    if (reception->has_declaration) {
        answer_out->assess_difference = reception->declaration.assess_difference;
        TEXT_PUT(answer_out->declaration, reception->declaration.key);
    }
    TEXT_PUT(answer_out->tax_no, bill->tax_no);
    TEXT_PUT(answer_out->ent_duty_no, bill->ent_duty_no);
}

static enum verdict
receive(struct context *context, const struct message *message, struct tax_bill_answer *answer_out)
{
    date_days date;
    if (!declaration_time_date(message->return_time, RETURN_TIME_DIGITS, &date)) {
        return refuse_field(context, REFUSAL_DECLARATION_TIME, "/return_time");
    }
    struct reception reception = {.context = context, .message = *message};
    find(&reception);
    enum declaration_effect effect = judge(&reception);
    enum verdict verdict = effect == EFFECT_APPLIED ? make_free(&reception, &effect) : VERDICT_DONE;
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (effect == EFFECT_PARKED) {
        effect = park(&reception);
        verdict = link_number(&reception);
    } else if (effect == EFFECT_APPLIED) {
        verdict = apply(&reception);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer(&reception, effect, answer_out);
    return rule_done(context);
}

enum verdict tax_bill_receive(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_tax *tax = command_;
    const struct message message = {
        .tax_no = tax->tax_no,
        .invt_no = tax->invt_no,
        .status = tax->status,
        .return_time = tax->return_time,
        .ent_duty_no = tax->ent_duty_no,
        .tax = tax,
    };
    return receive(context, &message, answer_out);
}

enum verdict
tax_bill_receive_status(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_tax_status *status = command_;
    const struct message message = {
        .tax_no = status->tax_no,
        .invt_no = status->invt_no,
        .status = status->status,
        .return_time = status->return_time,
        .ent_duty_no = status->ent_duty_no,
    };
    return receive(context, &message, answer_out);
}
