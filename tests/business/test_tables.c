/*
 * Runs the tables: rules as text. `test_tables FILE…` runs each file twice, once with every
 * document in memory and once fetching all of them anew for each command, then asks that every
 * command and every refusal has been seen. The language is in tests/business/README.md.
 */
#include <assert.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/amendment.h"
#include "gateway/business/deadline.h"
#include "gateway/business/letter.h"
#include "gateway/business/party.h"
#include "gateway/business/text.h"
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
};

static bool seen_refusals[REFUSAL_COUNT];
static bool seen_commands[COMMAND_TYPE_COUNT_MAX];
static size_t seen_steps;

static void __attribute__((format(printf, 2, 3), noreturn))
table_fail(const struct table *table, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s:%d: ", table->path, table->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, " (%s)\n", table->memory == MEMORY_FORGETS ? "fetching" : "in memory");
    exit(1);
}

/* --- variables --- */

static void variable_set(struct table *table, const char *name, const char *text)
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
static void expand(struct table *table, const char *line, char line_out[LINE_SIZE])
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
            table_fail(table, "no variable %.*s", (int)size, line);
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

static json_t *parse(const struct table *table, const char *text)
{
    json_error_t error;
    json_t *parsed = json_loads(text[0] == '\0' ? "{}" : text, 0, &error);
    if (parsed == NULL) {
        table_fail(table, "JSON: %s", error.text);
    }
    return parsed;
}

static void
expect_subset(const struct table *table, const char *wanted_text, json_t *found, const char *what)
{
    const char *member = "";
    json_t *wanted = parse(table, wanted_text);
    if (!is_subset(wanted, found, &member)) {
        char *text = json_dumps(found, JSON_COMPACT);
        table_fail(table, "%s differs at \"%s\": %s", what, member, text);
    }
    json_decref(wanted);
    json_decref(found);
}

