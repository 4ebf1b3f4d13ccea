#pragma once
/* The OpenAPI 3.1 description of the doors, made from the tables of records alone. */
#include <stddef.h>

#include "gateway/records/record.h"
#include "ledger/base/bytes.h"

struct openapi_operation {
    const char *path;   /* "/v1/guarantee/reserve", "/v1/guarantee/{key}" */
    const char *method; /* "post", "get" */
    const char *summary;
    const struct record *command; /* the body; NULL for none */
    const struct record *answer;  /* NULL: success has no body described here */
    const char *const *refusals;  /* stable codes, NULL-terminated; or NULL */
    bool is_by_two;               /* it has to be proposed (?propose=true), another approves it */
};

/* Operations of one path are gathered. Sticky failure in the writer. */
void openapi_write(const struct openapi_operation *operations,
                   size_t operation_count,
                   struct writer *writer);
