#pragma once
/* What the files of an exchange's own thread share. */
#include <pthread.h>

#include "adapters/exchange/exchange_courier.h"
#include "adapters/exchange/exchange_mailbox.h"
#include "adapters/exchange/exchange_meaning.h"
#include "adapters/exchange/exchange_spool.h"
#include "ledger/base/arena.h"
#include "ledger/base/date.h"

enum {
    EXCHANGE_ADVICE_WINDOW = 64, /* told and not replied to */
    EXCHANGE_REST_COUNT_MAX = 256,
    EXCHANGE_LIST_COUNT_MAX = 1024, /* files looked at in one go */
};

/* A request on its way; number 0 = free. */
struct exchange_errand {
    uint64_t number;
    struct adapter_request request;
    instant_us deadline; /* monotonic */
};

enum exchange_told {
    ADVICE_UNTOLD,
    ADVICE_TOLD,
    ADVICE_REPLIED,
};

/* The file whose advices are being told; number 0 = none. */
struct exchange_telling {
    uint64_t number;
    char name[SPOOL_NAME_SIZE];
    struct spool_mark mark;
    struct exchange_news news; /* in `telling_arena` */
    uint8_t *told;             /* enum exchange_told of each */
    size_t next;
    size_t open_count; /* told, not replied to */
    size_t refused_count;
    size_t again_count;
};

/* A file that is left alone for a while. */
struct exchange_rest {
    char name[SPOOL_NAME_SIZE]; /* "" = free */
    instant_us until;           /* monotonic */
};

struct exchange {
    struct adapter adapter;
    struct exchange_config config;
    struct adapter_events events;
    struct spool spool;
    struct exchange_mailbox mailbox;
    pthread_t thread;

    /* Of its own thread, once it runs. */
    struct exchange_courier *courier;
    int watch; /* inotify on the inbox; -1: none, it is looked at from time to time */
    uint64_t last_number;
    struct exchange_errand *errands; /* config.window */
    size_t errand_count;             /* in use */
    struct arena reading_arena;
    struct arena telling_arena;
    struct exchange_telling telling;
    struct exchange_rest rests[EXCHANGE_REST_COUNT_MAX];
    char (*names)[SPOOL_NAME_SIZE];
    instant_us next_scan;
    instant_us next_prune;
    struct adapter_report report;
};

/* --- exchange_desk.c: requests --- */

/* There must be room: errand_count < config.window. */
void exchange_desk_request(struct exchange *exchange, const struct adapter_request *request);
void exchange_desk_posted(struct exchange *exchange, const struct exchange_posted *posted);
enum exchange_heard {
    EXCHANGE_HEARD,
    EXCHANGE_NOT_OURS,
    EXCHANGE_NOT_KEPT, /* it could not be written down; the file must come again */
};
/* A word of the bank. */
enum exchange_heard exchange_desk_word(struct exchange *exchange, const struct exchange_word *word);
/* Tells of a word that fitted nothing, which the report has counted. Both texts are printable and
 * hold nothing of the bank's but codes. */
void exchange_desk_stray(struct exchange *exchange,
                         enum adapter_stray_kind kind,
                         const char *message,
                         const char *explanation);
/* Answers what is overdue, or all at the end. INSTANT_NONE: nothing is waited for. */
instant_us exchange_desk_expire(struct exchange *exchange, instant_us now);
void exchange_desk_leave(struct exchange *exchange);
/* The report, for other threads. */
void exchange_desk_publish(struct exchange *exchange);
bool exchange_desk_is_ours(void *context, const char *reference);

/* --- exchange_inbox.c: the bank's files --- */

void exchange_inbox_scan(struct exchange *exchange);
void exchange_inbox_reply(struct exchange *exchange, const struct exchange_reply *reply);
