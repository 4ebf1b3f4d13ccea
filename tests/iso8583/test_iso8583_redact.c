/*
 * Redaction: a table of messages as they are and as they become, and random messages of every
 * dialect, in which nothing that is to be masked stays and nothing else changes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/iso8583/random_message.h"

enum {
    MESSAGE_COUNT = 2000
};

static int failure_count;
static struct iso8583_message message;
static struct iso8583_message redacted;
static uint8_t store[RANDOM_STORE_SIZE];
static uint8_t wire[ISO8583_MESSAGE_SIZE_MAX];
static uint8_t scratch[ISO8583_SCRATCH_SIZE(ISO8583_MESSAGE_SIZE_MAX)];
static uint8_t scratch_again[ISO8583_SCRATCH_SIZE(ISO8583_MESSAGE_SIZE_MAX)];

static void expect(bool is_true, const char *what, int field)
{
    if (!is_true) {
        fprintf(stderr, "FAIL %s, field %d\n", what, field);
        failure_count++;
    }
}

struct row {
    const char *dialect;
    const char *before;
    const char *after;
};

#define POS "60 0003 0000 6031 00 310100 0200"

static const struct row rows[] = {
  /* whole messages */
    {"iso87-ascii",
     "'0200' 7000000000010000 '16' '6228481234567897' '123456' '000000000100' '021' "
     "'card 6228481234567897'",                                    "'0200' 7000000000010000 '16' '0000000000000000' '123456' '000000000100' '021' "
     "'card 0000000000000000'"                                                                               },
    {"iso87-ascii",
     "'0200' 0000000000080001 '10' 'B62^WU/LI^' 8899AABBCCDDEEFF", "'0200' 0000000000080001 '10' 'X00^XX/XX^' 00*8"                         },
    {"unionpay-pos",
     POS "4000000020001200 19 62284812345678970180 37 6228481234567897018D491299887766554430 "
         "0011223344556677 0007 5A03010203 9500",                  POS "4000000020001200 19 00*10 37 00*9 0D 00*9 00*8 0007 5A03000000 9500"},
    {"ebcdic",
     "F0F2F0F0 F4F0F0F0F0F0F0F0F0F0F0F0F1F0F0F0 F1F0 F0F1F2F3F4F5F6F7F8F9 "
     "F0F1F2F3F4F5F6F7C1C2C3C4C5C6F8F9",                           "F0F2F0F0 F4F0F0F0F0F0F0F0F0F0F0F0F1F0F0F0 F1F0 F0*10 F0*16"             },
 /* faults stay where they are, values do not */
    {"iso87-ascii",
     "'0200' 3000000000000000 '123456' '0000012X4567'",            "'0200' 3000000000000000 '000000' '0000000X0000'"                        },
    {"iso87-ascii",
     "'0200' 4000000000000000 '16' '62284812345X7897'",            "'0200' 4000000000000000 '16' '00000000000X0000'"                        },
    {"iso87-ascii",
     "'0200' 4000000000000000 '1A' '62284812345X7897'",            "'0200' 4000000000000000 '1A' '0'*16"                                    },
    {"iso87-ascii",
     "'0200' 6000000000000000 '16' '6228481234567897' '123'",      "'0200' 6000000000000000 '16' '0'*16 '000'"                              },
    {"iso87-ascii",
     "'0200' 2000000000000000 '123456' '6228481234567897'",        "'0200' 2000000000000000 '000000' '0'*16"                                },
    {"iso87-ascii",  "'6228' 3438313233343536 '7897'",             "'0'*16"                                                                 },
    {"unionpay-pos",
     POS "4000000000000000 19 6228481234567897018F",
     POS "4000000000000000 19 000000000000000000 0F"                                                                                        },
    {"unionpay-pos",
     POS "4000000000000000 16 622848123456789A",
     POS "4000000000000000 16 000000000000000A"                                                                                             },
    {"unionpay-pos",
     POS "0000000000000200 0006 5A0211229F26",
     POS "0000000000000200 0006 5A0200009FFF"                                                                                               },
    {"unionpay-pos", "62 2848 1234 5678 97 0180",                  "00*10"                                                                  },
};

