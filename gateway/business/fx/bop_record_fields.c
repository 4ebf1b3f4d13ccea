/* The fields of what is declared for the balance of payments. */
#include "gateway/business/field.h"
#include "gateway/business/fx/bop_record.h"

const struct name bop_state_names[] = {
    {BOP_OPEN,     "open",     "to be reported (待申报)"},
    {BOP_EXEMPT,   "exempt",   "small (免申报)"         },
    {BOP_REPORTED, "reported", "by the bank (已申报)"   },
    {0,            NULL,       NULL                        },
};

#define COST_FIELDS(struct_)                                                                       \
    AMOUNT(struct_, warehousing, 0, "abroad, netted (仓储)"),                                      \
        AMOUNT(struct_, logistics, 0, "netted (物流)"),                                            \
        AMOUNT(struct_, tax, 0, "abroad, netted (税收)")

static const struct field record_fields[] = {
    TEXT(bop_record, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "receipt, or what went back"),
    TEXT(bop_record, receipt, FIELD_REQUIRED | FIELD_INDEX, .meaning = "of which (收款编号)"),
    TEXT(bop_record, original, 0, .meaning = "of a refund: the first record (退: 原申报)"),
    TEXT(bop_record, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who declares (申报人)"),
    FIELD(bop_record, holder_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "in the ledger"),
    TEXT(bop_record, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "through whom (经办银行)"),
    FIELD(bop_record, bank_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "in the ledger"),
    FIELD(bop_record,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = bop_state_names,
          .meaning = "where it stands (状态)"),
    TEXT(bop_record, code, FIELD_REQUIRED | FIELD_INDEX, .meaning = "what for (交易编码)"),
    TEXT(bop_record, country, 0, .meaning = "counterparty's, ISO 3166 (对方国家)"),
    TEXT(bop_record, platform, 0, .meaning = "where it was sold (电商平台)"),
    FIELD(bop_record, actual, FIELD_MONEY, FIELD_REQUIRED, .meaning = "came in (实际收付数据)"),
    FIELD(bop_record, restored, FIELD_MONEY, FIELD_REQUIRED, .meaning = "and costs (还原数据)"),
    COST_FIELDS(bop_record),
    FIELD(bop_record, credited_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "on (解付日)"),
    FIELD(bop_record, due_on, FIELD_DATE, FIELD_INDEX, .meaning = "last day (申报期限)"),
    FIELD(bop_record, is_late, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "not in time (逾期)"),
    FIELD(bop_record, reported_on, FIELD_DATE, 0, .meaning = "on (申报日)"),
    TEXT(bop_record, report_number, 0, .meaning = "the bank's number (申报号码)"),
};
const struct record bop_record_record =
    RECORD(bop_record, record_fields, "A record of the balance of payments (国际收支申报)");

static const struct field costs_fields[] = {
    TEXT(bop_costs, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "of which (收款编号)"),
    COST_FIELDS(bop_costs),
};
const struct record bop_costs_record =
    RECORD(bop_costs, costs_fields, "Say what was netted against a receipt (轧差)");

static const struct field report_fields[] = {
    TEXT(bop_report, record, FIELD_REQUIRED | FIELD_CODE, .meaning = "which (申报记录)"),
    TEXT(bop_report,
         report_number,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the bank's number (申报号码)"),
};
const struct record bop_report_record =
    RECORD(bop_report, report_fields, "A record was reported (已申报)");
