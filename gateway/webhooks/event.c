/* Events as the store has them, and as they are posted. */
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/webhooks/webhooks_p.h"

enum {
    PARTY_COUNT = 512, /* asked about at once */
    NUMBER_TEXT_SIZE = 21,
};

/* --- heads --- */

struct heads {
    struct webhooks *webhooks;
    size_t from;
    size_t until;
};

static void head_found(void *context, const struct row_view *row)
{
    const struct heads *heads = context;
    int64_t party = view_bigint(row, 0);
    int64_t head = view_is_null(row, 1) ? 0 : view_bigint(row, 1);
    for (size_t i = heads->from; i < heads->until; i++) {
        struct hook *hook = heads->webhooks->hooks[i];
        if (hook->data->party_number == party) {
            hook->head = head;
        }
    }
}

static enum status heads_read(struct heads *heads)
{
    char parties[PARTY_COUNT * NUMBER_TEXT_SIZE + 3];
    size_t size = 0;
    for (size_t i = heads->from; i < heads->until; i++) {
        size += (size_t)snprintf(parties + size,
                                 sizeof parties - size,
                                 "%c%" PRId64,
                                 size == 0 ? '{' : ',',
                                 heads->webhooks->hooks[i]->data->party_number);
    }
    (void)snprintf(parties + size, sizeof parties - size, "}");
    const char *parameters[] = {parties};
    return journal_read(heads->webhooks->reader,
                        "SELECT p.number, (SELECT max(e.party_seq) FROM ledger.event e"
                        " WHERE e.party = p.number)"
                        " FROM (SELECT DISTINCT unnest($1::bigint[]) AS number) p",
                        parameters,
                        1,
                        head_found,
                        heads);
}

enum status events_read_heads(struct webhooks *webhooks)
{
    enum status status = STATUS_OK;
    for (size_t at = 0; at < webhooks->hook_count && status == STATUS_OK; at += PARTY_COUNT) {
        size_t left = webhooks->hook_count - at;
        struct heads heads = {webhooks, at, at + (left < PARTY_COUNT ? left : PARTY_COUNT)};
        status = heads_read(&heads);
    }
    return status;
}

/* --- events --- */

static void copy_text(char *text_out, size_t size, struct bytes from)
{
    (void)snprintf(text_out, size, "%.*s", (int)from.size, (const char *)from.data);
}

static void event_found(void *context, const struct row_view *row)
{
    struct page *page = context;
    assert(page->count < PAGE_EVENT_COUNT);
    struct hook_event *event = &page->events[page->count++];
    *event = (struct hook_event){
        .number = view_bigint(row, 0),
        .command = view_bigint(row, 3),
        .at = view_timestamptz(row, 5),
    };
    copy_text(event->type, sizeof event->type, view_bytes(row, 1));
    copy_text(event->subject, sizeof event->subject, view_bytes(row, 2));
    copy_text(event->data, sizeof event->data, view_bytes(row, 4));
}

#define EVENT_COLUMNS                                                                              \
    "SELECT e.party_seq, e.type, e.subject, e.command_seq, e.body::text, c.recorded_at"            \
    " FROM ledger.event e JOIN ledger.command c ON c.seq = e.command_seq"                          \
    " WHERE e.party = $1::bigint AND e.party_seq "

static enum status page_read(struct webhooks *webhooks,
                             const struct hook *hook,
                             const char *statement,
                             int64_t number,
                             struct page *page)
{
    char party[NUMBER_TEXT_SIZE + 1];
    char text[NUMBER_TEXT_SIZE + 1];
    (void)snprintf(party, sizeof party, "%" PRId64, hook->data->party_number);
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    const char *parameters[] = {party, text};
    page->count = 0;
    page->next = 0;
    return journal_read(webhooks->reader, statement, parameters, 2, event_found, page);
}

enum status events_read_page(struct webhooks *webhooks, struct hook *hook)
{
    if (hook->page == NULL) {
        hook->page = malloc(sizeof *hook->page);
        assert(hook->page != NULL);
    }
    return page_read(webhooks,
                     hook,
                     EVENT_COLUMNS "> $2::bigint ORDER BY e.party_seq LIMIT 16",
                     hook->position,
                     hook->page);
}

enum status
event_read(struct webhooks *webhooks, const struct hook *hook, int64_t number, struct page *out)
{
    return page_read(webhooks, hook, EVENT_COLUMNS "= $2::bigint", number, out);
}

static void start_found(void *context, const struct row_view *row)
{
    int64_t *start = context;
    *start = view_bigint(row, 0);
}

enum status events_read_start(struct webhooks *webhooks, struct hook *hook)
{
    char party[NUMBER_TEXT_SIZE + 1];
    char since[NUMBER_TEXT_SIZE + 1];
    int64_t start = 0;
    (void)snprintf(party, sizeof party, "%" PRId64, hook->data->party_number);
    (void)snprintf(since, sizeof since, "%" PRId64, hook->data->since_command);
    const char *parameters[] = {party, since};
    enum status status = journal_read(webhooks->reader,
                                      "SELECT e.party_seq FROM ledger.event e"
                                      " WHERE e.party = $1::bigint AND e.command_seq < $2::bigint"
                                      " ORDER BY e.party_seq DESC LIMIT 1",
                                      parameters,
                                      2,
                                      start_found,
                                      &start);
    if (status == STATUS_OK) {
        hook->is_placed = true;
        hook->position = start;
    }
    return status;
}

/* --- as posted --- */

char *event_payload(const struct hook_event *event)
{
    char at[INSTANT_TEXT_SIZE];
    instant_format(event->at, at);
    json_t *data = json_loads(event->data, 0, NULL);
    if (data == NULL) {
        return NULL;
    }
    json_t *payload = json_pack("{s:s, s:s, s:{s:I, s:I, s:s, s:o}}",
                                "type",
                                event->type,
                                "timestamp",
                                at,
                                "data",
                                "number",
                                (json_int_t)event->number,
                                "command",
                                (json_int_t)event->command,
                                "subject",
                                event->subject,
                                "data",
                                data);
    char *text = payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
    json_decref(payload);
    return text;
}
