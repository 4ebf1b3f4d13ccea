/* Where the engine leaves word for the thread of the webhooks. */
#include <assert.h>
#include <stdlib.h>

#include "gateway/webhooks/webhooks_p.h"

void notes_create(struct notes *notes)
{
    *notes = (struct notes){0};
    pthread_mutex_init(&notes->lock, NULL);
}

void notes_destroy(struct notes *notes)
{
    while (notes->head != NULL) {
        struct slip *slip = notes->head;
        notes->head = slip->next;
        if (slip->unit != NULL) {
            reports_discard(slip->unit);
        }
        free(slip->data);
        free(slip);
    }
    pthread_mutex_destroy(&notes->lock);
}

struct slip *notes_take(struct notes *notes, bool *is_news_missed_out, bool *is_stopping_out)
{
    pthread_mutex_lock(&notes->lock);
    struct slip *slips = notes->head;
    notes->head = NULL;
    notes->tail = NULL;
    notes->news_count = 0;
    *is_news_missed_out = notes->is_news_missed;
    notes->is_news_missed = false;
    *is_stopping_out = notes->is_stopping;
    pthread_mutex_unlock(&notes->lock);
    return slips;
}

static void put_locked(struct notes *notes, const struct slip *slip)
{
    struct slip *copy = malloc(sizeof *copy);
    assert(copy != NULL);
    *copy = *slip;
    if (notes->head == NULL) {
        notes->head = copy;
    } else {
        notes->tail->next = copy;
    }
    notes->tail = copy;
}

void notes_put_unit(struct webhooks *webhooks, struct unit *unit)
{
    struct notes *notes = &webhooks->notes;
    pthread_mutex_lock(&notes->lock);
    put_locked(notes, &(struct slip){.unit = unit});
    pthread_mutex_unlock(&notes->lock);
    poster_wake(webhooks->poster);
}

void notes_stop(struct webhooks *webhooks)
{
    struct notes *notes = &webhooks->notes;
    pthread_mutex_lock(&notes->lock);
    notes->is_stopping = true;
    pthread_mutex_unlock(&notes->lock);
    poster_wake(webhooks->poster);
}

static void tell(void *context, enum document document, const void *data)
{
    struct webhooks *webhooks = context;
    struct notes *notes = &webhooks->notes;
    pthread_mutex_lock(&notes->lock);
    if (notes->news_count >= NEWS_MAX) {
        notes->is_news_missed = true;
    } else {
        notes->news_count++;
        put_locked(notes,
                   &(struct slip){.document = document,
                                  .data = record_copy(document_types[document].record, data)});
    }
    pthread_mutex_unlock(&notes->lock);
    poster_wake(webhooks->poster);
}

static void reset(void *context)
{
    struct webhooks *webhooks = context;
    pthread_mutex_lock(&webhooks->notes.lock);
    webhooks->notes.is_news_missed = true;
    pthread_mutex_unlock(&webhooks->notes.lock);
    poster_wake(webhooks->poster);
}

struct engine_news notes_news(struct webhooks *webhooks)
{
    return (struct engine_news){
        .context = webhooks,
        .documents = UINT64_C(1) << DOCUMENT_WEBHOOK | UINT64_C(1) << DOCUMENT_DEAD_LETTER,
        .tell = tell,
        .reset = reset,
    };
}
