#include "gateway/business/bank/creditor.h"
#include "gateway/business/bank/payment.h"

const struct name payment_states[] = {
    {PAYMENT_CREATED,   "created",   "waits for approval (待复核)"                            },
    {PAYMENT_APPROVED,  "approved",  "will be sent (已复核)"                                  },
    {PAYMENT_SENT,      "sent",      "the bank has been asked (已发送)"                       },
    {PAYMENT_IN_DOUBT,  "in_doubt",  "nobody knows yet; the money stays in flight (在途待查)"},
    {PAYMENT_CONFIRMED, "confirmed", "paid (已付)"                                             },
    {PAYMENT_REJECTED,  "rejected",  "not paid and never will be (已拒绝)"                    },
    {PAYMENT_RETURNED,  "returned",  "paid, and has come back (已退汇)"                       },
    {PAYMENT_CANCELLED, "cancelled", "withdrawn before it was sent (已撤销)"                  },
    {0,                 NULL,        NULL                                                        },
};

const struct name heard_names[] = {
    {HEARD_APPLIED,  "applied",  "it changed something"                        },
    {HEARD_IGNORED,  "ignored",  "late or repeated: nothing changed"           },
    {HEARD_SUSPENSE, "suspense", "money that does not fit waits there (待查)"},
    {0,              NULL,       NULL                                          },
};

static const struct name proofs[] = {
    {PROOF_INQUIRING, "inquiring", "the bank is asked (查询中)"               },
    {PROOF_REVERSING, "reversing", "the bank is told to take it back (冲正中)"},
    {0,               NULL,        NULL                                          },
};

static const struct name funds[] = {
    {PURPOSE_MERCHANT_PAYABLE, "merchant.payable", "what is owed to the payer"                     },
    {PURPOSE_TAX_WITHHELD,     "tax.withheld",     "taxes it has withheld (代扣税款)"          },
    {PURPOSE_TAX_PAYABLE,      "tax.payable",      "taxes it is owed (应缴国库)"               },
    {PURPOSE_REFUND_PAYABLE,   "refund.payable",   "owed to buyers (应退款)"                    },
    {PURPOSE_PAYMENT_CLEARING, "payment.clearing", "what its settlement orders hold (结算备付)"},
    {PURPOSE_INSURER_FUND,     "insurer.fund",     "its fund (赔付资金)"                       },
    {0,                        NULL,               NULL                                            },
};

static const struct name acts[] = {
    {ADAPTER_PAY,     "pay",     "asked to pay"           },
    {ADAPTER_INQUIRE, "inquire", "asked what became of it"},
    {ADAPTER_REVERSE, "reverse", "told to take it back"   },
    {0,               NULL,      NULL                     },
};

static const struct name outcomes[] = {
    {ADAPTER_CONFIRMED, "confirmed", "paid"                               },
    {ADAPTER_REJECTED,  "rejected",  "not paid and never will be"         },
    {ADAPTER_NOT_FOUND, "not_found", "the bank does not know it"          },
    {ADAPTER_REVERSED,  "reversed",  "taken back, or never to be paid"    },
    {ADAPTER_PENDING,   "pending",   "the bank will tell later"           },
    {ADAPTER_UNKNOWN,   "unknown",   "no answer, or one that says nothing"},
    {ADAPTER_NOT_SENT,  "not_sent",  "nothing left the house"             },
    {0,                 NULL,        NULL                                 },
};

static const struct name proven_outcomes[] = {
    {ADAPTER_CONFIRMED, "confirmed", "it is on the statement"      },
    {ADAPTER_REJECTED,  "rejected",  "it is not, and never will be"},
    {0,                 NULL,        NULL                          },
};

#define PAID_FIELDS(struct_)                                                                       \
    CREDITOR_FIELDS(struct_), TEXT(struct_, remittance, 0, .meaning = "what for (附言)")

