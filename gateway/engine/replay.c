#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/engine/engine_p.h"

void replay_create(struct replay *replay)
{
    *replay = (struct replay){0};
    map_create(&replay->map, UNIT_COMMAND_COUNT_MAX);
}

void replay_destroy(struct replay *replay)
{
    for (size_t i = 0; i < replay->slot_count; i++) {
        free(replay->slots[i].answer);
    }
    free(replay->slots);
    free(replay->free_slots);
    map_destroy(&replay->map);
}

const struct accepted *
replay_find(const struct replay *replay, const struct command *command, int64_t party)
{
    uint64_t hash = command->key_hash;
    size_t cursor;
    for (uint32_t at = map_first(&replay->map, hash, &cursor); at != MAP_NONE;
         at = map_next(&replay->map, hash, &cursor)) {
        const struct accepted *accepted = &replay->slots[at];
        if (accepted->party == party && strcmp(accepted->key, command->idempotency_key) == 0) {
            return accepted;
        }
    }
    return NULL;
}

static size_t slot_take(struct replay *replay)
{
    if (replay->free_count > 0) {
        return replay->free_slots[--replay->free_count];
    }
    if (replay->slot_count == replay->slot_capacity) {
        replay->slot_capacity = replay->slot_capacity == 0 ? 1024 : replay->slot_capacity * 2;
        replay->slots = realloc(replay->slots, replay->slot_capacity * sizeof *replay->slots);
        replay->free_slots =
            realloc(replay->free_slots, replay->slot_capacity * sizeof *replay->free_slots);
        if (replay->slots == NULL || replay->free_slots == NULL) {
            fputs("out of memory: replay table\n", stderr);
            abort();
        }
    }
    return replay->slot_count++;
}

size_t
replay_add(struct replay *replay, const struct command *command, int64_t party, struct bytes answer)
{
    size_t slot = slot_take(replay);
    size_t key_size = strlen(command->idempotency_key) + 1;
    struct accepted *accepted = &replay->slots[slot];
    *accepted = (struct accepted){
        .hash = command->key_hash,
        .party = party,
        .seq = command->seq,
        .answer = malloc(answer.size + key_size),
        .answer_size = answer.size,
    };
    if (accepted->answer == NULL) {
        fputs("out of memory: replay table\n", stderr);
        abort();
    }
    memcpy(accepted->answer, answer.data, answer.size);
    accepted->key = memcpy(accepted->answer + answer.size, command->idempotency_key, key_size);
    memcpy(accepted->fingerprint, command->fingerprint, sizeof accepted->fingerprint);
    map_put(&replay->map, accepted->hash, (uint32_t)slot);
    return slot;
}

void replay_remove(struct replay *replay, size_t slot)
{
    assert(slot < replay->slot_count);
    struct accepted *accepted = &replay->slots[slot];
    map_remove(&replay->map, accepted->hash, (uint32_t)slot);
    free(accepted->answer);
    *accepted = (struct accepted){0};
    replay->free_slots[replay->free_count++] = slot;
}

const struct accepted *replay_at(const struct replay *replay, size_t slot)
{
    assert(slot < replay->slot_count);
    return &replay->slots[slot];
}

void slot_list_append(struct slot_list *list, size_t slot)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 1024 : list->capacity * 2;
        list->slots = realloc(list->slots, list->capacity * sizeof *list->slots);
        if (list->slots == NULL) {
            fputs("out of memory: list of slots\n", stderr);
            abort();
        }
    }
    list->slots[list->count++] = slot;
}
