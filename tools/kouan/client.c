#include "tools/kouan/client.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/kouan/answer.h"

enum {
    HOST_SIZE = 256,
    MESSAGE_SIZE = 512,
    REQUEST_HEAD_SIZE_MAX = 8192,
    READ_SIZE = 65536,
};

#define CONNECT_DEADLINE_US  (5 * INSTANT_US_PER_SECOND)
#define EXCHANGE_DEADLINE_US (60 * INSTANT_US_PER_SECOND)

struct client {
    SSL_CTX *tls;
    SSL *connection; /* NULL: not connected */
    int socket;
    char host[HOST_SIZE];
    char port[6];
    instant_us connect_deadline_us;
    instant_us exchange_deadline_us;
    /*  0 .. input_size -- read        input_size .. input_capacity -- free  */
    uint8_t *input;
    size_t input_size;
    size_t input_capacity;
    char message[MESSAGE_SIZE];
};

const char *client_message(const struct client *client)
{
    return client->message;
}

const char *client_host(const struct client *client)
{
    return client->host;
}

const char *client_port(const struct client *client)
{
    return client->port;
}

static enum status
fail(struct client *client, enum status status, const char *what, const char *why)
{
    snprintf(client->message, sizeof client->message, "%s: %s", what, why);
    return status;
}

static bool url_parse(const char *url, struct client *client)
{
    const char *host = url + 8;
    if (strncmp(url, "https://", 8) != 0) {
        return false;
    }
    bool is_bracketed = *host == '[';
    const char *end = is_bracketed ? strchr(++host, ']') : strchr(host, ':');
    size_t size = end ? (size_t)(end - host) : 0;
    if (size == 0 || size >= sizeof client->host) {
        return false;
    }
    memcpy(client->host, host, size);
    const char *colon = is_bracketed ? end + 1 : end;
    size_t port_size = *colon == ':' ? strspn(colon + 1, "0123456789") : 0;
    const char *rest = colon + 1 + port_size;
    if (port_size == 0 || port_size >= sizeof client->port || (*rest && strcmp(rest, "/") != 0)) {
        return false;
    }
    memcpy(client->port, colon + 1, port_size);
    return true;
}

static const char *tls_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : "unreadable";
}

/* What is wrong with the certificate files, or NULL. */
static const char *tls_load(SSL_CTX *tls, const struct client_config *config)
{
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1) {
        return "TLS 1.3";
    }
    if (SSL_CTX_load_verify_locations(tls, config->ca_file, NULL) != 1) {
        return config->ca_file;
    }
    if (SSL_CTX_use_certificate_chain_file(tls, config->certificate_file) != 1) {
        return config->certificate_file;
    }
    if (SSL_CTX_use_PrivateKey_file(tls, config->key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(tls) != 1) {
        return config->key_file;
    }
    return NULL;
}

struct client *client_create(const struct client_config *config, char *message_out, size_t size)
{
    struct client *client = calloc(1, sizeof *client);
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (!client || !tls) {
        abort();
    }
    client->tls = tls;
    client->socket = -1;
    client->connect_deadline_us =
        config->connect_deadline_us ? config->connect_deadline_us : CONNECT_DEADLINE_US;
    client->exchange_deadline_us =
        config->exchange_deadline_us ? config->exchange_deadline_us : EXCHANGE_DEADLINE_US;
    if (!url_parse(config->gateway, client)) {
        snprintf(message_out, size, "%s: want https://host:port", config->gateway);
        client_destroy(client);
        return NULL;
    }
    ERR_clear_error();
    const char *fault = tls_load(tls, config);
    if (fault) {
        snprintf(message_out, size, "%s: %s", fault, tls_reason());
        client_destroy(client);
        return NULL;
    }
    return client;
}

static void client_disconnect(struct client *client)
{
    SSL_free(client->connection);
    client->connection = NULL;
    if (client->socket >= 0) {
        close(client->socket);
    }
    client->socket = -1;
    client->input_size = 0;
}

void client_destroy(struct client *client)
{
    client_disconnect(client);
    SSL_CTX_free(client->tls);
    free(client->input);
    free(client);
}

/* False when `deadline` has passed first. */
static bool wait_for(int socket, short events, instant_us deadline)
{
    for (;;) {
        instant_us left_us = deadline - clock_monotonic();
        if (left_us <= 0) {
            return false;
        }
        struct pollfd watched = {.fd = socket, .events = events};
        int count = poll(&watched, 1, (int)(left_us / 1000) + 1);
        if (count > 0) {
            return true;
        }
        if (count < 0 && errno != EINTR) {
            return false;
        }
    }
}

