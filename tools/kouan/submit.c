#include "tools/kouan/submit.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/rule.h"
#include "ledger/base/arena.h"
#include "ledger/base/cbor.h"
#include "tools/kouan/fields.h"
#include "tools/kouan/file.h"

enum {
    DIGEST_SIZE = 32,
    KEY_DIGEST_SIZE = 20, /* bytes of it in a key */
    CANONICAL = JSON_COMPACT | JSON_SORT_KEYS,
    ARENA_SIZE = 16 << 20,
};

struct reading {
    const struct arguments *arguments;
    struct submission *submission;
    char *message;
    size_t message_size;
};

__attribute__((format(printf, 2, 3))) static bool
refuse_input(const struct reading *reading, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    vsnprintf(reading->message, reading->message_size, format, words);
    va_end(words);
    return false;
}

/* --- idempotency keys --- */

static void key_derive(const struct reading *reading, const void *content, size_t size)
{
    struct submission *submission = reading->submission;
    bool is_proposal = reading->arguments->values[OPTION_PROPOSE] != NULL;
    uint8_t digest[DIGEST_SIZE];
    unsigned int digest_size = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1 ||
        EVP_DigestUpdate(context, submission->path, strlen(submission->path) + 1) != 1 ||
        (is_proposal && EVP_DigestUpdate(context, "propose", sizeof "propose") != 1) ||
        EVP_DigestUpdate(context, content, size) != 1 ||
        EVP_DigestFinal_ex(context, digest, &digest_size) != 1) {
        abort();
    }
    EVP_MD_CTX_free(context);
    char *at = submission->idempotency_key;
    at += snprintf(at, IDEMPOTENCY_KEY_SIZE, "cli-");
    for (size_t i = 0; i < KEY_DIGEST_SIZE; i++) {
        at += snprintf(at, 3, "%02x", (unsigned)digest[i]);
    }
}

static bool key_choose(const struct reading *reading, const void *content, size_t size)
{
    struct submission *submission = reading->submission;
    const char *given = reading->arguments->values[OPTION_IDEMPOTENCY_KEY];
    if (!given) {
        key_derive(reading, content, size);
        return true;
    }
    for (const char *at = given; *at; at++) {
        if (*at < '!' || *at > '~') {
            return refuse_input(reading, "--idempotency-key: only visible ASCII characters");
        }
    }
    if (strlen(given) >= IDEMPOTENCY_KEY_SIZE) {
        return refuse_input(reading, "--idempotency-key: at most 255 characters");
    }
    memcpy(submission->idempotency_key, given, strlen(given) + 1);
    return true;
}

static bool key_choose_for(const struct reading *reading, const json_t *document)
{
    char *canonical = json_dumps(document, CANONICAL);
    if (!canonical) {
        abort();
    }
    bool is_chosen = key_choose(reading, canonical, strlen(canonical));
    free(canonical);
    return is_chosen;
}

/* --- one command --- */

static bool command_name_take(const struct reading *reading, const char *name)
{
    struct submission *submission = reading->submission;
    size_t size = strlen(name);
    if (size == 0 || size >= COMMAND_NAME_SIZE ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") != size) {
        return refuse_input(reading, "\"%s\" is not the name of a command", name);
    }
    memcpy(submission->command, name, size + 1);
    snprintf(submission->path, sizeof submission->path, "/v1/%s", name);
    for (char *at = submission->path; *at; at++) {
        *at = (char)(*at == '.' ? '/' : *at);
    }
    return true;
}

static const struct command_type *command_type_known(const struct reading *reading,
                                                     const char *name)
{
    const struct command_type *type = command_type_find(name);
    if (!type) {
        (void)refuse_input(reading, "there is no command %s; see `kouan commands`", name);
    }
    return type;
}

/* A writer on fresh memory: the deterministic CBOR of a JSON body of this command. */
static bool command_cbor(const struct reading *reading,
                         const struct command_type *type,
                         const json_t *body,
                         struct arena *arena,
                         struct writer *writer)
{
    struct record_fault fault;
    char *text = json_dumps(body, JSON_COMPACT);
    void *data = arena_take(arena, type->command->size);
    if (!text || !data) {
        abort();
    }
    struct bytes input = {(const uint8_t *)text, strlen(text)};
    bool is_read = record_read(type->command, MEDIA_JSON, input, arena, data, &fault);
    free(text);
    if (!is_read) {
        snprintf(reading->message,
                 reading->message_size,
                 "%s: %s (%s) %s",
                 type->name,
                 fault.pointer,
                 fault.code,
                 fault.detail);
        return false;
    }
    record_write(type->command, MEDIA_CBOR, RECORD_CLEAR, data, writer);
    return !writer->has_failed || refuse_input(reading, "%s: too large", type->name);
}

