#pragma once
/* The records a description must define: those named and those nested in them, each once. */
#include <stddef.h>

#include "gateway/records/record.h"

enum {
    RECORD_SET_SIZE_MAX = 512
};

struct record_set {
    const struct record *records[RECORD_SET_SIZE_MAX];
    size_t count;
};

/* Nested records come before those that use them. Two tables of one name are a bug (asserted).
 * NULL is not added. */
void record_set_add(struct record_set *set, const struct record *record);
/* The widest bounds when the field names none. */
int64_t field_min(const struct field *field);
int64_t field_max(const struct field *field);
