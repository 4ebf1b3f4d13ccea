#include "gateway/business/compensation/buyer_limit.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/text.h"

static const struct name statuses[] = {
    {BUYER_LIMIT_ACTIVE,    "active",    "shipments are covered (有效)"},
    {BUYER_LIMIT_SUSPENDED, "suspended", "none for now (暂停)"         },
    {BUYER_LIMIT_WITHDRAWN, "withdrawn", "none any more (撤销)"        },
    {0,                     NULL,        NULL                            },
};

#define ROW_FIELDS(struct_, date_flags_)                                                           \
    FIELD(struct_,                                                                                 \
          status,                                                                                  \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = statuses,                                                                       \
          .meaning = "whether it covers (状态)"),                                                  \
        AMOUNT(struct_, limit, FIELD_REQUIRED, "how much (限额)"),                                 \
        FIELD(struct_,                                                                             \
              effective_from,                                                                      \
              FIELD_DATE,                                                                          \
              FIELD_REQUIRED,                                                                      \
              .meaning = "from this day of shipment on (生效日)")

static const struct field row_fields[] = {
    ROW_FIELDS(buyer_limit_row, 0),
};
static const struct record row_record = RECORD(buyer_limit_row, row_fields, "A limit and its day");

#define BUYER_FIELDS(struct_, flags_)                                                              \
    TEXT(struct_, policy, FIELD_REQUIRED | (flags_), .meaning = "the policy (保单号)"),            \
        TEXT(struct_, buyer, FIELD_REQUIRED | (flags_), .meaning = "the buyer's code (买方代码)"), \
        TEXT(struct_,                                                                              \
             buyer_name,                                                                           \
             FIELD_REQUIRED | FIELD_PERSONAL,                                                      \
             .meaning = "its name (买方名称)"),                                                    \
        TEXT(struct_, country, FIELD_REQUIRED | (flags_), .meaning = "ISO 3166 alpha-2 (国别)")

