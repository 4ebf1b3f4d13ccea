#include "gateway/business/field.h"
#include "gateway/business/tax/tax_statement.h"

const struct name tax_statement_states[] = {
    {TAX_STATEMENT_CUTTING,     "cutting",     "bills are being added (汇总中)"             },
    {TAX_STATEMENT_PRELIMINARY, "preliminary", "complete; bills may still leave it (待确认)"},
    {TAX_STATEMENT_FINAL,       "final",       "to be paid as it stands (待缴)"              },
    {TAX_STATEMENT_PAYING,      "paying",      "a payment is under way (缴税中)"            },
    {TAX_STATEMENT_PAID,        "paid",        "paid; the guarantees are restored (已缴)"    },
    {TAX_STATEMENT_OVERDUE,     "overdue",     "not paid in time (逾期)"                     },
    {TAX_STATEMENT_CALLED,      "called",      "its guarantees are called (执行担保)"      },
    {TAX_STATEMENT_SETTLED,     "settled",     "the calls are paid (已清偿)"                },
    {TAX_STATEMENT_EMPTY,       "empty",       "every bill has left it (无税单)"            },
    {0,                         NULL,          NULL                                            },
};

#define STATEMENT(struct_, flags_)                                                                 \
    TEXT(struct_, statement, FIELD_REQUIRED | (flags_), .meaning = "the statement (汇总编号)")

static const struct field cover_fields[] = {
    TEXT(tax_statement_cover, grn, FIELD_REQUIRED, .meaning = "the guarantee"),
    FIELD(tax_statement_cover,
          restored_minor,
          FIELD_INTEGER,
          0,
          .meaning = "given back by the payment, fen"),
};
static const struct record cover_record =
    RECORD(tax_statement_cover, cover_fields, "A guarantee behind a statement");

static const struct field day_fields[] = {
    FIELD(tax_statement_day, released_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "day of release"),
    FIELD(tax_statement_day,
          bill_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "bills of that day in it"),
};
static const struct record day_record =
    RECORD(tax_statement_day, day_fields, "A day of release in a statement");

#define SUM(member_, meaning_) FIELD(tax_statement, member_, FIELD_MONEY, 0, .meaning = (meaning_))
#define DAY(member_, meaning_) FIELD(tax_statement, member_, FIELD_DATE, 0, .meaning = (meaning_))

