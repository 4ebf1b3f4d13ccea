#include "gateway/engine/unit.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit *unit_create(size_t command_count, size_t arena_size)
{
    struct unit *unit = calloc(1, sizeof *unit);
    if (unit == NULL) {
        return NULL;
    }
    arena_create(&unit->arena, arena_size + command_count * (sizeof *unit->commands + 16) + 64);
    unit->commands = arena_take_unset(&unit->arena, command_count * sizeof *unit->commands);
    unit->command_count = command_count;
    if (unit->commands == NULL) {
        unit_destroy(unit);
        return NULL;
    }
    return unit;
}

void unit_destroy(struct unit *unit)
{
    arena_destroy(&unit->arena);
    free(unit);
}

struct command *unit_prepare(struct unit *unit, size_t index, const struct command_type *type)
{
    struct command *command = &unit->commands[index];
    /* The refusal comes last and is by far the largest: it is set whole, when there is one. */
    memset(command, 0, offsetof(struct command, refusal));
    command->refusal.code = REFUSAL_NONE;
    command->type = type;
    command->body = arena_take(&unit->arena, type->command->size);
    command->answer = arena_take(&unit->arena, type->answer->size);
    return command->body == NULL || command->answer == NULL ? NULL : command;
}

/* An upper bound: every text sealed, names of fields. */
static size_t sealed_size(const struct record *record, const void *data)
{
    size_t size = record->size * 4 + 1024;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->type == FIELD_LIST) {
            const struct list *list = (const void *)((const char *)data + field->offset);
            size += list->count * (field->record->size * 4 + 64);
        }
    }
    return size;
}

bool unit_fill(struct unit *unit,
               size_t index,
               const struct command_type *type,
               const void *body,
               const char *idempotency_key,
               struct vault *vault)
{
    struct command *command = unit_prepare(unit, index, type);
    size_t size = sealed_size(type->command, body);
    uint8_t *room = command == NULL ? NULL : arena_take(&unit->arena, size);
    if (room == NULL) {
        return false;
    }
    memcpy(command->body, body, type->command->size);
    int length =
        snprintf(command->idempotency_key, sizeof command->idempotency_key, "%s", idempotency_key);
    assert(length > 0 && (size_t)length < sizeof command->idempotency_key);
    record_look_up(type->command, vault, command->body);
    struct writer sealed = writer_over(room, size);
    record_seal(type->command, vault, command->body, &sealed);
    assert(!sealed.has_failed);
    command->sealed = (struct bytes){.data = sealed.data, .size = sealed.size};
    record_fingerprint(
        type->command, vault, type->name, command->body, &unit->arena, command->fingerprint);
    return true;
}

void unit_list_append(struct unit_list *list, struct unit *unit)
{
    unit->next = NULL;
    if (list->tail == NULL) {
        list->head = unit;
    } else {
        list->tail->next = unit;
    }
    list->tail = unit;
    list->count++;
}

struct unit *unit_list_take(struct unit_list *list)
{
    struct unit *unit = list->head;
    if (unit != NULL) {
        list->head = unit->next;
        if (list->head == NULL) {
            list->tail = NULL;
        }
        list->count--;
        unit->next = NULL;
    }
    return unit;
}

void unit_list_join(struct unit_list *to, struct unit_list *from)
{
    if (from->head == NULL) {
        return;
    }
    if (to->tail == NULL) {
        to->head = from->head;
    } else {
        to->tail->next = from->head;
    }
    to->tail = from->tail;
    to->count += from->count;
    *from = (struct unit_list){0};
}
