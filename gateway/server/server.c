#include "gateway/server/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/server/connection.h"
#include "gateway/server/server_state.h"
#include "ledger/base/log.h"

enum {
    LISTEN_BACKLOG = 1024
};

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static int bind_one(const struct addrinfo *address)
{
    int on = 1;
    int listener = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        return -1;
    }
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, address->ai_addr, address->ai_addrlen) != 0 ||
        listen(listener, LISTEN_BACKLOG) != 0) {
        int error = errno;
        close(listener);
        errno = error;
        return -1;
    }
    return listener;
}

/* One listener polled by every thread, not SO_REUSEPORT: a second daemon started by mistake must
 * find the port busy, and a thread that is busy must not have connections waiting for it. */
static bool open_listener(struct server *server, char *message_out, size_t size)
{
    const struct server_config *config = &server->config;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST};
    struct addrinfo *address = NULL;
    char port[8];
    snprintf(port, sizeof port, "%u", config->listen_port);
    int error = getaddrinfo(config->listen_address, port, &hints, &address);
    if (error != 0) {
        snprintf(message_out,
                 size,
                 "listen address %s: %s",
                 config->listen_address,
                 gai_strerror(error));
        return false;
    }
    server->listen_socket = bind_one(address);
    if (server->listen_socket < 0) {
        snprintf(message_out,
                 size,
                 "listen on %s port %s: %s",
                 config->listen_address,
                 port,
                 strerror(errno));
    }
    freeaddrinfo(address);
    return server->listen_socket >= 0;
}

static void read_port(struct server *server)
{
    struct sockaddr_storage name;
    socklen_t name_size = sizeof name;
    char port[8] = "0";
    if (getsockname(server->listen_socket, (struct sockaddr *)&name, &name_size) == 0) {
        getnameinfo(
            (struct sockaddr *)&name, name_size, NULL, 0, port, sizeof port, NI_NUMERICSERV);
    }
    server->port = (uint16_t)strtoul(port, NULL, 10);
}

static void copy_routes(struct server *server)
{
    const struct server_config *config = &server->config;
    server->route_count = config->route_count + HEALTH_ROUTE_COUNT;
    server->routes = allocate(server->route_count, sizeof *server->routes);
    if (config->route_count > 0) {
        memcpy(server->routes, config->routes, config->route_count * sizeof *server->routes);
    }
    health_routes(server, server->routes + config->route_count);
    for (size_t i = 0; i < server->route_count; i++) {
        assert(route_pattern_is_valid(server->routes[i].pattern));
    }
}

static void start_threads(struct server *server, struct tls *tls)
{
    size_t count = server->config.thread_count;
    server->threads = allocate(count, sizeof *server->threads);
    for (size_t i = 0; i < count; i++) {
        thread_create(&server->threads[i], server, i, tls_share(tls));
    }
    for (size_t i = 0; i < count; i++) {
        if (!thread_start(&server->threads[i])) {
            fprintf(stderr, "no thread for the server\n");
            abort();
        }
    }
    server->thread_count = count;
}

struct server *server_create(const struct server_config *config, char *message_out, size_t size)
{
    assert(config->thread_count > 0 && config->connection_count_max > 0);
    assert(config->connection_count_per_party_max > 0);
    assert(config->handshake_deadline_us > 0 && config->header_deadline_us > 0);
    assert(config->body_deadline_us > 0 && config->idle_deadline_us > 0);
    struct tls *tls = tls_load(config, message_out, size);
    if (tls == NULL) {
        return NULL;
    }
    struct server *server = allocate(1, sizeof *server);
    server->config = *config;
    if (!open_listener(server, message_out, size)) {
        tls_release(tls);
        free(server);
        return NULL;
    }
    read_port(server);
    pthread_mutex_init(&server->reload_mutex, NULL);
    server->owns_metrics = config->metrics == NULL;
    server->metrics = server->owns_metrics ? metrics_create() : config->metrics;
    server->parties = party_table_create(config->connection_count_max);
    copy_routes(server);
    server_metrics_create(server);
    start_threads(server, tls);
    tls_release(tls);
    return server;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

void server_post(struct server *server, size_t thread, void (*callback)(void *), void *argument)
{
    assert(thread < server->config.thread_count);
    thread_post(&server->threads[thread], callback, argument);
}

struct reload {
    struct io_thread *thread;
    struct tls *tls;
};

static void reload_thread(void *argument)
{
    struct reload *reload = argument;
    struct io_thread *thread = reload->thread;
    tls_release(thread->tls);
    thread->tls = reload->tls;
    thread->tls_generation++;
    free(reload);
    int64_t cut_count = 0;
    struct connection *next = NULL;
    for (struct connection *each = thread->connections; each != NULL; each = next) {
        next = each->next;
        if (SSL_is_init_finished(each->ssl) && tls_is_revoked(thread->tls, each->ssl)) {
            connection_close(each);
            cut_count++;
        }
    }
    LOG(LOG_INFO, "certificates_reloaded", LOG_NUMBER("connections_cut", cut_count));
}

bool server_reload(struct server *server, char *message_out, size_t size)
{
    pthread_mutex_lock(&server->reload_mutex);
    struct tls *tls = tls_load(&server->config, message_out, size);
    for (size_t i = 0; tls != NULL && i < server->thread_count; i++) {
        struct reload *reload = allocate(1, sizeof *reload);
        *reload = (struct reload){.thread = &server->threads[i], .tls = tls_share(tls)};
        thread_post(&server->threads[i], reload_thread, reload);
    }
    bool is_loaded = tls != NULL;
    if (is_loaded) {
        tls_release(tls);
    }
    pthread_mutex_unlock(&server->reload_mutex);
    return is_loaded;
}

static void drain_thread(void *argument)
{
    struct io_thread *thread = argument;
    thread->is_draining = true;
    event_del(&thread->accept_event);
    struct connection *next = NULL;
    for (struct connection *each = thread->connections; each != NULL; each = next) {
        next = each->next;
        connection_drain(each);
    }
}

void server_drain(struct server *server, instant_us deadline_us)
{
    if (atomic_exchange(&server->is_draining, true)) {
        return;
    }
    instant_us until_us = clock_monotonic() + deadline_us;
    for (size_t i = 0; i < server->thread_count; i++) {
        server->threads[i].drain_deadline_us = until_us;
        thread_post(&server->threads[i], drain_thread, &server->threads[i]);
    }
    for (size_t i = 0; i < server->thread_count; i++) {
        pthread_join(server->threads[i].id, NULL);
    }
    close(server->listen_socket);
}

void server_destroy(struct server *server)
{
    server_drain(server, 0);
    for (size_t i = 0; i < server->thread_count; i++) {
        thread_run_posts(&server->threads[i]);
        thread_destroy(&server->threads[i]);
    }
    free(server->threads);
    party_table_destroy(server->parties);
    if (server->owns_metrics) {
        metrics_destroy(server->metrics);
    }
    free(server->counted.routes);
    free(server->routes);
    pthread_mutex_destroy(&server->reload_mutex);
    free(server);
}
