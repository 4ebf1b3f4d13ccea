#include "ledger/journal/transfers.h"

#include <inttypes.h>
#include <stdio.h>

#include "ledger/journal/rows.h"
#include "ledger/journal/sql.h"

bool transfer_read(struct bytes row, struct transfer *transfer_out)
{
    struct reader reader = reader_over(row.data, row.size);
    reader.has_failed |= read_u16(&reader) != 12;
    struct transfer transfer = {.seq = field_bigint(&reader, 0)};
    transfer.debit = field_bigint(&reader, 0);
    transfer.credit = field_bigint(&reader, 0);
    transfer.amount = field_bigint(&reader, 0);
    transfer.pending_seq = field_bigint(&reader, 0);
    transfer.command_seq = field_bigint(&reader, 0);
    transfer.recorded_at = field_instant(&reader);
    transfer.expires_at = field_instant(&reader);
    transfer.debit_prev = field_bigint(&reader, 0);
    transfer.credit_prev = field_bigint(&reader, 0);
    transfer.kind = (uint16_t)field_smallint(&reader);
    transfer.code = (uint16_t)field_smallint(&reader);
    *transfer_out = transfer;
    return !reader.has_failed && reader.at == reader.size;
}

void transfers_open(struct transfers *transfers, struct connection *connection, int64_t first_seq)
{
    *transfers =
        (struct transfers){.connection = connection, .next_seq = first_seq, .status = STATUS_OK};
}

/* The leaf that holds next_seq; false when there is none. */
static bool leaf_find(struct transfers *transfers, int64_t *first_seq_out)
{
    char next[24];
    snprintf(next, sizeof next, "%" PRId64, transfers->next_seq);
    const char *const parameters[] = {next};
    PGresult *result = NULL;
    transfers->status = connection_query(transfers->connection,
                                         "SELECT first_seq, last_seq FROM ledger.leaf"
                                         " WHERE $1::bigint BETWEEN first_seq AND last_seq",
                                         1,
                                         parameters,
                                         &result);
    if (transfers->status != STATUS_OK) {
        return false;
    }
    bool is_found = PQntuples(result) > 0;
    if (is_found) {
        *first_seq_out = result_number(result, 0, 0);
        transfers->last_seq = result_number(result, 0, 1);
    }
    PQclear(result);
    return is_found;
}

static bool leaf_open(struct transfers *transfers)
{
    int64_t first_seq = 0;
    if (!leaf_find(transfers, &first_seq)) {
        return false;
    }
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT %s FROM ledger.transfer_%012" PRId64 " WHERE seq >= %" PRId64 "%s",
            stream_tables[STREAM_TRANSFER].columns,
            first_seq,
            transfers->next_seq,
            transfers->is_sorted ? " ORDER BY seq" : "");
    copy_open(&transfers->copy, transfers->connection, sql.text);
    sql_destroy(&sql);
    transfers->is_open = true;
    return true;
}

/* Leaves off in the middle of a leaf; what is left of it may still show a row met before. */
static void leaf_close(struct transfers *transfers)
{
    struct bytes row;
    struct transfer transfer;
    while (transfers->is_open && copy_next(&transfers->copy, &row)) {
        if (transfer_read(row, &transfer) && transfer.seq < transfers->next_seq) {
            transfers->bad_seq = transfer.seq;
        }
    }
    if (transfers->is_open) {
        enum status status = copy_close(&transfers->copy);
        transfers->status = transfers->status == STATUS_OK ? status : transfers->status;
        transfers->is_open = false;
    }
}

/* The present leaf has no more rows: on to the next one, when this one was full. */
static bool leaf_advance(struct transfers *transfers)
{
    transfers->status = copy_close(&transfers->copy);
    transfers->is_open = false;
    transfers->is_sorted = false;
    return transfers->status == STATUS_OK && transfers->next_seq > transfers->last_seq;
}

bool transfers_next(struct transfers *transfers,
                    struct transfer *transfer_out,
                    struct bytes *row_out)
{
    while (transfers->status == STATUS_OK && transfers->bad_seq == 0) {
        if (!transfers->is_open && !leaf_open(transfers)) {
            return false;
        }
        if (!copy_next(&transfers->copy, row_out)) {
            if (!leaf_advance(transfers)) {
                return false;
            }
            continue;
        }
        if (!transfer_read(*row_out, transfer_out)) {
            transfers->status = STATUS_CORRUPT;
            return false;
        }
        if (transfer_out->seq == transfers->next_seq) {
            transfers->next_seq++;
            return true;
        }
        if (transfers->is_sorted || transfer_out->seq < transfers->next_seq) {
            transfers->bad_seq = transfer_out->seq;
        } else {
            leaf_close(transfers);
            transfers->is_sorted = true;
        }
    }
    return false;
}

enum status transfers_close(struct transfers *transfers)
{
    leaf_close(transfers);
    return transfers->bad_seq != 0 && transfers->status == STATUS_OK ? STATUS_CORRUPT
                                                                     : transfers->status;
}
