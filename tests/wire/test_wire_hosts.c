/* Which host is called when: reconnect, alternates, back-off, addresses that are none. */
#include <stdio.h>
#include <string.h>

#include "tests/base/check.h"
#include "tests/wire/ends.h"

static void test_reconnects(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    char host[END_HOST_SIZE];
    end_host(end_free_port(), host);
    struct wire_config at = end_config(WIRE_SERVER, host);
    struct wire_config to = end_config(WIRE_CLIENT, host);
    struct end client;
    end_create(&client, base, &to, END_KEEPS);
    for (size_t round = 1; round <= 5; round++) {
        struct end server;
        size_t failed_before = client.failed_count;
        assert_true(end_await(&client, &client.failed_count, failed_before + 2));
        assert_string_equal(client.reason, "Connection refused");
        assert_string_equal(client.host, host);
        end_create(&server, base, &at, END_KEEPS);
        assert_true(end_await(&client, &client.opened_count, round));
        assert_true(end_await(&server, &server.opened_count, 1));
        end_send(&server, "hello", 5);
        assert_true(end_await(&client, &client.taken_size, 5 * round));
        end_destroy(&server);
        assert_true(end_await(&client, &client.closed_count, round));
    }
    end_destroy(&client);
    event_base_free(base);
}

/* The first host is dead: the second is called at once, and again the first comes first later. */
static void test_alternate_host(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    char first[END_HOST_SIZE];
    char second[END_HOST_SIZE];
    end_host(end_free_port(), first);
    struct end other;
    struct wire_config at = end_config(WIRE_SERVER, "127.0.0.1:0");
    end_create(&other, base, &at, END_KEEPS);
    struct wire_config to = end_config(WIRE_CLIENT, first);
    to.hosts[1] = end_host(wire_port(other.wire), second);
    to.host_count = 2;
    struct end client;
    end_create(&client, base, &to, END_KEEPS);
    assert_true(end_await(&client, &client.opened_count, 1));
    assert_string_equal(client.host, second);
    assert_int_equal(client.failed_count, 1);
    assert_true(end_await(&other, &other.opened_count, 1));
    end_send(&other, "x", 1);
    assert_true(end_await(&client, &client.taken_size, 1));

    struct end main_server;
    struct wire_config main_at = end_config(WIRE_SERVER, first);
    end_create(&main_server, base, &main_at, END_KEEPS);
    wire_close(client.wire, client.number, "sign-on was refused");
    assert_true(end_await(&client, &client.opened_count, 2));
    assert_string_equal(client.host, first);
    end_destroy(&client);
    end_destroy(&main_server);
    end_destroy(&other);
    event_base_free(base);
}

/* A host that takes the call and hangs up without a word is as good as dead. */
static void test_mute_host_is_left(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    char first[END_HOST_SIZE];
    char second[END_HOST_SIZE];
    struct wire_config at = end_config(WIRE_SERVER, "127.0.0.1:0");
    struct end mute;
    struct end good;
    end_create(&mute, base, &at, END_HANGS_UP);
    end_create(&good, base, &at, END_KEEPS);
    struct wire_config to = end_config(WIRE_CLIENT, end_host(wire_port(mute.wire), first));
    to.hosts[1] = end_host(wire_port(good.wire), second);
    to.host_count = 2;
    struct end client;
    end_create(&client, base, &to, END_KEEPS);
    assert_true(end_await(&client, &client.opened_count, 2));
    assert_string_equal(client.host, second);
    assert_int_equal(client.closed_count, 1);
    end_destroy(&client);
    end_destroy(&good);
    end_destroy(&mute);
    event_base_free(base);
}

static void test_names_are_looked_up(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    char host[END_HOST_SIZE];
    struct end server;
    struct end client;
    struct wire_config at = end_config(WIRE_SERVER, "127.0.0.1:0");
    end_create(&server, base, &at, END_KEEPS);
    snprintf(host, sizeof host, "localhost:%u", wire_port(server.wire));
    struct wire_config to = end_config(WIRE_CLIENT, host);
    end_create(&client, base, &to, END_KEEPS);
    assert_true(end_await(&client, &client.opened_count, 1));
    end_destroy(&client);
    end_destroy(&server);
    event_base_free(base);
}

static void refuse(struct event_base *base, const struct wire_config *config, const char *expected)
{
    static const struct wire_events events;
    char message[WIRE_REASON_SIZE] = "";
    assert_null(wire_create(base, config, &events, message, sizeof message));
    assert_string_equal(message, expected);
}

static void test_bad_addresses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "127.0.0.1",
        "127.0.0.1:",
        ":7001",
        "127.0.0.1:65536",
        "127.0.0.1:7001x",
        "127.0.0.1:-1",
        "127.0.0.1:123456",
        "::1:7001",
        "[]:7001",
    };
    struct event_base *base = end_base();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char expected[WIRE_REASON_SIZE];
        snprintf(expected, sizeof expected, "%s: not a host and a port", bad[i]);
        for (enum wire_role role = WIRE_CLIENT; role <= WIRE_SERVER; role++) {
            struct wire_config config = end_config(role, bad[i]);
            refuse(base, &config, expected);
        }
    }
    event_base_free(base);
}

static void test_busy_port(void **state)
{
    (void)state;
    struct event_base *base = end_base();
    char host[END_HOST_SIZE];
    char expected[WIRE_REASON_SIZE];
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    struct end server;
    end_create(&server, base, &config, END_KEEPS);
    config = end_config(WIRE_SERVER, end_host(wire_port(server.wire), host));
    snprintf(expected, sizeof expected, "%s: Address already in use", host);
    refuse(base, &config, expected);
    end_destroy(&server);
    event_base_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reconnects),
        cmocka_unit_test(test_alternate_host),
        cmocka_unit_test(test_mute_host_is_left),
        cmocka_unit_test(test_names_are_looked_up),
        cmocka_unit_test(test_bad_addresses),
        cmocka_unit_test(test_busy_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
