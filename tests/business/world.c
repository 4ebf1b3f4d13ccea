#include "tests/business/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/guarantee/call.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "ledger/base/hash.h"
#include "ledger/base/map.h"
#include "tests/business/compensation_laws.h"
#include "tests/business/fx_laws.h"
#include "tests/business/fx_position_laws.h"
#include "tests/business/payment_laws.h"
#include "tests/business/reconciliation_laws.h"
#include "tests/business/settlement_laws.h"
#include "tests/business/statement_laws.h"
#include "tests/business/tax_laws.h"

enum {
    DOCUMENT_COUNT_MAX = 1 << 16,
    WANT_COUNT_MAX = 256,
    ROUND_COUNT_MAX = 32,
    ANSWER_SIZE_MAX = 4096,
    PENDING_COUNT_MAX = 1024,
};

struct stored {
    enum document document;
    void *data;
};

struct world {
    enum world_memory memory;
    struct book *book;
    struct state *state;
    struct arena scratch;
    instant_us now;
    enum clock_kind clock;
    int64_t command_seq;
    struct stored *stored;
    size_t stored_count;
    struct map map;
    union {
        char bytes[ANSWER_SIZE_MAX];
        int64_t alignment;
    } answer;
    struct event *events;
    size_t event_count;
    struct transfer *transfers;
    size_t transfer_count;
};

/* --- the store --- */

static uint64_t key_hash(enum document document, const char *key)
{
    return hash_bytes(key, strlen(key)) ^ hash_u64((uint64_t)document);
}

static struct stored *store_find(const struct world *world, enum document document, const char *key)
{
    size_t cursor;
    const struct record *record = document_types[document].record;
    uint64_t hash = key_hash(document, key);
    for (uint32_t at = map_first(&world->map, hash, &cursor); at != MAP_NONE;
         at = map_next(&world->map, hash, &cursor)) {
        struct stored *stored = &world->stored[at];
        if (stored->document == document && strcmp(record_key(record, stored->data), key) == 0) {
            return stored;
        }
    }
    return NULL;
}

static void store_put(struct world *world, const struct state_change *change)
{
    const struct record *record = document_types[change->document].record;
    const char *key = record_key(record, change->data);
    struct stored *stored = store_find(world, change->document, key);
    if (stored == NULL) {
        assert(world->stored_count < DOCUMENT_COUNT_MAX);
        map_put(&world->map, key_hash(change->document, key), (uint32_t)world->stored_count);
        stored = &world->stored[world->stored_count++];
        stored->document = change->document;
    } else {
        free(stored->data);
    }
    stored->data = record_copy(record, change->data);
}

static bool may_exist(void *context, enum document document, const char *key)
{
    return store_find(context, document, key) != NULL;
}

static void open_state(struct world *world)
{
    static const struct state_limits limits = {
        .document_count_max = 4096,
        .transfer_count_max = 4096,
    };
    bool forgets = world->memory == MEMORY_FORGETS;
    world->state = state_create(world->book, &limits, forgets ? may_exist : NULL, world);
}

struct world *world_create(enum world_memory memory, size_t account_count_max)
{
    struct world *world = calloc(1, sizeof(*world));
    assert(world != NULL);
    struct book_limits limits = {
        .account_count_max = account_count_max,
        .pending_count_max = PENDING_COUNT_MAX,
    };
    world->memory = memory;
    world->book = book_create(&limits);
    world->stored = calloc(DOCUMENT_COUNT_MAX, sizeof(*world->stored));
    assert(world->book != NULL && world->stored != NULL);
    map_create(&world->map, 1024);
    arena_create(&world->scratch, RULE_SCRATCH_SIZE);
    open_state(world);
    return world;
}

void world_destroy(struct world *world)
{
    for (size_t i = 0; i < world->stored_count; i++) {
        free(world->stored[i].data);
    }
    state_destroy(world->state);
    book_destroy(world->book);
    map_destroy(&world->map);
    arena_destroy(&world->scratch);
    free(world->stored);
    free(world->events);
    free(world->transfers);
    free(world);
}