static json_t *record_json(const struct table *table, const struct record *record, const void *data)
{
    static char space[COMMAND_SIZE_MAX];
    struct writer writer = writer_over(space, sizeof(space) - 1);
    record_write(record, MEDIA_JSON, RECORD_CLEAR, data, &writer);
    assert(!writer.has_failed);
    space[writer.size] = '\0';
    return parse(table, space);
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

static json_t *refusal_json(const struct refusal *refusal)
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

/* --- steps --- */

struct words {
    char *word[WORD_COUNT_MAX];
    char *rest; /* behind the words asked for */
};

static struct words split(const struct table *table, char *line, size_t count)
{
    struct words words = {.rest = line};
    for (size_t i = 0; i < count; i++) {
        char *end = words.rest + strcspn(words.rest, " ");
        words.word[i] = words.rest;
        if (end == words.rest) {
            table_fail(table, "%zu words wanted", count);
        }
        words.rest = end + strspn(end, " ");
        *end = '\0';
    }
    return words;
}

static const struct record *find_record(const struct table *table, const char *name)
{
    static const struct record *const signed_records[] = {
        &letter_content_record,
        &amendment_content_record,
    };
    for (size_t i = 0; i < 2; i++) {
        if (strcmp(signed_records[i]->name, name) == 0) {
            return signed_records[i];
        }
    }
    table_fail(table, "no record %s", name);
}

static enum document find_document(const struct table *table, const char *name)
{
    for (int i = 0; i < DOCUMENT_COUNT; i++) {
        if (strcmp(document_types[i].record->name, name) == 0) {
            return (enum document)i;
        }
    }
    table_fail(table, "no document %s", name);
}

static const void *read_json(struct table *table, const struct record *record, const char *text)
{
    struct record_fault fault;
    size_t size = strlen(text);
    void *data = arena_take(&table->arena, record->size);
    uint8_t *exact = malloc(size);
    assert(data != NULL && exact != NULL);
    memcpy(exact, text, size);
    bool is_read =
        record_read(record, MEDIA_JSON, (struct bytes){exact, size}, &table->arena, data, &fault);
    free(exact);
    if (!is_read) {
        table_fail(table, "%s: %s at %s", fault.code, fault.detail, fault.pointer);
    }
    return data;
}

static void run(struct table *table,
                enum role role,
                const char *actor,
                const struct command_type *type,
                const void *command)
{
    if (!table->is_judged) {
        table_fail(table, "the command before has no expectation");
    }
    table->last = world_run(table->world, role, actor, type, command);
    table->is_judged = false;
    seen_steps++;
    seen_commands[type - command_types] = true;
    const char *broken = world_broken_law(table->world);
    if (broken != NULL) {
        table_fail(table, "broken law: %s", broken);
    }
}

static void step_do(struct table *table, char *line)
{
    struct words words = split(table, line, 3);
    const struct command_type *type = command_type_find(words.word[2]);
    if (type == NULL) {
        table_fail(table, "no command %s", words.word[2]);
    }
    bool is_system = strcmp(words.word[0], "system") == 0;
    const void *command =
        read_json(table, type->command, words.rest[0] == '\0' ? "{}" : words.rest);
    run(table,
        is_system ? (enum role)0 : role_find(words.word[0]),
        is_system ? NULL : words.word[1],
        type,
        command);
}

static void step_ok(struct table *table, char *line)
{
    table->is_judged = true;
    if (table->last.verdict != VERDICT_DONE) {
        char *text = json_dumps(refusal_json(&table->last.refusal), JSON_COMPACT);
        table_fail(table, "refused: %s %s", refusal_code_text(table->last.refusal.code), text);
    }
    expect_subset(table,
                  line,
                  record_json(table, table->last.type->answer, table->last.answer),
                  "the answer");
}

static void step_no(struct table *table, char *line)
{
    struct words words = split(table, line, 1);
    table->is_judged = true;
    if (table->last.verdict != VERDICT_REFUSED) {
        table_fail(table, "not refused");
    }
    const char *code = refusal_code_text(table->last.refusal.code);
    if (strcmp(code, words.word[0]) != 0) {
        table_fail(table, "refused with %s", code);
    }
    seen_refusals[table->last.refusal.code] = true;
    expect_subset(table, words.rest, refusal_json(&table->last.refusal), "the refusal");
}

static void step_at(struct table *table, char *line)
{
    date_days date;
    if (!date_parse(line, strlen(line), &date)) {
        table_fail(table, "not a date: %s", line);
    }
    world_set_time(table->world, date_start(date) + 9 * 3600 * INSTANT_US_PER_SECOND);
}

static void step_set(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    json_t *answer = record_json(table, table->last.type->answer, table->last.answer);
    const char *text = json_string_value(json_object_get(answer, words.word[1]));
    if (text == NULL) {
        table_fail(table, "no %s in the answer", words.word[1]);
    }
    variable_set(table, words.word[0], text);
    json_decref(answer);
}

/* balance PURPOSE OWNER SUBJECT AMOUNT [CURRENCY] */
static void step_balance(struct table *table, char *line)
{
    struct words words = split(table, line, 4);
    struct account_key key = {
        .purpose = chart_find(words.word[0], strlen(words.word[0])),
        .currency = words.rest[0] == '\0' ? CURRENCY_CNY : currency_parse(words.rest, 3),
    };
    const struct party *owner = world_document(table->world, DOCUMENT_PARTY, words.word[1]);
    if (owner == NULL || key.purpose == PURPOSE_NONE) {
        table_fail(table, "no such account");
    }
    key.owner = owner->number;
    TEXT_PUT(key.subject, strcmp(words.word[2], "-") == 0 ? "" : words.word[2]);
    int64_t wanted;
    int64_t found = world_balance(table->world, &key);
    if (!amount_parse(words.word[3], strlen(words.word[3]), &wanted) || wanted != found) {
        char text[MONEY_TEXT_SIZE];
        amount_format(found, text);
        table_fail(table, "balance is %s", text);
    }
}

static void step_document(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    enum document document = find_document(table, words.word[0]);
    const void *data = world_document(table->world, document, words.word[1]);
    if (strcmp(words.rest, "absent") == 0) {
        if (data != NULL) {
            table_fail(table, "the document is there");
        }
        return;
    }
    if (data == NULL) {
        table_fail(table, "no such document");
    }
    expect_subset(table,
                  words.rest,
                  record_json(table, document_types[document].record, data),
                  "the document");
}

/* event TYPE PARTY JSON: the last command told this party, once. */
static void step_event(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    const struct party *party = world_document(table->world, DOCUMENT_PARTY, words.word[1]);
    const struct event *found = NULL;
    for (size_t i = 0; i < table->last.event_count; i++) {
        const struct event *event = &table->last.events[i];
        if (strcmp(event->type, words.word[0]) == 0 && event->party == party->number) {
            if (found != NULL) {
                table_fail(table, "told twice");
            }
            found = event;
        }
    }
    bool is_none_wanted = strcmp(words.rest, "none") == 0;
    if ((found == NULL) != is_none_wanted) {
        table_fail(table, found == NULL ? "no such event" : "there is such an event");
    }
    if (found != NULL) {
        expect_subset(table, words.rest, parse(table, found->body), "the event");
    }
}

/* transfer CODE AMOUNT: one of the last command's. */
static void step_transfer(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    int64_t amount = 0;
    if (!amount_parse(words.word[1], strlen(words.word[1]), &amount)) {
        table_fail(table, "not an amount");
    }
    for (size_t i = 0; i < table->last.transfer_count; i++) {
        const struct transfer *transfer = &table->last.transfers[i];
        if (transfer->amount == amount &&
            strcmp(transfer_code_name(transfer->code), words.word[0]) == 0) {
            return;
        }
    }
    table_fail(table, "no such transfer among %zu", table->last.transfer_count);
}

static void step_transfers(struct table *table, char *line)
{
    size_t wanted = strtoul(line, NULL, 10);
    if (table->last.transfer_count != wanted) {
        table_fail(table, "%zu transfers", table->last.transfer_count);
    }
}

struct due_list {
    struct deadline deadlines[DUE_COUNT_MAX];
    size_t count;
    date_days today;
};

static void collect_due(void *context, const void *data)
{
    struct due_list *list = context;
    const struct deadline *deadline = data;
    if (deadline->due_on != DATE_NONE && deadline->due_on <= list->today) {
        assert(list->count < DUE_COUNT_MAX);
        list->deadlines[list->count++] = *deadline;
    }
}

/* due COUNT COMMAND: so many of these are due today; runs them all. */
static void step_due(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    struct due_list list = {.today = world_today(table->world)};
    world_each(table->world, DOCUMENT_DEADLINE, collect_due, &list);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) {
        struct deadline_run body;
        struct due_command due;
        deadline_due_command(&list.deadlines[i], &body, &due);
        if (strcmp(due.type->name, words.word[1]) == 0) {
            run(table, (enum role)0, NULL, due.type, due.body);
            char none[] = "";
            step_ok(table, none);
            count++;
        }
    }
    if (count != strtoul(words.word[0], NULL, 10)) {
        table_fail(table, "%zu are due", count);
    }
}

