#include "tests/iso8583/support.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/iso8583/iso8583_dialect.h"

enum {
    DIALECT_COUNT_MAX = 8,
    BYTES_SIZE_MAX = 1 << 17
};

const struct iso8583_dialect *support_dialect(const char *name)
{
    static struct iso8583_dialect dialects[DIALECT_COUNT_MAX];
    static size_t count;
    char path[512];
    char problem[ISO8583_PROBLEM_SIZE];
    for (size_t i = 0; i < count; i++) {
        if (strcmp(dialects[i].name, name) == 0) {
            return &dialects[i];
        }
    }
    snprintf(path, sizeof path, "%s/%s.yaml", ISO8583_DIALECTS_DIR, name);
    if (access(path, R_OK) != 0) {
        snprintf(path, sizeof path, "%s/iso8583/dialects/%s.yaml", TESTS_DIR, name);
    }
    if (count == DIALECT_COUNT_MAX || !iso8583_dialect_load(path, &dialects[count], problem)) {
        fprintf(stderr, "%s: %s\n", path, problem);
        exit(1);
    }
    return &dialects[count++];
}

struct iso8583_view support_copy(const void *data, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        abort();
    }
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return (struct iso8583_view){copy, size};
}

void support_release(struct iso8583_view bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

static void malformed(const char *notation, const char *at)
{
    fprintf(stderr, "malformed bytes: %s at: %s\n", notation, at);
    exit(1);
}

/* One item ('text' or hexadecimal digits) into out; the end of the item. */
static const char *item_read(const char *at, const char *notation, uint8_t *out, size_t *size)
{
    if (*at == '\'') {
        for (at++; *at != '\'' && *at != '\0'; at++) {
            out[(*size)++] = (uint8_t)*at;
        }
        return *at == '\'' ? at + 1 : at;
    }
    for (; isxdigit((unsigned char)at[0]); at += 2) {
        char pair[3] = {at[0], at[1], '\0'};
        if (!isxdigit((unsigned char)at[1])) {
            malformed(notation, at);
        }
        out[(*size)++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return at;
}

struct iso8583_view support_bytes(const char *notation)
{
    static uint8_t bytes[BYTES_SIZE_MAX];
    size_t size = 0;
    const char *at = notation;
    while (*at != '\0') {
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        size_t start = size;
        const char *end = item_read(at, notation, bytes, &size);
        if (end == at) {
            malformed(notation, at);
        }
        at = end;
        if (*at == '*') {
            char *after;
            size_t times = strtoul(at + 1, &after, 10);
            size_t item_size = size - start;
            for (size_t i = 1; i < times; i++, size += item_size) {
                memcpy(bytes + size, bytes + start, item_size);
            }
            size = times == 0 ? start : size;
            at = after;
        }
    }
    return support_copy(bytes, size);
}

enum iso8583_reason support_reason(const char *name)
{
    static const char *const names[] = {"none",
                                        "short",
                                        "trailing",
                                        "size",
                                        "header",
                                        "mti",
                                        "bitmap",
                                        "field_unknown",
                                        "length_digit",
                                        "length",
                                        "character",
                                        "pad",
                                        "layout"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return (enum iso8583_reason)i;
        }
    }
    fprintf(stderr, "no reason %s\n", name);
    exit(1);
}

uint32_t support_random_below(struct support_random *random, uint32_t bound)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return (uint32_t)((random->state * UINT64_C(2685821657736338717)) >> 32) % bound;
}

bool support_same(const struct iso8583_message *a, const struct iso8583_message *b, int *field_out)
{
    *field_out = 0;
    if (strcmp(a->mti, b->mti) != 0) {
        return false;
    }
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        struct iso8583_view x = iso8583_get(a, field);
        struct iso8583_view y = iso8583_get(b, field);
        *field_out = field;
        if ((x.data == NULL) != (y.data == NULL) || x.size != y.size ||
            (x.size > 0 && x.data != NULL && memcmp(x.data, y.data, x.size) != 0)) {
            return false;
        }
    }
    return true;
}
