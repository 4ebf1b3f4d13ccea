#include <assert.h>

#include "gateway/business/customs/declaration.h"
#include "gateway/business/customs/told.h"

const struct name declaration_states[] = {
    {DECLARATION_AWAITED,     "awaited",     "only receipts are known (待清单)"},
    {DECLARATION_PROVISIONAL, "provisional", "declared, tax reserved (已申报)" },
    {DECLARATION_REVIEW,      "review",      "left to people (待核查)"         },
    {DECLARATION_RELEASED,    "released",    "released, the clock runs (放行)"  },
    {DECLARATION_REJECTED,    "rejected",    "refused by customs (退单)"        },
    {DECLARATION_DELETED,     "deleted",     "withdrawn by the agent (删单)"    },
    {DECLARATION_RETURNED,    "returned",    "goods went back (退运)"           },
    {0,                       NULL,          NULL                                 },
};

static const struct name reasons[] = {
    {REVIEW_ASSURE_UNKNOWN,  "assure_unknown",  "nobody has this assureCode"                 },
    {REVIEW_ASSURE_MISMATCH, "assure_mismatch", "assureCode is no company of the declaration"},
    {REVIEW_UNCOVERED,       "uncovered",       "released, but no guarantee had room"        },
    {REVIEW_SHORT,           "short",           "assessed higher, no room for the rest"      },
    {0,                      NULL,              NULL                                         },
};

const struct name declaration_effects[] = {
    {EFFECT_APPLIED,   "applied",   "it changed the declaration"                      },
    {EFFECT_UNCHANGED, "unchanged", "a repeat, nothing changed"                       },
    {EFFECT_LATE,      "late",      "older than what is known, nothing changed"       },
    {EFFECT_PARKED,    "parked",    "not understood or contradictory, kept for people"},
    {0,                NULL,        NULL                                              },
};

static const struct field line_fields[] = {
    FIELD(ceb_inventory_line,
          gnum,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = 9999,
          .meaning = "line number (商品序号)"),
    TEXT(ceb_inventory_line, gcode, FIELD_REQUIRED | FIELD_CODE, .meaning = "HS code (商品编码)"),
    TOLD_DECIMAL(ceb_inventory_line, qty, 0, "quantity (数量)"),
    TOLD_DECIMAL(ceb_inventory_line, total_price, 0, "price of the line, CNY (总价)"),
};
static const struct record line_record =
    RECORD(ceb_inventory_line, line_fields, "A line of a declaration (InventoryList)");

/* The lines of a ceb_inventory lie as a struct list does. */
static_assert(offsetof(struct ceb_inventory, line_count) - offsetof(struct ceb_inventory, lines) ==
                  offsetof(struct list, count),
              "line_count follows lines");

