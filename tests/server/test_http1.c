/* Every vector, whole, byte by byte and at random splits: the same answer each time. */
#include <dirent.h>
#include <stdio.h>
#include <time.h>

#include "tests/base/check.h"
#include "tests/server/feed.h"

enum {
    RANDOM_SPLIT_COUNT = 20,
    FILE_SIZE_MAX = 1 << 16,
    VECTOR_COUNT_MIN = 130
};

static uint64_t seed;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static size_t whole(void *context, size_t left)
{
    (void)context;
    return left;
}

static size_t one_byte(void *context, size_t left)
{
    (void)context;
    (void)left;
    return 1;
}

static size_t some_bytes(void *context, size_t left)
{
    (void)context;
    size_t size = next_random() % 4 == 0 ? 1 : (size_t)(next_random() % 40) + 1;
    return size < left ? size : left;
}

static void assert_same(const struct feed_result *a, const struct feed_result *b)
{
    assert_int_equal(a->status, b->status);
    if (a->status == 200) {
        assert_int_equal(a->head_size, b->head_size);
        assert_int_equal(a->leftover, b->leftover);
        assert_int_equal(a->body_size, b->body_size);
        assert_memory_equal(a->body, b->body, a->body_size);
    }
}

/* The answer, after making sure that it does not depend on the splits. Free the body. */
static struct feed_result feed_all_ways(const uint8_t *data, size_t size)
{
    struct feed_result at_once = feed(data, size, whole, NULL);
    for (int i = 0; i <= RANDOM_SPLIT_COUNT; i++) {
        struct feed_result split = feed(data, size, i == 0 ? one_byte : some_bytes, NULL);
        assert_same(&at_once, &split);
        free(split.body);
    }
    return at_once;
}

static uint8_t *read_file(const char *name, size_t *size_out)
{
    char path[512];
    snprintf(path, sizeof path, "%s/server/vectors/%s", TESTS_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    uint8_t *data = malloc(FILE_SIZE_MAX);
    assert_non_null(data);
    *size_out = fread(data, 1, FILE_SIZE_MAX, file);
    fclose(file);
    return data;
}

static int expected_status(const char *name)
{
    if (strncmp(name, "ok-", 3) == 0) {
        return 200;
    }
    return strncmp(name, "more-", 5) == 0 ? 0 : (int)strtol(name, NULL, 10);
}

static void check_body(const char *name, const struct feed_result *result)
{
    char body_name[256];
    snprintf(body_name, sizeof body_name, "%.*s.body", (int)(strlen(name) - 5), name);
    size_t size = 0;
    uint8_t *body = read_file(body_name, &size);
    assert_int_equal(result->body_size, size);
    if (body != NULL) {
        assert_memory_equal(result->body, body, size);
    }
    free(body);
}

static void check_vector(const char *name)
{
    size_t size = 0;
    uint8_t *data = read_file(name, &size);
    assert_non_null(data);
    struct feed_result result = feed_all_ways(data, size);
    if (result.status != expected_status(name)) {
        fail_msg("%s: status %d", name, result.status);
    }
    if (result.status == 200) {
        check_body(name, &result);
    }
    free(result.body);
    free(data);
}

static void vectors_are_answered_as_named(void **state)
{
    (void)state;
    DIR *directory = opendir(TESTS_DIR "/server/vectors");
    assert_non_null(directory);
    int count = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        size_t size = strlen(entry->d_name);
        if (size > 5 && strcmp(entry->d_name + size - 5, ".http") == 0) {
            check_vector(entry->d_name);
            count++;
        }
    }
    closedir(directory);
    printf("%d vectors\n", count);
    assert_true(count >= VECTOR_COUNT_MIN);
}

/* Texts put together piece by piece: "prefix", `count` times `piece`, "suffix". */
struct built {
    const char *prefix;
    const char *piece;
    size_t count;
    const char *suffix;
    int status;
};

static uint8_t *build(const struct built *row, size_t *size_out)
{
    size_t piece = strlen(row->piece);
    size_t size = strlen(row->prefix) + piece * row->count + strlen(row->suffix);
    char *text = malloc(size + 1);
    assert_non_null(text);
    char *at = text + snprintf(text, size + 1, "%s", row->prefix);
    for (size_t i = 0; i < row->count; i++, at += piece) {
        memcpy(at, row->piece, piece);
    }
    memcpy(at, row->suffix, strlen(row->suffix));
    *size_out = size;
    return (uint8_t *)text;
}

