#pragma once
/* A CA made for this run, and a server behind a few routes, for tests of the door. */
#include "gateway/server/server.h"
#include "tests/server/client.h"

struct door {
    char directory[64];
    struct server *server;
    char certificate[96];
    char key[96];
    char ca[96];
    char crl[96];
};

enum {
    DOOR_BODY_SIZE_MAX = 8 * 1024 * 1024,
    DOOR_BIG_SIZE = 32 * 1024 * 1024
};

/* Runs certs/make-ca with the arguments after the directory. */
void door_make(const struct door *door, const char *command, const char *arguments);
/* The directory, a CA and the server's certificate. */
void door_create(struct door *door);
void door_destroy(struct door *door);
/* Usual limits; change what the test needs. */
struct server_config door_config(const struct door *door);
/* POST /v1/echo, GET /v1/who/{name}, GET /v1/later (answered by another thread after 100 ms),
 * GET /v1/big, GET /v1/secret (operator). */
void door_open(struct door *door, const struct server_config *config);
/* Waits until nothing will be posted any more, then closes. */
void door_close(struct door *door);
/* A good connection, or a failed test. */
struct client door_client(const struct door *door, const char *name);
/* The value of a metric line, as /metrics tells `name`. */
int64_t door_metric(const struct door *door, const char *name, const char *metric);
