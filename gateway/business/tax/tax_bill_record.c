#include <assert.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/tax/tax_bill.h"

static const struct name states[] = {
    {TAX_BILL_AWAITED,   "awaited",   "only its status is known (待税单)"  },
    {TAX_BILL_OPEN,      "open",      "assessed, to be paid (已生成)"      },
    {TAX_BILL_STATED,    "stated",    "in a statement (已列入集中纳税)"},
    {TAX_BILL_VOID,      "void",      "withdrawn by customs (作废)"         },
    {TAX_BILL_CANCELLED, "cancelled", "all of it was returned (已退货)"    },
    {0,                  NULL,        NULL                                    },
};

#define FEN(member_, meaning_)                                                                     \
    FIELD(tax_bill_line, member_, FIELD_INTEGER, FIELD_REQUIRED, .meaning = (meaning_))

#define LINE_FIELDS(struct_)                                                                       \
    FIELD(struct_,                                                                                 \
          gnum,                                                                                    \
          FIELD_INTEGER,                                                                           \
          FIELD_REQUIRED,                                                                          \
          .min = 1,                                                                                \
          .max = 9999,                                                                             \
          .meaning = "line of the declaration (商品项号)"),                                        \
        TEXT(struct_, gcode, FIELD_REQUIRED, .meaning = "HS code (海关商品编码)")

static const struct field line_fields[] = {
    LINE_FIELDS(tax_bill_line),
    FEN(tariff_minor, "tariff still due, fen (应征关税)"),
    FEN(consumption_minor, "consumption tax still due, fen (应征消费税)"),
    FEN(vat_minor, "value added tax still due, fen (应征增值税)"),
    TOLD_DECIMAL(tax_bill_line, tariff, FIELD_REQUIRED, "tariff as assessed"),
    TOLD_DECIMAL(tax_bill_line, consumption_tax, FIELD_REQUIRED, "consumption tax as assessed"),
    TOLD_DECIMAL(tax_bill_line, vat, FIELD_REQUIRED, "value added tax as assessed"),
};
static const struct record line_record =
    RECORD(tax_bill_line, line_fields, "A line of a tax bill (TaxListRd)");

#define SUM(member_, meaning_) FIELD(tax_bill, member_, FIELD_MONEY, 0, .meaning = (meaning_))

