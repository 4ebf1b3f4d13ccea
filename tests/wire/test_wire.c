/* Bytes over both kinds of wire: all arrive, in order, and what was sent before a close still does.
 */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/base/check.h"
#include "tests/wire/ends.h"

enum medium {
    PLAIN,
    TLS,
    MEDIUM_COUNT
};

static struct papers papers;

static void use_medium(struct wire_config *config, enum medium medium)
{
    if (medium == TLS) {
        config->tls = config->role == WIRE_SERVER
                          ? papers_tls(&papers, "bank", "kouan:party/us/role/merchant")
                          : papers_tls(&papers, "us", "bank.example");
        config->tls.crl_file = papers_file(&papers, "crl.pem");
    }
}

struct pair {
    struct event_base *base;
    struct end server;
    struct end client;
    char host[END_HOST_SIZE];
};

static void pair_create(struct pair *pair,
                        enum medium medium,
                        enum end_habit server_habit,
                        enum end_habit client_habit)
{
    pair->base = end_base();
    struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
    use_medium(&config, medium);
    config.output_size_max = END_TAKEN_SIZE_MAX;
    end_create(&pair->server, pair->base, &config, server_habit);
    config = end_config(WIRE_CLIENT, end_host(wire_port(pair->server.wire), pair->host));
    use_medium(&config, medium);
    end_create(&pair->client, pair->base, &config, client_habit);
    assert_true(end_await(&pair->client, &pair->client.opened_count, 1));
    assert_true(end_await(&pair->server, &pair->server.opened_count, 1));
}

static void pair_destroy(struct pair *pair)
{
    end_destroy(&pair->client);
    end_destroy(&pair->server);
    event_base_free(pair->base);
}

static uint8_t *random_bytes(unsigned seed, size_t size)
{
    uint8_t *data = malloc(size);
    assert_non_null(data);
    uint64_t state = seed;
    for (size_t i = 0; i < size; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
        data[i] = (uint8_t)(state >> 56);
    }
    return data;
}

static void test_echo(void **state)
{
    (void)state;
    enum {
        SIZE = 6 << 20
    };
    uint8_t *data = random_bytes(1, SIZE);
    for (enum medium medium = PLAIN; medium < MEDIUM_COUNT; medium++) {
        struct pair pair;
        pair_create(&pair, medium, END_ECHOES, END_KEEPS);
        end_send(&pair.client, data, SIZE);
        assert_true(end_await(&pair.client, &pair.client.taken_size, SIZE));
        assert_memory_equal(pair.client.taken, data, SIZE);
        assert_int_equal(pair.client.opened_count, 1);
        assert_int_equal(pair.server.failed_count, 0);
        pair_destroy(&pair);
    }
    free(data);
}

static void test_single_bytes(void **state)
{
    (void)state;
    for (enum medium medium = PLAIN; medium < MEDIUM_COUNT; medium++) {
        struct pair pair;
        pair_create(&pair, medium, END_KEEPS, END_KEEPS);
        for (size_t i = 0; i < 300; i++) {
            uint8_t byte = (uint8_t)i;
            end_send(&pair.client, &byte, 1);
            assert_true(end_await(&pair.server, &pair.server.taken_size, i + 1));
            assert_int_equal(pair.server.taken[i], byte);
        }
        pair_destroy(&pair);
    }
}

/* What a loop's callback sent before it closed arrives whole, though the reader is slow. */
static void test_close_flushes(void **state)
{
    (void)state;
    enum {
        SIZE = 8 << 20
    };
    uint8_t *data = random_bytes(2, SIZE);
    for (enum medium medium = PLAIN; medium < MEDIUM_COUNT; medium++) {
        struct pair pair;
        pair_create(&pair, medium, END_KEEPS, END_KEEPS);
        const struct bytes bytes = {.data = data, .size = SIZE};
        assert_int_equal(wire_send(pair.server.wire, pair.server.number, bytes), STATUS_OK);
        wire_close(pair.server.wire, pair.server.number, "all said");
        assert_int_equal(wire_send(pair.server.wire, pair.server.number, bytes), STATUS_REJECTED);
        assert_int_equal(pair.server.closed_count, 0);
        /* Bytes on their way to a closing end must not reset the connection. */
        end_send(&pair.client, data, 100000);
        assert_true(end_await(&pair.client, &pair.client.closed_count, 1));
        assert_int_equal(pair.client.taken_size, SIZE);
        assert_memory_equal(pair.client.taken, data, SIZE);
        assert_true(end_await(&pair.server, &pair.server.closed_count, 1));
        assert_string_equal(pair.server.reason, "all said");
        assert_string_equal(pair.client.reason, "closed by the other side");
        assert_int_equal(pair.server.taken_size, 0);
        pair_destroy(&pair);
    }
    free(data);
}