static void row_check(const struct row *row)
{
    const struct iso8583_dialect *dialect = support_dialect(row->dialect);
    struct iso8583_view before = support_bytes(row->before);
    struct iso8583_fault fault;
    struct iso8583_fault fault_again;
    (void)!iso8583_decode(dialect, before, scratch, sizeof scratch, &message, &fault);
    struct iso8583_view copy = support_copy(before.data, before.size);
    memcpy(wire, copy.data, copy.size);
    iso8583_redact(dialect, &message, &fault, wire);
    struct iso8583_view after = support_bytes(row->after);
    bool is_same = before.size == after.size && memcmp(wire, after.data, after.size) == 0;
    expect(is_same, row->before, fault.field);
    if (message.mti[0] != '\0') {
        (void)!iso8583_decode(dialect, after, scratch, sizeof scratch, &redacted, &fault_again);
        expect(memcmp(&fault, &fault_again, sizeof fault) == 0, "another fault", fault.field);
    }
    support_release(before);
    support_release(copy);
    support_release(after);
}

/* Whether a masked value keeps nothing: no digit but 0, no letter but X. */
static bool is_gone(const struct iso8583_rule *rule, struct iso8583_view value)
{
    size_t start = rule->kind == ISO8583_KIND_SIGNED ? 1 : 0;
    for (size_t i = start; i < value.size && rule->layout == ISO8583_PLAIN; i++) {
        uint8_t byte = value.data[i];
        bool is_letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        bool is_kept =
            rule->kind == ISO8583_KIND_BINARY
                ? byte != 0
                : (byte >= '1' && byte <= '9') || (is_letter && byte != 'X' && byte != 'x');
        if (is_kept) {
            return false;
        }
    }
    return true;
}

static void fields_check(const struct iso8583_dialect *dialect)
{
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        struct iso8583_view before = iso8583_get(&message, field);
        struct iso8583_view after = iso8583_get(&redacted, field);
        const struct iso8583_rule *rule = &dialect->fields[field];
        bool is_masked = rule->mask != ISO8583_MASK_NONE || field == 64 || field == 128;
        expect(before.size == after.size, "another size", field);
        if (is_masked) {
            expect(is_gone(rule, after), "a masked value stays", field);
        } else if (before.size == after.size && before.size > 0) {
            expect(memcmp(before.data, after.data, after.size) == 0, "another value", field);
        }
    }
}

static void random_check(struct support_random *random, const char *name)
{
    const struct iso8583_dialect *dialect = support_dialect(name);
    static uint8_t bytes[ISO8583_MESSAGE_SIZE_MAX];
    struct iso8583_fault fault;
    size_t size = 0;
    random_message(random, dialect, &message, store);
    expect(iso8583_encode(dialect, &message, wire, sizeof wire, &size, &fault), name, fault.field);
    struct iso8583_view view = {wire, size};
    expect(iso8583_decode(dialect, view, scratch, sizeof scratch, &message, &fault),
           name,
           fault.field);
    memcpy(bytes, wire, size);
    iso8583_redact(dialect, &message, &fault, bytes);
    view.data = bytes;
    expect(iso8583_decode(dialect, view, scratch_again, sizeof scratch_again, &redacted, &fault),
           iso8583_reason_text(fault.reason),
           fault.field);
    fields_check(dialect);
}

int main(int argument_count, char **arguments)
{
    static const char *const names[] = {
        "iso87-ascii", "iso93-ascii", "unionpay-pos", "unionpay-interbank", "ebcdic", "mixed"};
    uint64_t seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    struct support_random random = {seed * UINT64_C(0x9E3779B97F4A7C15) | 1};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        row_check(&rows[i]);
    }
    for (int i = 0; i < MESSAGE_COUNT && failure_count == 0; i++) {
        random_check(&random, names[i % 6]);
    }
    printf("seed %llu, %d failures\n", (unsigned long long)seed, failure_count);
    return failure_count == 0 ? 0 : 1;
}
