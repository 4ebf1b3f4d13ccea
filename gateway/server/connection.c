/* Bytes in and out of one connection: handshake, reading, writing, closing. What is done with a
 * request that has come is in exchange.c. */
#include "gateway/server/connection.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/server/exchange.h"
#include "gateway/server/problem.h"
#include "ledger/base/log.h"

enum {
    LINGER_US = 1000 * 1000,
    LINGER_SIZE_MAX = 1024 * 1024,
    USER_TIMEOUT_MS = 30 * 1000,
    OUTPUT_SIZE_PER_DEADLINE = 1024 * 1024
};

static void on_event(evutil_socket_t socket, short what, void *context);

static void watch_input(struct connection *connection)
{
    event_add(&connection->read_event, NULL);
    connection->is_paused = false;
}

void connection_pause(struct connection *connection)
{
    event_del(&connection->read_event);
    connection->is_paused = true;
}

static void set_deadline(struct connection *connection, instant_us after_us)
{
    connection->deadline_us = clock_monotonic() + after_us;
}

void connection_create(struct io_thread *thread, int socket)
{
    struct server *server = thread->server;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        abort();
    }
    int on = 1;
    int timeout_ms = USER_TIMEOUT_MS;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
    connection->thread = thread;
    connection->socket = socket;
    connection->ssl = tls_accept(thread->tls, socket);
    connection->tls_generation = thread->tls_generation;
    connection->next = thread->connections;
    if (connection->next != NULL) {
        connection->next->previous = connection;
    }
    thread->connections = connection;
    event_assign(
        &connection->read_event, thread->base, socket, EV_READ | EV_PERSIST, on_event, connection);
    event_assign(&connection->write_event, thread->base, socket, EV_WRITE, on_event, connection);
    watch_input(connection);
    set_deadline(connection, server->config.handshake_deadline_us);
    metric_add(server->counted.accepted, 1);
    metric_add(server->counted.open, 1);
}

static void unlink_from_thread(struct connection *connection)
{
    struct io_thread *thread = connection->thread;
    if (connection->previous != NULL) {
        connection->previous->next = connection->next;
    } else {
        thread->connections = connection->next;
    }
    if (connection->next != NULL) {
        connection->next->previous = connection->previous;
    }
    connection->next = thread->dead;
    thread->dead = connection;
}

/* A request that the handler has outlives its connection. */
static void drop_request(struct connection *connection)
{
    struct request *request = connection->request;
    connection->request = NULL;
    if (request == NULL) {
        return;
    }
    if (connection->state == CONNECTION_ANSWERING) {
        request->connection = NULL;
    } else {
        request_release(request);
    }
}

void connection_close(struct connection *connection)
{
    if (connection->state == CONNECTION_DEAD) {
        return;
    }
    struct server *server = connection->thread->server;
    drop_request(connection);
    connection->state = CONNECTION_DEAD;
    event_del(&connection->read_event);
    event_del(&connection->write_event);
    close(connection->socket);
    if (connection->is_in_party_table) {
        party_table_leave(server->parties, connection->identity.party);
    }
    atomic_fetch_sub(&connection->thread->connection_count, 1);
    atomic_fetch_sub(&server->connection_count, 1);
    metric_add(server->counted.open, -1);
    unlink_from_thread(connection);
}

void connection_free(struct connection *connection)
{
    assert(connection->state == CONNECTION_DEAD);
    SSL_free(connection->ssl);
    free(connection->output);
    free(connection);
}

/* Says goodbye and reads on a little: closing a socket with unread input resets it, and the reset
 * may overtake the answer. */
static void linger(struct connection *connection)
{
    if (connection->state == CONNECTION_DEAD) {
        return;
    }
    drop_request(connection);
    if (SSL_is_init_finished(connection->ssl)) {
        SSL_shutdown(connection->ssl);
        ERR_clear_error();
    }
    if (shutdown(connection->socket, SHUT_WR) != 0) {
        connection_close(connection);
        return;
    }
    event_del(&connection->write_event);
    watch_input(connection);
    connection->state = CONNECTION_LINGERING;
    set_deadline(connection, LINGER_US);
}

