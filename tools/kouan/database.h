#pragma once
/* Committed rows, read over --database as the reader role; account names as reports show them. */
#include <jansson.h>

#include "ledger/journal/journal.h"
#include "tools/kouan/arguments.h"
#include "tools/kouan/exit.h"

#define DATABASE_OPTIONS                                                                           \
    (OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_DATABASE) | OPTION_BIT(OPTION_JSON))

/* book ":" purpose ":" owner [":" subject]; each part percent-encoded, at most 3 bytes for one. */
enum {
    ACCOUNT_NAME_SIZE = 512
};

/* The connection string, or NULL with its message written. */
const char *database_conninfo(const struct arguments *arguments);
/* Explains why an operation on the database failed. */
enum exit_code database_failed(enum status status);

/* The reader of --database, or NULL with its message written. */
struct journal_reader *database_open(const struct arguments *arguments);

/* Text of a column, NUL-terminated; cut when it is longer. */
void database_text(const struct row_view *row, size_t column, char *text_out, size_t size);

/*
 * The name of an account in every report and export: "memo:guarantee.reserved:merchant-1:GRN…".
 * Columns from `column` on: book, purpose, owner number, owner id (NULL when unknown), subject.
 * Owner 0 is "house". Different accounts of one currency have different names.
 */
void database_account_name(const struct row_view *row,
                           size_t column,
                           char name_out[ACCOUNT_NAME_SIZE]);
