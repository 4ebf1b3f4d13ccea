/* Who is let in and who is not; the refused side is told why where TLS allows it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ledger/base/date.h"
#include "tests/base/check.h"
#include "tests/wire/ends.h"

static struct papers papers;
static struct papers strangers; /* another CA */

static const char *const us_uri = "kouan:party/us/role/merchant";

enum ca {
    OURS,
    THEIRS,
};

/* A certificate of `ca`, and what the holder believes in: always our CA. */
struct side {
    enum ca ca;
    const char *name;
    const char *peer_name;
    const char *crl; /* file, or NULL */
};

struct meeting {
    struct side server;
    struct side client;
    const char *server_says; /* NULL: both open */
    const char *client_says; /* a failed handshake, or a closed connection after it */
};

static const struct meeting meetings[] = {
    {{OURS, "bank", us_uri, "crl.pem"},           {OURS, "us", "bank.example", "crl.pem"}, NULL, NULL                                                     },
    {{OURS, "bank", NULL, NULL},                  {OURS, "us", NULL, NULL},                NULL, NULL                                                     },
    {{OURS, "bank", us_uri, NULL},
     {THEIRS, "us", "bank.example", NULL},
     "the certificate: unable to get local issuer certificate",                                  "tlsv1 alert unknown ca"                                 },
    {{THEIRS, "bank", us_uri, NULL},
     {OURS, "us", "bank.example", NULL},
     "tlsv1 alert unknown ca",                                                                   "the certificate: unable to get local issuer certificate"},
    {{OURS, "bank", us_uri, NULL},
     {OURS, "old", "bank.example", NULL},
     "the certificate: certificate has expired",                                                 "sslv3 alert certificate expired"                        },
    {{OURS, "old-bank", us_uri, NULL},
     {OURS, "us", "bank.example", NULL},
     "sslv3 alert certificate expired",                                                          "the certificate: certificate has expired"               },
    {{OURS, "bank", NULL, "crl.pem"},
     {OURS, "lost", "bank.example", NULL},
     "the certificate: certificate revoked",                                                     "sslv3 alert certificate revoked"                        },
    {{OURS, "lost-bank", us_uri, NULL},
     {OURS, "us", "bank.example", "crl.pem"},
     "sslv3 alert certificate revoked",                                                          "the certificate: certificate revoked"                   },
 /* A list of somebody else, or one that is no longer current, lets nobody in. */
    {{OURS, "bank", us_uri, "other.crl"},
     {OURS, "us", "bank.example", NULL},
     "the certificate: unable to get certificate CRL",                                           "tlsv1 alert unknown ca"                                 },
    {{OURS, "bank", us_uri, "stale.crl"},
     {OURS, "us", "bank.example", NULL},
     "the certificate: CRL has expired",                                                         "sslv3 alert certificate expired"                        },
    {{OURS, "bank", us_uri, NULL},
     {OURS, "them", "bank.example", NULL},
     "the certificate does not name kouan:party/us/role/merchant",                               "sslv3 alert bad certificate"                            },
    {{OURS, "bank", us_uri, NULL},
     {OURS, "us", "other.example", NULL},
     "sslv3 alert bad certificate",                                                              "the certificate does not name other.example"            },
 /* The common name is no name, and a URI that only begins alike is another. */
    {{OURS, "bank", us_uri, NULL},
     {OURS, "us", "bank", NULL},
     "sslv3 alert bad certificate",                                                              "the certificate does not name bank"                     },
    {{OURS, "bank", "kouan:party/us/role", NULL},
     {OURS, "us", "bank.example", NULL},
     "the certificate does not name kouan:party/us/role",                                        "sslv3 alert bad certificate"                            },
    {{OURS, "bank", NULL, NULL},
     {OURS, "bank", NULL, NULL},
     "the certificate: unsuitable certificate purpose",                                          "sslv3 alert unsupported certificate"                    },
    {{OURS, "us", NULL, NULL},
     {OURS, "us", NULL, NULL},
     "sslv3 alert unsupported certificate",                                                      "the certificate: unsuitable certificate purpose"        },
};

static struct wire_config side_config(enum wire_role role, const struct side *side)
{
    struct papers *home = side->ca == OURS ? &papers : &strangers;
    struct wire_config config = end_config(role, "127.0.0.1:0");
    config.tls = papers_tls(home, side->name, side->peer_name);
    config.tls.ca_file = papers_file(&papers, "ca.pem");
    config.tls.crl_file = side->crl == NULL ? NULL : papers_file(&papers, side->crl);
    return config;
}

