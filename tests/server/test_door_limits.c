/* The door under clients that are slow, many, revoked or impatient, and its own closing. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ledger/base/log.h"
#include "tests/base/check.h"
#include "tests/server/door.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define SHORT_US  (INSTANT_US_PER_SECOND / 3)

enum {
    /* What is to happen has happened long before; without it the test fails instead of hanging. */
    PATIENCE_COUNT = 1000
};

static struct door door;

static int set_up(void **state)
{
    (void)state;
    door_create(&door);
    door_make(&door, "client", "acme acme merchant");
    door_make(&door, "client", "bank bank bank");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    door_destroy(&door);
    return 0;
}

static void pause_ms(long duration_ms)
{
    struct timespec pause = {.tv_sec = duration_ms / 1000,
                             .tv_nsec = duration_ms % 1000 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

static void assert_served(const char *name)
{
    struct client client = door_client(&door, name);
    struct answer answer = client_exchange(&client, GET("/livez"));
    assert_int_equal(answer.status, 200);
    free(answer.text);
    client_close(&client);
}

/* Sends a byte now and then, for ever; others are served meanwhile; in the end it is cut. */
static void dribble(const char *start, const char *more)
{
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(&client, start));
    int count = 0;
    while (count < PATIENCE_COUNT &&
           recv(client.socket, &(char){0}, 1, MSG_PEEK | MSG_DONTWAIT) < 0) {
        (void)client_send(&client, more + (size_t)count % strlen(more), 1);
        if (count % 8 == 0) {
            assert_served("bank");
        }
        pause_ms(20);
        count++;
    }
    assert_true(count < PATIENCE_COUNT);
    struct answer answer = client_read(&client);
    assert_int_equal(answer.status, 408);
    assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
    free(answer.text);
    assert_true(client_sees_end(&client));
    client_close(&client);
}

static void slow_requests_are_cut(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    config.header_deadline_us = SHORT_US;
    config.body_deadline_us = SHORT_US;
    door_open(&door, &config);
    dribble("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", "ab\tc d");
    dribble("POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", "x");
    dribble("POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1\r\nx\r\n");
    assert_int_equal(door_metric(&door, "bank", "kouan_deadlines_missed_total"), 3);
    door_close(&door);
}

static bool ends_soon(int raw)
{
    char buffer[512];
    ssize_t size = recv(raw, buffer, sizeof buffer, 0);
    while (size > 0) {
        size = recv(raw, buffer, sizeof buffer, 0);
    }
    return size == 0 || errno == ECONNRESET;
}

static void silent_and_idle_connections_are_cut(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    config.handshake_deadline_us = SHORT_US;
    config.idle_deadline_us = SHORT_US;
    door_open(&door, &config);
    int silent = client_connect(server_port(door.server));
    int half = client_connect(server_port(door.server));
    assert_int_equal(write(half, "\x16\x03\x01\x02\x00\x01", 6), 6);
    struct client idle = door_client(&door, "acme");
    struct answer answer = client_exchange(&idle, GET("/livez"));
    assert_int_equal(answer.status, 200);
    free(answer.text);
    assert_true(client_sees_end(&idle));
    assert_true(ends_soon(silent));
    assert_true(ends_soon(half));
    client_close(&idle);
    close(silent);
    close(half);
    assert_served("bank");
    door_close(&door);
}

/* A reader that does not read must not hold the answer for ever. */
static void slow_readers_are_cut(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    config.body_deadline_us = SHORT_US / 16; /* times the size of what is waiting, in MiB */
    door_open(&door, &config);
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(&client, GET("/v1/big")));
    int count = 0;
    while (door_metric(&door, "bank", "kouan_deadlines_missed_total") == 0 &&
           count++ < PATIENCE_COUNT) {
        pause_ms(20);
    }
    assert_true(count < PATIENCE_COUNT);
    struct answer answer = client_read(&client);
    assert_int_equal(answer.status, 200);
    assert_true(answer.is_cut);
    free(answer.text);
    client_close(&client);
    door_close(&door);
}

static void a_patient_reader_gets_it_all(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    door_open(&door, &config);
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(&client, GET("/v1/big") GET("/livez")));
    pause_ms(50);
    assert_served("bank");
    struct answer answer = client_read(&client);
    assert_int_equal(answer.size - answer.head_size, DOOR_BIG_SIZE);
    assert_false(answer.is_cut);
    free(answer.text);
    answer = client_read(&client);
    assert_int_equal(answer.status, 200);
    free(answer.text);
    client_close(&client);
    door_close(&door);
}

