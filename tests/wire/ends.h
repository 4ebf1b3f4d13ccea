#pragma once
/* Two ends of a wire on one loop, what happened to them, and certificates made for this run. */
#include <event2/event.h>
#include <stdbool.h>

#include "adapters/wire/wire.h"

enum {
    END_TAKEN_SIZE_MAX = 16 << 20,
    END_HOST_SIZE = 32,
};

enum end_habit {
    END_KEEPS,         /* what it receives, in `taken` */
    END_ECHOES,        /* and sends it back */
    END_CLOSES_AT_ONE, /* closes when the first byte comes */
    END_HANGS_UP,      /* closes as soon as it is open */
};

struct end {
    struct event_base *base;
    struct wire *wire;
    enum end_habit habit;
    size_t opened_count;
    size_t closed_count;
    size_t failed_count;
    uint64_t number; /* of the last that opened */
    bool is_open;
    char reason[WIRE_REASON_SIZE]; /* of the last closed or failed */
    char host[WIRE_REASON_SIZE];   /* the last that failed or opened */
    uint8_t *taken;
    size_t taken_size;
};

/* A directory under /tmp with a CA (certs/make-ca), a server's certificate "bank" (DNS
 * bank.example) and a client's "us" (URI kouan:party/us/role/merchant). */
struct papers {
    char directory[32];
    char files[24][64];
    size_t file_count;
};

struct event_base *end_base(void);
/* 127.0.0.1:port into `host`. */
const char *end_host(uint16_t port, char host[END_HOST_SIZE]);
/* A port on which nobody listens. */
uint16_t end_free_port(void);
/* Short times, roomy bounds. */
struct wire_config end_config(enum wire_role role, const char *host);
/* Prints the reason and aborts when it cannot. */
void end_create(struct end *end,
                struct event_base *base,
                const struct wire_config *config,
                enum end_habit habit);
void end_destroy(struct end *end);
/* All of it, as room comes. */
void end_send(struct end *end, const void *data, size_t size);
/* Turns the loop until `*value` is at least `least`; false after 20 s. */
bool end_await(struct end *end, const size_t *value, size_t least);

void papers_make(struct papers *papers, const char *command, const char *arguments);
void papers_create(struct papers *papers);
void papers_destroy(struct papers *papers);
/* directory/name, kept with `papers`. */
const char *papers_file(struct papers *papers, const char *name);
/* As `name`, believing `papers`' CA; without revocation list. */
struct wire_tls papers_tls(struct papers *papers, const char *name, const char *peer_name);
