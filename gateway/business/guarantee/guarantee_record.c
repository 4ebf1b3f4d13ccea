#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"

const struct name guarantee_kinds[] = {
    {GUARANTEE_CASH_DEPOSIT,     "cash_deposit",     "cash deposit (保证金)"                   },
    {GUARANTEE_BANK_LETTER,      "bank_letter",      "bank guarantee letter (银行税款保函)" },
    {GUARANTEE_SURETY_INSURANCE, "surety_insurance", "customs bond insurance (关税保证保险)"},
    {0,                          NULL,               NULL                                         },
};

const struct name scope_names[] = {
    {SCOPE_RETAIL_IMPORT,  "retail_import",  "cross-border retail import (跨境零售进口)"},
    {SCOPE_AGGREGATE,      "aggregate",      "aggregate collection (汇总征税)"            },
    {SCOPE_PAYMENT_PERIOD, "payment_period", "payment period (纳税期限)"                  },
    {SCOPE_TAX_ELEMENT,    "tax_element",    "tax elements (征税要素)"                    },
    {0,                    NULL,             NULL                                             },
};

const struct name guarantee_states[] = {
    {GUARANTEE_DRAFT,      "draft",      "deposit announced, not yet funded (草稿)"   },
    {GUARANTEE_LODGED,     "lodged",     "waits for customs (已提交)"                },
    {GUARANTEE_ACTIVE,     "active",     "may be used (生效)"                         },
    {GUARANTEE_SUSPENDED,  "suspended",  "no new use for now (暂停)"                  },
    {GUARANTEE_EXPIRED,    "expired",    "no new use; claims until claim_until (到期)"},
    {GUARANTEE_DISCHARGED, "discharged", "ended by customs (解除)"                    },
    {GUARANTEE_EXHAUSTED,  "exhausted",  "used up (用尽)"                             },
    {GUARANTEE_REJECTED,   "rejected",   "not accepted by customs (不予接受)"       },
    {0,                    NULL,         NULL                                           },
};

#define BALANCE_FIELDS(struct_)                                                                    \
    FIELD(                                                                                         \
        struct_, limit, FIELD_MONEY, 0, .meaning = "face amount by liability percentage (额度)"),  \
        FIELD(struct_, available, FIELD_MONEY, 0, .meaning = "free to be reserved (可用)"),        \
        FIELD(struct_, reserved, FIELD_MONEY, 0, .meaning = "set aside for taxes (占用)"),         \
        FIELD(struct_, called, FIELD_MONEY, 0, .meaning = "demanded (执行)")

static const struct field guarantee_fields[] = {
    TEXT(guarantee, grn, FIELD_KEY | FIELD_REQUIRED, .meaning = "guarantee reference number"),
    FIELD(guarantee,
          kind,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = guarantee_kinds,
          .meaning = "what stands behind it (担保方式)"),
    FIELD(guarantee,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = guarantee_states,
          .meaning = "where it stands (状态)"),
    FIELD(guarantee,
          scopes,
          FIELD_SET,
          0,
          .names = scope_names,
          .meaning = "what it may be used for (适用范围)"),
    TEXT(guarantee, principal, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose taxes (被担保人)"),
    FIELD(guarantee, principal_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(guarantee, guarantor, FIELD_INDEX, .meaning = "who promises to pay (担保人)"),
    FIELD(guarantee, guarantor_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(guarantee, beneficiary, FIELD_REQUIRED | FIELD_INDEX, .meaning = "customs (受益人)"),
    FIELD(guarantee, beneficiary_number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(guarantee, face_amount, FIELD_MONEY, 0, .meaning = "promised or announced (担保金额)"),
    FIELD(guarantee,
          liability_percentage,
          FIELD_INTEGER,
          0,
          .meaning = "share of the face amount that counts (责任比例)"),
    FIELD(guarantee, valid_from, FIELD_DATE, 0, .meaning = "first day of use (生效日)"),
    FIELD(guarantee, valid_to, FIELD_DATE, FIELD_INDEX, .meaning = "last day of use (到期日)"),
    FIELD(guarantee, claim_until, FIELD_DATE, 0, .meaning = "last day to call it (索赔截止日)"),
    FIELD(guarantee,
          revolving,
          FIELD_BOOLEAN,
          0,
          .meaning = "what was paid comes back to the limit (循环)"),
    TEXT(guarantee, letter_number, 0, .meaning = "the guarantor's own number (保函编号)"),
    TEXT(guarantee, payment_reference, 0, .meaning = "to be given with each payment (付款附言)"),
    BALANCE_FIELDS(guarantee),
    FIELD(guarantee,
          utilisation_level,
          FIELD_INTEGER,
          0,
          .meaning = "highest threshold reached, percent (使用率预警)"),
    FIELD(guarantee,
          latest_deadline,
          FIELD_DATE,
          0,
          .meaning = "latest payment deadline of its reservations"),
    FIELD(guarantee, amendment_count, FIELD_INTEGER, 0, .meaning = "amendments proposed so far"),
    TEXT(guarantee, open_amendment, 0, .meaning = "the amendment that waits for customs"),
    FIELD(guarantee, claims_closed, FIELD_BOOLEAN, 0, .meaning = "the time to claim is over"),
    TEXT(guarantee, reason, 0, .meaning = "of the last rejection or suspension (原因)"),
};
const struct record guarantee_record =
    RECORD(guarantee, guarantee_fields, "A tax guarantee (税款担保)");

static const struct field named_fields[] = {
    TEXT(guarantee_named, grn, FIELD_REQUIRED | FIELD_CODE, .meaning = "the guarantee"),
    TEXT(guarantee_named, reason, 0, .meaning = "why (原因)"),
};
const struct record guarantee_named_record =
    RECORD(guarantee_named, named_fields, "Do something to a guarantee");

static const struct field answer_fields[] = {
    TEXT(guarantee_answer, grn, FIELD_REQUIRED, .meaning = "guarantee reference number"),
    FIELD(guarantee_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = guarantee_states,
          .meaning = "where it stands now"),
    BALANCE_FIELDS(guarantee_answer),
    TEXT(guarantee_answer, payment_reference, 0, .meaning = "to be given with each payment"),
    TEXT(guarantee_answer, amendment, 0, .meaning = "the amendment that waits for customs"),
};
const struct record guarantee_answer_record =
    RECORD(guarantee_answer, answer_fields, "A guarantee as it stands now");
