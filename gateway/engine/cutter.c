#include "gateway/engine/cutter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/tax/tax_statement.h"
#include "ledger/base/log.h"

enum {
    PAGES_UNDER_WAY_MAX = 4,
    PAGE_ARENA_SIZE = 1 << 21,
    PREFIX_SIZE = PARTY_ID_SIZE + 16,
};

/* Belongs to nobody: a page that only asks whether the cut is complete. */
#define NO_BILL "-"

/* In the text of the query: a parameter would tell the planner nothing of how few rows it means. */
#define PAGE_LIMIT "2000"
_Static_assert(STATEMENT_PAGE_COUNT_MAX == 2000, "a page fills a command");

struct cutter {
    struct engine *engine;
    struct journal_reader *reader;
    struct vault *vault;
    instant_us begun_at; /* makes keys of commands new after a restart */
    int64_t page_count;
    char statement[STATEMENT_ID_SIZE]; /* in work; "" for none */
    char first[STATEMENT_ID_SIZE];     /* none before it is being cut */
    char prefix[PREFIX_SIZE];          /* of its days: "<agent>/<customs code>/" */
    char until[DOCUMENT_KEY_SIZE];     /* its last day */
    char day[DOCUMENT_KEY_SIZE];       /* read up to here */
    char bill[TAX_NO_SIZE];
    struct tax_statement_tax_no rows[STATEMENT_PAGE_COUNT_MAX];
    size_t row_count;
    size_t read_count; /* versions of bills passed; 0: no page is left */
    /* guarded by the engine's lock */
    size_t under_way;
    bool is_over;    /* the statement is being cut no more */
    bool is_to_redo; /* a page was not committed */
};

struct cutter *
cutter_create(struct engine *engine, struct journal_reader *reader, struct vault *vault)
{
    struct cutter *cutter = calloc(1, sizeof *cutter);
    assert(cutter != NULL);
    cutter->engine = engine;
    cutter->reader = reader;
    cutter->vault = vault;
    cutter->begun_at = clock_now();
    return cutter;
}

void cutter_destroy(struct cutter *cutter)
{
    free(cutter);
}

/* --- reading --- */

static void copy_text(char *to, size_t size, struct bytes from)
{
    (void)snprintf(to, size, "%.*s", (int)from.size, (const char *)from.data);
}

static void rewind_pages(struct cutter *cutter)
{
    (void)snprintf(cutter->day, sizeof cutter->day, "%s", cutter->prefix);
    cutter->bill[0] = '\0';
}

static void statement_found(void *context, const struct row_view *row)
{
    struct cutter *cutter = context;
    char agent[PARTY_ID_SIZE];
    char code[8];
    char through[DATE_TEXT_SIZE];
    copy_text(cutter->statement, sizeof cutter->statement, view_bytes(row, 0));
    copy_text(agent, sizeof agent, view_bytes(row, 1));
    copy_text(code, sizeof code, view_bytes(row, 2));
    date_format(view_date(row, 3), through);
    (void)snprintf(cutter->prefix, sizeof cutter->prefix, "%s/%s/", agent, code);
    (void)snprintf(cutter->until, sizeof cutter->until, "%s%s", cutter->prefix, through);
    memcpy(cutter->first, cutter->statement, sizeof cutter->first);
    rewind_pages(cutter);
}

static enum status statement_read(struct cutter *cutter)
{
    const char *parameters[] = {cutter->first};
    return journal_read(cutter->reader,
                        "SELECT s.key, s.agent, s.customs_code, s.through"
                        " FROM business.tax_statement s WHERE s.state = 'cutting' AND s.key >= $1"
                        " AND NOT EXISTS (SELECT FROM business.tax_statement n"
                        " WHERE n.key = s.key AND n.version > s.version)"
                        " ORDER BY s.key LIMIT 1",
                        parameters,
                        1,
                        statement_found,
                        cutter);
}

static void bill_found(void *context, const struct row_view *row)
{
    struct cutter *cutter = context;
    char bill[TAX_NO_SIZE];
    cutter->read_count++;
    copy_text(cutter->day, sizeof cutter->day, view_bytes(row, 0));
    copy_text(bill, sizeof bill, view_bytes(row, 1));
    bool is_next = strcmp(bill, cutter->bill) != 0;
    memcpy(cutter->bill, bill, sizeof cutter->bill);
    if (is_next && view_bigint(row, 2) == 1) {
        assert(cutter->row_count < STATEMENT_PAGE_COUNT_MAX);
        memcpy(cutter->rows[cutter->row_count++].tax_no, bill, sizeof bill);
    }
}

/* The next page, in the order of the index of days: bounded before anything is asked of a row, so
 * that a page costs the same however many bills follow, also where the tables were never analysed.
 * Every version of a bill that names a day is passed; those whose newest left it are not taken. */
