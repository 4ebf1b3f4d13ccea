#include "tools/certify/run.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/certify/run_p.h"

enum {
    TRACE_COUNT = 899999,
};

static step_run *const step_runs[PLAN_KIND_COUNT] = {
    [PLAN_CONNECT] = step_connect,
    [PLAN_SIGN_ON] = step_sign_on,
    [PLAN_ECHO] = step_echo,
    [PLAN_TOTALS_BEFORE] = step_totals_before,
    [PLAN_PAY] = step_pay,
    [PLAN_DECLINE] = step_decline,
    [PLAN_REPEAT] = step_repeat,
    [PLAN_INQUIRE] = step_inquire,
    [PLAN_INQUIRE_UNKNOWN] = step_inquire_unknown,
    [PLAN_REVERSE] = step_reverse,
    [PLAN_REVERSE_REPEAT] = step_reverse_repeat,
    [PLAN_REVERSE_UNKNOWN] = step_reverse_unknown,
    [PLAN_LATE_ORIGINAL] = step_late_original,
    [PLAN_WRONG_MAC] = step_wrong_mac,
    [PLAN_MALFORMED] = step_malformed,
    [PLAN_STALE] = step_stale,
    [PLAN_UNKNOWN_MTI] = step_unknown_mti,
    [PLAN_FUNDS] = step_funds,
    [PLAN_FUNDS_REPEAT] = step_funds_repeat,
    [PLAN_TOTALS] = step_totals,
    [PLAN_KEY_EXCHANGE] = step_key_exchange,
    [PLAN_KEY_SEND] = step_key_send,
    [PLAN_CUT_OVER] = step_cut_over,
    [PLAN_SIGN_OFF] = step_sign_off,
};

const char *verdict_name(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_PASS:
        return "pass";
    case VERDICT_FAIL:
        return "FAIL";
    case VERDICT_SKIP:
        return "skipped";
    }
    return "";
}

/* Traces and references differ from those of any run before: no two begin in one millisecond. */
struct run *run_create(const struct run_setting *setting)
{
    struct run *run = calloc(1, sizeof *run);
    assert(run != NULL);
    run->setting = *setting;
    run->started_at = clock_now();
    run->trace = run->started_at / 1000 * PLAN_STEP_COUNT_MAX % TRACE_COUNT;
    run->trace_own = run->started_at / 1000 * PLAN_STEP_COUNT_MAX % MAPPING_TRACE_COUNT;
    uint8_t time[MOMENT_TIME_SIZE];
    moment_format_time(run->started_at, time);
    (void)snprintf(run->prefix,
                   sizeof run->prefix,
                   "C%.10s%02" PRId64,
                   (const char *)time,
                   run->started_at / 10000 % 100);
    house_create(&run->house, setting->config);
    run->house.base.day = date_of(run->started_at);
    run->transcript = transcript_create(&setting->config->dialect);
    run->talk = talk_create(setting->config, &run->house, run->transcript);
    return run;
}

void run_destroy(struct run *run)
{
    talk_destroy(run->talk);
    transcript_destroy(run->transcript);
    house_destroy(&run->house);
    free(run);
}

/* Each step finds what it builds on, also when the one before it lost the connection. */
static bool is_prepared(struct run *run, struct result *result)
{
    enum plan_kind kind = result->step->kind;
    return kind == PLAN_CONNECT ||
           (kind == PLAN_SIGN_ON ? run_connect(run, result) : run_ready(run, result));
}

static void step_do(struct run *run, const struct plan_step *step, struct result *result)
{
    const struct plan_row *row = &plan_rows[step->kind];
    *result = (struct result){
        .step = step,
        .verdict = VERDICT_FAIL,
        .started_at = clock_now(),
        .entry_first = run->transcript->entry_count,
    };
    bool has_codes = step->codes[0] != '\0';
    (void)snprintf(result->expected,
                   sizeof result->expected,
                   has_codes ? "code %s" : "%s",
                   has_codes ? step->codes : row->expected);
    if (run->is_gone) {
        result_set(result, VERDICT_SKIP, "there is no connection");
    } else if (is_prepared(run, result)) {
        step_runs[step->kind](run, result);
    }
    result->duration_us = clock_now() - result->started_at;
    result->entry_count = run->transcript->entry_count - result->entry_first;
}

void run_all(struct run *run)
{
    const struct plan *plan = run->setting.plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        struct result *result = &run->results[run->result_count++];
        step_do(run, &plan->steps[i], result);
        if (run->setting.told != NULL) {
            run->setting.told(result);
        }
    }
    talk_close(run->talk);
}

size_t run_count(const struct run *run, enum verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < run->result_count; i++) {
        count += run->results[i].verdict == verdict ? 1 : 0;
    }
    return count;
}
