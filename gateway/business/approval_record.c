#include "gateway/business/approval.h"
#include "gateway/business/field.h"

static const struct name states[] = {
    {APPROVAL_PROPOSED,  "proposed",  "waits for a second person (待复核)"},
    {APPROVAL_APPROVED,  "approved",  "approved and done (已复核)"        },
    {APPROVAL_REJECTED,  "rejected",  "not approved (已退回)"             },
    {APPROVAL_WITHDRAWN, "withdrawn", "taken back by its maker (已撤回)"  },
    {APPROVAL_EXPIRED,   "expired",   "nobody decided in time (已过期)"   },
    {0,                  NULL,        NULL                                   },
};

static const struct name decisions[] = {
    {APPROVAL_APPROVE, "approve", "do it (同意)" },
    {APPROVAL_REJECT,  "reject",  "do not (退回)"},
    {0,                NULL,      NULL             },
};

static const struct name roles[] = {
    {ROLE_OPERATOR, "operator", "operator (运营方)"  },
    {ROLE_BANK,     "bank",     "bank (银行)"         },
    {ROLE_MERCHANT, "merchant", "merchant (企业)"     },
    {ROLE_CUSTOMS,  "customs",  "customs (海关)"      },
    {ROLE_INSURER,  "insurer",  "insurer (保险公司)"},
    {0,             NULL,       NULL                    },
};

#define PROPOSAL_FIELDS(struct_)                                                                   \
    TEXT(struct_, command, FIELD_REQUIRED | FIELD_CODE, .meaning = "the command (交易)"),          \
        FIELD(struct_,                                                                             \
              content,                                                                             \
              FIELD_BYTES,                                                                         \
              FIELD_REQUIRED,                                                                      \
              .size = APPROVAL_CONTENT_SIZE_MAX,                                                   \
              .meaning = "its body, deterministic CBOR"),                                          \
        TEXT(struct_, summary, 0, .meaning = "what it is about, for the second person (摘要)")

static const struct field fields[] = {
    TEXT(approval, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number (复核编号)"),
    FIELD(approval,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "what has become of it"),
    PROPOSAL_FIELDS(approval),
    TEXT(approval, maker, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who proposed it (经办)"),
    TEXT(approval, maker_user, 0, .meaning = "which person of that party"),
    FIELD(approval,
          maker_role,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = roles,
          .meaning = "in which role"),
    TEXT(approval, checker, 0, .meaning = "who decided (复核)"),
    TEXT(approval, checker_user, 0, .meaning = "which person of that party"),
    FIELD(approval, proposed_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "when it was proposed"),
    FIELD(approval,
          expires_on,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "the first day too late to decide (失效日)"),
    FIELD(approval, decided_on, FIELD_DATE, 0, .meaning = "when it was closed"),
    TEXT(approval, reason, 0, .meaning = "why it was decided so (意见)"),
    FIELD(approval,
          result,
          FIELD_BYTES,
          0,
          .size = APPROVAL_RESULT_SIZE_MAX,
          .meaning = "the command's answer, deterministic CBOR"),
};
const struct record approval_record =
    RECORD(approval, fields, "A command before a second person (复核)");

static const struct field propose_fields[] = {
    PROPOSAL_FIELDS(approval_propose),
};
const struct record approval_propose_record =
    RECORD(approval_propose, propose_fields, "Put a command before a second person");

static const struct field decide_fields[] = {
    TEXT(approval_decide, approval, FIELD_REQUIRED | FIELD_CODE, .meaning = "what is decided"),
    FIELD(approval_decide,
          decision,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = decisions,
          .meaning = "yes or no"),
    TEXT(approval_decide, reason, 0, .meaning = "why (意见)"),
};
const struct record approval_decide_record =
    RECORD(approval_decide, decide_fields, "Approve or reject what somebody else proposed");

static const struct field withdraw_fields[] = {
    TEXT(approval_withdraw, approval, FIELD_REQUIRED | FIELD_CODE, .meaning = "what is taken back"),
    TEXT(approval_withdraw, reason, 0, .meaning = "why (原因)"),
};
const struct record approval_withdraw_record =
    RECORD(approval_withdraw, withdraw_fields, "Take back what one proposed");

static const struct field answer_fields[] = {
    TEXT(approval_answer, approval, FIELD_REQUIRED, .meaning = "its number"),
    FIELD(approval_answer, state, FIELD_ENUM, FIELD_REQUIRED, .names = states, .meaning = "now"),
    TEXT(approval_answer, command, FIELD_REQUIRED, .meaning = "the command"),
    FIELD(approval_answer, expires_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "too late from then"),
};
const struct record approval_answer_record =
    RECORD(approval_answer, answer_fields, "Where the proposal stands");
