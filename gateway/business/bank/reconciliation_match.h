#pragma once
/* One line of a bank's statement held against payments and funds. */
#include "gateway/business/bank/reconciliation.h"
#include "gateway/business/party/party.h"

/* Finds what the line is, books what follows from it and gives the item its place; fills result,
 * subject and difference of the line. */
enum verdict reconciliation_match(struct context *context,
                                  const struct reconciliation_line *told,
                                  const struct party *bank,
                                  struct statement_line *line);
