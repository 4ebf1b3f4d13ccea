#pragma once
/*
 * One connection to PostgreSQL. Statuses of all calls: REJECTED, the server said no and the
 * connection still stands; UNCERTAIN, the connection broke.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

/* A server process: pid and the time it began name it for good. */
struct backend {
    int64_t pid; /* 0 = none */
    char started[40];
};

struct connection {
    PGconn *pg;       /* NULL when closed */
    int notice_count; /* notices since the caller last zeroed it */
    struct backend backend;
    char sqlstate[6]; /* of the last refusal */
};

/* Connects and sets what every session of ours needs. UNCERTAIN when the server is not there. */
MUST_CHECK enum status
connection_open(struct connection *connection, const char *conninfo, const char *application_name);
void connection_end(struct connection *connection);
bool connection_stands(const struct connection *connection);

/* Statements without rows, several allowed. */
MUST_CHECK enum status connection_run(struct connection *connection, const char *statements);
/* One statement; on OK the caller clears *result_out. */
MUST_CHECK enum status connection_query(struct connection *connection,
                                        const char *statement,
                                        int parameter_count,
                                        const char *const *parameters,
                                        PGresult **result_out);
/* One number; absent or NULL gives `otherwise`. */
MUST_CHECK enum status connection_number(struct connection *connection,
                                         const char *statement,
                                         int64_t otherwise,
                                         int64_t *number_out);
/* What a result means, noting and logging a refusal. Does not clear it. */
enum status connection_judge(struct connection *connection, const PGresult *result);

int64_t result_number(const PGresult *result, int row, int column);

/* COPY … TO STDOUT (FORMAT binary), row by row. */
struct copy {
    struct connection *connection;
    char *message;
    bool is_first;
    bool is_over;
    enum status status;
};

/* `query` is a SELECT; a failure shows in copy_close. */
void copy_open(struct copy *copy, struct connection *connection, const char *query);
/* The bytes of one row without the copy's own header, valid until the next call. */
MUST_CHECK bool copy_next(struct copy *copy, struct bytes *row_out);
/* Reads over the rows that are left: a cancel would end the transaction too. */
MUST_CHECK enum status copy_close(struct copy *copy);

/* COPY … FROM STDIN (FORMAT binary) of whole rows. */
struct copy_in {
    struct connection *connection;
    enum status status;
};

/* `target` is a table with its columns; a failure shows in copy_in_close. */
void copy_in_open(struct copy_in *copy, struct connection *connection, const char *target);
void copy_in_put(struct copy_in *copy, const void *data, size_t size);
MUST_CHECK enum status copy_in_close(struct copy_in *copy);

/* The header and trailer that go around the rows; false when the connection broke. */
bool copy_put_header(PGconn *pg);
bool copy_put_rows(PGconn *pg, const void *data, size_t size);
bool copy_put_trailer(PGconn *pg);
/* A whole COPY of these rows, sent ahead. */
struct wire;
void copy_wire_rows(struct wire *wire, const void *data, size_t size);

/* Fields of a binary row: NULL reads as `otherwise`; a wrong size fails the reader. */
int64_t field_bigint(struct reader *row, int64_t otherwise);
int16_t field_smallint(struct reader *row);
int32_t field_integer(struct reader *row);
struct bytes field_bytes(struct reader *row);
/* Instants: PostgreSQL counts from 2000-01-01. NULL is INSTANT_NONE. */
int64_t field_instant(struct reader *row);

#define PG_EPOCH_US   INT64_C(946684800000000)
#define PG_EPOCH_DAYS 10957
