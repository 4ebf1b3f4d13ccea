#include "tests/server/door.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const instant_us usual_deadline_us = 60 * INSTANT_US_PER_SECOND;

static atomic_int later_count; /* still to be posted */

static void run(const char *command)
{
    if (system(command) != 0) {
        fprintf(stderr, "failed: %s\n", command);
        abort();
    }
}

void door_make(const struct door *door, const char *command, const char *arguments)
{
    char line[512];
    snprintf(line,
             sizeof line,
             "%s/../certs/make-ca %s %s %s",
             TESTS_DIR,
             command,
             door->directory,
             arguments);
    run(line);
}

void door_create(struct door *door)
{
    snprintf(door->directory, sizeof door->directory, "/tmp/kouan-door-XXXXXX");
    if (mkdtemp(door->directory) == NULL) {
        abort();
    }
    door_make(door, "init", "");
    door_make(door, "server", "server DNS:localhost,IP:127.0.0.1");
    snprintf(door->certificate, sizeof door->certificate, "%s/server.pem", door->directory);
    snprintf(door->key, sizeof door->key, "%s/server.key", door->directory);
    snprintf(door->ca, sizeof door->ca, "%s/ca.pem", door->directory);
    snprintf(door->crl, sizeof door->crl, "%s/crl.pem", door->directory);
}

void door_destroy(struct door *door)
{
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", door->directory);
    run(line);
}

struct server_config door_config(const struct door *door)
{
    return (struct server_config){
        .listen_address = "127.0.0.1",
        .certificate_file = door->certificate,
        .key_file = door->key,
        .client_ca_file = door->ca,
        .crl_file = door->crl,
        .thread_count = 2,
        .connection_count_max = 2000,
        .connection_count_per_party_max = 2000,
        .handshake_deadline_us = usual_deadline_us,
        .header_deadline_us = usual_deadline_us,
        .body_deadline_us = usual_deadline_us,
        .idle_deadline_us = usual_deadline_us,
    };
}

static void reply_text(struct request *request, const char *text)
{
    request_reply(request,
                  &(struct reply){
                      .status = 200,
                      .content_type = "text/plain",
                      .body = {.data = (const uint8_t *)text, .size = strlen(text)}
    });
}

static void answer_echo(struct request *request, void *context)
{
    (void)context;
    request_reply(request,
                  &(struct reply){.status = 200,
                                  .content_type = "application/octet-stream",
                                  .body = request_body(request)});
}

static void answer_who(struct request *request, void *context)
{
    (void)context;
    const struct identity *identity = request_identity(request);
    const char *note = request_query(request, "note");
    struct arena *arena = request_arena(request);
    char *text = arena_take(arena, 256);
    assert(text != NULL);
    snprintf(text,
             256,
             "%s %s %s %s",
             identity->party,
             role_name(identity->role),
             request_path_part(request, 0),
             note == NULL ? "-" : note);
    reply_text(request, text);
}

struct later {
    struct server *server;
    struct request *request;
};

static void finish_later(void *argument)
{
    struct later *later = argument;
    reply_text(later->request, "later");
    free(later);
}

static void *wait_and_post(void *argument)
{
    struct later *later = argument;
    struct timespec pause = {.tv_nsec = 100000000L};
    nanosleep(&pause, NULL);
    server_post(later->server, request_thread(later->request), finish_later, later);
    atomic_fetch_sub(&later_count, 1);
    return NULL;
}

static void answer_later(struct request *request, void *context)
{
    struct door *door = context;
    struct later *later = malloc(sizeof *later);
    assert(later != NULL);
    *later = (struct later){.server = door->server, .request = request};
    atomic_fetch_add(&later_count, 1);
    pthread_t id;
    int error = pthread_create(&id, NULL, wait_and_post, later);
    assert(error == 0);
    pthread_detach(id);
}

static void answer_big(struct request *request, void *context)
{
    (void)context;
    uint8_t *data = calloc(1, DOOR_BIG_SIZE);
    assert(data != NULL);
    request_reply(request,
                  &(struct reply){
                      .status = 200,
                      .content_type = "application/octet-stream",
                      .body = {.data = data, .size = DOOR_BIG_SIZE}
    });
    free(data);
}

void door_open(struct door *door, const struct server_config *config)
{
    const struct route routes[] = {
        {.method = METHOD_POST,
         .pattern = "/v1/echo",
         .roles = ROLE_ANYONE,
         .handler = answer_echo,
         .body_size_max = DOOR_BODY_SIZE_MAX},
        {.method = METHOD_GET,
         .pattern = "/v1/who/{name}",
         .roles = ROLE_ANYONE,
         .handler = answer_who                                               },
        {.method = METHOD_GET,
         .pattern = "/v1/later",
         .roles = ROLE_ANYONE,
         .handler = answer_later,
         .context = door},
        {.method = METHOD_GET,        .pattern = "/v1/big",        .roles = ROLE_ANYONE,        .handler = answer_big},
        {.method = METHOD_GET,
         .pattern = "/v1/secret",
         .roles = ROLE_OPERATOR,
         .handler = answer_big                                            },
    };
    struct server_config full = *config;
    char message[200];
    full.routes = routes;
    full.route_count = sizeof routes / sizeof routes[0];
    door->server = server_create(&full, message, sizeof message);
    if (door->server == NULL) {
        fprintf(stderr, "server: %s\n", message);
        abort();
    }
}

void door_close(struct door *door)
{
    struct timespec pause = {.tv_nsec = 10000000L};
    while (atomic_load(&later_count) > 0) {
        nanosleep(&pause, NULL);
    }
    server_drain(door->server, 2 * INSTANT_US_PER_SECOND);
    server_destroy(door->server);
    door->server = NULL;
}

struct client door_client(const struct door *door, const char *name)
{
    struct client client;
    struct client_options options = {
        .directory = door->directory, .name = name, .port = server_port(door->server)};
    bool is_open = client_open(&client, &options);
    assert(is_open);
    return client;
}

int64_t door_metric(const struct door *door, const char *name, const char *metric)
{
    struct client client = door_client(door, name);
    struct answer answer = client_exchange(&client, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    assert(answer.status == 200);
    char line[128];
    snprintf(line, sizeof line, "\n%s ", metric);
    const char *at = strstr(answer.text, line);
    assert(at != NULL);
    int64_t value = strtoll(at + strlen(line), NULL, 10);
    free(answer.text);
    client_close(&client);
    return value;
}
