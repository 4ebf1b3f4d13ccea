#include "ledger/journal/wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum {
    MESSAGE_HEAD_SIZE = 5, /* type and length; the length counts itself */
    LENGTH_SIZE = 4,
    MESSAGE_SIZE_MAX = 64 * 1024,
};

bool wire_is_possible(const PGconn *pg)
{
    return pg != NULL && PQstatus(pg) == CONNECTION_OK && !PQsslInUse((PGconn *)pg) &&
           !PQgssEncInUse((PGconn *)pg);
}

static bool wait_writable(int socket)
{
    struct pollfd poll_for = {.fd = socket, .events = POLLOUT};
    return poll(&poll_for, 1, -1) == 1 || errno == EINTR;
}

struct wire wire_open(PGconn *pg, uint8_t *buffer)
{
    struct wire wire = {.socket = PQsocket(pg), .buffer = buffer};
    int left = PQflush(pg);
    while (left > 0 && wait_writable(wire.socket)) {
        left = PQflush(pg);
    }
    wire.has_failed = left != 0;
    return wire;
}

bool wire_flush(struct wire *wire)
{
    size_t at = 0;
    while (!wire->has_failed && at < wire->size) {
        ssize_t sent = send(wire->socket, wire->buffer + at, wire->size - at, MSG_NOSIGNAL);
        if (sent > 0) {
            at += (size_t)sent;
        } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
            wire->has_failed = !wait_writable(wire->socket);
        } else {
            wire->has_failed = true;
        }
    }
    wire->size = 0;
    return !wire->has_failed;
}

static void put_message(struct wire *wire, char type, const void *data, size_t size)
{
    if (wire->size + MESSAGE_HEAD_SIZE + size > WIRE_BUFFER_SIZE) {
        (void)wire_flush(wire);
    }
    uint8_t *at = wire->buffer + wire->size;
    uint32_t length = __builtin_bswap32((uint32_t)(LENGTH_SIZE + size));
    at[0] = (uint8_t)type;
    memcpy(at + 1, &length, sizeof length);
    if (size > 0) {
        memcpy(at + MESSAGE_HEAD_SIZE, data, size);
    }
    wire->size += MESSAGE_HEAD_SIZE + size;
}

void wire_put(struct wire *wire, const void *data, size_t size)
{
    for (size_t at = 0; at < size; at += MESSAGE_SIZE_MAX) {
        size_t chunk = size - at < MESSAGE_SIZE_MAX ? size - at : MESSAGE_SIZE_MAX;
        put_message(wire, 'd', (const uint8_t *)data + at, chunk);
    }
}

void wire_end(struct wire *wire)
{
    put_message(wire, 'c', NULL, 0);
}
