/* Addresses, and how sockets are set up. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "adapters/wire/wire_p.h"

enum {
    NAME_SIZE = 256,
    PORT_SIZE = 6,
    PORT_MAX = 65535,
    PROBE_COUNT = 3,
};

static bool split(const char *text, char name_out[NAME_SIZE], char port_out[PORT_SIZE])
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text) {
        return false;
    }
    size_t size = (size_t)(colon - text);
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits == 0 || digits >= PORT_SIZE || colon[1 + digits] != '\0') {
        return false;
    }
    if (text[0] == '[' && text[size - 1] == ']') {
        text++;
        size -= 2;
    } else if (memchr(text, ':', size) != NULL) {
        return false;
    }
    if (size == 0 || size >= NAME_SIZE) {
        return false;
    }
    memcpy(name_out, text, size);
    name_out[size] = '\0';
    memcpy(port_out, colon + 1, digits + 1);
    return strtoul(port_out, NULL, 10) <= PORT_MAX;
}

bool wire_address_check(const char *text)
{
    char name[NAME_SIZE];
    char port[PORT_SIZE];
    return text != NULL && split(text, name, port);
}

struct addrinfo *wire_address_resolve(const char *text, const char **reason_out)
{
    char name[NAME_SIZE];
    char port[PORT_SIZE];
    if (!split(text, name, port)) {
        *reason_out = "not a host and a port";
        return NULL;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(name, port, &hints, &found);
    if (error != 0) {
        *reason_out = gai_strerror(error);
        return NULL;
    }
    return found;
}

void wire_address_print(const struct sockaddr *address, socklen_t size, char out[WIRE_PEER_SIZE])
{
    char name[INET6_ADDRSTRLEN];
    char port[PORT_SIZE];
    int flags = NI_NUMERICHOST | NI_NUMERICSERV;
    if (getnameinfo(address, size, name, sizeof name, port, sizeof port, flags) != 0) {
        snprintf(out, WIRE_PEER_SIZE, "unknown");
        return;
    }
    if (address->sa_family == AF_INET6) {
        snprintf(out, WIRE_PEER_SIZE, "[%s]:%s", name, port);
    } else {
        snprintf(out, WIRE_PEER_SIZE, "%s:%s", name, port);
    }
}

static int whole_seconds(int64_t duration_us)
{
    int64_t seconds = duration_us / INSTANT_US_PER_SECOND;
    return seconds < 1 ? 1 : (int)seconds;
}

void wire_address_prepare(int socket, int64_t dead_after_us)
{
    int on = 1;
    int dead_ms = (int)(dead_after_us / 1000);
    int idle_s = whole_seconds(dead_after_us / 2);
    int probe_s = whole_seconds(dead_after_us / 2 / PROBE_COUNT);
    int probe_count = PROBE_COUNT;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof dead_ms);
    setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &probe_s, sizeof probe_s);
    setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &probe_count, sizeof probe_count);
}

struct timeval wire_address_timeval(int64_t duration_us)
{
    int64_t at_least = duration_us < 0 ? 0 : duration_us;
    return (struct timeval){.tv_sec = (time_t)(at_least / INSTANT_US_PER_SECOND),
                            .tv_usec = (suseconds_t)(at_least % INSTANT_US_PER_SECOND)};
}
