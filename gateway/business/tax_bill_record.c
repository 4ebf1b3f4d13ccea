#include "gateway/business/field.h"
#include "gateway/business/tax_bill.h"

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

static const struct field line_fields[] = {
    FIELD(tax_bill_line,
          gnum,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = 9999,
          .meaning = "line of the declaration (商品项号)"),
    TEXT(tax_bill_line, gcode, FIELD_REQUIRED, .meaning = "HS code (海关商品编码)"),
    FIELD(tax_bill_line,
          qty,
          FIELD_DECIMAL,
          FIELD_REQUIRED,
          .scale = CEB_DECIMALS,
          .meaning = "quantity the assessment stands for (数量)"),
    FEN(tariff_minor, "tariff still due, fen (应征关税)"),
    FEN(consumption_minor, "consumption tax still due, fen (应征消费税)"),
    FEN(vat_minor, "value added tax still due, fen (应征增值税)"),
    FEN(tariff_said_minor, "tariff as assessed, fen"),
    FEN(consumption_said_minor, "consumption tax as assessed, fen"),
    FEN(vat_said_minor, "value added tax as assessed, fen"),
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
    TEXT(tax_bill, invt_no, FIELD_INDEX, .meaning = "number of the declaration (清单编号)"),
    TEXT(tax_bill, declaration, FIELD_INDEX, .meaning = "its declaration, once known"),
    TEXT(tax_bill, agent, FIELD_INDEX, .meaning = "who has to pay (申报企业)"),
    FIELD(tax_bill, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(tax_bill, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(tax_bill, grn, 0, .meaning = "the guarantees behind it, joined by commas"),
    SUM(tariff, "still due (关税)"),
    SUM(consumption_tax, "still due (消费税)"),
    SUM(vat, "still due (增值税)"),
    SUM(total, "still due, all three (税款合计)"),
    SUM(assessed, "all three as customs said last (核定税款)"),
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
};
const struct record tax_bill_record = RECORD(tax_bill, fields, "A tax bill (电子税单)");