/* What each side says of the other. */
static void sessions_check(const struct end *server, const struct end *client)
{
    struct wire_session session;
    assert_true(wire_session_read(client->wire, client->number, &session));
    assert_string_equal(session.protocol, "TLSv1.3");
    assert_non_null(strstr(session.cipher, "TLS_AES"));
    assert_non_null(strstr(session.subject, "CN=bank"));
    assert_true(session.not_after > clock_now());
    assert_true(session.not_after < clock_now() + INT64_C(4000) * 86400 * INSTANT_US_PER_SECOND);
    assert_true(wire_session_read(server->wire, server->number, &session));
    assert_non_null(strstr(session.subject, "CN=us"));
    assert_false(wire_session_read(client->wire, client->number + 1, &session));
}

static void meet(const struct meeting *meeting)
{
    char host[END_HOST_SIZE];
    struct event_base *base = end_base();
    struct end server;
    struct end client;
    struct wire_config config = side_config(WIRE_SERVER, &meeting->server);
    end_create(&server, base, &config, END_KEEPS);
    config = side_config(WIRE_CLIENT, &meeting->client);
    config.hosts[0] = end_host(wire_port(server.wire), host);
    /* One attempt is enough to see. */
    config.backoff_first_us = 60 * INSTANT_US_PER_SECOND;
    config.backoff_max_us = config.backoff_first_us;
    end_create(&client, base, &config, END_KEEPS);
    if (meeting->server_says == NULL) {
        assert_true(end_await(&client, &client.opened_count, 1));
        assert_true(end_await(&server, &server.opened_count, 1));
        end_send(&client, "hello", 5);
        assert_true(end_await(&server, &server.taken_size, 5));
        sessions_check(&server, &client);
    } else {
        assert_true(end_await(&server, &server.failed_count, 1));
        /* In TLS 1.3 the client has finished before the server looks at its certificate. */
        size_t *refused = strncmp(meeting->client_says, "the certificate", 15) == 0
                              ? &client.failed_count
                              : &client.closed_count;
        assert_true(end_await(&client, refused, 1));
        assert_string_equal(server.reason, meeting->server_says);
        assert_string_equal(client.reason, meeting->client_says);
        assert_int_equal(server.opened_count, 0);
        assert_int_equal(server.taken_size + client.taken_size, 0);
    }
    end_destroy(&client);
    end_destroy(&server);
    event_base_free(base);
}

static void test_meetings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof meetings / sizeof meetings[0]; i++) {
        print_message("meeting %zu: %s\n",
                      i,
                      meetings[i].server_says == NULL ? "let in" : meetings[i].server_says);
        meet(&meetings[i]);
    }
}

/* A list that changes under a running server holds from the next connection on; one that has become
 * unreadable lets nobody in. */
static void test_revoked_while_running(void **state)
{
    (void)state;
    char host[END_HOST_SIZE];
    char list[64];
    struct event_base *base = end_base();
    struct end server;
    struct end client;
    papers_make(&papers, "client", "late late merchant");
    const struct side bank = {OURS, "bank", NULL, "crl.pem"};
    const struct side late = {OURS, "late", NULL, NULL};
    struct wire_config config = side_config(WIRE_SERVER, &bank);
    end_create(&server, base, &config, END_ECHOES);
    config = side_config(WIRE_CLIENT, &late);
    config.hosts[0] = end_host(wire_port(server.wire), host);
    end_create(&client, base, &config, END_KEEPS);
    assert_true(end_await(&server, &server.opened_count, 1));
    papers_make(&papers, "revoke", "late");
    wire_close(server.wire, server.number, "again please");
    assert_true(end_await(&server, &server.failed_count, 1));
    assert_string_equal(server.reason, "the certificate: certificate revoked");

    snprintf(list, sizeof list, "%s/crl.pem", papers.directory);
    assert_int_equal(truncate(list, 100), 0);
    while (strstr(server.reason, "revocation list") == NULL) {
        assert_true(end_await(&server, &server.failed_count, server.failed_count + 1));
    }
    assert_int_equal(server.opened_count, 1);
    end_destroy(&client);
    end_destroy(&server);
    event_base_free(base);
    papers_make(&papers, "crl", "");
}

static int call(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int one = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(one, (struct sockaddr *)&address, sizeof address), 0);
    return one;
}

/* Callers that speak no TLS, or nothing at all. */
static void test_no_handshake(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    struct end server;
    const struct side bank = {OURS, "bank", NULL, NULL};
    struct wire_config config = side_config(WIRE_SERVER, &bank);
    config.connect_timeout_us = 200000;
    end_create(&server, base, &config, END_KEEPS);
    int mute = call(wire_port(server.wire));
    assert_true(end_await(&server, &server.failed_count, 1));
    assert_string_equal(server.reason, "no handshake in time");
    int plain = call(wire_port(server.wire));
    assert_int_equal(write(plain, "0800 echo echo echo", 19), 19);
    assert_true(end_await(&server, &server.failed_count, 2));
    assert_string_equal(server.reason, "wrong version number");
    int gone = call(wire_port(server.wire));
    close(gone);
    assert_true(end_await(&server, &server.failed_count, 3));
    assert_string_equal(server.reason, "closed by the other side without close_notify");
    assert_int_equal(server.opened_count, 0);
    close(mute);
    close(plain);
    end_destroy(&server);
    event_base_free(base);
}

