#pragma once
/*
 * A CSV file whose first line names fields of a command, in any order: each further record is one
 * body. An empty cell is an absent field; an empty line is nothing.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/records/record.h"

enum {
    ROW_COUNT_MAX = 1 << 20,
    ROW_DIGEST_TEXT_SIZE = 41,
};

struct row_file {
    json_t *bodies;                    /* an array */
    size_t *lines;                     /* where each begins, from 1 */
    char digest[ROW_DIGEST_TEXT_SIZE]; /* of the whole file */
};

/* False: message_out says which line and field. What is read satisfies the record. */
MUST_CHECK bool row_file_read(const struct record *record,
                              const char *path,
                              struct row_file *file_out,
                              char *message_out,
                              size_t message_size);
void row_file_close(struct row_file *file);
