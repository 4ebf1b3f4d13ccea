#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/business/guarantee/amendment.h"
#include "gateway/business/guarantee/letter.h"
#include "ledger/proof/cose.h"
#include "tools/kouan/file.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    ARENA_SIZE = 1 << 16
};

/* What a guarantor signs; a content is of the first kind whose `member` it has. */
static const struct content {
    const char *name;
    const char *member;
    const struct record *record;
} contents[] = {
    {"amendment", "grn",           &amendment_content_record},
    {"letter",    "letter_number", &letter_content_record   },
};

static const struct content *content_of(const char *json, size_t size)
{
    const struct content *found = NULL;
    json_t *object = json_loadb(json, size, 0, NULL);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0] && !found; i++) {
        found = json_object_get(object, contents[i].member) ? &contents[i] : NULL;
    }
    json_decref(object);
    return found;
}

/* Re-encodes a content; false with its message written. */
static bool content_translate(const struct content *content,
                              enum media from,
                              struct bytes input,
                              enum media to,
                              struct writer *writer)
{
    struct record_fault fault;
    struct arena arena;
    arena_create(&arena, ARENA_SIZE);
    void *data = arena_take(&arena, content->record->size);
    bool is_read = data && record_read(content->record, from, input, &arena, data, &fault);
    if (is_read) {
        record_write(content->record, to, RECORD_CLEAR, data, writer);
    } else if (data) {
        message("%s: %s (%s) %s", content->name, fault.pointer, fault.code, fault.detail);
    }
    arena_destroy(&arena);
    return is_read && !writer->has_failed;
}

/* The deterministic CBOR of the JSON file. */
static bool payload_read(const char *path, struct writer *payload)
{
    char reason[512];
    char *json = NULL;
    size_t size = 0;
    if (!file_read(path, &json, &size, reason, sizeof reason)) {
        message("%s", reason);
        return false;
    }
    const struct content *content = content_of(json, size);
    bool is_read = false;
    if (content) {
        struct bytes input = {(const uint8_t *)json, size};
        is_read = content_translate(content, MEDIA_JSON, input, MEDIA_CBOR, payload);
    } else {
        message("%s: neither a letter (letter_number) nor an amendment (grn) in JSON", path);
    }
    free(json);
    return is_read;
}

static enum exit_code sign(const char *key_file, const char *key_id, const struct writer *payload)
{
    uint8_t room[LETTER_SIZE_MAX];
    char reason[512];
    char *key = NULL;
    size_t size = 0;
    struct writer letter = writer_over(room, sizeof room);
    if (!file_read(key_file, &key, &size, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_LOCAL;
    }
    bool is_signed = cose_sign((struct bytes){payload->data, payload->size},
                               (struct bytes){(const uint8_t *)key_id, strlen(key_id)},
                               key,
                               &letter);
    OPENSSL_cleanse(key, size);
    free(key);
    if (!is_signed || letter.has_failed) {
        message("%s: not a private key that can sign letters: P-256 or Ed25519, PEM", key_file);
        return EXIT_LOCAL;
    }
    fwrite(letter.data, 1, letter.size, stdout);
    return EXIT_DONE;
}

enum exit_code verb_letter_sign(const struct arguments *arguments)
{
    uint8_t room[LETTER_SIZE_MAX];
    struct writer payload = writer_over(room, sizeof room);
    const char *key_file = arguments->values[OPTION_KEY];
    const char *key_id = arguments->values[OPTION_KID];
    if (!key_file || !key_id) {
        message("--%s is missing", key_file ? "kid" : "key");
        return EXIT_USAGE;
    }
    if (isatty(STDOUT_FILENO)) {
        message("a letter is bytes, not text: send standard output to a file");
        return EXIT_USAGE;
    }
    if (!payload_read(arguments->positionals[0], &payload)) {
        return EXIT_USAGE;
    }
    return sign(key_file, key_id, &payload);
}

/* The payload as JSON, by whichever record reads it. */
static json_t *payload_json(struct bytes payload, const char **name_out)
{
    char json[4 * LETTER_SIZE_MAX];
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        struct writer writer = writer_over(json, sizeof json);
        struct arena scratch;
        arena_create(&scratch, ARENA_SIZE);
        bool is_read = record_translate(contents[i].record, payload, MEDIA_JSON, &scratch, &writer);
        arena_destroy(&scratch);
        if (is_read && !writer.has_failed) {
            *name_out = contents[i].name;
            return json_loadb(json, writer.size, 0, NULL);
        }
    }
    return NULL;
}

static enum exit_code letter_print(const struct arguments *arguments, struct bytes letter)
{
    struct cose_sign1 parsed;
    const char *name = NULL;
    json_t *content = cose_parse(letter, &parsed) ? payload_json(parsed.payload, &name) : NULL;
    if (!content) {
        message("%s: not a signed letter", arguments->positionals[0]);
        return EXIT_FAULT_FOUND;
    }
    json_t *shown = json_pack("{s:s,s:s,s:s#,s:o}",
                              "kind",
                              name,
                              "algorithm",
                              parsed.algorithm == -7 ? "ES256" : "EdDSA",
                              "key_id",
                              (const char *)parsed.key_id.data,
                              (int)parsed.key_id.size,
                              "content",
                              content);
    if (!shown) {
        message("%s: its key id is not text", arguments->positionals[0]);
        return EXIT_FAULT_FOUND;
    }
    if (arguments->values[OPTION_JSON]) {
        output_json(shown);
    } else {
        output_record(shown, stdout);
    }
    json_decref(shown);
    return EXIT_DONE;
}

enum exit_code verb_letter_show(const struct arguments *arguments)
{
    char reason[512];
    char *content = NULL;
    size_t size = 0;
    if (!file_read(arguments->positionals[0], &content, &size, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    enum exit_code code = letter_print(arguments, (struct bytes){(const uint8_t *)content, size});
    free(content);
    return code;
}
