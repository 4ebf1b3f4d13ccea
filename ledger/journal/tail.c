#include "ledger/journal/tail.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/journal/rows.h"
#include "ledger/journal/sql.h"

enum {
    STRETCH_PAGES = 512,
    SORTED_BLOCK_ROWS = 4096,
    ROWS_AT_FIRST = 1024,
};

/*
 * What a book needs of a transfer. The server's cost is by the value: kind and time are left out
 * of a single transfer, which no time is compared with; command and code say nothing to a book.
 */
static const char short_columns[] =
    "seq, debit, credit, amount, pending_seq, expires_at, debit_prev, credit_prev,"
    " nullif(kind, 1)::bigint, CASE WHEN kind <> 1 THEN recorded_at END";

static bool short_read(struct bytes row, struct transfer *transfer_out)
{
    struct reader reader = reader_over(row.data, row.size);
    reader.has_failed |= read_u16(&reader) != 10;
    struct transfer transfer = {.seq = field_bigint(&reader, 0)};
    transfer.debit = field_bigint(&reader, 0);
    transfer.credit = field_bigint(&reader, 0);
    transfer.amount = field_bigint(&reader, 0);
    transfer.pending_seq = field_bigint(&reader, 0);
    transfer.expires_at = field_instant(&reader);
    transfer.debit_prev = field_bigint(&reader, 0);
    transfer.credit_prev = field_bigint(&reader, 0);
    transfer.kind = (uint16_t)field_bigint(&reader, TRANSFER_SINGLE);
    transfer.recorded_at = field_instant(&reader);
    *transfer_out = transfer;
    return !reader.has_failed && reader.at == reader.size;
}

/* --- cutting --- */

static void leaf_cut(struct tail *tail, int64_t leaf, int64_t page_count)
{
    for (int64_t page = 0; page < page_count; page += STRETCH_PAGES) {
        bool is_last = page_count - page <= STRETCH_PAGES;
        tail->stretches[tail->stretch_count++] = (struct stretch){
            .leaf = leaf, .page = page, .page_end = is_last ? INT64_MAX : page + STRETCH_PAGES};
    }
}

static void leaves_cut(struct tail *tail, struct connection *connection)
{
    char first[24];
    snprintf(first, sizeof first, "%" PRId64, tail->first_seq);
    const char *const parameters[] = {first};
    PGresult *result = NULL;
    tail->status =
        connection_query(connection,
                         "SELECT first_seq, pg_relation_size(('ledger.transfer_'"
                         " || lpad(first_seq::text, 12, '0'))::regclass)"
                         " / current_setting('block_size')::bigint"
                         " FROM ledger.leaf WHERE last_seq >= $1::bigint ORDER BY first_seq",
                         1,
                         parameters,
                         &result);
    if (tail->status != STATUS_OK) {
        return;
    }
    int64_t count = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        count += result_number(result, i, 1) / STRETCH_PAGES + 1;
    }
    tail->stretches = calloc((size_t)count + 1, sizeof *tail->stretches);
    assert(tail->stretches != NULL);
    for (int i = 0; i < PQntuples(result); i++) {
        leaf_cut(tail, result_number(result, i, 0), result_number(result, i, 1));
    }
    PQclear(result);
}

/* --- lanes --- */

static void block_add(struct tail_block *block, const struct transfer *transfer)
{
    if (block->count == block->capacity) {
        block->capacity = 2 * block->capacity + ROWS_AT_FIRST;
        block->rows = realloc(block->rows, block->capacity * sizeof *block->rows);
        assert(block->rows != NULL);
    }
    block->rows[block->count++] = *transfer;
}

/* Adds what is left of a COPY, at most `count_max` rows. False when a row has another shape. */
static bool block_fill(struct tail_block *block, struct copy *copy, size_t count_max)
{
    struct bytes row;
    struct transfer transfer;
    while (block->count < count_max && copy_next(copy, &row)) {
        if (!short_read(row, &transfer)) {
            return false;
        }
        block_add(block, &transfer);
    }
    return true;
}

