#include "tools/bank/fact.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum member_type {
    MEMBER_TEXT,
    MEMBER_NUMBER,
    MEMBER_DAY,
};

struct member {
    const char *name;
    enum member_type type;
    size_t offset;
    size_t size;
    unsigned kinds; /* bit per kind that has it */
};

#define BIT(kind) (1U << (kind))
#define ORDER     BIT(FACT_PAYMENT)
#define ADVICE    BIT(FACT_ADVICE)
#define AT(name)  offsetof(struct fact, name), sizeof(((struct fact *)0)->name)
#define KEYED     (ORDER | BIT(FACT_DECISION) | BIT(FACT_REVERSAL) | BIT(FACT_BAR))

static const char *const kind_names[] = {
    NULL, "day", "payment", "decision", "reversal", "bar", "advice", "answer"};

static const struct member members[] = {
    {"day",               MEMBER_DAY,    AT(day),               ~0U                                          },
    {"key",               MEMBER_TEXT,   AT(key),               KEYED                                        },
    {"reference",         MEMBER_TEXT,   AT(reference),         ORDER                                        },
    {"rrn",               MEMBER_TEXT,   AT(rrn),               ORDER                                        },
    {"amount_minor",      MEMBER_NUMBER, AT(amount_minor),      ORDER | ADVICE                               },
    {"currency",          MEMBER_NUMBER, AT(currency),          ORDER | ADVICE                               },
    {"digest",            MEMBER_NUMBER, AT(digest),            ORDER                                        },
    {"decide_us",         MEMBER_NUMBER, AT(decide_us),         ORDER                                        },
    {"code",              MEMBER_TEXT,   AT(code),              ORDER | BIT(FACT_DECISION) | BIT(FACT_ANSWER)},
    {"authorization",     MEMBER_TEXT,   AT(authorization),     ORDER                                        },
    {"debtor_account",    MEMBER_TEXT,   AT(debtor_account),    ORDER                                        },
    {"creditor_account",  MEMBER_TEXT,   AT(creditor_account),  ORDER | ADVICE                               },
    {"creditor_bank",     MEMBER_TEXT,   AT(creditor_bank),     ORDER                                        },
    {"bank_reference",    MEMBER_TEXT,   AT(bank_reference),    ADVICE | BIT(FACT_ANSWER)                    },
    {"payment_reference", MEMBER_TEXT,   AT(payment_reference), ADVICE                                       },
    {"payer",             MEMBER_TEXT,   AT(payer),             ADVICE                                       },
    {"returned_key",      MEMBER_TEXT,   AT(returned_key),      ADVICE                                       },
};

enum {
    MEMBER_COUNT = sizeof members / sizeof members[0],
    KIND_COUNT = sizeof kind_names / sizeof kind_names[0],
};

void fact_write_quoted(struct writer *writer, const char *text)
{
    write_u8(writer, '"');
    for (const char *at = text; *at != '\0';) {
        size_t plain = 0;
        while ((unsigned char)at[plain] >= 0x20 && at[plain] != '"' && at[plain] != '\\') {
            plain++;
        }
        write_bytes(writer, at, plain);
        at += plain;
        if (*at == '"' || *at == '\\') {
            write_u8(writer, '\\');
            write_u8(writer, (uint8_t)*at++);
        } else if (*at != '\0') {
            write_u8(writer, ' ');
            at++;
        }
    }
    write_u8(writer, '"');
}

static void write_number(struct writer *writer, int64_t number)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%" PRId64, number);
    write_bytes(writer, text, (size_t)size);
}

static void
member_write(const struct member *member, const struct fact *fact, struct writer *writer)
{
    const char *at = (const char *)fact + member->offset;
    char text[DATE_TEXT_SIZE];
    int64_t number;
    date_days day;
    write_text(writer, ",\"");
    write_text(writer, member->name);
    write_text(writer, "\":");
    switch (member->type) {
    case MEMBER_TEXT:
        fact_write_quoted(writer, at);
        return;
    case MEMBER_NUMBER:
        memcpy(&number, at, sizeof number);
        write_number(writer, number);
        return;
    case MEMBER_DAY:
        memcpy(&day, at, sizeof day);
        date_format(day, text);
        fact_write_quoted(writer, text);
        return;
    }
}

void fact_write(const struct fact *fact, struct writer *writer)
{
    assert(fact->kind > 0 && (size_t)fact->kind < KIND_COUNT);
    write_text(writer, "{\"fact\":");
    fact_write_quoted(writer, kind_names[fact->kind]);
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if ((members[i].kinds & BIT(fact->kind)) != 0) {
            member_write(&members[i], fact, writer);
        }
    }
    write_text(writer, "}\n");
}

static bool member_read(const struct member *member, const json_t *value, struct fact *fact)
{
    char *at = (char *)fact + member->offset;
    if (member->type == MEMBER_NUMBER) {
        int64_t number = json_integer_value(value);
        memcpy(at, &number, sizeof number);
        return json_is_integer(value);
    }
    if (!json_is_string(value)) {
        return false;
    }
    size_t size = json_string_length(value);
    if (member->type == MEMBER_DAY) {
        date_days day;
        if (!date_parse(json_string_value(value), size, &day)) {
            return false;
        }
        memcpy(at, &day, sizeof day);
        return true;
    }
    if (size >= member->size) {
        return false;
    }
    memcpy(at, json_string_value(value), size + 1);
    return true;
}

static enum fact_kind kind_of(const char *name)
{
    for (size_t i = 1; name != NULL && i < KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            return (enum fact_kind)i;
        }
    }
    return 0;
}

bool fact_read(const json_t *json, struct fact *fact_out)
{
    struct fact fact = {.kind = kind_of(json_string_value(json_object_get(json, "fact")))};
    if (fact.kind == 0) {
        return false;
    }
    size_t count = 1;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if ((members[i].kinds & BIT(fact.kind)) == 0) {
            continue;
        }
        const json_t *value = json_object_get(json, members[i].name);
        if (value == NULL || !member_read(&members[i], value, &fact)) {
            return false;
        }
        count++;
    }
    if (json_object_size(json) != count) {
        return false;
    }
    *fact_out = fact;
    return true;
}
