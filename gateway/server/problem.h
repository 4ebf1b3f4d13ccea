#pragma once
/*
 * Errors as problem details: RFC 9457 in JSON, or RFC 9290 in CBOR for a request that accepts
 * application/cbor. "type" is urn:kouan:problem:<code>.
 */
#include <stdint.h>

#include "gateway/server/server.h"

enum {
    PROBLEM_ROW_MEMBER_COUNT = 4
};

struct problem_list;

/* What explains: {"available", "120.50"}, {"limit", .number = 64} or {"frees", .list = &list}. */
struct problem_member {
    const char *name;
    const char *text; /* NULL: `list` or else `number` is the value */
    const struct problem_list *list;
    int64_t number;
};

/* Rows of members in bytewise order of their names (shorter first), each ended by a NULL name. */
struct problem_list {
    const struct problem_member (*rows)[PROBLEM_ROW_MEMBER_COUNT];
    size_t row_count;
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
