/*
 * fault-proxy: stands between an ISO 8583 client and its server and does to frames what networks
 * and crashes do. Says {"listening": PORT} first, and its counts at SIGUSR1 and at its end,
 * SIGTERM.
 */
#include "tests/e2e/proxy.h"

#include <errno.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    struct sockaddr_storage listen;
    int listen_size;
    struct sockaddr_storage target;
    int target_size;
};

static struct proxy proxy;
static struct options options;

static const char *const fault_options[FAULT_COUNT] = {
    [FAULT_DROP] = "--drop",
    [FAULT_DUPLICATE] = "--duplicate",
    [FAULT_DELAY] = "--delay",
    [FAULT_REORDER] = "--reorder",
    [FAULT_CORRUPT] = "--corrupt",
    [FAULT_CUT] = "--cut",
    [FAULT_HOLE] = "--hole",
};

static const char *const fault_counts[FAULT_COUNT] = {
    [FAULT_NONE] = "passed",
    [FAULT_DROP] = "dropped",
    [FAULT_DUPLICATE] = "duplicated",
    [FAULT_DELAY] = "delayed",
    [FAULT_REORDER] = "reordered",
    [FAULT_CORRUPT] = "corrupted",
    [FAULT_CUT] = "cut",
    [FAULT_HOLE] = "holes",
};

static _Noreturn void usage(void)
{
    fputs("usage: fault-proxy --listen HOST:PORT --to HOST:PORT [options]\n"
          "  --prefix binary2|ascii4   length before each frame (binary2)\n"
          "  --seed N                  same seed, same faults (1)\n"
          "  --drop N --duplicate N --delay N --reorder N --corrupt N --cut N --hole N\n"
          "                            per mille of frames; at most 1000 together (0)\n"
          "  --delay-ms N              longest delay (2000)\n"
          "  --hole-ms N               longest hole (1000)\n"
          "  --frames N                pass all after so many frames (0: never)\n"
          "HOST is an address, not a name.\n",
          stderr);
    exit(2);
}

static uint64_t read_number(const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        usage();
    }
    return number;
}

static int64_t read_duration(const char *text)
{
    uint64_t ms = read_number(text);
    if (ms < 1 || ms > 3600000) {
        usage();
    }
    return (int64_t)ms * 1000;
}

/* libevent takes no port 0, but an address without a port. */
static void read_address(const char *text, struct sockaddr_storage *out, int *size_out)
{
    char address[64];
    size_t size = strlen(text);
    if (size >= sizeof address) {
        usage();
    }
    memcpy(address, text, size + 1);
    if (size > 2 && strcmp(text + size - 2, ":0") == 0) {
        address[size - 2] = '\0';
    }
    *size_out = sizeof *out;
    if (evutil_parse_sockaddr_port(address, (struct sockaddr *)out, size_out) != 0) {
        usage();
    }
}

static void read_prefix(const char *text)
{
    if (strcmp(text, "binary2") == 0) {
        proxy.prefix = (struct iso8583_prefix){.size = 2, .encoding = ISO8583_BINARY};
    } else if (strcmp(text, "ascii4") == 0) {
        proxy.prefix = (struct iso8583_prefix){.size = 4, .encoding = ISO8583_ASCII};
    } else {
        usage();
    }
}

static bool read_odds(const char *name, const char *value)
{
    for (enum fault fault = FAULT_DROP; fault < FAULT_COUNT; fault++) {
        if (strcmp(name, fault_options[fault]) == 0) {
            proxy.odds.per_mille[fault] = read_number(value);
            return true;
        }
    }
    return false;
}

static void read_option(const char *name, const char *value)
{
    if (read_odds(name, value)) {
        return;
    }
    if (strcmp(name, "--listen") == 0) {
        read_address(value, &options.listen, &options.listen_size);
    } else if (strcmp(name, "--to") == 0) {
        read_address(value, &options.target, &options.target_size);
    } else if (strcmp(name, "--prefix") == 0) {
        read_prefix(value);
    } else if (strcmp(name, "--seed") == 0) {
        proxy.odds.seed = read_number(value);
    } else if (strcmp(name, "--frames") == 0) {
        proxy.frame_count_max = read_number(value);
    } else if (strcmp(name, "--delay-ms") == 0) {
        proxy.delay_max_us = read_duration(value);
    } else if (strcmp(name, "--hole-ms") == 0) {
        proxy.hole_max_us = read_duration(value);
    } else {
        usage();
    }
}

