#include "ledger/base/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/utf8.h"

enum {
    LOG_LINE_SIZE_MAX = 4096
};

static _Atomic enum log_level level_min = LOG_INFO;
static const char *const level_names[] = {"debug", "info", "warning", "error"};

void log_set_level(enum log_level level)
{
    atomic_store(&level_min, level);
}

/* Text that is not UTF-8 would make the line not JSON: such bytes become U+FFFD. */
static void write_json_text(struct writer *line, const char *text)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t left = strlen(text);
    write_u8(line, '"');
    while (left > 0) {
        uint32_t code_point = 0;
        size_t size = utf8_decode(at, left, &code_point);
        if (size == 0) {
            write_text(line, "\\ufffd");
            size = 1;
        } else if (code_point == '"' || code_point == '\\') {
            write_u8(line, '\\');
            write_u8(line, *at);
        } else if (code_point < 0x20 || code_point == 0x7f) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", *at);
            write_text(line, escape);
        } else {
            write_bytes(line, at, size);
        }
        at += size;
        left -= size;
    }
    write_u8(line, '"');
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    if (level < atomic_load(&level_min)) {
        return;
    }
    char buffer[LOG_LINE_SIZE_MAX];
    char at[INSTANT_TEXT_SIZE];
    struct writer line = writer_over(buffer, sizeof buffer - 2);
    instant_format(clock_now(), at);
    write_text(&line, "{\"at\":\"");
    write_text(&line, at);
    write_text(&line, "\",\"level\":\"");
    write_text(&line, level_names[level]);
    write_text(&line, "\",\"event\":");
    write_json_text(&line, event);
    assert(!line.has_failed); /* an event is a short constant of ours */
    for (const struct log_field *field = fields; field->name != NULL; field++) {
        size_t start = line.size;
        write_u8(&line, ',');
        write_json_text(&line, field->name);
        write_u8(&line, ':');
        if (field->text != NULL) {
            write_json_text(&line, field->text);
        } else {
            char number[24];
            snprintf(number, sizeof number, "%" PRId64, field->number);
            write_text(&line, number);
        }
        if (line.has_failed) { /* a field too long for the line is left out, the line stays JSON */
            line.size = start;
            line.has_failed = false;
        }
    }
    buffer[line.size++] = '}';
    buffer[line.size++] = '\n';
    ssize_t written = write(STDERR_FILENO, buffer, line.size);
    (void)written; /* a log that cannot be written must not stop the money */
}
