/* Length prefixes: every unit, encoding and count, in one piece and byte by byte, and bad ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/iso8583/support.h"

struct frame_row {
    const char *name;
    struct iso8583_prefix prefix;
    size_t capacity;
    const char *stream;
    const char *frames[3]; /* NULL: no more */
    enum iso8583_frame last;
};

#define BINARY2                                                                                    \
    {                                                                                              \
        2, ISO8583_BINARY, ISO8583_BYTES, ISO8583_EXCLUSIVE                                        \
    }
#define ASCII4                                                                                     \
    {                                                                                              \
        4, ISO8583_ASCII, ISO8583_BYTES, ISO8583_EXCLUSIVE                                         \
    }

static const struct frame_row rows[] = {
    {"binary",                            BINARY2,            10,  "0003 'abc'",                {"'abc'"},        ISO8583_FRAME_MORE},
    {"two frames",                        BINARY2,            10,  "0003 'abc' 0001 'x'",       {"'abc'", "'x'"}, ISO8583_FRAME_MORE},
    {"idle",                              ASCII4,             10,  "'0000' '0002' 'ab' '0000'", {"", "'ab'", ""}, ISO8583_FRAME_MORE},
    {"unfinished",                        BINARY2,            10,  "0003 'ab'",                 {NULL},           ISO8583_FRAME_MORE},
    {"prefix unfinished",                 BINARY2,            10,  "00",                        {NULL},           ISO8583_FRAME_MORE},
    {"as large as may be",                BINARY2,            4,   "0004 'abcd'",               {"'abcd'"},       ISO8583_FRAME_MORE},
    {"too large",                         BINARY2,            4,   "0005 'abcde'",              {NULL},           ISO8583_FRAME_BAD },
    {"too large after a good one",        BINARY2,            4,   "0001 'a' FFFF",             {"'a'"},          ISO8583_FRAME_BAD },
    {"ASCII with a sign",                 ASCII4,             99,  "'+002' 'ab'",               {NULL},           ISO8583_FRAME_BAD },
    {"ASCII with blanks",                 ASCII4,             99,  "'   2' 'ab'",               {NULL},           ISO8583_FRAME_BAD },
    {"inclusive",
     {2, ISO8583_BINARY, ISO8583_BYTES, ISO8583_INCLUSIVE},
     10,                                                           "0005 'abc' 0002",
     {"'abc'", ""},
     ISO8583_FRAME_MORE                                                                                                             },
    {"inclusive, less than itself",
     {2, ISO8583_BINARY, ISO8583_BYTES, ISO8583_INCLUSIVE},
     10,                                                           "0001 'abc'",
     {NULL},
     ISO8583_FRAME_BAD                                                                                                              },
    {"BCD",
     {2, ISO8583_BCD, ISO8583_BYTES, ISO8583_EXCLUSIVE},
     20,                                                           "0012 'a'*12",
     {"'a'*12"},
     ISO8583_FRAME_MORE                                                                                                             },
    {"BCD, no digit",
     {2, ISO8583_BCD, ISO8583_BYTES, ISO8583_EXCLUSIVE},
     20,                                                           "000C 'a'*12",
     {NULL},
     ISO8583_FRAME_BAD                                                                                                              },
    {"EBCDIC",
     {4, ISO8583_EBCDIC, ISO8583_BYTES, ISO8583_EXCLUSIVE},
     20,                                                           "F0F0F0F2 'ab'",
     {"'ab'"},
     ISO8583_FRAME_MORE                                                                                                             },
 /* The widely copied sign-on sample: 0x72 = 114 counts hexadecimal digits, 57 bytes follow. */
    {"hexadecimal digits",
     {2, ISO8583_BINARY, ISO8583_NIBBLES, ISO8583_EXCLUSIVE},
     99,                                                           "0072 6000100000 0100*26",
     {"6000100000 0100*26"},
     ISO8583_FRAME_MORE                                                                                                             },
    {"hexadecimal digits, read as bytes",
     BINARY2,                                                 200,
     "0072 6000100000 0100*26",                                                                 {NULL},
     ISO8583_FRAME_MORE                                                                                                             },
    {"hexadecimal digits, odd",
     {2, ISO8583_BINARY, ISO8583_NIBBLES, ISO8583_EXCLUSIVE},
     99,                                                           "0071 60*57",
     {NULL},
     ISO8583_FRAME_BAD                                                                                                              },
    {"four binary bytes",
     {4, ISO8583_BINARY, ISO8583_BYTES, ISO8583_EXCLUSIVE},
     99,                                                           "FFFFFFFF",
     {NULL},
     ISO8583_FRAME_BAD                                                                                                              },
};