static const struct field fields[] = {
    TEXT(tax_bill, tax_no, FIELD_KEY | FIELD_REQUIRED, .meaning = "number of the bill (税单编号)"),
    FIELD(tax_bill,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands (状态)"),
    TEXT(tax_bill, invt_no, 0, .meaning = "number of the declaration (清单编号)"),
    TEXT(tax_bill, declaration, FIELD_INDEX, .meaning = "its declaration, once known"),
    TEXT(tax_bill, agent, FIELD_INDEX, .meaning = "who has to pay (申报企业)"),
    FIELD(tax_bill, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(tax_bill, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(tax_bill, agent_code, 0, .meaning = "declarant as the bill says (申报单位代码)"),
    TEXT(tax_bill, grn, 0, .meaning = "the guarantees behind it, joined by commas"),
    SUM(tariff, "still due (关税)"),
    SUM(consumption_tax, "still due (消费税)"),
    SUM(vat, "still due (增值税)"),
    SUM(total, "still due, all three (税款合计)"),
    SUM(assessed, "all three as customs said last (核定税款)"),
    SUM(assessed_tariff, "as customs said last (关税)"),
    SUM(assessed_consumption_tax, "as customs said last (消费税)"),
    SUM(assessed_vat, "as customs said last (增值税)"),
    TEXT(tax_bill, said_time, 0, .meaning = "newest message with amounts (回执时间)"),
    FIELD(tax_bill, released_on, FIELD_DATE, 0, .meaning = "day 0 (放行日期)"),
    FIELD(tax_bill, payment_due, FIELD_DATE, 0, .meaning = "last day to pay"),
    TEXT(tax_bill, tax_day, FIELD_INDEX, .meaning = "the day it is counted in"),
    TEXT(tax_bill, statement, FIELD_INDEX, .meaning = "the statement it is in (集中纳税)"),
    TEXT(tax_bill, ent_duty_no, 0, .meaning = "duty document (缴款书编号)"),
    TEXT(tax_bill, last_status, 0, .meaning = "newest message (税单状态)"),
    TEXT(tax_bill, last_return_time, 0, .meaning = "newest message (回执时间)"),
    TEXT(tax_bill, parked_status, 0, .meaning = "last message that contradicts"),
    TEXT(tax_bill, parked_return_time, 0, .meaning = "its time"),
    FIELD(tax_bill,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &line_record,
          .meaning = "the goods (商品)"),
    SUM(covered, "what it took along into its statement (占用)"),
    SUM(lowered, "taken off by newer messages and not yet owed back"),
};
const struct record tax_bill_record = RECORD(tax_bill, fields, "A tax bill (电子税单)");

/* The lines of a ceb_tax lie as a struct list does. */
static_assert(offsetof(struct ceb_tax, line_count) - offsetof(struct ceb_tax, lines) ==
                  offsetof(struct list, count),
              "line_count follows lines");

static const struct field told_line_fields[] = {
    LINE_FIELDS(ceb_tax_line),
    TOLD_DECIMAL(ceb_tax_line, tax_price, 0, "duty-paid value (完税总价格)"),
    TOLD_DECIMAL(ceb_tax_line, customs_tax, 0, "tariff (应征关税)"),
    TOLD_DECIMAL(ceb_tax_line, value_added_tax, 0, "value added tax (应征增值税)"),
    TOLD_DECIMAL(ceb_tax_line, consumption_tax, 0, "consumption tax (应征消费税)"),
};
static const struct record told_line_record =
    RECORD(ceb_tax_line, told_line_fields, "A line of a tax bill as it comes (TaxListRd)");

#define MESSAGE_FIELDS(struct_)                                                                    \
    TEXT(struct_,                                                                                  \
         return_time,                                                                              \
         FIELD_REQUIRED,                                                                           \
         .meaning = "YYYYMMDDhhmmssSSS, Beijing time (回执时间)"),                                 \
        TEXT(struct_,                                                                              \
             invt_no,                                                                              \
             FIELD_REQUIRED,                                                                       \
             .meaning = "number of the declaration (进境清单编号)"),                               \
        TEXT(struct_, tax_no, FIELD_REQUIRED, .meaning = "number of the bill (电子税单编号)"),     \
        TEXT(struct_,                                                                              \
             status,                                                                               \
             FIELD_REQUIRED,                                                                       \
             .meaning = "1 made, 2 summarised, 3 void (税单状态)"),                                \
        TEXT(struct_, ent_duty_no, 0, .meaning = "duty document (缴款书编号)"),                    \
        TEXT(struct_, assure_code, 0, .meaning = "whose guarantee (担保企业代码)")

static const struct field receive_fields[] = {
    MESSAGE_FIELDS(ceb_tax),
    TOLD_DECIMAL(ceb_tax, customs_tax, FIELD_REQUIRED, "tariff (应征关税)"),
    TOLD_DECIMAL(ceb_tax, value_added_tax, FIELD_REQUIRED, "value added tax (应征增值税)"),
    TOLD_DECIMAL(ceb_tax, consumption_tax, FIELD_REQUIRED, "consumption tax (应征消费税)"),
    TEXT(ceb_tax, ebc_code, 0, .meaning = "e-commerce enterprise (电商企业代码)"),
    TEXT(ceb_tax, logistics_code, 0, .meaning = "logistics (物流企业代码)"),
    TEXT(ceb_tax, agent_code, 0, .meaning = "declarant (申报单位代码)"),
    TEXT(ceb_tax, customs_code, 0, .meaning = "customs district (申报口岸)"),
    FIELD(ceb_tax,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &told_line_record,
          .meaning = "the goods (商品)"),
};
const struct record tax_bill_receive_record =
    RECORD(ceb_tax, receive_fields, "A tax bill as CEB 816 gives it (电子税单)");

static const struct field status_fields[] = {
    MESSAGE_FIELDS(ceb_tax_status),
};
const struct record tax_bill_status_record =
    RECORD(ceb_tax_status, status_fields, "What became of a bill, as CEB 818 gives it");

#define RESULT(member_, meaning_)                                                                  \
    FIELD(tax_bill_answer, member_, FIELD_MONEY, 0, .meaning = (meaning_))

static const struct field answer_fields[] = {
    TEXT(tax_bill_answer, tax_no, FIELD_REQUIRED, .meaning = "number of the bill"),
    FIELD(tax_bill_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = declaration_effects,
          .meaning = "what the message did"),
    FIELD(tax_bill_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands now"),
    TEXT(tax_bill_answer, declaration, 0, .meaning = "its declaration, once known"),
    RESULT(tariff, "still due"),
    RESULT(consumption_tax, "still due"),
    RESULT(vat, "still due"),
    RESULT(total, "still due, all three"),
    RESULT(assessed, "all three as customs said last"),
    RESULT(assess_difference, "of the declaration: assessed less estimated"),
    FIELD(tax_bill_answer, payment_due, FIELD_DATE, 0, .meaning = "last day to pay"),
    TEXT(tax_bill_answer, ent_duty_no, 0, .meaning = "duty document"),
};
const struct record tax_bill_answer_record =
    RECORD(tax_bill_answer, answer_fields, "A tax bill as it stands now");
