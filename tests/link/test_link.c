/* The whole link over real TCP and TLS, against the peer. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "adapters/link/link.h"
#include "ledger/base/log.h"
#include "tests/base/check.h"
#include "tests/link/peer.h"
#include "tests/wire/ends.h"

enum {
    WAIT_SECONDS = 20,
    TRACE_MAX = 4000,
};

struct gateway {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct adapter *link;
    enum adapter_state state;
    size_t up_count;
    size_t answer_count;
    size_t advice_count;
    uint8_t answers[TRACE_MAX]; /* how often, by number */
    enum adapter_outcome outcomes[TRACE_MAX];
};

static void on_answered(void *context, const struct adapter_answer *answer)
{
    struct gateway *gateway = context;
    size_t number = strtoul(answer->reference + strlen("PAY-"), NULL, 10);
    pthread_mutex_lock(&gateway->mutex);
    assert_true(number < TRACE_MAX);
    gateway->answers[number]++;
    gateway->outcomes[number] = answer->outcome;
    gateway->answer_count++;
    pthread_cond_broadcast(&gateway->changed);
    pthread_mutex_unlock(&gateway->mutex);
}

static void
on_advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    struct gateway *gateway = context;
    assert_int_equal(advice->amount.minor, 1000);
    assert_string_equal(advice->payment_reference, "INV7");
    pthread_mutex_lock(&gateway->mutex);
    gateway->advice_count++;
    pthread_cond_broadcast(&gateway->changed);
    pthread_mutex_unlock(&gateway->mutex);
    adapter_reply(gateway->link, ticket, ADAPTER_ACCEPTED);
}

static void
on_told_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    struct gateway *gateway = context;
    (void)totals;
    adapter_reply(gateway->link, ticket, ADAPTER_TOTALS_EQUAL);
}

static void on_cut_over(void *context, date_days new_day)
{
    (void)context;
    (void)new_day;
}

static void on_changed(void *context, enum adapter_state state, const char *reason)
{
    struct gateway *gateway = context;
    (void)reason;
    pthread_mutex_lock(&gateway->mutex);
    gateway->state = state;
    gateway->up_count += state == ADAPTER_UP ? 1 : 0;
    pthread_cond_broadcast(&gateway->changed);
    pthread_mutex_unlock(&gateway->mutex);
}

/* Waits until `*value` is at least `least`. */
static void await(struct gateway *gateway, const size_t *value, size_t least)
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

static struct gateway *gateway_create(const char *yaml)
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
    gateway->link = link_create(path, &events, message, sizeof message);
    (void)unlink(path);
    assert_string_equal(message, "");
    assert_non_null(gateway->link);
    return gateway;
}

static void gateway_destroy(struct gateway *gateway)
{
    adapter_destroy(gateway->link);
    pthread_cond_destroy(&gateway->changed);
    pthread_mutex_destroy(&gateway->mutex);
    free(gateway);
}

static struct adapter_request request_of(uint32_t number)
{
    struct adapter_request request = {
        .act = ADAPTER_PAY,
        .attempt = 1,
        .order =
            {
                    .amount = {100 + number, CURRENCY_CNY},
                    .trace = 1 + number,
                    .sent_at = clock_now(),
                    .debtor_account = "1",
                    .creditor_account = "2",
                    .creditor_name = "Altan Gobi LLC",
                    },
    };
    (void)snprintf(
        request.order.reference, sizeof request.order.reference, "PAY-%06" PRIu32, number);
    return request;
}

/* Asks again while the queue is full or the link is down for a moment. */
static void pay(struct gateway *gateway, uint32_t number)
{
    struct adapter_request request = request_of(number);
    for (int i = 0; i < WAIT_SECONDS * 1000; i++) {
        enum status status = adapter_request(gateway->link, &request);
        if (status == STATUS_OK) {
            return;
        }
        assert_true(status == STATUS_AGAIN || status == STATUS_LIMIT);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    fail_msg("payment %" PRIu32 " was never taken", number);
}

static enum adapter_outcome expected_outcome(uint32_t number)
{
    switch ((1 + number) % 10) {
    case PEER_REFUSES:
        return ADAPTER_REJECTED;
    case PEER_IS_SILENT:
    case PEER_HANGS_UP:
        return ADAPTER_UNKNOWN;
    default:
        return ADAPTER_CONFIRMED;
    }
}

static void check_answers(struct gateway *gateway, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(gateway->answers[i], 1);
        assert_int_equal(gateway->outcomes[i], expected_outcome(i));
    }
}

static const char yaml_form[] = "hosts: [\"127.0.0.1:%u\"]\n"
                                "institution: \"10012345\"\n"
                                "backoff_first_ms: 5\nbackoff_max_ms: 20\n"
                                "reply_ms: %d\nwindow: 64\nqueue: 128\n%s";

