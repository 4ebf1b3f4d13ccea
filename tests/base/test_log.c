/* What the log writes to standard error, caught in a pipe and read back with jansson. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/base/date.h"
#include "ledger/base/log.h"
#include "tests/base/check.h"

enum {
    LINE_SIZE_MAX = 8192
};

/* Standard error goes into a pipe between these two. */
static int saved_stderr;
static int pipe_read;

static void catch_begin(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(saved_stderr >= 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
    pipe_read = ends[0];
}

/* Returns the size of what was written; `line_out` is NUL-terminated. */
static size_t catch_end(char line_out[LINE_SIZE_MAX])
{
    assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
    close(saved_stderr);
    ssize_t size = read(pipe_read, line_out, LINE_SIZE_MAX - 1);
    close(pipe_read);
    assert_true(size >= 0);
    line_out[size] = '\0';
    return (size_t)size;
}

static json_t *parse_line(const char *line, size_t size)
{
    assert_true(size > 0 && line[size - 1] == '\n');
    assert_ptr_equal(strchr(line, '\n'), line + size - 1);
    json_error_t error;
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL) {
        fail_msg("not JSON: %s in %s", error.text, line);
    }
    return object;
}

static void assert_text(const json_t *object, const char *name, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, name));
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static void test_line(void **state)
{
    (void)state;
    static const char hard[] = "quote \" slash \\ line\nbell\x07 del\x7f \xe5\x8f\xa3\xe5\xb2\xb8";
    char line[LINE_SIZE_MAX];
    catch_begin();
    LOG(LOG_WARNING,
        "test.event",
        LOG_TEXT("hard", hard),
        LOG_NUMBER("least", INT64_MIN),
        LOG_NUMBER("most", INT64_MAX),
        LOG_TEXT("empty", ""));
    json_t *object = parse_line(line, catch_end(line));
    assert_text(object, "level", "warning");
    assert_text(object, "event", "test.event");
    assert_text(object, "hard", hard);
    assert_text(object, "empty", "");
    assert_true(json_integer_value(json_object_get(object, "least")) == INT64_MIN);
    assert_true(json_integer_value(json_object_get(object, "most")) == INT64_MAX);
    const char *at = json_string_value(json_object_get(object, "at"));
    instant_us instant;
    assert_non_null(at);
    assert_true(instant_parse(at, strlen(at), &instant));
    json_decref(object);
}

/* Bytes that are no UTF-8 still give a line of JSON. */
static void test_broken_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"a\xff\x62",    "a\xef\xbf\xbd\x62"                   },
        {"\xc3",         "\xef\xbf\xbd"                        },
        {"\xe5\x8f",     "\xef\xbf\xbd\xef\xbf\xbd"            },
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc0\x80",     "\xef\xbf\xbd\xef\xbf\xbd"            },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[LINE_SIZE_MAX];
        catch_begin();
        LOG(LOG_ERROR, "test.broken", LOG_TEXT("text", rows[i].text));
        json_t *object = parse_line(line, catch_end(line));
        assert_text(object, "text", rows[i].expected);
        json_decref(object);
    }
}

/* A field too long for the line is left out; those before and after it stay. */
static void test_oversize(void **state)
{
    (void)state;
    char *text = malloc(5001);
    assert_non_null(text);
    for (size_t size = 3900; size <= 5000; size += size < 4100 ? 1 : 300) {
        memset(text, 'x', size);
        text[size] = '\0';
        char line[LINE_SIZE_MAX];
        catch_begin();
        LOG(LOG_INFO,
            "test.long",
            LOG_NUMBER("before", 1),
            LOG_TEXT("long", text),
            LOG_NUMBER("after", 2));
        json_t *object = parse_line(line, catch_end(line));
        assert_int_equal(json_integer_value(json_object_get(object, "before")), 1);
        bool is_dropped = json_object_get(object, "long") == NULL;
        if (is_dropped) {
            assert_int_equal(json_integer_value(json_object_get(object, "after")), 2);
        }
        assert_true(is_dropped || size < 4094);
        assert_true(!is_dropped || size > 3900);
        json_decref(object);
    }
    free(text);
}

static void test_level(void **state)
{
    (void)state;
    char line[LINE_SIZE_MAX];
    catch_begin();
    log_set_level(LOG_ERROR);
    LOG(LOG_WARNING, "test.quiet", LOG_NUMBER("n", 1));
    log_set_level(LOG_INFO);
    LOG(LOG_DEBUG, "test.quieter", LOG_NUMBER("n", 1));
    LOG(LOG_INFO, "test.heard", LOG_NUMBER("n", 1));
    json_t *object = parse_line(line, catch_end(line));
    assert_text(object, "event", "test.heard");
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_broken_text),
        cmocka_unit_test(test_oversize),
        cmocka_unit_test(test_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
