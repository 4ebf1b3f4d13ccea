#include "tools/kouan/output.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ledger/base/utf8.h"

enum {
    COLUMN_GAP = 2,
    CELL_SIZE_MAX = 4096,
    LIST_COLUMN_COUNT_MAX = 40,
    NEST_INDENT = 2
};

#define REAL_PRECISION JSON_REAL_PRECISION(6)

void message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("kouan: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void output_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY | REAL_PRECISION);
    putchar('\n');
}

/* The next code point; a byte that is not UTF-8 stands for itself, unprintable. */
static uint32_t rune_next(const char **text)
{
    uint32_t rune = 0;
    size_t size = utf8_decode((const uint8_t *)*text, strlen(*text), &rune);
    *text += size > 0 ? size : 1;
    return size > 0 ? rune : 0;
}

static bool is_control(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7F && rune < 0xA0) || (rune >= 0x202A && rune <= 0x202E) ||
           (rune >= 0x2066 && rune <= 0x2069);
}

/* Columns on a terminal: CJK, kana, hangul and full-width forms take two. */
static size_t rune_width(uint32_t rune)
{
    bool is_wide = (rune >= 0x1100 && rune <= 0x115F) || (rune >= 0x2E80 && rune <= 0xA4CF) ||
                   (rune >= 0xAC00 && rune <= 0xD7A3) || (rune >= 0xF900 && rune <= 0xFAFF) ||
                   (rune >= 0xFE30 && rune <= 0xFE4F) || (rune >= 0xFF00 && rune <= 0xFF60) ||
                   (rune >= 0xFFE0 && rune <= 0xFFE6) || (rune >= 0x20000 && rune <= 0x3FFFD);
    return is_wide ? 2 : 1;
}

static size_t text_width(const char *text)
{
    size_t width = 0;
    while (*text) {
        width += rune_width(rune_next(&text));
    }
    return width;
}

static void put_text(FILE *stream, const char *text)
{
    while (*text) {
        const char *start = text;
        if (is_control(rune_next(&text))) {
            putc('?', stream);
        } else {
            fwrite(start, 1, (size_t)(text - start), stream);
        }
    }
}

static void put_blanks(FILE *stream, size_t count)
{
    fprintf(stream, "%*s", (int)count, "");
}

/* --- tables --- */

struct table {
    const struct table_column *columns;
    size_t column_count;
    char **cells; /* row after row */
    size_t cell_count;
    size_t cell_capacity;
};

struct table *table_create(const struct table_column *columns, size_t column_count)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table) {
        abort();
    }
    table->columns = columns;
    table->column_count = column_count;
    return table;
}

static void cell_add(struct table *table, const char *text)
{
    if (table->cell_count == table->cell_capacity) {
        table->cell_capacity = table->cell_capacity ? table->cell_capacity * 2 : 256;
        char **grown = realloc(table->cells, table->cell_capacity * sizeof *grown);
        if (!grown) {
            abort();
        }
        table->cells = grown;
    }
    char *copy = strdup(text);
    if (!copy) {
        abort();
    }
    table->cells[table->cell_count++] = copy;
}

void table_add(struct table *table, const char *const *texts)
{
    for (size_t i = 0; i < table->column_count; i++) {
        cell_add(table, texts[i]);
    }
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t width = text_width(table->columns[column].title);
    for (size_t i = column; i < table->cell_count; i += table->column_count) {
        size_t cell = text_width(table->cells[i]);
        width = cell > width ? cell : width;
    }
    return width;
}

static void
put_cell(FILE *stream, const struct table *table, size_t column, size_t width, const char *text)
{
    size_t blanks = width - text_width(text);
    if (table->columns[column].align == ALIGN_RIGHT) {
        put_blanks(stream, blanks);
        put_text(stream, text);
    } else {
        put_text(stream, text);
        put_blanks(stream, column + 1 < table->column_count ? blanks : 0);
    }
    put_blanks(stream, column + 1 < table->column_count ? COLUMN_GAP : 0);
}

static void table_print(struct table *table, size_t indent, FILE *stream)
{
    size_t *widths = calloc(table->column_count, sizeof *widths);
    if (!widths) {
        abort();
    }
    for (size_t i = 0; i < table->column_count; i++) {
        widths[i] = column_width(table, i);
        put_blanks(stream, i == 0 ? indent : 0);
        put_cell(stream, table, i, widths[i], table->columns[i].title);
    }
    putc('\n', stream);
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t column = i % table->column_count;
        put_blanks(stream, column == 0 ? indent : 0);
        put_cell(stream, table, column, widths[column], table->cells[i]);
        if (column + 1 == table->column_count) {
            putc('\n', stream);
        }
        free(table->cells[i]);
    }
    free(widths);
    free(table->cells);
    free(table);
}

void table_finish(struct table *table)
{
    table_print(table, 0, stdout);
}

/* --- JSON for people --- */

static bool is_money(const json_t *value)
{
    return json_is_object(value) && json_object_size(value) == 2 &&
           json_is_string(json_object_get(value, "currency")) &&
           json_is_string(json_object_get(value, "value"));
}

/* "a,b" of an array of texts. */
static void names_text(const json_t *array, char text_out[CELL_SIZE_MAX])
{
    size_t size = 0;
    size_t index = 0;
    json_t *item = NULL;
    json_array_foreach(array, index, item)
    {
        const char *name = json_string_value(item);
        int added = snprintf(
            text_out + size, CELL_SIZE_MAX - size, "%s%s", index > 0 ? "," : "", name ? name : "?");
        size += (size_t)added < CELL_SIZE_MAX - size ? (size_t)added : 0;
    }
}

