#include "gateway/business/bank/payment.h"
#include "gateway/business/customs/goods_return.h"
#include "gateway/business/field.h"

static const struct name states[] = {
    {GOODS_RETURN_AWAITED,  "awaited",  "only the answer is known (待申请)"             },
    {GOODS_RETURN_APPLIED,  "applied",  "applied for (已申请)"                          },
    {GOODS_RETURN_ACCEPTED, "accepted", "customs agreed, the tax is not levied (已退货)"},
    {GOODS_RETURN_REFUSED,  "refused",  "customs refused (不予退货)"                   },
    {GOODS_RETURN_LATE,     "late",     "too late, the tax stays due (逾期)"             },
    {0,                     NULL,       NULL                                               },
};

static const struct name places[] = {
    {WITHHELD_HERE,     "payable",  "moved to refund.payable, owed back to the buyer (应退税款)"},
    {WITHHELD_AT_AGENT, "at_agent", "never paid in here; the agent gives it back"                   },
    {0,                 NULL,       NULL                                                            },
};

#define STATE(struct_, flags_)                                                                     \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED | (flags_),                                                               \
          .names = states,                                                                         \
          .meaning = "where it stands (状态)")

#define RESULT_FIELDS(struct_)                                                                     \
    FIELD(struct_, applied_on, FIELD_DATE, 0, .meaning = "applied for (申请日期)"),                \
        FIELD(struct_, completed_on, FIELD_DATE, 0, .meaning = "customs agreed (退货日期)"),       \
        FIELD(struct_, cancelled, FIELD_MONEY, 0, .meaning = "tax no longer due (不征税款)"),      \
        FIELD(struct_,                                                                             \
              withheld,                                                                            \
              FIELD_ENUM,                                                                          \
              0,                                                                                   \
              .names = places,                                                                     \
              .meaning = "who has what was withheld from the buyer")

static const struct field fields[] = {
    TEXT(goods_return, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "agent and its own number"),
    STATE(goods_return, FIELD_INDEX),
    TEXT(goods_return, agent, FIELD_REQUIRED | FIELD_INDEX, .meaning = "declarant (申报企业)"),
    FIELD(goods_return, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(goods_return, declaration, FIELD_INDEX, .meaning = "what it is a return of"),
    TEXT(goods_return, invt_no, 0, .meaning = "number of the declaration (清单编号)"),
    TEXT(goods_return, pre_no, 0, .meaning = "number given by the e-port (预录入编号)"),
    TEXT(goods_return, app_time, 0, .meaning = "of the application (报送时间)"),
    RESULT_FIELDS(goods_return),
    TEXT(goods_return, approved_time, 0, .meaning = "earliest approval (回执时间)"),
    TEXT(goods_return, last_status, 0, .meaning = "newest answer (回执状态)"),
    TEXT(goods_return, last_return_time, 0, .meaning = "newest answer (回执时间)"),
    TEXT(goods_return, parked_status, 0, .meaning = "last answer not understood"),
    TEXT(goods_return, parked_return_time, 0, .meaning = "its time"),
    FIELD(goods_return,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &application_line_record,
          .meaning = "the goods returned (商品)"),
    FIELD(goods_return,
          lowered,
          FIELD_MONEY,
          0,
          .meaning = "owed back besides, customs having lowered a bill later"),
    FIELD(goods_return,
          refunds,
          FIELD_LIST,
          0,
          .size = REFUND_COUNT_MAX,
          .record = &payment_named_record,
          .meaning = "payments that give it back (退税款)"),
};
const struct record goods_return_record = RECORD(goods_return, fields, "A return of goods (退货)");

static const struct field answer_fields[] = {
    TEXT(goods_return_answer, key, FIELD_REQUIRED, .meaning = "agent and its own number"),
    FIELD(goods_return_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = declaration_effects,
          .meaning = "what the message did"),
    STATE(goods_return_answer, 0),
    TEXT(goods_return_answer, declaration, 0, .meaning = "what it is a return of"),
    FIELD(goods_return_answer,
          declaration_state,
          FIELD_ENUM,
          0,
          .names = declaration_states,
          .meaning = "where that stands"),
    RESULT_FIELDS(goods_return_answer),
    FIELD(goods_return_answer, tax_due, FIELD_MONEY, 0, .meaning = "left of the declaration's tax"),
};
const struct record goods_return_answer_record =
    RECORD(goods_return_answer, answer_fields, "A return as it stands now");
