#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/server/connection.h"

enum {
    BUFFER_SIZE = 8 * 1024,
    BUFFER_SIZE_SMALL = 64 * 1024, /* larger ones are counted and not kept */
    ARENA_SIZE_PER_BODY_BYTE = 8,
    BODY_SIZE_SMALL = 16 * 1024,
    FREE_COUNT_MAX = 64
};
static const size_t large_bytes_max = (size_t)256 * 1024 * 1024;

static void *checked(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "out of memory: request\n");
        abort();
    }
    return memory;
}

static void reset(struct request *request)
{
    request->has_head = false;
    request->route = NULL;
    request->target.parameter_count = 0;
    request->match.part_count = 0;
    http1_start(&request->http);
}

struct request *request_take(struct io_thread *thread, struct connection *connection)
{
    struct request *request = thread->free_requests;
    if (request == NULL) {
        request = checked(calloc(1, sizeof *request));
        request->thread = thread;
        request->capacity = BUFFER_SIZE;
        request->buffer = checked(malloc(BUFFER_SIZE));
    } else {
        thread->free_requests = request->next_free;
        thread->free_request_count--;
    }
    request->connection = connection;
    request->identity = connection->identity;
    request->size = 0;
    reset(request);
    return request;
}

static void set_capacity(struct request *request, size_t capacity)
{
    atomic_size_t *large_bytes = &request->thread->server->large_buffer_bytes;
    if (request->capacity > BUFFER_SIZE_SMALL) {
        atomic_fetch_sub(large_bytes, request->capacity);
    }
    if (capacity > BUFFER_SIZE_SMALL) {
        atomic_fetch_add(large_bytes, capacity);
    }
    request->buffer = checked(realloc(request->buffer, capacity));
    request->capacity = capacity;
}

static void reset_arena(struct request *request)
{
    if (request->arena.block == NULL) {
        return;
    }
    if (request->arena.capacity > REQUEST_ARENA_SIZE) {
        arena_destroy(&request->arena);
    } else {
        arena_reset(&request->arena);
    }
}

static void destroy(struct request *request)
{
    if (request->arena.block != NULL) {
        arena_destroy(&request->arena);
    }
    free(request->buffer);
    free(request);
}

void request_release(struct request *request)
{
    struct io_thread *thread = request->thread;
    reset_arena(request);
    if (request->capacity > BUFFER_SIZE_SMALL) {
        set_capacity(request, BUFFER_SIZE);
    }
    if (thread->free_request_count == FREE_COUNT_MAX) {
        destroy(request);
        return;
    }
    request->next_free = thread->free_requests;
    thread->free_requests = request;
    thread->free_request_count++;
}

void request_pool_destroy(struct io_thread *thread)
{
    while (thread->free_requests != NULL) {
        struct request *request = thread->free_requests;
        thread->free_requests = request->next_free;
        destroy(request);
    }
}

enum request_room request_reserve(struct request *request, size_t size_max)
{
    if (request->size < request->capacity) {
        return REQUEST_ROOM;
    }
    if (request->capacity >= size_max) {
        return REQUEST_ROOM_FULL;
    }
    size_t capacity = request->capacity > size_max / 2 ? size_max : request->capacity * 2;
    size_t large_bytes = atomic_load(&request->thread->server->large_buffer_bytes);
    if (capacity > BUFFER_SIZE_SMALL && large_bytes + capacity > large_bytes_max) {
        return REQUEST_ROOM_EXHAUSTED;
    }
    set_capacity(request, capacity);
    return REQUEST_ROOM;
}

static char *text_at(const struct request *request, struct http1_span span)
{
    return (char *)request->buffer + span.at;
}

bool request_open_head(struct request *request)
{
    struct http1 *http = &request->http;
    assert(http->head_size > 0 && !request->has_head);
    for (size_t i = 0; i < http->header_count; i++) {
        /* A colon follows the name, white space or CR the value. */
        text_at(request, http->headers[i].name)[http->headers[i].name.size] = '\0';
        text_at(request, http->headers[i].value)[http->headers[i].value.size] = '\0';
    }
    text_at(request, http->method)[http->method.size] = '\0';
    request->has_head = true;
    return target_split(text_at(request, http->target), http->target.size, &request->target);
}

void request_restart(struct request *request)
{
    size_t used = request->http.head_size + request->http.body_size;
    assert(used > 0 && used <= request->size);
    request->size -= used;
    memmove(request->buffer, request->buffer + used, request->size);
    if (request->capacity > BUFFER_SIZE_SMALL) {
        set_capacity(request, request->size > BUFFER_SIZE ? request->size : BUFFER_SIZE);
    }
    reset_arena(request);
    reset(request);
}

enum method request_method(const struct request *request)
{
    const char *method = text_at(request, request->http.method);
    if (strcmp(method, "GET") == 0) {
        return METHOD_GET;
    }
    return strcmp(method, "POST") == 0 ? METHOD_POST : METHOD_OTHER;
}

bool request_is_head(const struct request *request)
{
    return request->has_head && strcmp(text_at(request, request->http.method), "HEAD") == 0;
}

const char *request_path(const struct request *request)
{
    return request->target.path;
}

const char *request_query(const struct request *request, const char *name)
{
    return target_parameter(&request->target, name);
}

const char *request_query_other(const struct request *request, const char *const *names)
{
    for (size_t i = 0; i < request->target.parameter_count; i++) {
        size_t known = 0;
        while (names[known] != NULL &&
               strcmp(names[known], request->target.parameters[i].name) != 0) {
            known++;
        }
        if (names[known] == NULL) {
            return request->target.parameters[i].name;
        }
    }
    return NULL;
}

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; request->has_head && i < request->http.header_count; i++) {
        const struct http1_header *header = &request->http.headers[i];
        if (strcasecmp(text_at(request, header->name), name) == 0) {
            return text_at(request, header->value);
        }
    }
    return NULL;
}

struct bytes request_body(const struct request *request)
{
    return (struct bytes){.data = request->buffer + request->http.head_size,
                          .size = request->http.body_size};
}

const struct identity *request_identity(const struct request *request)
{
    return &request->identity;
}

struct arena *request_arena(struct request *request)
{
    size_t capacity = REQUEST_ARENA_SIZE;
    if (request->http.body_size > BODY_SIZE_SMALL) {
        capacity += ARENA_SIZE_PER_BODY_BYTE * request->http.body_size;
    }
    if (request->arena.block != NULL && request->arena.capacity < capacity) {
        assert(request->arena.used == 0);
        arena_destroy(&request->arena);
    }
    if (request->arena.block == NULL) {
        arena_create(&request->arena, capacity);
    }
    return &request->arena;
}

size_t request_thread(const struct request *request)
{
    return request->thread->index;
}

const char *request_path_part(const struct request *request, size_t index)
{
    assert(index < request->match.part_count);
    return request->match.parts[index];
}
