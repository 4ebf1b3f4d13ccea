#include "tests/business/bills.h"

#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"

static const struct field make_fields[] = {
    TEXT(bill_make, tax_no, FIELD_REQUIRED, .meaning = "-"),
    TEXT(bill_make, declaration, FIELD_REQUIRED, .meaning = "-"),
    TEXT(bill_make, agent, FIELD_REQUIRED, .meaning = "-"),
    TEXT(bill_make, customs_code, FIELD_REQUIRED, .meaning = "-"),
    TEXT(bill_make, grn, 0, .meaning = "-"),
    FIELD(bill_make, tariff, FIELD_MONEY, 0, .meaning = "-"),
    FIELD(bill_make, consumption_tax, FIELD_MONEY, 0, .meaning = "-"),
    FIELD(bill_make, vat, FIELD_MONEY, 0, .meaning = "-"),
    FIELD(bill_make, released_on, FIELD_DATE, 0, .meaning = "-"),
};
static const struct record make_record = RECORD(bill_make, make_fields, "-");

static const struct field leave_fields[] = {
    TEXT(bill_leave, tax_no, FIELD_REQUIRED, .meaning = "-"),
    TEXT(bill_leave, ent_duty_no, 0, .meaning = "-"),
};
static const struct record leave_record = RECORD(bill_leave, leave_fields, "-");

static const struct field answer_fields[] = {
    FIELD(bill_answer, is_out, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "-"),
    FIELD(bill_answer, is_counted, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "-"),
};
static const struct record answer_record = RECORD(bill_answer, answer_fields, "-");

static enum verdict make(struct context *context, const void *command_, void *answer_out)
{
    const struct bill_make *command = command_;
    struct bill_answer *answer = answer_out;
    const struct party *agent = party_find(context, command->agent);
    struct tax_bill bill = {
        .state = TAX_BILL_OPEN,
        .agent_number = agent == NULL ? 0 : agent->number,
        .tariff = command->tariff,
        .consumption_tax = command->consumption_tax,
        .vat = command->vat,
        .total = cny(command->tariff.minor + command->consumption_tax.minor + command->vat.minor),
        .released_on = command->released_on,
        .payment_due = command->released_on + 45,
    };
    bill.tariff.currency = bill.consumption_tax.currency = bill.vat.currency = CURRENCY_CNY;
    bill.assessed = bill.total;
    TEXT_PUT(bill.tax_no, command->tax_no);
    TEXT_PUT(bill.declaration, command->declaration);
    TEXT_PUT(bill.agent, command->agent);
    TEXT_PUT(bill.customs_code, command->customs_code);
    TEXT_PUT(bill.grn, command->grn);
    tax_day_take(context, &bill);
    tax_bill_put(context, &bill);
    answer->is_counted = bill.tax_day[0] != '\0';
    return rule_done(context);
}

static enum verdict leave(struct context *context, const void *command_, void *answer_out)
{
    const struct bill_leave *command = command_;
    struct bill_answer *answer = answer_out;
    struct tax_bill bill = {0};
    enum verdict verdict = tax_bill_get(context, command->tax_no, &bill);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (command->ent_duty_no[0] != '\0') {
        TEXT_PUT(bill.ent_duty_no, command->ent_duty_no);
        tax_statement_note_duty(context, &bill);
        tax_bill_put(context, &bill);
        return rule_done(context);
    }
    answer->is_out = true;
    if (bill.state == TAX_BILL_STATED) {
        verdict = tax_statement_drop(context, &bill, &answer->is_out);
    }
    if (verdict == VERDICT_DONE && answer->is_out) {
        tax_day_drop(context, &bill);
        bill.state = TAX_BILL_CANCELLED;
        bill.tariff = bill.consumption_tax = bill.vat = bill.total = cny(0);
        tax_bill_put(context, &bill);
    }
    return verdict == VERDICT_DONE ? rule_done(context) : verdict;
}

const struct command_type bill_make_type = {
    .name = "bill",
    .command = &make_record,
    .answer = &answer_record,
    .rule = make,
};

const struct command_type bill_leave_type = {
    .name = "leave",
    .command = &leave_record,
    .answer = &answer_record,
    .rule = leave,
};
