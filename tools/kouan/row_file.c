#include "tools/kouan/row_file.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/csv.h"
#include "tools/kouan/fields.h"
#include "tools/kouan/file.h"

enum {
    COLUMN_COUNT_MAX = 16,
    ARENA_SIZE = 1 << 20,
    REASON_SIZE = 256,
};

struct taking {
    const struct record *record;
    const char *path;
    struct row_file *file;
    struct arena arena;
    char names[COLUMN_COUNT_MAX][CSV_CELL_SIZE];
    size_t column_count;
    const char *at;
    const char *end;
    size_t line;
    size_t row_count;
    size_t row_capacity;
    char *message;
    size_t message_size;
};

__attribute__((format(printf, 2, 3))) static bool
fail(const struct taking *taking, const char *format, ...)
{
    char reason[REASON_SIZE];
    va_list words;
    va_start(words, format);
    (void)vsnprintf(reason, sizeof reason, format, words);
    va_end(words);
    (void)snprintf(taking->message,
                   taking->message_size,
                   "%s: line %zu: %s",
                   taking->path,
                   taking->line,
                   reason);
    return false;
}

static size_t newline_count(const char *from, const char *until)
{
    size_t count = 0;
    for (; from < until; from++) {
        count += *from == '\n' ? 1 : 0;
    }
    return count;
}

static bool header_read(struct taking *taking)
{
    bool is_last = false;
    while (!is_last) {
        if (taking->column_count == COLUMN_COUNT_MAX) {
            return fail(taking, "too many columns");
        }
        if (!csv_cell_read(
                &taking->at, taking->end, taking->names[taking->column_count], &is_last)) {
            return fail(taking, "not a line of CSV");
        }
        taking->column_count++;
    }
    return true;
}

/* What the gateway would say of the body, before it is sent. */
static bool body_check(struct taking *taking, const json_t *body)
{
    struct record_fault fault;
    char *text = json_dumps(body, JSON_COMPACT);
    arena_reset(&taking->arena);
    void *data = arena_take(&taking->arena, taking->record->size);
    if (text == NULL || data == NULL) {
        abort();
    }
    struct bytes input = {(const uint8_t *)text, strlen(text)};
    bool is_good = record_read(taking->record, MEDIA_JSON, input, &taking->arena, data, &fault) ||
                   fail(taking,
                        "%s: %s (%s)",
                        fault.pointer + strspn(fault.pointer, "/"),
                        fault.detail,
                        fault.code);
    free(text);
    return is_good;
}

static void row_keep(struct taking *taking, json_t *body)
{
    if (taking->row_count == taking->row_capacity) {
        taking->row_capacity = taking->row_capacity == 0 ? 1024 : taking->row_capacity * 2;
        taking->file->lines =
            realloc(taking->file->lines, taking->row_capacity * sizeof *taking->file->lines);
        if (taking->file->lines == NULL) {
            abort();
        }
    }
    taking->file->lines[taking->row_count++] = taking->line;
    json_array_append_new(taking->file->bodies, body);
}

static bool row_read(struct taking *taking)
{
    static char cells[COLUMN_COUNT_MAX][CSV_CELL_SIZE];
    struct pair pairs[COLUMN_COUNT_MAX];
    size_t pair_count = 0;
    size_t count = 0;
    for (bool is_last = false; !is_last; count++) {
        if (count == taking->column_count) {
            return fail(taking, "more cells than columns");
        }
        if (!csv_cell_read(&taking->at, taking->end, cells[count], &is_last)) {
            return fail(taking, "not a line of CSV");
        }
        if (cells[count][0] != '\0') {
            const char *name = taking->names[count];
            pairs[pair_count++] = (struct pair){name, strlen(name), cells[count]};
        }
    }
    if (count == 1 && pair_count == 0) {
        return true;
    }
    if (count < taking->column_count) {
        return fail(taking, "fewer cells than columns");
    }
    char reason[REASON_SIZE];
    json_t *body = fields_object(taking->record, pairs, pair_count, reason, sizeof reason);
    if (body == NULL) {
        return fail(taking, "%s", reason + strspn(reason, "-"));
    }
    if (!body_check(taking, body)) {
        json_decref(body);
        return false;
    }
    row_keep(taking, body);
    return taking->row_count <= ROW_COUNT_MAX || fail(taking, "too many lines");
}

static bool rows_read(struct taking *taking)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t mark_size = sizeof mark - 1;
    bool is_marked =
        (size_t)(taking->end - taking->at) >= mark_size && memcmp(taking->at, mark, mark_size) == 0;
    taking->at += is_marked ? mark_size : 0;
    if (memchr(taking->at, '\0', (size_t)(taking->end - taking->at)) != NULL) {
        return fail(taking, "not text");
    }
    const char *begin = taking->at;
    bool is_good = header_read(taking);
    while (is_good && taking->at < taking->end) {
        taking->line += newline_count(begin, taking->at);
        begin = taking->at;
        is_good = row_read(taking);
    }
    return is_good && (taking->row_count > 0 || fail(taking, "nothing to set"));
}

static void digest_make(const char *content, size_t size, char text_out[ROW_DIGEST_TEXT_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int digest_size = 0;
    if (EVP_Digest(content, size, digest, &digest_size, EVP_sha256(), NULL) != 1) {
        abort();
    }
    for (size_t i = 0; i < (ROW_DIGEST_TEXT_SIZE - 1) / 2; i++) {
        (void)snprintf(text_out + i * 2, 3, "%02x", (unsigned)digest[i]);
    }
}

bool row_file_read(const struct record *record,
                   const char *path,
                   struct row_file *file_out,
                   char *message_out,
                   size_t message_size)
{
    static struct taking taking;
    char *content = NULL;
    size_t size = 0;
    if (!file_read(path, &content, &size, message_out, message_size)) {
        return false;
    }
    *file_out = (struct row_file){.bodies = json_array()};
    taking = (struct taking){
        .record = record,
        .path = path,
        .file = file_out,
        .at = content,
        .end = content + size,
        .line = 1,
        .message = message_out,
        .message_size = message_size,
    };
    arena_create(&taking.arena, ARENA_SIZE);
    digest_make(content, size, file_out->digest);
    bool is_good = rows_read(&taking);
    arena_destroy(&taking.arena);
    free(content);
    if (!is_good) {
        row_file_close(file_out);
    }
    return is_good;
}

void row_file_close(struct row_file *file)
{
    json_decref(file->bodies);
    free(file->lines);
    *file = (struct row_file){.bodies = NULL};
}
