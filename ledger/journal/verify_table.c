/* One table against the seals: the rows stream past beside the batches they belong to. */
#include <assert.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>

#include "ledger/journal/rows.h"
#include "ledger/journal/sql.h"
#include "ledger/journal/transfers.h"
#include "ledger/journal/verify.h"

/* Rows in the order of proof, one ahead. */
struct source {
    bool is_transfers;
    struct transfers transfers;
    struct copy copy;
    bool has_row;
    struct bytes row;
    int64_t key;
};

/* One table on its way. */
struct check {
    struct verify *verify;
    const struct table *table;
    struct source source;
    EVP_MD_CTX *digest;
    struct stream cut; /* a row as an older batch knew it */
};

int64_t row_key(const struct table *table, struct bytes row)
{
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    for (size_t i = 0; i < table->key_field; i++) {
        (void)field_bytes(&reader);
    }
    return field_bigint(&reader, 0);
}

static void source_next(struct source *source, const struct table *table)
{
    if (source->is_transfers) {
        struct transfer transfer;
        source->has_row = transfers_next(&source->transfers, &transfer, &source->row);
        source->key = transfer.seq;
        return;
    }
    source->has_row = copy_next(&source->copy, &source->row);
    if (source->has_row) {
        source->key = row_key(table, source->row);
    }
}

static void source_open(struct source *source, struct verify *verify, const struct table *table)
{
    *source = (struct source){.is_transfers = table->range == RANGE_TRANSFER};
    if (source->is_transfers) {
        transfers_open(&source->transfers, &verify->rows, 1);
    } else {
        struct sql sql = {0};
        sql_add(&sql, "%s ORDER BY %s", table->select, table->order);
        copy_open(&source->copy, &verify->rows, sql.text);
        sql_destroy(&sql);
    }
    source_next(source, table);
}

static enum status source_close(struct source *source)
{
    return source->is_transfers ? transfers_close(&source->transfers) : copy_close(&source->copy);
}

static size_t columns_as_of(const struct table *table, int64_t number)
{
    size_t count = table->column_count;
    while (count > 0 && table->since[count - 1] > number) {
        count--;
    }
    return count;
}

bool row_as_of(const struct table *table, int64_t number, struct bytes row, struct stream *cut)
{
    stream_clear(cut);
    size_t count = table->since == NULL ? 0 : columns_as_of(table, number);
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    for (size_t i = 0; i < count; i++) {
        (void)field_bytes(&reader);
    }
    size_t end = table->since == NULL ? row.size : reader.at;
    memcpy(stream_room(cut, row.size), row.data, end);
    cut->size = end;
    if (table->since == NULL) {
        return true;
    }
    struct writer writer = writer_over(cut->data, 2);
    write_u16(&writer, (uint16_t)count);
    /* What a batch did not know its rows do not have. */
    for (size_t i = count; i < table->column_count; i++) {
        if (read_u32(&reader) != UINT32_MAX) {
            return false;
        }
    }
    return !reader.has_failed;
}

static struct range seal_range(const struct table *table, const struct seal *seal)
{
    switch (table->range) {
    case RANGE_ACCOUNT:
        return seal->account;
    case RANGE_TRANSFER:
        return seal->transfer;
    case RANGE_COMMAND:
        return seal->command;
    }
    assert(false);
    return (struct range){0};
}

/* The proof of this table in one batch; no rows when the batch has none. */
static struct stream_proof proof_find(const struct table *table, struct bytes streams)
{
    struct reader reader = reader_over(streams.data, streams.size);
    struct stream_proof proof;
    while (stream_proof_read(&reader, &proof)) {
        if (strcmp(proof.name, table->name) == 0) {
            return proof;
        }
    }
    return (struct stream_proof){0};
}

static enum status feed(struct check *check, const struct seal *seal)
{
    struct bytes row = check->source.row;
    if (check->table->since != NULL) {
        if (!row_as_of(check->table, seal->number, row, &check->cut)) {
            char name[160];
            row_name(check->table, row, name, sizeof name);
            return verify_fail(check->verify,
                               "%s: has a column that batch %" PRId64 " did not know",
                               name,
                               seal->number);
        }
        row = (struct bytes){check->cut.data, check->cut.size};
    }
    int ok = EVP_DigestUpdate(check->digest, row.data, row.size);
    assert(ok == 1);
    return STATUS_OK;
}