struct caller {
    uint16_t port;
    int version_max;
    const char *certificate; /* NULL: shows none */
    const char *key;
};

/* openssl s_client in the background; its output is of no interest. */
static void call_by_tool(const struct caller *caller)
{
    char line[512];
    char identity[256] = "";
    if (caller->certificate != NULL) {
        snprintf(identity, sizeof identity, "-cert %s -key %s", caller->certificate, caller->key);
    }
    snprintf(line,
             sizeof line,
             "openssl s_client -connect 127.0.0.1:%u -tls1_%d %s </dev/null >/dev/null 2>&1 &",
             caller->port,
             caller->version_max,
             identity);
    assert_int_equal(system(line), 0);
}

static void test_other_protocols(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    struct end server;
    const struct side bank = {OURS, "bank", NULL, NULL};
    struct wire_config config = side_config(WIRE_SERVER, &bank);
    end_create(&server, base, &config, END_KEEPS);
    struct caller caller = {wire_port(server.wire), 3, NULL, NULL};
    call_by_tool(&caller);
    assert_true(end_await(&server, &server.failed_count, 1));
    assert_string_equal(server.reason, "peer did not return a certificate");
    caller.version_max = 2;
    caller.certificate = papers_file(&papers, "us.pem");
    caller.key = papers_file(&papers, "us.key");
    call_by_tool(&caller);
    assert_true(end_await(&server, &server.failed_count, 2));
    assert_string_equal(server.reason, "unsupported protocol");
    caller.version_max = 3;
    call_by_tool(&caller);
    assert_true(end_await(&server, &server.opened_count, 1));
    end_destroy(&server);
    event_base_free(base);
}

static void refuse(const struct wire_tls *tls, const char *what)
{
    static const struct wire_events events;
    char message[WIRE_REASON_SIZE] = "";
    struct event_base *base = end_base();
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    config.tls = *tls;
    assert_null(wire_create(base, &config, &events, message, sizeof message));
    if (strncmp(message, what, strlen(what)) != 0) {
        fail_msg("%s: %s", what, message);
    }
    event_base_free(base);
}

static void test_bad_files(void **state)
{
    (void)state;
    const char *missing = papers_file(&papers, "missing.pem");
    const struct wire_tls good = papers_tls(&papers, "bank", NULL);
    struct wire_tls bad = good;
    bad.certificate_file = missing;
    refuse(&bad, "certificate /tmp/");
    bad = good;
    bad.key_file = papers_file(&papers, "us.key");
    refuse(&bad, "key /tmp/");
    bad = good;
    bad.ca_file = missing;
    refuse(&bad, "CA /tmp/");
    bad = good;
    bad.crl_file = papers_file(&papers, "ca.pem");
    refuse(&bad, "revocation list /tmp/");
    refuse(&(struct wire_tls){.ca_file = good.ca_file}, "TLS needs");
    refuse(&(struct wire_tls){.crl_file = good.ca_file}, "TLS needs");
}

static void make_papers(void)
{
    char line[512];
    papers_create(&papers);
    papers_create(&strangers);
    papers_make(&papers, "client", "them them merchant");
    papers_make(&papers, "client", "old us merchant 20250101000000Z 20250102000000Z");
    papers_make(&papers, "server", "old-bank DNS:bank.example 20250101000000Z 20250102000000Z");
    papers_make(&papers, "server", "lost-bank DNS:bank.example");
    papers_make(&papers, "client", "lost us merchant");
    papers_make(&papers, "revoke", "lost");
    papers_make(&papers, "revoke", "lost-bank");
    snprintf(line,
             sizeof line,
             "cp %s/crl.pem %s/other.crl && cd %s && KOUAN_CA_DIR=. KOUAN_SAN=URI:unused "
             "openssl ca -config %s/../certs/profiles.cnf -gencrl -crl_lastupdate 20250101000000Z "
             "-crl_nextupdate 20250102000000Z -out stale.crl 2>/dev/null",
             strangers.directory,
             papers.directory,
             papers.directory,
             TESTS_DIR);
    if (system(line) != 0) {
        abort();
    }
}

int main(void)
{
    make_papers();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_meetings),
        cmocka_unit_test(test_revoked_while_running),
        cmocka_unit_test(test_no_handshake),
        cmocka_unit_test(test_other_protocols),
        cmocka_unit_test(test_bad_files),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    papers_destroy(&strangers);
    papers_destroy(&papers);
    return failed;
}
