/* One connection, from handshake to end. Only events of the loop end it, never a call from above:
 * so callbacks may close, and a connection outlives the callback it is in. */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/wire/wire_p.h"
#include "adapters/wire/wire_tls.h"

enum {
    LINGER_US = 1000 * 1000,
};

static void set_timer(struct wire_connection *connection, int64_t after_us)
{
    struct timeval after = wire_address_timeval(after_us);
    event_add(&connection->timer, &after);
}

void wire_connection_destroy(struct wire_connection *connection)
{
    struct wire *wire = connection->wire;
    assert(wire->slots[connection->slot] == connection);
    wire->slots[connection->slot] = NULL;
    event_del(&connection->timer);
    /* libevent closes the socket in its next turn; the other side should know now. */
    shutdown(bufferevent_getfd(connection->stream), SHUT_RDWR);
    bufferevent_free(connection->stream);
    free(connection);
}

static void end(struct wire_connection *connection, const char *reason)
{
    struct wire *wire = connection->wire;
    uint64_t number = connection->number;
    enum wire_stage stage = connection->stage;
    bool has_received = connection->has_received;
    char peer[WIRE_PEER_SIZE];
    char text[WIRE_REASON_SIZE];
    const char *given = connection->reason[0] == '\0' ? reason : connection->reason;
    snprintf(peer, sizeof peer, "%s", connection->peer);
    snprintf(text, sizeof text, "%s", given);
    wire_connection_destroy(connection);
    if (wire->config.role == WIRE_CLIENT) {
        if (has_received) {
            wire_client_ended(wire);
        } else {
            wire_client_failed(wire);
        }
    }
    if (stage == WIRE_SHAKING) {
        wire->events.failed(wire->events.context, peer, text);
    } else {
        wire->events.closed(wire->events.context, number, text);
    }
}

static void tell_opened(struct wire_connection *connection)
{
    struct wire *wire = connection->wire;
    event_del(&connection->timer);
    connection->stage = WIRE_OPEN;
    connection->number = wire_number(wire, connection->slot);
    bufferevent_enable(connection->stream, EV_READ);
    wire->events.opened(wire->events.context, connection->number, connection->peer);
}

/* All has been written: say so, and wait for the other side to do the same. */
static void linger(struct wire_connection *connection)
{
    connection->stage = WIRE_LINGERING;
    if (connection->ssl != NULL) {
        ERR_clear_error();
        (void)SSL_shutdown(connection->ssl);
        ERR_clear_error();
    }
    shutdown(bufferevent_getfd(connection->stream), SHUT_WR);
    set_timer(connection, LINGER_US);
}

static bool has_output(const struct wire_connection *connection)
{
    return evbuffer_get_length(bufferevent_get_output(connection->stream)) > 0;
}

static void on_read(struct bufferevent *stream, void *context)
{
    struct wire_connection *connection = context;
    struct wire *wire = connection->wire;
    struct evbuffer *input = bufferevent_get_input(stream);
    struct evbuffer_iovec piece;
    connection->has_received = true;
    while (connection->stage == WIRE_OPEN && evbuffer_peek(input, -1, NULL, &piece, 1) > 0) {
        struct bytes bytes = {.data = piece.iov_base, .size = piece.iov_len};
        wire->events.received(wire->events.context, connection->number, bytes);
        evbuffer_drain(input, bytes.size);
    }
    evbuffer_drain(input, evbuffer_get_length(input));
}

static void on_write(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct wire_connection *connection = context;
    if (connection->stage == WIRE_FLUSHING && !has_output(connection)) {
        linger(connection);
    }
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    struct wire_connection *connection = context;
    char reason[WIRE_REASON_SIZE];
    if ((what & BEV_EVENT_CONNECTED) != 0) {
        tell_opened(connection);
        return;
    }
    if ((what & BEV_EVENT_EOF) != 0) {
        if (connection->ssl != NULL) {
            ERR_clear_error();
            (void)SSL_shutdown(connection->ssl);
            ERR_clear_error();
        }
        end(connection, "closed by the other side");
        return;
    }
    if (connection->ssl != NULL) {
        unsigned long code = bufferevent_get_openssl_error(stream);
        wire_tls_reason(connection->ssl, code, reason, sizeof reason);
    } else {
        int error = EVUTIL_SOCKET_ERROR();
        snprintf(reason, sizeof reason, "%s", evutil_socket_error_to_string(error));
    }
    end(connection, reason);
}

static void on_timer(evutil_socket_t unused, short what, void *context)
{
    (void)unused;
    (void)what;
    struct wire_connection *connection = context;
    switch (connection->stage) {
    case WIRE_SHAKING:
        if (connection->ssl == NULL) {
            tell_opened(connection);
        } else {
            end(connection, "no handshake in time");
        }
        return;
    case WIRE_OPEN:
        return;
    case WIRE_FLUSHING:
        if (!has_output(connection)) {
            linger(connection);
            return;
        }
        end(connection, connection->reason);
        return;
    case WIRE_LINGERING:
        end(connection, connection->reason);
        return;
    }
}

static struct bufferevent *
make_stream(struct wire *wire, int socket, SSL **ssl_out, char message_out[WIRE_REASON_SIZE])
{
    *ssl_out = NULL;
    if (wire->credentials == NULL) {
        return bufferevent_socket_new(wire->base, socket, BEV_OPT_CLOSE_ON_FREE);
    }
    SSL *ssl = wire_tls_open(wire->credentials, socket, message_out, WIRE_REASON_SIZE);
    if (ssl == NULL) {
        close(socket);
        return NULL;
    }
    *ssl_out = ssl;
    enum bufferevent_ssl_state state =
        wire->config.role == WIRE_SERVER ? BUFFEREVENT_SSL_ACCEPTING : BUFFEREVENT_SSL_CONNECTING;
    return bufferevent_openssl_socket_new(wire->base, socket, ssl, state, BEV_OPT_CLOSE_ON_FREE);
}

bool wire_connection_create(struct wire *wire,
                            int socket,
                            const char *peer,
                            int64_t timeout_us,
                            char message_out[WIRE_REASON_SIZE])
{
    size_t slot = 0;
    if (!wire_slot(wire, &slot)) {
        close(socket);
        snprintf(message_out, WIRE_REASON_SIZE, "too many connections");
        return false;
    }
    SSL *ssl = NULL;
    struct bufferevent *stream = make_stream(wire, socket, &ssl, message_out);
    if (stream == NULL) {
        return false;
    }
    struct wire_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        abort();
    }
    *connection = (struct wire_connection){
        .wire = wire, .slot = slot, .stream = stream, .ssl = ssl, .stage = WIRE_SHAKING};
    snprintf(connection->peer, sizeof connection->peer, "%s", peer);
    wire->slots[slot] = connection;
    event_assign(&connection->timer, wire->base, -1, 0, on_timer, connection);
    bufferevent_setcb(stream, on_read, on_write, on_event, connection);
    if (ssl != NULL) {
        bufferevent_enable(stream, EV_READ | EV_WRITE);
    }
    /* A plain connection is open already, is told in the next turn, and read only from then on. */
    set_timer(connection, ssl == NULL ? 0 : timeout_us);
    return true;
}

void wire_connection_close(struct wire_connection *connection, const char *reason)
{
    if (connection->stage != WIRE_OPEN) {
        return;
    }
    connection->stage = WIRE_FLUSHING;
    snprintf(connection->reason, sizeof connection->reason, "%s", reason);
    set_timer(connection, has_output(connection) ? connection->wire->config.dead_after_us : 0);
}
