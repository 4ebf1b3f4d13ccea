/* GET /v1/event?cursor=<number>&limit=: the caller's events in order, without a gap. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/business/field.h"

struct event_view {
    int64_t number;
    char type[65];
    char subject[SUBJECT_SIZE * 2];
    int64_t command;
    char data[1025];
};

static const struct field event_fields[] = {
    FIELD(event_view, number, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "1, 2, … for each party"),
    TEXT(event_view, type, FIELD_REQUIRED, .meaning = "such as guarantee.utilisation"),
    TEXT(event_view, subject, 0, .meaning = "the document concerned"),
    FIELD(event_view, command, FIELD_INTEGER, 0, .meaning = "the command that caused it"),
    TEXT(event_view, data, 0, .meaning = "a JSON object"),
};
static const struct record event_record = RECORD(event_view, event_fields, "An event (事件)");

static void event_each(void *context, const struct row_view *row)
{
    struct query *query = context;
    struct event_view view = {.number = view_bigint(row, 0), .command = view_bigint(row, 3)};
    const struct {
        char *to;
        size_t size;
        size_t column;
    } texts[] = {
        {view.type,    sizeof view.type,    1},
        {view.subject, sizeof view.subject, 2},
        {view.data,    sizeof view.data,    4},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct bytes from = view_bytes(row, texts[i].column);
        (void)snprintf(texts[i].to, texts[i].size, "%.*s", (int)from.size, (const char *)from.data);
    }
    query_begin_item(query);
    record_write(&event_record, query->media, RECORD_MASKED, &view, &query->out);
    (void)snprintf(query->next_cursor, sizeof query->next_cursor, "%" PRId64, view.number);
}

void api_events(struct request *request, void *context)
{
    const struct api_route *route = context;
    struct page *page;
    struct query *query = query_create_page(route->api, request, NULL, &page);
    if (query == NULL) {
        return;
    }
    if (strspn(page->cursor, "0123456789") != strlen(page->cursor) || strlen(page->cursor) > 18) {
        problem_reply(request,
                      &(struct problem){.status = 400,
                                        .code = "request.range",
                                        .title = "cursor is the number of an event"});
        query_destroy(query);
        return;
    }
    struct arena *arena = request_arena(request);
    const char *party = request_identity(request)->party;
    query->statement = "SELECT e.party_seq, e.type, e.subject, e.command_seq, e.body::text"
                       " FROM ledger.event e"
                       " WHERE e.party = (SELECT p.number FROM business.party p WHERE p.key = $1"
                       " ORDER BY p.version DESC LIMIT 1) AND e.party_seq > $2::bigint"
                       " ORDER BY e.party_seq LIMIT $3::bigint";
    query->parameters[0] = arena_copy_text(arena, party, strlen(party));
    query->parameters[1] = page->cursor[0] == '\0' ? "0" : page->cursor;
    query->parameters[2] = page->limit;
    query->parameter_count = 3;
    query->each = event_each;
    query_submit(query, query_reply);
}
