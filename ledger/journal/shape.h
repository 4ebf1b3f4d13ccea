#pragma once
/* The shape of the document tables: what the code's kinds say, and what the database has. */
#include "ledger/journal/batch.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/sql.h"

/* "key", "version", and the kind's own columns, quoted. */
void kind_columns(const struct document_kind *kind, struct sql *sql);
/* The SQL type of a column. jsonb is kept as json: the very bytes that were answered, so that the
 * hash of a batch can be recomputed; views give it as jsonb. */
const char *column_type_name(enum column_type type);

/* REJECTED when the columns known to the database are not exactly those of the code. */
MUST_CHECK enum status shape_compare(struct connection *connection,
                                     const struct document_kind *kinds,
                                     size_t kind_count,
                                     char *difference_out,
                                     size_t difference_size);

/* Creates and extends tables, indexes and views of documents, as the owner, within the caller's
 * transaction. REJECTED with a reason when a column went away or changed its type. */
MUST_CHECK enum status shape_migrate(struct connection *connection,
                                     const struct document_kind *kinds,
                                     size_t kind_count,
                                     char *message_out,
                                     size_t message_size);
