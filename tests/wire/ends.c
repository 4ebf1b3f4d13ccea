#include "tests/wire/ends.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ledger/base/date.h"

static const instant_us patience_us = 20 * INSTANT_US_PER_SECOND;

struct event_base *end_base(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    struct event_base *base = event_base_new();
    assert(base != NULL);
    return base;
}

const char *end_host(uint16_t port, char host[END_HOST_SIZE])
{
    snprintf(host, END_HOST_SIZE, "127.0.0.1:%u", port);
    return host;
}

uint16_t end_free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int one = socket(AF_INET, SOCK_STREAM, 0);
    int error = bind(one, (struct sockaddr *)&address, size);
    assert(error == 0);
    error = getsockname(one, (struct sockaddr *)&address, &size);
    assert(error == 0);
    close(one);
    return ntohs(address.sin_port);
}

struct wire_config end_config(enum wire_role role, const char *host)
{
    return (struct wire_config){
        .role = role,
        .hosts = {host},
        .host_count = 1,
        .connect_timeout_us = 10 * INSTANT_US_PER_SECOND,
        .backoff_first_us = 20000,
        .backoff_max_us = 100000,
        .dead_after_us = 10 * INSTANT_US_PER_SECOND,
        .output_size_max = 1 << 20,
        .connection_count_max = 4,
    };
}

static void on_opened(void *context, uint64_t connection, const char *peer)
{
    struct end *end = context;
    assert(connection > end->number);
    end->number = connection;
    end->is_open = true;
    snprintf(end->host, sizeof end->host, "%s", peer);
    if (end->habit == END_HANGS_UP) {
        wire_close(end->wire, connection, "hung up");
    }
    end->opened_count++;
}

static void on_received(void *context, uint64_t connection, struct bytes bytes)
{
    struct end *end = context;
    assert(bytes.size > 0);
    if (end->habit == END_KEEPS) {
        assert(bytes.size <= END_TAKEN_SIZE_MAX - end->taken_size);
        memcpy(end->taken + end->taken_size, bytes.data, bytes.size);
    }
    end->taken_size += bytes.size;
    if (end->habit == END_ECHOES) {
        enum status status = wire_send(end->wire, connection, bytes);
        assert(status == STATUS_OK);
    }
    if (end->habit == END_CLOSES_AT_ONE) {
        wire_close(end->wire, connection, "had enough");
        enum status status = wire_send(end->wire, connection, bytes);
        assert(status == STATUS_REJECTED);
    }
}

static void on_closed(void *context, uint64_t connection, const char *reason)
{
    struct end *end = context;
    const struct bytes bytes = {.data = (const uint8_t *)"x", .size = 1};
    enum status status = wire_send(end->wire, connection, bytes);
    assert(status == STATUS_REJECTED);
    wire_close(end->wire, connection, "again");
    end->is_open = end->is_open && connection != end->number;
    end->closed_count++;
    snprintf(end->reason, sizeof end->reason, "%s", reason);
}

static void on_failed(void *context, const char *host, const char *reason)
{
    struct end *end = context;
    end->failed_count++;
    snprintf(end->host, sizeof end->host, "%s", host);
    snprintf(end->reason, sizeof end->reason, "%s", reason);
}

void end_create(struct end *end,
                struct event_base *base,
                const struct wire_config *config,
                enum end_habit habit)
{
    const struct wire_events events = {.context = end,
                                       .opened = on_opened,
                                       .received = on_received,
                                       .closed = on_closed,
                                       .failed = on_failed};
    char message[WIRE_REASON_SIZE] = "";
    *end = (struct end){.base = base, .habit = habit};
    end->taken = malloc(END_TAKEN_SIZE_MAX);
    assert(end->taken != NULL);
    end->wire = wire_create(base, config, &events, message, sizeof message);
    if (end->wire == NULL) {
        fprintf(stderr, "wire: %s\n", message);
        abort();
    }
}

void end_destroy(struct end *end)
{
    wire_destroy(end->wire);
    free(end->taken);
}

static bool turn(struct end *end, instant_us until)
{
    if (clock_monotonic() >= until) {
        return false;
    }
    const struct timeval moment = {.tv_usec = 50000};
    event_base_loopexit(end->base, &moment);
    event_base_loop(end->base, EVLOOP_ONCE);
    return true;
}

bool end_await(struct end *end, const size_t *value, size_t least)
{
    instant_us until = clock_monotonic() + patience_us;
    while (*value < least) {
        if (!turn(end, until)) {
            return false;
        }
    }
    return true;
}

void end_send(struct end *end, const void *data, size_t size)
{
    enum {
        PIECE_SIZE = 10000
    };
    instant_us until = clock_monotonic() + patience_us;
    size_t done = 0;
    while (done < size) {
        size_t piece = size - done < PIECE_SIZE ? size - done : PIECE_SIZE;
        const struct bytes bytes = {.data = (const uint8_t *)data + done, .size = piece};
        enum status status = wire_send(end->wire, end->number, bytes);
        if (status == STATUS_OK) {
            done += piece;
            continue;
        }
        bool is_turned = status == STATUS_LIMIT && turn(end, until);
        assert(is_turned);
    }
}

static void run(const char *command)
{
    if (system(command) != 0) {
        fprintf(stderr, "failed: %s\n", command);
        abort();
    }
}

void papers_make(struct papers *papers, const char *command, const char *arguments)
{
    char line[512];
    snprintf(line,
             sizeof line,
             "%s/../certs/make-ca %s %s %s",
             TESTS_DIR,
             command,
             papers->directory,
             arguments);
    run(line);
}

void papers_create(struct papers *papers)
{
    *papers = (struct papers){.directory = "/tmp/kouan-wire-XXXXXX"};
    if (mkdtemp(papers->directory) == NULL) {
        abort();
    }
    papers_make(papers, "init", "");
    papers_make(papers, "server", "bank DNS:bank.example");
    papers_make(papers, "client", "us us merchant");
}

void papers_destroy(struct papers *papers)
{
    char line[64];
    snprintf(line, sizeof line, "rm -r %s", papers->directory);
    run(line);
}

const char *papers_file(struct papers *papers, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", papers->directory, name);
    for (size_t i = 0; i < papers->file_count; i++) {
        if (strcmp(papers->files[i], path) == 0) {
            return papers->files[i];
        }
    }
    assert(papers->file_count < sizeof papers->files / sizeof papers->files[0]);
    char *kept = papers->files[papers->file_count++];
    memcpy(kept, path, sizeof path);
    return kept;
}

struct wire_tls papers_tls(struct papers *papers, const char *name, const char *peer_name)
{
    char certificate[32];
    char key[32];
    snprintf(certificate, sizeof certificate, "%s.pem", name);
    snprintf(key, sizeof key, "%s.key", name);
    return (struct wire_tls){.certificate_file = papers_file(papers, certificate),
                             .key_file = papers_file(papers, key),
                             .ca_file = papers_file(papers, "ca.pem"),
                             .peer_name = peer_name};
}
