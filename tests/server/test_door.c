/* The door with real sockets and real certificates: who gets in, and what is answered. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ledger/base/log.h"
#include "tests/base/check.h"
#include "tests/server/door.h"
#include "tools/load.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static struct door door;
static struct door stranger; /* another CA */

static int set_up(void **state)
{
    (void)state;
    door_create(&door);
    door_create(&stranger);
    door_make(&door, "client", "acme acme merchant");
    door_make(&door, "client", "bank bank bank");
    door_make(&door, "client", "expired expired bank 20200101000000Z 20200201000000Z");
    door_make(&door, "client", "future future bank 20900101000000Z 20910201000000Z");
    door_make(&door, "client", "gone gone bank");
    door_make(&door, "revoke", "gone");
    door_make(&door, "issue", "serving server URI:kouan:party/serving/role/bank");
    door_make(&door, "issue", "nameless client DNS:nameless");
    door_make(&door, "issue", "foreign client URI:spiffe://house/bank");
    door_make(
        &door, "issue", "double client URI:kouan:party/a/role/bank,URI:kouan:party/b/role/bank");
    door_make(&door, "issue", "unruly client URI:kouan:party/a/role/king");
    door_make(&stranger, "client", "acme acme merchant");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    door_destroy(&door);
    door_destroy(&stranger);
    return 0;
}

static int open_usual(void **state)
{
    (void)state;
    struct server_config config = door_config(&door);
    door_open(&door, &config);
    return 0;
}

static int close_usual(void **state)
{
    (void)state;
    door_close(&door);
    return 0;
}

static void assert_body(struct answer *answer, const char *expected)
{
    assert_int_equal(answer->status, 200);
    assert_string_equal(answer_body(answer), expected);
    free(answer->text);
}

static void known_party_is_answered(void **state)
{
    (void)state;
    struct client client = door_client(&door, "acme");
    struct answer answer = client_exchange(&client, GET("/v1/who/x%20y?note=%E5%8F%A3"));
    assert_body(&answer, "acme merchant x y \xe5\x8f\xa3");
    answer = client_exchange(&client, GET("/livez"));
    assert_body(&answer, "ok\n");
    client_close(&client);
}

static void nobody_else_gets_in(void **state)
{
    (void)state;
    static const struct {
        const char *name; /* of the certificate */
        bool is_strange;
        int version_max;
    } rows[] = {
        {NULL,       false, 0             },
        {"expired",  false, 0             },
        {"future",   false, 0             },
        {"gone",     false, 0             },
        {"serving",  false, 0             },
        {"nameless", false, 0             },
        {"foreign",  false, 0             },
        {"double",   false, 0             },
        {"unruly",   false, 0             },
        {"acme",     true,  0             },
        {"acme",     false, TLS1_2_VERSION},
    };
    size_t count = sizeof rows / sizeof rows[0];
    for (size_t i = 0; i < count; i++) {
        struct client client;
        struct client_options options = {
            .directory = door.directory,
            .name = rows[i].name,
            .other_directory = rows[i].is_strange ? stranger.directory : NULL,
            .port = server_port(door.server),
            .version_max = rows[i].version_max,
        };
        if (client_open(&client, &options)) {
            struct answer answer = client_exchange(&client, GET("/livez"));
            if (answer.size != 0) {
                fail_msg("row %zu was answered", i);
            }
            free(answer.text);
        }
        client_close(&client);
    }
    assert_int_equal(door_metric(&door, "acme", "kouan_tls_handshakes_failed_total"), count);
}

static void no_session_is_resumed(void **state)
{
    (void)state;
    struct client first = door_client(&door, "acme");
    struct answer answer = client_exchange(&first, GET("/livez"));
    assert_body(&answer, "ok\n");
    SSL_SESSION *session = SSL_get1_session(first.ssl);
    assert_false(SSL_SESSION_is_resumable(session));
    struct client second;
    struct client_options options = {.directory = door.directory,
                                     .name = "acme",
                                     .port = server_port(door.server),
                                     .session = session};
    assert_true(client_open(&second, &options));
    assert_int_equal(SSL_session_reused(second.ssl), 0);
    SSL_SESSION_free(session);
    client_close(&first);
    client_close(&second);
}

static void what_is_not_tls_is_cut(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\x16\x03\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        "\x80\x2e\x01\x03\x01 a hello as SSL 2 had it, of the length it says",
        "SSH-2.0-OpenSSH_9.2\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int raw = client_connect(server_port(door.server));
        assert_true(write(raw, texts[i], strlen(texts[i])) > 0);
        char buffer[256];
        ssize_t size = read(raw, buffer, sizeof buffer);
        while (size > 0) { /* a TLS alert at most */
            assert_true(memchr(buffer, 'H', (size_t)size) == NULL);
            size = read(raw, buffer, sizeof buffer);
        }
        if (size < 0) {
            assert_int_equal(errno, ECONNRESET); /* and not that we grew tired of waiting */
        }
        close(raw);
    }
}

