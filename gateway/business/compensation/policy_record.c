#include "gateway/business/compensation/policy.h"
#include "gateway/business/field.h"

const struct name loss_causes[] = {
    {CAUSE_DEFAULT,    "default",    "the buyer does not pay (拖欠)"      },
    {CAUSE_REJECTION,  "rejection",  "the buyer refuses the goods (拒收)" },
    {CAUSE_INSOLVENCY, "insolvency", "the buyer is insolvent (破产)"      },
    {CAUSE_POLITICAL,  "political",  "its country hinders it (政治风险)"},
    {0,                NULL,         NULL                                   },
};

static const struct name states[] = {
    {POLICY_REGISTERED, "registered", "not in force yet (已登记)"},
    {POLICY_ACTIVE,     "active",     "in force (生效)"           },
    {POLICY_EXPIRED,    "expired",    "its period is over (到期)" },
    {POLICY_CANCELLED,  "cancelled",  "ended early (已注销)"     },
    {0,                 NULL,         NULL                          },
};

#define DAYS(struct_, member_, flags_, meaning_)                                                   \
    FIELD(struct_, member_, FIELD_INTEGER, (flags_), .min = 0, .max = 3650, .meaning = (meaning_))

static const struct field cover_fields[] = {
    FIELD(policy_cover,
          cause,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = loss_causes,
          .meaning = "which cause (致损原因)"),
    FIELD(policy_cover,
          ratio_bp,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = BASIS_POINTS,
          .meaning = "of the loss, 1/10000 (赔付比例)"),
    DAYS(policy_cover, notice_days, FIELD_REQUIRED, "to give notice (可损通知期限)"),
    FIELD(policy_cover,
          counts_working_days,
          FIELD_BOOLEAN,
          0,
          .meaning = "the days of notice are working days (按工作日)"),
    DAYS(policy_cover, waiting_days, FIELD_REQUIRED, "before a claim (等待期)"),
};
static const struct record cover_record = RECORD(policy_cover, cover_fields, "A covered cause");

static const struct field share_fields[] = {
    TEXT(policy_share, insurer, FIELD_REQUIRED | FIELD_CODE, .meaning = "who bears (承保人)"),
    FIELD(policy_share,
          share_bp,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = BASIS_POINTS,
          .meaning = "of each payment, 1/10000 (份额)"),
};
static const struct record share_record =
    RECORD(policy_share, share_fields, "A co-insurer's share");

static const struct field terms_fields[] = {
    TEXT(policy_terms, insured, FIELD_REQUIRED | FIELD_CODE, .meaning = "the exporter (被保险人)"),
    AMOUNT(policy_terms, limit, FIELD_REQUIRED, "in all (最高赔偿限额)"),
    FIELD(policy_terms, valid_from, FIELD_DATE, FIELD_REQUIRED, .meaning = "first day (起保)"),
    FIELD(policy_terms, valid_to, FIELD_DATE, FIELD_REQUIRED, .meaning = "last day (终保)"),
    AMOUNT(policy_terms, fast_track, 0, "paid at once up to it (快赔上限); absent: never"),
    DAYS(policy_terms,
         declaration_days,
         FIELD_REQUIRED,
         "working days to declare a shipment (出运申报期限)"),
    DAYS(policy_terms, claim_days, FIELD_REQUIRED, "days to file a claim (索赔期限)"),
    DAYS(policy_terms, decision_days, FIELD_REQUIRED, "working days to decide (定损核赔期限)"),
    FIELD(policy_terms,
          covers,
          FIELD_LIST,
          FIELD_REQUIRED,
          .size = POLICY_COVER_COUNT_MAX,
          .record = &cover_record,
          .meaning = "one for each cause (承保风险)"),
    FIELD(policy_terms,
          shares,
          FIELD_LIST,
          0,
          .size = POLICY_SHARE_COUNT_MAX,
          .record = &share_record,
          .meaning = "10000 in all (共保份额); absent: the insurer alone"),
};
const struct record policy_terms_record =
    RECORD(policy_terms, terms_fields, "What a policy promises (保单条款)");

static const struct field policy_fields[] = {
    TEXT(policy, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "the policy (保单号)"),
    FIELD(policy,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands (状态)"),
    TEXT(policy, insurer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who leads (首席承保人)"),
    FIELD(policy, insurer_number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(policy, insured_number, FIELD_INTEGER, 0, .meaning = "the exporter's number"),
    FIELD(policy,
          terms,
          FIELD_RECORD,
          FIELD_REQUIRED,
          .record = &policy_terms_record,
          .meaning = "what it promises (条款)"),
    FIELD(policy, registered_on, FIELD_DATE, 0, .meaning = "registered on"),
    FIELD(policy, activated_on, FIELD_DATE, 0, .meaning = "in force since"),
    FIELD(policy, cancelled_on, FIELD_DATE, 0, .meaning = "no shipment is covered from then on"),
    TEXT(policy, insured, FIELD_INDEX, .meaning = "the exporter (被保险人)"),
};
const struct record policy_record = RECORD(policy, policy_fields, "A policy (保单)");

static const struct field named_fields[] = {
    TEXT(policy_named, policy, FIELD_REQUIRED | FIELD_CODE, .meaning = "the policy (保单号)"),
};
const struct record policy_named_record = RECORD(policy_named, named_fields, "Which policy");

static const struct field answer_fields[] = {
    TEXT(policy_answer, policy, FIELD_REQUIRED, .meaning = "the policy (保单号)"),
    FIELD(policy_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands"),
    TEXT(policy_answer, insurer, FIELD_REQUIRED, .meaning = "who leads"),
    TEXT(policy_answer, insured, FIELD_REQUIRED, .meaning = "the exporter"),
    FIELD(policy_answer, limit, FIELD_MONEY, 0, .meaning = "in all (限额)"),
    FIELD(policy_answer, available, FIELD_MONEY, 0, .meaning = "not consumed (可用)"),
    FIELD(policy_answer, used, FIELD_MONEY, 0, .meaning = "consumed by claims (已用)"),
};
const struct record policy_answer_record = RECORD(policy_answer, answer_fields, "A policy");
