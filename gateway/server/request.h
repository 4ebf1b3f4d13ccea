#pragma once
/* One request: its bytes, its head, its arena. Pooled by thread; a connection that is idle has
 * none. Not for other rooms: those see server.h. */
#include "gateway/server/http1.h"
#include "gateway/server/router.h"
#include "gateway/server/target.h"

struct connection;
struct io_thread;

enum request_room {
    REQUEST_ROOM,
    REQUEST_ROOM_FULL,     /* the stated bound is reached */
    REQUEST_ROOM_EXHAUSTED /* too much is being received at once, over all connections */
};

struct request {
    struct request *next_free;
    struct io_thread *thread;
    struct connection *connection; /* NULL when the client has gone */
    struct identity identity;
    uint8_t *buffer;
    size_t capacity;
    size_t size;
    struct http1 http;
    bool has_head; /* texts below are terminated */
    struct target target;
    struct route_match match;
    const struct route *route; /* NULL: none found */
    struct arena arena;        /* block NULL until asked for */
    instant_us started_us;
};

struct request *request_take(struct io_thread *thread, struct connection *connection);
void request_release(struct request *request);
/* Room for at least one more byte, while no more than `size_max` are held. */
MUST_CHECK enum request_room request_reserve(struct request *request, size_t size_max);
/* After http1_head: terminates the texts and splits the target. False: malformed. */
MUST_CHECK bool request_open_head(struct request *request);
bool request_is_head(const struct request *request);
/* Drops the first request, keeps what follows it as the start of the next. */
void request_restart(struct request *request);
void request_pool_destroy(struct io_thread *thread);