static void check_live(const char *name)
{
    char path[512];
    static char data[1 << 16];
    snprintf(path, sizeof path, "%s/server/vectors/%s", TESTS_DIR, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    struct client client = door_client(&door, "acme");
    assert_true(client_send(&client, data, size));
    struct answer answer = client_read(&client);
    if (answer.status != strtol(name, NULL, 10)) {
        fail_msg("%s: answered %d", name, answer.status);
    }
    assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(answer.text, "Content-Type: application/problem+json"));
    assert_true(client_sees_end(&client));
    free(answer.text);
    client_close(&client);
}

static void malformed_requests_are_answered_and_cut(void **state)
{
    (void)state;
    DIR *directory = opendir(TESTS_DIR "/server/vectors");
    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] == '4' || entry->d_name[0] == '5') {
            check_live(entry->d_name);
        }
    }
    closedir(directory);
}

static void routing_has_its_statuses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int status;
        const char *has;
    } rows[] = {
        {GET("/nowhere"),                                                          404, "\"code\":\"request.unknown_path\""       },
        {GET("/v1/echo"),                                                          405, "\r\nAllow: POST\r\n"                     },
        {"DELETE /livez HTTP/1.1\r\nHost: a\r\n\r\n",                              405, "\r\nAllow: GET\r\n"                      },
        {GET("/v1/secret"),                                                        403, "\"code\":\"request.forbidden\""          },
        {"GET /v1/secret HTTP/1.1\r\nHost: a\r\nAccept: application/cbor\r\n\r\n",
         403,                                                                           "application/concise-problem-details+cbor"},
        {"POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",       200, "\r\n\r\nhi"                              },
        {"GET /v1/who/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
         200,                                                                           "\r\nConnection: close\r\n"               },
    };
    struct client client = door_client(&door, "acme");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer answer = client_exchange(&client, rows[i].text);
        assert_int_equal(answer.status, rows[i].status);
        assert_non_null(strstr(answer.text, rows[i].has));
        free(answer.text);
    }
    assert_true(client_sees_end(&client));
    client_close(&client);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(
        &client,
        GET("/v1/who/1") GET(
            "/v1/later") "POST /v1/echo HTTP/1.1\r\nHost: a\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" GET("/v1/later")
                             GET("/v1/who/2")));
    static const char *const expected[] = {
        "acme merchant 1 -", "later", "hi", "later", "acme merchant 2 -"};
    for (size_t i = 0; i < 5; i++) {
        struct answer answer = client_read(&client);
        assert_body(&answer, expected[i]);
    }
    client_close(&client);
}

static void a_head_request_gets_no_body(void **state)
{
    (void)state;
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(&client, "HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n" GET("/livez")));
    struct answer answer = client_read_head(&client);
    assert_int_equal(answer.status, 405);
    free(answer.text);
    answer = client_read(&client);
    assert_body(&answer, "ok\n");
    client_close(&client);
}

/* More than the server reads ahead while a handler works: it must stop reading, and lose nothing.
 */
static void a_flood_behind_a_slow_request_waits(void **state)
{
    (void)state;
    enum {
        COUNT = 3000
    };
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(&client, GET("/v1/later")));
    for (int i = 0; i < COUNT; i++) {
        assert_true(client_send_text(&client, GET("/v1/who/x")));
    }
    struct answer answer = client_read(&client);
    assert_body(&answer, "later");
    for (int i = 0; i < COUNT; i++) {
        answer = client_read(&client);
        assert_body(&answer, "acme merchant x -");
    }
    client_close(&client);
}

