/* Which host is tried when. A round goes over all hosts and all addresses of their names, one after
 * the other; after a round in vain comes the back-off. */
#include <errno.h>
#include <event2/util.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/wire/wire_p.h"

static void on_connect(evutil_socket_t socket, short what, void *context);

/* Between half and all of `backoff_us`, so that many clients of a dead host do not return together.
 */
static int64_t jittered(int64_t backoff_us)
{
    uint64_t random = 0;
    evutil_secure_rng_get_bytes(&random, sizeof random);
    uint64_t half = (uint64_t)(backoff_us / 2);
    return backoff_us - (int64_t)(random % (half + 1));
}

static void wait_for(struct wire_client *client, int64_t after_us)
{
    struct timeval after = wire_address_timeval(after_us);
    client->step = WIRE_WAITING;
    event_add(&client->timer, &after);
}

static void drop_attempt(struct wire_client *client)
{
    if (client->socket >= 0) {
        event_del(&client->connect_event);
        close(client->socket);
        client->socket = -1;
    }
    if (client->addresses != NULL) {
        freeaddrinfo(client->addresses);
    }
    client->addresses = NULL;
    client->address = NULL;
}

void wire_client_failed(struct wire *wire)
{
    struct wire_client *client = &wire->client;
    client->host_index++;
    if (client->host_index < wire->config.host_count) {
        wait_for(client, 0);
        return;
    }
    client->host_index = 0;
    wait_for(client, jittered(client->backoff_us));
    client->backoff_us = client->backoff_us > wire->config.backoff_max_us / 2
                             ? wire->config.backoff_max_us
                             : client->backoff_us * 2;
}

void wire_client_ended(struct wire *wire)
{
    struct wire_client *client = &wire->client;
    client->host_index = 0;
    client->backoff_us = wire->config.backoff_first_us;
    wait_for(client, jittered(client->backoff_us));
}

static void fail_attempt(struct wire_client *client, const char *reason)
{
    struct wire *wire = client->wire;
    const char *host = wire->config.hosts[client->host_index];
    drop_attempt(client);
    wire_client_failed(wire);
    wire->events.failed(wire->events.context, host, reason);
}

/* 0, EINPROGRESS, or what connect said; the socket stays in `client`. */
static int begin_connect(struct wire_client *client)
{
    const struct addrinfo *address = client->address;
    int kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    client->socket = socket(address->ai_family, kind, 0);
    if (client->socket < 0) {
        return errno;
    }
    wire_address_prepare(client->socket, client->wire->config.dead_after_us);
    event_assign(
        &client->connect_event, client->wire->base, client->socket, EV_WRITE, on_connect, client);
    if (connect(client->socket, address->ai_addr, address->ai_addrlen) == 0) {
        return 0;
    }
    return errno;
}

/* From `client->address` on; `error` is why the one before was no good. */
static void try_addresses(struct wire_client *client, int error)
{
    while (client->address != NULL) {
        error = begin_connect(client);
        if (error == 0 || error == EINPROGRESS) {
            event_add(&client->connect_event, NULL);
            return;
        }
        if (client->socket >= 0) {
            close(client->socket);
            client->socket = -1;
        }
        client->address = client->address->ai_next;
    }
    fail_attempt(client, strerror(error));
}

static void take_socket(struct wire_client *client)
{
    struct wire *wire = client->wire;
    const char *host = wire->config.hosts[client->host_index];
    char reason[WIRE_REASON_SIZE];
    int socket = client->socket;
    client->socket = -1;
    drop_attempt(client);
    event_del(&client->timer);
    client->step = WIRE_CONNECTED;
    int64_t left_us = client->deadline_us - clock_monotonic();
    if (!wire_connection_create(wire, socket, host, left_us, reason)) {
        fail_attempt(client, reason);
    }
}

static void on_connect(evutil_socket_t socket, short what, void *context)
{
    (void)what;
    struct wire_client *client = context;
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
    }
    if (error == 0) {
        take_socket(client);
        return;
    }
    close(client->socket);
    client->socket = -1;
    client->address = client->address->ai_next;
    try_addresses(client, error);
}

static void begin_attempt(struct wire_client *client)
{
    struct wire *wire = client->wire;
    struct timeval timeout = wire_address_timeval(wire->config.connect_timeout_us);
    const char *reason = NULL;
    client->step = WIRE_CONNECTING;
    client->deadline_us = clock_monotonic() + wire->config.connect_timeout_us;
    client->addresses = wire_address_resolve(wire->config.hosts[client->host_index], &reason);
    client->address = client->addresses;
    if (client->addresses == NULL) {
        fail_attempt(client, reason);
        return;
    }
    event_add(&client->timer, &timeout);
    try_addresses(client, 0);
}

static void on_timer(evutil_socket_t unused, short what, void *context)
{
    (void)unused;
    (void)what;
    struct wire_client *client = context;
    switch (client->step) {
    case WIRE_WAITING:
        begin_attempt(client);
        return;
    case WIRE_CONNECTING:
        fail_attempt(client, "no connection in time");
        return;
    case WIRE_CONNECTED:
        return;
    }
}

bool wire_client_create(struct wire *wire, char *message_out, size_t size)
{
    struct wire_client *client = &wire->client;
    for (size_t i = 0; i < wire->config.host_count; i++) {
        if (!wire_address_check(wire->config.hosts[i])) {
            snprintf(message_out, size, "%s: not a host and a port", wire->config.hosts[i]);
            return false;
        }
    }
    *client = (struct wire_client){
        .wire = wire, .socket = -1, .backoff_us = wire->config.backoff_first_us};
    event_assign(&client->timer, wire->base, -1, 0, on_timer, client);
    wait_for(client, 0);
    return true;
}

void wire_client_destroy(struct wire *wire)
{
    if (wire->client.wire != NULL) {
        drop_attempt(&wire->client);
        event_del(&wire->client.timer);
    }
}
