/* The chain of batches: numbers, ranges and hashes follow one another. */
#include <inttypes.h>
#include <string.h>

#include "ledger/journal/sql.h"
#include "ledger/journal/verify.h"

const char seal_columns_light[] =
    "number, epoch, first_account, last_account, first_transfer, last_transfer, first_command,"
    " last_command, recorded_at, streams, ''::bytea, previous, hash";

static bool range_follows(struct range before, struct range range)
{
    return range.first == before.last + 1 && range.last >= before.last;
}

static int64_t range_count(struct range range)
{
    return range.last - range.first + 1;
}

/* Row counts: one mark for each, and as many accounts and transfers as the ranges say. */
static bool counts_agree(const struct seal *seal, struct bytes streams, struct bytes marks)
{
    struct reader reader = reader_over(streams.data, streams.size);
    struct stream_proof proof;
    size_t row_count = 0;
    int64_t accounts = 0;
    int64_t transfers = 0;
    while (stream_proof_read(&reader, &proof)) {
        row_count += proof.row_count;
        accounts = strcmp(proof.name, "account") == 0 ? proof.row_count : accounts;
        transfers = strcmp(proof.name, "transfer") == 0 ? proof.row_count : transfers;
    }
    return !reader.has_failed && marks.size == row_count * MARK_SIZE &&
           accounts == range_count(seal->account) && transfers == range_count(seal->transfer);
}

static enum status batch_check(struct verify *verify,
                               const struct seal *seal,
                               struct bytes streams,
                               struct bytes marks)
{
    const struct seal *last = &verify->last;
    uint8_t hash[DIGEST_SIZE];
    seal_hash(seal, streams, marks, hash);
    if (seal->number > last->number + 1) {
        return verify_fail(verify, "batch %" PRId64 ": missing", last->number + 1);
    }
    if (seal->number != last->number + 1) {
        return verify_fail(verify, "batch %" PRId64 ": not a batch of ours", seal->number);
    }
    if (memcmp(hash, seal->hash, DIGEST_SIZE) != 0) {
        return verify_fail(verify, "batch %" PRId64 ": differs from its own hash", seal->number);
    }
    if (memcmp(seal->previous, last->hash, DIGEST_SIZE) != 0 || seal->epoch < last->epoch) {
        return verify_fail(
            verify, "batch %" PRId64 ": does not follow the batch before it", seal->number);
    }
    if (!range_follows(last->account, seal->account) ||
        !range_follows(last->transfer, seal->transfer) ||
        !range_follows(last->command, seal->command) || !counts_agree(seal, streams, marks)) {
        return verify_fail(
            verify, "batch %" PRId64 ": its ranges and counts disagree", seal->number);
    }
    return STATUS_OK;
}

enum status verify_chain(struct verify *verify)
{
    struct sql sql = {0};
    sql_add(&sql, "SELECT %s FROM ledger.batch ORDER BY number", seal_columns);
    struct copy copy;
    copy_open(&copy, &verify->batches, sql.text);
    sql_destroy(&sql);
    enum status status = STATUS_OK;
    struct bytes row;
    while (status == STATUS_OK && copy_next(&copy, &row)) {
        struct seal seal;
        struct bytes streams;
        struct bytes marks;
        if (!seal_read(row, &seal, &streams, &marks)) {
            status = verify_fail(
                verify, "batch %" PRId64 ": not in the shape of a batch", verify->last.number + 1);
            break;
        }
        status = batch_check(verify, &seal, streams, marks);
        verify->last = status == STATUS_OK ? seal : verify->last;
    }
    enum status read = copy_close(&copy);
    verify->report->batch_count = verify->last.number;
    return status == STATUS_OK ? read : status;
}
