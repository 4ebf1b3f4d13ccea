#include "ledger/journal/sql.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void sql_grow(struct sql *sql, size_t more)
{
    if (sql->size + more < sql->capacity) {
        return;
    }
    size_t capacity = 2 * (sql->size + more) + 256;
    char *text = realloc(sql->text, capacity);
    assert(text != NULL);
    sql->text = text;
    sql->capacity = capacity;
}

void sql_add(struct sql *sql, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is just above */
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(size >= 0);
    sql_grow(sql, (size_t)size + 1);
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is just above */
    vsnprintf(sql->text + sql->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    sql->size += (size_t)size;
}

void sql_clear(struct sql *sql)
{
    sql->size = 0;
    sql_add(sql, "%s", "");
}

void sql_destroy(struct sql *sql)
{
    free(sql->text);
    *sql = (struct sql){0};
}