static void read_options(int count, char **texts)
{
    proxy.odds.seed = 1;
    proxy.delay_max_us = read_duration("2000");
    proxy.hole_max_us = read_duration("1000");
    read_prefix("binary2");
    for (int i = 1; i < count; i += 2) {
        if (i + 1 == count) {
            usage();
        }
        read_option(texts[i], texts[i + 1]);
    }
    uint64_t sum = 0;
    for (enum fault fault = FAULT_DROP; fault < FAULT_COUNT; fault++) {
        sum += proxy.odds.per_mille[fault] > 1000 ? 1001 : proxy.odds.per_mille[fault];
    }
    if (sum > 1000 || options.listen_size == 0 || options.target_size == 0) {
        usage();
    }
}

static void print_count(const char *name, uint64_t count)
{
    printf(",\"%s\":%llu", name, (unsigned long long)count);
}

static void print_counts(void)
{
    const struct proxy_counts *counts = &proxy.counts;
    printf("{\"seed\":%llu", (unsigned long long)proxy.odds.seed);
    print_count("connections", counts->connections);
    print_count("frames", counts->frames);
    for (enum fault fault = FAULT_NONE; fault < FAULT_COUNT; fault++) {
        print_count(fault_counts[fault], counts->by_fault[fault]);
    }
    print_count("swallowed", counts->swallowed);
    print_count("crowded", counts->crowded);
    print_count("held", proxy.parcel_count);
    print_count("lost", counts->lost);
    print_count("written", counts->written);
    print_count("unframed", counts->unframed);
    print_count("unreachable", counts->unreachable);
    printf(",\"healed\":%s}\n", proxy_is_healed(&proxy) ? "true" : "false");
    fflush(stdout);
}

static void on_accept(struct evconnlistener *listener,
                      evutil_socket_t socket,
                      struct sockaddr *address,
                      int size,
                      void *context)
{
    (void)listener;
    (void)address;
    (void)size;
    (void)context;
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct bufferevent *client = bufferevent_socket_new(proxy.base, socket, BEV_OPT_CLOSE_ON_FREE);
    struct bufferevent *server = bufferevent_socket_new(proxy.base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (client == NULL || server == NULL) {
        abort();
    }
    pair_create(&proxy, client, server);
    if (bufferevent_socket_connect(
            server, (struct sockaddr *)&options.target, options.target_size) == 0) {
        setsockopt(bufferevent_getfd(server), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
}

static void on_counts(evutil_socket_t signal_number, short what, void *context)
{
    (void)signal_number;
    (void)what;
    (void)context;
    print_counts();
}

static void on_stop(evutil_socket_t signal_number, short what, void *context)
{
    (void)signal_number;
    (void)what;
    (void)context;
    event_base_loopbreak(proxy.base);
}

static struct evconnlistener *listen_now(void)
{
    unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
    struct evconnlistener *listener = evconnlistener_new_bind(proxy.base,
                                                              on_accept,
                                                              NULL,
                                                              flags,
                                                              -1,
                                                              (struct sockaddr *)&options.listen,
                                                              options.listen_size);
    static struct sockaddr_storage own;
    socklen_t size = sizeof own;
    if (listener == NULL ||
        getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&own, &size) != 0) {
        fprintf(stderr, "fault-proxy: %s\n", strerror(errno));
        exit(1);
    }
    printf("{\"listening\":%u}\n", ntohs(((struct sockaddr_in *)(void *)&own)->sin_port));
    fflush(stdout);
    return listener;
}

int main(int count, char **texts)
{
    read_options(count, texts);
    (void)signal(SIGPIPE, SIG_IGN);
    proxy.base = event_base_new();
    if (proxy.base == NULL) {
        abort();
    }
    struct event *events[] = {
        evsignal_new(proxy.base, SIGUSR1, on_counts, NULL),
        evsignal_new(proxy.base, SIGTERM, on_stop, NULL),
        evsignal_new(proxy.base, SIGINT, on_stop, NULL),
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        event_add(events[i], NULL);
    }
    struct evconnlistener *listener = listen_now();
    event_base_dispatch(proxy.base);
    while (proxy.pairs != NULL) {
        pair_destroy(proxy.pairs);
    }
    print_counts();
    evconnlistener_free(listener);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        event_free(events[i]);
    }
    event_base_free(proxy.base);
    return 0;
}
