#include "gateway/news.h"

#include <assert.h>

void news_listen(struct news *news, struct engine_news listener)
{
    assert(news->count < NEWS_LISTENER_COUNT_MAX);
    news->listeners[news->count++] = listener;
}

static void tell(void *context, enum document document, const void *data)
{
    const struct news *news = context;
    for (size_t i = 0; i < news->count; i++) {
        const struct engine_news *listener = &news->listeners[i];
        if (engine_news_wants(listener, document)) {
            listener->tell(listener->context, document, data);
        }
    }
}

static void reset(void *context)
{
    const struct news *news = context;
    for (size_t i = 0; i < news->count; i++) {
        news->listeners[i].reset(news->listeners[i].context);
    }
}

struct engine_news news_all(struct news *news)
{
    struct engine_news all = {.context = news, .tell = tell, .reset = reset};
    for (size_t i = 0; i < news->count; i++) {
        all.documents |= news->listeners[i].documents;
    }
    return all;
}
