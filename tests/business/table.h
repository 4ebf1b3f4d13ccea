#pragma once
/* The language of the tables: see README.md. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "tests/business/letterhead.h"
#include "tests/business/world.h"

enum {
    LINE_SIZE = 16384,
    VARIABLE_COUNT_MAX = 64,
    LETTERHEAD_COUNT_MAX = 8,
    WORD_COUNT_MAX = 5,
    DUE_COUNT_MAX = 64,
    COMMAND_SIZE_MAX = 65536,
    ARENA_SIZE = 1 << 20,
    ACCOUNT_COUNT_MAX = 1 << 12,
    COMMAND_TYPE_COUNT_MAX = 256,
    LONG_AGO = 10957, /* 2000-01-01 */
};

struct variable {
    char name[32];
    char *text;
};

struct table {
    const char *path;
    int line;
    enum world_memory memory;
    struct world *world;
    struct world_result last;
    bool is_judged; /* the last command has had its `ok` or `no` */
    struct variable variables[VARIABLE_COUNT_MAX];
    size_t variable_count;
    struct letterhead letterheads[LETTERHEAD_COUNT_MAX];
    size_t letterhead_count;
    struct arena arena;
    struct vault *vault; /* persons are found again by its key */
};

/* What all tables have seen so far. */
struct table_seen {
    bool refusals[REFUSAL_COUNT];
    bool commands[COMMAND_TYPE_COUNT_MAX];
    size_t step_count;
};
extern struct table_seen table_seen;

/* Runs one file in a new world. Says where and exits when an expectation fails. */
void table_run(const char *path, enum world_memory memory);

/* --- for the steps --- */

/* Says where in the table, and what is wrong; does not come back. */
#define TABLE_FAIL(table_, ...)                                                                    \
    (table_where(table_), (void)fprintf(stderr, __VA_ARGS__), table_stop())

void table_where(const struct table *table);
void __attribute__((noreturn)) table_stop(void);
void table_run_line(struct table *table, const char *line);
void table_run_file(struct table *table, const char *path);
void variable_set(struct table *table, const char *name, const char *text);
/* The line with variables in place of $NAME and money in place of @AMOUNT. */
void table_expand(const struct table *table, const char *line, char line_out[LINE_SIZE]);
/* Every member of the JSON text `wanted` is in `found`; takes `found`. */
void expect_subset(const struct table *table, const char *wanted, json_t *found, const char *what);
json_t *json_parse(const struct table *table, const char *text);
json_t *json_of_record(const struct table *table, const struct record *record, const void *data);
json_t *json_of_refusal(const struct refusal *refusal);

struct step {
    const char *word;
    void (*run)(struct table *table, char *line);
};
/* In a file of its own: table_answer.c. */
void table_step_answer(struct table *table, char *line);
/* In table_bill.c. */
void table_step_bill(struct table *table, char *line);
void table_step_leave(struct table *table, char *line);
extern const struct step table_steps[];
extern const size_t table_step_count;
