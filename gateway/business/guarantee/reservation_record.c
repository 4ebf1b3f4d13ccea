#include "gateway/business/field.h"
#include "gateway/business/guarantee/reservation.h"

static const struct name states[] = {
    {RESERVATION_PROVISIONAL, "provisional", "declared, not yet released (预占)"        },
    {RESERVATION_RESERVED,    "reserved",    "in use (占用)"                            },
    {RESERVATION_CALLED,      "called",      "called whole (已执行)"                   },
    {RESERVATION_RESTORED,    "restored",    "given back (已恢复)"                     },
    {RESERVATION_STATED,      "stated",      "its statement keeps it (转入集中纳税)"},
    {0,                       NULL,          NULL                                         },
};

static const struct name reasons[] = {
    {RESTORE_VOID,    "void",    "rejected, withdrawn or void (撤销)"},
    {RESTORE_PAYMENT, "payment", "the tax is paid (已缴税)"         },
    {RESTORE_RETURN,  "return",  "the goods went back (退货)"        },
    {0,               NULL,      NULL                                  },
};

#define IDENTITY_FIELDS(struct_, flags_)                                                           \
    TEXT(struct_, grn, FIELD_REQUIRED | (flags_), .meaning = "the guarantee"),                     \
        TEXT(struct_,                                                                              \
             reference,                                                                            \
             FIELD_REQUIRED | ((flags_)&FIELD_CODE),                                               \
             .meaning = "invtNo or another reference (清单编号)")

static const struct field reservation_fields[] = {
    TEXT(reservation, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "guarantee and reference"),
    IDENTITY_FIELDS(reservation, FIELD_PREFIX),
    FIELD(reservation,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands (状态)"),
    FIELD(reservation, scope, FIELD_SET, 0, .names = scope_names, .meaning = "what it is for"),
    TEXT(reservation, principal, FIELD_REQUIRED, .meaning = "whose tax (被担保人)"),
    TEXT(reservation, guarantor, 0, .meaning = "who promised to pay (担保人)"),
    TEXT(reservation, beneficiary, FIELD_REQUIRED, .meaning = "customs (受益人)"),
    FIELD(reservation, amount, FIELD_MONEY, 0, .meaning = "still reserved (占用金额)"),
    FIELD(reservation, called, FIELD_MONEY, 0, .meaning = "called out of it (已执行)"),
    FIELD(reservation, reserved_on, FIELD_DATE, 0, .meaning = "reserved on"),
    FIELD(reservation,
          return_until,
          FIELD_DATE,
          0,
          .meaning = "last day to apply for a return (退货申请截止)"),
    FIELD(reservation,
          window_from,
          FIELD_DATE,
          0,
          .meaning = "first day of the payment window (缴税期起)"),
    FIELD(reservation, payment_due, FIELD_DATE, 0, .meaning = "last day to pay (缴税截止)"),
    FIELD(reservation,
          restore_reason,
          FIELD_ENUM,
          0,
          .names = reasons,
          .meaning = "why it was last given back"),
    TEXT(reservation, declaration, 0, .meaning = "the declaration it is for (清单)"),
    TEXT(reservation, statement, 0, .meaning = "the statement that keeps it (集中纳税)"),
    FIELD(reservation, stated, FIELD_MONEY, 0, .meaning = "how much that took"),
};
const struct record reservation_record =
    RECORD(reservation, reservation_fields, "What of a guarantee stands behind one tax (额度占用)");

static const struct field reserve_fields[] = {
    IDENTITY_FIELDS(reservation_reserve, FIELD_CODE),
    AMOUNT(reservation_reserve, amount, FIELD_REQUIRED, "the tax (税款)"),
    FIELD(reservation_reserve,
          scope,
          FIELD_ENUM,
          0,
          .names = scope_names,
          .meaning = "what it is for; absent: retail_import"),
    FIELD(reservation_reserve,
          payment_due,
          FIELD_DATE,
          0,
          .meaning = "last day to pay; absent: not known yet"),
};
const struct record reservation_reserve_record =
    RECORD(reservation_reserve, reserve_fields, "Reserve for a tax (占用额度)");

static const struct field adjust_fields[] = {
    IDENTITY_FIELDS(reservation_adjust, FIELD_CODE),
    AMOUNT(reservation_adjust, amount, FIELD_REQUIRED, "the assessed tax (核定税款)"),
};
const struct record reservation_adjust_record =
    RECORD(reservation_adjust, adjust_fields, "Adjust a reservation (调整占用)");

static const struct field restore_fields[] = {
    IDENTITY_FIELDS(reservation_restore, FIELD_CODE),
    AMOUNT(reservation_restore, amount, 0, "how much; absent: all of it"),
    FIELD(reservation_restore,
          reason,
          FIELD_ENUM,
          0,
          .names = reasons,
          .meaning = "why; absent: void"),
};
const struct record reservation_restore_record =
    RECORD(reservation_restore, restore_fields, "Give a reservation back (恢复额度)");

static const struct field answer_fields[] = {
    IDENTITY_FIELDS(reservation_answer, 0),
    FIELD(reservation_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands now"),
    FIELD(reservation_answer, amount, FIELD_MONEY, 0, .meaning = "still reserved"),
    FIELD(reservation_answer, payment_due, FIELD_DATE, 0, .meaning = "last day to pay"),
    FIELD(reservation_answer, limit, FIELD_MONEY, 0, .meaning = "of the guarantee (额度)"),
    FIELD(reservation_answer, available, FIELD_MONEY, 0, .meaning = "of the guarantee (可用)"),
    FIELD(reservation_answer, reserved, FIELD_MONEY, 0, .meaning = "of the guarantee (占用)"),
    FIELD(reservation_answer, called, FIELD_MONEY, 0, .meaning = "of the guarantee (执行)"),
};
const struct record reservation_answer_record =
    RECORD(reservation_answer, answer_fields, "A reservation as it stands now");