static void read_lingering(struct connection *connection)
{
    struct io_thread *thread = connection->thread;
    ssize_t size = recv(connection->socket, thread->scratch, sizeof thread->scratch, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    connection->linger_bytes += size > 0 ? (size_t)size : 0;
    if (size <= 0 || connection->linger_bytes > LINGER_SIZE_MAX) {
        connection_close(connection);
    }
}

static void fail_handshake(struct connection *connection, const char *reason)
{
    struct io_thread *thread = connection->thread;
    metric_add(thread->server->counted.handshakes_failed, 1);
    if (thread_may_log(thread)) {
        LOG(LOG_INFO, "handshake_failed", LOG_TEXT("reason", reason));
    }
    linger(connection);
}

static void finish_handshake(struct connection *connection)
{
    struct io_thread *thread = connection->thread;
    struct server *server = thread->server;
    const char *reason = tls_identity(connection->ssl, &connection->identity);
    bool has_old_lists = connection->tls_generation != thread->tls_generation;
    if (reason == NULL && has_old_lists && tls_is_revoked(thread->tls, connection->ssl)) {
        reason = "certificate revoked";
    }
    if (reason != NULL) {
        fail_handshake(connection, reason);
        return;
    }
    metric_add(server->counted.handshakes, 1);
    connection->certificate_end = tls_expiry(connection->ssl);
    connection->state = CONNECTION_HEAD;
    set_deadline(connection, server->config.idle_deadline_us);
    connection->is_in_party_table = party_table_enter(
        server->parties, connection->identity.party, server->config.connection_count_per_party_max);
    if (connection->is_in_party_table) {
        connection_advance(connection);
    } else {
        exchange_refuse_party(connection);
    }
}

static void continue_handshake(struct connection *connection)
{
    ERR_clear_error();
    int result = SSL_accept(connection->ssl);
    if (result == 1) {
        finish_handshake(connection);
        return;
    }
    switch (SSL_get_error(connection->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        break;
    case SSL_ERROR_WANT_WRITE:
        event_add(&connection->write_event, NULL);
        break;
    default:
        fail_handshake(connection, tls_error(connection->ssl));
        break;
    }
}

static void end_input(struct connection *connection, int error)
{
    ERR_clear_error();
    if (error != SSL_ERROR_ZERO_RETURN) { /* cut off: nothing can be answered */
        connection_close(connection);
    } else if (connection->state == CONNECTION_ANSWERING) {
        connection->has_ended = true;
        connection_pause(connection);
    } else {
        linger(connection);
    }
}

enum connection_input
connection_read(struct connection *connection, uint8_t *data, size_t room, size_t *size_out)
{
    if (!connection->is_readable && SSL_has_pending(connection->ssl) == 0) {
        return CONNECTION_INPUT_NONE;
    }
    connection->is_readable = false;
    ERR_clear_error();
    int result = SSL_read_ex(connection->ssl, data, room, size_out);
    if (result == 1) {
        metric_add(connection->thread->server->counted.bytes_in, (int64_t)*size_out);
        return CONNECTION_INPUT_SOME;
    }
    int error = SSL_get_error(connection->ssl, result);
    if (error == SSL_ERROR_WANT_READ) {
        return CONNECTION_INPUT_NONE;
    }
    end_input(connection, error);
    return CONNECTION_INPUT_ENDED;
}

/* Writes what the socket takes; the size taken, and the connection closed on an error. */
static size_t write_some(struct connection *connection, const uint8_t *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        size_t taken = 0;
        ERR_clear_error();
        int result = SSL_write_ex(connection->ssl, data + done, size - done, &taken);
        if (result == 1) {
            done += taken;
            continue;
        }
        if (SSL_get_error(connection->ssl, result) != SSL_ERROR_WANT_WRITE) {
            connection_close(connection);
        }
        break;
    }
    metric_add(connection->thread->server->counted.bytes_out, (int64_t)done);
    return done;
}

static void keep_output(struct connection *connection, const uint8_t *data, size_t size)
{
    size_t waiting = connection->output_size - connection->output_at;
    uint8_t *output = malloc(waiting + size);
    if (output == NULL) {
        abort();
    }
    if (waiting > 0) {
        memcpy(output, connection->output + connection->output_at, waiting);
    }
    memcpy(output + waiting, data, size);
    free(connection->output);
    connection->output = output;
    connection->output_size = waiting + size;
    connection->output_at = 0;
    event_add(&connection->write_event, NULL);
}

void connection_send(struct connection *connection, const uint8_t *data, size_t size)
{
    size_t done = connection->output == NULL ? write_some(connection, data, size) : 0;
    if (connection->state != CONNECTION_DEAD && done < size) {
        keep_output(connection, data + done, size - done);
    }
}

static void finish_answer(struct connection *connection)
{
    const struct server_config *config = &connection->thread->server->config;
    if (connection->closes || connection->has_ended) {
        linger(connection);
        return;
    }
    connection->state = CONNECTION_HEAD;
    set_deadline(connection,
                 connection->request == NULL ? config->idle_deadline_us
                                             : config->header_deadline_us);
    if (connection->is_paused) {
        watch_input(connection);
    }
    connection_advance(connection);
}

void connection_answered(struct connection *connection, enum after_answer after)
{
    if (connection->state == CONNECTION_DEAD) {
        return;
    }
    connection->closes = after == AFTER_ANSWER_CLOSE;
    if (connection->output == NULL) {
        finish_answer(connection);
        return;
    }
    const struct server_config *config = &connection->thread->server->config;
    instant_us share = 1 + (instant_us)(connection->output_size / OUTPUT_SIZE_PER_DEADLINE);
    connection->state = CONNECTION_WRITING;
    set_deadline(connection, share * config->body_deadline_us);
    connection_pause(connection);
}

static void flush_output(struct connection *connection)
{
    connection->output_at += write_some(connection,
                                        connection->output + connection->output_at,
                                        connection->output_size - connection->output_at);
    if (connection->state == CONNECTION_DEAD) {
        return;
    }
    if (connection->output_at < connection->output_size) {
        event_add(&connection->write_event, NULL);
        return;
    }
    free(connection->output);
    connection->output = NULL;
    connection->output_size = 0;
    connection->output_at = 0;
    if (connection->state == CONNECTION_WRITING) {
        finish_answer(connection);
    }
}

static void on_event(evutil_socket_t socket, short what, void *context)
{
    (void)socket;
    struct connection *connection = context;
    struct io_thread *thread = connection->thread;
    connection->is_readable = connection->is_readable || (what & EV_READ) != 0;
    switch (connection->state) {
    case CONNECTION_HANDSHAKE:
        continue_handshake(connection);
        break;
    case CONNECTION_LINGERING:
        read_lingering(connection);
        break;
    case CONNECTION_HEAD:
    case CONNECTION_BODY:
    case CONNECTION_ANSWERING:
    case CONNECTION_WRITING:
        if ((what & EV_WRITE) != 0 && connection->output != NULL) {
            flush_output(connection);
        }
        connection_advance(connection);
        break;
    case CONNECTION_DEAD:
        break;
    }
    thread_reap(thread);
}

static void miss_deadline(struct connection *connection)
{
    metric_add(connection->thread->server->counted.deadlines_missed, 1);
    switch (connection->state) {
    case CONNECTION_HEAD:
    case CONNECTION_BODY:
        exchange_refuse_slow(connection);
        break;
    case CONNECTION_HANDSHAKE:
    case CONNECTION_WRITING:
    case CONNECTION_LINGERING:
    case CONNECTION_ANSWERING:
    case CONNECTION_DEAD:
        connection_close(connection);
        break;
    }
}

static bool is_idle(const struct connection *connection)
{
    return connection->state == CONNECTION_HEAD && connection->request == NULL;
}

void connection_check_deadline(struct connection *connection, instant_us now_us, instant_us clock)
{
    bool is_late = connection->state != CONNECTION_ANSWERING && now_us >= connection->deadline_us;
    connection->is_expired =
        connection->certificate_end != INSTANT_NONE && clock > connection->certificate_end;
    if (is_idle(connection) && (is_late || connection->is_expired)) {
        linger(connection);
    } else if (is_late && connection->state == CONNECTION_LINGERING) {
        connection_close(connection); /* was counted when it began */
    } else if (is_late) {
        miss_deadline(connection);
    }
}

void connection_drain(struct connection *connection)
{
    if (connection->state == CONNECTION_HANDSHAKE) {
        connection_close(connection);
    } else if (is_idle(connection)) {
        linger(connection);
    }
}
