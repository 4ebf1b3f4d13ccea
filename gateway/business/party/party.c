#include "gateway/business/party/party.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/party/party_record.h"
#include "gateway/business/text.h"

const struct party *party_find(struct context *context, const char *id)
{
    return id[0] == '\0' ? NULL : state_find(context->state, DOCUMENT_PARTY, id);
}

enum verdict party_check(struct context *context,
                         const char *id,
                         unsigned kinds,
                         const char *pointer,
                         const struct party **party_out)
{
    const struct party *party = party_find(context, id);
    if (party == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, pointer);
    }
    if (kinds != 0 && (kinds & 1U << party->kind) == 0) {
        return refuse_field(context, REFUSAL_PARTY_KIND, pointer);
    }
    if (party->state != PARTY_ACTIVE) {
        return refuse_field(context, REFUSAL_PARTY_NOT_ACTIVE, pointer);
    }
    *party_out = party;
    return VERDICT_DONE;
}

/* The id stands in document keys, so it holds no separator. */
static bool is_party_id(const char *id)
{
    size_t size = strlen(id);
    for (size_t i = 0; i < size; i++) {
        bool is_letter = id[i] >= 'a' && id[i] <= 'z';
        bool is_digit = id[i] >= '0' && id[i] <= '9';
        if (!is_letter && !is_digit && id[i] != '-') {
            return false;
        }
    }
    return size >= 2 && size < PARTY_ID_SIZE;
}

struct given_identifier {
    enum identifier_kind kind;
    const char *code;
    const char *pointer;
};

enum {
    GIVEN_COUNT = 4
};

static void list_identifiers(const struct party_register *command,
                             struct given_identifier given_out[GIVEN_COUNT])
{
    given_out[0] =
        (struct given_identifier){IDENTIFIER_CUSTOMS_CODE, command->customs_code, "/customs_code"};
    given_out[1] = (struct given_identifier){IDENTIFIER_USCC, command->uscc, "/uscc"};
    given_out[2] = (struct given_identifier){IDENTIFIER_BIC, command->bic, "/bic"};
    given_out[3] = (struct given_identifier){IDENTIFIER_DISTRICT, command->district, "/district"};
}

static enum verdict check_identifiers(struct context *context,
                                      const struct given_identifier given[GIVEN_COUNT])
{
    for (int i = 0; i < GIVEN_COUNT; i++) {
        if (given[i].code[0] == '\0') {
            continue;
        }
        if (!identifier_is_valid(given[i].kind, given[i].code)) {
            return refuse_field(context, REFUSAL_IDENTIFIER_INVALID, given[i].pointer);
        }
        if (state_find(context->state, DOCUMENT_IDENTIFIER, given[i].code) != NULL) {
            return refuse_field(context, REFUSAL_IDENTIFIER_TAKEN, given[i].pointer);
        }
    }
    return VERDICT_DONE;
}

/* What a party of each kind must be found by. */
static enum verdict check_needed(struct context *context, const struct party_register *command)
{
    bool has_company_code = command->customs_code[0] != '\0' || command->uscc[0] != '\0';
    bool has_needed = true;
    const char *pointer = "/uscc";
    switch ((enum party_kind)command->kind) {
    case PARTY_MERCHANT:
    case PARTY_PLATFORM:
    case PARTY_AGENT:
    case PARTY_LOGISTICS:
    case PARTY_PAYMENT_INSTITUTION:
        has_needed = has_company_code;
        break;
    case PARTY_BANK:
    case PARTY_INSURER:
        has_needed = command->bic[0] != '\0' || command->uscc[0] != '\0';
        break;
    case PARTY_CUSTOMS:
        has_needed = command->district[0] != '\0';
        pointer = "/district";
        break;
    case PARTY_INDIVIDUAL:
        has_needed = command->id_card[0] != '\0';
        pointer = "/id_card";
        break;
    case PARTY_TREASURY:
    case PARTY_OPERATOR:
    case PARTY_AUDITOR:
        break;
    }
    return has_needed ? VERDICT_DONE : refuse_field(context, REFUSAL_IDENTIFIER_MISSING, pointer);
}

static enum verdict check_registration(struct context *context,
                                       const struct party_register *command,
                                       const struct given_identifier given[GIVEN_COUNT])
{
    if (!is_party_id(command->id)) {
        return refuse_field(context, REFUSAL_PARTY_ID_INVALID, "/id");
    }
    if (party_find(context, command->id) != NULL) {
        return refuse_field(context, REFUSAL_PARTY_EXISTS, "/id");
    }
    if (command->id_card[0] != '\0' &&
        (command->kind != PARTY_INDIVIDUAL ||
         !identifier_is_valid(IDENTIFIER_ID_CARD, command->id_card))) {
        return refuse_field(context, REFUSAL_IDENTIFIER_INVALID, "/id_card");
    }
    enum verdict verdict = check_identifiers(context, given);
    return verdict != VERDICT_DONE ? verdict : check_needed(context, command);
}

static void answer_party(const struct party *party, struct party_answer *answer)
{
    *answer = (struct party_answer){.number = party->number, .state = party->state};
    TEXT_PUT(answer->id, party->id);
}

static void announce(struct context *context, const char *type, const struct party *party)
{
    struct notice notice;
    notice_begin(&notice, type, party->id);
    notice_text(&notice, "id", party->id);
    notice_to(&notice, party->number);
    notice_send(context, &notice);
}

