#pragma once
/*
 * A flat YAML file of keys, as a table says: each key has a default and a meaning, and lands in a
 * member of the caller's struct. A file that does not fit is refused with one line.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ledger/base/status.h"

struct cyaml_schema_field;

enum {
    SETTINGS_COUNT_MAX = 64, /* keys and lists of one file */
};

/* The member is char[] for the first three and int64_t for the others. */
enum settings_type {
    SETTINGS_TEXT,   /* `min` to `max` characters; max 0: what the member holds */
    SETTINGS_FILE,   /* a text: the path of a file that can be read */
    SETTINGS_DIGITS, /* `min` to `max` digits */
    SETTINGS_NUMBER, /* decimal, `min` to `max` */
    SETTINGS_WORD,   /* one of `words`, separated by blanks; the value is its place */
};

struct settings_key {
    const char *name;
    enum settings_type type;
    size_t offset;
    size_t size;
    const char *standard; /* the default; NULL: the key is required */
    int64_t min;
    int64_t max;
    const char *words;
    const char *meaning;
};

/* Offset and size of a member, for the table. */
#define SETTINGS_AT(type, member) offsetof(type, member), sizeof(((type *)NULL)->member)

/* One line of what is wrong. */
struct settings_problem {
    char *text;
    size_t size;
    const char *file; /* stands before what is wrong, if not NULL */
};

/*
 * Keys that are lists or records. `fields` end with CYAML_FIELD_END and describe a struct of
 * `size` bytes; libcyaml fills it, `apply` takes from it what it needs and may complain.
 */
struct settings_lists {
    const struct cyaml_schema_field *fields;
    size_t size;
    bool (*apply)(const void *loaded, void *target, struct settings_problem *problem);
};

struct settings {
    const struct settings_key *keys;
    size_t count;
    const struct settings_lists *lists; /* NULL: none */
};

/*
 * Sets every key's member of *target, and takes the lists. False: `problem` says what, and where;
 * it is told the file, for what the caller finds later. `file` NULL: the defaults alone.
 */
MUST_CHECK bool settings_load(const struct settings *settings,
                              const char *file,
                              void *target,
                              struct settings_problem *problem);

/* NULL: there is no such key. */
const struct settings_key *settings_find(const struct settings *settings, const char *name);
/* One key, as if its file said `text`. */
MUST_CHECK bool settings_set(const struct settings_key *key,
                             const char *text,
                             void *target,
                             struct settings_problem *problem);

/* Always false, for `return settings_complain(...)`. */
__attribute__((format(printf, 2, 3))) bool
settings_complain(struct settings_problem *problem, const char *format, ...);

/* Every key with its default and meaning, as a YAML file of comments and values. */
void settings_print(const struct settings *settings, FILE *file);
