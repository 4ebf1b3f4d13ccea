/* The fields of receipts and of the commands about them. */
#include "gateway/business/field.h"
#include "gateway/business/fx/fx_receipt.h"

const struct name fx_receipt_state_names[] = {
    {FX_RECEIPT_HELD,     "held",     "people decide (待查)"         },
    {FX_RECEIPT_CLEARED,  "cleared",  "the holder's (已入账)"       },
    {FX_RECEIPT_REJECTED, "rejected", "to go back (拒绝)"            },
    {FX_RECEIPT_RETURNED, "returned", "went back to the payer (退汇)"},
    {0,                   NULL,       NULL                             },
};

const struct name fx_basis_names[] = {
    {FX_BASIS_NONE,     "none",     "not shown yet"                           },
    {FX_BASIS_EVIDENCE, "evidence", "of the trade (交易电子信息)"       },
    {FX_BASIS_QUOTA,    "quota",    "the yearly quota (年度便利化额度)"},
    {0,                 NULL,       NULL                                      },
};

#define NAMED(struct_)                                                                             \
    TEXT(struct_, receipt, FIELD_REQUIRED | FIELD_CODE, .meaning = "the receipt (收款编号)")

#define STATE_FIELDS(struct_, flags_)                                                              \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED | (flags_),                                                               \
          .names = fx_receipt_state_names,                                                         \
          .meaning = "where it stands (状态)"),                                                    \
        FIELD(struct_, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "received (收款金额)"),     \
        FIELD(struct_,                                                                             \
              unused,                                                                              \
              FIELD_MONEY,                                                                         \
              FIELD_REQUIRED,                                                                      \
              .meaning = "neither converted nor returned (未用金额)"),                             \
        FIELD(struct_, returned, FIELD_MONEY, FIELD_REQUIRED, .meaning = "went back (退回金额)"),  \
        FIELD(struct_,                                                                             \
              list_version,                                                                        \
              FIELD_INTEGER,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .meaning = "of the screening lists (名单版本)")

static const struct field receipt_fields[] = {
    TEXT(fx_receipt, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number (收款编号)"),
    TEXT(fx_receipt, account, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the FX account (账号)"),
    TEXT(fx_receipt, holder, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose money (收款人)"),
    FIELD(fx_receipt, holder_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "in the ledger"),
    TEXT(fx_receipt, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "where it came in (收款行)"),
    FIELD(fx_receipt, bank_number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "in the ledger"),
    TEXT(fx_receipt, bank_reference, FIELD_REQUIRED, .meaning = "the bank's number (银行流水号)"),
    TEXT(fx_receipt, payer_name, FIELD_PERSONAL, .meaning = "who paid (付款人)"),
    TEXT(fx_receipt, payer_bank, 0, .meaning = "the payer's bank, BIC (付款行)"),
    TEXT(fx_receipt, payer_country, 0, .meaning = "of the payer, ISO 3166 (付款国别)"),
    FIELD(fx_receipt, value_date, FIELD_DATE, FIELD_REQUIRED, .meaning = "value date (起息日)"),
    FIELD(fx_receipt,
          received_on,
          FIELD_DATE,
          FIELD_REQUIRED | FIELD_INDEX,
          .meaning = "booked on (收款日)"),
    STATE_FIELDS(fx_receipt, FIELD_INDEX),
    FIELD(fx_receipt, refunding, FIELD_MONEY, 0, .meaning = "under way back (退款中金额)"),
    FIELD(fx_receipt, hold, FIELD_INTEGER, 0, .meaning = "the pending transfer"),
    FIELD(fx_receipt,
          basis,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = fx_basis_names,
          .meaning = "by what right it is converted (结汇依据)"),
    TEXT(fx_receipt, match, 0, .meaning = "the evidence it was matched with"),
    TEXT(fx_receipt, bop_code, 0, .meaning = "balance of payments code (交易编码)"),
    TEXT(fx_receipt, reason, 0, .meaning = "of the decision (理由)"),
};
const struct record fx_receipt_record =
    RECORD(fx_receipt, receipt_fields, "Money from abroad for an individual (个人外汇收款)");

static const struct field decide_fields[] = {
    NAMED(fx_receipt_decide),
    TEXT(fx_receipt_decide, reason, FIELD_REQUIRED, .meaning = "why (理由)"),
};
const struct record fx_receipt_decide_record =
    RECORD(fx_receipt_decide, decide_fields, "Decide about a receipt that is held");

static const struct field return_fields[] = {
    NAMED(fx_receipt_return),
    AMOUNT(fx_receipt_return, amount, FIELD_REQUIRED, "went back (退回金额)"),
};
const struct record fx_receipt_return_record =
    RECORD(fx_receipt_return, return_fields, "A receipt has gone back to its payer (退汇)");

static const struct field answer_fields[] = {
    TEXT(fx_receipt_answer, receipt, FIELD_REQUIRED, .meaning = "its number (收款编号)"),
    STATE_FIELDS(fx_receipt_answer, 0),
};
const struct record fx_receipt_answer_record =
    RECORD(fx_receipt_answer, answer_fields, "A receipt as it stands");