static const struct field fields[] = {
    TEXT(buyer_limit, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "policy and buyer"),
    BUYER_FIELDS(buyer_limit, 0),
    TEXT(buyer_limit, insurer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who bears it"),
    TEXT(buyer_limit, insured, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who sells"),
    FIELD(buyer_limit, used, FIELD_MONEY, 0, .meaning = "taken by shipments not paid (占用)"),
    FIELD(buyer_limit,
          rows,
          FIELD_LIST,
          0,
          .size = BUYER_LIMIT_ROW_COUNT_MAX,
          .record = &row_record,
          .meaning = "each from its day until the next"),
};
const struct record buyer_limit_record =
    RECORD(buyer_limit, fields, "What is borne of a buyer (买方信用限额)");

static const struct field set_fields[] = {
    BUYER_FIELDS(buyer_limit_set, FIELD_CODE),
    ROW_FIELDS(buyer_limit_set, 0),
};
const struct record buyer_limit_set_record =
    RECORD(buyer_limit_set, set_fields, "Set a buyer's limit from a day on (批复限额)");

static const struct field answer_fields[] = {
    TEXT(buyer_limit_answer, key, FIELD_REQUIRED, .meaning = "policy and buyer"),
    ROW_FIELDS(buyer_limit_answer, 0),
    FIELD(buyer_limit_answer, used, FIELD_MONEY, 0, .meaning = "taken by shipments not paid"),
};
const struct record buyer_limit_answer_record =
    RECORD(buyer_limit_answer, answer_fields, "A buyer's limit");

static void key_make(const char *policy, const char *buyer, char key_out[DOCUMENT_KEY_SIZE])
{
    int size = snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", policy, buyer);
    assert(size > 0 && size < DOCUMENT_KEY_SIZE);
}

const struct buyer_limit *
buyer_limit_find(struct context *context, const char *policy, const char *buyer)
{
    char key[DOCUMENT_KEY_SIZE];
    key_make(policy, buyer, key);
    return state_find(context->state, DOCUMENT_BUYER_LIMIT, key);
}

const struct buyer_limit_row *buyer_limit_on(const struct buyer_limit *limit, date_days date)
{
    const struct buyer_limit_row *rows = limit->rows.items;
    const struct buyer_limit_row *best = NULL;
    for (size_t i = 0; i < limit->rows.count; i++) {
        bool is_in_force = rows[i].effective_from <= date;
        if (is_in_force && (best == NULL || rows[i].effective_from >= best->effective_from)) {
            best = &rows[i];
        }
    }
    return best;
}

void buyer_limit_use(struct context *context, const char *policy, const char *buyer, int64_t minor)
{
    const struct buyer_limit *found = buyer_limit_find(context, policy, buyer);
    if (found != NULL && minor != 0) {
        struct buyer_limit limit = *found;
        limit.used = cny(limit.used.minor + minor);
        assert(limit.used.minor >= 0);
        state_put(context->state, DOCUMENT_BUYER_LIMIT, &limit);
    }
}

/* --- setting --- */

static enum verdict check_set(struct context *context,
                              const struct buyer_limit_set *command,
                              const struct buyer_limit *known,
                              struct policy *policy)
{
    enum verdict verdict = check_cny(context, command->limit, "/limit/currency");
    if (verdict == VERDICT_DONE) {
        verdict = policy_get(context, command->policy, policy);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!is_actor(context, policy->insurer)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (policy->state != POLICY_ACTIVE && policy->state != POLICY_REGISTERED) {
        return refuse(context, REFUSAL_POLICY_STATE);
    }
    date_days earliest = known == NULL ? policy->terms.valid_from : context->today;
    if (command->effective_from < earliest) {
        verdict = refuse_field(context, REFUSAL_DATE_ORDER, "/effective_from");
        refusal_date(context, "earliest", earliest);
        return verdict;
    }
    if (known != NULL && known->rows.count == BUYER_LIMIT_ROW_COUNT_MAX) {
        verdict = refuse(context, REFUSAL_BUYER_LIMIT_ROWS);
        refusal_integer(context, "most", BUYER_LIMIT_ROW_COUNT_MAX);
    }
    return verdict;
}

static void
tell(struct context *context, const struct buyer_limit_answer *answer, const struct policy *policy)
{
    struct notice notice;
    notice_begin(&notice, "buyer_limit.set", answer->key);
    notice_text(&notice, "status", name_by_value(statuses, answer->status));
    notice_money(&notice, "limit", answer->limit);
    notice_date(&notice, "effective_from", answer->effective_from);
    notice_to(&notice, policy->insured_number);
    notice_to(&notice, policy->insurer_number);
    notice_send(context, &notice);
}

enum verdict buyer_limit_set(struct context *context, const void *command_, void *answer_out)
{
    const struct buyer_limit_set *command = command_;
    const struct buyer_limit *known = buyer_limit_find(context, command->policy, command->buyer);
    struct policy policy;
    enum verdict verdict = check_set(context, command, known, &policy);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct buyer_limit_row rows[BUYER_LIMIT_ROW_COUNT_MAX];
    struct buyer_limit limit = {0};
    if (known != NULL) {
        limit = *known;
        memcpy(rows, known->rows.items, known->rows.count * sizeof rows[0]);
    }
    rows[limit.rows.count++] = (struct buyer_limit_row){
        .effective_from = command->effective_from,
        .status = command->status,
        .limit = command->limit,
    };
    limit.rows.items = rows;
    key_make(command->policy, command->buyer, limit.key);
    TEXT_PUT(limit.policy, command->policy);
    TEXT_PUT(limit.insurer, policy.insurer);
    TEXT_PUT(limit.insured, policy.terms.insured);
    TEXT_PUT(limit.buyer, command->buyer);
    TEXT_PUT(limit.buyer_name, command->buyer_name);
    TEXT_PUT(limit.country, command->country);
    state_put(context->state, DOCUMENT_BUYER_LIMIT, &limit);
    struct buyer_limit_answer *answer = answer_out;
    *answer = (struct buyer_limit_answer){
        .status = command->status,
        .limit = command->limit,
        .used = limit.used,
        .effective_from = command->effective_from,
    };
    TEXT_PUT(answer->key, limit.key);
    tell(context, answer, &policy);
    return rule_done(context);
}
