#include "tools/kouan/approval_json.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/business/approval.h"

enum {
    ARENA_SIZE = 1 << 20,
    TEXT_SIZE = 1 << 20,
};

/* The record in `cbor` as JSON; NULL when there is none. */
static json_t *record_json(const struct record *record, struct bytes cbor, struct arena *arena)
{
    char *text = malloc(TEXT_SIZE);
    if (!text) {
        abort();
    }
    struct writer writer = writer_over(text, TEXT_SIZE);
    json_t *json = NULL;
    if (cbor.size > 0 && record_translate(record, cbor, MEDIA_JSON, arena, &writer) &&
        !writer.has_failed) {
        json = json_loadb(text, writer.size, 0, NULL);
    }
    free(text);
    return json;
}

static void member_open(json_t *approval, const char *name, json_t *value)
{
    if (value) {
        json_object_set_new(approval, name, value);
    }
}

void approval_json_open(json_t *approval)
{
    struct arena arena;
    struct approval read;
    struct record_fault fault;
    char *text = json_dumps(approval, JSON_COMPACT);
    if (!text) {
        return;
    }
    arena_create(&arena, ARENA_SIZE);
    struct bytes input = {(const uint8_t *)text, strlen(text)};
    if (record_read(&approval_record, MEDIA_JSON, input, &arena, &read, &fault)) {
        const struct command_type *type = command_type_find(read.command);
        if (type) {
            member_open(approval, "content", record_json(type->command, read.content, &arena));
            member_open(approval, "result", record_json(type->answer, read.result, &arena));
        }
    }
    arena_destroy(&arena);
    free(text);
}
