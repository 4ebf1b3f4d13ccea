#include "tests/link/gateway.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/base/check.h"

enum {
    WAIT_SECONDS = 20,
};

static struct gateway *enter(void *context)
{
    struct gateway *gateway = context;
    pthread_mutex_lock(&gateway->mutex);
    return gateway;
}

static void leave(struct gateway *gateway)
{
    pthread_cond_broadcast(&gateway->changed);
    pthread_mutex_unlock(&gateway->mutex);
}

static void on_answered(void *context, const struct adapter_answer *answer)
{
    struct gateway *gateway = enter(context);
    assert_true(gateway->answer_count < GATEWAY_ANSWER_MAX);
    gateway->answers[gateway->answer_count++] = *answer;
    leave(gateway);
}

static void
on_advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    struct gateway *gateway = enter(context);
    gateway->advice = *advice;
    gateway->advice_count++;
    adapter_reply(gateway->link, ticket, ADAPTER_ACCEPTED);
    leave(gateway);
}

static void
on_told_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    struct gateway *gateway = enter(context);
    gateway->totals = *totals;
    gateway->totals_count++;
    adapter_reply(gateway->link, ticket, ADAPTER_TOTALS_EQUAL);
    leave(gateway);
}

static void on_cut_over(void *context, date_days new_day)
{
    struct gateway *gateway = enter(context);
    gateway->day = new_day;
    gateway->cut_over_count++;
    leave(gateway);
}

static void on_changed(void *context, enum adapter_state state, const char *reason)
{
    struct gateway *gateway = enter(context);
    (void)reason;
    gateway->state = state;
    gateway->up_count += state == ADAPTER_UP ? 1 : 0;
    leave(gateway);
}

void gateway_await(struct gateway *gateway, const size_t *value, size_t least)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WAIT_SECONDS;
    pthread_mutex_lock(&gateway->mutex);
    int error = 0;
    while (*value < least && error == 0) {
        error = pthread_cond_timedwait(&gateway->changed, &gateway->mutex, &end);
    }
    size_t reached = *value;
    pthread_mutex_unlock(&gateway->mutex);
    if (reached < least) {
        fail_msg("%zu of %zu", reached, least);
    }
}

void gateway_ask(struct gateway *gateway, const struct adapter_request *request)
{
    for (int i = 0; i < WAIT_SECONDS * 1000; i++) {
        enum status status = adapter_request(gateway->link, request);
        if (status == STATUS_OK) {
            return;
        }
        assert_true(status == STATUS_AGAIN || status == STATUS_LIMIT);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    fail_msg("%s was never taken", request->order.reference);
}

struct gateway *gateway_create(const char *yaml)
{
    char path[] = "/tmp/link-test-XXXXXX";
    char message[512] = "";
    struct gateway *gateway = calloc(1, sizeof *gateway);
    int file = mkstemp(path);
    assert_non_null(gateway);
    assert_true(file >= 0);
    assert_int_equal(write(file, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
    (void)close(file);
    pthread_mutex_init(&gateway->mutex, NULL);
    pthread_cond_init(&gateway->changed, NULL);
    const struct adapter_events events = {
        .context = gateway,
        .answered = on_answered,
        .advised = on_advised,
        .told_totals = on_told_totals,
        .cut_over = on_cut_over,
        .changed = on_changed,
    };
    /* The link's thread must not find `link` unset. */
    pthread_mutex_lock(&gateway->mutex);
    gateway->link = link_create(path, &events, message, sizeof message);
    pthread_mutex_unlock(&gateway->mutex);
    (void)unlink(path);
    assert_string_equal(message, "");
    assert_non_null(gateway->link);
    return gateway;
}

void gateway_unlink(struct gateway *gateway)
{
    adapter_destroy(gateway->link);
    gateway->link = NULL;
}

void gateway_destroy(struct gateway *gateway)
{
    if (gateway->link != NULL) {
        gateway_unlink(gateway);
    }
    pthread_cond_destroy(&gateway->changed);
    pthread_mutex_destroy(&gateway->mutex);
    free(gateway);
}