void world_set_clock(struct world *world, enum clock_kind kind)
{
    world->clock = kind;
}

void world_set_time(struct world *world, instant_us now)
{
    assert(now >= world->now);
    world->now = now;
}

date_days world_today(const struct world *world)
{
    return date_of(world->now);
}

const void *world_document(const struct world *world, enum document document, const char *key)
{
    const struct stored *stored = store_find(world, document, key);
    return stored == NULL ? NULL : stored->data;
}

void world_each(const struct world *world,
                enum document document,
                void (*visit)(void *context, const void *data),
                void *context)
{
    for (size_t i = 0; i < world->stored_count; i++) {
        if (world->stored[i].document == document) {
            visit(context, world->stored[i].data);
        }
    }
}

const struct book *world_book(const struct world *world)
{
    return world->book;
}

int64_t world_balance(const struct world *world, const struct account_key *key)
{
    int64_t number = book_find(world->book, key);
    return number == 0 ? 0 : account_balance(book_account(world->book, number));
}

/* --- running a command --- */

static void fetch(struct world *world)
{
    struct state_want wants[WANT_COUNT_MAX];
    size_t count = state_take_wants(world->state, wants, WANT_COUNT_MAX);
    assert(count > 0);
    for (size_t i = 0; i < count; i++) {
        const struct stored *stored = store_find(world, wants[i].document, wants[i].key);
        const struct record *record = document_types[wants[i].document].record;
        void *copy = stored == NULL ? NULL : record_copy(record, stored->data);
        state_load(world->state, wants[i].document, wants[i].key, copy);
    }
}

static bool is_trace_left(const struct world *world, const struct state_mark *mark)
{
    struct state_effects effects = state_effects(world->state);
    return effects.change_count != mark->change_count ||
           effects.transfer_count != mark->transfer_count ||
           effects.account_count != mark->account_count || effects.event_count != mark->event_count;
}

static void *copy_all(void *old, const void *items, size_t count, size_t size)
{
    free(old);
    void *copy = malloc(count * size + 1);
    assert(copy != NULL);
    memcpy(copy, items == NULL ? "" : items, count * size);
    return copy;
}

static void commit(struct world *world)
{
    struct state_effects effects = state_effects(world->state);
    for (size_t i = 0; i < effects.change_count; i++) {
        store_put(world, state_change(world->state, i));
    }
    world->events =
        copy_all(world->events, effects.events, effects.event_count, sizeof(struct event));
    world->event_count = effects.event_count;
    world->transfers = copy_all(
        world->transfers, effects.transfers, effects.transfer_count, sizeof(struct transfer));
    world->transfer_count = effects.transfer_count;
    state_forget(world->state);
    world->command_seq++;
    state_set_durable(world->state, world->command_seq);
    if (world->memory == MEMORY_FORGETS) {
        state_destroy(world->state);
        open_state(world);
    }
}

/* "party/user" or "party": the user, and the party into `party_out`. */
static const char *actor_split(const char *actor, char party_out[PARTY_ID_SIZE])
{
    size_t size = strcspn(actor, "/");
    assert(size < PARTY_ID_SIZE);
    memcpy(party_out, actor, size);
    party_out[size] = '\0';
    return actor[size] == '/' ? actor + size + 1 : "";
}

/* Who asks, and whether it may; fills the refusal otherwise. */
static enum verdict admit(struct world *world,
                          enum role role,
                          const char *actor,
                          const struct command_type *type,
                          struct context *context)
{
    bool is_allowed = actor == NULL ? type->roles == 0 : (type->roles & role) != 0;
    if (actor != NULL && world->command_seq > 0) {
        char party[PARTY_ID_SIZE];
        context->actor_user = actor_split(actor, party);
        context->actor = state_find(world->state, DOCUMENT_PARTY, party);
        if (context->actor == NULL) {
            return refuse(context, REFUSAL_PARTY_UNKNOWN);
        }
        if (context->actor->state != PARTY_ACTIVE) {
            return refuse(context, REFUSAL_PARTY_NOT_ACTIVE);
        }
    }
    return is_allowed ? VERDICT_DONE : refuse(context, REFUSAL_ROLE_FORBIDDEN);
}