/* After an SSL_* call returned `result`: true when it may be called again. */
static bool tls_wait(struct client *client, int result, instant_us deadline)
{
    int error = SSL_get_error(client->connection, result);
    if (error == SSL_ERROR_WANT_READ) {
        return wait_for(client->socket, POLLIN, deadline);
    }
    return error == SSL_ERROR_WANT_WRITE && wait_for(client->socket, POLLOUT, deadline);
}

static int socket_open(const struct addrinfo *address, instant_us deadline)
{
    int opened = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (opened < 0) {
        return -1;
    }
    int on = 1;
    int error = 0;
    socklen_t size = sizeof error;
    bool is_set = fcntl(opened, F_SETFL, O_NONBLOCK) == 0 &&
                  fcntl(opened, F_SETFD, FD_CLOEXEC) == 0 &&
                  setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
    bool is_begun = is_set && (connect(opened, address->ai_addr, address->ai_addrlen) == 0 ||
                               errno == EINPROGRESS);
    if (is_begun && !wait_for(opened, POLLOUT, deadline)) {
        errno = ETIMEDOUT;
        is_begun = false;
    }
    if (is_begun && getsockopt(opened, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) {
        return opened;
    }
    int reason = error ? error : errno;
    close(opened);
    errno = reason;
    return -1;
}

static enum status client_dial(struct client *client, instant_us deadline)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(client->host, client->port, &hints, &found);
    if (error != 0) {
        return fail(client, STATUS_AGAIN, client->host, gai_strerror(error));
    }
    for (struct addrinfo *at = found; at && client->socket < 0; at = at->ai_next) {
        client->socket = socket_open(at, deadline);
    }
    int reason = errno;
    freeaddrinfo(found);
    if (client->socket < 0) {
        char place[HOST_SIZE + 8];
        snprintf(place, sizeof place, "%s:%s", client->host, client->port);
        return fail(client, STATUS_AGAIN, place, strerror(reason));
    }
    return STATUS_OK;
}

static bool expect_host(struct client *client)
{
    X509_VERIFY_PARAM *expected = SSL_get0_param(client->connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(expected, client->host) == 1) {
        return true;
    }
    return X509_VERIFY_PARAM_set1_host(expected, client->host, 0) == 1 &&
           SSL_set_tlsext_host_name(client->connection, client->host) == 1;
}

/* An alert from the other side about our certificate: it did not look at any request. */
static bool is_certificate_refused(void)
{
    switch (ERR_GET_REASON(ERR_peek_error())) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return true;
    default:
        return false;
    }
}

static enum status handshake_failed(struct client *client)
{
    long verified = SSL_get_verify_result(client->connection);
    if (verified != X509_V_OK) {
        return fail(client,
                    STATUS_REJECTED,
                    "the gateway's certificate",
                    X509_verify_cert_error_string(verified));
    }
    enum status status = is_certificate_refused() ? STATUS_REJECTED : STATUS_AGAIN;
    return fail(client, status, "TLS handshake", ERR_peek_error() ? tls_reason() : "no answer");
}

static enum status client_connect(struct client *client)
{
    instant_us deadline = clock_monotonic() + client->connect_deadline_us;
    enum status status = client_dial(client, deadline);
    if (status != STATUS_OK) {
        return status;
    }
    client->connection = SSL_new(client->tls);
    if (!client->connection || SSL_set_fd(client->connection, client->socket) != 1 ||
        !expect_host(client)) {
        return fail(client, STATUS_AGAIN, "TLS", tls_reason());
    }
    for (;;) {
        ERR_clear_error();
        int result = SSL_connect(client->connection);
        if (result == 1) {
            return STATUS_OK;
        }
        if (!tls_wait(client, result, deadline)) {
            return handshake_failed(client);
        }
    }
}

/* False when the connection broke or the deadline passed. */
static bool client_send(struct client *client, struct bytes data, instant_us deadline)
{
    while (data.size > 0) {
        size_t written = 0;
        ERR_clear_error();
        int result = SSL_write_ex(client->connection, data.data, data.size, &written);
        if (result != 1 && !tls_wait(client, result, deadline)) {
            return false;
        }
        data.data += written;
        data.size -= written;
    }
    return true;
}

/* Makes room for `size` bytes of input in all. */
static void input_reserve(struct client *client, size_t size)
{
    if (size <= client->input_capacity) {
        return;
    }
    uint8_t *grown = realloc(client->input, size);
    if (!grown) {
        abort();
    }
    client->input = grown;
    client->input_capacity = size;
}

