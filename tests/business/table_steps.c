#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/guarantee/amendment.h"
#include "gateway/business/guarantee/letter.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/deadline.h"
#include "tests/base/check.h"
#include "tests/business/table.h"
#include "tests/xmldsig/signer.h"

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
            TABLE_FAIL(table, "%zu words wanted", count);
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
    TABLE_FAIL(table, "no record %s", name);
}

static enum document find_document(const struct table *table, const char *name)
{
    for (int i = 0; i < DOCUMENT_COUNT; i++) {
        if (strcmp(document_types[i].record->name, name) == 0) {
            return (enum document)i;
        }
    }
    TABLE_FAIL(table, "no document %s", name);
}

static void *read_json(struct table *table, const struct record *record, const char *text)
{
    struct record_fault fault;
    size_t size = strlen(text);
    void *data = arena_take(&table->arena, record->size);
    char *exact = exact_copy(text, size);
    assert(data != NULL);
    struct bytes input = {(const uint8_t *)exact, size};
    bool is_read = record_read(record, MEDIA_JSON, input, &table->arena, data, &fault);
    free(exact);
    if (!is_read) {
        TABLE_FAIL(table, "%s: %s at %s", fault.code, fault.detail, fault.pointer);
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
        TABLE_FAIL(table, "the command before has no expectation");
    }
    table->last = world_run(table->world, role, actor, type, command);
    table->is_judged = false;
    table_seen.step_count++;
    table_seen.commands[type - command_types] = true;
    const char *broken = world_broken_law(table->world);
    if (broken != NULL) {
        TABLE_FAIL(table, "broken law: %s", broken);
    }
}

static void step_do(struct table *table, char *line)
{
    struct words words = split(table, line, 3);
    const struct command_type *type = command_type_find(words.word[2]);
    if (type == NULL) {
        TABLE_FAIL(table, "no command %s", words.word[2]);
    }
    bool is_system = strcmp(words.word[0], "system") == 0;
    void *command = read_json(table, type->command, words.rest[0] == '\0' ? "{}" : words.rest);
    record_look_up(type->command, table->vault, command);
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
        char *text = json_dumps(json_of_refusal(&table->last.refusal), JSON_COMPACT);
        TABLE_FAIL(table, "refused: %s %s", refusal_code_text(table->last.refusal.code), text);
    }
    expect_subset(table,
                  line,
                  json_of_record(table, table->last.type->answer, table->last.answer),
                  "the answer");
}

static void step_no(struct table *table, char *line)
{
    struct words words = split(table, line, 1);
    table->is_judged = true;
    if (table->last.verdict != VERDICT_REFUSED) {
        TABLE_FAIL(table, "not refused");
    }
    const char *code = refusal_code_text(table->last.refusal.code);
    if (strcmp(code, words.word[0]) != 0) {
        TABLE_FAIL(table, "refused with %s", code);
    }
    table_seen.refusals[table->last.refusal.code] = true;
    expect_subset(table, words.rest, json_of_refusal(&table->last.refusal), "the refusal");
}

static void step_at(struct table *table, char *line)
{
    date_days date;
    instant_us at;
    if (date_parse(line, strlen(line), &date)) {
        at = date_start(date) + INSTANT_US_PER_SECOND * 3600 * 9;
    } else if (!instant_parse(line, strlen(line), &at)) {
        TABLE_FAIL(table, "neither a date nor an instant: %s", line);
    }
    world_set_time(table->world, at);
}

static void step_set(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    json_t *answer = json_of_record(table, table->last.type->answer, table->last.answer);
    const char *text = json_string_value(json_object_get(answer, words.word[1]));
    if (text == NULL) {
        TABLE_FAIL(table, "no %s in the answer", words.word[1]);
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
        TABLE_FAIL(table, "no such account");
    }
    key.owner = owner->number;
    TEXT_PUT(key.subject, strcmp(words.word[2], "-") == 0 ? "" : words.word[2]);
    int64_t wanted;
    int64_t found = world_balance(table->world, &key);
    if (!amount_parse(words.word[3], strlen(words.word[3]), &wanted) || wanted != found) {
        char text[MONEY_TEXT_SIZE];
        amount_format(found, text);
        TABLE_FAIL(table, "balance is %s", text);
    }
}

static void step_document(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    enum document document = find_document(table, words.word[0]);
    const void *data = world_document(table->world, document, words.word[1]);
    if (strcmp(words.rest, "absent") == 0) {
        if (data != NULL) {
            TABLE_FAIL(table, "the document is there");
        }
        return;
    }
    if (data == NULL) {
        TABLE_FAIL(table, "no such document");
    }
    expect_subset(table,
                  words.rest,
                  json_of_record(table, document_types[document].record, data),
                  "the document");
}

