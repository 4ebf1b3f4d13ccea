#include <assert.h>
#include <string.h>

#include "gateway/business/party/party.h"
#include "gateway/engine/engine_p.h"

enum {
    ANSWER_SIZE_MAX = 65536
};

/* What running one command led to. */
enum step {
    STEP_DONE,    /* it has its result, refused ones included */
    STEP_MISSING, /* something must be fetched first */
};

static enum step command_refuse(struct command *command, enum refusal_code code)
{
    command->refusal = (struct refusal){.code = code};
    command->result = COMMAND_REFUSED;
    return STEP_DONE;
}

static enum step command_replay(struct unit *unit,
                                struct command *command,
                                const uint8_t fingerprint[32],
                                struct bytes answer,
                                int64_t seq)
{
    if (memcmp(fingerprint, command->fingerprint, sizeof command->fingerprint) != 0) {
        return command_refuse(command, REFUSAL_IDEMPOTENCY_MISMATCH);
    }
    char *copy = arena_copy_text(&unit->arena, (const char *)answer.data, answer.size);
    assert(copy != NULL); /* the door leaves room for an answer a command */
    command->stored_answer = (struct bytes){.data = (const uint8_t *)copy, .size = answer.size};
    command->seq = seq;
    command->result = COMMAND_REPLAYED;
    return STEP_DONE;
}

/* Whether its key was used before, or might have been; then *step_out says what follows. */
static bool command_is_repeat(struct engine *engine,
                              struct unit *unit,
                              struct command *command,
                              enum step *step_out)
{
    const struct accepted *young = replay_find(&engine->replay, command, unit->actor_number);
    if (young != NULL) {
        struct bytes answer = {.data = young->answer, .size = young->answer_size};
        *step_out = command_replay(unit, command, young->fingerprint, answer, young->seq);
        return true;
    }
    if (command->lookup == LOOKUP_FOUND) {
        *step_out = command_replay(
            unit, command, command->found_fingerprint, command->found_answer, command->found_seq);
        return true;
    }
    if (command->lookup == LOOKUP_NOT_ASKED &&
        presence_may_hold(engine->presence, command->key_hash)) {
        *step_out = STEP_MISSING;
        return true;
    }
    return false;
}

/* The party that asks, when it may; otherwise the refusal. */
static bool actor_find(struct engine *engine,
                       struct unit *unit,
                       struct command *command,
                       const struct party **actor_out,
                       enum step *step_out)
{
    *actor_out = NULL;
    if (unit->actor[0] == '\0') {
        unit->is_actor_known = true;
        return true;
    }
    const struct party *actor = state_find(engine->state, DOCUMENT_PARTY, unit->actor);
    if (state_is_missing(engine->state)) {
        *step_out = STEP_MISSING;
        return false;
    }
    if (actor == NULL) {
        /* The first operator registers itself: there is nobody else to do it. */
        bool is_genesis = engine->command_seq == 0 && unit->actor_role == ROLE_OPERATOR &&
                          strcmp(command->type->name, "party.register") == 0;
        if (!is_genesis) {
            *step_out = command_refuse(command, REFUSAL_PARTY_UNKNOWN);
        }
        unit->is_actor_known = is_genesis;
        return is_genesis;
    }
    if (actor->state != PARTY_ACTIVE) {
        *step_out = command_refuse(command, REFUSAL_PARTY_NOT_ACTIVE);
        return false;
    }
    unit->is_actor_known = true;
    unit->actor_number = actor->number;
    *actor_out = actor;
    return true;
}

static void command_accept(struct engine *engine, struct unit *unit, struct command *command)
{
    static uint8_t buffer[ANSWER_SIZE_MAX]; /* the engine is one thread */
    struct writer answer = writer_over(buffer, sizeof buffer);
    record_write(command->type->answer, MEDIA_CBOR, RECORD_CLEAR, command->answer, &answer);
    assert(!answer.has_failed);
    command->result = COMMAND_DONE;
    command->seq = ++engine->command_seq;
    if (unit->purpose == UNIT_COMMIT) {
        struct bytes bytes = {.data = buffer, .size = answer.size};
        size_t slot = replay_add(&engine->replay, command, unit->actor_number, bytes);
        slot_list_append(&engine->run, slot);
    }
}