static enum status client_receive(struct client *client, instant_us deadline)
{
    for (;;) {
        size_t read = 0;
        ERR_clear_error();
        int result = SSL_read_ex(client->connection,
                                 client->input + client->input_size,
                                 client->input_capacity - client->input_size,
                                 &read);
        client->input_size += read;
        if (result == 1) {
            return STATUS_OK;
        }
        if (!tls_wait(client, result, deadline)) {
            bool is_refused = is_certificate_refused();
            const char *why = ERR_peek_error() ? tls_reason() : "the connection ended or timed out";
            return is_refused ? fail(client, STATUS_REJECTED, "our certificate", why)
                              : fail(client, STATUS_UNCERTAIN, "no whole answer", why);
        }
    }
}

static enum status
answer_receive(struct client *client, instant_us deadline, struct client_answer *answer_out)
{
    struct answer_head head;
    enum status status = STATUS_AGAIN;
    input_reserve(client, READ_SIZE);
    while (status == STATUS_AGAIN) {
        enum status received = client_receive(client, deadline);
        if (received != STATUS_OK) {
            return received;
        }
        status = answer_parse((struct bytes){client->input, client->input_size}, &head);
    }
    if (status != STATUS_OK) {
        return fail(client, status, "the answer", "not one a gateway gives");
    }
    input_reserve(client, head.head_size + head.body_size + 1);
    while (client->input_size < head.head_size + head.body_size) {
        enum status received = client_receive(client, deadline);
        if (received != STATUS_OK) {
            return received;
        }
    }
    if (client->input_size > head.head_size + head.body_size) {
        return fail(client, STATUS_CORRUPT, "the answer", "longer than it says");
    }
    answer_out->status = head.status;
    answer_out->is_replayed = head.is_replayed;
    memcpy(answer_out->content_type, head.content_type, sizeof answer_out->content_type);
    answer_out->body = (struct bytes){client->input + head.head_size, head.body_size};
    if (head.is_last) {
        SSL_free(client->connection);
        client->connection = NULL;
        close(client->socket);
        client->socket = -1;
    }
    return STATUS_OK;
}

static void header(struct writer *head, const char *name, const char *value)
{
    if (value && strpbrk(value, "\r\n")) {
        head->has_failed = true;
    } else if (value) {
        write_text(head, name);
        write_text(head, ": ");
        write_text(head, value);
        write_text(head, "\r\n");
    }
}

static struct writer
request_head(const struct client *client, const struct client_request *request, char *room)
{
    struct writer head = writer_over(room, REQUEST_HEAD_SIZE_MAX);
    char text[HOST_SIZE + 16];
    write_text(&head, request->method);
    write_text(&head, " ");
    write_text(&head, request->path);
    write_text(&head, " HTTP/1.1\r\n");
    bool is_ip6 = strchr(client->host, ':');
    snprintf(text,
             sizeof text,
             "%s%s%s:%s",
             is_ip6 ? "[" : "",
             client->host,
             is_ip6 ? "]" : "",
             client->port);
    header(&head, "Host", text);
    header(&head, "Accept", request->accept);
    header(&head, "Idempotency-Key", request->idempotency_key);
    header(&head, "Content-Type", request->content_type);
    if (strcmp(request->method, "POST") == 0) {
        snprintf(text, sizeof text, "%zu", request->body.size);
        header(&head, "Content-Length", text);
    }
    write_text(&head, "\r\n");
    return head;
}

static enum status client_attempt(struct client *client,
                                  const struct client_request *request,
                                  struct client_answer *answer_out)
{
    char room[REQUEST_HEAD_SIZE_MAX];
    struct writer head = request_head(client, request, room);
    if (head.has_failed) {
        return fail(client, STATUS_AGAIN, "the request", "its path or key is too long or broken");
    }
    client->input_size = 0;
    if (!client->connection) {
        enum status status = client_connect(client);
        if (status != STATUS_OK) {
            client_disconnect(client);
            return status;
        }
    }
    instant_us deadline = clock_monotonic() + client->exchange_deadline_us;
    /* A refused certificate or body is answered while we still send: look for it either way. */
    if (client_send(client, (struct bytes){head.data, head.size}, deadline)) {
        client_send(client, request->body, deadline);
    }
    enum status status = answer_receive(client, deadline, answer_out);
    if (status != STATUS_OK) {
        client_disconnect(client);
    }
    return status;
}

enum status client_exchange(struct client *client,
                            const struct client_request *request,
                            struct client_answer *answer_out)
{
    client->message[0] = '\0';
    enum status status = client_attempt(client, request, answer_out);
    if (status != STATUS_UNCERTAIN) {
        return status;
    }
    /* The first attempt may have been done, whatever stopped the second. */
    status = client_attempt(client, request, answer_out);
    return status == STATUS_OK ? STATUS_OK : STATUS_UNCERTAIN;
}
