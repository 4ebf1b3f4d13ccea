#pragma once
/*
 * Structured log: one JSON object a line on standard error. Values are text or numbers the caller
 * has already masked: no secret, ID number or card number is ever passed in.
 */
#include <stdint.h>

enum log_level {
    LOG_DEBUG,
    LOG_INFO,
    LOG_WARNING,
    LOG_ERROR,
};

struct log_field {
    const char *name;
    const char *text; /* NULL: `number` is the value */
    int64_t number;
};

#define LOG_TEXT(name_, text_)     ((struct log_field){.name = (name_), .text = (text_)})
#define LOG_NUMBER(name_, number_) ((struct log_field){.name = (name_), .number = (number_)})
#define LOG_END                    ((struct log_field){.name = 0})

void log_set_level(enum log_level level);
/* `fields` ends with LOG_END. One write(2) a line, so lines of threads never mix. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

#define LOG(level, event, ...)                                                                     \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__, LOG_END})
