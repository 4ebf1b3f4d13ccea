#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/text.h"
#include "gateway/engine/engine_p.h"
#include "ledger/base/hash.h"

/* What a row costs beyond its variable parts: lengths of columns, key, version. Generous. */
enum {
    ROW_OVERHEAD = 512
};

/* An upper bound of a document's columns: text in memory is inline, lists become JSON. */
static size_t document_row_size(enum document document, const void *data)
{
    const struct record *record = document_types[document].record;
    size_t size = record->size * 2;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        const char *at = (const char *)data + field->offset;
        if (field->type == FIELD_LIST) {
            const struct list *list = (const void *)at;
            size += list->count * (field->record->size * 4 + ROW_OVERHEAD);
        } else if (field->type == FIELD_BYTES) {
            size += ((const struct bytes *)(const void *)at)->size;
        }
    }
    return size;
}

static size_t unit_row_size(const struct engine *engine, const struct unit *unit)
{
    struct state_effects effects = state_effects(engine->state);
    size_t size =
        (effects.transfer_count + effects.account_count + effects.bounds_count) * ROW_OVERHEAD +
        effects.event_count * (sizeof(struct event) + ROW_OVERHEAD);
    for (size_t i = 0; i < effects.change_count; i++) {
        const struct state_change *change = state_change(engine->state, i);
        size += document_row_size(change->document, change->data) + ROW_OVERHEAD;
    }
    for (size_t i = 0; i < unit->command_count; i++) {
        size += unit->commands[i].sealed.size + ROW_OVERHEAD;
    }
    for (size_t i = 0; i < engine->run.count; i++) {
        size += replay_at(&engine->replay, engine->run.slots[i])->answer_size;
    }
    return size;
}

bool persist_has_room(const struct engine *engine, const struct unit *unit)
{
    struct state_effects effects = state_effects(engine->state);
    const struct engine_batch *open = engine->open;
    size_t rows = effects.account_count + effects.bounds_count + effects.event_count +
                  effects.change_count + unit->command_count + open->document_count;
    return batch_has_room(open->rows,
                          effects.transfer_count,
                          rows,
                          unit_row_size(engine, unit) + open->document_size);
}

/* --- the batch --- */

void engine_batch_create(struct engine_batch *batch, const struct journal_config *config)
{
    struct batch_limits limits = {
        .transfer_count_max = ENGINE_BATCH_TRANSFERS_MAX,
        .row_count_max = ENGINE_BATCH_ROWS_MAX,
        .byte_count_max = ENGINE_BATCH_BYTES_MAX,
    };
    batch->rows = batch_create(&limits, config->kinds, config->kind_count);
    batch->documents = malloc(ENGINE_BATCH_ROWS_MAX * sizeof *batch->documents);
    if (batch->documents == NULL) {
        fputs("out of memory: documents of a batch\n", stderr);
        abort();
    }
    map_create(&batch->document_map, 1024);
}

void engine_batch_destroy(struct engine_batch *batch)
{
    batch_destroy(batch->rows);
    free(batch->documents);
    free(batch->accepted.slots);
    map_destroy(&batch->document_map);
}

void engine_batch_clear(struct engine_batch *batch)
{
    batch_clear(batch->rows);
    for (size_t i = 0; i < batch->document_count; i++) {
        const struct changed_document *changed = &batch->documents[i];
        map_remove(&batch->document_map,
                   presence_document_hash(changed->document, changed->key, strlen(changed->key)),
                   (uint32_t)i);
    }
    batch->document_count = 0;
    batch->document_size = 0;
    batch->accepted.count = 0;
    batch->transfer_count = 0;
    batch->clock = (struct business_clock){.now = INSTANT_NONE};
    news_forget(&batch->news);
}

/* --- event numbers --- */

static struct event_counter *counter_of(struct engine *engine, int64_t party)
{
    uint64_t hash = hash_u64((uint64_t)party);
    size_t cursor;
    for (uint32_t at = map_first(&engine->counter_map, hash, &cursor); at != MAP_NONE;
         at = map_next(&engine->counter_map, hash, &cursor)) {
        if (engine->counters[at].party == party) {
            return &engine->counters[at];
        }
    }
    if (engine->counter_count == engine->counter_capacity) {
        engine->counter_capacity =
            engine->counter_capacity == 0 ? 256 : engine->counter_capacity * 2;
        engine->counters =
            realloc(engine->counters, engine->counter_capacity * sizeof *engine->counters);
        if (engine->counters == NULL) {
            fputs("out of memory: event counters\n", stderr);
            abort();
        }
    }
    map_put(&engine->counter_map, hash, (uint32_t)engine->counter_count);
    struct event_counter *counter = &engine->counters[engine->counter_count++];
    *counter = (struct event_counter){.party = party};
    return counter;
}

static void counter_load(void *context, const struct row_view *row)
{
    counter_of(context, view_bigint(row, 0))->last = view_bigint(row, 1);
}

