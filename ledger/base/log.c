#include "ledger/base/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "ledger/base/bytes.h"
#include "ledger/base/date.h"

enum {
    LOG_LINE_SIZE_MAX = 4096
};

static _Atomic enum log_level level_min = LOG_INFO;
static const char *const level_names[] = {"debug", "info", "warning", "error"};

void log_set_level(enum log_level level)
{
    atomic_store(&level_min, level);
}

static void write_json_text(struct writer *line, const char *text)
{
    write_u8(line, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            write_u8(line, '\\');
            write_u8(line, c);
        } else if (c < 0x20 || c == 0x7f) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", c);
            write_text(line, escape);
        } else {
            write_u8(line, c);
        }
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
