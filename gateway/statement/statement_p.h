#pragma once
/* Shared by the writers of statements. */
#include "gateway/statement/statement.h"
#include "ledger/base/bytes.h"

/* The head, one line, the foot: none is longer than half of STATEMENT_PIECE_SIZE. */
struct statement_text {
    void (*begin)(const struct statement *statement, struct writer *out);
    void (*line)(const struct statement *statement,
                 const struct statement_line *line,
                 struct writer *out);
    void (*end)(const struct statement *statement, struct writer *out);
};
extern const struct statement_text statement_csv;
extern const struct statement_text statement_html;

MUST_CHECK enum status statement_camt_write(struct journal_reader *reader,
                                            const struct statement *statement,
                                            statement_sink *sink,
                                            void *context);
