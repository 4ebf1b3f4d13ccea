/* The head of an HTTP answer: bytes and what they mean; each good one also cut short everywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/answer.h"

struct vector {
    const char *text;
    enum status status;
    int http_status;
    size_t body_size;
    const char *content_type;
};

/* clang-format off */
static const struct vector vectors[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Type: application/json\r\n\r\n", STATUS_OK, 200, 12, "application/json"},
    {"HTTP/1.1 409 Conflict\r\ncontent-length:0\r\nContent-Type: application/problem+json; charset=utf-8\r\n\r\n", STATUS_OK, 409, 0, "application/problem+json"},
    {"HTTP/1.1 204 No Content\r\n\r\n", STATUS_OK, 204, 0, ""},
    {"HTTP/1.1 200 \r\nContent-Length: 67108864\r\n\r\n", STATUS_OK, 200, 67108864, ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n", STATUS_LIMIT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\n folded\r\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\rX\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 100 Continue\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"HTTP/1.1 999 No\r\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
    {"\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", STATUS_CORRUPT, 0, 0, NULL},
};
/* clang-format on */

/* Parses from memory of exactly `size` bytes, so that a sanitizer sees one byte too many. */
static enum status parse_exactly(const char *text, size_t size, struct answer_head *head)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) {
        abort();
    }
    memcpy(exact, text, size);
    enum status status = answer_parse((struct bytes){exact, size}, head);
    free(exact);
    return status;
}

static int check(const struct vector *vector)
{
    struct answer_head head;
    size_t size = strlen(vector->text);
    enum status status = parse_exactly(vector->text, size, &head);
    if (status != vector->status) {
        printf("want %s, got %s: %s\n",
               status_name(vector->status),
               status_name(status),
               vector->text);
        return 1;
    }
    if (status != STATUS_OK) {
        return 0;
    }
    int failures = head.status != vector->http_status || head.body_size != vector->body_size ||
                   strcmp(head.content_type, vector->content_type) != 0 || head.head_size != size;
    for (size_t cut = 0; cut < size; cut++) {
        failures += parse_exactly(vector->text, cut, &head) != STATUS_AGAIN;
    }
    if (failures) {
        printf("%d wrong: %s\n", failures, vector->text);
    }
    return failures;
}

static int check_flags(void)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nIdempotency-Replayed: true\r\n"
                               "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
    struct answer_head head;
    if (parse_exactly(text, sizeof text - 1, &head) != STATUS_OK || !head.is_replayed ||
        !head.is_last || head.head_size != sizeof text - 3) {
        puts("the flags of an answer are lost");
        return 1;
    }
    return 0;
}

static int check_too_long(void)
{
    struct answer_head head;
    char *text = malloc(ANSWER_HEAD_SIZE_MAX + 64);
    if (!text) {
        abort();
    }
    int start = snprintf(text, 64, "HTTP/1.1 200 OK\r\nX: ");
    memset(text + start, 'x', ANSWER_HEAD_SIZE_MAX);
    enum status status = parse_exactly(text, ANSWER_HEAD_SIZE_MAX, &head);
    free(text);
    if (status != STATUS_LIMIT) {
        puts("an endless head is not refused");
        return 1;
    }
    return 0;
}

int main(void)
{
    int failures = check_flags() + check_too_long();
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        failures += check(&vectors[i]);
    }
    return failures > 0;
}