static void value_text(const json_t *value, char text_out[CELL_SIZE_MAX])
{
    text_out[0] = '\0';
    if (json_is_string(value)) {
        snprintf(text_out, CELL_SIZE_MAX, "%s", json_string_value(value));
    } else if (json_is_integer(value)) {
        snprintf(text_out, CELL_SIZE_MAX, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_boolean(value)) {
        snprintf(text_out, CELL_SIZE_MAX, "%s", json_is_true(value) ? "yes" : "no");
    } else if (is_money(value)) {
        snprintf(text_out,
                 CELL_SIZE_MAX,
                 "%s %s",
                 json_string_value(json_object_get(value, "value")),
                 json_string_value(json_object_get(value, "currency")));
    } else if (json_is_string(json_array_get(value, 0))) {
        names_text(value, text_out);
    } else if (value && !json_is_null(value)) {
        size_t size = json_dumpb(
            value, text_out, CELL_SIZE_MAX - 1, JSON_COMPACT | JSON_ENCODE_ANY | REAL_PRECISION);
        text_out[size < CELL_SIZE_MAX ? size : 0] = '\0';
    }
}

static bool is_nested(const json_t *value)
{
    return (json_is_object(value) && !is_money(value)) ||
           (json_is_array(value) && json_is_object(json_array_get(value, 0)));
}

static void put_record(FILE *stream, const json_t *record, size_t indent);
static void put_list(const json_t *list, size_t indent, FILE *stream);

static void put_nested(FILE *stream, const char *name, const json_t *value, size_t indent)
{
    put_blanks(stream, indent);
    put_text(stream, name);
    putc('\n', stream);
    if (json_is_object(value)) {
        put_record(stream, value, indent + NEST_INDENT);
    } else {
        put_list(value, indent + NEST_INDENT, stream);
    }
}

static void put_record(FILE *stream, const json_t *record, size_t indent)
{
    char text[CELL_SIZE_MAX];
    const char *name = NULL;
    json_t *value = NULL;
    size_t width = 0;
    json_object_foreach((json_t *)(uintptr_t)record, name, value)
    {
        width = text_width(name) > width ? text_width(name) : width;
    }
    json_object_foreach((json_t *)(uintptr_t)record, name, value)
    {
        if (is_nested(value)) {
            put_nested(stream, name, value, indent);
            continue;
        }
        value_text(value, text);
        put_blanks(stream, indent);
        put_text(stream, name);
        put_blanks(stream, width - text_width(name) + COLUMN_GAP);
        put_text(stream, text);
        putc('\n', stream);
    }
}

void output_record(const json_t *record, FILE *stream)
{
    if (json_is_object(record)) {
        put_record(stream, record, 0);
    } else {
        output_json(record);
    }
}

struct list_columns {
    struct table_column columns[LIST_COLUMN_COUNT_MAX];
    size_t widths[LIST_COLUMN_COUNT_MAX];
    size_t count;
};

static void columns_note(struct list_columns *columns, const char *name, const json_t *value)
{
    char text[CELL_SIZE_MAX];
    size_t at = 0;
    while (at < columns->count && strcmp(columns->columns[at].title, name) != 0) {
        at++;
    }
    if (at == LIST_COLUMN_COUNT_MAX) {
        return;
    }
    if (at == columns->count) {
        columns->columns[columns->count++].title = name;
        columns->widths[at] = text_width(name);
    }
    value_text(value, text);
    size_t width = text_width(text);
    columns->widths[at] = width > columns->widths[at] ? width : columns->widths[at];
    if (is_money(value) || json_is_integer(value)) {
        columns->columns[at].align = ALIGN_RIGHT;
    }
}

/* How many columns fit on the terminal; all of them elsewhere. */
static size_t columns_fitting(const struct list_columns *columns, size_t indent, FILE *stream)
{
    struct winsize window = {0};
    if (!isatty(fileno(stream)) || ioctl(fileno(stream), TIOCGWINSZ, &window) != 0 ||
        window.ws_col == 0) {
        return columns->count;
    }
    size_t used = indent;
    size_t count = 0;
    while (count < columns->count) {
        used += columns->widths[count] + (count > 0 ? COLUMN_GAP : 0);
        if (used > window.ws_col && count > 0) {
            break;
        }
        count++;
    }
    return count;
}

static void put_list(const json_t *list, size_t indent, FILE *stream)
{
    struct list_columns columns = {0};
    size_t index = 0;
    json_t *item = NULL;
    const char *name = NULL;
    json_t *value = NULL;
    json_array_foreach(list, index, item)
    {
        json_object_foreach(item, name, value)
        {
            columns_note(&columns, name, value);
        }
    }
    if (columns.count == 0) {
        return;
    }
    size_t fitting = columns_fitting(&columns, indent, stream);
    struct table *table = table_create(columns.columns, fitting);
    json_array_foreach(list, index, item)
    {
        char texts[LIST_COLUMN_COUNT_MAX][CELL_SIZE_MAX];
        const char *row[LIST_COLUMN_COUNT_MAX];
        for (size_t i = 0; i < fitting; i++) {
            value_text(json_object_get(item, columns.columns[i].title), texts[i]);
            row[i] = texts[i];
        }
        table_add(table, row);
    }
    table_print(table, indent, stream);
    for (size_t i = fitting; i < columns.count; i++) {
        message("no room for %s; --json shows it", columns.columns[i].title);
    }
}

void output_list(const json_t *list)
{
    put_list(list, 0, stdout);
}
