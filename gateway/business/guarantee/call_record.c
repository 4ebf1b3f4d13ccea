#include "gateway/business/field.h"
#include "gateway/business/guarantee/call.h"

static const struct name states[] = {
    {CALL_DEMANDED, "demanded", "the guarantor has to pay (已索赔)"       },
    {CALL_OVERDUE,  "overdue",  "the guarantor has not paid in time (逾期)"},
    {CALL_PAID,     "paid",     "paid (已赔付)"                           },
    {0,             NULL,       NULL                                         },
};

static const struct field call_fields[] = {
    TEXT(call, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "guarantee and number"),
    TEXT(call, grn, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the guarantee called"),
    FIELD(call, number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(call, state, FIELD_ENUM, FIELD_REQUIRED, .names = states, .meaning = "where it stands"),
    TEXT(call, reference, FIELD_REQUIRED, .meaning = "the reservation called"),
    TEXT(call, principal, FIELD_REQUIRED, .meaning = "whose tax (被担保人)"),
    TEXT(call, guarantor, FIELD_INDEX, .meaning = "who has to pay (担保人)"),
    TEXT(call, beneficiary, FIELD_REQUIRED, .meaning = "customs (受益人)"),
    FIELD(call, amount, FIELD_MONEY, 0, .meaning = "called (执行金额)"),
    FIELD(call, paid, FIELD_MONEY, 0, .meaning = "paid so far (已付)"),
    TEXT(call, payment_reference, 0, .meaning = "to be given with the payment (付款附言)"),
    FIELD(call, called_on, FIELD_DATE, 0, .meaning = "called on"),
    FIELD(call, due_on, FIELD_DATE, FIELD_INDEX, .meaning = "last day to pay (付款期限)"),
    TEXT(call, reason, 0, .meaning = "why (原因)"),
    TEXT(call, statement, FIELD_INDEX, .meaning = "whose tax is called with it (集中纳税)"),
};
const struct record call_record = RECORD(call, call_fields, "A call on a guarantee (执行担保)");

static const struct field make_fields[] = {
    TEXT(call_make, grn, FIELD_REQUIRED | FIELD_CODE, .meaning = "the guarantee"),
    TEXT(call_make, reference, FIELD_REQUIRED | FIELD_CODE, .meaning = "the reservation"),
    AMOUNT(call_make, amount, 0, "how much; absent: all of it"),
    TEXT(call_make, reason, 0, .meaning = "why (原因)"),
};
const struct record call_make_record =
    RECORD(call_make, make_fields, "Call a guarantee (执行担保)");

static const struct field pay_fields[] = {
    TEXT(call_pay, call, FIELD_REQUIRED | FIELD_CODE, .meaning = "the call paid"),
    TEXT(call_pay,
         bank_reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the bank's own number of the payment (银行流水号)"),
    AMOUNT(call_pay, amount, FIELD_REQUIRED, "paid (付款金额)"),
    FIELD(call_pay, value_date, FIELD_DATE, FIELD_REQUIRED, .meaning = "value date (起息日)"),
    TEXT(call_pay, payer_name, FIELD_PERSONAL, .meaning = "who paid (付款人)"),
};
const struct record call_pay_record = RECORD(call_pay, pay_fields, "Pay a demand (担保赔付)");

static const struct field answer_fields[] = {
    TEXT(call_answer, call, FIELD_REQUIRED, .meaning = "guarantee and number"),
    TEXT(call_answer, grn, FIELD_REQUIRED, .meaning = "the guarantee"),
    FIELD(call_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands now"),
    FIELD(call_answer, amount, FIELD_MONEY, 0, .meaning = "called"),
    FIELD(call_answer, paid, FIELD_MONEY, 0, .meaning = "paid so far"),
    TEXT(call_answer, payment_reference, 0, .meaning = "to be given with the payment"),
    FIELD(call_answer, due_on, FIELD_DATE, 0, .meaning = "last day to pay"),
    FIELD(call_answer, limit, FIELD_MONEY, 0, .meaning = "of the guarantee (额度)"),
    FIELD(call_answer, available, FIELD_MONEY, 0, .meaning = "of the guarantee (可用)"),
    FIELD(call_answer, reserved, FIELD_MONEY, 0, .meaning = "of the guarantee (占用)"),
    FIELD(call_answer, called, FIELD_MONEY, 0, .meaning = "of the guarantee (执行)"),
};
const struct record call_answer_record =
    RECORD(call_answer, answer_fields, "A call as it stands now");