static void a_party_has_a_cap_of_its_own(void **state)
{
    (void)state;
    enum {
        CAP = 5
    };
    struct server_config config = door_config(&door);
    config.connection_count_per_party_max = CAP;
    door_open(&door, &config);
    struct client clients[CAP];
    for (size_t i = 0; i < CAP; i++) {
        clients[i] = door_client(&door, "acme");
        struct answer answer = client_exchange(&clients[i], GET("/livez"));
        assert_int_equal(answer.status, 200);
        free(answer.text);
    }
    struct client surplus = door_client(&door, "acme");
    struct answer answer = client_read(&surplus);
    assert_int_equal(answer.status, 429);
    assert_non_null(strstr(answer.text, "\"code\":\"connection.too_many\""));
    free(answer.text);
    assert_true(client_sees_end(&surplus));
    client_close(&surplus);
    assert_served("bank");
    client_close(&clients[0]);
    int status = 0;
    for (int i = 0; i < PATIENCE_COUNT && status != 200; i++) { /* until the close is noticed */
        struct client next = door_client(&door, "acme");
        answer = client_exchange(&next, GET("/livez"));
        status = answer.status;
        free(answer.text);
        client_close(&next);
    }
    assert_int_equal(status, 200);
    for (size_t i = 1; i < CAP; i++) {
        client_close(&clients[i]);
    }
    door_close(&door);
}

static void the_total_has_a_cap(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    config.connection_count_max = 3;
    door_open(&door, &config);
    struct client clients[3];
    for (size_t i = 0; i < 3; i++) {
        clients[i] = door_client(&door, "acme");
    }
    int surplus = client_connect(server_port(door.server));
    assert_true(ends_soon(surplus));
    close(surplus);
    struct answer answer = client_exchange(&clients[2], GET("/livez"));
    assert_int_equal(answer.status, 200);
    free(answer.text);
    for (size_t i = 0; i < 3; i++) {
        client_close(&clients[i]);
    }
    door_close(&door);
}

static bool is_let_in(const char *name)
{
    struct client client;
    struct client_options options = {
        .directory = door.directory, .name = name, .port = server_port(door.server)};
    bool is_in = client_open(&client, &options);
    if (is_in) {
        struct answer answer = client_exchange(&client, GET("/livez"));
        is_in = answer.status == 200;
        free(answer.text);
    }
    client_close(&client);
    return is_in;
}

static void a_reload_cuts_the_revoked(void **state)
{
    (void)state;
    char message[200];
    struct server_config config = door_config(&door);
    door_make(&door, "client", "stolen stolen merchant");
    door_open(&door, &config);
    struct client stolen = door_client(&door, "stolen");
    struct client acme = door_client(&door, "acme");
    struct answer answer = client_exchange(&stolen, GET("/livez"));
    assert_int_equal(answer.status, 200);
    free(answer.text);
    door_make(&door, "revoke", "stolen");
    assert_true(is_let_in("stolen")); /* the old list still stands */
    assert_true(server_reload(door.server, message, sizeof message));
    assert_true(client_sees_end(&stolen));
    assert_false(is_let_in("stolen"));
    answer = client_exchange(&acme, GET("/livez"));
    assert_int_equal(answer.status, 200);
    free(answer.text);
    client_close(&stolen);
    client_close(&acme);
    door_close(&door);
}

static void a_failed_reload_changes_nothing(void **state)
{
    (void)state;
    char message[200] = "";
    char hidden[128];
    struct server_config config = door_config(&door);
    door_open(&door, &config);
    snprintf(hidden, sizeof hidden, "%s.hidden", door.crl);
    assert_int_equal(rename(door.crl, hidden), 0);
    assert_false(server_reload(door.server, message, sizeof message));
    assert_non_null(strstr(message, door.crl));
    assert_served("acme");
    assert_int_equal(rename(hidden, door.crl), 0);
    assert_true(server_reload(door.server, message, sizeof message));
    assert_served("acme");
    door_close(&door);
}

static void an_outdated_list_lets_nobody_in(void **state)
{
    (void)state;
    char message[200];
    struct server_config config = door_config(&door);
    door_make(&door, "crl", "1");
    pause_ms(2100);
    door_open(&door, &config);
    assert_false(is_let_in("acme"));
    door_make(&door, "crl", "");
    assert_true(server_reload(door.server, message, sizeof message));
    assert_true(is_let_in("acme"));
    door_close(&door);
}

static void a_certificate_that_ends_ends_its_connection(void **state)
{
    (void)state;
    char line[128];
    struct server_config config = door_config(&door);
    time_t end = time(NULL) + 3;
    struct tm parts;
    gmtime_r(&end, &parts);
    snprintf(line,
             sizeof line,
             "brief brief bank 20200101000000Z %04d%02d%02d%02d%02d%02dZ",
             parts.tm_year + 1900,
             parts.tm_mon + 1,
             parts.tm_mday,
             parts.tm_hour,
             parts.tm_min,
             parts.tm_sec);
    door_make(&door, "client", line);
    door_open(&door, &config);
    struct client brief = door_client(&door, "brief");
    struct client acme = door_client(&door, "acme");
    assert_true(client_sees_end(&brief));
    struct answer answer = client_exchange(&acme, GET("/livez"));
    assert_int_equal(answer.status, 200);
    free(answer.text);
    client_close(&brief);
    client_close(&acme);
    door_close(&door);
}

