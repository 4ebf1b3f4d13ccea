#include "tests/business/table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/business/text.h"
#include "gateway/records/vault.h"

struct table_seen table_seen;

void table_where(const struct table *table)
{
    fprintf(stderr,
            "%s:%d (%s): ",
            table->path,
            table->line,
            table->memory == MEMORY_FORGETS ? "fetching" : "in memory");
}

void table_stop(void)
{
    fputc('\n', stderr);
    exit(1);
}

/* --- variables --- */

void variable_set(struct table *table, const char *name, const char *text)
{
    size_t at = 0;
    while (at < table->variable_count && strcmp(table->variables[at].name, name) != 0) {
        at++;
    }
    if (at == table->variable_count) {
        assert(at < VARIABLE_COUNT_MAX);
        table->variable_count++;
        TEXT_PUT(table->variables[at].name, name);
    }
    free(table->variables[at].text);
    table->variables[at].text = strdup(text);
}

static bool is_name_character(char character)
{
    return (character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9') ||
           character == '_';
}

/* @12.34 stands for twelve yuan thirty-four; returns the size of the number. */
static size_t expand_money(const char *number, struct writer *out)
{
    size_t size = strspn(number, "0123456789.");
    write_text(out, "{\"currency\":\"CNY\",\"value\":\"");
    write_bytes(out, number, size);
    write_text(out, "\"}");
    return size;
}

/* Puts variables in place of $NAME, and money in place of @AMOUNT. */
void table_expand(const struct table *table, const char *line, char line_out[LINE_SIZE])
{
    struct writer out = writer_over(line_out, LINE_SIZE - 1);
    while (*line != '\0') {
        if (*line == '@') {
            line += 1 + expand_money(line + 1, &out);
            continue;
        }
        if (*line != '$') {
            write_bytes(&out, line++, 1);
            continue;
        }
        size_t size = 1;
        while (is_name_character(line[size])) {
            size++;
        }
        const char *text = NULL;
        for (size_t i = 0; i < table->variable_count; i++) {
            const char *name = table->variables[i].name;
            if (strlen(name) == size - 1 && strncmp(name, line + 1, size - 1) == 0) {
                text = table->variables[i].text;
            }
        }
        if (text == NULL) {
            TABLE_FAIL(table, "no variable %.*s", (int)size, line);
        }
        write_text(&out, text);
        line += size;
    }
    assert(!out.has_failed);
    line_out[out.size] = '\0';
}

/* --- comparing --- */

/* Every member of `wanted` is in `found` with an equal value; null means absent. */
static bool is_subset(json_t *wanted, json_t *found, const char **member_out)
{
    const char *member;
    json_t *value;
    json_object_foreach(wanted, member, value)
    {
        json_t *other = json_object_get(found, member);
        bool is_absent = json_is_null(value) && other == NULL;
        if (!is_absent && (other == NULL || !json_equal(value, other))) {
            *member_out = member;
            return false;
        }
    }
    return true;
}

json_t *json_parse(const struct table *table, const char *text)
{
    json_error_t error;
    json_t *parsed = json_loads(text[0] == '\0' ? "{}" : text, 0, &error);
    if (parsed == NULL) {
        TABLE_FAIL(table, "JSON: %s", error.text);
    }
    return parsed;
}

void expect_subset(const struct table *table,
                   const char *wanted_text,
                   json_t *found,
                   const char *what)
{
    const char *member = "";
    json_t *wanted = json_parse(table, wanted_text);
    if (!is_subset(wanted, found, &member)) {
        char *text = json_dumps(found, JSON_COMPACT);
        TABLE_FAIL(table, "%s differs at \"%s\": %s", what, member, text);
    }
    json_decref(wanted);
    json_decref(found);
}

json_t *json_of_record(const struct table *table, const struct record *record, const void *data)
{
    static char space[COMMAND_SIZE_MAX];
    struct writer writer = writer_over(space, sizeof(space) - 1);
    record_write(record, MEDIA_JSON, RECORD_CLEAR, data, &writer);
    assert(!writer.has_failed);
    space[writer.size] = '\0';
    return json_parse(table, space);
}

static json_t *money_json(struct money money)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(money.minor, text);
    return json_string(text);
}

