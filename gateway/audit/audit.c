/* The log read page by page, in one snapshot. */
#include "gateway/audit/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/audit/audit_p.h"

enum {
    PAGE_BATCHES_MAX = 4096,
    PAGE_COMMANDS = 8192, /* a page ends with the batch that reaches it */
    TRANSFERS_MAX = 65536,
    DOCUMENTS_EXPECTED = 1 << 16,
    BODIES_SIZE = 64 << 20,
    LIMIT_SPARE = 4096,
    STATEMENT_SIZE = 9000,
    /* The reader keeps every statement prepared: a cursor has its declaration and these. */
    ROWS_MANY = 1024,
    ROWS_SOME = 32,
};

void audit_differs(struct audit *audit, const char *format, ...)
{
    if (audit->is_different) {
        return;
    }
    va_list values;
    va_start(values, format);
    (void)vsnprintf(
        audit->report->first_difference, sizeof audit->report->first_difference, format, values);
    va_end(values);
    audit->is_different = true;
}

/* --- cursors --- */

static enum status run_statement(struct audit *audit, const char *statement)
{
    return journal_read(audit->reader, statement, NULL, 0, NULL, NULL);
}

enum status rows_open(struct audit *audit, const char *cursor, const char *select)
{
    char statement[STATEMENT_SIZE];
    int length = snprintf(
        statement, sizeof statement, "DECLARE \"%s\" NO SCROLL CURSOR FOR %s", cursor, select);
    return length < STATEMENT_SIZE ? run_statement(audit, statement) : STATUS_LIMIT;
}

enum status rows_read(
    struct audit *audit, const char *cursor, size_t count, row_callback *callback, void *context)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && count > 0 && !audit->is_different) {
        char statement[128];
        size_t step = 1;
        if (count >= ROWS_SOME) {
            step = count >= ROWS_MANY ? ROWS_MANY : ROWS_SOME;
        }
        (void)snprintf(statement, sizeof statement, "FETCH %zu FROM \"%s\"", step, cursor);
        status = journal_read(audit->reader, statement, NULL, 0, callback, context);
        count -= step;
    }
    return status;
}

/* --- pages --- */

struct batch_page {
    struct audit_batch batches[PAGE_BATCHES_MAX];
    size_t count;
    int64_t command_count;
};

static void batch_found(void *page_, const struct row_view *row)
{
    struct batch_page *page = page_;
    if (page->command_count >= PAGE_COMMANDS) {
        return; /* the next page asks for it again */
    }
    struct audit_batch *batch = &page->batches[page->count++];
    *batch = (struct audit_batch){
        .number = view_bigint(row, 0),
        .first_command = view_bigint(row, 1),
        .last_command = view_bigint(row, 2),
    };
    page->command_count += batch->last_command - batch->first_command + 1;
}

static enum status read_batches(struct audit *audit, struct batch_page *page)
{
    char after[24];
    const char *const parameters[] = {after};
    (void)snprintf(after, sizeof after, "%" PRId64, audit->command_seq);
    page->count = 0;
    page->command_count = 0;
    return journal_read(audit->reader,
                        "SELECT number, first_command, last_command FROM ledger.batch"
                        " WHERE number > coalesce((SELECT max(number) FROM ledger.batch"
                        " WHERE last_command <= $1::bigint), 0)"
                        " AND last_command >= first_command ORDER BY number LIMIT 4096",
                        parameters,
                        1,
                        batch_found,
                        page);
}

static enum status run_commands(struct audit *audit, const struct batch_page *page)
{
    char first[24];
    char last[24];
    const char *const parameters[] = {first, last};
    const struct audit_batch *end = &page->batches[page->count - 1];
    (void)snprintf(first, sizeof first, "%" PRId64, audit->command_seq + 1);
    (void)snprintf(last, sizeof last, "%" PRId64, end->last_command);
    audit->batch = page->batches;
    audit->bounds_count = 0;
    enum status status =
        journal_read(audit->reader,
                     "SELECT seq, party, type, fingerprint, recorded_at, body, answer, party_user"
                     " FROM ledger.command WHERE seq BETWEEN $1::bigint AND $2::bigint"
                     " ORDER BY seq",
                     parameters,
                     2,
                     run_command,
                     audit);
    if (status == STATUS_OK && audit->command_seq < end->last_command) {
        audit_differs(audit, "command %" PRId64 " is missing", audit->command_seq + 1);
    }
    return status;
}

