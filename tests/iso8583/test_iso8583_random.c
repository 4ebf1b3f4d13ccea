/*
 * Random messages of every dialect: encode, decode, compare; no cut and no changed byte is read
 * past its end; and neither encode nor decode allocates, which the linker lets us count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/iso8583/random_message.h"

enum {
    MESSAGE_COUNT = 4000,
    CHANGE_COUNT = 20
};

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);

static size_t allocation_count;
static uint8_t store[RANDOM_STORE_SIZE];
static uint8_t wire[ISO8583_MESSAGE_SIZE_MAX];

void *__wrap_malloc(size_t size)
{
    allocation_count++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocation_count++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    allocation_count++;
    return __real_realloc(block, size);
}

static void fail(const struct iso8583_dialect *dialect, const char *what, int field)
{
    fprintf(stderr, "FAIL %s: %s, field %d\n", dialect->name, what, field);
    exit(1);
}

/* Any bytes: decoding them never crashes, and what is accepted encodes again. */
static void try_bytes(const struct iso8583_dialect *dialect, const uint8_t *bytes, size_t size)
{
    static struct iso8583_message message;
    static uint8_t again[ISO8583_MESSAGE_SIZE_MAX];
    struct iso8583_view copy = support_copy(bytes, size);
    uint8_t *scratch = malloc(ISO8583_SCRATCH_SIZE(size) + 1);
    struct iso8583_fault fault;
    size_t again_size;
    if (iso8583_decode(dialect, copy, scratch, ISO8583_SCRATCH_SIZE(size), &message, &fault)) {
        message.header = (struct iso8583_view){NULL, 0};
        if (!iso8583_encode(dialect, &message, again, sizeof again, &again_size, &fault)) {
            fail(dialect, iso8583_reason_text(fault.reason), fault.field);
        }
    } else if (fault.offset > size) {
        fail(dialect, "a fault outside the message", fault.field);
    }
    free(scratch);
    support_release(copy);
}

static void
break_message(struct support_random *random, const struct iso8583_dialect *dialect, size_t size)
{
    for (int i = 0; i < CHANGE_COUNT; i++) {
        size_t at = support_random_below(random, (uint32_t)size);
        uint8_t kept = wire[at];
        wire[at] = (uint8_t)support_random_below(random, 256);
        try_bytes(dialect, wire, size);
        wire[at] = kept;
        try_bytes(dialect, wire, support_random_below(random, (uint32_t)size));
    }
}

static void round_trip(struct support_random *random, const struct iso8583_dialect *dialect)
{
    static struct iso8583_message message;
    static struct iso8583_message decoded;
    struct iso8583_fault fault;
    size_t size;
    int field;
    random_message(random, dialect, &message, store);
    size_t before = allocation_count;
    if (!iso8583_encode(dialect, &message, wire, sizeof wire, &size, &fault)) {
        fail(dialect, iso8583_reason_text(fault.reason), fault.field);
    }
    bool is_counting = allocation_count == before;
    struct iso8583_view copy = support_copy(wire, size);
    uint8_t *scratch = malloc(ISO8583_SCRATCH_SIZE(size));
    before = allocation_count;
    if (!iso8583_decode(dialect, copy, scratch, ISO8583_SCRATCH_SIZE(size), &decoded, &fault)) {
        fail(dialect, iso8583_reason_text(fault.reason), fault.field);
    }
    if (!is_counting || allocation_count != before) {
        fail(dialect, "allocates", 0);
    }
    if (!support_same(&message, &decoded, &field)) {
        fail(dialect, "another value came back", field);
    }
    free(scratch);
    support_release(copy);
    break_message(random, dialect, size);
}

int main(int argument_count, char **arguments)
{
    static const char *const names[] = {
        "iso87-ascii", "iso93-ascii", "unionpay-pos", "unionpay-interbank", "ebcdic", "mixed"};
    uint64_t seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    printf("seed %llu\n", (unsigned long long)seed);
    struct support_random random = {seed * UINT64_C(0x9E3779B97F4A7C15) | 1};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct iso8583_dialect *dialect = support_dialect(names[i]);
        for (int j = 0; j < MESSAGE_COUNT; j++) {
            round_trip(&random, dialect);
        }
    }
    if (allocation_count == 0) {
        fprintf(stderr, "FAIL the allocations are not counted\n");
        return 1;
    }
    printf("%zu dialects, %d messages each\n", sizeof names / sizeof names[0], MESSAGE_COUNT);
    return 0;
}