enum status persist_load_counters(struct engine *engine, struct journal_reader *reader)
{
    return journal_read(reader,
                        "SELECT party, max(party_seq) FROM ledger.event GROUP BY party",
                        NULL,
                        0,
                        counter_load,
                        engine);
}

/* --- rows --- */

static void add_commands(struct engine *engine, const struct unit *unit)
{
    size_t run = 0;
    for (size_t i = 0; i < unit->command_count; i++) {
        const struct command *command = &unit->commands[i];
        if (command->result != COMMAND_DONE) {
            continue;
        }
        assert(run < engine->run.count);
        size_t slot = engine->run.slots[run++];
        const struct accepted *accepted = replay_at(&engine->replay, slot);
        assert(accepted->seq == command->seq);
        struct command_row row = {
            .seq = command->seq,
            .party = accepted->party,
            .user = unit->actor_user,
            .idempotency_key = command->idempotency_key,
            .type = command->type->name,
            .recorded_at = engine->now,
            .body = command->sealed,
            .answer = {.data = accepted->answer, .size = accepted->answer_size},
        };
        memcpy(row.fingerprint, command->fingerprint, sizeof row.fingerprint);
        batch_add_command(engine->open->rows, &row);
        presence_add(engine->presence, accepted->hash);
        slot_list_append(&engine->open->accepted, slot);
        engine->open->last_command_seq = command->seq;
    }
    engine->run.count = 0;
}

static size_t changed_find(const struct engine_batch *batch,
                           enum document document,
                           const char *key,
                           uint64_t hash)
{
    size_t cursor;
    for (uint32_t at = map_first(&batch->document_map, hash, &cursor); at != MAP_NONE;
         at = map_next(&batch->document_map, hash, &cursor)) {
        if (batch->documents[at].document == document &&
            strcmp(batch->documents[at].key, key) == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

static void note_documents(struct engine *engine, const struct state_effects *effects)
{
    struct engine_batch *open = engine->open;
    for (size_t i = 0; i < effects->change_count; i++) {
        const struct state_change *change = state_change(engine->state, i);
        const char *key = record_key(document_types[change->document].record, change->data);
        uint64_t hash = presence_document_hash(change->document, key, strlen(key));
        size_t at = changed_find(open, change->document, key, hash);
        if (at == SIZE_MAX) {
            at = open->document_count++;
            open->documents[at].document = change->document;
            TEXT_PUT(open->documents[at].key, key);
            map_put(&open->document_map, hash, (uint32_t)at);
            presence_add(engine->presence, hash);
            open->document_size += document_row_size(change->document, change->data) + ROW_OVERHEAD;
        }
        open->documents[at].command_seq = change->command_seq;
    }
}

void persist_documents(struct engine *engine)
{
    struct engine_batch *open = engine->open;
    for (size_t i = 0; i < open->document_count; i++) {
        const struct changed_document *changed = &open->documents[i];
        const void *data = state_find(engine->state, changed->document, changed->key);
        assert(data != NULL); /* newer than the store, so it is held in memory */
        struct row_writer *row =
            batch_begin_document(open->rows, changed->document, changed->key, changed->command_seq);
        record_write_row(document_types[changed->document].record, engine->vault, data, row);
        batch_end_document(open->rows);
        news_note(engine, changed->document, data);
        clock_note(engine, changed->document, data);
    }
}

static void add_events(struct engine *engine, const struct state_effects *effects)
{
    for (size_t i = 0; i < effects->event_count; i++) {
        const struct event *event = &effects->events[i];
        struct event_row row = {
            .party = event->party,
            .party_seq = ++counter_of(engine, event->party)->last,
            .command_seq = event->command_seq,
            .type = event->type,
            .subject = event->subject,
            .body = {.data = (const uint8_t *)event->body, .size = strlen(event->body)},
        };
        batch_add_event(engine->open->rows, &row);
    }
}

/* The command that opened an account: any of the unit does, they commit together. */
static void add_ledger(struct engine *engine, const struct state_effects *effects)
{
    struct batch *rows = engine->open->rows;
    const struct book *book = state_book(engine->state);
    for (size_t i = 0; i < effects->account_count; i++) {
        int64_t number = effects->accounts[i];
        batch_add_account(rows, number, book_account(book, number), engine->command_seq);
    }
    for (size_t i = 0; i < effects->bounds_count; i++) {
        const struct state_bounds *bounds = &effects->bounds[i];
        batch_add_bounds(
            rows, bounds->account, &bounds->bounds, bounds->command_seq, bounds->after_seq);
    }
    for (size_t i = 0; i < effects->transfer_count; i++) {
        batch_add_transfer(rows, &effects->transfers[i]);
    }
}

void persist_unit(struct engine *engine, const struct unit *unit)
{
    struct state_effects effects = state_effects(engine->state);
    add_ledger(engine, &effects);
    add_commands(engine, unit);
    note_documents(engine, &effects);
    add_events(engine, &effects);
    engine->open->transfer_count += effects.transfer_count;
    state_forget(engine->state);
}
