/* One command of the log, run as the engine ran it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/audit/audit_p.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/webhook/webhook.h"

enum {
    ANSWER_SIZE_MAX = 65536
};

/* Columns of the log, as audit.c asks for them. */
enum {
    COLUMN_SEQ,
    COLUMN_PARTY,
    COLUMN_TYPE_NAME,
    COLUMN_FINGERPRINT,
    COLUMN_RECORDED_AT,
    COLUMN_BODY,
    COLUMN_ANSWER,
    COLUMN_USER,
};

struct logged {
    int64_t seq;
    const struct command_type *type;
    const struct party *actor;
    char user[PARTY_ID_SIZE];
    instant_us now;
    void *body;
    void *answer;
    struct bytes stored_answer;
};

/* --- what the log does not say --- */

/* The role that certificates of such a party have. */
static unsigned role_of_kind(int32_t kind)
{
    switch ((enum party_kind)kind) {
    case PARTY_BANK:
        return ROLE_BANK;
    case PARTY_MERCHANT:
    case PARTY_PLATFORM:
    case PARTY_AGENT:
    case PARTY_LOGISTICS:
    case PARTY_PAYMENT_INSTITUTION:
        return ROLE_MERCHANT;
    case PARTY_CUSTOMS:
        return ROLE_CUSTOMS;
    case PARTY_INSURER:
        return ROLE_INSURER;
    case PARTY_OPERATOR:
        return ROLE_OPERATOR;
    case PARTY_AUDITOR:
        return ROLE_AUDITOR;
    case PARTY_TREASURY:
    case PARTY_INDIVIDUAL:
        break;
    }
    return 0;
}

/* A secret of the right form, another for each command. True: the command has one. */
static bool secret_stand_in(const struct logged *logged)
{
    char *secret = NULL;
    size_t size = 0;
    if (logged->type->rule == webhook_register) {
        struct webhook_register *command = logged->body;
        secret = command->signature == WEBHOOK_HMAC ? command->secret : NULL;
        size = sizeof command->secret;
    } else if (logged->type->rule == webhook_rotate) {
        struct webhook_rotate *command = logged->body;
        secret = command->secret;
        size = sizeof command->secret;
    }
    if (secret != NULL) {
        (void)snprintf(secret, size, "whsec_%043" PRId64 "=", logged->seq);
    }
    return secret != NULL;
}

/* --- reading --- */

static bool read_actor(struct audit *audit, struct logged *logged, int64_t number)
{
    if (number == 0) {
        return true; /* the system, or the first operator */
    }
    const struct actor_name *name = actor_find(audit, number);
    logged->actor = name == NULL ? NULL : state_find(audit->state, DOCUMENT_PARTY, name->id);
    if (logged->actor == NULL) {
        audit_differs(
            audit, "command %" PRId64 ": no command made its party %" PRId64, logged->seq, number);
    } else if (logged->actor->state != PARTY_ACTIVE) {
        audit_differs(audit,
                      "command %" PRId64 ": its party %s was not active",
                      logged->seq,
                      logged->actor->id);
    }
    return !audit->is_different;
}

static bool read_body(struct audit *audit, struct logged *logged, const struct row_view *row)
{
    const struct command_type *type = logged->type;
    uint8_t fingerprint[32];
    struct bytes stored = view_bytes(row, COLUMN_FINGERPRINT);
    arena_reset(&audit->bodies);
    logged->body = arena_take(&audit->bodies, type->command->size);
    logged->answer = arena_take(&audit->bodies, type->answer->size);
    if (logged->body == NULL || logged->answer == NULL ||
        !record_unseal(type->command,
                       audit->vault,
                       view_bytes(row, COLUMN_BODY),
                       &audit->bodies,
                       logged->body)) {
        audit_differs(audit,
                      "command %" PRId64 " (%s): body cannot be read: other bytes than were "
                      "stored, or another key file",
                      logged->seq,
                      type->name);
        return false;
    }
    record_look_up(type->command, audit->vault, logged->body);
    if (secret_stand_in(logged)) {
        return true; /* the fingerprint counts the secret that is not here */
    }
    record_fingerprint(
        type->command, audit->vault, type->name, logged->body, &audit->bodies, fingerprint);
    if (stored.size != sizeof fingerprint || memcmp(stored.data, fingerprint, stored.size) != 0) {
        audit_differs(audit,
                      "command %" PRId64 " (%s): body is not that of its fingerprint",
                      logged->seq,
                      type->name);
        return false;
    }
    return true;
}

