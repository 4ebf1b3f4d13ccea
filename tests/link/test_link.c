/* The whole link over real TCP and TLS, against the peer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger/base/log.h"
#include "tests/base/check.h"
#include "tests/link/gateway.h"
#include "tests/link/peer.h"
#include "tests/wire/ends.h"

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

/* How often payment `number` was answered; *outcome_out: the last time. */
static size_t
answers_of(const struct gateway *gateway, uint32_t number, enum adapter_outcome *outcome_out)
{
    struct adapter_request request = request_of(number);
    size_t count = 0;
    for (size_t i = 0; i < gateway->answer_count; i++) {
        if (strcmp(gateway->answers[i].reference, request.order.reference) == 0) {
            *outcome_out = gateway->answers[i].outcome;
            count++;
        }
    }
    return count;
}

static void check_answered(const struct gateway *gateway, uint32_t number)
{
    enum adapter_outcome outcome = ADAPTER_NOT_SENT;
    assert_int_equal(answers_of(gateway, number, &outcome), 1);
    assert_int_equal(outcome, expected_outcome(number));
}

static void pay(struct gateway *gateway, uint32_t number)
{
    struct adapter_request request = request_of(number);
    gateway_ask(gateway, &request);
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
    gateway_await(gateway, &gateway->up_count, 1);
    peer_advise(peer, 500000, 50);
    /* All habits but hanging up, which would lose answers under way of others. */
    uint32_t count = 0;
    for (uint32_t i = 0; i < 300; i++) {
        if ((1 + i) % 10 != PEER_HANGS_UP) {
            pay(gateway, i);
            count++;
        }
    }
    gateway_await(gateway, &gateway->answer_count, count);
    gateway_await(gateway, &gateway->advice_count, 50);
    while (peer_taken_count(peer) < 50) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (uint32_t i = 0; i < 300; i++) {
        if ((1 + i) % 10 != PEER_HANGS_UP) {
            check_answered(gateway, i);
        }
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
        gateway_await(gateway, &gateway->up_count, round + 1);
        pay(gateway, 10 * round + PEER_HANGS_UP - 1);
        gateway_await(gateway, &gateway->up_count, round + 2);
    }
    gateway_await(gateway, &gateway->answer_count, 5);
    for (uint32_t round = 0; round < 5; round++) {
        check_answered(gateway, 10 * round + 8);
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
    gateway_await(gateway, &gateway->up_count, 1);
    uint32_t taken = 0;
    for (uint32_t i = 0; i < 150; i++) {
        struct adapter_request request = request_of(10 * i + PEER_IS_SILENT - 1);
        taken += adapter_request(gateway->link, &request) == STATUS_OK ? 1 : 0;
    }
    assert_true(taken >= 64);
    gateway_unlink(gateway);
    assert_int_equal(gateway->answer_count, taken);
    for (uint32_t i = 0; i < 150; i++) {
        enum adapter_outcome outcome = ADAPTER_UNKNOWN;
        assert_true(answers_of(gateway, 10 * i + PEER_IS_SILENT - 1, &outcome) <= 1);
        assert_true(outcome == ADAPTER_UNKNOWN || outcome == ADAPTER_NOT_SENT);
    }
    gateway_destroy(gateway);
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
    gateway_await(gateway, &gateway->up_count, 1);
    for (uint32_t i = 0; i < 6; i++) {
        pay(gateway, i);
    }
    gateway_await(gateway, &gateway->answer_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        check_answered(gateway, i);
    }
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