static enum status page_read(struct cutter *cutter)
{
    const char *parameters[] = {cutter->day, cutter->bill, cutter->until};
    cutter->row_count = 0;
    cutter->read_count = 0;
    return journal_read(cutter->reader,
                        "SELECT b.tax_day, b.key, (SELECT coalesce(n.tax_day = b.tax_day, false)"
                        " FROM business.tax_bill n WHERE n.key = b.key"
                        " ORDER BY n.version DESC LIMIT 1)::int::bigint"
                        " FROM (SELECT tax_day, key FROM business.tax_bill"
                        " WHERE (tax_day, key) > ($1, $2) AND tax_day <= $3"
                        " ORDER BY tax_day, key LIMIT " PAGE_LIMIT ") b"
                        " ORDER BY b.tax_day, b.key",
                        parameters,
                        3,
                        bill_found,
                        cutter);
}

/* --- handing over --- */

/* On the engine's thread. */
static void page_done(struct unit *unit)
{
    struct cutter *cutter = unit->owner;
    const struct command *command = &unit->commands[0];
    const struct tax_statement_answer *answer = command->answer;
    bool is_answered = unit->status == UNIT_ANSWERED;
    pthread_mutex_lock(&cutter->engine->lock);
    cutter->under_way--;
    cutter->is_to_redo |= !is_answered;
    cutter->is_over |=
        is_answered &&
        (command->result == COMMAND_REFUSED ||
         (command->result == COMMAND_DONE && answer->state != TAX_STATEMENT_CUTTING));
    if (is_answered) {
        cutter->engine->is_clock_wanted = true;
        pthread_cond_signal(&cutter->engine->clock_wakes);
    }
    pthread_mutex_unlock(&cutter->engine->lock);
    unit_destroy(unit);
}

static void page_send(struct cutter *cutter)
{
    struct unit *unit = unit_create(1, PAGE_ARENA_SIZE);
    if (unit == NULL) {
        rewind_pages(cutter); /* no memory: read again at the next look */
        return;
    }
    size_t size = cutter->row_count * sizeof cutter->rows[0];
    struct tax_statement_add body = {.tax_nos = {.count = cutter->row_count}};
    memcpy(body.statement, cutter->statement, sizeof body.statement);
    body.tax_nos.items = arena_take(&unit->arena, size);
    assert(body.tax_nos.items != NULL);
    memcpy(body.tax_nos.items, cutter->rows, size);
    char key[96];
    (void)snprintf(key,
                   sizeof key,
                   "tax_statement.add/%s/%" PRId64 "/%" PRId64,
                   cutter->statement,
                   cutter->begun_at,
                   ++cutter->page_count);
    bool is_filled =
        unit_fill(unit, 0, command_type_find("tax_statement.add"), &body, key, cutter->vault);
    assert(is_filled);
    unit->owner = cutter;
    unit->done = page_done;
    pthread_mutex_lock(&cutter->engine->lock);
    cutter->under_way++;
    pthread_mutex_unlock(&cutter->engine->lock);
    if (engine_submit(cutter->engine, unit) != STATUS_OK) {
        unit->status = UNIT_NOT_COMMITTED;
        page_done(unit);
    }
}

/* How many pages are under way; looks at what became of the others. */
static size_t settle(struct cutter *cutter)
{
    pthread_mutex_lock(&cutter->engine->lock);
    size_t under_way = cutter->under_way;
    if (under_way == 0 && cutter->is_over) {
        cutter->statement[0] = '\0';
    }
    if (under_way == 0 && cutter->is_to_redo) {
        rewind_pages(cutter);
    }
    if (under_way == 0) {
        cutter->is_over = cutter->is_to_redo = false;
    }
    bool is_waiting = cutter->is_over || cutter->is_to_redo;
    pthread_mutex_unlock(&cutter->engine->lock);
    return is_waiting ? PAGES_UNDER_WAY_MAX : under_way;
}

/* All pages were read. One more asks whether that was all; then from the beginning. */
static void ask_whether_complete(struct cutter *cutter)
{
    (void)snprintf(cutter->rows[0].tax_no, sizeof cutter->rows[0].tax_no, "%s", NO_BILL);
    cutter->row_count = 1;
    page_send(cutter);
    rewind_pages(cutter);
}

enum cutter_step cutter_run(struct cutter *cutter)
{
    size_t under_way = settle(cutter);
    enum status status = STATUS_OK;
    if (cutter->statement[0] == '\0') {
        status = statement_read(cutter);
    }
    while (status == STATUS_OK && cutter->statement[0] != '\0' && under_way < PAGES_UNDER_WAY_MAX) {
        status = page_read(cutter);
        if (status != STATUS_OK) {
            break;
        }
        if (cutter->read_count == 0) {
            if (under_way == 0) {
                ask_whether_complete(cutter);
            }
            break;
        }
        if (cutter->row_count > 0) {
            page_send(cutter);
            under_way++;
        }
    }
    if (status != STATUS_OK) {
        LOG(LOG_WARNING, "bills not read", LOG_TEXT("status", status_name(status)));
    }
    return cutter->statement[0] == '\0' ? CUTTER_NOTHING : CUTTER_BUSY;
}