static const struct field statement_fields[] = {
    TEXT(tax_statement, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "the statement (汇总编号)"),
    FIELD(tax_statement,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = tax_statement_states,
          .meaning = "where it stands (状态)"),
    TEXT(
        tax_statement, agent, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who has to pay (申报企业)"),
    FIELD(tax_statement, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(tax_statement, customs_code, FIELD_REQUIRED, .meaning = "customs district (关区代码)"),
    TEXT(tax_statement, customs, FIELD_INDEX, .meaning = "its party (海关)"),
    FIELD(tax_statement, customs_number, FIELD_INTEGER, 0, .meaning = "its number"),
    DAY(cut_on, "when it was begun (汇总日期)"),
    DAY(through, "last day of release in it (放行截止)"),
    FIELD(tax_statement,
          bill_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "tax bills in it (税单数)"),
    SUM(tariff, "tariff (关税)"),
    SUM(consumption_tax, "consumption tax (消费税)"),
    SUM(vat, "value added tax (增值税)"),
    SUM(total, "all three (税款合计)"),
    DAY(legal_due_on, "the earliest last day of payment in it (法定期限)"),
    FIELD(tax_statement,
          due_on,
          FIELD_DATE,
          FIELD_INDEX,
          .meaning = "the same, or the next working day (缴税截止)"),
    DAY(final_on, "when it became final (确认日期)"),
    SUM(late_fee, "for each day after the due date (滞纳金)"),
    TEXT(tax_statement, payment, 0, .meaning = "its last payment (付款编号)"),
    FIELD(tax_statement, payment_count, FIELD_INTEGER, 0, .meaning = "how many were tried"),
    DAY(paid_on, "when it was paid (缴税日期)"),
    FIELD(tax_statement, is_in_arrears, FIELD_BOOLEAN, 0, .meaning = "the agent is in arrears"),
    FIELD(tax_statement, open_call_count, FIELD_INTEGER, 0, .meaning = "calls not paid yet"),
    SUM(uncovered, "called and on no guarantee: the agent owes it"),
    TEXT(tax_statement, ent_duty_no, 0, .meaning = "the duty document (缴款书编号)"),
    FIELD(tax_statement,
          covers,
          FIELD_LIST,
          0,
          .size = STATEMENT_COVER_COUNT_MAX,
          .record = &cover_record,
          .meaning = "the guarantees behind it"),
    FIELD(tax_statement,
          days,
          FIELD_LIST,
          0,
          .size = STATEMENT_DAY_COUNT_MAX,
          .record = &day_record,
          .meaning = "its bills by day of release"),
};
const struct record tax_statement_record =
    RECORD(tax_statement, statement_fields, "Tax bills paid as one (集中纳税)");

static const struct field cut_fields[] = {
    TEXT(tax_statement_cut,
         agent,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "who has to pay (申报企业)"),
    TEXT(tax_statement_cut,
         customs_code,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "customs district (关区代码)"),
};
const struct record tax_statement_cut_record =
    RECORD(tax_statement_cut, cut_fields, "Put what is ripe into a statement (汇总)");

static const struct field tax_no_fields[] = {
    TEXT(tax_statement_tax_no, tax_no, FIELD_REQUIRED, .meaning = "number of a bill (税单编号)"),
};
static const struct record tax_no_record = RECORD(tax_statement_tax_no, tax_no_fields, "A bill");

static const struct field add_fields[] = {
    STATEMENT(tax_statement_add, FIELD_CODE),
    FIELD(tax_statement_add,
          tax_nos,
          FIELD_LIST,
          FIELD_REQUIRED,
          .size = STATEMENT_PAGE_COUNT_MAX,
          .record = &tax_no_record,
          .meaning = "the bills"),
};
const struct record tax_statement_add_record =
    RECORD(tax_statement_add, add_fields, "Put bills into a statement being cut");

static const struct field named_fields[] = {
    STATEMENT(tax_statement_named, FIELD_CODE),
};
const struct record tax_statement_named_record =
    RECORD(tax_statement_named, named_fields, "Do something to a statement");

static const struct name funds[] = {
    {STATEMENT_FUND_WITHHELD, "withheld", "taxes withheld from buyers (代扣税款)"},
    {STATEMENT_FUND_PAYABLE,  "payable",  "the agent's own money (自有资金)"     },
    {0,                       NULL,       NULL                                       },
};

#define FUND(struct_)                                                                              \
    FIELD(struct_, fund, FIELD_ENUM, FIELD_REQUIRED, .names = funds, .meaning = "paid from")

static const struct field pay_fields[] = {
    STATEMENT(tax_statement_pay, FIELD_CODE),
    TEXT(tax_statement_pay, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "through which bank"),
    FUND(tax_statement_pay),
};
const struct record tax_statement_pay_record =
    RECORD(tax_statement_pay, pay_fields, "Pay a statement to the treasury (集中缴税)");

static const struct field call_fields[] = {
    STATEMENT(tax_statement_call, FIELD_CODE),
    TEXT(tax_statement_call, reason, 0, .meaning = "why (原因)"),
};
const struct record tax_statement_call_record =
    RECORD(tax_statement_call, call_fields, "Call the guarantees behind a statement (执行担保)");

static const struct field settle_fields[] = {
    STATEMENT(tax_statement_settle, FIELD_CODE),
    FUND(tax_statement_settle),
};
const struct record tax_statement_settle_record =
    RECORD(tax_statement_settle, settle_fields, "Pay what no guarantee has covered (补缴)");

static const struct field answer_fields[] = {
    TEXT(tax_statement_answer,
         statement,
         0,
         .meaning = "the statement (汇总编号); absent: nothing was ripe"),
    FIELD(tax_statement_answer,
          state,
          FIELD_ENUM,
          0,
          .names = tax_statement_states,
          .meaning = "where it stands now"),
    FIELD(tax_statement_answer,
          bill_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "tax bills in it"),
    FIELD(tax_statement_answer, added_count, FIELD_INTEGER, 0, .meaning = "added just now"),
    FIELD(tax_statement_answer, total, FIELD_MONEY, 0, .meaning = "their sum (税款合计)"),
    FIELD(tax_statement_answer,
          late_fee,
          FIELD_MONEY,
          0,
          .meaning = "were it paid today; as it was when paid or called (滞纳金)"),
    FIELD(tax_statement_answer, through, FIELD_DATE, 0, .meaning = "last day of release in it"),
    FIELD(tax_statement_answer, due_on, FIELD_DATE, 0, .meaning = "last day to pay"),
    TEXT(tax_statement_answer, payment, 0, .meaning = "its last payment"),
    FIELD(tax_statement_answer,
          uncovered,
          FIELD_MONEY,
          0,
          .meaning = "called and on no guarantee: the agent owes it"),
};
const struct record tax_statement_answer_record =
    RECORD(tax_statement_answer, answer_fields, "A statement as it stands now");
