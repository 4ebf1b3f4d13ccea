#pragma once
/*
 * Data for people on standard output, messages on standard error. What comes from outside is
 * stripped of control characters, so that no document can steer a terminal.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One line "kouan: …" on standard error. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Indented JSON and a newline. */
void output_json(const json_t *value);
/* "name  value" lines, values aligned; nested records are indented. */
void output_record(const json_t *record, FILE *stream);
/* An array of flat objects as a table. On a terminal, columns that do not fit are left out and
 * named on standard error. */
void output_list(const json_t *list);

enum align {
    ALIGN_LEFT,
    ALIGN_RIGHT,
};

struct table_column {
    const char *title;
    enum align align;
};

struct table;

/* `columns` must outlive the table. */
struct table *table_create(const struct table_column *columns, size_t column_count);
/* One text for each column, copied. */
void table_add(struct table *table, const char *const *texts);
/* Prints and frees the table. */
void table_finish(struct table *table);
