/* Naming the row: the marks kept in the seal, one per row, against the rows as they are. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/journal/sql.h"
#include "ledger/journal/verify.h"

enum {
    NAME_SIZE = 160
};

/* A row as it is now. */
struct found {
    int64_t key;
    uint8_t mark[MARK_SIZE];
    char name[NAME_SIZE];
};

struct naming {
    struct verify *verify;
    const struct table *table;
    const struct seal *seal;
    uint8_t *marks; /* as sealed */
    size_t mark_count;
    struct found *found;
    size_t found_count;
    size_t found_capacity;
};

void row_name(const struct table *table, struct bytes row, char *name_out, size_t name_size)
{
    struct reader reader = reader_over(row.data, row.size);
    (void)read_u16(&reader);
    if (strncmp(table->name, "business.", 9) == 0) {
        struct bytes key = field_bytes(&reader);
        snprintf(name_out,
                 name_size,
                 "document %s/%.*s version %" PRId64,
                 table->name + 9,
                 key.size > 64 ? 64 : (int)key.size,
                 (const char *)key.data,
                 field_bigint(&reader, 0));
        return;
    }
    int64_t first = field_bigint(&reader, 0);
    if (strcmp(table->name, "bounds") == 0) {
        snprintf(name_out, name_size, "bounds %" PRId64 "/%" PRId32, first, field_integer(&reader));
    } else if (strcmp(table->name, "event") == 0) {
        snprintf(
            name_out, name_size, "event %" PRId64 "/%" PRId64, first, field_bigint(&reader, 0));
    } else {
        snprintf(name_out, name_size, "%s %" PRId64, table->name, first);
    }
}

/* The marks of this table out of those of the whole batch. */
static enum status marks_read(struct naming *naming)
{
    struct sql sql = {0};
    sql_add(&sql,
            "SELECT streams, marks FROM ledger.batch WHERE number = %" PRId64,
            naming->seal->number);
    struct copy copy;
    copy_open(&copy, &naming->verify->extra, sql.text);
    sql_destroy(&sql);
    struct bytes row;
    while (copy_next(&copy, &row)) {
        struct reader reader = reader_over(row.data, row.size);
        (void)read_u16(&reader);
        struct bytes streams = field_bytes(&reader);
        struct bytes marks = field_bytes(&reader);
        struct reader proofs = reader_over(streams.data, streams.size);
        struct stream_proof proof;
        size_t at = 0;
        while (stream_proof_read(&proofs, &proof)) {
            size_t size = (size_t)proof.row_count * MARK_SIZE;
            if (strcmp(proof.name, naming->table->name) == 0 && naming->marks == NULL) {
                naming->mark_count = proof.row_count;
                naming->marks = malloc(size);
                assert(naming->marks != NULL);
                memcpy(naming->marks, marks.data + at, size);
            }
            at += size;
        }
    }
    return copy_close(&copy);
}

static struct range naming_range(const struct naming *naming)
{
    const struct range ranges[] = {[RANGE_ACCOUNT] = naming->seal->account,
                                   [RANGE_TRANSFER] = naming->seal->transfer,
                                   [RANGE_COMMAND] = naming->seal->command};
    return ranges[naming->table->range];
}

static enum status rows_read(struct naming *naming)
{
    const struct table *table = naming->table;
    struct range range = naming_range(naming);
    struct sql sql = {0};
    sql_add(&sql,
            "%s WHERE %s BETWEEN %" PRId64 " AND %" PRId64 " ORDER BY %s",
            table->select,
            table->key_column,
            range.first,
            range.last,
            table->order);
    struct copy copy;
    copy_open(&copy, &naming->verify->extra, sql.text);
    sql_destroy(&sql);
    struct stream cut = {0};
    struct bytes row;
    while (copy_next(&copy, &row)) {
        naming->found = array_room(
            naming->found, naming->found_count, &naming->found_capacity, sizeof *naming->found);
        struct found *found = &naming->found[naming->found_count++];
        found->key = row_key(table, row);
        row_name(table, row, found->name, sizeof found->name);
        (void)row_as_of(table, naming->seal->number, row, &cut);
        row_mark((struct bytes){cut.data, cut.size}, found->mark);
    }
    stream_destroy(&cut);
    return copy_close(&copy);
}

static bool mark_is(const struct naming *naming, size_t sealed, size_t found)
{
    return sealed < naming->mark_count && found < naming->found_count &&
           memcmp(naming->marks + sealed * MARK_SIZE, naming->found[found].mark, MARK_SIZE) == 0;
}

/* Rows numbered without a gap name what is missing or twice by their numbers alone. */
static bool name_numbered(const struct naming *naming)
{
    struct range range = naming_range(naming);
    const char *table = naming->table->name;
    bool is_numbered = strcmp(table, "account") == 0 || strcmp(table, "transfer") == 0 ||
                       (strcmp(table, "command") == 0 &&
                        range.last - range.first + 1 == (int64_t)naming->mark_count);
    for (size_t i = 0; is_numbered && i <= naming->found_count; i++) {
        int64_t expected = range.first + (int64_t)i;
        if (expected > range.last) {
            break;
        }
        if (i == naming->found_count || naming->found[i].key > expected) {
            verify_fail(naming->verify,
                        "%s %" PRId64 ": missing, batch %" PRId64 " has it",
                        table,
                        expected,
                        naming->seal->number);
            return true;
        }
        if (naming->found[i].key < expected) {
            verify_fail(naming->verify, "%s: twice", naming->found[i].name);
            return true;
        }
        if (!mark_is(naming, i, i)) {
            break;
        }
    }
    return false;
}

static void name_by_marks(const struct naming *naming)
{
    struct verify *verify = naming->verify;
    int64_t number = naming->seal->number;
    size_t i = 0;
    while (mark_is(naming, i, i)) {
        i++;
    }
    if (i == naming->found_count) {
        verify_fail(verify,
                    "%s row after %s: missing, batch %" PRId64 " has it",
                    naming->table->name,
                    i == 0 ? "the start" : naming->found[i - 1].name,
                    number);
    } else if (i == naming->mark_count || mark_is(naming, i, i + 1)) {
        verify_fail(
            verify, "%s: added, batch %" PRId64 " does not have it", naming->found[i].name, number);
    } else if (mark_is(naming, i + 1, i)) {
        verify_fail(verify,
                    "%s row before %s: missing, batch %" PRId64 " has it",
                    naming->table->name,
                    naming->found[i].name,
                    number);
    } else {
        verify_fail(verify,
                    "%s: differs from what batch %" PRId64 " was sealed with",
                    naming->found[i].name,
                    number);
    }
}

enum status verify_name(struct verify *verify, const struct table *table, const struct seal *seal)
{
    struct naming naming = {.verify = verify, .table = table, .seal = seal};
    enum status status = marks_read(&naming);
    if (status == STATUS_OK) {
        status = rows_read(&naming);
    }
    if (status == STATUS_OK) {
        bool all_marks_agree = naming.found_count == naming.mark_count;
        for (size_t i = 0; all_marks_agree && i < naming.mark_count; i++) {
            all_marks_agree = mark_is(&naming, i, i);
        }
        if (all_marks_agree) {
            verify_fail(verify,
                        "%s rows of batch %" PRId64 ": differ, though every mark agrees",
                        table->name,
                        seal->number);
        } else if (!name_numbered(&naming)) {
            name_by_marks(&naming);
        }
        status = STATUS_CORRUPT;
    }
    free(naming.marks);
    free(naming.found);
    return status;
}