static void continue_is_said_once_it_is_welcome(void **state)
{
    (void)state;
    struct client client = door_client(&door, "acme");
    struct answer answer = client_exchange(
        &client,
        "POST /v1/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    assert_int_equal(answer.status, 100);
    free(answer.text);
    answer = client_exchange(&client, "hi");
    assert_body(&answer, "hi");
    answer = client_exchange(&client,
                             "POST /v1/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                             "Content-Length: 8388609\r\n\r\n");
    assert_int_equal(answer.status, 413);
    free(answer.text);
    client_close(&client);
}

static void large_bodies_come_back_whole(void **state)
{
    (void)state;
    enum {
        SIZE = 8 * 1024 * 1024
    };
    char *body = malloc(SIZE + 1);
    assert_non_null(body);
    for (size_t i = 0; i < SIZE; i++) {
        body[i] = (char)('a' + i * 7 % 23);
    }
    body[SIZE] = '\0';
    struct client client = door_client(&door, "acme");
    assert_true(client_send_text(
        &client, "POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 8388608\r\n\r\n"));
    assert_true(client_send(&client, body, SIZE));
    struct answer answer = client_read(&client);
    assert_body(&answer, body);
    assert_true(client_send_text(
        &client, "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (size_t at = 0; at < SIZE; at += SIZE / 64) {
        assert_true(client_send_text(&client, "20000\r\n"));
        assert_true(client_send(&client, body + at, SIZE / 64));
        assert_true(client_send_text(&client, "\r\n"));
    }
    answer = client_exchange(&client, "0\r\n\r\n" GET("/v1/who/next"));
    assert_body(&answer, body);
    answer = client_read(&client);
    assert_body(&answer, "acme merchant next -");
    free(body);
    client_close(&client);
}

static void a_client_that_leaves_harms_nobody(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct client client = door_client(&door, "acme");
        assert_true(client_send_text(&client, i % 2 == 0 ? GET("/v1/later") : "POST /v1/ec"));
        if (i % 3 == 0) {
            SSL_shutdown(client.ssl);
        }
        client_close(&client);
    }
    known_party_is_answered(NULL);
}

static void make_later(void *context, uint64_t index, struct writer *out)
{
    (void)context;
    load_write_get(out, index % 10 == 0 ? "/v1/later" : "/v1/who/x");
}

static void make_echo(void *context, uint64_t index, struct writer *out)
{
    (void)context;
    (void)index;
    static const char body[] = "{\"amount\":\"12.00\",\"currency\":\"CNY\"}";
    load_write_post(out,
                    "/v1/echo",
                    "key",
                    "application/json",
                    (struct bytes){.data = (const uint8_t *)body, .size = sizeof body - 1});
}

static void run_load(size_t connection_count,
                     uint64_t request_count,
                     void (*make)(void *context, uint64_t index, struct writer *out))
{
    char certificate[96];
    char key[96];
    snprintf(certificate, sizeof certificate, "%s/acme.pem", door.directory);
    snprintf(key, sizeof key, "%s/acme.key", door.directory);
    struct load_config config = {
        .host = "127.0.0.1",
        .port = server_port(door.server),
        .ca_file = door.ca,
        .certificate_file = certificate,
        .key_file = key,
        .connection_count = connection_count,
        .thread_count = 2,
        .request_count = request_count,
        .make_request = make,
    };
    struct load_result result;
    char message[200];
    if (!load_run(&config, &result, message, sizeof message)) {
        fail_msg("%s", message);
    }
    assert_int_equal(result.request_count, request_count);
    assert_int_equal(result.status_counts[200], request_count);
    assert_int_equal(result.broken_count, 0);
    printf("%zu connections, %llu requests, %lld us, p50 %lld us, p99 %lld us\n",
           connection_count,
           (unsigned long long)request_count,
           (long long)result.duration_us,
           (long long)result.p50_us,
           (long long)result.p99_us);
}

static void answers_come_from_other_threads(void **state)
{
    (void)state;
    run_load(50, 500, make_later);
}

static void a_thousand_connections_are_open(void **state)
{
    (void)state;
    run_load(1000, 5000, make_echo);
}

static void monitors_are_answered(void **state)
{
    (void)state;
    struct client client = door_client(&door, "bank");
    struct answer answer = client_exchange(&client, GET("/readyz"));
    assert_body(&answer, "ok\n");
    answer = client_exchange(&client, GET("/metrics"));
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.text, "\nkouan_connections 1\n"));
    assert_non_null(
        strstr(answer.text,
               "kouan_http_requests_total{method=\"GET\",route=\"/readyz\",class=\"2xx\"} 1\n"));
    free(answer.text);
    client_close(&client);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    log_set_level(LOG_WARNING);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
#define USUAL(test) cmocka_unit_test_setup_teardown(test, open_usual, close_usual)
    const struct CMUnitTest tests[] = {
        USUAL(known_party_is_answered),
        USUAL(nobody_else_gets_in),
        USUAL(no_session_is_resumed),
        USUAL(what_is_not_tls_is_cut),
        USUAL(malformed_requests_are_answered_and_cut),
        USUAL(routing_has_its_statuses),
        USUAL(pipelined_requests_are_answered_in_order),
        USUAL(a_head_request_gets_no_body),
        USUAL(a_flood_behind_a_slow_request_waits),
        USUAL(continue_is_said_once_it_is_welcome),
        USUAL(large_bodies_come_back_whole),
        USUAL(a_client_that_leaves_harms_nobody),
        USUAL(answers_come_from_other_threads),
        USUAL(a_thousand_connections_are_open),
        USUAL(monitors_are_answered),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