/* take NAME DOCUMENT KEY MEMBER */
static void step_take(struct table *table, char *line)
{
    struct words words = split(table, line, 4);
    enum document document = find_document(table, words.word[1]);
    const void *data = world_document(table->world, document, words.word[2]);
    if (data == NULL) {
        TABLE_FAIL(table, "no such document");
    }
    json_t *found = json_of_record(table, document_types[document].record, data);
    const char *text = json_string_value(json_object_get(found, words.word[3]));
    if (text == NULL) {
        TABLE_FAIL(table, "no %s in the document", words.word[3]);
    }
    variable_set(table, words.word[0], text);
    json_decref(found);
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
                TABLE_FAIL(table, "told twice");
            }
            found = event;
        }
    }
    bool is_none_wanted = strcmp(words.rest, "none") == 0;
    if ((found == NULL) != is_none_wanted) {
        TABLE_FAIL(table, found == NULL ? "no such event" : "there is such an event");
    }
    if (found != NULL) {
        expect_subset(table, words.rest, json_parse(table, found->body), "the event");
    }
}

/* transfer CODE AMOUNT: one of the last command's. */
static void step_transfer(struct table *table, char *line)
{
    struct words words = split(table, line, 2);
    int64_t amount = 0;
    if (!amount_parse(words.word[1], strlen(words.word[1]), &amount)) {
        TABLE_FAIL(table, "not an amount");
    }
    for (size_t i = 0; i < table->last.transfer_count; i++) {
        const struct transfer *transfer = &table->last.transfers[i];
        if (transfer->amount == amount &&
            strcmp(transfer_code_name(transfer->code), words.word[0]) == 0) {
            return;
        }
    }
    TABLE_FAIL(table, "no such transfer among %zu", table->last.transfer_count);
}

static void step_transfers(struct table *table, char *line)
{
    size_t wanted = strtoul(line, NULL, 10);
    if (table->last.transfer_count != wanted) {
        TABLE_FAIL(table, "%zu transfers", table->last.transfer_count);
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
        TABLE_FAIL(table, "%zu are due", count);
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

/* content VARIABLE COMMAND JSON: the body as it is proposed. */
static void step_content(struct table *table, char *line)
{
    static char text[LINE_SIZE];
    uint8_t space[LINE_SIZE / 2];
    struct words words = split(table, line, 2);
    const struct command_type *type = command_type_find(words.word[1]);
    if (type == NULL) {
        TABLE_FAIL(table, "no command %s", words.word[1]);
    }
    struct writer writer = writer_over(space, sizeof(space));
    const void *body = read_json(table, type->command, words.rest);
    record_write(type->command, MEDIA_CBOR, RECORD_CLEAR, body, &writer);
    assert(!writer.has_failed);
    encode((struct bytes){writer.data, writer.size}, text);
    variable_set(table, words.word[0], text);
}

/* certificate NAME FROM TO BITS: a fresh one, of RSA or (0) SM2; its DER becomes $NAME. */
static void step_certificate(struct table *table, char *line)
{
    static struct signer signer;
    static char text[SIGNER_PEM_SIZE];
    date_days from;
    date_days to;
    struct words words = split(table, line, 3);
    if (!date_parse(words.word[1], strlen(words.word[1]), &from) ||
        !date_parse(words.word[2], strlen(words.word[2]), &to)) {
        TABLE_FAIL(table, "two dates");
    }
    signer_make((int)strtol(words.rest, NULL, 10), date_start(from), date_start(to), &signer);
    /* The text between the lines of a PEM is the DER in another alphabet. */
    size_t size = 0;
    for (const char *at = strchr(signer.certificate, '\n'); *at != '-'; at++) {
        if (*at != '\n' && *at != '=') {
            text[size++] = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
        }
    }
    text[size] = '\0';
    variable_set(table, words.word[0], text);
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
    TABLE_FAIL(table, "no key %s", words.word[1]);
}

/* --- the world --- */

static void step_include(struct table *table, char *line)
{
    char path[1024];
    const char *slash = strrchr(table->path, '/');
    snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - table->path), table->path, line);
    const char *outer = table->path;
    int outer_line = table->line;
    table_run_file(table, path);
    table->path = outer;
    table->line = outer_line;
}

/* clock virtual: the clock can be moved from here on. */
static void step_clock(struct table *table, char *line)
{
    if (strcmp(line, "virtual") != 0) {
        TABLE_FAIL(table, "no clock %s", line);
    }
    world_set_clock(table->world, CLOCK_VIRTUAL);
}

/* book COUNT: a new world with room for so many accounts. */
static void step_book(struct table *table, char *line)
{
    world_destroy(table->world);
    table->world = world_create(table->memory, strtoul(line, NULL, 10));
}

const struct step table_steps[] = {
    {"do",          step_do          },
    {"ok",          step_ok          },
    {"no",          step_no          },
    {"at",          step_at          },
    {"set",         step_set         },
    {"take",        step_take        },
    {"balance",     step_balance     },
    {"document",    step_document    },
    {"event",       step_event       },
    {"transfer",    step_transfer    },
    {"transfers",   step_transfers   },
    {"due",         step_due         },
    {"key",         step_key         },
    {"certificate", step_certificate },
    {"sign",        step_sign        },
    {"content",     step_content     },
    {"include",     step_include     },
    {"book",        step_book        },
    {"clock",       step_clock       },
    {"answer",      table_step_answer},
    {"bill",        table_step_bill  },
    {"leave",       table_step_leave },
};

const size_t table_step_count = sizeof(table_steps) / sizeof(table_steps[0]);