#define GET     "GET / HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

static void bounds_hold_to_the_byte(void **state)
{
    (void)state;
    /* A request line of 8000 bytes with its CR LF is the longest; "GET /" and " HTTP/1.1" CR LF
     * take 16 of them. A head of 16384 bytes is the largest: GET, "X: " and two CR LF take 32. */
    static const struct built rows[] = {
        {"GET /",              "a",          7984,  " HTTP/1.1\r\nHost: a\r\n\r\n", 200},
        {"GET /",              "a",          7985,  " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"GET /",              "a",          30000, "",                             414},
        {"",                   "A",          9000,  "",                             414},
        {GET "X: ",            "a",          16352, "\r\n\r\n",                     200},
        {GET "X: ",            "a",          16353, "\r\n\r\n",                     431},
        {GET "X: ",            "a",          16354, "\r\n\r\n",                     431},
        {GET "X: ",            "a",          16355, "\r\n\r\n",                     431},
        {GET "X: ",            "a",          16356, "\r\n\r\n",                     431},
        {GET "X: ",            "a",          90000, "",                             431},
        {GET,                  "Via: b\r\n", 63,    "\r\n",                         200},
        {GET,                  "Via: b\r\n", 64,    "\r\n",                         431},
        {GET,                  "Via: b\r\n", 9000,  "\r\n",                         431},
        {CHUNKED,              "1\r\nx\r\n", 5000,  "0\r\n\r\n",                    200},
        {CHUNKED "1;",         "e",          252,   "\r\nx\r\n0\r\n\r\n",           200},
        {CHUNKED "1;",         "e",          253,   "\r\nx\r\n0\r\n\r\n",           400},
        {CHUNKED "1;",         "e",          9000,  "",                             400},
        {CHUNKED "0\r\n",      "T: 1\r\n",   600,   "\r\n",                         200},
        {CHUNKED "0\r\n",      "T: 1\r\n",   700,   "\r\n",                         400},
        {CHUNKED "0\r\nT: ",   "t",          5000,  "",                             400},
        {CHUNKED "800000\r\n", "x",          9,     "",                             0  },
        {CHUNKED "800001\r\n", "x",          9,     "",                             413},
        {CHUNKED "1\r\nx\r\n", "8",          6,     "\r\n",                         413},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size = 0;
        uint8_t *data = build(&rows[i], &size);
        struct feed_result at_once = feed(data, size, whole, NULL);
        struct feed_result split = feed(data, size, some_bytes, NULL);
        if (at_once.status != rows[i].status) {
            fail_msg("row %zu: status %d", i, at_once.status);
        }
        assert_same(&at_once, &split);
        free(at_once.body);
        free(split.body);
        free(data);
    }
}

/* Damages good requests at random: no crash, and no answer that depends on the splits. */
static void damage_never_splits_opinions(void **state)
{
    (void)state;
    static const char *const names[] = {"ok-pipelined.http",
                                        "ok-chunked-trailers-dropped.http",
                                        "ok-get-query.http",
                                        "ok-chunked-extension.http",
                                        "ok-post-continue.http"};
    static const char bytes[] = "\r\n\0 \t:;,%/.0aZ\x7f\xff";
    int refused_count = 0;
    for (int i = 0; i < 2000; i++) {
        size_t size = 0;
        uint8_t *data = read_file(names[next_random() % 5], &size);
        if (data == NULL || size == 0) {
            fail();
            return;
        }
        for (uint64_t n = next_random() % 3; n < 3; n++) {
            data[next_random() % size] = (uint8_t)bytes[next_random() % (sizeof bytes - 1)];
        }
        struct feed_result at_once = feed(data, size, whole, NULL);
        struct feed_result split = feed(data, size, some_bytes, NULL);
        struct feed_result slow = feed(data, size, one_byte, NULL);
        assert_same(&at_once, &split);
        assert_same(&at_once, &slow);
        refused_count += at_once.status >= 400;
        free(at_once.body);
        free(split.body);
        free(slow.body);
        free(data);
    }
    assert_true(refused_count > 500);
}

int main(int argument_count, char **arguments)
{
    seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL) * 2 + 1;
    printf("seed %llu\n", (unsigned long long)seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_answered_as_named),
        cmocka_unit_test(bounds_hold_to_the_byte),
        cmocka_unit_test(damage_never_splits_opinions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
