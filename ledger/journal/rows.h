#pragma once
/*
 * The inside of a batch: one stream per table, in the order in which the batch is proven.
 */
#include "ledger/journal/batch.h"
#include "ledger/journal/stream.h"

enum stream_number {
    STREAM_ACCOUNT,
    STREAM_BOUNDS,
    STREAM_TRANSFER,
    STREAM_COMMAND,
    STREAM_EVENT,
    STREAM_DOCUMENT, /* + kind */
};

/* A table whose rows a batch may carry. `columns` in the order of the COPY and of the proof. */
struct stream_table {
    const char *name; /* in ledger.* */
    const char *columns;
    const char *order; /* the order of proof, as SQL */
    enum stream_sort sort;
};
extern const struct stream_table stream_tables[STREAM_DOCUMENT];

struct batch {
    struct batch_limits limits;
    const struct document_kind *kinds;
    size_t kind_count;
    struct stream *streams; /* STREAM_DOCUMENT + kind_count of them */
    size_t stream_count;
    struct row_writer document;
    size_t row_count;      /* all but transfers */
    size_t byte_count;     /* all */
    int64_t first_account; /* 0 = no row */
    int64_t first_transfer;
    int64_t last_transfer;
    int64_t last_bounds;  /* command of the last bounds row */
    int64_t last_command; /* seq of the last command row */
    int64_t command_min;  /* over every row that names a command; 0 = none */
    int64_t command_max;
};

/* "business"."x" or ledger.x and so on are put together by the callers: names are ours. */
#define KIND_FIXED_COLUMNS 2 /* key, version */