static void test_close_in_callbacks(void **state)
{
    (void)state;
    static const enum end_habit habits[] = {END_CLOSES_AT_ONE, END_HANGS_UP};
    for (enum medium medium = PLAIN; medium < MEDIUM_COUNT; medium++) {
        for (size_t i = 0; i < 2; i++) {
            struct pair pair;
            pair_create(&pair, medium, habits[i], END_KEEPS);
            for (size_t round = 1; round <= 20; round++) {
                assert_true(end_await(&pair.client, &pair.client.opened_count, round));
                if (habits[i] == END_CLOSES_AT_ONE) {
                    const struct bytes two = {.data = (const uint8_t *)"ab", .size = 2};
                    enum status status = wire_send(pair.client.wire, pair.client.number, two);
                    assert_int_equal(status, STATUS_OK);
                }
                assert_true(end_await(&pair.client, &pair.client.closed_count, round));
                assert_true(end_await(&pair.server, &pair.server.closed_count, round));
            }
            assert_int_equal(pair.server.failed_count, 0);
            pair_destroy(&pair);
        }
    }
}

static void test_output_is_bounded(void **state)
{
    (void)state;
    enum {
        SIZE = 100000
    };
    uint8_t *data = random_bytes(3, SIZE);
    const struct bytes bytes = {.data = data, .size = SIZE};
    for (enum medium medium = PLAIN; medium < MEDIUM_COUNT; medium++) {
        struct pair pair;
        size_t taken = 0;
        pair_create(&pair, medium, END_KEEPS, END_KEEPS);
        /* No turn of the loop: nothing can leave. */
        enum status status = wire_send(pair.client.wire, pair.client.number, bytes);
        while (status == STATUS_OK) {
            taken += SIZE;
            status = wire_send(pair.client.wire, pair.client.number, bytes);
        }
        assert_int_equal(status, STATUS_LIMIT);
        assert_int_equal(taken, (1 << 20) / SIZE * SIZE);
        assert_true(end_await(&pair.server, &pair.server.taken_size, taken));
        assert_int_equal(pair.server.taken_size, taken);
        assert_int_equal(wire_send(pair.client.wire, pair.client.number, bytes), STATUS_OK);
        assert_int_equal(wire_send(pair.client.wire, pair.client.number + 1, bytes),
                         STATUS_REJECTED);
        pair_destroy(&pair);
    }
    free(data);
}

static void test_too_many_callers(void **state)
{
    (void)state;
    struct pair pair;
    struct end others[4];
    char host[END_HOST_SIZE];
    pair_create(&pair, PLAIN, END_KEEPS, END_KEEPS);
    const struct wire_config config =
        end_config(WIRE_CLIENT, end_host(wire_port(pair.server.wire), host));
    for (size_t i = 0; i < 4; i++) {
        end_create(&others[i], pair.base, &config, END_KEEPS);
    }
    assert_true(end_await(&pair.server, &pair.server.opened_count, 4));
    assert_true(end_await(&pair.server, &pair.server.failed_count, 1));
    assert_string_equal(pair.server.reason, "too many connections");
    wire_close(pair.server.wire, pair.server.number, "make room");
    assert_true(end_await(&pair.server, &pair.server.opened_count, 5));
    for (size_t i = 0; i < 4; i++) {
        end_destroy(&others[i]);
    }
    pair_destroy(&pair);
}

struct other_thread {
    enum medium medium;
    char host[END_HOST_SIZE];
    const uint8_t *data;
    size_t size;
};

static void *send_from_other_thread(void *context)
{
    const struct other_thread *other = context;
    struct event_base *base = end_base();
    struct end client;
    struct wire_config config = end_config(WIRE_CLIENT, other->host);
    use_medium(&config, other->medium);
    end_create(&client, base, &config, END_KEEPS);
    bool is_done = end_await(&client, &client.opened_count, 1);
    assert(is_done);
    end_send(&client, other->data, other->size);
    is_done = end_await(&client, &client.taken_size, other->size);
    assert(is_done && memcmp(client.taken, other->data, other->size) == 0);
    end_destroy(&client);
    event_base_free(base);
    return NULL;
}

/* Wires of different loops share nothing: each end on its own thread. */
static void test_two_threads(void **state)
{
    (void)state;
    enum {
        SIZE = 2 << 20
    };
    uint8_t *data = random_bytes(4, SIZE);
    for (enum medium medium = PLAIN; medium < MEDIUM_COUNT; medium++) {
        struct event_base *base = end_base();
        struct end server;
        struct wire_config config = end_config(WIRE_SERVER, "127.0.0.1:0");
        use_medium(&config, medium);
        config.output_size_max = SIZE;
        (void)papers_tls(&papers, "us", NULL);
        end_create(&server, base, &config, END_ECHOES);
        struct other_thread other = {.medium = medium, .data = data, .size = SIZE};
        end_host(wire_port(server.wire), other.host);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, send_from_other_thread, &other), 0);
        assert_true(end_await(&server, &server.closed_count, 1));
        assert_int_equal(server.taken_size, SIZE);
        pthread_join(thread, NULL);
        end_destroy(&server);
        event_base_free(base);
    }
    free(data);
}

int main(void)
{
    papers_create(&papers);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_single_bytes),
        cmocka_unit_test(test_close_flushes),
        cmocka_unit_test(test_close_in_callbacks),
        cmocka_unit_test(test_output_is_bounded),
        cmocka_unit_test(test_too_many_callers),
        cmocka_unit_test(test_two_threads),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    papers_destroy(&papers);
    return failed;
}
