#include "gateway/business/customs/withdrawal.h"

#include <assert.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct name states[] = {
    {WITHDRAWAL_AWAITED,  "awaited",  "only the answer is known (待申请)"},
    {WITHDRAWAL_APPLIED,  "applied",  "applied for (已申请)"             },
    {WITHDRAWAL_ACCEPTED, "accepted", "customs agreed (已撤销)"          },
    {WITHDRAWAL_REFUSED,  "refused",  "customs refused (不予撤销)"      },
    {0,                   NULL,       NULL                                  },
};

static const struct field fields[] = {
    TEXT(withdrawal, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "agent and its own number"),
    FIELD(withdrawal,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands (状态)"),
    TEXT(withdrawal, agent, FIELD_REQUIRED | FIELD_INDEX, .meaning = "declarant (申报企业)"),
    FIELD(withdrawal, agent_number, FIELD_INTEGER, 0, .meaning = "its number"),
    TEXT(withdrawal, declaration, FIELD_INDEX, .meaning = "what is withdrawn"),
    TEXT(withdrawal, invt_no, 0, .meaning = "its number (清单编号)"),
    TEXT(withdrawal, app_time, 0, .meaning = "of the application (报送时间)"),
    TEXT(withdrawal, last_status, 0, .meaning = "newest answer (回执状态)"),
    TEXT(withdrawal, last_return_time, 0, .meaning = "newest answer (回执时间)"),
    TEXT(withdrawal, parked_status, 0, .meaning = "last answer that is left to people"),
    TEXT(withdrawal, parked_return_time, 0, .meaning = "its time"),
};
const struct record withdrawal_record = RECORD(withdrawal, fields, "A withdrawal (撤销申请)");

static const struct field answer_fields[] = {
    TEXT(withdrawal_answer, key, FIELD_REQUIRED, .meaning = "agent and its own number"),
    FIELD(withdrawal_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = declaration_effects,
          .meaning = "what the message did"),
    FIELD(withdrawal_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands now"),
    TEXT(withdrawal_answer, declaration, 0, .meaning = "what is withdrawn"),
    FIELD(withdrawal_answer,
          declaration_state,
          FIELD_ENUM,
          0,
          .names = declaration_states,
          .meaning = "where that stands"),
};
const struct record withdrawal_answer_record =
    RECORD(withdrawal_answer, answer_fields, "A withdrawal as it stands now");

static void put(struct context *context, const struct withdrawal *withdrawal)
{
    state_put(context->state, DOCUMENT_WITHDRAWAL, withdrawal);
}

static void tell(struct context *context, const char *type, const struct withdrawal *withdrawal)
{
    struct notice notice;
    notice_begin(&notice, type, withdrawal->key);
    notice_text(&notice, "withdrawal", withdrawal->key);
    notice_text(&notice, "declaration", withdrawal->declaration);
    notice_text(&notice, "status", withdrawal->last_status);
    notice_text(&notice, "parked_status", withdrawal->parked_status);
    notice_to(&notice, withdrawal->agent_number);
    notice_to(&notice, context->actor == NULL ? 0 : context->actor->number);
    notice_send(context, &notice);
}

static void answer(const struct withdrawal *withdrawal,
                   const struct declaration *declaration,
                   enum declaration_effect effect,
                   struct withdrawal_answer *answer_out)
{
    *answer_out = (struct withdrawal_answer){
        .effect = (int32_t)effect,
        .state = withdrawal->state,
        .declaration_state = declaration == NULL ? 0 : declaration->state,
    };
    TEXT_PUT(answer_out->key, withdrawal->key);
    TEXT_PUT(answer_out->declaration, withdrawal->declaration);
}

static enum declaration_effect park(struct context *context, struct withdrawal *withdrawal)
{
    put(context, withdrawal);
    tell(context, "withdrawal.parked", withdrawal);
    return EFFECT_PARKED;
}

static void park_status(struct withdrawal *withdrawal, const char *status, const char *time)
{
    TEXT_PUT(withdrawal->parked_status, status);
    TEXT_PUT(withdrawal->parked_return_time, time);
}

static enum verdict cancel(struct context *context, struct declaration *declaration)
{
    enum verdict verdict = declaration_uncover(context, declaration, RESTORE_VOID);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (declaration->state == DECLARATION_AWAITED) {
        declaration->withdrawn = true;
    } else {
        declaration->state = DECLARATION_DELETED;
    }
    declaration_put(context, declaration);
    declaration_tell(context, "declaration.deleted", declaration);
    return VERDICT_DONE;
}

/* What is released cannot be withdrawn any more: only people can know what is meant. */
static enum verdict agree(struct context *context,
                          struct withdrawal *withdrawal,
                          struct declaration *declaration,
                          enum declaration_effect *effect_out)
{
    bool is_released = declaration->released_on != DATE_NONE ||
                       declaration->state == DECLARATION_RELEASED ||
                       declaration->state == DECLARATION_RETURNED;
    if (is_released) {
        park_status(withdrawal, withdrawal->last_status, withdrawal->last_return_time);
        *effect_out = park(context, withdrawal);
        return VERDICT_DONE;
    }
    bool stands = declaration->state != DECLARATION_DELETED &&
                  declaration->state != DECLARATION_REJECTED && !declaration->withdrawn;
    enum verdict verdict = stands ? cancel(context, declaration) : VERDICT_DONE;
    withdrawal->state = WITHDRAWAL_ACCEPTED;
    TEXT_PUT(withdrawal->declaration, declaration->key);
    put(context, withdrawal);
    tell(context, "withdrawal.accepted", withdrawal);
    return verdict;
}

static enum verdict decide(struct context *context,
                           struct withdrawal *withdrawal,
                           struct declaration *declaration,
                           enum declaration_effect *effect_out)
{
    enum application_effect effect = application_effect(withdrawal->last_status);
    if (effect == APPLICATION_APPROVED && withdrawal->state == WITHDRAWAL_ACCEPTED) {
        *effect_out = EFFECT_UNCHANGED;
    } else if (effect == APPLICATION_APPROVED && declaration != NULL) {
        return agree(context, withdrawal, declaration, effect_out);
    } else if (effect == APPLICATION_REFUSED && declaration != NULL) {
        withdrawal->state = WITHDRAWAL_REFUSED;
        tell(context, "withdrawal.refused", withdrawal);
    }
    put(context, withdrawal);
    return VERDICT_DONE;
}

/* --- CEB 623 --- */

static enum verdict apply(struct context *context,
                          const struct ceb_application *application,
                          struct withdrawal *withdrawal,
                          struct declaration *declaration,
                          void *answer_out)
{
    date_days date;
    if (!declaration_time_date(application->app_time, APP_TIME_DIGITS, &date)) {
        return refuse_field(context, REFUSAL_DECLARATION_TIME, "/app_time");
    }
    bool is_open =
        declaration->released_on == DATE_NONE &&
        (declaration->state == DECLARATION_AWAITED ||
         declaration->state == DECLARATION_PROVISIONAL || declaration->state == DECLARATION_REVIEW);
    if (!is_open) {
        return refuse_field(context, REFUSAL_DECLARATION_STATE, "/invt_no");
    }
    if (withdrawal->state == WITHDRAWAL_REFUSED) {
        withdrawal->last_status[0] = '\0'; /* the refusal is of the one before */
    }
    withdrawal->state = WITHDRAWAL_APPLIED;
    withdrawal->agent_number = declaration->agent_number;
    TEXT_PUT(withdrawal->agent, declaration->agent);
    TEXT_PUT(withdrawal->declaration, declaration->key);
    TEXT_PUT(withdrawal->invt_no, application->invt_no);
    TEXT_PUT(withdrawal->app_time, application->app_time);
    enum declaration_effect effect = EFFECT_APPLIED;
    enum verdict verdict = decide(context, withdrawal, declaration, &effect);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (withdrawal->state == WITHDRAWAL_APPLIED) {
        tell(context, "withdrawal.applied", withdrawal);
    }
    answer(withdrawal, declaration, effect, answer_out);
    return rule_done(context);
}

enum verdict withdrawal_apply(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_application *application = command_;
    struct withdrawal withdrawal = {.state = WITHDRAWAL_AWAITED};
    struct declaration declaration;
    char key[REFERENCE_SIZE];
    enum verdict verdict = application_check(context, application, &declaration, key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct withdrawal *found = state_find(context->state, DOCUMENT_WITHDRAWAL, key);
    if (found != NULL) {
        withdrawal = *found;
    }
    TEXT_PUT(withdrawal.key, key);
    int order = strcmp(application->app_time, withdrawal.app_time);
    bool is_new = withdrawal.state == WITHDRAWAL_AWAITED ||
                  (withdrawal.state == WITHDRAWAL_REFUSED && order > 0);
    if (is_new) {
        return apply(context, application, &withdrawal, &declaration, answer_out);
    }
    answer(&withdrawal, &declaration, order < 0 ? EFFECT_LATE : EFFECT_UNCHANGED, answer_out);
    return rule_done(context);
}

/* --- CEB 624 --- */

static bool is_contradiction(const struct withdrawal *withdrawal,
                             enum application_effect effect,
                             enum declaration_effect order)
{
    bool is_turned = (effect == APPLICATION_REFUSED && withdrawal->state == WITHDRAWAL_ACCEPTED) ||
                     (effect == APPLICATION_APPROVED && withdrawal->state == WITHDRAWAL_REFUSED);
    return effect == APPLICATION_UNKNOWN || (order == EFFECT_APPLIED && is_turned);
}

static enum verdict receive(struct context *context,
                            const struct ceb_application_return *receipt,
                            struct withdrawal *withdrawal,
                            void *answer_out)
{
    struct declaration declaration;
    const char *invt_no = withdrawal->invt_no[0] != '\0' ? withdrawal->invt_no : receipt->invt_no;
    bool is_known = declaration_find_number(context, invt_no, &declaration) &&
                    strcmp(declaration.agent, withdrawal->agent) == 0;
    enum declaration_effect order = told_order(receipt->return_time,
                                               receipt->return_status,
                                               withdrawal->last_return_time,
                                               withdrawal->last_status);
    bool is_parked_again = strcmp(withdrawal->parked_status, receipt->return_status) == 0 &&
                           strcmp(withdrawal->parked_return_time, receipt->return_time) == 0;
    enum verdict verdict = VERDICT_DONE;
    if (is_parked_again) {
        order = EFFECT_UNCHANGED;
    } else if (is_contradiction(withdrawal, application_effect(receipt->return_status), order)) {
        park_status(withdrawal, receipt->return_status, receipt->return_time);
        order = park(context, withdrawal);
    } else if (order == EFFECT_APPLIED) {
        TEXT_PUT(withdrawal->last_status, receipt->return_status);
        TEXT_PUT(withdrawal->last_return_time, receipt->return_time);
        verdict = decide(context, withdrawal, is_known ? &declaration : NULL, &order);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    answer(withdrawal, is_known ? &declaration : NULL, order, answer_out);
    return rule_done(context);
}

enum verdict withdrawal_receive(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_application_return *receipt = command_;
    const struct party *agent = NULL;
    char key[REFERENCE_SIZE];
    enum verdict verdict = application_answer_key(context, receipt, &agent, key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    assert(agent != NULL);
    date_days date;
    if (!declaration_time_date(receipt->return_time, RETURN_TIME_DIGITS, &date)) {
        return refuse_field(context, REFUSAL_DECLARATION_TIME, "/return_time");
    }
    struct withdrawal withdrawal = {
        .state = WITHDRAWAL_AWAITED,
        .agent_number = agent->number,
    };
    TEXT_PUT(withdrawal.key, key);
    TEXT_PUT(withdrawal.agent, agent->id);
    TEXT_PUT(withdrawal.invt_no, receipt->invt_no);
    const struct withdrawal *found = state_find(context->state, DOCUMENT_WITHDRAWAL, key);
    if (found != NULL) {
        withdrawal = *found;
    }
    return receive(context, receipt, &withdrawal, answer_out);
}