static const struct field create_fields[] = {
    TEXT(payment_create, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "through which bank"),
    TEXT(payment_create,
         reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the payer's own number, used once (业务编号)"),
    AMOUNT(payment_create, amount, FIELD_REQUIRED, "how much, CNY (金额)"),
    PAID_FIELDS(payment_create),
};
const struct record payment_create_record =
    RECORD(payment_create, create_fields, "Pay somebody from what is owed to you (付款)");

static const struct field payment_fields[] = {
    TEXT(payment, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "the payment (付款编号)"),
    TEXT(payment, payer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose money (付款人)"),
    TEXT(payment, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "through which bank"),
    TEXT(payment, reference, FIELD_REQUIRED, .meaning = "the payer's own number"),
    FIELD(payment,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = payment_states,
          .meaning = "where it stands (状态)"),
    FIELD(payment, proof, FIELD_ENUM, 0, .names = proofs, .meaning = "what is done about a doubt"),
    AMOUNT(payment, amount, FIELD_REQUIRED, "how much (金额)"),
    PAID_FIELDS(payment),
    FIELD(payment, hold, FIELD_INTEGER, 0, .meaning = "the pending transfer that holds the money"),
    TEXT(payment, approver, 0, .meaning = "who approved it (复核人)"),
    FIELD(payment, send_count, FIELD_INTEGER, 0, .meaning = "times it was sent"),
    FIELD(payment, trace, FIELD_INTEGER, 0, .meaning = "its number on the link (STAN)"),
    FIELD(payment, sent_at, FIELD_INSTANT, 0, .meaning = "transmission time, last sent"),
    FIELD(payment, business_day, FIELD_DATE, 0, .meaning = "of the link when last sent"),
    FIELD(payment,
          settlement_day,
          FIELD_DATE,
          FIELD_INDEX,
          .meaning = "the day both sides count it on (清算日)"),
    TEXT(payment, code, 0, .meaning = "the bank's answer"),
    TEXT(payment, bank_reference, 0, .meaning = "the bank's own number (银行流水号)"),
    FIELD(payment, returned, FIELD_MONEY, 0, .meaning = "has come back so far (退汇金额)"),
    FIELD(payment, created_on, FIELD_DATE, 0, .meaning = "when it was created"),
    TEXT(payment, reconciled, 0, .meaning = "the statement's line or the difference (对账)"),
    FIELD(payment, payer_number, FIELD_INTEGER, 0, .meaning = "the payer's number"),
    FIELD(payment, bank_number, FIELD_INTEGER, 0, .meaning = "the bank's number"),
    FIELD(payment,
          undone_day,
          FIELD_DATE,
          0,
          .meaning = "the day both sides count its reversal on (冲正日)"),
    TEXT(payment, undo_reconciled, 0, .meaning = "as reconciled, of its reversal"),
    FIELD(payment,
          awaited_on,
          FIELD_DATE,
          FIELD_INDEX,
          .meaning = "the day whose statement is to show the other side of its reversal"),
    FIELD(payment,
          fund,
          FIELD_ENUM,
          0,
          .names = funds,
          .meaning = "paid from; absent: merchant.payable"),
    TEXT(payment, statement, 0, .meaning = "the statement whose tax it pays (集中纳税)"),
    TEXT(payment, goods_return, 0, .meaning = "the return it gives tax back for (退货)"),
    TEXT(payment, settlement, FIELD_INDEX, .meaning = "the settlement order it pays (结算指令)"),
    TEXT(payment, claim, 0, .meaning = "the claim whose compensation it hands on (赔案)"),
};
const struct record payment_record = RECORD(payment, payment_fields, "A payment (付款)");

static const struct field number_fields[] = {
    TEXT(payment_number, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "payer and its reference"),
    TEXT(payment_number, payment, FIELD_REQUIRED, .meaning = "the payment"),
};
const struct record payment_number_record =
    RECORD(payment_number, number_fields, "A payer uses a reference once");

static const struct field named_fields[] = {
    TEXT(payment_named, payment, FIELD_REQUIRED | FIELD_CODE, .meaning = "the payment"),
};
const struct record payment_named_record =
    RECORD(payment_named, named_fields, "Do something to a payment");

#define BANK_SAYS_FIELDS(struct_)                                                                  \
    TEXT(struct_, bank_reference, 0, .meaning = "the bank's own number (银行流水号)"),             \
        FIELD(struct_,                                                                             \
              settlement_day,                                                                      \
              FIELD_DATE,                                                                          \
              0,                                                                                   \
              .meaning = "the day both sides count it on (清算日)")

static const struct field told_fields[] = {
    TEXT(payment_answer_told, payment, FIELD_REQUIRED | FIELD_CODE, .meaning = "the payment"),
    FIELD(payment_answer_told,
          act,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = acts,
          .meaning = "what the bank had been asked"),
    FIELD(payment_answer_told,
          attempt,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "for how many times; pay: the payment's send_count"),
    FIELD(payment_answer_told,
          outcome,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = outcomes,
          .meaning = "what came back"),
    TEXT(payment_answer_told, code, 0, .meaning = "the bank's own code"),
    BANK_SAYS_FIELDS(payment_answer_told),
};
const struct record payment_answer_told_record =
    RECORD(payment_answer_told, told_fields, "What came back from the bank (银行应答)");

static const struct field prove_fields[] = {
    TEXT(payment_prove, payment, FIELD_REQUIRED | FIELD_CODE, .meaning = "the payment"),
    FIELD(payment_prove,
          outcome,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = proven_outcomes,
          .meaning = "what the statement says"),
    BANK_SAYS_FIELDS(payment_prove),
};
const struct record payment_prove_record =
    RECORD(payment_prove, prove_fields, "What the statement says of a payment (对账确认)");

static const struct field returned_fields[] = {
    TEXT(payment_returned, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank that says so"),
    TEXT(payment_returned, payment, FIELD_REQUIRED | FIELD_CODE, .meaning = "the payment"),
    TEXT(payment_returned,
         bank_reference,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the bank's own number of the return (银行流水号)"),
    AMOUNT(payment_returned, amount, FIELD_REQUIRED, "what has come back (退汇金额)"),
    FIELD(
        payment_returned, value_date, FIELD_DATE, FIELD_REQUIRED, .meaning = "value date (起息日)"),
};
const struct record payment_returned_record =
    RECORD(payment_returned, returned_fields, "A payment has come back (退汇)");

static const struct field answer_fields[] = {
    TEXT(payment_answer, payment, FIELD_REQUIRED, .meaning = "the payment"),
    FIELD(payment_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = payment_states,
          .meaning = "where it stands now"),
    FIELD(payment_answer,
          proof,
          FIELD_ENUM,
          0,
          .names = proofs,
          .meaning = "what is done about a doubt"),
    FIELD(payment_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = heard_names,
          .meaning = "what the command changed"),
    AMOUNT(payment_answer, amount, FIELD_REQUIRED, "how much"),
    FIELD(payment_answer, trace, FIELD_INTEGER, 0, .meaning = "its number on the link (STAN)"),
    FIELD(payment_answer, business_day, FIELD_DATE, 0, .meaning = "of the link when sent"),
    TEXT(payment_answer, code, 0, .meaning = "the bank's answer"),
    BANK_SAYS_FIELDS(payment_answer),
};
const struct record payment_answer_record =
    RECORD(payment_answer, answer_fields, "A payment as it stands now");