struct cbor_room {
    struct arena arena;
    struct writer writer;
};

static struct cbor_room cbor_room_create(void)
{
    struct cbor_room room;
    void *block = malloc(ARENA_SIZE);
    if (!block) {
        abort();
    }
    arena_create(&room.arena, ARENA_SIZE);
    room.writer = writer_over(block, ARENA_SIZE);
    return room;
}

/* The bytes written become the submission's, unless `is_good` is false. */
static bool cbor_room_finish(const struct reading *reading, struct cbor_room *room, bool is_good)
{
    arena_destroy(&room->arena);
    if (!is_good) {
        free(room->writer.data);
        return false;
    }
    reading->submission->content = room->writer.data;
    reading->submission->content_size = room->writer.size;
    reading->submission->media = "application/cbor";
    return true;
}

static bool json_encode(const struct reading *reading)
{
    struct submission *submission = reading->submission;
    char *text = json_dumps(submission->document, JSON_COMPACT);
    if (!text) {
        abort();
    }
    submission->content = (uint8_t *)text;
    submission->content_size = strlen(text);
    submission->media = "application/json";
    return true;
}

static bool command_encode(const struct reading *reading)
{
    struct submission *submission = reading->submission;
    if (!reading->arguments->values[OPTION_CBOR]) {
        return json_encode(reading);
    }
    const struct command_type *type = command_type_known(reading, submission->command);
    if (!type) {
        return false;
    }
    struct cbor_room room = cbor_room_create();
    bool is_good = command_cbor(reading, type, submission->document, &room.arena, &room.writer);
    return cbor_room_finish(reading, &room, is_good);
}

/* `body` is taken over. */
static bool command_submit(const struct reading *reading, const char *name, json_t *body)
{
    reading->submission->kind = SUBMISSION_COMMAND;
    reading->submission->document = body;
    return command_name_take(reading, name) && key_choose_for(reading, body) &&
           command_encode(reading);
}

/* --- a batch: [{"command": name, "idempotency_key"?: key, "body"?: {…} or the fields}, …] --- */

/* The fields of a command object: its "body", or all but what names it. New reference. */
static json_t *command_object_body(const json_t *object)
{
    json_t *body = json_object_get(object, "body");
    if (json_is_object(body)) {
        return json_incref(body);
    }
    body = json_copy((json_t *)(uintptr_t)object);
    json_object_del(body, "command");
    json_object_del(body, "idempotency_key");
    return body;
}

/* The item as the wire wants it; keys are numbered from the batch's own. NULL when it has no name.
 */
static json_t *batch_item(const json_t *object, const char *batch_key, size_t index)
{
    const char *name = json_string_value(json_object_get(object, "command"));
    const char *key = json_string_value(json_object_get(object, "idempotency_key"));
    char numbered[IDEMPOTENCY_KEY_SIZE + 24];
    if (!name) {
        return NULL;
    }
    snprintf(numbered, sizeof numbered, "%s-%zu", batch_key, index);
    return json_pack("{s:s,s:s,s:o}",
                     "command",
                     name,
                     "idempotency_key",
                     key ? key : numbered,
                     "body",
                     command_object_body(object));
}

static bool
batch_item_cbor(const struct reading *reading, const json_t *item, struct cbor_room *room)
{
    const char *name = json_string_value(json_object_get(item, "command"));
    const char *key = json_string_value(json_object_get(item, "idempotency_key"));
    const struct command_type *type = command_type_known(reading, name);
    if (!type) {
        return false;
    }
    struct writer *writer = &room->writer;
    arena_reset(&room->arena);
    cbor_write_map(writer, 3);
    cbor_write_text(writer, "body", 4);
    if (!command_cbor(reading, type, json_object_get(item, "body"), &room->arena, writer)) {
        return false;
    }
    cbor_write_text(writer, "command", 7);
    cbor_write_text(writer, name, strlen(name));
    cbor_write_text(writer, "idempotency_key", 15);
    cbor_write_text(writer, key, strlen(key));
    return true;
}

static bool batch_encode(const struct reading *reading)
{
    if (!reading->arguments->values[OPTION_CBOR]) {
        return json_encode(reading);
    }
    const json_t *document = reading->submission->document;
    const char *mode = json_string_value(json_object_get(document, "mode"));
    const json_t *items = json_object_get(document, "commands");
    struct cbor_room room = cbor_room_create();
    bool is_good = true;
    size_t index = 0;
    json_t *item = NULL;
    cbor_write_map(&room.writer, 2);
    cbor_write_text(&room.writer, "mode", 4);
    cbor_write_text(&room.writer, mode, strlen(mode));
    cbor_write_text(&room.writer, "commands", 8);
    cbor_write_array(&room.writer, json_array_size(items));
    json_array_foreach(items, index, item)
    {
        is_good = is_good && batch_item_cbor(reading, item, &room);
    }
    is_good =
        is_good && (!room.writer.has_failed || refuse_input(reading, "the batch is too large"));
    return cbor_room_finish(reading, &room, is_good);
}

