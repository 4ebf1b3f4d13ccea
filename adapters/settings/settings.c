#include "adapters/settings/settings.h"

#include <assert.h>
#include <cyaml/cyaml.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUE_SIZE_MAX = 64,  /* of a number that is told */
    TEXT_SIZE_MAX = 4096, /* of any value */
    SAID_SIZE_MAX = 512,  /* of what libcyaml says */
};

/* The first line of `said`. */
static void problem_write(struct settings_problem *problem, const char *said)
{
    (void)snprintf(problem->text,
                   problem->size,
                   "%s%s%.*s",
                   problem->file == NULL ? "" : problem->file,
                   problem->file == NULL ? "" : ": ",
                   (int)strcspn(said, "\r\n"),
                   said);
}

bool settings_complain(struct settings_problem *problem, const char *format, ...)
{
    char said[SAID_SIZE_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    problem_write(problem, said);
    return false;
}

/* libcyaml says what, then where it was, from the inside to the outside. Where a mapping as a whole
 * is blamed, it tells the place of what stood before: none is better. */
__attribute__((format(printf, 3, 0))) static void
keep_first_error(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    struct settings_problem *problem = context;
    char *text = problem->text;
    if (level != CYAML_LOG_ERROR) {
        return;
    }
    char said[SAID_SIZE_MAX];
    (void)vsnprintf(said, sizeof said, format, arguments);
    if (text[0] == '\0') {
        problem_write(problem, said);
        return;
    }
    const char *where = strstr(said, " (line: ");
    bool is_exact = strncmp(said, "  in mapping (", 14) != 0;
    if (where != NULL && is_exact && strstr(text, " (line: ") == NULL) {
        size_t size = strlen(text);
        (void)snprintf(
            text + size, problem->size - size, "%.*s", (int)strcspn(where, "\r\n"), where);
    }
}

/* The place of `text` among `words`, or -1. */
static int64_t word_place(const char *words, const char *text)
{
    int64_t place = 0;
    size_t size = strlen(text);
    while (*words != '\0') {
        size_t word_size = strcspn(words, " ");
        if (word_size == size && memcmp(words, text, size) == 0) {
            return place;
        }
        words += word_size;
        words += *words == ' ' ? 1 : 0;
        place++;
    }
    return -1;
}

static bool text_set(const struct settings_key *key,
                     const char *text,
                     char *at,
                     struct settings_problem *problem)
{
    size_t size = strlen(text);
    if (size >= key->size) {
        return settings_complain(
            problem, "%s: must have at most %zu characters", key->name, key->size - 1);
    }
    if (key->max > 0 && (size < (size_t)key->min || size > (size_t)key->max)) {
        return settings_complain(problem,
                                 "%s: must have %" PRId64 " to %" PRId64 " characters",
                                 key->name,
                                 key->min,
                                 key->max);
    }
    if (key->type == SETTINGS_DIGITS && strspn(text, "0123456789") != size) {
        return settings_complain(problem, "%s: must be digits", key->name);
    }
    if (key->type == SETTINGS_FILE) {
        FILE *file = fopen(text, "rb");
        if (file == NULL) {
            return settings_complain(problem, "%s: file cannot be read", key->name);
        }
        (void)fclose(file);
    }
    memcpy(at, text, size + 1);
    return true;
}

static bool number_set(const struct settings_key *key,
                       const char *text,
                       char *at,
                       struct settings_problem *problem)
{
    char *end = NULL;
    errno = 0;
    int64_t value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < key->min || value > key->max) {
        return settings_complain(problem,
                                 "%s: must be %" PRId64 " to %" PRId64 ", not \"%.*s\"",
                                 key->name,
                                 key->min,
                                 key->max,
                                 VALUE_SIZE_MAX,
                                 text);
    }
    memcpy(at, &value, sizeof value);
    return true;
}

static bool word_set(const struct settings_key *key,
                     const char *text,
                     char *at,
                     struct settings_problem *problem)
{
    int64_t place = word_place(key->words, text);
    if (place < 0) {
        return settings_complain(problem, "%s: one of %s", key->name, key->words);
    }
    memcpy(at, &place, sizeof place);
    return true;
}

bool settings_set(const struct settings_key *key,
                  const char *text,
                  void *target,
                  struct settings_problem *problem)
{
    char *at = (char *)target + key->offset;
    if (key->standard == NULL && text[0] == '\0') {
        return settings_complain(problem, "%s: is required", key->name);
    }
    switch (key->type) {
    case SETTINGS_TEXT:
    case SETTINGS_FILE:
    case SETTINGS_DIGITS:
        return text_set(key, text, at, problem);
    case SETTINGS_NUMBER:
        assert(key->size == sizeof(int64_t));
        return number_set(key, text, at, problem);
    case SETTINGS_WORD:
        assert(key->size == sizeof(int64_t));
        return word_set(key, text, at, problem);
    }
    return false;
}