static enum status replay_page(struct audit *audit, const struct batch_page *page)
{
    enum status status = run_commands(audit, page);
    if (status == STATUS_OK && !audit->is_different) {
        status = compare_page(audit);
    }
    if (status == STATUS_OK && !audit->is_different) {
        page_settle(&audit->page);
        status = documents_page(audit);
    }
    page_clear(&audit->page);
    return status;
}

static enum status replay_log(struct audit *audit)
{
    struct batch_page *page = malloc(sizeof *page);
    enum status status = page == NULL ? STATUS_LIMIT : STATUS_OK;
    while (status == STATUS_OK && !audit->is_different) {
        status = read_batches(audit, page);
        if (status != STATUS_OK || page->count == 0) {
            break;
        }
        status = replay_page(audit, page);
    }
    free(page);
    return status;
}

/* --- begin and end --- */

struct extent {
    int64_t account_count;
    int64_t pending_count;
    bool is_virtual;
};

static void extent_found(void *extent_, const struct row_view *row)
{
    struct extent *extent = extent_;
    extent->account_count = view_bigint(row, 0);
    extent->pending_count = view_bigint(row, 1);
    extent->is_virtual = view_bigint(row, 2) > 0;
}

static enum status audit_begin(struct audit *audit)
{
    struct extent extent = {0};
    enum status status = run_statement(audit, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    if (status == STATUS_OK) {
        status = journal_read(audit->reader,
                              "SELECT (SELECT count(*) FROM ledger.account),"
                              " (SELECT count(*) FROM ledger.transfer WHERE kind = 2),"
                              " (SELECT count(*) FROM business.clock)",
                              NULL,
                              0,
                              extent_found,
                              &extent);
    }
    struct book_limits limits = {
        .account_count_max = (size_t)extent.account_count + LIMIT_SPARE,
        .pending_count_max = (size_t)extent.pending_count + LIMIT_SPARE,
    };
    struct state_limits state_limits = {
        .document_count_max = DOCUMENTS_EXPECTED,
        .transfer_count_max = TRANSFERS_MAX,
    };
    audit->book = book_create(&limits);
    audit->state = state_create(audit->book, &state_limits, NULL, NULL);
    audit->clock = extent.is_virtual ? CLOCK_VIRTUAL : CLOCK_SYSTEM;
    if (status == STATUS_OK) {
        status = compare_open(audit);
    }
    return status == STATUS_OK ? documents_open(audit) : status;
}

static enum status audit_run(struct audit *audit)
{
    enum status status = audit_begin(audit);
    if (status == STATUS_OK) {
        status = replay_log(audit);
    }
    if (status == STATUS_OK && !audit->is_different) {
        status = compare_end(audit);
    }
    if (status == STATUS_OK && !audit->is_different) {
        status = documents_end(audit);
    }
    return status == STATUS_OK && audit->is_different ? STATUS_CORRUPT : status;
}

enum status audit_replay(const char *conninfo, struct vault *vault, struct audit_report *report_out)
{
    struct journal_config config = {.conninfo = conninfo};
    struct audit audit = {
        .reader = journal_reader_create(&config),
        .vault = vault,
        .report = report_out,
    };
    *report_out = (struct audit_report){0};
    arena_create(&audit.scratch, RULE_SCRATCH_SIZE);
    arena_create(&audit.bodies, BODIES_SIZE);
    enum status status = audit_run(&audit);
    page_destroy(&audit.page);
    free(audit.actors.items);
    arena_destroy(&audit.bodies);
    arena_destroy(&audit.scratch);
    state_destroy(audit.state);
    book_destroy(audit.book);
    journal_reader_destroy(audit.reader);
    return status;
}