enum verdict party_register(struct context *context, const void *command_, void *answer_out)
{
    const struct party_register *command = command_;
    struct given_identifier given[GIVEN_COUNT];
    list_identifiers(command, given);
    enum verdict verdict = check_registration(context, command, given);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct party party = {
        .number = context->command_seq,
        .kind = command->kind,
        /* The first operator registers itself: nobody else could activate it. */
        .state = context->actor == NULL ? PARTY_ACTIVE : PARTY_REGISTERED,
        .registered_on = context->today,
    };
    TEXT_PUT(party.id, command->id);
    TEXT_PUT(party.name, command->name);
    TEXT_PUT(party.name_latin, command->name_latin);
    TEXT_PUT(party.customs_code, command->customs_code);
    TEXT_PUT(party.uscc, command->uscc);
    TEXT_PUT(party.bic, command->bic);
    TEXT_PUT(party.district, command->district);
    TEXT_PUT(party.person_name, command->person_name);
    TEXT_PUT(party.id_card, command->id_card);
    state_put(context->state, DOCUMENT_PARTY, &party);
    for (int i = 0; i < GIVEN_COUNT; i++) {
        if (given[i].code[0] != '\0') {
            struct identifier identifier = {.kind = (int32_t)given[i].kind};
            TEXT_PUT(identifier.code, given[i].code);
            TEXT_PUT(identifier.party, party.id);
            state_put(context->state, DOCUMENT_IDENTIFIER, &identifier);
        }
    }
    announce(context, "party.registered", &party);
    answer_party(&party, answer_out);
    return rule_done(context);
}

struct transition {
    unsigned from; /* bits 1 << state */
    enum party_state to;
    const char *event;
};

static enum verdict change_state(struct context *context,
                                 const struct party_change *command,
                                 const struct transition *transition,
                                 struct party_answer *answer)
{
    const struct party *found = party_find(context, command->id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/id");
    }
    if ((transition->from & 1U << found->state) == 0) {
        return refuse(context, REFUSAL_PARTY_STATE);
    }
    struct party party = *found;
    party.state = (int32_t)transition->to;
    TEXT_PUT(party.reason, command->reason);
    state_put(context->state, DOCUMENT_PARTY, &party);
    announce(context, transition->event, &party);
    answer_party(&party, answer);
    return rule_done(context);
}

enum verdict party_activate(struct context *context, const void *command, void *answer_out)
{
    static const struct transition transition = {
        .from = 1U << PARTY_REGISTERED | 1U << PARTY_SUSPENDED,
        .to = PARTY_ACTIVE,
        .event = "party.activated",
    };
    return change_state(context, command, &transition, answer_out);
}

enum verdict party_suspend(struct context *context, const void *command, void *answer_out)
{
    static const struct transition transition = {
        .from = 1U << PARTY_ACTIVE,
        .to = PARTY_SUSPENDED,
        .event = "party.suspended",
    };
    return change_state(context, command, &transition, answer_out);
}

enum verdict party_close(struct context *context, const void *command_, void *answer_out)
{
    static const struct transition transition = {
        .from = 1U << PARTY_REGISTERED | 1U << PARTY_ACTIVE | 1U << PARTY_SUSPENDED,
        .to = PARTY_CLOSED,
        .event = "party.closed",
    };
    const struct party_change *command = command_;
    const struct assurance *assurance = state_find(context->state, DOCUMENT_ASSURANCE, command->id);
    if (assurance != NULL && assurance->grns.count > 0) {
        return refuse(context, REFUSAL_PARTY_IN_USE);
    }
    return change_state(context, command, &transition, answer_out);
}

const struct signing_key *
signing_key_find(struct context *context, const char *party_id, struct bytes key_id)
{
    char key[DOCUMENT_KEY_SIZE];
    if (key_id.size >= sizeof(((struct signing_key *)0)->key_id) ||
        memchr(key_id.data, '\0', key_id.size) != NULL) {
        return NULL;
    }
    snprintf(key, sizeof(key), "%s/%.*s", party_id, (int)key_id.size, (const char *)key_id.data);
    return state_find(context->state, DOCUMENT_SIGNING_KEY, key);
}

enum verdict signing_key_register(struct context *context, const void *command_, void *answer_out)
{
    const struct signing_key_register *command = command_;
    const struct party *party = NULL;
    enum verdict verdict = party_check(
        context, command->party, 1U << PARTY_BANK | 1U << PARTY_INSURER, "/party", &party);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct signing_key key = {
        .public_key = command->public_key,
        .registered_on = context->today,
    };
    snprintf(key.key, sizeof(key.key), "%s/%s", command->party, command->key_id);
    TEXT_PUT(key.party, command->party);
    TEXT_PUT(key.key_id, command->key_id);
    if (state_find(context->state, DOCUMENT_SIGNING_KEY, key.key) != NULL) {
        return refuse_field(context, REFUSAL_KEY_EXISTS, "/key_id");
    }
    state_put(context->state, DOCUMENT_SIGNING_KEY, &key);
    struct signing_key_answer *answer = answer_out;
    TEXT_PUT(answer->party, command->party);
    TEXT_PUT(answer->key_id, command->key_id);
    return rule_done(context);
}