static json_t *fact_json(const struct fact *fact)
{
    char date[DATE_TEXT_SIZE];
    switch (fact->type) {
    case FACT_MONEY:
        return money_json(fact->money);
    case FACT_INTEGER:
        return json_integer(fact->integer);
    case FACT_TEXT:
        return json_string(fact->text);
    case FACT_DATE:
        date_format((date_days)fact->integer, date);
        return json_string(fact->integer == DATE_NONE ? "" : date);
    }
    return json_null();
}

json_t *json_of_refusal(const struct refusal *refusal)
{
    json_t *object = json_object();
    json_object_set_new(object, "pointer", json_string(refusal->pointer));
    json_object_set_new(object, "explain_grn", json_string(refusal->explain_grn));
    if (refusal->code == REFUSAL_LEDGER) {
        json_object_set_new(object, "reason", json_string(outcome_code(refusal->outcome)));
    }
    for (size_t i = 0; i < refusal->fact_count; i++) {
        json_object_set_new(object, refusal->facts[i].name, fact_json(&refusal->facts[i]));
    }
    return object;
}

/* --- the file --- */

void table_run_line(struct table *table, const char *line)
{
    static char expanded[LINE_SIZE];
    char own[LINE_SIZE];
    table_expand(table, line, expanded);
    memcpy(own, expanded, strlen(expanded) + 1);
    char *rest = own + strcspn(own, " ");
    rest += strspn(rest, " ");
    size_t size = strcspn(own, " ");
    for (size_t i = 0; i < table_step_count; i++) {
        const struct step *step = &table_steps[i];
        if (strlen(step->word) == size && strncmp(step->word, own, size) == 0) {
            step->run(table, rest);
            arena_reset(&table->arena);
            return;
        }
    }
    TABLE_FAIL(table, "what is %.*s?", (int)size, own);
}

/* A line that begins with blanks goes on from the one before. */
void table_run_file(struct table *table, const char *path)
{
    char raw[LINE_SIZE];
    char line[LINE_SIZE] = "";
    FILE *file = fopen(path, "r");
    table->path = path;
    table->line = 0;
    if (file == NULL) {
        TABLE_FAIL(table, "cannot be read");
    }
    for (int number = 1;; number++) {
        bool has_line = fgets(raw, sizeof(raw), file) != NULL;
        raw[has_line ? strcspn(raw, "\n") : 0] = '\0';
        bool goes_on = has_line && raw[0] == ' ';
        if (!goes_on && line[0] != '\0') {
            table_run_line(table, line);
            line[0] = '\0';
        }
        if (!has_line) {
            break;
        }
        bool is_comment = raw[0] == '#' || raw[0] == '\0';
        if (goes_on) {
            size_t size = strlen(line);
            snprintf(line + size, sizeof(line) - size, " %s", raw + strspn(raw, " "));
        } else if (!is_comment) {
            memcpy(line, raw, strlen(raw) + 1);
            table->line = number;
        }
    }
    fclose(file);
}

static struct vault *new_vault(void)
{
    char path[64];
    char message[256];
    snprintf(path, sizeof(path), "/tmp/kouan-table-%ld.key", (long)getpid());
    bool is_created = vault_create_file(path, message, sizeof(message));
    assert(is_created);
    struct vault *vault = vault_open(path, message, sizeof(message));
    assert(vault != NULL);
    unlink(path);
    return vault;
}

void table_run(const char *path, enum world_memory memory)
{
    static struct table table;
    table = (struct table){.memory = memory, .is_judged = true};
    table.world = world_create(memory, ACCOUNT_COUNT_MAX);
    table.vault = new_vault();
    arena_create(&table.arena, ARENA_SIZE);
    world_set_time(table.world, date_start(LONG_AGO));
    table_run_file(&table, path);
    for (size_t i = 0; i < table.variable_count; i++) {
        free(table.variables[i].text);
    }
    arena_destroy(&table.arena);
    world_destroy(table.world);
    vault_close(table.vault);
}