static enum step run_rule(struct engine *engine,
                          struct unit *unit,
                          struct command *command,
                          const struct party *actor)
{
    struct context context = {
        .state = engine->state,
        .now = engine->now,
        .today = date_of(engine->now),
        .command_seq = engine->command_seq + 1,
        .actor = actor,
        .actor_user = unit->actor_user,
        .actor_role = unit->actor_role,
        .clock = engine->config.clock,
        .scratch = &engine->scratch,
    };
    arena_reset(&engine->scratch);
    struct state_mark mark = state_mark(engine->state);
    memset(command->answer, 0, command->type->answer->size);
    enum verdict verdict = command->type->rule(&context, command->body, command->answer);
    if (state_is_missing(engine->state)) {
        verdict = VERDICT_FETCH; /* whatever it concluded, it did not see everything */
    }
    switch (verdict) {
    case VERDICT_DONE:
        command_accept(engine, unit, command);
        return STEP_DONE;
    case VERDICT_REFUSED:
        state_undo_to(engine->state, &mark);
        command->refusal = context.refusal;
        command->result = COMMAND_REFUSED;
        return STEP_DONE;
    case VERDICT_FETCH:
        state_undo_to(engine->state, &mark);
        return STEP_MISSING;
    }
    return STEP_MISSING;
}

/* Two pairs of eyes: what is not a try comes through approval.decide, never by itself. */
static bool is_approval_missing(const struct engine *engine,
                                const struct unit *unit,
                                const struct command *command)
{
    return command->type->eyes == EYES_TWO_PAIRS && unit->purpose == UNIT_COMMIT &&
           engine->config.four_eyes == FOUR_EYES_ON && unit->actor[0] != '\0';
}

static enum step execute_command(struct engine *engine, struct unit *unit, struct command *command)
{
    enum step step = STEP_DONE;
    const struct party *actor;
    state_clear_missing(engine->state);
    state_begin_command(engine->state, engine->command_seq + 1);
    if (!actor_find(engine, unit, command, &actor, &step)) {
        return step;
    }
    bool is_allowed = unit->actor[0] == '\0' ? command->type->roles == 0
                                             : (command->type->roles & unit->actor_role) != 0;
    if (!is_allowed) {
        return command_refuse(command, REFUSAL_ROLE_FORBIDDEN);
    }
    const char *key = command->idempotency_key;
    command->key_hash = presence_command_hash(unit->actor_number, key, strlen(key));
    if (unit->purpose == UNIT_COMMIT && command_is_repeat(engine, unit, command, &step)) {
        return step;
    }
    if (is_approval_missing(engine, unit, command)) {
        return command_refuse(command, REFUSAL_APPROVAL_REQUIRED);
    }
    return run_rule(engine, unit, command, actor);
}

static void take_back(struct engine *engine, const struct state_mark *mark, int64_t command_seq)
{
    state_undo_to(engine->state, mark);
    for (size_t i = 0; i < engine->run.count; i++) {
        replay_remove(&engine->replay, engine->run.slots[i]);
    }
    engine->run.count = 0;
    engine->command_seq = command_seq;
}

/* As if the unit had not been run. Lookups count only for the run right after their fetch. */
static void unit_forget_results(struct unit *unit)
{
    for (size_t i = 0; i < unit->command_count; i++) {
        struct command *command = &unit->commands[i];
        command->result = COMMAND_NONE;
        command->seq = 0;
        if (command->lookup == LOOKUP_ABSENT) {
            command->lookup = LOOKUP_NOT_ASKED;
        }
    }
}

/* Every other command of an atomic unit shares the fate of the one refused. */
static void unit_abort(struct unit *unit, size_t refused)
{
    for (size_t i = 0; i < unit->command_count; i++) {
        struct command *command = &unit->commands[i];
        if (i != refused) {
            (void)command_refuse(command, REFUSAL_BATCH_ABORTED);
            command->seq = 0;
        }
    }
}

enum run execute_unit(struct engine *engine, struct unit *unit)
{
    struct state_mark mark = state_mark(engine->state);
    int64_t command_seq = engine->command_seq;
    bool is_missing = false;
    engine->run.count = 0;
    for (size_t i = 0; i < unit->command_count; i++) {
        struct command *command = &unit->commands[i];
        if (execute_command(engine, unit, command) == STEP_MISSING) {
            is_missing = true; /* go on, so that one fetch brings what the others want too */
        } else if (command->result == COMMAND_REFUSED && unit->mode == UNIT_ATOMIC &&
                   unit->command_count > 1 && !is_missing) {
            take_back(engine, &mark, command_seq);
            unit_abort(unit, i);
            return RUN_ACCEPTED;
        }
    }
    if (is_missing) {
        take_back(engine, &mark, command_seq);
        unit_forget_results(unit);
        return RUN_FETCH;
    }
    if (unit->purpose == UNIT_DRY_RUN) {
        take_back(engine, &mark, command_seq);
        return RUN_ACCEPTED;
    }
    if (!persist_has_room(engine, unit)) {
        take_back(engine, &mark, command_seq);
        unit_forget_results(unit);
        return RUN_NO_ROOM;
    }
    persist_unit(engine, unit);
    return RUN_ACCEPTED;
}