static void play_all(const struct wire_config *config, const char *more)
{
    char yaml[2048];
    struct adapter_report report;
    struct peer *peer = peer_create(config);
    (void)snprintf(yaml, sizeof yaml, yaml_form, (unsigned)peer_port(peer), 3000, more);
    struct gateway *gateway = gateway_create(yaml);
    await(gateway, &gateway->up_count, 1);
    peer_advise(peer, 500000, 50);
    /* All habits but hanging up, which would lose answers under way of others. */
    uint32_t count = 0;
    for (uint32_t i = 0; i < 300; i++) {
        if ((1 + i) % 10 != PEER_HANGS_UP) {
            pay(gateway, i);
            count++;
        }
    }
    await(gateway, &gateway->answer_count, count);
    await(gateway, &gateway->advice_count, 50);
    while (peer_taken_count(peer) < 50) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (uint32_t i = 0; i < 300; i++) {
        bool is_asked = (1 + i) % 10 != PEER_HANGS_UP;
        assert_int_equal(gateway->answers[i], is_asked ? 1 : 0);
        assert_true(!is_asked || gateway->outcomes[i] == expected_outcome(i));
    }
    /* Published at the end of a turn of the loop, after its events. */
    do {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        adapter_read_report(gateway->link, &report);
    } while (report.outstanding_count != 0);
    assert_int_equal(report.state, ADAPTER_UP);
    assert_int_equal(report.unknown_count, 30);
    assert_int_equal(report.unmatched_count, 0);
    /* The second answers of PEER_REPEATS may still be under way. */
    assert_true(report.duplicate_count <= 30);
    gateway_destroy(gateway);
    assert_int_equal(peer_sign_off_count(peer), 1);
    peer_destroy(peer);
}

static void tcp_all_outcomes(void **state)
{
    (void)state;
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    play_all(&config, "");
}

static void tls_all_outcomes(void **state)
{
    (void)state;
    struct papers papers;
    char more[1024];
    papers_create(&papers);
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    config.tls = papers_tls(&papers, "bank", "kouan:party/us/role/merchant");
    struct wire_tls us = papers_tls(&papers, "us", "bank.example");
    (void)snprintf(more,
                   sizeof more,
                   "certificate: %s\nkey: %s\nca: %s\npeer_name: bank.example\n",
                   us.certificate_file,
                   us.key_file,
                   us.ca_file);
    play_all(&config, more);
    papers_destroy(&papers);
}

/* The peer hangs up: what it was asked then is unknown in time, and the link comes back. */
static void comes_back(void **state)
{
    (void)state;
    char yaml[2048];
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    struct peer *peer = peer_create(&config);
    (void)snprintf(yaml, sizeof yaml, yaml_form, (unsigned)peer_port(peer), 300, "");
    struct gateway *gateway = gateway_create(yaml);
    for (uint32_t round = 0; round < 5; round++) {
        await(gateway, &gateway->up_count, round + 1);
        pay(gateway, 10 * round + PEER_HANGS_UP - 1);
        await(gateway, &gateway->up_count, round + 2);
    }
    await(gateway, &gateway->answer_count, 5);
    for (uint32_t round = 0; round < 5; round++) {
        assert_int_equal(gateway->answers[10 * round + 8], 1);
        assert_int_equal(gateway->outcomes[10 * round + 8], ADAPTER_UNKNOWN);
    }
    gateway_destroy(gateway);
    peer_destroy(peer);
}

/* Destroyed in the middle: every payment taken is answered once, as unknown or not sent. */
static void destroyed_in_between(void **state)
{
    (void)state;
    char yaml[2048];
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    struct peer *peer = peer_create(&config);
    (void)snprintf(yaml, sizeof yaml, yaml_form, (unsigned)peer_port(peer), 20000, "");
    struct gateway *gateway = gateway_create(yaml);
    await(gateway, &gateway->up_count, 1);
    uint32_t taken = 0;
    for (uint32_t i = 0; i < 150; i++) {
        struct adapter_request request = request_of(10 * i + PEER_IS_SILENT - 1);
        taken += adapter_request(gateway->link, &request) == STATUS_OK ? 1 : 0;
    }
    assert_true(taken >= 64);
    adapter_destroy(gateway->link);
    assert_int_equal(gateway->answer_count, taken);
    for (size_t i = 0; i < TRACE_MAX; i++) {
        assert_true(gateway->answers[i] <= 1);
        assert_true(gateway->answers[i] == 0 || gateway->outcomes[i] == ADAPTER_UNKNOWN ||
                    gateway->outcomes[i] == ADAPTER_NOT_SENT);
    }
    pthread_cond_destroy(&gateway->changed);
    pthread_mutex_destroy(&gateway->mutex);
    free(gateway);
    peer_destroy(peer);
}

/* The bank connects to us. */
static void as_server(void **state)
{
    (void)state;
    char yaml[2048];
    char host[END_HOST_SIZE];
    uint16_t port = end_free_port();
    (void)snprintf(yaml, sizeof yaml, yaml_form, (unsigned)port, 3000, "role: server\n");
    struct gateway *gateway = gateway_create(yaml);
    assert_int_equal(adapter_request(gateway->link, &(struct adapter_request){.act = ADAPTER_PAY}),
                     STATUS_AGAIN);
    struct wire_config config = end_config(WIRE_CLIENT, end_host(port, host));
    struct peer *peer = peer_create(&config);
    await(gateway, &gateway->up_count, 1);
    for (uint32_t i = 0; i < 6; i++) {
        pay(gateway, i);
    }
    await(gateway, &gateway->answer_count, 6);
    check_answers(gateway, 6);
    gateway_destroy(gateway);
    peer_destroy(peer);
}

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcp_all_outcomes),
        cmocka_unit_test(tls_all_outcomes),
        cmocka_unit_test(comes_back),
        cmocka_unit_test(destroyed_in_between),
        cmocka_unit_test(as_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
