/* The fetcher's thread: reads what rules found missing, one round at a time. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "gateway/engine/engine_p.h"
#include "ledger/base/log.h"

enum {
    FETCH_ARENA_SIZE = 4 << 20,
    FETCH_RETRY_PAUSE_NS = 100000000
};

struct fetcher {
    struct engine *engine;
    struct journal_reader *reader;
    struct vault *vault;
    struct arena arena;
    struct map index; /* of the documents of this round, by key */
    struct document_want *wants;
    struct command_want *command_wants;
    struct command **commands;
    struct unit **command_units;
    size_t command_capacity;
};

static size_t
document_index(const struct fetcher *fetcher, size_t kind, const char *key, size_t size)
{
    const struct fetch *fetch = &fetcher->engine->fetch;
    size_t cursor;
    uint64_t hash = presence_document_hash(kind, key, size);
    for (uint32_t at = map_first(&fetcher->index, hash, &cursor); at != MAP_NONE;
         at = map_next(&fetcher->index, hash, &cursor)) {
        const struct state_want *want = &fetch->documents[at];
        if ((size_t)want->document == kind && strlen(want->key) == size &&
            memcmp(want->key, key, size) == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

static void document_found(void *context, size_t kind, const struct row_view *row)
{
    struct fetcher *fetcher = context;
    const struct record *record = document_types[kind].record;
    struct bytes key = view_bytes(row, 0);
    size_t index = document_index(fetcher, kind, (const char *)key.data, key.size);
    assert(index != SIZE_MAX);
    arena_reset(&fetcher->arena);
    void *data = arena_take(&fetcher->arena, record->size);
    if (data == NULL || !record_read_row(record, fetcher->vault, row, &fetcher->arena, data)) {
        LOG(LOG_ERROR, "document unreadable", LOG_TEXT("kind", record->name));
        fetcher->engine->fetch.status = STATUS_CORRUPT;
        return;
    }
    free(fetcher->engine->fetch.found[index]);
    fetcher->engine->fetch.found[index] = record_copy(record, data);
}

static enum status read_documents(struct fetcher *fetcher)
{
    struct fetch *fetch = &fetcher->engine->fetch;
    size_t count = 0;
    map_create(&fetcher->index, fetch->document_count + 1);
    for (size_t i = 0; i < fetch->document_count; i++) {
        const struct state_want *want = &fetch->documents[i];
        fetch->found[i] = NULL;
        size_t size = strlen(want->key);
        if (document_index(fetcher, want->document, want->key, size) != SIZE_MAX) {
            continue; /* wanted by several commands */
        }
        map_put(
            &fetcher->index, presence_document_hash(want->document, want->key, size), (uint32_t)i);
        fetcher->wants[count++] =
            (struct document_want){.kind = (size_t)want->document, .key = want->key};
    }
    enum status status = STATUS_OK;
    if (count > 0) {
        status =
            journal_read_documents(fetcher->reader, fetcher->wants, count, document_found, fetcher);
    }
    map_destroy(&fetcher->index);
    return status;
}

static void command_found(void *context, const struct command_found *found)
{
    struct fetcher *fetcher = context;
    struct command *command = fetcher->commands[found->want];
    struct unit *unit = fetcher->command_units[found->want];
    char *answer =
        arena_copy_text(&unit->arena, (const char *)found->answer.data, found->answer.size);
    assert(answer != NULL);
    command->lookup = LOOKUP_FOUND;
    command->found_answer = (struct bytes){(const uint8_t *)answer, found->answer.size};
    command->found_seq = found->seq;
    memcpy(command->found_fingerprint, found->fingerprint, sizeof command->found_fingerprint);
}

static void reserve_commands(struct fetcher *fetcher, size_t count)
{
    if (count <= fetcher->command_capacity) {
        return;
    }
    fetcher->command_capacity = count * 2;
    size_t capacity = fetcher->command_capacity;
    fetcher->command_wants =
        realloc(fetcher->command_wants, capacity * sizeof *fetcher->command_wants);
    fetcher->commands = realloc(fetcher->commands, capacity * sizeof(struct command *));
    fetcher->command_units = realloc(fetcher->command_units, capacity * sizeof(struct unit *));
    if (fetcher->command_wants == NULL || fetcher->commands == NULL ||
        fetcher->command_units == NULL) {
        LOG(LOG_ERROR, "out of memory", LOG_NUMBER("commands", (int64_t)count));
        abort();
    }
}

/* Only the keys that might have been used: the filter is asked again, it is free. */
static size_t collect_commands(struct fetcher *fetcher)
{
    const struct engine *engine = fetcher->engine;
    size_t count = 0;
    for (struct unit *unit = engine->fetch.units.head; unit != NULL; unit = unit->next) {
        if (!unit->is_actor_known) {
            continue; /* keys are a party's own: first the party, then its keys */
        }
        for (size_t i = 0; i < unit->command_count; i++) {
            struct command *command = &unit->commands[i];
            const char *key = command->idempotency_key;
            if (command->lookup != LOOKUP_NOT_ASKED) {
                continue;
            }
            command->lookup = LOOKUP_ABSENT;
            if (!presence_may_hold(engine->presence,
                                   presence_command_hash(unit->actor_number, key, strlen(key)))) {
                continue;
            }
            reserve_commands(fetcher, count + 1);
            fetcher->command_wants[count] =
                (struct command_want){.party = unit->actor_number, .idempotency_key = key};
            fetcher->commands[count] = command;
            fetcher->command_units[count++] = unit;
        }
    }
    return count;
}

static enum status fetch_round(struct fetcher *fetcher)
{
    struct fetch *fetch = &fetcher->engine->fetch;
    fetch->status = STATUS_OK;
    enum status status = read_documents(fetcher);
    if (status != STATUS_OK || fetch->status != STATUS_OK) {
        return status != STATUS_OK ? status : fetch->status;
    }
    size_t count = collect_commands(fetcher);
    if (count == 0) {
        return STATUS_OK;
    }
    return journal_read_commands(
        fetcher->reader, fetcher->command_wants, count, command_found, fetcher);
}

void *fetcher_run(void *context)
{
    (void)prctl(PR_SET_NAME, "fetcher");
    struct engine *engine = context;
    char message[200];
    struct fetcher fetcher = {
        .engine = engine,
        .reader = journal_reader_create(&engine->journal_config),
        .vault = vault_open(engine->config.vault_file, message, sizeof message),
        .wants = calloc(ENGINE_FETCH_WANTS_MAX, sizeof *fetcher.wants),
    };
    assert(fetcher.vault != NULL && fetcher.wants != NULL); /* the engine opened the same file */
    arena_create(&fetcher.arena, FETCH_ARENA_SIZE);
    pthread_mutex_lock(&engine->lock);
    while (!engine->are_helpers_stopping) {
        if (engine->fetcher_task != TASK_FETCH) {
            pthread_cond_wait(&engine->fetcher_wakes, &engine->lock);
            continue;
        }
        pthread_mutex_unlock(&engine->lock);
        enum status status = fetch_round(&fetcher);
        if (status != STATUS_OK) {
            struct timespec pause = {.tv_nsec = FETCH_RETRY_PAUSE_NS};
            nanosleep(&pause, NULL); /* the units ask again at once */
        }
        pthread_mutex_lock(&engine->lock);
        engine->fetch.status = status;
        engine->fetcher_task = TASK_DONE;
        pthread_cond_signal(&engine->engine_wakes);
    }
    pthread_mutex_unlock(&engine->lock);
    arena_destroy(&fetcher.arena);
    vault_close(fetcher.vault);
    journal_reader_destroy(fetcher.reader);
    free(fetcher.wants);
    free(fetcher.command_wants);
    free(fetcher.commands);
    free(fetcher.command_units);
    return NULL;
}