static bool read_logged(struct audit *audit, struct logged *logged, const struct row_view *row)
{
    char name[80];
    *logged = (struct logged){
        .seq = view_bigint(row, COLUMN_SEQ),
        .now = view_timestamptz(row, COLUMN_RECORDED_AT),
        .stored_answer = view_bytes(row, COLUMN_ANSWER),
    };
    struct bytes type = view_bytes(row, COLUMN_TYPE_NAME);
    struct bytes user = view_bytes(row, COLUMN_USER);
    (void)snprintf(name, sizeof name, "%.*s", (int)type.size, (const char *)type.data);
    (void)snprintf(
        logged->user, sizeof logged->user, "%.*s", (int)user.size, (const char *)user.data);
    logged->type = command_type_find(name);
    if (logged->seq != audit->command_seq + 1) {
        audit_differs(audit, "command %" PRId64 " is missing", audit->command_seq + 1);
    } else if (logged->type == NULL) {
        audit_differs(audit, "command %" PRId64 ": no rule is called %s", logged->seq, name);
    }
    return !audit->is_different && read_actor(audit, logged, view_bigint(row, COLUMN_PARTY)) &&
           read_body(audit, logged, row);
}

/* --- running --- */

/* True: the rule accepts it with the stored answer; otherwise nothing has changed. */
static bool
run_as(struct audit *audit, const struct logged *logged, unsigned role, struct refusal *refusal_out)
{
    static uint8_t buffer[ANSWER_SIZE_MAX]; /* one replay at a time */
    struct context context = {
        .state = audit->state,
        .now = logged->now,
        .today = date_of(logged->now),
        .command_seq = logged->seq,
        .actor = logged->actor,
        .actor_user = logged->user,
        .actor_role = role,
        .clock = audit->clock,
        .scratch = &audit->scratch,
    };
    struct writer answer = writer_over(buffer, sizeof buffer);
    arena_reset(&audit->scratch);
    struct state_mark mark = state_mark(audit->state);
    memset(logged->answer, 0, logged->type->answer->size);
    *refusal_out = (struct refusal){.code = REFUSAL_NONE};
    if (logged->type->rule(&context, logged->body, logged->answer) != VERDICT_DONE) {
        *refusal_out = context.refusal;
        state_undo_to(audit->state, &mark);
        return false;
    }
    record_write(logged->type->answer, MEDIA_CBOR, RECORD_CLEAR, logged->answer, &answer);
    bool is_same = !answer.has_failed && answer.size == logged->stored_answer.size &&
                   memcmp(buffer, logged->stored_answer.data, answer.size) == 0;
    if (!is_same) {
        state_undo_to(audit->state, &mark);
    }
    return is_same;
}

/* First as the party's kind would have it, then by every role the command takes. */
static bool run_logged(struct audit *audit, const struct logged *logged)
{
    struct refusal refusal;
    unsigned role = 0;
    if (logged->actor != NULL) {
        role = role_of_kind(logged->actor->kind);
    } else if (logged->type->roles != 0) {
        role = ROLE_OPERATOR; /* the first one registers itself */
    }
    if (run_as(audit, logged, role, &refusal)) {
        return true;
    }
    for (unsigned other = 1; other < ROLE_ANYONE; other <<= 1) {
        struct refusal ignored;
        if (logged->actor != NULL && other != role && (logged->type->roles & other) != 0 &&
            run_as(audit, logged, other, &ignored)) {
            return true;
        }
    }
    if (refusal.code == REFUSAL_NONE) {
        audit_differs(audit,
                      "command %" PRId64 " (%s): another answer is stored than its rule gives",
                      logged->seq,
                      logged->type->name);
    } else {
        audit_differs(audit,
                      "command %" PRId64 " (%s): stored as accepted, its rule refuses it: %s",
                      logged->seq,
                      logged->type->name,
                      refusal_code_text(refusal.code));
    }
    return false;
}

void run_command(void *audit_, const struct row_view *row)
{
    struct audit *audit = audit_;
    struct logged logged;
    if (audit->is_different) {
        return;
    }
    while (audit->command_seq >= audit->batch->last_command) {
        audit->batch++; /* the page has as many commands as its batches say */
        audit->bounds_count = 0;
    }
    state_begin_command(audit->state, audit->command_seq + 1);
    if (!read_logged(audit, &logged, row) || !run_logged(audit, &logged)) {
        return;
    }
    audit->command_seq = logged.seq;
    audit->report->command_count++;
    page_note(audit);
    state_forget(audit->state);
}