static enum verdict try_once(struct world *world,
                             enum role role,
                             const char *actor,
                             const struct command_type *type,
                             const void *command,
                             struct refusal *refusal_out)
{
    struct context context = {
        .state = world->state,
        .now = world->now,
        .today = date_of(world->now),
        .command_seq = world->command_seq + 1,
        .actor_user = "",
        .actor_role = role,
        .clock = world->clock,
        .scratch = &world->scratch,
    };
    arena_reset(&world->scratch);
    struct state_mark mark = state_mark(world->state);
    state_begin_command(world->state, context.command_seq);
    state_clear_missing(world->state);
    assert(type->answer->size <= sizeof(world->answer));
    memset(&world->answer, 0, sizeof(world->answer));
    enum verdict verdict = admit(world, role, actor, type, &context);
    if (verdict == VERDICT_DONE) {
        verdict = type->rule(&context, command, &world->answer);
    }
    /* A rule says itself that it has not seen everything. */
    assert(state_is_missing(world->state) == (verdict == VERDICT_FETCH));
    if (verdict != VERDICT_DONE) {
        state_undo_to(world->state, &mark);
        assert(!is_trace_left(world, &mark));
    }
    *refusal_out = context.refusal;
    return verdict;
}

struct world_result world_run(struct world *world,
                              enum role role,
                              const char *actor,
                              const struct command_type *type,
                              const void *command)
{
    struct world_result result = {.verdict = VERDICT_FETCH, .type = type};
    world->event_count = 0;
    world->transfer_count = 0;
    for (int round = 0; round < ROUND_COUNT_MAX && result.verdict == VERDICT_FETCH; round++) {
        result.verdict = try_once(world, role, actor, type, command, &result.refusal);
        if (result.verdict == VERDICT_FETCH) {
            fetch(world);
        }
    }
    assert(result.verdict != VERDICT_FETCH);
    if (result.verdict == VERDICT_DONE) {
        commit(world);
        result.answer = &world->answer;
    }
    result.events = world->events;
    result.event_count = world->event_count;
    result.transfers = world->transfers;
    result.transfer_count = world->transfer_count;
    return result;
}

/* --- laws --- */

struct law_check {
    const struct world *world;
    const char *broken;
};

static int64_t guarantee_balance(const struct world *world,
                                 const struct guarantee *guarantee,
                                 enum purpose purpose)
{
    struct account_key key = {
        .owner = guarantee->principal_number,
        .purpose = purpose,
        .currency = CURRENCY_CNY,
    };
    TEXT_PUT(key.subject, guarantee->grn);
    return world_balance(world, &key);
}

struct reserved_sum {
    const char *grn;
    int64_t minor;
};

static void add_reserved(void *context, const void *data)
{
    struct reserved_sum *sum = context;
    const struct reservation *reservation = data;
    if (strcmp(reservation->grn, sum->grn) == 0) {
        sum->minor += reservation->amount.minor;
    }
}

