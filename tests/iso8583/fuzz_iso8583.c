#include "tests/iso8583/fuzz_iso8583.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/iso8583/support.h"

enum {
    TEXT_SIZE = 4096
};

static struct iso8583_message message;
static struct iso8583_message again;
static uint8_t scratch[ISO8583_SCRATCH_SIZE(ISO8583_MESSAGE_SIZE_MAX)];
static uint8_t scratch_again[ISO8583_SCRATCH_SIZE(ISO8583_MESSAGE_SIZE_MAX)];
static uint8_t wire[ISO8583_MESSAGE_SIZE_MAX];

static void round_trip(const struct iso8583_dialect *dialect)
{
    struct iso8583_fault fault;
    size_t size;
    int field;
    message.header = (struct iso8583_view){NULL, 0};
    bool is_encoded = iso8583_encode(dialect, &message, wire, sizeof wire, &size, &fault);
    assert(is_encoded);
    struct iso8583_view bytes = {wire, size};
    bool is_decoded =
        iso8583_decode(dialect, bytes, scratch_again, sizeof scratch_again, &again, &fault);
    assert(is_decoded);
    bool is_same = support_same(&message, &again, &field);
    assert(is_same);
}

void fuzz_iso8583_decode(const char *dialect_name, const uint8_t *data, size_t size)
{
    const struct iso8583_dialect *dialect = support_dialect(dialect_name);
    char text[TEXT_SIZE];
    struct iso8583_fault fault;
    struct iso8583_score score;
    struct iso8583_view bytes = {data, size};
    size_t scratch_size = size > ISO8583_MESSAGE_SIZE_MAX ? 0 : ISO8583_SCRATCH_SIZE(size);
    bool is_good = iso8583_decode(dialect, bytes, scratch, scratch_size, &message, &fault);
    assert(is_good == (fault.reason == ISO8583_REASON_NONE));
    assert(fault.offset <= size);
    size_t length = iso8583_describe(dialect, &message, &fault, text, sizeof text);
    assert(length == strlen(text));
    if (is_good) {
        round_trip(dialect);
    }
    if (size <= sizeof wire) {
        memcpy(wire, data, size);
        iso8583_redact(dialect, &message, &fault, wire);
    }
    iso8583_doctor(&dialect, 1, bytes, scratch, scratch_size, &score);
    assert(score.permille <= 1000);
}
