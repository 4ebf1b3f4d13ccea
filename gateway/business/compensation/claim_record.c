#include "gateway/business/compensation/claim.h"
#include "gateway/business/field.h"

static const struct name states[] = {
    {CLAIM_FILED,   "filed",   "to be decided (已受理)"        },
    {CLAIM_PAID,    "paid",    "paid in advance (已先行赔付)"},
    {CLAIM_REFUSED, "refused", "not paid (拒赔)"                },
    {CLAIM_FINAL,   "final",   "finally decided (已结案)"      },
    {0,             NULL,      NULL                               },
};

static const struct name payees[] = {
    {CLAIM_PAYEE_INSURED, "insured", "the exporter (被保险人)"   },
    {CLAIM_PAYEE_BUYER,   "buyer",   "a refund to the buyer (退款)"},
    {0,                   NULL,      NULL                            },
};

static const struct name refusals[] = {
    {CLAIM_REFUSAL_COVER,      "cover",      "not covered by the policy (非保险责任)"},
    {CLAIM_REFUSAL_EVIDENCE,   "evidence",   "the papers do not hold (单证不符)"      },
    {CLAIM_REFUSAL_DISPUTE,    "dispute",    "the debt is disputed (贸易纠纷)"        },
    {CLAIM_REFUSAL_EXCLUSION,  "exclusion",  "excluded by a clause (除外责任)"        },
    {CLAIM_REFUSAL_BUYER_PAID, "buyer_paid", "the buyer has paid (买方已付)"          },
    {CLAIM_REFUSAL_FRAUD,      "fraud",      "the trade is not real (虚假贸易)"       },
    {0,                        NULL,         NULL                                         },
};

static const struct field condition_fields[] = {
    FIELD(claim_verdict,
          condition,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = claim_conditions,
          .meaning = "which one (条件)"),
    FIELD(claim_verdict, is_met, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "met (符合)"),
    FIELD(claim_verdict, day, FIELD_DATE, 0, .meaning = "what was"),
    FIELD(claim_verdict, bound, FIELD_DATE, 0, .meaning = "what had to be"),
    FIELD(claim_verdict, amount, FIELD_MONEY, 0, .meaning = "covered"),
    FIELD(claim_verdict, count, FIELD_INTEGER, 0, .meaning = "documents that agree"),
};
static const struct record condition_record =
    RECORD(claim_verdict, condition_fields, "A condition of a claim (赔付条件)");

#define SUM(member_, meaning_) FIELD(claim, member_, FIELD_MONEY, 0, .meaning = (meaning_))
#define AT(member_, meaning_)  FIELD(claim, member_, FIELD_INSTANT, 0, .meaning = (meaning_))

static const struct field fields[] = {
    TEXT(claim, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "the claim (赔案编号)"),
    FIELD(claim,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands (状态)"),
    TEXT(claim, policy, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the policy (保单号)"),
    TEXT(claim, shipment, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the shipment (出运)"),
    TEXT(claim, insurer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who leads"),
    TEXT(claim, insured, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the exporter"),
    FIELD(claim, insurer_number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(claim, insured_number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(claim, cause, FIELD_ENUM, 0, .names = loss_causes, .meaning = "why (致损原因)"),
    FIELD(claim, payee, FIELD_ENUM, 0, .names = payees, .meaning = "who is paid (收款人)"),
    SUM(loss, "what is lost (损失)"),
    FIELD(claim, ratio_bp, FIELD_INTEGER, 0, .meaning = "1/10000 (赔付比例)"),
    SUM(payable, "by the policy (应赔)"),
    SUM(compensation, "paid, less recourse (赔付金额)"),
    SUM(recourse, "the exporter owes it back (追索)"),
    SUM(subrogation, "may still be recovered from the buyer (代位求偿)"),
    SUM(unshared, "recovered and not shared yet (待分配)"),
    FIELD(claim, recovery_count, FIELD_INTEGER, 0, .meaning = "how often it was shared"),
    FIELD(claim, is_fast, FIELD_BOOLEAN, 0, .meaning = "paid at once (快赔)"),
    FIELD(claim, is_late, FIELD_BOOLEAN, 0, .meaning = "not decided in time (超时)"),
    AT(filed_at, "filed (受理时间)"),
    AT(decided_at, "decided (核赔时间)"),
    AT(paid_at, "paid (赔付时间)"),
    FIELD(claim, decide_by, FIELD_DATE, 0, .meaning = "to be decided by (核赔期限)"),
    FIELD(claim, refusal, FIELD_ENUM, 0, .names = refusals, .meaning = "why not (拒赔原因)"),
    TEXT(claim, explanation, 0, .meaning = "in words"),
    FIELD(claim,
          conditions,
          FIELD_LIST,
          0,
          .size = CONDITION_COUNT,
          .record = &condition_record,
          .meaning = "as judged when filed"),
    FIELD(claim,
          shares,
          FIELD_LIST,
          0,
          .size = POLICY_SHARE_COUNT_MAX,
          .record = &claim_share_record,
          .meaning = "who bears what (共保)"),
    SUM(to_buyer, "of the compensation, for the buyer (应退买方)"),
    FIELD(claim,
          refunds,
          FIELD_LIST,
          0,
          .size = REFUND_COUNT_MAX,
          .record = &payment_named_record,
          .meaning = "payments that hand it on (退款)"),
};
const struct record claim_record = RECORD(claim, fields, "A claim (赔案)");

#define CLAIM(struct_) TEXT(struct_, claim, FIELD_REQUIRED | FIELD_CODE, .meaning = "the claim")

static const struct field file_fields[] = {
    TEXT(claim_file, shipment, FIELD_REQUIRED | FIELD_CODE, .meaning = "exporter/invoice (出运)"),
    FIELD(claim_file,
          payee,
          FIELD_ENUM,
          0,
          .names = payees,
          .meaning = "who is paid; absent: the exporter"),
};
const struct record claim_file_record = RECORD(claim_file, file_fields, "File a claim (索赔)");

static const struct field named_fields[] = {
    CLAIM(claim_named),
};
const struct record claim_named_record = RECORD(claim_named, named_fields, "Which claim");

static const struct field refuse_fields[] = {
    CLAIM(claim_refuse),
    FIELD(claim_refuse,
          reason,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = refusals,
          .meaning = "why not (拒赔原因)"),
    TEXT(claim_refuse, explanation, FIELD_REQUIRED, .meaning = "in words"),
};
const struct record claim_refuse_record = RECORD(claim_refuse, refuse_fields, "Refuse (拒赔)");

static const struct field decide_fields[] = {
    CLAIM(claim_decide),
    AMOUNT(claim_decide, amount, 0, "due in the end; absent: nothing (终审金额)"),
};
const struct record claim_decide_record =
    RECORD(claim_decide, decide_fields, "The insurer's final decision (终审)");