/* "+ 0": by pages, never by the index of seq. */
static void
stretch_read(const struct tail_lane *lane, const struct stretch *stretch, struct tail_block *block)
{
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT %s FROM ledger.transfer_%012" PRId64 " WHERE ctid >= '(%" PRId64 ",0)'",
            short_columns,
            stretch->leaf,
            stretch->page);
    if (stretch->page_end < INT64_MAX) {
        sql_add(&sql, " AND ctid < '(%" PRId64 ",0)'", stretch->page_end);
    }
    if (stretch->leaf < lane->tail->first_seq) {
        sql_add(&sql, " AND seq + 0 >= %" PRId64, lane->tail->first_seq);
    }
    struct copy copy;
    copy_open(&copy, lane->connection, sql.text);
    sql_destroy(&sql);
    block->count = 0;
    bool is_sound = block_fill(block, &copy, SIZE_MAX);
    enum status status = copy_close(&copy);
    block->status = status == STATUS_OK && !is_sound ? STATUS_CORRUPT : status;
}

/* The next stretch to read, once a block is free for it; NULL = there is none. */
static const struct stretch *stretch_take(struct tail *tail, struct tail_block **block_out)
{
    const struct stretch *taken = NULL;
    pthread_mutex_lock(&tail->lock);
    while (!tail->is_over && tail->begun < tail->stretch_count &&
           tail->begun - tail->done == TAIL_BLOCK_COUNT) {
        pthread_cond_wait(&tail->block_free, &tail->lock);
    }
    if (!tail->is_over && tail->begun < tail->stretch_count) {
        *block_out = &tail->blocks[tail->begun % TAIL_BLOCK_COUNT];
        taken = &tail->stretches[tail->begun++];
    }
    pthread_mutex_unlock(&tail->lock);
    return taken;
}

static void *lane_run(void *context)
{
    const struct tail_lane *lane = context;
    struct tail *tail = lane->tail;
    struct tail_block *block = NULL;
    const struct stretch *stretch = stretch_take(tail, &block);
    while (stretch != NULL) {
        stretch_read(lane, stretch, block);
        pthread_mutex_lock(&tail->lock);
        block->is_ready = true;
        pthread_cond_signal(&tail->block_ready);
        pthread_mutex_unlock(&tail->lock);
        stretch = stretch_take(tail, &block);
    }
    return NULL;
}

static void
lanes_start(struct tail *tail, struct connection *const *connections, size_t connection_count)
{
    assert(connection_count >= 1 && connection_count <= TAIL_CONNECTION_COUNT_MAX);
    while (tail->lane_count < connection_count && tail->lane_count < tail->stretch_count) {
        struct tail_lane *lane = &tail->lanes[tail->lane_count];
        *lane = (struct tail_lane){.tail = tail, .connection = connections[tail->lane_count]};
        if (pthread_create(&lane->thread, NULL, lane_run, lane) != 0) {
            break;
        }
        tail->lane_count++;
    }
    if (tail->lane_count == 0 && tail->stretch_count > 0) {
        tail->status = STATUS_LIMIT;
    }
}

static void lanes_end(struct tail *tail)
{
    pthread_mutex_lock(&tail->lock);
    tail->is_over = true;
    pthread_cond_broadcast(&tail->block_free);
    pthread_mutex_unlock(&tail->lock);
    while (tail->lane_count > 0) {
        pthread_join(tail->lanes[--tail->lane_count].thread, NULL);
    }
}

void tail_open(struct tail *tail,
               struct connection *const *connections,
               size_t connection_count,
               int64_t first_seq)
{
    *tail = (struct tail){.first_seq = first_seq,
                          .next_seq = first_seq,
                          .ordering = connections[0],
                          .status = STATUS_OK};
    pthread_mutex_init(&tail->lock, NULL);
    pthread_cond_init(&tail->block_ready, NULL);
    pthread_cond_init(&tail->block_free, NULL);
    leaves_cut(tail, connections[0]);
    if (tail->status == STATUS_OK) {
        lanes_start(tail, connections, connection_count);
    }
}

/* --- the caller's side --- */

