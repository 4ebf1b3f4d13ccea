#include "gateway/business/bank/creditor.h"
#include "gateway/business/field.h"
#include "gateway/business/settlement/settlement_order.h"

const struct name settlement_states[] = {
    {SETTLEMENT_CREATED,   "created",   "waits for approval (待复核)"},
    {SETTLEMENT_APPROVED,  "approved",  "waits for its day"             },
    {SETTLEMENT_QUEUED,    "queued",    "in a window (排队)"          },
    {SETTLEMENT_SENT,      "sent",      "a payment is under way"        },
    {SETTLEMENT_CONFIRMED, "confirmed", "paid"                          },
    {SETTLEMENT_REJECTED,  "rejected",  "not paid (被拒)"             },
    {SETTLEMENT_RETURNED,  "returned",  "paid and come back (退汇)"   },
    {SETTLEMENT_CANCELLED, "cancelled", "withdrawn (撤销)"            },
    {SETTLEMENT_ABORTED,   "aborted",   "with its window (场次中止)"},
    {0,                    NULL,        NULL                            },
};

static const struct name modes[] = {
    {SETTLEMENT_GROSS,  "gross",  "a payment of its own (逐笔)"          },
    {SETTLEMENT_WINDOW, "window", "netted with others of a window (轧差)"},
    {0,                 NULL,     NULL                                     },
};

static const struct name purposes[] = {
    {SETTLEMENT_CGODDR, "cgoddr", "goods (货物贸易)"             },
    {SETTLEMENT_CSTRDR, "cstrdr", "services (服务贸易)"          },
    {SETTLEMENT_COCADR, "cocadr", "other current account (经常项)"},
    {SETTLEMENT_CCTFDR, "cctfdr", "capital (资本项)"              },
    {0,                 NULL,     NULL                               },
};

#define TOLD_FIELDS(struct_)                                                                       \
    TEXT(struct_,                                                                                  \
         reference,                                                                                \
         FIELD_REQUIRED | FIELD_CODE,                                                              \
         .meaning = "the merchant's own number, used once (业务编号)"),                            \
        FIELD(struct_, mode, FIELD_ENUM, FIELD_REQUIRED, .names = modes, .meaning = "how"),        \
        FIELD(struct_,                                                                             \
              purpose,                                                                             \
              FIELD_ENUM,                                                                          \
              FIELD_REQUIRED,                                                                      \
              .names = purposes,                                                                   \
              .meaning = "what for (业务种类)"),                                                   \
        TEXT(struct_,                                                                              \
             bank,                                                                                 \
             FIELD_REQUIRED | FIELD_CODE,                                                          \
             .meaning = "where the money lies (出款银行)"),                                        \
        TEXT(struct_,                                                                              \
             payout_bank,                                                                          \
             FIELD_CODE,                                                                           \
             .meaning = "ours at the beneficiary's, of a window (落地银行)"),                      \
        AMOUNT(struct_, amount, FIELD_REQUIRED, "how much, CNY (金额)"), CREDITOR_FIELDS(struct_), \
        TEXT(struct_, remittance, 0, .meaning = "what for, in words (附言)"),                      \
        FIELD(struct_,                                                                             \
              days,                                                                                \
              FIELD_INTEGER,                                                                       \
              0,                                                                                   \
              .min = 0,                                                                            \
              .max = 1,                                                                            \
              .meaning = "T+0 or T+1, working days")

static const struct field create_fields[] = {
    TOLD_FIELDS(settlement_create),
    TEXT(settlement_create, window, FIELD_CODE, .meaning = "which window (场次)"),
};
const struct record settlement_create_record =
    RECORD(settlement_create, create_fields, "Pay out what a merchant is owed (结算指令)");

#define STATE_FIELD(struct_, flags_)                                                               \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED | (flags_),                                                               \
          .names = settlement_states,                                                              \
          .meaning = "where it stands (状态)")

static const struct field order_fields[] = {
    TEXT(settlement_order, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "the order (指令编号)"),
    TEXT(settlement_order, merchant, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose money"),
    STATE_FIELD(settlement_order, FIELD_INDEX),
    TOLD_FIELDS(settlement_order),
    TEXT(settlement_order, window, FIELD_INDEX, .meaning = "in which window (场次)"),
    FIELD(settlement_order, fee, FIELD_MONEY, 0, .meaning = "earned when it is confirmed (手续费)"),
    FIELD(settlement_order, fee_house, FIELD_INTEGER, 0, .meaning = "whose income it is"),
    FIELD(settlement_order, settlement_day, FIELD_DATE, 0, .meaning = "first day (结算日)"),
    TEXT(settlement_order, approver, 0, .meaning = "who approved it (复核人)"),
    TEXT(settlement_order, payment, FIELD_INDEX, .meaning = "its payment"),
    TEXT(settlement_order, code, 0, .meaning = "why there is none"),
    FIELD(settlement_order, returned, FIELD_MONEY, 0, .meaning = "come back so far (退汇)"),
    FIELD(settlement_order, created_on, FIELD_DATE, 0, .meaning = "since"),
    FIELD(settlement_order, merchant_number, FIELD_INTEGER, 0, .meaning = "number of the merchant"),
};
const struct record settlement_order_record =
    RECORD(settlement_order, order_fields, "A settlement order (结算指令)");

static const struct field number_fields[] = {
    TEXT(settlement_number, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "merchant and reference"),
    TEXT(settlement_number, order, FIELD_REQUIRED, .meaning = "the order"),
};
const struct record settlement_number_record =
    RECORD(settlement_number, number_fields, "A merchant uses a reference once");

static const struct field limit_fields[] = {
    TEXT(settlement_limit,
         merchant,
         FIELD_KEY | FIELD_REQUIRED | FIELD_CODE,
         .meaning = "who may order so much (商户)"),
    AMOUNT(settlement_limit, order_limit, 0, "in one order; absent: no limit (单笔限额)"),
    AMOUNT(settlement_limit, day_limit, 0, "on one day; absent: no limit (日限额)"),
};
const struct record settlement_limit_record =
    RECORD(settlement_limit, limit_fields, "What a merchant may order (结算限额)");

static const struct field used_fields[] = {
    TEXT(settlement_used, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "merchant and day"),
    FIELD(settlement_used, ordered, FIELD_MONEY, 0, .meaning = "ordered, less cancelled"),
};
const struct record settlement_used_record =
    RECORD(settlement_used, used_fields, "What a merchant has ordered on a day");

static const struct field named_fields[] = {
    TEXT(settlement_named, order, FIELD_REQUIRED | FIELD_CODE, .meaning = "the order"),
};
const struct record settlement_named_record =
    RECORD(settlement_named, named_fields, "Do something to an order");

static const struct field answer_fields[] = {
    TEXT(settlement_answer, order, FIELD_REQUIRED, .meaning = "the order"),
    STATE_FIELD(settlement_answer, 0),
    AMOUNT(settlement_answer, amount, FIELD_REQUIRED, "how much"),
    FIELD(settlement_answer, fee, FIELD_MONEY, 0, .meaning = "and what it costs"),
    FIELD(settlement_answer, settlement_day, FIELD_DATE, 0, .meaning = "first day of payment"),
    TEXT(settlement_answer, payment, 0, .meaning = "its payment"),
    TEXT(settlement_answer, code, 0, .meaning = "why there is none"),
};
const struct record settlement_answer_record =
    RECORD(settlement_answer, answer_fields, "An order as it stands now");