static void check_guarantee(void *context, const void *data)
{
    struct law_check *check = context;
    const struct guarantee *guarantee = data;
    const struct world *world = check->world;
    int64_t limit = guarantee_balance(world, guarantee, PURPOSE_GUARANTEE_LIMIT);
    int64_t available = guarantee_balance(world, guarantee, PURPOSE_GUARANTEE_AVAILABLE);
    int64_t reserved = guarantee_balance(world, guarantee, PURPOSE_GUARANTEE_RESERVED);
    int64_t called = guarantee_balance(world, guarantee, PURPOSE_GUARANTEE_CALLED);
    struct reserved_sum sum = {.grn = guarantee->grn};
    world_each(world, DOCUMENT_RESERVATION, add_reserved, &sum);
    if (limit != available + reserved + called || available < 0 || reserved < 0 || called < 0) {
        check->broken = "limit = available + reserved + called";
    } else if (guarantee->limit.minor != limit || guarantee->available.minor != available ||
               guarantee->reserved.minor != reserved || guarantee->called.minor != called) {
        check->broken = "the guarantee mirrors its accounts";
    } else if (sum.minor != reserved) {
        check->broken = "reservations sum to what is reserved";
    } else if (!grn_is_valid(guarantee->grn)) {
        check->broken = "the GRN is valid";
    } else if (guarantee->kind == GUARANTEE_CASH_DEPOSIT &&
               guarantee_balance(world, guarantee, PURPOSE_DEPOSIT_HELD) != limit - called &&
               guarantee->state != GUARANTEE_DISCHARGED) {
        check->broken = "deposit held = limit - called";
    } else if (guarantee->kind != GUARANTEE_CASH_DEPOSIT) {
        struct account_key key = {
            .owner = guarantee->guarantor_number,
            .purpose = PURPOSE_PARTY_RECEIVABLE,
            .currency = CURRENCY_CNY,
        };
        TEXT_PUT(key.subject, guarantee->grn);
        if (world_balance(world, &key) != called) {
            check->broken = "the guarantor owes what is called";
        }
    }
}

struct call_count {
    const char *principal;
    int64_t count;
};

static void count_call(void *context, const void *data)
{
    struct call_count *count = context;
    const struct call *call = data;
    count->count += call->state != CALL_PAID && strcmp(call->principal, count->principal) == 0;
}

static void check_party(void *context, const void *data)
{
    struct law_check *check = context;
    const struct party *party = data;
    struct call_count count = {.principal = party->id};
    world_each(check->world, DOCUMENT_CALL, count_call, &count);
    if (count.count != party->open_call_count) {
        check->broken = "open calls are counted";
    }
}

static void check_assurance(void *context, const void *data)
{
    struct law_check *check = context;
    const struct assurance *assurance = data;
    for (size_t i = 0; i < assurance->grns.count; i++) {
        const struct assurance_item *item =
            (const struct assurance_item *)assurance->grns.items + i;
        const struct guarantee *guarantee =
            world_document(check->world, DOCUMENT_GUARANTEE, item->grn);
        if (guarantee == NULL ||
            (guarantee->state != GUARANTEE_ACTIVE && guarantee->state != GUARANTEE_SUSPENDED)) {
            check->broken = "only live guarantees are used";
        }
    }
}

const char *world_broken_law(const struct world *world)
{
    int64_t account;
    if (book_check(world->book, &account) != 0) {
        return "a law of the book";
    }
    struct law_check check = {.world = world};
    world_each(world, DOCUMENT_GUARANTEE, check_guarantee, &check);
    world_each(world, DOCUMENT_PARTY, check_party, &check);
    world_each(world, DOCUMENT_ASSURANCE, check_assurance, &check);
    if (check.broken == NULL) {
        check.broken = payment_broken_law(world);
    }
    if (check.broken == NULL) {
        check.broken = tax_broken_law(world);
    }
    if (check.broken == NULL) {
        check.broken = statement_broken_law(world);
    }
    if (check.broken == NULL) {
        check.broken = compensation_broken_law(world);
    }
    if (check.broken == NULL) {
        check.broken = fx_broken_law(world);
    }
    if (check.broken == NULL) {
        check.broken = fx_position_broken_law(world);
    }
    if (check.broken == NULL) {
        check.broken = settlement_broken_law(world);
    }
    return check.broken != NULL ? check.broken : reconciliation_broken_law(world);
}
