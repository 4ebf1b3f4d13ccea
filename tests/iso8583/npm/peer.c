/*
 * The other side of the comparisons: a message of the dialect named by the argument in hexadecimal
 * per line; answers its meaning, '|', and the bytes it encodes to, or the fault.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/iso8583/support.h"

enum {
    LINE_SIZE = 1 << 17
};

static void hex_print(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        printf("%02x", bytes[i]);
    }
}

static void answer(const struct iso8583_dialect *dialect, struct iso8583_view bytes)
{
    static struct iso8583_message message;
    static uint8_t again[ISO8583_MESSAGE_SIZE_MAX];
    static uint8_t scratch[ISO8583_SCRATCH_SIZE(ISO8583_MESSAGE_SIZE_MAX)];
    struct iso8583_fault fault;
    size_t size = 0;
    if (!iso8583_decode(dialect, bytes, scratch, sizeof scratch, &message, &fault)) {
        printf("fault: %s, field %d, byte %zu\n",
               iso8583_reason_text(fault.reason),
               fault.field,
               fault.offset);
        return;
    }
    printf("%s", message.mti);
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(&message, field)) {
            struct iso8583_view value = iso8583_get(&message, field);
            printf(" %d=", field);
            hex_print(value.data, value.size);
        }
    }
    printf("|");
    if (iso8583_encode(dialect, &message, again, sizeof again, &size, &fault)) {
        hex_print(again, size);
    }
    printf("\n");
}

int main(int argument_count, char **arguments)
{
    static char line[LINE_SIZE];
    if (argument_count != 2) {
        fprintf(stderr, "usage: %s DIALECT\n", arguments[0]);
        return 2;
    }
    const struct iso8583_dialect *dialect = support_dialect(arguments[1]);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        struct iso8583_view bytes = support_bytes(line);
        answer(dialect, bytes);
        support_release(bytes);
    }
    return 0;
}