/* The hash comes before the laws: a tampered row is called so, whatever law it breaks as well. */
static enum status visit_rows(struct check *check, struct stream *kept)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < kept->row_count; i++) {
        status = check->table->visit(check->verify, stream_row(kept, i));
    }
    stream_clear(kept);
    return status;
}

/* A transfer out of order: met twice, or in no batch. */
static enum status name_disorder(const struct check *check)
{
    const struct transfers *transfers = &check->source.transfers;
    return verify_fail(check->verify,
                       "transfer %" PRId64 ": %s",
                       transfers->bad_seq,
                       transfers->bad_seq < transfers->next_seq ? "twice" : "belongs to no batch");
}

static enum status
check_batch(struct check *check, const struct seal *seal, struct bytes streams, struct stream *kept)
{
    const struct table *table = check->table;
    struct stream_proof proof = proof_find(table, streams);
    int64_t last = seal_range(table, seal).last;
    int ok = EVP_DigestInit_ex(check->digest, EVP_sha256(), NULL);
    assert(ok == 1);
    uint32_t count = 0;
    enum status status = STATUS_OK;
    for (; check->source.has_row && check->source.key <= last; count++) {
        status = feed(check, seal);
        if (status != STATUS_OK) {
            return status;
        }
        if (table->visit != NULL) {
            struct bytes row = check->source.row;
            memcpy(stream_room(kept, row.size), row.data, row.size);
            kept->size += row.size;
            stream_end_row(kept);
        }
        source_next(&check->source, table);
    }
    uint8_t digest[DIGEST_SIZE];
    ok = EVP_DigestFinal_ex(check->digest, digest, NULL);
    assert(ok == 1);
    if (count != proof.row_count || (count > 0 && memcmp(digest, proof.digest, DIGEST_SIZE) != 0)) {
        return check->source.is_transfers && check->source.transfers.bad_seq != 0 &&
                       check->source.transfers.bad_seq < check->source.transfers.next_seq
                   ? name_disorder(check)
                   : verify_name(check->verify, table, seal);
    }
    return table->visit == NULL ? STATUS_OK : visit_rows(check, kept);
}

static enum status check_all(struct check *check)
{
    struct sql sql = {0};
    sql_add(&sql, "SELECT %s FROM ledger.batch ORDER BY number", seal_columns_light);
    struct copy batches;
    copy_open(&batches, &check->verify->batches, sql.text);
    sql_destroy(&sql);
    struct stream kept = {0};
    enum status status = STATUS_OK;
    struct bytes row;
    while (status == STATUS_OK && copy_next(&batches, &row)) {
        struct seal seal;
        struct bytes streams;
        struct bytes marks;
        bool is_sound = seal_read(row, &seal, &streams, &marks);
        assert(is_sound); /* verify_chain read the same snapshot */
        status = check_batch(check, &seal, streams, &kept);
    }
    stream_destroy(&kept);
    enum status read = copy_close(&batches);
    if (status == STATUS_OK && check->source.has_row) {
        char name[160];
        row_name(check->table, check->source.row, name, sizeof name);
        status = verify_fail(check->verify, "%s: belongs to no batch", name);
    }
    return status == STATUS_OK ? read : status;
}

enum status verify_table(struct verify *verify, const struct table *table)
{
    struct check check = {.verify = verify, .table = table, .digest = EVP_MD_CTX_new()};
    assert(check.digest != NULL);
    source_open(&check.source, verify, table);
    enum status status = check_all(&check);
    enum status read = source_close(&check.source);
    if (status == STATUS_OK && read == STATUS_CORRUPT) {
        status = name_disorder(&check);
    }
    EVP_MD_CTX_free(check.digest);
    stream_destroy(&check.cut);
    return status == STATUS_OK ? read : status;
}