const struct settings_key *settings_find(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->keys[i].name, name) == 0) {
            return &settings->keys[i];
        }
    }
    return NULL;
}

/* What libcyaml makes of a file: the struct of the lists, then a text for each key, NULL when it
 * is not given. Returns its size. */
static size_t schema_make(const struct settings *settings,
                          cyaml_schema_field_t fields[SETTINGS_COUNT_MAX + 1])
{
    size_t count = 0;
    size_t size = 0;
    if (settings->lists != NULL) {
        size = settings->lists->size;
        assert(size % _Alignof(char *) == 0);
        while (settings->lists->fields[count].key != NULL) {
            assert(count < SETTINGS_COUNT_MAX);
            fields[count] = settings->lists->fields[count];
            count++;
        }
    }
    for (size_t i = 0; i < settings->count; i++) {
        const struct settings_key *key = &settings->keys[i];
        assert(count < SETTINGS_COUNT_MAX);
        cyaml_schema_field_t *field = &fields[count++];
        field->key = key->name;
        field->value.type = CYAML_STRING;
        field->value.flags = CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER;
        field->value.data_size = sizeof(char);
        field->value.string.max = TEXT_SIZE_MAX;
        field->data_offset = (uint32_t)size;
        size += sizeof(char *);
    }
    return size;
}

static bool loaded_apply(const struct settings *settings,
                         const char *loaded,
                         void *target,
                         struct settings_problem *problem)
{
    size_t offset = settings->lists == NULL ? 0 : settings->lists->size;
    for (size_t i = 0; i < settings->count; i++, offset += sizeof(char *)) {
        const struct settings_key *key = &settings->keys[i];
        const char *text = NULL;
        if (loaded != NULL) {
            memcpy(&text, loaded + offset, sizeof text);
        }
        text = text == NULL ? key->standard : text;
        if (!settings_set(key, text == NULL ? "" : text, target, problem)) {
            return false;
        }
    }
    return settings->lists == NULL || loaded == NULL ||
           settings->lists->apply(loaded, target, problem);
}

bool settings_load(const struct settings *settings,
                   const char *file,
                   void *target,
                   struct settings_problem *problem)
{
    problem->file = file;
    problem->text[0] = '\0';
    if (file == NULL) {
        return loaded_apply(settings, NULL, target, problem);
    }
    cyaml_schema_field_t fields[SETTINGS_COUNT_MAX + 1];
    memset(fields, 0, sizeof fields);
    const cyaml_schema_value_t top = {
        .type = CYAML_MAPPING,
        .flags = CYAML_FLAG_POINTER,
        .data_size = (uint32_t)schema_make(settings, fields),
        .mapping = {.fields = fields},
    };
    const cyaml_config_t cyaml = {
        .log_fn = keep_first_error,
        .log_ctx = problem,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
    };
    char *loaded = NULL;
    cyaml_err_t error = cyaml_load_file(file, &cyaml, &top, (cyaml_data_t **)&loaded, NULL);
    if (error != CYAML_OK) {
        if (problem->text[0] == '\0') {
            (void)settings_complain(problem, "%s", cyaml_strerror(error));
        }
        return false;
    }
    if (loaded == NULL) {
        return settings_complain(problem, "is empty");
    }
    bool is_good = loaded_apply(settings, loaded, target, problem);
    (void)cyaml_free(&cyaml, &top, loaded, 0);
    return is_good;
}

void settings_print(const struct settings *settings, FILE *file)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct settings_key *key = &settings->keys[i];
        fprintf(file, "# %s\n", key->meaning);
        switch (key->type) {
        case SETTINGS_NUMBER:
            fprintf(file, "# %" PRId64 " to %" PRId64 "\n", key->min, key->max);
            fprintf(file, "%s: %s\n\n", key->name, key->standard);
            break;
        case SETTINGS_WORD:
            fprintf(file, "# one of %s\n%s: %s\n\n", key->words, key->name, key->standard);
            break;
        case SETTINGS_TEXT:
        case SETTINGS_FILE:
        case SETTINGS_DIGITS:
            fprintf(file,
                    key->standard == NULL ? "# required\n# %s: \"%s\"\n\n" : "%s: \"%s\"\n\n",
                    key->name,
                    key->standard == NULL ? "" : key->standard);
            break;
        }
    }
}
