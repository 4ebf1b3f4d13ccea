/*
 * `kouan statistics`: what the supervisors want counted (统计监测), from committed rows: released
 * declarations by trade mode, HS chapter, customs district and day of release. What came back is
 * taken off the day on which it had been released, not the day of its return.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "tools/kouan/database.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    STATEMENT_SIZE = 4096,
    TEXT_SIZE = 64,
};

static const struct dimension {
    const char *name;
    const char *expression;
} dimensions[] = {
    {"mode",     "d.trade_mode"       },
    {"chapter",  "left(l.gcode, 2)"   },
    {"district", "d.customs_code"     },
    {"day",      "d.released_on::text"},
};

enum {
    DIMENSION_COUNT = sizeof dimensions / sizeof dimensions[0]
};

struct statistics {
    const struct dimension *by[DIMENSION_COUNT];
    size_t by_count;
    json_t *rows; /* NULL: CSV, written as it comes */
};

/* Lines are kept as JSON, prices and quantities in them as decimal texts. */
static const char measures[] =
    " count(DISTINCT d.key)::text,"
    " (count(DISTINCT d.key) FILTER (WHERE l.qty > coalesce(b.qty, 0)))::text,"
    " round(sum(l.total_price), 2)::text,"
    " round(sum(l.total_price * coalesce(b.qty, 0) / l.qty), 2)::text,"
    " (round(sum(l.total_price), 2) - round(sum(l.total_price * coalesce(b.qty, 0) / l.qty), 2))"
    "::text"
    " FROM business.declaration d CROSS JOIN LATERAL json_to_recordset(d.lines)"
    " AS l(gnum bigint, gcode text, qty numeric, total_price numeric)"
    " LEFT JOIN (SELECT r.declaration, line.gnum, sum(line.qty) AS qty"
    "   FROM business.goods_return r CROSS JOIN LATERAL json_to_recordset(r.lines)"
    "   AS line(gnum bigint, qty numeric)"
    "   WHERE r.state = 'accepted' AND NOT EXISTS (SELECT FROM business.goods_return n"
    "     WHERE n.key = r.key AND n.version > r.version)"
    "   GROUP BY r.declaration, line.gnum) b ON b.declaration = d.key AND b.gnum = l.gnum"
    " WHERE d.released_on BETWEEN $1::date AND $2::date AND l.qty > 0"
    " AND NOT EXISTS (SELECT FROM business.declaration n"
    "   WHERE n.key = d.key AND n.version > d.version)";

static const char *const measure_names[] = {
    "released_count", "net_count", "released_value", "returned_value", "net_value"};

enum {
    MEASURE_COUNT = sizeof measure_names / sizeof measure_names[0]
};

static const struct dimension *dimension_find(const char *name, size_t size)
{
    for (size_t i = 0; i < DIMENSION_COUNT; i++) {
        if (strlen(dimensions[i].name) == size && memcmp(dimensions[i].name, name, size) == 0) {
            return &dimensions[i];
        }
    }
    return NULL;
}

/* "mode,chapter": each at most once. */
static bool by_read(const char *list, struct statistics *statistics)
{
    while (*list != '\0') {
        size_t size = strcspn(list, ",");
        const struct dimension *dimension = dimension_find(list, size);
        for (size_t i = 0; i < statistics->by_count; i++) {
            dimension = statistics->by[i] == dimension ? NULL : dimension;
        }
        if (dimension == NULL) {
            message("--by wants some of mode, chapter, district, day: mode,day");
            return false;
        }
        statistics->by[statistics->by_count++] = dimension;
        list += size + (list[size] == ',' ? 1 : 0);
    }
    return statistics->by_count > 0;
}

static void statement_write(const struct statistics *statistics, char text_out[STATEMENT_SIZE])
{
    struct writer text = writer_over(text_out, STATEMENT_SIZE - 1);
    const char *const clauses[] = {" GROUP BY ", " ORDER BY "};
    write_text(&text, "SELECT ");
    for (size_t i = 0; i < statistics->by_count; i++) {
        write_text(&text, "coalesce(");
        write_text(&text, statistics->by[i]->expression);
        write_text(&text, ", ''), ");
    }
    write_text(&text, measures);
    for (size_t c = 0; c < sizeof clauses / sizeof clauses[0]; c++) {
        for (size_t i = 0; i < statistics->by_count; i++) {
            char place[24];
            snprintf(place, sizeof place, "%zu", i + 1);
            write_text(&text, i == 0 ? clauses[c] : ", ");
            write_text(&text, place);
        }
    }
    text_out[text.size] = '\0';
}

static void row_add(void *context, const struct row_view *row)
{
    struct statistics *statistics = context;
    size_t count = statistics->by_count + MEASURE_COUNT;
    json_t *object = statistics->rows == NULL ? NULL : json_object();
    for (size_t i = 0; i < count; i++) {
        char text[TEXT_SIZE];
        bool is_measure = i >= statistics->by_count;
        const char *name =
            is_measure ? measure_names[i - statistics->by_count] : statistics->by[i]->name;
        database_text(row, i, text, sizeof text);
        if (object == NULL) {
            printf("%s%s", i == 0 ? "" : ",", text);
        } else {
            json_object_set_new(object, name, json_string(text));
        }
    }
    if (object == NULL) {
        putchar('\n');
    } else {
        json_array_append_new(statistics->rows, object);
    }
}

static void header_write(const struct statistics *statistics)
{
    for (size_t i = 0; i < statistics->by_count; i++) {
        printf("%s,", statistics->by[i]->name);
    }
    for (size_t i = 0; i < MEASURE_COUNT; i++) {
        printf("%s%s", measure_names[i], i + 1 < MEASURE_COUNT ? "," : "\n");
    }
}

static bool days_are_right(const struct arguments *arguments)
{
    date_days days[2];
    for (size_t i = 0; i < 2; i++) {
        const char *text = arguments->positionals[i];
        if (!date_parse(text, strlen(text), &days[i])) {
            message("%s is no day: 2026-11-01", text);
            return false;
        }
    }
    if (days[0] > days[1]) {
        message("the first day is after the last");
        return false;
    }
    return true;
}

static enum exit_code statistics_print(struct statistics *statistics,
                                       const struct arguments *arguments)
{
    char statement[STATEMENT_SIZE];
    struct journal_reader *reader = database_open(arguments);
    if (!reader) {
        return EXIT_USAGE;
    }
    statement_write(statistics, statement);
    if (statistics->rows == NULL) {
        header_write(statistics);
    }
    enum status status =
        journal_read(reader, statement, arguments->positionals, 2, row_add, statistics);
    if (status == STATUS_OK && statistics->rows != NULL) {
        output_json(statistics->rows);
    }
    journal_reader_destroy(reader);
    return database_failed(status);
}

enum exit_code verb_statistics(const struct arguments *arguments)
{
    struct statistics statistics = {.by_count = 0};
    const char *by = arguments->values[OPTION_BY];
    if (!days_are_right(arguments) ||
        !by_read(by == NULL ? "mode,chapter,district,day" : by, &statistics)) {
        return EXIT_USAGE;
    }
    statistics.rows = arguments->values[OPTION_JSON] ? json_array() : NULL;
    enum exit_code code = statistics_print(&statistics, arguments);
    json_decref(statistics.rows);
    return code;
}
