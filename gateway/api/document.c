/* GET /v1/<document>/<key> and GET /v1/<document>?<indexed field>=<value>&cursor=&limit= */
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"

static void document_each(void *context, const struct row_view *row)
{
    struct query *query = context;
    const struct record *record = document_types[query->document].record;
    struct arena *scratch = query->tools->scratch;
    arena_reset(scratch);
    void *data = arena_take(scratch, record->size);
    if (data == NULL || !record_read_row(record, query->tools->vault, row, scratch, data)) {
        query->out.has_failed = true;
        return;
    }
    query_begin_item(query);
    record_write(record, query->media, RECORD_MASKED, data, &query->out);
    struct bytes key = view_bytes(row, 0);
    (void)snprintf(query->next_cursor,
                   sizeof query->next_cursor,
                   "%.*s",
                   (int)key.size,
                   (const char *)key.data);
}

void api_document(struct request *request, void *context)
{
    const struct api_route *route = context;
    struct query *query = query_create(route->api, request);
    if (query == NULL) {
        return;
    }
    query->document = route->document;
    query->statement = route->api->statements[route->document].single;
    query->parameters[0] = request_path_part(request, 0);
    query->parameters[1] = query->party;
    query->parameter_count = 2;
    query->each = document_each;
    query_submit(query, query_reply);
}

/* Whether the database can take the text as a value of the field. */
static bool filter_is_valid(const struct field *field, const char *value)
{
    date_days date;
    bool is_text = field->type == FIELD_TEXT || field->type == FIELD_ENUM;
    return is_text || (field->type == FIELD_DATE && date_parse(value, strlen(value), &date));
}

/* The one indexed field the request filters by; SIZE_MAX: none. */
static size_t filter_find(const struct request *request, enum document document)
{
    const struct record *record = document_types[document].record;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & (FIELD_INDEX | FIELD_PREFIX)) != 0 &&
            request_query(request, field->name) != NULL) {
            return i;
        }
    }
    return SIZE_MAX;
}

void api_documents(struct request *request, void *context)
{
    const struct api_route *route = context;
    size_t filter = filter_find(request, route->document);
    const struct record *record = document_types[route->document].record;
    const char *filter_name = filter == SIZE_MAX ? NULL : record->fields[filter].name;
    struct page *page;
    struct query *query = query_create_page(route->api, request, filter_name, &page);
    if (query == NULL) {
        return;
    }
    const struct document_statements *statements = &route->api->statements[route->document];
    query->document = route->document;
    query->statement = statements->page;
    query->parameters[0] = page->cursor;
    query->parameters[1] = query->party;
    query->parameters[2] = page->limit;
    query->parameter_count = 3;
    if (filter != SIZE_MAX) {
        const struct field *field = &record->fields[filter];
        query->statement = statements->filtered[filter];
        query->parameters[3] = request_query(request, field->name);
        if (!filter_is_valid(field, query->parameters[3])) {
            problem_reply(request,
                          &(struct problem){.status = 400,
                                            .code = "request.range",
                                            .title = "Not a value of this field",
                                            .detail = field->name});
            query_destroy(query);
            return;
        }
        query->parameter_count = 4;
    }
    query->each = document_each;
    query_submit(query, query_reply);
}
