#pragma once
/* The engine tells one listener; here it becomes several. */
#include "gateway/engine/engine.h"

enum {
    NEWS_LISTENER_COUNT_MAX = 4
};

/* Lives as long as the engine, and does not move. */
struct news {
    struct engine_news listeners[NEWS_LISTENER_COUNT_MAX];
    size_t count;
};

void news_listen(struct news *news, struct engine_news listener);
/* What the engine is given: each listener hears of its own documents. */
struct engine_news news_all(struct news *news);
