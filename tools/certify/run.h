#pragma once
/*
 * A certification: the steps of a plan done one after another over one link, and what came of each.
 * A step that fails does not stop the rest, unless there is no connection any more.
 */
#include "tools/certify/lever.h"
#include "tools/certify/plan.h"
#include "tools/certify/talk.h"

enum {
    RUN_EXPECTED_SIZE = 160,
    RUN_CAME_SIZE = 320,
    RUN_PAID_COUNT_MAX = PLAN_STEP_COUNT_MAX,
    RUN_PREFIX_SIZE = 20,
};

enum verdict {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_SKIP,
};

struct result {
    const struct plan_step *step;
    enum verdict verdict;
    char expected[RUN_EXPECTED_SIZE];
    char came[RUN_CAME_SIZE];
    instant_us started_at;
    int64_t duration_us;
    size_t entry_first; /* of the transcript */
    size_t entry_count;
};

struct run_setting {
    const struct link_config *config;
    const struct plan *plan;
    struct lever lever;
    int64_t wait_us; /* for what the bank does of its own accord, and for it to connect */
    /* After each step; may be NULL. */
    void (*told)(const struct result *result);
};

struct run {
    struct run_setting setting;
    struct house house;
    struct transcript *transcript;
    struct talk *talk;
    struct result results[PLAN_STEP_COUNT_MAX];
    size_t result_count;
    instant_us started_at;
    bool was_connected; /* ever */
    bool is_gone;       /* and will not come back */
    char peer[80];
    bool is_tls;
    struct wire_session session;

    /* Payments of this run. */
    char prefix[RUN_PREFIX_SIZE]; /* of references */
    size_t order_count;
    int64_t trace;     /* of payments */
    int64_t trace_own; /* of inquiries, totals, management */
    struct payment_order paid[RUN_PAID_COUNT_MAX];
    size_t paid_count;
    struct payment_order reversed;
    struct payment_order barred; /* reversed before it was sent */
    struct draft draft;
};

struct run *run_create(const struct run_setting *setting);
void run_destroy(struct run *run);
void run_all(struct run *run);
size_t run_count(const struct run *run, enum verdict verdict);
const char *verdict_name(enum verdict verdict);
