#include "tools/bank/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "adapters/wire/wire.h"
#include "ledger/base/log.h"
#include "tools/bank/bank.h"

enum {
    CALLER_COUNT_MAX = 64,
    REQUEST_SIZE_MAX = 1 << 20,
    HEAD_SIZE_MAX = 8192,
    OUTPUT_SIZE_MAX = 9 << 20,
};

struct caller {
    uint64_t number; /* 0: free */
    uint8_t *bytes;
    size_t size;
    bool is_answered;
};

struct door {
    struct bank *bank;
    struct wire *wire;
    struct caller callers[CALLER_COUNT_MAX];
};

static struct caller *caller_find(struct door *door, uint64_t number)
{
    for (size_t i = 0; i < CALLER_COUNT_MAX; i++) {
        if (door->callers[i].number == number) {
            return &door->callers[i];
        }
    }
    return NULL;
}

static void say(struct door *door, struct caller *caller, const char *status, struct bytes body)
{
    char head[200];
    int size = snprintf(head,
                        sizeof head,
                        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %zu\r\n"
                        "Connection: close\r\n\r\n",
                        status,
                        body.size);
    struct bytes words = {.data = (const uint8_t *)head, .size = (size_t)size};
    caller->is_answered = true;
    if (wire_send(door->wire, caller->number, words) != STATUS_OK ||
        (body.size > 0 && wire_send(door->wire, caller->number, body) != STATUS_OK)) {
        LOG(LOG_WARNING, "bank.not_told", LOG_TEXT("reason", "the caller is gone"));
    }
    wire_close(door->wire, caller->number, "answered");
}

/* The body, once it is whole. False: not yet. `*is_bad_out`: never. */
static bool body_find(const struct caller *caller, struct bytes *body_out, bool *is_bad_out)
{
    char head[HEAD_SIZE_MAX + 1];
    size_t size = caller->size < HEAD_SIZE_MAX ? caller->size : HEAD_SIZE_MAX;
    memcpy(head, caller->bytes, size);
    head[size] = '\0';
    const char *end = strstr(head, "\r\n\r\n");
    *is_bad_out = end == NULL && caller->size >= HEAD_SIZE_MAX;
    if (end == NULL) {
        return false;
    }
    long length = -1;
    for (const char *line = strstr(head, "\r\n"); line != NULL && line < end;
         line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "Content-Length:", 15) == 0) {
            length = strtol(line + 17, NULL, 10);
        }
    }
    size_t start = (size_t)(end - head) + 4;
    *is_bad_out =
        strncmp(head, "POST ", 5) != 0 || length < 0 || length > REQUEST_SIZE_MAX - HEAD_SIZE_MAX;
    *body_out = (struct bytes){caller->bytes + start, (size_t)length};
    return !*is_bad_out && caller->size - start >= (size_t)length;
}

static void answer(struct door *door, struct caller *caller, struct bytes body)
{
    struct bytes words;
    switch (exchange_answer(door->bank->exchange, body, &words)) {
    case EXCHANGE_ANSWERED:
        say(door, caller, "200 OK", words);
        return;
    case EXCHANGE_SILENT:
        caller->is_answered = true;
        wire_close(door->wire, caller->number, "scripted silence");
        return;
    case EXCHANGE_UNREADABLE:
        say(door, caller, "400 Bad Request", (struct bytes){0});
        return;
    }
}

static void on_opened(void *context, uint64_t number, const char *peer)
{
    struct door *door = context;
    struct caller *caller = caller_find(door, 0);
    (void)peer;
    uint8_t *bytes = caller == NULL ? NULL : malloc(REQUEST_SIZE_MAX);
    if (bytes == NULL) {
        wire_close(door->wire, number, "too many callers");
        return;
    }
    *caller = (struct caller){.number = number, .bytes = bytes};
}

static void on_received(void *context, uint64_t number, struct bytes bytes)
{
    struct door *door = context;
    struct caller *caller = caller_find(door, number);
    struct bytes body;
    bool is_bad = false;
    if (caller == NULL || caller->is_answered) {
        return;
    }
    if (bytes.size > REQUEST_SIZE_MAX - caller->size) {
        say(door, caller, "413 Content Too Large", (struct bytes){0});
        return;
    }
    memcpy(caller->bytes + caller->size, bytes.data, bytes.size);
    caller->size += bytes.size;
    if (body_find(caller, &body, &is_bad)) {
        answer(door, caller, body);
    } else if (is_bad) {
        say(door, caller, "400 Bad Request", (struct bytes){0});
    }
}

static void on_closed(void *context, uint64_t number, const char *reason)
{
    struct caller *caller = caller_find(context, number);
    (void)reason;
    if (caller != NULL) {
        free(caller->bytes);
        *caller = (struct caller){0};
    }
}

static void on_failed(void *context, const char *host, const char *reason)
{
    (void)context;
    LOG(LOG_WARNING, "bank.turned_away", LOG_TEXT("host", host), LOG_TEXT("reason", reason));
}

struct door *
door_open(struct bank *bank, struct event_base *base, char *reason_out, size_t reason_size)
{
    const struct bank_config *config = bank->config;
    struct door *door = calloc(1, sizeof *door);
    if (door == NULL) {
        (void)snprintf(reason_out, reason_size, "door: out of memory");
        return NULL;
    }
    const struct wire_config wire = {
        .role = WIRE_SERVER,
        .hosts = {config->exchange_listen                                },
        .host_count = 1,
        .tls = { .certificate_file = config->certificate,
                  .key_file = config->key,
                  .ca_file = config->ca,
                  .crl_file = config->crl[0] == '\0' ? NULL : config->crl},
        .connect_timeout_us = 10000000,
        .backoff_first_us = 1000000,
        .backoff_max_us = 1000000,
        .dead_after_us = 30000000,
        .output_size_max = OUTPUT_SIZE_MAX,
        .connection_count_max = CALLER_COUNT_MAX,
    };
    const struct wire_events events = {
        .context = door,
        .opened = on_opened,
        .received = on_received,
        .closed = on_closed,
        .failed = on_failed,
    };
    door->bank = bank;
    door->wire = wire_create(base, &wire, &events, reason_out, reason_size);
    if (door->wire == NULL) {
        free(door);
        return NULL;
    }
    return door;
}

void door_close(struct door *door)
{
    if (door == NULL) {
        return;
    }
    wire_destroy(door->wire);
    for (size_t i = 0; i < CALLER_COUNT_MAX; i++) {
        free(door->callers[i].bytes);
    }
    free(door);
}