/* --- letters --- */

static void encode(struct bytes bytes, char *text_out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t at = 0;
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t count = bytes.size - i < 3 ? bytes.size - i : 3;
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++) {
            group = group << 8 | (j < count ? bytes.data[i + j] : 0U);
        }
        for (size_t j = 0; j <= count; j++) {
            text_out[at++] = alphabet[group >> (18 - 6 * j) & 63];
        }
    }
    text_out[at] = '\0';
}

/* key NAME: makes a key of that id; its public half becomes $NAME. */
static void step_key(struct table *table, char *line)
{
    char text[256];
    struct letterhead *letterhead = &table->letterheads[table->letterhead_count++];
    letterhead_make(letterhead, line);
    encode((struct bytes){letterhead->public_der, letterhead->public_size}, text);
    variable_set(table, line, text);
}

/* sign VARIABLE KEY RECORD JSON */
static void step_sign(struct table *table, char *line)
{
    static char text[LINE_SIZE];
    struct words words = split(table, line, 3);
    const struct record *record = find_record(table, words.word[2]);
    const void *content = read_json(table, record, words.rest);
    for (size_t i = 0; i < table->letterhead_count; i++) {
        if (strcmp(table->letterheads[i].key_id, words.word[1]) == 0) {
            struct bytes letter = letterhead_sign(&table->letterheads[i], record, content);
            encode(letter, text);
            free((void *)(uintptr_t)letter.data);
            variable_set(table, words.word[0], text);
            return;
        }
    }
    table_fail(table, "no key %s", words.word[1]);
}

/* --- the file --- */

static void run_file(struct table *table, const char *path);

