#include "gateway/business/approval.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const char EXPIRE[] = "approval.expire";

enum {
    RESULT_SPARE_SIZE = 1024 /* names of fields, lengths */
};

/* --- the command inside --- */

/* Only what is named here can be proposed: a command that takes two people. */
static const struct command_type *command_of(const char *name)
{
    const struct command_type *type = command_type_find(name);
    return type != NULL && type->eyes == EYES_TWO_PAIRS ? type : NULL;
}

/* Runs it as `maker`'s. DONE: its effects are in the state, its answer is in the scratch. */
static enum verdict command_run(struct context *context,
                                const struct approval *approval,
                                const struct party *maker,
                                struct bytes *result_out)
{
    const struct command_type *type = command_of(approval->command);
    if (type == NULL) {
        return refuse_field(context, REFUSAL_APPROVAL_COMMAND, "/command");
    }
    size_t result_size = type->answer->size * 4 + RESULT_SPARE_SIZE;
    void *body = arena_take(context->scratch, type->command->size);
    void *answer = arena_take(context->scratch, type->answer->size);
    void *result = arena_take(context->scratch, result_size);
    assert(body != NULL && answer != NULL && result != NULL);
    struct record_fault fault;
    if (!record_read(
            type->command, MEDIA_CBOR, approval->content, context->scratch, body, &fault)) {
        enum verdict verdict = refuse_field(context, REFUSAL_APPROVAL_CONTENT, "/content");
        refusal_text(context, "fault", fault.code);
        refusal_text(context, "field", fault.pointer);
        return verdict;
    }
    struct context inner = *context;
    inner.actor = maker;
    inner.actor_user = approval->maker_user;
    inner.actor_role = (unsigned)approval->maker_role;
    enum verdict verdict = type->rule(&inner, body, answer);
    context->refusal = inner.refusal;
    if (verdict == VERDICT_DONE) {
        struct writer writer = writer_over(result, result_size);
        record_write(type->answer, MEDIA_CBOR, RECORD_CLEAR, answer, &writer);
        assert(!writer.has_failed);
        *result_out = (struct bytes){.data = writer.data, .size = writer.size};
    }
    return verdict;
}

/* Whether it would be accepted now; nothing of it stays. */
static enum verdict command_try(struct context *context, const struct approval *approval)
{
    struct bytes result;
    struct state_mark mark = state_mark(context->state);
    enum verdict verdict = command_run(context, approval, context->actor, &result);
    state_undo_to(context->state, &mark);
    return verdict;
}

/* --- who checks whom --- */

struct checking {
    enum role maker;
    enum role checker;
    bool is_own_party; /* the checker is a colleague */
};

static const struct checking checkings[] = {
    {ROLE_CUSTOMS,  ROLE_CUSTOMS,  true },
    {ROLE_OPERATOR, ROLE_OPERATOR, false},
    {ROLE_MERCHANT, ROLE_OPERATOR, false},
    {ROLE_INSURER,  ROLE_INSURER,  true },
};

static const struct checking *checking_of(const struct approval *approval)
{
    for (size_t i = 0; i < sizeof checkings / sizeof checkings[0]; i++) {
        if ((int32_t)checkings[i].maker == approval->maker_role) {
            return &checkings[i];
        }
    }
    return NULL;
}

static bool is_maker(const struct context *context, const struct approval *approval)
{
    return is_actor(context, approval->maker) &&
           strcmp(context->actor_user, approval->maker_user) == 0;
}

static enum verdict check_checker(struct context *context, const struct approval *approval)
{
    const struct checking *checking = checking_of(approval);
    if (checking == NULL || context->actor_role != checking->checker ||
        (checking->is_own_party && !is_actor(context, approval->maker))) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    return is_maker(context, approval) ? refuse(context, REFUSAL_APPROVAL_FOUR_EYES) : VERDICT_DONE;
}

/* --- telling --- */

/* `checker_number` 0: nobody has decided. */
static void tell(struct context *context,
                 const char *event,
                 const struct approval *approval,
                 int64_t maker_number,
                 int64_t checker_number)
{
    const struct checking *checking = checking_of(approval);
    struct notice notice;
    notice_begin(&notice, event, approval->id);
    notice_text(&notice, "command", approval->command);
    notice_text(&notice, "maker", approval->maker);
    notice_date(&notice, "expires_on", approval->expires_on);
    notice_to(&notice, maker_number);
    notice_to(&notice, checker_number);
    if (checking != NULL && checking->checker == ROLE_OPERATOR) {
        notice_to(&notice, PARTY_NUMBER_FIRST_OPERATOR);
    }
    notice_send(context, &notice);
}

static void answer_fill(const struct approval *approval, void *answer_out)
{
    struct approval_answer *answer = answer_out;
    *answer = (struct approval_answer){
        .state = approval->state,
        .expires_on = approval->expires_on,
    };
    TEXT_PUT(answer->approval, approval->id);
    TEXT_PUT(answer->command, approval->command);
}

/* --- proposing --- */

