#include "tests/server/client.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    TIMEOUT_S = 30,
    ANSWER_SIZE_MAX = 64 * 1024 * 1024,
    ANSWER_SIZE_FIRST = 16 * 1024
};

int client_connect(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval timeout = {.tv_sec = TIMEOUT_S};
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert(client >= 0);
    int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(client, (struct sockaddr *)&address, sizeof address) != 0) {
        close(client);
        return -1;
    }
    return client;
}

static void use_certificate(SSL_CTX *context, const struct client_options *options)
{
    char path[512];
    const char *directory =
        options->other_directory == NULL ? options->directory : options->other_directory;
    snprintf(path, sizeof path, "%s/%s.pem", directory, options->name);
    int is_used = SSL_CTX_use_certificate_chain_file(context, path);
    snprintf(path, sizeof path, "%s/%s.key", directory, options->name);
    is_used = is_used == 1 && SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) == 1;
    assert(is_used);
}

bool client_open(struct client *client, const struct client_options *options)
{
    char path[512];
    *client = (struct client){.socket = client_connect(options->port)};
    client->context = SSL_CTX_new(TLS_client_method());
    assert(client->context != NULL);
    snprintf(path, sizeof path, "%s/ca.pem", options->directory);
    int is_loaded = SSL_CTX_load_verify_file(client->context, path);
    assert(is_loaded == 1);
    SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_max_proto_version(client->context, options->version_max);
    SSL_CTX_set_session_cache_mode(client->context, SSL_SESS_CACHE_CLIENT);
    if (options->name != NULL) {
        use_certificate(client->context, options);
    }
    client->ssl = SSL_new(client->context);
    assert(client->ssl != NULL);
    if (client->socket < 0) {
        return false;
    }
    if (options->session != NULL) {
        SSL_set_session(client->ssl, options->session);
    }
    SSL_set_fd(client->ssl, client->socket);
    ERR_clear_error();
    return SSL_connect(client->ssl) == 1;
}

void client_close(struct client *client)
{
    SSL_free(client->ssl);
    SSL_CTX_free(client->context);
    if (client->socket >= 0) {
        close(client->socket);
    }
    *client = (struct client){.socket = -1};
}

bool client_send(struct client *client, const void *data, size_t size)
{
    size_t done = 0;
    ERR_clear_error();
    return size == 0 || SSL_write_ex(client->ssl, data, size, &done) == 1;
}

bool client_send_text(struct client *client, const char *text)
{
    return client_send(client, text, strlen(text));
}

/* Reads until `size` bytes are there in all, or the end. */
static bool read_until(struct client *client, struct answer *answer, size_t size)
{
    while (answer->size < size) {
        size_t done = 0;
        ERR_clear_error();
        if (SSL_read_ex(client->ssl, answer->text + answer->size, size - answer->size, &done) !=
            1) {
            return false;
        }
        answer->size += done;
        answer->text[answer->size] = '\0';
    }
    return true;
}

/* Byte by byte, so that an answer behind this one stays where it is. */
static bool read_head(struct client *client, struct answer *answer)
{
    while (strstr(answer->text, "\r\n\r\n") == NULL) {
        if (answer->size + 1 >= ANSWER_SIZE_FIRST ||
            !read_until(client, answer, answer->size + 1)) {
            return false;
        }
    }
    return true;
}

struct answer client_read_head(struct client *client)
{
    struct answer answer = {.text = calloc(1, ANSWER_SIZE_FIRST)};
    assert(answer.text != NULL);
    if (!read_head(client, &answer)) {
        answer.is_cut = answer.size > 0;
        return answer;
    }
    assert(strncmp(answer.text, "HTTP/1.1 ", 9) == 0);
    answer.status = (int)strtol(answer.text + 9, NULL, 10);
    answer.head_size = answer.size;
    return answer;
}

struct answer client_read(struct client *client)
{
    struct answer answer = client_read_head(client);
    const char *length = strstr(answer.text, "Content-Length: ");
    size_t body_size = length == NULL ? 0 : strtoul(length + 16, NULL, 10);
    if (answer.status == 0 || body_size == 0) {
        return answer;
    }
    assert(body_size <= ANSWER_SIZE_MAX);
    char *larger = realloc(answer.text, answer.head_size + body_size + 1);
    assert(larger != NULL);
    answer.text = larger;
    answer.is_cut = !read_until(client, &answer, answer.head_size + body_size);
    return answer;
}

struct answer client_exchange(struct client *client, const char *text)
{
    client_send_text(client, text);
    return client_read(client);
}

bool client_sees_end(struct client *client)
{
    char byte = 0;
    size_t done = 0;
    ERR_clear_error();
    if (SSL_read_ex(client->ssl, &byte, 1, &done) == 1) {
        return false;
    }
    int error = SSL_get_error(client->ssl, 0);
    return error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE;
}

const char *answer_body(const struct answer *answer)
{
    return answer->text + answer->head_size;
}