static int failure_count;

static void fail(const struct frame_row *row, size_t chunk, const char *what)
{
    fprintf(stderr, "FAIL %s by %zu: %s\n", row->name, chunk, what);
    failure_count++;
}

static bool is_expected(const struct frame_row *row, size_t index, struct iso8583_view frame)
{
    if (index >= 3 || row->frames[index] == NULL) {
        return false;
    }
    struct iso8583_view want = support_bytes(row->frames[index]);
    bool is_same = want.size == frame.size &&
                   (want.size == 0 || memcmp(want.data, frame.data, want.size) == 0);
    support_release(want);
    return is_same;
}

/* Feeds the stream in pieces of `chunk` bytes, each in a block of its own. */
static void row_check(const struct frame_row *row, size_t chunk)
{
    struct iso8583_framer framer;
    struct iso8583_view stream = support_bytes(row->stream);
    uint8_t *buffer = malloc(row->capacity);
    size_t frame_count = 0;
    enum iso8583_frame outcome = ISO8583_FRAME_MORE;
    iso8583_framer_start(&framer, &row->prefix, buffer, row->capacity);
    for (size_t at = 0; at < stream.size && outcome != ISO8583_FRAME_BAD; at += chunk) {
        size_t size = stream.size - at < chunk ? stream.size - at : chunk;
        struct iso8583_view piece = support_copy(stream.data + at, size);
        size_t taken = 0;
        do {
            size_t used;
            struct iso8583_view frame;
            struct iso8583_view left = {piece.data + taken, size - taken};
            outcome = iso8583_framer_feed(&framer, left, &used, &frame);
            taken += used;
            if (outcome == ISO8583_FRAME_READY && !is_expected(row, frame_count++, frame)) {
                fail(row, chunk, "another frame");
            }
        } while (outcome == ISO8583_FRAME_READY && taken < size);
        support_release(piece);
    }
    outcome = outcome == ISO8583_FRAME_READY ? ISO8583_FRAME_MORE : outcome;
    bool is_all = frame_count == 3 || row->frames[frame_count] == NULL;
    if (outcome != row->last || !is_all) {
        fail(row, chunk, "another end");
    }
    free(buffer);
    support_release(stream);
}

/* A frame that ends early is decoded as what it is: two bytes, not the twelve behind them. */
static void short_frame_check(void)
{
    static struct iso8583_message message;
    struct iso8583_fault fault;
    struct iso8583_view frame = support_bytes("'02'");
    if (iso8583_decode(support_dialect("iso87-ascii"), frame, NULL, 0, &message, &fault) ||
        fault.reason != ISO8583_REASON_SHORT || fault.offset != 2) {
        fail(&rows[0], 0, "not short");
    }
    support_release(frame);
}

static void prefix_check(const struct frame_row *row, size_t size, const char *expected)
{
    uint8_t out[4];
    bool is_written = iso8583_prefix_write(&row->prefix, size, out, sizeof out);
    if (expected == NULL) {
        if (is_written) {
            fail(row, size, "a prefix that does not fit is written");
        }
        return;
    }
    struct iso8583_view want = support_bytes(expected);
    if (!is_written || want.size != row->prefix.size || memcmp(out, want.data, want.size) != 0) {
        fail(row, size, "another prefix");
    }
    support_release(want);
}

static const struct frame_row *row_named(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    abort();
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t chunk = 1; chunk < 70; chunk++) {
            row_check(&rows[i], chunk);
        }
    }
    short_frame_check();
    prefix_check(row_named("binary"), 300, "012C");
    prefix_check(row_named("idle"), 123, "'0123'");
    prefix_check(row_named("idle"), 10000, NULL);
    prefix_check(row_named("inclusive"), 3, "0005");
    prefix_check(row_named("BCD"), 1234, "1234");
    prefix_check(row_named("hexadecimal digits"), 57, "0072");
    prefix_check(row_named("hexadecimal digits"), 40000, NULL);
    printf("%zu rows, %d failures\n", sizeof rows / sizeof rows[0], failure_count);
    return failure_count == 0 ? 0 : 1;
}
