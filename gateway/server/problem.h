#pragma once
/*
 * Errors as problem details: RFC 9457 in JSON, or RFC 9290 in CBOR for a request that accepts
 * application/cbor. "type" is urn:kouan:problem:<code>.
 */
#include <stdint.h>

#include "gateway/server/server.h"

/* A number that explains: {"available", "120.50"} or {"limit", .number = 64}. */
struct problem_member {
    const char *name;
    const char *text; /* NULL: `number` is the value */
    int64_t number;
};

struct problem {
    int status;
    const char *code;                     /* "guarantee.insufficient" */
    const char *title;                    /* the same for every occurrence of the code */
    const char *detail;                   /* of this occurrence, or NULL; never a secret */
    const char *pointer;                  /* JSON pointer of the field at fault, or NULL */
    const struct problem_member *members; /* up to 12, ends with a NULL name; or NULL */
    const char *extra_headers;            /* as of struct reply */
    bool closes;
};

void problem_reply(struct request *request, const struct problem *problem);

/* The bodies alone: for the answer of one command within a batch. */
void problem_write_json(const struct problem *problem, struct writer *out);
void problem_write_cbor(const struct problem *problem, struct writer *out);