enum verdict approval_propose(struct context *context, const void *command_, void *answer_out)
{
    const struct approval_propose *command = command_;
    const struct command_type *type = command_of(command->command);
    if (type == NULL) {
        return refuse_field(context, REFUSAL_APPROVAL_COMMAND, "/command");
    }
    if ((type->roles & context->actor_role) == 0) {
        return refuse(context, REFUSAL_ROLE_FORBIDDEN);
    }
    struct approval approval = {
        .state = APPROVAL_PROPOSED,
        .content = command->content,
        .maker_role = (int32_t)context->actor_role,
        .proposed_on = context->today,
        .expires_on = context->today + APPROVAL_DAYS,
    };
    int64_t maker_number = context->actor->number;
    snprintf(approval.id, sizeof approval.id, "A%012" PRId64, context->command_seq);
    TEXT_PUT(approval.command, command->command);
    TEXT_PUT(approval.summary, command->summary);
    TEXT_PUT(approval.maker, context->actor->id);
    TEXT_PUT(approval.maker_user, context->actor_user);
    enum verdict verdict = command_try(context, &approval);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_APPROVAL, &approval);
    deadline_set(context, EXPIRE, approval.id, approval.expires_on);
    tell(context, "approval.proposed", &approval, maker_number, 0);
    answer_fill(&approval, answer_out);
    return rule_done(context);
}

/* --- closing --- */

/* Its bytes are copied, so that they outlive what is written meanwhile. */
static enum verdict
get(struct context *context, const char *id, struct approval *approval_out, int64_t *number_out)
{
    const struct approval *found = state_find(context->state, DOCUMENT_APPROVAL, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_APPROVAL_UNKNOWN, "/approval");
    }
    const struct party *maker = party_find(context, found->maker);
    if (maker == NULL) {
        return refuse(context, REFUSAL_PARTY_UNKNOWN); /* not in memory yet */
    }
    *approval_out = *found;
    *number_out = maker->number;
    uint8_t *content = arena_take_unset(context->scratch, found->content.size);
    assert(content != NULL);
    memcpy(content, found->content.data, found->content.size);
    approval_out->content.data = content;
    return VERDICT_DONE;
}

static enum verdict check_open(struct context *context, const struct approval *approval)
{
    if (approval->state != APPROVAL_PROPOSED) {
        return refuse_field(context, REFUSAL_APPROVAL_STATE, "/approval");
    }
    if (context->today >= approval->expires_on) {
        return refuse_field(context, REFUSAL_APPROVAL_EXPIRED, "/approval");
    }
    return VERDICT_DONE;
}

struct closing {
    enum approval_state state;
    const char *event;
    const char *reason;
};

static enum verdict finish(struct context *context,
                           struct approval *approval,
                           const struct closing *closing,
                           int64_t maker_number,
                           void *answer_out)
{
    approval->state = (int32_t)closing->state;
    approval->decided_on = context->today;
    TEXT_PUT(approval->reason, closing->reason);
    state_put(context->state, DOCUMENT_APPROVAL, approval);
    tell(context,
         closing->event,
         approval,
         maker_number,
         context->actor == NULL ? 0 : context->actor->number);
    answer_fill(approval, answer_out);
    return rule_done(context);
}

/* As the maker's, who must still be allowed to act. */
static enum verdict approve(struct context *context, struct approval *approval)
{
    const struct party *maker = NULL;
    enum verdict verdict = party_check(context, approval->maker, 0, "", &maker);
    return verdict != VERDICT_DONE ? verdict
                                   : command_run(context, approval, maker, &approval->result);
}

enum verdict approval_decide(struct context *context, const void *command_, void *answer_out)
{
    static const struct closing closings[] = {
        [APPROVAL_APPROVE] = {APPROVAL_APPROVED, "approval.approved", ""},
        [APPROVAL_REJECT] = {APPROVAL_REJECTED, "approval.rejected", ""},
    };
    const struct approval_decide *command = command_;
    struct approval approval = {0};
    int64_t maker_number = 0;
    enum verdict verdict = get(context, command->approval, &approval, &maker_number);
    if (verdict == VERDICT_DONE) {
        verdict = check_checker(context, &approval);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_open(context, &approval);
    }
    if (verdict == VERDICT_DONE && command->decision == APPROVAL_APPROVE) {
        verdict = approve(context, &approval);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    TEXT_PUT(approval.checker, context->actor->id);
    TEXT_PUT(approval.checker_user, context->actor_user);
    deadline_set(context, EXPIRE, approval.id, DATE_NONE);
    struct closing closing = closings[command->decision];
    closing.reason = command->reason;
    return finish(context, &approval, &closing, maker_number, answer_out);
}

enum verdict approval_withdraw(struct context *context, const void *command_, void *answer_out)
{
    const struct approval_withdraw *command = command_;
    struct closing closing = {APPROVAL_WITHDRAWN, "approval.withdrawn", command->reason};
    struct approval approval = {0};
    int64_t maker_number = 0;
    enum verdict verdict = get(context, command->approval, &approval, &maker_number);
    if (verdict == VERDICT_DONE && !is_maker(context, &approval)) {
        verdict = refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (verdict == VERDICT_DONE) {
        verdict = check_open(context, &approval);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    deadline_set(context, EXPIRE, approval.id, DATE_NONE);
    return finish(context, &approval, &closing, maker_number, answer_out);
}

enum verdict approval_expire(struct context *context, const void *command_, void *answer_out)
{
    const struct deadline_run *command = command_;
    struct closing closing = {APPROVAL_EXPIRED, "approval.expired", ""};
    struct approval approval = {0};
    int64_t maker_number = 0;
    enum verdict verdict = deadline_take(context, EXPIRE, command);
    if (verdict == VERDICT_DONE) {
        verdict = get(context, command->subject, &approval, &maker_number);
    }
    return verdict != VERDICT_DONE ? verdict
                                   : finish(context, &approval, &closing, maker_number, answer_out);
}
