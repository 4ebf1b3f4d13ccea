#pragma once
/*
 * CBOR (RFC 8949) in its core deterministic form (§4.2.1) and nothing else: definite lengths,
 * shortest heads, map keys sorted bytewise and unique, no floats, nesting at most CBOR_DEPTH_MAX.
 * Map keys are integers or text. Nothing is allocated: items are views into the input, and a
 * length is believed only when the bytes it promises are there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum {
    CBOR_DEPTH_MAX = 16
};

enum cbor_type {
    CBOR_UNSIGNED, /* argument */
    CBOR_NEGATIVE, /* -1 - argument */
    CBOR_BYTES,    /* content */
    CBOR_TEXT,     /* content, valid UTF-8 */
    CBOR_ARRAY,    /* argument items follow */
    CBOR_MAP,      /* argument pairs follow */
    CBOR_TAG,      /* one item follows */
    CBOR_FALSE,
    CBOR_TRUE,
    CBOR_NULL,
};

enum cbor_fault {
    CBOR_OK,
    CBOR_MALFORMED, /* cut short, trailing bytes, reserved values, a length beyond the input */
    CBOR_NOT_DETERMINISTIC, /* indefinite length, longer head than needed, unsorted keys */
    CBOR_DUPLICATE,         /* the same key twice */
    CBOR_TOO_DEEP,
    CBOR_CHARSET,     /* text that is not UTF-8 */
    CBOR_UNSUPPORTED, /* floats, simple values, keys other than integers and text */
};

struct cbor_item {
    enum cbor_type type;
    uint64_t argument;
    struct bytes content;
};

struct cbor_frame {
    uint64_t left; /* items still to come; a map counts keys and values */
    bool is_map;
    struct bytes last_key; /* encoded */
};

struct cbor_reader {
    struct reader input;
    enum cbor_fault fault; /* sticky */
    size_t depth;
    struct cbor_frame frames[CBOR_DEPTH_MAX];
};

struct cbor_reader cbor_reader_over(struct bytes input);
/* The next item, depth first; false once anything is wrong. */
MUST_CHECK bool cbor_read(struct cbor_reader *reader, struct cbor_item *item_out);
/* True when everything opened is closed and no byte is left. */
MUST_CHECK bool cbor_finish(struct cbor_reader *reader);
/* The value of an integer item; false when it is no integer or does not fit. */
MUST_CHECK bool cbor_integer(const struct cbor_item *item, int64_t *value_out);

/* The caller writes map keys in order; cbor_compare_keys gives the order of text keys. */
void cbor_write_integer(struct writer *writer, int64_t value);
void cbor_write_bytes(struct writer *writer, struct bytes content);
void cbor_write_text(struct writer *writer, const char *text, size_t size);
void cbor_write_array(struct writer *writer, size_t count);
void cbor_write_map(struct writer *writer, size_t pair_count);
void cbor_write_tag(struct writer *writer, uint64_t tag);
void cbor_write_boolean(struct writer *writer, bool value);
/* < 0 when a comes first: shorter keys come first, as their length is encoded in front. */
int cbor_compare_keys(const char *a, const char *b);
