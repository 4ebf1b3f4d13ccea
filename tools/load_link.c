#include "tools/load_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ANSWER_CAPACITY = 16 * 1024,
    ANSWER_CAPACITY_MAX = 64 * 1024 * 1024
};

static const char *open_socket(struct load_link *link, const struct load_config *config)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(config->port)};
    if (inet_pton(AF_INET, config->host, &address.sin_addr) != 1) {
        return "not a numeric IPv4 address";
    }
    link->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->socket < 0 ||
        connect(link->socket, (struct sockaddr *)&address, sizeof address) != 0) {
        return strerror(errno);
    }
    int on = 1;
    setsockopt(link->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return NULL;
}

const char *load_link_open(struct load_link *link, const struct load_config *config, SSL_CTX *tls)
{
    link->socket = -1;
    link->request = malloc(LOAD_REQUEST_SIZE_MAX);
    link->answer = malloc(ANSWER_CAPACITY);
    link->answer_capacity = ANSWER_CAPACITY;
    link->ssl = SSL_new(tls);
    if (link->request == NULL || link->answer == NULL || link->ssl == NULL) {
        abort();
    }
    const char *reason = open_socket(link, config);
    if (reason != NULL) {
        return reason;
    }
    ERR_clear_error();
    if (SSL_set_fd(link->ssl, link->socket) != 1 || SSL_connect(link->ssl) != 1) {
        reason = ERR_reason_error_string(ERR_peek_error());
        return reason == NULL ? "handshake failed" : reason;
    }
    fcntl(link->socket, F_SETFL, O_NONBLOCK);
    return NULL;
}

void load_link_close(struct load_link *link)
{
    SSL_free(link->ssl);
    if (link->socket >= 0) {
        close(link->socket);
    }
    free(link->request);
    free(link->answer);
    *link = (struct load_link){.socket = -1};
}

static enum load_progress blocked(struct load_link *link, int result)
{
    switch (SSL_get_error(link->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return LOAD_WAITS_INPUT;
    case SSL_ERROR_WANT_WRITE:
        return LOAD_WAITS_OUTPUT;
    default:
        return LOAD_BROKEN;
    }
}

static enum load_progress write_request(struct load_link *link)
{
    while (link->request_at < link->request_size) {
        size_t taken = 0;
        ERR_clear_error();
        int result = SSL_write_ex(link->ssl,
                                  link->request + link->request_at,
                                  link->request_size - link->request_at,
                                  &taken);
        if (result != 1) {
            return blocked(link, result);
        }
        link->request_at += taken;
    }
    return LOAD_WAITS_INPUT;
}

/* Where the value of Content-Length starts within the head, or NULL. */
static const char *find_length(const char *head, const char *end)
{
    static const char name[] = "\r\nContent-Length:";
    size_t size = sizeof name - 1;
    for (const char *at = head; at + size < end; at++) {
        if (*at == '\r' && strncasecmp(at, name, size) == 0) {
            return at + size;
        }
    }
    return NULL;
}

/* Our own gateway answers with a status line and a Content-Length; nothing else is understood. */
static bool read_head(struct load_link *link)
{
    static const char version[] = "HTTP/1.1 ";
    const char *head = (const char *)link->answer;
    const char *end = NULL;
    for (size_t at = 0; end == NULL && at + 4 <= link->answer_size; at++) {
        end = memcmp(head + at, "\r\n\r\n", 4) == 0 ? head + at : NULL;
    }
    if (end == NULL) {
        return true;
    }
    if (end - head < 12 || memcmp(head, version, sizeof version - 1) != 0) {
        return false;
    }
    const char *length = find_length(head, end);
    link->status = (int)strtol(head + sizeof version - 1, NULL, 10);
    link->body_size = length == NULL ? 0 : strtoul(length, NULL, 10);
    link->head_size = (size_t)(end - head) + 4;
    return link->status >= 200 && link->status < LOAD_STATUS_MAX;
}

static bool reserve(struct load_link *link)
{
    if (link->answer_size < link->answer_capacity) {
        return true;
    }
    if (link->answer_capacity >= ANSWER_CAPACITY_MAX) {
        return false;
    }
    link->answer_capacity *= 2;
    link->answer = realloc(link->answer, link->answer_capacity);
    if (link->answer == NULL) {
        abort();
    }
    return true;
}

static enum load_progress read_answer(struct load_link *link)
{
    for (;;) {
        size_t size = 0;
        if (!reserve(link)) {
            return LOAD_BROKEN;
        }
        ERR_clear_error();
        int result = SSL_read_ex(link->ssl,
                                 link->answer + link->answer_size,
                                 link->answer_capacity - link->answer_size,
                                 &size);
        if (result != 1) {
            return blocked(link, result);
        }
        link->answer_size += size;
        if (link->head_size == 0 && !read_head(link)) {
            return LOAD_BROKEN;
        }
        if (link->head_size > 0 && link->answer_size >= link->head_size + link->body_size) {
            return LOAD_ANSWERED;
        }
    }
}

enum load_progress load_link_send(struct load_link *link)
{
    link->request_at = 0;
    link->answer_size = 0;
    link->head_size = 0;
    link->sent_us = clock_monotonic();
    return write_request(link);
}

enum load_progress load_link_advance(struct load_link *link)
{
    if (link->request_at < link->request_size) {
        enum load_progress progress = write_request(link);
        if (progress != LOAD_WAITS_INPUT) {
            return progress;
        }
    }
    return read_answer(link);
}
