#pragma once
/* A message as JSON: {"dialect", "mti", "header", "fields": {"2": "622848******0018", …}, "fault"}.
 */
#include <jansson.h>

#include "tools/kouan/trace.h"

enum {
    ISO8583_JSON_STORE_SIZE = 2 * ISO8583_MESSAGE_SIZE_MAX
};

/* What a message read from JSON points into, beside the JSON itself. */
struct iso8583_store {
    uint8_t bytes[ISO8583_JSON_STORE_SIZE];
    size_t size;
};

/*
 * The value as people may see it: masked, or in hexadecimal when binary; {"hex": …} when it is text
 * that is not printable ASCII.
 */
json_t *iso8583_json_value(const struct iso8583_rule *rule, struct iso8583_view value);
json_t *iso8583_json_fault(const struct iso8583_fault *fault);
/* The trace's current message. */
json_t *iso8583_json_message(const struct trace *trace);
json_t *iso8583_json_hex(struct iso8583_view bytes);

/* An array written member by member (`count` before and with it), so that a large capture needs no
 * large memory. */
void iso8583_json_print(json_t *object, size_t count);
void iso8583_json_end(size_t count);

/*
 * Fills a message from its JSON, which must outlive it. False: reason_out says what is wrong.
 * A masked value is refused.
 */
MUST_CHECK bool iso8583_json_read(const json_t *object,
                                  const struct iso8583_dialect *dialect,
                                  struct iso8583_message *message_out,
                                  struct iso8583_store *store,
                                  char reason_out[CAPTURE_REASON_SIZE]);
