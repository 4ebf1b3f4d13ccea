/* Which bytes each kind of field takes: every byte, at every place of values of every short size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/iso8583/support.h"

enum {
    SIZE_MAX_TRIED = 26,
    HEAD_SIZE = 20 /* MTI and bitmap */
};

static bool is_letter(int byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_taken(enum iso8583_kind kind, int byte)
{
    switch (kind) {
    case ISO8583_KIND_A:
        return is_letter(byte);
    case ISO8583_KIND_N:
        return is_digit(byte);
    case ISO8583_KIND_AN:
        return is_letter(byte) || is_digit(byte);
    case ISO8583_KIND_ANP:
        return is_letter(byte) || is_digit(byte) || byte == ' ';
    case ISO8583_KIND_NS:
        return byte >= ' ' && byte <= '~' && !is_letter(byte);
    case ISO8583_KIND_ANS:
        return byte >= ' ' && byte <= '~';
    case ISO8583_KIND_TEXT:
        return byte >= ' ';
    case ISO8583_KIND_TRACK:
        return byte >= 0x30 && byte <= 0x3F;
    case ISO8583_KIND_NONE:
    case ISO8583_KIND_SIGNED:
    case ISO8583_KIND_BINARY:
        break;
    }
    return true;
}

static uint8_t good_byte(enum iso8583_kind kind)
{
    uint8_t byte = '0';
    while (!is_taken(kind, byte)) {
        byte++;
    }
    return byte;
}

/* Field 2 alone, fixed at `size`, in a block that ends with it. */
static int check_size(enum iso8583_kind kind, uint16_t size)
{
    static struct iso8583_dialect dialect;
    static struct iso8583_message message;
    uint8_t *wire = malloc(HEAD_SIZE + (size_t)size);
    struct iso8583_view bytes = {wire, HEAD_SIZE + (size_t)size};
    int wrong_count = 0;
    if (wire == NULL) {
        abort();
    }
    dialect.fields[2] = (struct iso8583_rule){.kind = kind, .length_max = size};
    memcpy(wire, "02004000000000000000", HEAD_SIZE);
    memset(wire + HEAD_SIZE, good_byte(kind), size);
    for (size_t at = HEAD_SIZE; at < bytes.size; at++) {
        uint8_t kept = wire[at];
        for (int byte = 0; byte < 256; byte++) {
            struct iso8583_fault fault;
            wire[at] = (uint8_t)byte;
            bool is_read = iso8583_decode(&dialect, bytes, NULL, 0, &message, &fault);
            bool is_named = fault.reason == ISO8583_REASON_CHARACTER && fault.offset == at;
            if (is_read != is_taken(kind, byte) || is_read == is_named) {
                printf("# kind %d, size %d: 0x%02X at %zu\n", (int)kind, size, byte, at);
                wrong_count++;
            }
        }
        wire[at] = kept;
    }
    free(wire);
    return wrong_count;
}

int main(void)
{
    int wrong_count = 0;
    for (int kind = ISO8583_KIND_A; kind <= ISO8583_KIND_TRACK; kind++) {
        for (int size = 1; size <= SIZE_MAX_TRIED; size++) {
            wrong_count += check_size((enum iso8583_kind)kind, (uint16_t)size);
        }
    }
    printf("%s 1 - characters of every kind, %d wrong\n",
           wrong_count == 0 ? "ok" : "not ok",
           wrong_count);
    return wrong_count == 0 ? 0 : 1;
}
