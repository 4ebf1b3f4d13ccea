#pragma once
/*
 * The inside of journal_verify. Everything is read in one snapshot, table by table, in the order of
 * proof, beside the batches the rows must belong to; laws are recomputed from the rows alone.
 */
#include "ledger/base/map.h"
#include "ledger/journal/connection.h"
#include "ledger/journal/journal.h"
#include "ledger/journal/seal.h"

/* Which of a batch's ranges a row falls in. */
enum table_range {
    RANGE_ACCOUNT,
    RANGE_TRANSFER,
    RANGE_COMMAND,
};

struct verify;

/* Laws look at each row after it was fed to the hash. */
typedef enum status row_visitor(struct verify *verify, struct bytes row);

/* A table to check. */
struct table {
    char name[STREAM_NAME_SIZE]; /* as in the seal */
    char *select;                /* SELECT columns FROM relation, without WHERE */
    const char *order;
    const char *key_column; /* the column that tells the batch */
    size_t key_field;       /* its place */
    enum table_range range;
    row_visitor *visit; /* NULL = no law */
    size_t column_count;
    int64_t *since; /* the first batch that had a column; NULL = all always had all */
};

/* What the laws know of an account, replayed. */
struct ledger_account {
    int64_t posted_debits;
    int64_t posted_credits;
    int64_t pending_debits;
    int64_t pending_credits;
    int64_t last_seq;
    struct bounds bounds;
    int16_t purpose;
    int16_t currency;
    uint32_t subject; /* index of its memo group, MAP_NONE = none */
};

struct open_pending {
    int64_t seq; /* 0 = free */
    int64_t debit;
    int64_t credit;
    int64_t remaining;
    int64_t expires_at;
};

/* Memo accounts of one subject: what is limited, available, reserved and called sums to zero. */
struct memo_group {
    char subject[SUBJECT_SIZE];
    int16_t currency;
    int64_t net;
};

struct bounds_row {
    int64_t account;
    int64_t after_seq;
    struct bounds bounds;
};

struct laws {
    struct ledger_account *accounts; /* account i + 1 */
    size_t account_count;
    size_t account_capacity;
    struct bounds_row *bounds;
    size_t bounds_count;
    size_t bounds_capacity;
    size_t bounds_at;
    struct open_pending *pendings;
    size_t pending_count; /* slots used */
    size_t pending_capacity;
    size_t pending_open_count;
    struct map pending_map;
    struct memo_group *groups;
    size_t group_count;
    size_t group_capacity;
    struct map group_map;
    int64_t seq;
    int64_t command_seq;
    struct map party_map;  /* party → index */
    int64_t (*parties)[2]; /* party, its last event */
    size_t party_count;
    size_t party_capacity;
    struct checkpoint_point *points; /* checkpoints to compare with, in order */
    size_t point_count;
    size_t point_at;
};

struct checkpoint_point {
    int64_t seq;
    int64_t base;
    int64_t changed_since;
    int64_t pending_count;
};

struct verify {
    struct connection rows;
    struct connection batches;
    struct connection extra;
    struct verify_report *report;
    struct seal last;
    struct laws laws;
};

/* Notes what is wrong, the first time; CORRUPT. */
enum status verify_fail(struct verify *verify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Doubles an array when it is full. */
void *array_room(void *array, size_t count, size_t *capacity, size_t size);

/* --- verify_chain.c --- */
enum status verify_chain(struct verify *verify);
/* The seals in order, without marks. */
extern const char seal_columns_light[];

/* --- verify_table.c --- */
enum status verify_table(struct verify *verify, const struct table *table);
/* The bytes that batch `number` knew of a row: those of columns that came later are cut off. */
bool row_as_of(const struct table *table, int64_t number, struct bytes row, struct stream *cut);
int64_t row_key(const struct table *table, struct bytes row);

/* --- verify_name.c --- */
/* Finds and names the first row in which `table` differs from the seal of a batch. */
enum status verify_name(struct verify *verify, const struct table *table, const struct seal *seal);
void row_name(const struct table *table, struct bytes row, char *name_out, size_t name_size);

/* --- verify_laws.c --- */
row_visitor laws_account;
row_visitor laws_bounds;
row_visitor laws_transfer;
row_visitor laws_command;
row_visitor laws_event;
enum status laws_finish(struct verify *verify);
void laws_destroy(struct laws *laws);
const struct open_pending *laws_pending(const struct laws *laws, int64_t seq);

/* --- verify_checkpoint.c --- */
enum status checkpoints_load(struct verify *verify);
/* Compares the checkpoints that stand at laws.seq. */
enum status checkpoints_compare(struct verify *verify);
