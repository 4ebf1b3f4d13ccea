#pragma once
/* Inside the fake bank: what it does (fake_bank.c), what a test lets it say (fake_say.c). */
#include "tests/banks/fake_bank.h"

enum {
    FAKE_QUEUE_COUNT = FAKE_WINDOW + 1,
};

struct waiting {
    struct adapter_request request;
    int64_t due_us;
    bool is_used;
};

struct fake {
    struct adapter adapter;
    struct fake_config config;
    struct adapter_events events;
    pthread_t thread;
    pthread_mutex_t lock;
    struct waiting queue[FAKE_QUEUE_COUNT];
    size_t outstanding_count;
    bool is_up;
    bool is_stopping;
    bool is_cut;
    enum adapter_outcome totals_outcome; /* of a calm bank; 0: confirmed */
    struct day_totals figures;           /* day DATE_NONE: it gives none */
    uint64_t random;
    int64_t started_us;
    struct adapter_report report;
};

/* The last one made: tests have one. */
extern struct fake *last_fake;
