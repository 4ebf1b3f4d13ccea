#pragma once
/* Inside the audit: what its files share. */
#include <stdbool.h>
#include <stddef.h>

#include "gateway/audit/audit.h"
#include "gateway/business/rule.h"
#include "ledger/base/arena.h"
#include "ledger/journal/journal.h"

/* A version of a document that must be in the store. */
struct made_document {
    enum document document;
    int64_t batch;
    int64_t command_seq;
    size_t ordinal; /* a command may put a document twice */
    void *data;     /* record_copy */
};

struct made_account {
    int64_t number;
    struct account_key key;
    int64_t from_command; /* its row has this command or a later one of the batch */
    int64_t to_command;
};

struct made_bounds {
    struct state_bounds made;
    int32_t ordinal;
};

struct made_event {
    struct event event;
    int64_t party_seq;
};

/* A growing array. */
struct made_list {
    void *items;
    size_t count;
    size_t capacity;
};

/* What the commands of a page did. */
struct page {
    struct made_list documents; /* struct made_document; ended by page_settle */
    struct made_list accounts;
    struct made_list bounds;
    struct made_list transfers; /* struct transfer */
    struct made_list events;
};

/* The parties by number: the numbers ascend. */
struct actor_name {
    int64_t number;
    char id[PARTY_ID_SIZE];
    int64_t event_count;
};

struct audit_batch {
    int64_t number;
    int64_t first_command;
    int64_t last_command;
};

struct audit {
    struct journal_reader *reader;
    struct vault *vault;
    struct audit_report *report;
    bool is_different;
    struct book *book;
    struct state *state;
    enum clock_kind clock;
    struct arena scratch; /* of the rule that runs */
    struct arena bodies;  /* of the command or row being read */
    int64_t command_seq;  /* the last one replayed */
    struct made_list actors;
    struct page page;
    const struct audit_batch *batch; /* of the commands being run */
    int32_t bounds_count;            /* of this batch so far */
};

/* Notes the first difference; later ones follow from it and are dropped. */
__attribute__((format(printf, 2, 3))) void
audit_differs(struct audit *audit, const char *format, ...);

/* A new last item, zeroed. */
void *made_add(struct made_list *list, size_t item_size);

/* run.c: a row of ledger.command, columns as in audit.c */
void run_command(void *audit, const struct row_view *row);

/* page.c */
struct actor_name *actor_find(const struct audit *audit, int64_t number);
/* What the command just run did, before the state forgets it. */
void page_note(struct audit *audit);
/* Of several versions in one batch only the last is stored; ordered by kind, version, key. */
void page_settle(struct page *page);
void page_clear(struct page *page);
void page_destroy(struct page *page);

/*
 * Rows in the order in which the replay makes them, by a cursor of the snapshot. `rows_read` gives
 * the next `count`; fewer when the table ends.
 */
enum status rows_open(struct audit *audit, const char *cursor, const char *select);
enum status rows_read(
    struct audit *audit, const char *cursor, size_t count, row_callback *callback, void *context);

/* compare.c: the page, then, once the log has ended, what is left and the balances */
enum status compare_open(struct audit *audit);
enum status compare_page(struct audit *audit);
enum status compare_end(struct audit *audit);

/* documents.c: the same for documents */
enum status documents_open(struct audit *audit);
enum status documents_page(struct audit *audit);
enum status documents_end(struct audit *audit);