/* Waits for the block at hand; NULL at the end and on failure. */
static struct tail_block *block_wait(struct tail *tail)
{
    struct tail_block *block = &tail->blocks[tail->done % TAIL_BLOCK_COUNT];
    pthread_mutex_lock(&tail->lock);
    bool is_end = tail->done == tail->stretch_count;
    while (!is_end && !block->is_ready) {
        pthread_cond_wait(&tail->block_ready, &tail->lock);
    }
    pthread_mutex_unlock(&tail->lock);
    if (!is_end) {
        tail->status = block->status;
    }
    return is_end || block->status != STATUS_OK ? NULL : block;
}

static void block_release(struct tail *tail)
{
    pthread_mutex_lock(&tail->lock);
    tail->blocks[tail->done % TAIL_BLOCK_COUNT].is_ready = false;
    tail->done++;
    pthread_cond_signal(&tail->block_free);
    pthread_mutex_unlock(&tail->lock);
}

/* How many rows from the front follow on next_seq. */
static size_t count_in_order(const struct tail *tail, const struct tail_block *block)
{
    size_t count = 0;
    while (count < block->count && block->rows[count].seq == tail->next_seq + (int64_t)count) {
        count++;
    }
    return count;
}

/* A row met before is met twice; all others, this block's too, are asked for again, sorted. */
static void order_rows(struct tail *tail)
{
    const struct tail_block *block = block_wait(tail);
    while (block != NULL) {
        for (size_t i = 0; i < block->count; i++) {
            if (block->rows[i].seq < tail->next_seq) {
                tail->bad_seq = block->rows[i].seq;
            }
        }
        block_release(tail);
        block = block_wait(tail);
    }
    lanes_end(tail);
    if (tail->status != STATUS_OK || tail->bad_seq != 0) {
        return;
    }
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT %s FROM ledger.transfer WHERE seq >= %" PRId64 " ORDER BY seq",
            short_columns,
            tail->next_seq);
    copy_open(&tail->copy, tail->ordering, sql.text);
    sql_destroy(&sql);
    tail->is_sorted = true;
}

/* NULL at the end, on failure, and when rows turn out not to be in order. */
static const struct tail_block *read_block(struct tail *tail)
{
    if (tail->is_given) {
        block_release(tail);
        tail->is_given = false;
    }
    const struct tail_block *block = block_wait(tail);
    while (block != NULL && block->count == 0) {
        block_release(tail);
        block = block_wait(tail);
    }
    if (block != NULL && count_in_order(tail, block) < block->count) {
        order_rows(tail);
        return NULL;
    }
    tail->is_given = block != NULL;
    return block;
}

static const struct tail_block *sorted_block(struct tail *tail)
{
    struct tail_block *block = &tail->blocks[0];
    block->count = 0;
    if (!block_fill(block, &tail->copy, SORTED_BLOCK_ROWS)) {
        tail->status = STATUS_CORRUPT;
        return NULL;
    }
    size_t count = count_in_order(tail, block);
    if (count < block->count) {
        tail->bad_seq = block->rows[count].seq;
        block->count = count;
    }
    return count == 0 ? NULL : block;
}

bool tail_next(struct tail *tail, const struct transfer **rows_out, size_t *count_out)
{
    const struct tail_block *block = NULL;
    if (!tail->is_sorted && tail->status == STATUS_OK) {
        block = read_block(tail);
    }
    if (tail->is_sorted && tail->status == STATUS_OK && tail->bad_seq == 0) {
        block = sorted_block(tail);
    }
    if (block == NULL) {
        return false;
    }
    tail->next_seq += (int64_t)block->count;
    *rows_out = block->rows;
    *count_out = block->count;
    return true;
}

enum status tail_close(struct tail *tail)
{
    lanes_end(tail);
    enum status status = tail->status;
    if (tail->is_sorted) {
        enum status closed = copy_close(&tail->copy);
        status = status == STATUS_OK ? closed : status;
    }
    for (size_t i = 0; i < TAIL_BLOCK_COUNT; i++) {
        free(tail->blocks[i].rows);
    }
    free(tail->stretches);
    pthread_cond_destroy(&tail->block_free);
    pthread_cond_destroy(&tail->block_ready);
    pthread_mutex_destroy(&tail->lock);
    return tail->bad_seq != 0 && status == STATUS_OK ? STATUS_CORRUPT : status;
}