static void assert_refused_start(const struct server_config *config, const char *expected)
{
    char message[200] = "";
    assert_null(server_create(config, message, sizeof message));
    if (strstr(message, expected) == NULL || strchr(message, '\n') != NULL) {
        fail_msg("message: %s", message);
    }
}

static void a_start_that_fails_says_why(void **state)
{
    (void)state;
    struct server_config good = door_config(&door);
    struct server_config config = good;
    config.crl_file = NULL;
    assert_refused_start(&config, "revocation list");
    config.crl_file = door.ca; /* a file without a list */
    assert_refused_start(&config, "revocation list");
    config = good;
    config.certificate_file = "/nowhere/server.pem";
    assert_refused_start(&config, "server certificate /nowhere/server.pem");
    config = good;
    char other_key[128];
    snprintf(other_key, sizeof other_key, "%s/acme.key", door.directory);
    config.key_file = other_key;
    assert_refused_start(&config, "server key");
    config = good;
    config.client_ca_file = "/nowhere/ca.pem";
    assert_refused_start(&config, "client CA");
    config = good;
    config.listen_address = "no address";
    assert_refused_start(&config, "listen address");
    door_open(&door, &good);
    config = good;
    config.listen_port = server_port(door.server);
    assert_refused_start(&config, "Address already in use");
    door_close(&door);
}

static void *drain(void *context)
{
    struct server *server = context;
    server_drain(server, 20 * INSTANT_US_PER_SECOND);
    return NULL;
}

static void a_drain_lets_answers_out(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    door_open(&door, &config);
    uint16_t port = server_port(door.server);
    struct client busy = door_client(&door, "acme");
    struct client idle = door_client(&door, "acme");
    assert_true(client_send_text(&busy, GET("/v1/later")));
    struct answer answer = client_exchange(&idle, GET("/livez")); /* so the first one has arrived */
    assert_int_equal(answer.status, 200);
    free(answer.text);
    pthread_t id;
    assert_int_equal(pthread_create(&id, NULL, drain, door.server), 0);
    assert_true(client_sees_end(&idle));
    client_close(&idle);
    answer = client_read(&busy);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer_body(&answer), "later");
    assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
    free(answer.text);
    assert_true(client_sees_end(&busy));
    client_close(&busy);
    pthread_join(id, NULL);
    assert_int_equal(client_connect(port), -1);
    door_close(&door);
}

static void a_drain_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    door_open(&door, &config);
    struct client stuck = door_client(&door, "acme");
    assert_true(client_send_text(&stuck, "POST /v1/echo HTTP/1.1\r\nHost: a\r\n"));
    struct client later = door_client(&door, "acme");
    assert_true(client_send_text(&later, GET("/v1/later")));
    assert_served("bank");
    server_drain(door.server, 1);
    assert_true(client_sees_end(&stuck));
    client_close(&stuck);
    client_close(&later);
    door_close(&door); /* the late answer goes nowhere, and nothing is lost or freed twice */
}

static bool is_not_ready(void *context, char *reason_out, size_t size)
{
    (void)context;
    snprintf(reason_out, size, "the journal is behind");
    return false;
}

static void readiness_is_asked_for(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    config.is_ready = is_not_ready;
    door_open(&door, &config);
    struct client client = door_client(&door, "acme");
    struct answer answer = client_exchange(&client, GET("/readyz"));
    assert_int_equal(answer.status, 503);
    assert_non_null(strstr(answer.text, "\"detail\":\"the journal is behind\""));
    free(answer.text);
    client_close(&client);
    door_close(&door);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    log_set_level(LOG_WARNING);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_requests_are_cut),
        cmocka_unit_test(silent_and_idle_connections_are_cut),
        cmocka_unit_test(slow_readers_are_cut),
        cmocka_unit_test(a_patient_reader_gets_it_all),
        cmocka_unit_test(a_party_has_a_cap_of_its_own),
        cmocka_unit_test(the_total_has_a_cap),
        cmocka_unit_test(a_reload_cuts_the_revoked),
        cmocka_unit_test(a_failed_reload_changes_nothing),
        cmocka_unit_test(an_outdated_list_lets_nobody_in),
        cmocka_unit_test(a_certificate_that_ends_ends_its_connection),
        cmocka_unit_test(a_start_that_fails_says_why),
        cmocka_unit_test(a_drain_lets_answers_out),
        cmocka_unit_test(a_drain_does_not_wait_for_ever),
        cmocka_unit_test(readiness_is_asked_for),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
