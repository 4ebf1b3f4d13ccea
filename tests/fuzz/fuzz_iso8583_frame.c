/*
 * Any bytes as a stream: the first says which prefix, the second how the stream is cut. However it
 * is cut, the same frames come out.
 */
#include <assert.h>
#include <string.h>

#include "adapters/iso8583/iso8583.h"
#include "tests/fuzz/fuzz.h"

enum {
    FRAME_SIZE_MAX = 4096
};

struct outcome {
    size_t frame_count;
    size_t byte_count;
    uint32_t sum;
    enum iso8583_frame last;
};

static struct outcome
run(const struct iso8583_prefix *prefix, const uint8_t *data, size_t size, size_t chunk)
{
    static uint8_t buffer[FRAME_SIZE_MAX];
    struct iso8583_framer framer;
    struct outcome outcome = {0, 0, 0, ISO8583_FRAME_MORE};
    iso8583_framer_start(&framer, prefix, buffer, sizeof buffer);
    size_t at = 0;
    while (at < size && outcome.last != ISO8583_FRAME_BAD) {
        size_t used;
        struct iso8583_view frame;
        struct iso8583_view piece = {data + at, size - at < chunk ? size - at : chunk};
        outcome.last = iso8583_framer_feed(&framer, piece, &used, &frame);
        assert(used <= piece.size);
        assert(used > 0);
        assert(outcome.last != ISO8583_FRAME_MORE || used == piece.size);
        at += used;
        if (outcome.last == ISO8583_FRAME_READY) {
            assert(frame.size <= FRAME_SIZE_MAX);
            outcome.frame_count++;
            outcome.byte_count += frame.size;
            for (size_t i = 0; i < frame.size; i++) {
                outcome.sum = outcome.sum * 31 + frame.data[i];
            }
        }
    }
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct iso8583_prefix prefixes[] = {
        {2, ISO8583_BINARY, ISO8583_BYTES,   ISO8583_EXCLUSIVE},
        {4, ISO8583_ASCII,  ISO8583_BYTES,   ISO8583_EXCLUSIVE},
        {2, ISO8583_BCD,    ISO8583_BYTES,   ISO8583_INCLUSIVE},
        {2, ISO8583_BINARY, ISO8583_NIBBLES, ISO8583_EXCLUSIVE},
        {4, ISO8583_BINARY, ISO8583_BYTES,   ISO8583_INCLUSIVE},
        {4, ISO8583_EBCDIC, ISO8583_NIBBLES, ISO8583_INCLUSIVE},
    };
    if (size < 2) {
        return 0;
    }
    const struct iso8583_prefix *prefix = &prefixes[data[0] % 6];
    struct outcome whole = run(prefix, data + 2, size - 2, size);
    struct outcome cut = run(prefix, data + 2, size - 2, 1 + data[1] % 16);
    assert(whole.frame_count == cut.frame_count);
    assert(whole.byte_count == cut.byte_count);
    assert(whole.sum == cut.sum);
    assert((whole.last == ISO8583_FRAME_BAD) == (cut.last == ISO8583_FRAME_BAD));
    return 0;
}
