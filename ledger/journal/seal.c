#include "ledger/journal/seal.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

#include "ledger/journal/batch.h"
#include "ledger/journal/connection.h"

const char seal_columns[] = "number, epoch, first_account, last_account, first_transfer,"
                            " last_transfer, first_command, last_command, recorded_at, streams,"
                            " marks, previous, hash";
enum {
    SEAL_COLUMN_COUNT = 13,
    SEAL_NUMBER_COUNT = 9
};

static const char seal_domain[] = "kouan.batch.1";

static void digest_add(EVP_MD_CTX *digest, const void *data, size_t size)
{
    int ok = EVP_DigestUpdate(digest, data, size);
    assert(ok == 1);
}

static void digest_add_sized(EVP_MD_CTX *digest, struct bytes bytes)
{
    uint8_t size[4];
    struct writer writer = writer_over(size, sizeof size);
    write_u32(&writer, (uint32_t)bytes.size);
    digest_add(digest, size, sizeof size);
    digest_add(digest, bytes.data, bytes.size);
}

static void seal_numbers(const struct seal *seal, int64_t numbers_out[SEAL_NUMBER_COUNT])
{
    const int64_t numbers[SEAL_NUMBER_COUNT] = {seal->number,
                                                seal->epoch,
                                                seal->account.first,
                                                seal->account.last,
                                                seal->transfer.first,
                                                seal->transfer.last,
                                                seal->command.first,
                                                seal->command.last,
                                                seal->recorded_at};
    memcpy(numbers_out, numbers, sizeof numbers);
}

void seal_hash(const struct seal *seal,
               struct bytes streams,
               struct bytes marks,
               uint8_t hash_out[DIGEST_SIZE])
{
    int64_t numbers[SEAL_NUMBER_COUNT];
    seal_numbers(seal, numbers);
    uint8_t wire[sizeof numbers];
    struct writer writer = writer_over(wire, sizeof wire);
    for (size_t i = 0; i < SEAL_NUMBER_COUNT; i++) {
        write_u64(&writer, (uint64_t)numbers[i]);
    }
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    assert(digest != NULL);
    int ok = EVP_DigestInit_ex(digest, EVP_sha256(), NULL);
    assert(ok == 1);
    digest_add(digest, seal_domain, sizeof seal_domain - 1);
    digest_add(digest, seal->previous, DIGEST_SIZE);
    digest_add(digest, wire, sizeof wire);
    digest_add_sized(digest, streams);
    digest_add_sized(digest, marks);
    ok = EVP_DigestFinal_ex(digest, hash_out, NULL);
    assert(ok == 1);
    EVP_MD_CTX_free(digest);
}

void seal_write(struct stream *stream,
                const struct seal *seal,
                struct bytes streams,
                struct bytes marks)
{
    int64_t numbers[SEAL_NUMBER_COUNT];
    seal_numbers(seal, numbers);
    struct row_writer row = row_begin(stream, SEAL_COLUMN_COUNT);
    for (size_t i = 0; i < SEAL_NUMBER_COUNT - 1; i++) {
        row_bigint(&row, numbers[i]);
    }
    row_timestamptz(&row, seal->recorded_at);
    row_bytea(&row, streams.data, streams.size);
    row_bytea(&row, marks.data, marks.size);
    row_bytea(&row, seal->previous, DIGEST_SIZE);
    row_bytea(&row, seal->hash, DIGEST_SIZE);
    row_end(&row);
}

static void read_hash(struct reader *reader, uint8_t hash_out[DIGEST_SIZE])
{
    struct bytes bytes = field_bytes(reader);
    if (bytes.size == DIGEST_SIZE) {
        memcpy(hash_out, bytes.data, DIGEST_SIZE);
    } else {
        reader->has_failed = true;
    }
}

bool seal_read(struct bytes row,
               struct seal *seal_out,
               struct bytes *streams_out,
               struct bytes *marks_out)
{
    struct reader reader = reader_over(row.data, row.size);
    struct seal seal = {0};
    reader.has_failed |= read_u16(&reader) != SEAL_COLUMN_COUNT;
    seal.number = field_bigint(&reader, 0);
    seal.epoch = field_bigint(&reader, 0);
    struct range *const ranges[] = {&seal.account, &seal.transfer, &seal.command};
    for (size_t i = 0; i < 3; i++) {
        ranges[i]->first = field_bigint(&reader, 0);
        ranges[i]->last = field_bigint(&reader, 0);
    }
    seal.recorded_at = field_instant(&reader);
    *streams_out = field_bytes(&reader);
    *marks_out = field_bytes(&reader);
    read_hash(&reader, seal.previous);
    read_hash(&reader, seal.hash);
    *seal_out = seal;
    return !reader.has_failed && reader.at == reader.size;
}

void stream_proof_write(struct writer *writer, const struct stream_proof *proof)
{
    size_t size = strlen(proof->name);
    write_u8(writer, (uint8_t)size);
    write_bytes(writer, proof->name, size);
    write_u32(writer, proof->row_count);
    write_bytes(writer, proof->digest, DIGEST_SIZE);
}

bool stream_proof_read(struct reader *reader, struct stream_proof *proof_out)
{
    if (reader->at == reader->size) {
        return false;
    }
    struct stream_proof proof = {0};
    size_t size = read_u8(reader);
    const uint8_t *name = size < STREAM_NAME_SIZE ? read_bytes(reader, size) : NULL;
    proof.row_count = read_u32(reader);
    const uint8_t *digest = read_bytes(reader, DIGEST_SIZE);
    if (name == NULL || digest == NULL) {
        reader->has_failed = true;
        return false;
    }
    memcpy(proof.name, name, size);
    memcpy(proof.digest, digest, DIGEST_SIZE);
    *proof_out = proof;
    return true;
}
