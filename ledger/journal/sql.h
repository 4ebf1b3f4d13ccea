#pragma once
/* SQL text that grows as it is put together, from constants and names of ours only. */
#include <stddef.h>

struct sql {
    char *text; /* NUL-terminated once something was added */
    size_t size;
    size_t capacity;
};

void sql_add(struct sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sql_clear(struct sql *sql);
void sql_destroy(struct sql *sql);