static void step_include(struct table *table, char *line)
{
    char path[1024];
    const char *slash = strrchr(table->path, '/');
    snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - table->path), table->path, line);
    const char *outer = table->path;
    int outer_line = table->line;
    run_file(table, path);
    table->path = outer;
    table->line = outer_line;
}

/* book COUNT: a new world with room for so many accounts. */
static void step_book(struct table *table, char *line)
{
    world_destroy(table->world);
    table->world = world_create(table->memory, strtoul(line, NULL, 10));
}

static const struct {
    const char *word;
    void (*step)(struct table *table, char *line);
} steps[] = {
    {"do",        step_do       },
    {"ok",        step_ok       },
    {"no",        step_no       },
    {"at",        step_at       },
    {"set",       step_set      },
    {"balance",   step_balance  },
    {"document",  step_document },
    {"event",     step_event    },
    {"transfer",  step_transfer },
    {"transfers", step_transfers},
    {"due",       step_due      },
    {"key",       step_key      },
    {"sign",      step_sign     },
    {"include",   step_include  },
    {"book",      step_book     },
};

static void run_line(struct table *table, const char *line)
{
    static char expanded[LINE_SIZE];
    char own[LINE_SIZE];
    expand(table, line, expanded);
    memcpy(own, expanded, strlen(expanded) + 1);
    char *rest = own + strcspn(own, " ");
    rest += strspn(rest, " ");
    size_t size = strcspn(own, " ");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (strlen(steps[i].word) == size && strncmp(steps[i].word, own, size) == 0) {
            steps[i].step(table, rest);
            arena_reset(&table->arena);
            return;
        }
    }
    table_fail(table, "what is %.*s?", (int)size, own);
}

/* A line that begins with blanks goes on from the one before. */
static void run_file(struct table *table, const char *path)
{
    char raw[LINE_SIZE];
    char line[LINE_SIZE] = "";
    FILE *file = fopen(path, "r");
    table->path = path;
    table->line = 0;
    if (file == NULL) {
        table_fail(table, "cannot be read");
    }
    for (int number = 1;; number++) {
        bool has_line = fgets(raw, sizeof(raw), file) != NULL;
        raw[has_line ? strcspn(raw, "\n") : 0] = '\0';
        bool goes_on = has_line && raw[0] == ' ';
        if (!goes_on && line[0] != '\0') {
            run_line(table, line);
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

static void run_table(const char *path, enum world_memory memory)
{
    static struct table table;
    table = (struct table){.memory = memory, .is_judged = true};
    table.world = world_create(memory, ACCOUNT_COUNT_MAX);
    arena_create(&table.arena, ARENA_SIZE);
    world_set_time(table.world, date_start(LONG_AGO));
    run_file(&table, path);
    for (size_t i = 0; i < table.variable_count; i++) {
        free(table.variables[i].text);
    }
    arena_destroy(&table.arena);
    world_destroy(table.world);
}

/* Refusals of the engine and the door, tested there. */
static bool is_of_others(enum refusal_code code)
{
    static const enum refusal_code others[] = {
        REFUSAL_IDEMPOTENCY_MISMATCH,
        REFUSAL_BATCH_ABORTED,
        REFUSAL_ACCOUNT_UNKNOWN,
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (others[i] == code) {
            return true;
        }
    }
    return false;
}

static int report_unseen(void)
{
    int missing = 0;
    for (int i = REFUSAL_LEDGER; i < REFUSAL_COUNT; i++) {
        if (!seen_refusals[i] && !is_of_others((enum refusal_code)i)) {
            fprintf(stderr, "no table refuses %s\n", refusal_code_text((enum refusal_code)i));
            missing++;
        }
    }
    for (size_t i = 0; i < command_type_count; i++) {
        if (!seen_commands[i]) {
            fprintf(stderr, "no table runs %s\n", command_types[i].name);
            missing++;
        }
    }
    return missing;
}

int main(int argument_count, char **arguments)
{
    for (int i = 1; i < argument_count; i++) {
        run_table(arguments[i], MEMORY_KEEPS);
        run_table(arguments[i], MEMORY_FORGETS);
    }
    printf("%zu commands in %d tables\n", seen_steps, argument_count - 1);
    return report_unseen() == 0 ? 0 : 1;
}