static const struct field submit_fields[] = {
    TEXT(
        ceb_inventory, app_type, FIELD_REQUIRED, .meaning = "1 add, 2 change, 3 delete (报送类型)"),
    TEXT(ceb_inventory, app_time, FIELD_REQUIRED, .meaning = "YYYYMMDDhhmmss (报送时间)"),
    TEXT(ceb_inventory, order_no, 0, .meaning = "order (订单编号)"),
    TEXT(ceb_inventory, ebp_code, 0, .meaning = "platform (电商平台代码)"),
    TEXT(ceb_inventory, ebc_code, 0, .meaning = "e-commerce enterprise (电商企业代码)"),
    TEXT(ceb_inventory, logistics_code, 0, .meaning = "logistics (物流企业代码)"),
    TEXT(ceb_inventory, logistics_no, 0, .meaning = "waybill (物流运单编号)"),
    TEXT(ceb_inventory, agent_code, FIELD_REQUIRED, .meaning = "declarant (申报企业代码)"),
    TEXT(ceb_inventory, cop_no, 0, .meaning = "the declarant's own number (企业内部编号)"),
    TEXT(ceb_inventory,
         assure_code,
         FIELD_REQUIRED,
         .meaning = "whose guarantee is used (担保企业编号)"),
    TEXT(ceb_inventory, invt_no, 0, .meaning = "number given by customs (清单编号)"),
    TEXT(ceb_inventory, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(ceb_inventory, trade_mode, 0, .meaning = "9610, 1210, … (贸易方式)"),
    TEXT(ceb_inventory, buyer_id_number, FIELD_PERSONAL, .meaning = "buyer (订购人证件号码)"),
    TEXT(ceb_inventory, buyer_name, FIELD_PERSONAL, .meaning = "buyer (订购人姓名)"),
    TEXT(ceb_inventory,
         buyer_id_lookup,
         FIELD_LOOKUP,
         .lookup_of = "buyer_id_number",
         .meaning = "keyed hash"),
    TEXT(ceb_inventory,
         buyer_name_lookup,
         FIELD_LOOKUP,
         .lookup_of = "buyer_name",
         .meaning = "keyed hash"),
    TEXT(ceb_inventory,
         consignee_address_lookup,
         FIELD_LOOKUP,
         .lookup_of = "consignee_address",
         .meaning = "keyed hash"),
    TEXT(ceb_inventory, buyer_telephone, FIELD_PERSONAL, .meaning = "buyer (订购人电话)"),
    TEXT(ceb_inventory, consignee_address, FIELD_PERSONAL, .meaning = "receiver (收件地址)"),
    FIELD(ceb_inventory, decl_date, FIELD_DATE, 0, .meaning = "declared on (申报日期)"),
    TOLD_DECIMAL(ceb_inventory, freight, 0, "CNY (运费)"),
    TOLD_DECIMAL(ceb_inventory, insured_fee, 0, "CNY (保费)"),
    FIELD(ceb_inventory,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &line_record,
          .meaning = "the goods (商品)"),
};
const struct record declaration_submit_record =
    RECORD(ceb_inventory, submit_fields, "A declaration as CEB 621 gives it (进口清单)");

static const struct field status_fields[] = {
    TEXT(ceb_inventory_return,
         relayed_status,
         0,
         .meaning = "what the relay wrote, where it numbers in its own way"),
    TEXT(ceb_inventory_return, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(ceb_inventory_return, agent_code, 0, .meaning = "declarant (申报企业代码)"),
    TEXT(ceb_inventory_return, cop_no, 0, .meaning = "the declarant's own number (企业内部编号)"),
    TEXT(ceb_inventory_return, pre_no, 0, .meaning = "number given by the e-port (预录入编号)"),
    TEXT(ceb_inventory_return, invt_no, 0, .meaning = "number given by customs (清单编号)"),
    TEXT(
        ceb_inventory_return, return_status, FIELD_REQUIRED, .meaning = "what happened (回执状态)"),
    TEXT(ceb_inventory_return,
         return_time,
         FIELD_REQUIRED,
         .meaning = "YYYYMMDDhhmmssSSS, Beijing time (回执时间)"),
};
const struct record declaration_status_record =
    RECORD(ceb_inventory_return, status_fields, "A receipt as CEB 622 gives it (清单回执)");

#define TAX_FIELDS(struct_)                                                                        \
    FIELD(struct_, taxable, FIELD_MONEY, 0, .meaning = "duty-paid value (完税价格)"),              \
        FIELD(struct_, tariff, FIELD_MONEY, 0, .meaning = "tariff, estimated (关税)"),             \
        FIELD(struct_,                                                                             \
              consumption_tax,                                                                     \
              FIELD_MONEY,                                                                         \
              0,                                                                                   \
              .meaning = "consumption tax, estimated (消费税)"),                                   \
        FIELD(struct_, vat, FIELD_MONEY, 0, .meaning = "value added tax, estimated (增值税)"),     \
        FIELD(struct_, tax_total, FIELD_MONEY, 0, .meaning = "all three (税款合计)")

static const struct field return_fields[] = {
    TEXT(declaration_return, key, FIELD_REQUIRED, .meaning = "key of the return"),
};
static const struct record return_record =
    RECORD(declaration_return, return_fields, "A return of the declaration");

static const struct field declaration_fields[] = {
    TEXT(declaration, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "agent and its own number"),
    FIELD(declaration,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = declaration_states,
          .meaning = "where it stands (状态)"),
    TEXT(declaration, agent, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "declarant (申报企业)"),
    FIELD(declaration, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(declaration, cop_no, 0, .meaning = "its own number (企业内部编号)"),
    TEXT(declaration, pre_no, 0, .meaning = "number given by the e-port (预录入编号)"),
    TEXT(declaration, invt_no, 0, .meaning = "number given by customs (清单编号)"),
    TEXT(declaration, order_no, 0, .meaning = "order (订单编号)"),
    TEXT(declaration, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(declaration, trade_mode, 0, .meaning = "9610, 1210, … (贸易方式)"),
    TEXT(declaration, ebp_code, 0, .meaning = "platform (电商平台代码)"),
    TEXT(declaration, ebc_code, 0, .meaning = "e-commerce enterprise (电商企业代码)"),
    TEXT(declaration, logistics_code, 0, .meaning = "logistics (物流企业代码)"),
    TEXT(declaration, logistics_no, 0, .meaning = "waybill (物流运单编号)"),
    TEXT(declaration, assure_code, 0, .meaning = "whose guarantee, as declared (担保企业编号)"),
    TEXT(declaration, principal, FIELD_INDEX, .meaning = "whose guarantee, as found (担保企业)"),
    FIELD(declaration, principal_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(declaration, app_time, 0, .meaning = "of the last 621 applied (报送时间)"),
    FIELD(declaration, decl_date, FIELD_DATE, 0, .meaning = "declared on (申报日期)"),
    TAX_FIELDS(declaration),
    FIELD(declaration,
          assessed,
          FIELD_MONEY,
          0,
          .meaning = "its live bills, as customs said (核定税款)"),
    FIELD(declaration,
          assess_difference,
          FIELD_MONEY,
          0,
          .meaning = "assessed less estimated (核定差额)"),
    FIELD(declaration, tax_due, FIELD_MONEY, 0, .meaning = "what was not returned (应缴税款)"),
    TEXT(declaration, grn, 0, .meaning = "the guarantees that stand behind it, joined by commas"),
    FIELD(declaration,
          review_reason,
          FIELD_ENUM,
          0,
          .names = reasons,
          .meaning = "why it is left to people"),
    TEXT(declaration, last_status, 0, .meaning = "newest receipt (回执状态)"),
    TEXT(declaration, last_return_time, 0, .meaning = "newest receipt (回执时间)"),
    TEXT(declaration, parked_status, 0, .meaning = "last receipt not understood"),
    TEXT(declaration, parked_return_time, 0, .meaning = "its time"),
    FIELD(declaration, released_on, FIELD_DATE, 0, .meaning = "day 0 (放行日期)"),
    FIELD(declaration, return_until, FIELD_DATE, 0, .meaning = "last day to apply for a return"),
    FIELD(declaration, window_from, FIELD_DATE, 0, .meaning = "first day of the payment window"),
    FIELD(declaration, payment_due, FIELD_DATE, 0, .meaning = "last day to pay"),
    FIELD(declaration, tax_bill_open, FIELD_BOOLEAN, 0, .meaning = "assessed and not yet settled"),
    FIELD(declaration, withdrawn, FIELD_BOOLEAN, 0, .meaning = "withdrawn before it came (撤销)"),
    TEXT(declaration, buyer_id_number, FIELD_PERSONAL, .meaning = "buyer (订购人证件号码)"),
    TEXT(declaration, buyer_name, FIELD_PERSONAL, .meaning = "buyer (订购人姓名)"),
    TEXT(declaration, buyer_id_lookup, FIELD_SECRET, .meaning = "keyed hash"),
    TEXT(declaration, buyer_name_lookup, FIELD_SECRET, .meaning = "keyed hash"),
    TEXT(declaration, consignee_address_lookup, FIELD_SECRET, .meaning = "keyed hash"),
    FIELD(declaration, freight, FIELD_INTEGER, 0, .meaning = "10^-5 CNY (运费)"),
    FIELD(declaration, insured_fee, FIELD_INTEGER, 0, .meaning = "10^-5 CNY (保费)"),
    FIELD(
        declaration, counted, FIELD_MONEY, 0, .meaning = "counted in the buyer's year (年度累计)"),
    FIELD(declaration,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &line_record,
          .meaning = "the goods (商品)"),
    FIELD(declaration,
          returns,
          FIELD_LIST,
          0,
          .size = RETURN_COUNT_MAX,
          .record = &return_record,
          .meaning = "its returns, applied for and not refused (退货)"),
};
const struct record declaration_record =
    RECORD(declaration, declaration_fields, "A declaration (进口清单)");

static const struct field bill_fields[] = {
    TEXT(declaration_bill, tax_no, FIELD_REQUIRED, .meaning = "number of the bill (税单编号)"),
};
static const struct record bill_record =
    RECORD(declaration_bill, bill_fields, "A tax bill of the declaration");

static const struct field number_fields[] = {
    TEXT(declaration_number, invt_no, FIELD_KEY | FIELD_REQUIRED, .meaning = "清单编号"),
    TEXT(declaration_number, declaration, 0, .meaning = "its declaration, once known"),
    FIELD(declaration_number,
          bills,
          FIELD_LIST,
          0,
          .size = TAX_BILL_COUNT_MAX,
          .record = &bill_record,
          .meaning = "its tax bills (税单)"),
};
const struct record declaration_number_record =
    RECORD(declaration_number, number_fields, "The number customs gave a declaration");

static const struct field answer_fields[] = {
    TEXT(declaration_answer, declaration, FIELD_REQUIRED, .meaning = "agent and its own number"),
    FIELD(declaration_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = declaration_effects,
          .meaning = "what the message did"),
    FIELD(declaration_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = declaration_states,
          .meaning = "where it stands now"),
    FIELD(declaration_answer,
          review_reason,
          FIELD_ENUM,
          0,
          .names = reasons,
          .meaning = "why it is left to people"),
    TAX_FIELDS(declaration_answer),
    FIELD(declaration_answer, tax_due, FIELD_MONEY, 0, .meaning = "what was not returned"),
    TEXT(declaration_answer, grn, 0, .meaning = "the guarantees that stand behind it"),
    FIELD(declaration_answer, released_on, FIELD_DATE, 0, .meaning = "day 0"),
    FIELD(declaration_answer, payment_due, FIELD_DATE, 0, .meaning = "last day to pay"),
};
const struct record declaration_answer_record =
    RECORD(declaration_answer, answer_fields, "A declaration as it stands now");
