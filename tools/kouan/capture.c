#include "tools/kouan/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/capture_dump.h"
#include "tools/kouan/file.h"

void capture_end_piece(struct capture *capture)
{
    size_t start = capture->piece_count > 0 ? capture->piece_ends[capture->piece_count - 1] : 0;
    if (capture->size == start) {
        return;
    }
    if (capture->piece_count == capture->piece_capacity) {
        capture->piece_capacity = capture->piece_capacity ? 2 * capture->piece_capacity : 64;
        size_t *grown = realloc(capture->piece_ends, capture->piece_capacity * sizeof *grown);
        if (!grown) {
            abort();
        }
        capture->piece_ends = grown;
    }
    capture->piece_ends[capture->piece_count++] = capture->size;
}

static bool is_text(const char *content, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool is_blank = content[i] == '\t' || content[i] == '\n' || content[i] == '\r';
        if (!is_blank && (content[i] < 0x20 || content[i] > 0x7E)) {
            return false;
        }
    }
    return true;
}

static bool is_separator(char character)
{
    return character != '\0' && strchr(" \t\r\n,:;", character) != NULL;
}

/* "0x" before a byte. */
static bool is_mark(const struct capture_line *line, size_t at, bool has_half)
{
    return !has_half && at + 1 < line->size && line->text[at] == '0' &&
           (line->text[at + 1] == 'x' || line->text[at + 1] == 'X');
}

/* Where the line is no hexadecimal; its size when it is. */
static size_t line_read(const struct capture_line *line, struct capture *capture, int *half)
{
    for (size_t at = 0; at < line->size; at++) {
        int digit = capture_digit(line->text[at]);
        if (is_mark(line, at, *half >= 0)) {
            at++;
        } else if (digit < 0) {
            if (!is_separator(line->text[at])) {
                return at;
            }
        } else if (*half < 0) {
            *half = digit;
        } else {
            capture->bytes[capture->size++] = (uint8_t)(*half << 4 | digit);
            *half = -1;
        }
    }
    return line->size;
}

/* A byte may be cut by a line's end; then the line ends no piece. */
static bool digits_read(const char *text,
                        size_t size,
                        struct capture *capture,
                        char reason_out[CAPTURE_REASON_SIZE])
{
    struct capture_line line = {0};
    const char *at = text;
    int half = -1;
    while (capture_line_next(&at, text + size, &line)) {
        size_t stop = line_read(&line, capture, &half);
        if (stop != line.size) {
            snprintf(reason_out,
                     CAPTURE_REASON_SIZE,
                     "line %zu, column %zu: not hexadecimal",
                     line.number,
                     stop + 1);
            return false;
        }
        if (half < 0) {
            capture_end_piece(capture);
        }
    }
    if (half >= 0) {
        snprintf(
            reason_out,
            CAPTURE_REASON_SIZE,
            "an odd number of hexadecimal digits (--binary if these are the bytes themselves)");
        return false;
    }
    return true;
}

static void binary_take(const char *content, size_t size, struct capture *capture)
{
    memcpy(capture->bytes, content, size);
    capture->size = size;
    capture->form = CAPTURE_BINARY;
    capture_end_piece(capture);
}

static bool is_digits(const char *content, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool is_letter_x = content[i] == 'x' || content[i] == 'X';
        if (capture_digit(content[i]) < 0 && !is_separator(content[i]) && !is_letter_x) {
            return false;
        }
    }
    return true;
}

static bool content_take(const char *content,
                         size_t size,
                         enum capture_form form,
                         struct capture *capture,
                         char reason_out[CAPTURE_REASON_SIZE])
{
    bool may_be_hex = form != CAPTURE_BINARY && is_text(content, size);
    enum dump_style style = may_be_hex ? dump_style_of(content, size) : DUMP_NONE;
    capture->form = CAPTURE_HEX;
    if (style != DUMP_NONE) {
        return dump_read(style, content, size, capture, reason_out);
    }
    if (form == CAPTURE_HEX || (may_be_hex && is_digits(content, size))) {
        return digits_read(content, size, capture, reason_out);
    }
    binary_take(content, size, capture);
    return true;
}

bool capture_take(const char *content,
                  size_t size,
                  enum capture_form form,
                  struct capture *capture_out,
                  char reason_out[CAPTURE_REASON_SIZE])
{
    *capture_out = (struct capture){.bytes = malloc(size + 1)};
    if (!capture_out->bytes) {
        abort();
    }
    snprintf(reason_out, CAPTURE_REASON_SIZE, "larger than %d MiB", CAPTURE_SIZE_MAX >> 20);
    bool is_read =
        size <= CAPTURE_SIZE_MAX && content_take(content, size, form, capture_out, reason_out);
    if (is_read && capture_out->size == 0) {
        snprintf(reason_out, CAPTURE_REASON_SIZE, "nothing to read");
        is_read = false;
    }
    if (!is_read) {
        capture_free(capture_out);
    }
    return is_read;
}

bool capture_read(const char *path,
                  enum capture_form form,
                  struct capture *capture_out,
                  char reason_out[CAPTURE_REASON_SIZE])
{
    char reason[CAPTURE_REASON_SIZE];
    char *content = NULL;
    size_t size = 0;
    if (!file_read(path, &content, &size, reason_out, CAPTURE_REASON_SIZE)) {
        return false;
    }
    bool is_read = capture_take(content, size, form, capture_out, reason);
    free(content);
    if (!is_read) {
        snprintf(reason_out, CAPTURE_REASON_SIZE, "%s: %.400s", path, reason);
    }
    return is_read;
}

void capture_free(struct capture *capture)
{
    free(capture->bytes);
    free(capture->piece_ends);
    *capture = (struct capture){0};
}