static bool batch_submit(const struct reading *reading, const json_t *array)
{
    struct submission *submission = reading->submission;
    bool is_independent = reading->arguments->values[OPTION_INDEPENDENT];
    json_t *items = json_array();
    size_t index = 0;
    json_t *object = NULL;
    submission->kind = SUBMISSION_BATCH;
    submission->document = json_pack(
        "{s:s,s:o}", "mode", is_independent ? "independent" : "atomic", "commands", items);
    snprintf(submission->path, sizeof submission->path, "/v1/batch");
    if (!key_choose_for(reading, array)) {
        return false;
    }
    json_array_foreach(array, index, object)
    {
        json_t *item = batch_item(object, submission->idempotency_key, index);
        if (!item || json_array_append_new(items, item) != 0) {
            return refuse_input(reading, "item %zu of the array has no \"command\"", index);
        }
    }
    return batch_encode(reading);
}

/* --- what the file holds --- */

static bool json_submit(const struct reading *reading, const char *content, size_t size)
{
    json_error_t error;
    const char *name = reading->arguments->values[OPTION_COMMAND];
    json_t *document = json_loadb(content, size, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        return refuse_input(reading, "not JSON: line %d: %s", error.line, error.text);
    }
    bool is_good = false;
    const char *inner = json_string_value(json_object_get(document, "command"));
    if (json_is_array(document) && !name) {
        is_good = batch_submit(reading, document);
    } else if (json_is_object(document) && name) {
        is_good = command_submit(reading, name, json_incref(document));
    } else if (inner) {
        is_good = command_submit(reading, inner, command_object_body(document));
    } else {
        (void)refuse_input(reading, "say which command: --command, or \"command\" in the file");
    }
    json_decref(document);
    return is_good;
}

static bool file_submit(const struct reading *reading)
{
    struct submission *submission = reading->submission;
    char *content = NULL;
    size_t size = 0;
    if (!file_read(reading->arguments->positionals[0],
                   &content,
                   &size,
                   reading->message,
                   reading->message_size)) {
        return false;
    }
    size_t mark = size >= 3 && memcmp(content, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (content[mark + strspn(content + mark, " \t\r\n")] != '<') {
        bool is_good = json_submit(reading, content + mark, size - mark);
        free(content);
        return is_good;
    }
    submission->kind = SUBMISSION_MESSAGE;
    submission->content = (uint8_t *)content;
    submission->content_size = size;
    submission->media = "application/xml";
    snprintf(submission->path, sizeof submission->path, "/v1/customs/messages");
    return key_choose(reading, content, size);
}

static bool fields_submit(const struct reading *reading)
{
    const struct arguments *arguments = reading->arguments;
    const char *name = arguments->values[OPTION_COMMAND];
    const struct command_type *type = command_type_known(reading, name);
    if (!type) {
        return false;
    }
    json_t *body = fields_object(type->command,
                                 arguments->fields,
                                 arguments->field_count,
                                 reading->message,
                                 reading->message_size);
    return body && command_submit(reading, name, body);
}

static void path_add_query(const struct arguments *arguments, struct submission *submission)
{
    static const struct {
        enum option option;
        const char *query;
    } rows[] = {
        {OPTION_DRY_RUN, "dry_run=true"},
        {OPTION_PROPOSE, "propose=true"},
    };
    char separator = '?';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (arguments->values[rows[i].option]) {
            size_t size = strlen(submission->path);
            snprintf(
                submission->path + size, SUBMIT_PATH_SIZE - size, "%c%s", separator, rows[i].query);
            separator = '&';
        }
    }
}

bool submission_read(const struct arguments *arguments,
                     struct submission *submission_out,
                     char *message_out,
                     size_t message_size)
{
    struct reading reading = {arguments, submission_out, message_out, message_size};
    memset(submission_out, 0, sizeof *submission_out);
    bool has_file = arguments->positional_count > 0;
    if (has_file && arguments->field_count > 0) {
        return refuse_input(&reading, "fields come from a file or from options, not both");
    }
    if (!has_file && !arguments->values[OPTION_COMMAND]) {
        return refuse_input(&reading, "give a FILE, - for standard input, or --command");
    }
    bool is_good = has_file ? file_submit(&reading) : fields_submit(&reading);
    if (is_good) {
        path_add_query(arguments, submission_out);
    }
    if (!is_good) {
        submission_close(submission_out);
    }
    return is_good;
}

void submission_close(struct submission *submission)
{
    json_decref(submission->document);
    free(submission->content);
    submission->document = NULL;
    submission->content = NULL;
}
