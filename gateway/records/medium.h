#pragma once
/*
 * The two media under one walk. A source takes JSON or CBOR apart value by value, a sink puts it
 * together; the walks in record_read.c and record_write.c know fields and no bytes.
 *
 *   map, key, value, key, value, …, end      list, item, value, item, value, …, end
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/records/record.h"
#include "ledger/base/cbor.h"
#include "ledger/base/date.h"

enum {
    MEDIUM_DEPTH_MAX = CBOR_DEPTH_MAX
};
/* RFC 8949 §3.4 and RFC 8943. */
enum {
    TAG_DATE_TIME = 0,
    TAG_DECIMAL_FRACTION = 4,
    TAG_FULL_DATE = 1004
};

/* The last instant and date with a year of four digits. */
#define INSTANT_US_MAX INT64_C(253402300799999999)
#define DATE_DAYS_MAX  2932896

struct source;

/* Each returns false when the value is not there in this form: source->code and detail say why. */
struct source_type {
    bool (*map)(struct source *source, size_t *pair_count_out);
    bool (*key)(struct source *source, struct bytes *name_out);
    bool (*list)(struct source *source, size_t *item_count_out);
    void (*item)(struct source *source);
    void (*end)(struct source *source);
    bool (*text)(struct source *source, struct bytes *text_out);
    bool (*integer)(struct source *source, int64_t *value_out);
    bool (*boolean)(struct source *source, bool *value_out);
    bool (*decimal)(struct source *source, int scale, int64_t *value_out);
    bool (*date)(struct source *source, date_days *date_out);
    bool (*instant)(struct source *source, instant_us *at_out);
    /* Into the arena. */
    bool (*bytes)(struct source *source, struct arena *arena, struct bytes *content_out);
};

struct json_place {
    json_t *container;
    void *pair;  /* of an object */
    size_t next; /* of an array */
};

struct source {
    const struct source_type *type;
    const char *code;
    char detail[96];
    struct cbor_reader cbor;
    json_t *json_root;
    json_t *json_value;
    size_t json_depth;
    struct json_place json_places[MEDIUM_DEPTH_MAX];
};

/* False: code and detail say why; source_close is called in any case. */
MUST_CHECK bool source_open_json(struct source *source, struct bytes input);
MUST_CHECK bool source_open_cbor(struct source *source, struct bytes input);
/* True when nothing is left behind the value. */
MUST_CHECK bool source_finish(struct source *source);
void source_close(struct source *source);
bool source_refuse(struct source *source, const char *code, const char *detail);

struct sink;

struct sink_type {
    void (*map)(struct sink *sink, size_t pair_count);
    void (*key)(struct sink *sink, const char *name);
    /* One that `key` wrote into a sink of its own before. */
    void (*made_key)(struct sink *sink, struct bytes key);
    void (*list)(struct sink *sink, size_t item_count);
    void (*item)(struct sink *sink);
    void (*end)(struct sink *sink);
    void (*text)(struct sink *sink, struct bytes text);
    void (*integer)(struct sink *sink, int64_t value);
    void (*boolean)(struct sink *sink, bool value);
    void (*decimal)(struct sink *sink, int scale, int64_t value);
    void (*date)(struct sink *sink, date_days date);
    void (*instant)(struct sink *sink, instant_us at);
    void (*bytes)(struct sink *sink, struct bytes content);
};

struct sink {
    const struct sink_type *type;
    struct writer *writer;
    enum media media;
    size_t depth;
    uint32_t map_bits;  /* bit n: the container at depth n is a map */
    uint32_t used_bits; /* bit n: it holds something already */
};

struct sink sink_over(enum media media, struct writer *writer);
struct sink sink_json(struct writer *writer);
struct sink sink_cbor(struct writer *writer);
/* `text` between quotes, escaped as RFC 8259 §7 demands. */
void json_write_text(struct writer *writer, struct bytes text);
