/* What a batch will tell those who listen, kept until it is durable. */
#include <assert.h>
#include <stdlib.h>

#include "gateway/engine/engine_p.h"

bool engine_news_wants(const struct engine_news *news, enum document document)
{
    return document < 64 && (news->documents >> document & 1) != 0;
}

void news_note(struct engine *engine, enum document document, const void *data)
{
    if (!engine_news_wants(&engine->config.news, document)) {
        return;
    }
    struct news_list *list = &engine->open->news;
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        assert(list->items != NULL);
    }
    list->items[list->count++] = (struct news_item){
        .document = document,
        .data = record_copy(document_types[document].record, data),
    };
}

void news_tell(const struct engine *engine, const struct news_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        engine->config.news.tell(
            engine->config.news.context, list->items[i].document, list->items[i].data);
    }
}

void news_forget(struct news_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].data);
    }
    free(list->items);
    *list = (struct news_list){0};
}

void news_reset(const struct engine *engine)
{
    if (engine->config.news.reset != NULL) {
        engine->config.news.reset(engine->config.news.context);
    }
}
