#pragma once
/* Inside the webhooks. Everything belongs to their thread, but what stands under a lock. */
#include <pthread.h>
#include <stddef.h>

#include "gateway/webhooks/poster.h"
#include "gateway/webhooks/webhooks.h"

enum {
    POSTS_MAX = 64,         /* under way */
    POSTS_FAILING_MAX = 32, /* of them, to receivers that failed last time */
    NEWS_MAX = 16384,       /* not yet read; beyond it the store is read again */
    PAGE_EVENT_COUNT = 16,
    LETTER_COUNT_MAX = 64, /* queued dead letters of one webhook; more wait in the store */
    PARCEL_REPORT_COUNT = 256,
    PARCELS_MAX = 4,
    SKIPPED_MAX = 1000, /* unwanted events passed over before the ledger hears of it */
};

#define WEBHOOKS_TURN_MS   INT64_C(50)
#define WEBHOOKS_REPEAT_US INT64_C(100000)  /* for what the engine or the store could not do */
#define WEBHOOKS_SCAN_US   INT64_C(1000000) /* between two readings of all webhooks */
#define WEBHOOKS_HEADS_US  INT64_C(1000000) /* looked for new events at the latest */
#define WEBHOOKS_REPORT_US INT64_C(250000)  /* between two reports of progress of a webhook */
#define WEBHOOKS_STOP_US   INT64_C(5000000)

/* --- events, as posted: event.c --- */

struct hook_event {
    int64_t number;
    int64_t command;
    instant_us at;
    char type[WEBHOOK_TYPE_SIZE];
    char subject[SUBJECT_SIZE * 2];
    char data[513];
};

struct page {
    size_t count;
    size_t next;
    struct hook_event events[PAGE_EVENT_COUNT];
};

/* The JSON that is posted; the caller frees it. NULL: the event's data are not JSON. */
char *event_payload(const struct hook_event *event);

/* --- what the thread is told: notes.c --- */

struct slip {
    struct slip *next;
    enum document document; /* `data` is its record, owned by the slip */
    void *data;
    struct unit *unit; /* answered by the engine; NULL: news */
};

struct notes {
    pthread_mutex_t lock;
    struct slip *head;
    struct slip *tail;
    size_t news_count;
    bool is_news_missed;
    bool is_stopping;
};

void notes_create(struct notes *notes);
void notes_destroy(struct notes *notes);
/* Everything in it, oldest first; the caller frees each and what it holds. */
struct slip *notes_take(struct notes *notes, bool *is_news_missed_out, bool *is_stopping_out);
struct engine_news notes_news(struct webhooks *webhooks);
void notes_put_unit(struct webhooks *webhooks, struct unit *unit);
void notes_stop(struct webhooks *webhooks);

/* --- reports to the ledger: report.c --- */

enum report_kind {
    REPORT_NONE,
    REPORT_DELIVERED,
    REPORT_FAILED,
    REPORT_DEAD,
    REPORT_DISABLED,
    REPORT_LETTER,
};

struct report {
    enum report_kind kind;
    union {
        struct webhook_delivered delivered;
        struct webhook_failure failure;
        struct webhook_redelivered letter;
    } body;
};

/* --- a webhook: hook.c --- */

struct hook {
    struct webhook *data; /* as the ledger has it; owned */
    bool is_placed;       /* `position` is right: where events before its registration end */
    int64_t position;     /* the last event dealt with */
    int64_t reported;     /* of that, what the ledger knows */
    int64_t skipped;      /* events passed over since */
    int64_t head;         /* the party's last event */
    int64_t attempt_count;
    int64_t not_before_us; /* monotonic */
    struct page *page;     /* of the next events, or NULL */

    bool is_posting;
    bool is_posting_letter;
    bool is_failing; /* the post counts as one to a failing receiver */
    int64_t posting_generation;
    struct hook_event posted; /* being posted, or whose report is to come */

    int64_t letters[LETTER_COUNT_MAX];
    size_t letter_count;

    struct report wanted;       /* must be durable before it goes on; REPORT_NONE: nothing */
    enum report_kind under_way; /* with the engine */
    int64_t report_due_us;
    int64_t reporting_to;
    int64_t reporting_generation;
};

struct webhooks {
    struct webhooks_config config;
    struct guard guard;
    struct engine *engine;
    struct vault *vault;
    struct signer *signer;
    struct journal_reader *reader;
    struct arena scratch;
    struct poster *poster;
    pthread_t thread;
    bool is_running;
    struct notes notes;

    struct hook **hooks;
    size_t hook_count;
    size_t hook_capacity;
    size_t first; /* whose turn it is */
    bool is_scan_due;
    bool is_letter_left; /* in the store, for want of room */
    bool is_moving;      /* something was answered: no waiting */
    size_t post_count;
    size_t failing_post_count;

    int64_t now_us; /* monotonic, of this turn */
    int64_t scan_not_before_us;
    int64_t read_not_before_us;
    int64_t heads_due_us;
    int64_t heads_seq; /* commands durable when events were looked for */
    int64_t report_not_before_us;
    size_t parcel_count;
    int64_t run; /* names this run of the program in idempotency keys */
    int64_t serial;

    pthread_mutex_t report_lock;
    struct webhooks_report report;
};

/* event.c, from the store */
/* The last event of each hook's party, into its `head`. */
MUST_CHECK enum status events_read_heads(struct webhooks *webhooks);
/* What comes after its position, into its page. */
MUST_CHECK enum status events_read_page(struct webhooks *webhooks, struct hook *hook);
MUST_CHECK enum status
event_read(struct webhooks *webhooks, const struct hook *hook, int64_t number, struct page *out);
/* The last event of the party before the hook was registered. */
MUST_CHECK enum status events_read_start(struct webhooks *webhooks, struct hook *hook);

/* hook.c */
/* News or the store have it so. */
void hook_meet(struct webhooks *webhooks, const struct webhook *data);
void hook_meet_letter(struct webhooks *webhooks, const struct dead_letter *letter);
/* Reads the store when news may have been missed. */
void hooks_scan(struct webhooks *webhooks);
/* Forgets those removed and at rest. */
void hooks_sweep(struct webhooks *webhooks);
void hook_destroy(struct hook *hook);

/* delivery.c */
void deliveries_start(struct webhooks *webhooks);
void delivery_done(void *webhooks, void *hook, const struct posted *posted);

/* report.c */
void reports_submit(struct webhooks *webhooks);
void reports_answered(struct webhooks *webhooks, struct unit *unit);
/* Answered when nobody reads any more. */
void reports_discard(struct unit *unit);
bool reports_are_idle(const struct webhooks *webhooks);
