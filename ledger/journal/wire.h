#pragma once
/*
 * The rows of many COPYs sent ahead of the server's asking, by the frontend/backend protocol 3.0
 * ("COPY Operations" and "Message Formats" in the PostgreSQL manual): after a Query message with
 * several COPY … FROM STDIN, their CopyData and CopyDone messages may all follow at once. libpq
 * has no call for that, and a turn of the connection for each COPY is most of a small commit.
 *
 * Only on a plain socket: with TLS the bytes are libpq's own business. The order is kept because
 * everything is written here before libpq may write again. libpq answers each COPY it is told of
 * with one CopyDone more; those come after all of ours, when the server has no COPY open, and are
 * ignored then, as the protocol says.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_BUFFER_SIZE = 256 * 1024
};

struct wire {
    int socket;
    uint8_t *buffer; /* WIRE_BUFFER_SIZE bytes, the caller's */
    size_t size;
    bool has_failed; /* sticky: the connection broke */
};

bool wire_is_possible(const PGconn *pg);
/* After PQsendQuery; flushes what libpq still holds. */
struct wire wire_open(PGconn *pg, uint8_t *buffer);
/* Rows of the COPY that is next. */
void wire_put(struct wire *wire, const void *data, size_t size);
/* That COPY is whole. */
void wire_end(struct wire *wire);
/* Everything put is with the kernel; false when the connection broke. */
bool wire_flush(struct wire *wire);
