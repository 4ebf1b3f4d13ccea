#pragma once
/*
 * The request target in origin form (RFC 9112 section 3.2.1): a path and query parameters.
 * Refused although RFC 3986 would allow them, because two readers could understand them
 * differently: encoded dots and slashes, dot segments, encoded controls, a parameter given twice.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    TARGET_PARAMETER_COUNT_MAX = 32
};

struct target_parameter {
    const char *name;
    const char *value;
};

struct target {
    const char *path;
    size_t parameter_count;
    struct target_parameter parameters[TARGET_PARAMETER_COUNT_MAX];
};

/* Only the syntax: what target_split relies on. */
bool target_is_valid(const uint8_t *data, size_t size);
/* Decodes in place a valid target; text[size] must be writable. The views point into `text`.
 * False when a parameter is repeated, there are too many, or the decoded text is not UTF-8. */
MUST_CHECK bool target_split(char *text, size_t size, struct target *target_out);
/* NULL when absent. */
const char *target_parameter(const struct target *target, const char *name);
