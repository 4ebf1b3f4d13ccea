/* Who is let in. Beyond connection_count_max a caller is turned away at once, so that it tries
 * somebody else. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/wire/wire_p.h"

enum {
    BACKLOG = 64,
    PAUSE_US = 100 * 1000,
};

static void on_accept(struct evconnlistener *listener,
                      evutil_socket_t socket,
                      struct sockaddr *address,
                      int size,
                      void *context)
{
    (void)listener;
    struct wire *wire = context;
    char peer[WIRE_PEER_SIZE];
    char reason[WIRE_REASON_SIZE];
    wire_address_print(address, (socklen_t)size, peer);
    wire_address_prepare(socket, wire->config.dead_after_us);
    if (!wire_connection_create(wire, socket, peer, wire->config.connect_timeout_us, reason)) {
        wire->events.failed(wire->events.context, peer, reason);
    }
}

/* Out of descriptors: the listener would stay readable and spin. */
static void on_error(struct evconnlistener *listener, void *context)
{
    struct wire *wire = context;
    struct timeval pause = wire_address_timeval(PAUSE_US);
    evconnlistener_disable(listener);
    event_add(&wire->server.pause, &pause);
}

static void on_pause_over(evutil_socket_t unused, short what, void *context)
{
    (void)unused;
    (void)what;
    struct wire *wire = context;
    evconnlistener_enable(wire->server.listener);
}

static bool read_port(struct wire_server *server)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof own;
    if (getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&own, &size) != 0) {
        return false;
    }
    server->port = own.ss_family == AF_INET6
                       ? ntohs(((const struct sockaddr_in6 *)(const void *)&own)->sin6_port)
                       : ntohs(((const struct sockaddr_in *)(const void *)&own)->sin_port);
    return true;
}

static bool fail(char *message_out, size_t size, const char *host, const char *reason)
{
    snprintf(message_out, size, "%s: %s", host, reason);
    return false;
}

bool wire_server_create(struct wire *wire, char *message_out, size_t size)
{
    struct wire_server *server = &wire->server;
    const char *host = wire->config.hosts[0];
    const char *reason = NULL;
    if (!wire_address_check(host)) {
        return fail(message_out, size, host, "not a host and a port");
    }
    struct addrinfo *address = wire_address_resolve(host, &reason);
    if (address == NULL) {
        return fail(message_out, size, host, reason);
    }
    unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
    server->listener = evconnlistener_new_bind(
        wire->base, on_accept, wire, flags, BACKLOG, address->ai_addr, (int)address->ai_addrlen);
    int error = errno;
    freeaddrinfo(address);
    if (server->listener == NULL) {
        return fail(message_out, size, host, strerror(error));
    }
    server->wire = wire;
    evconnlistener_set_error_cb(server->listener, on_error);
    event_assign(&server->pause, wire->base, -1, 0, on_pause_over, wire);
    return read_port(server) || fail(message_out, size, host, "no port");
}

void wire_server_destroy(struct wire *wire)
{
    if (wire->server.listener != NULL) {
        event_del(&wire->server.pause);
        evconnlistener_free(wire->server.listener);
    }
}
