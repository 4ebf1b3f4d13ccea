/* Every line of the vector tables: bytes of one medium, and what reading them must say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/base/check.h"
#include "tests/records/demonstration.h"

enum {
    LINE_SIZE_MAX = 4096,
    ARENA_SIZE = 1 << 16
};

struct vector {
    char *name;
    char *code;
    char *pointer;
    char *input;
};

static char *part_take(char **rest)
{
    char *part = *rest;
    char *end = strstr(part, " | ");
    if (end == NULL) {
        *rest = part + strlen(part);
    } else {
        *end = '\0';
        *rest = end + 3;
    }
    return part;
}

static struct bytes exact_bytes(const void *data, size_t size)
{
    return (struct bytes){(const uint8_t *)exact_copy(data, size), size};
}

static unsigned hex_digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static struct bytes from_hex(const char *hex)
{
    uint8_t bytes[LINE_SIZE_MAX];
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
    return exact_bytes(bytes, size);
}

static bool is_zeroed(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void
written_is_input(enum media media, const struct demonstration *value, struct bytes input)
{
    uint8_t space[LINE_SIZE_MAX];
    struct writer writer = writer_over(space, sizeof space);
    record_write(&demonstration_record, media, RECORD_WHOLE, value, &writer);
    assert_false(writer.has_failed);
    assert_int_equal(writer.size, input.size);
    assert_memory_equal(writer.data, input.data, input.size);
}

static void check(enum media media, const struct vector *vector, struct bytes input)
{
    struct arena arena;
    struct demonstration value;
    struct record_fault fault = {.code = ""};
    arena_create(&arena, ARENA_SIZE);
    memset(&value, 0x5a, sizeof value);
    bool is_read = record_read(&demonstration_record, media, input, &arena, &value, &fault);
    const char *code = is_read ? "ok" : fault.code;
    if (strcmp(code, vector->code) != 0 || strcmp(fault.pointer, vector->pointer) != 0) {
        fail_msg("%s: expected %s at \"%s\", got %s at \"%s\" (%s)",
                 vector->name,
                 vector->code,
                 vector->pointer,
                 code,
                 fault.pointer,
                 fault.detail);
    }
    if (!is_read) {
        assert_true(is_zeroed(&value, sizeof value));
        assert_true(strlen(fault.detail) > 0);
    } else if (media == MEDIA_CBOR) {
        written_is_input(media, &value, input);
    }
    arena_destroy(&arena);
}

static size_t table_run(const char *path, enum media media)
{
    char line[LINE_SIZE_MAX];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#') {
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        char *rest = line;
        struct vector vector = {0};
        vector.name = part_take(&rest);
        vector.code = part_take(&rest);
        vector.pointer = part_take(&rest);
        vector.input = rest;
        bool is_hex = media == MEDIA_CBOR || strncmp(rest, "hex:", 4) == 0;
        struct bytes input = is_hex ? from_hex(media == MEDIA_CBOR ? rest : rest + 4)

                                    : exact_bytes(rest, strlen(rest));
        check(media, &vector, input);
        free((void *)(uintptr_t)input.data);
        count++;
    }
    fclose(file);
    return count;
}

static void json_vectors(void **state)
{
    (void)state;
    assert_true(table_run(TESTS_DIR "/records/vectors/json.table", MEDIA_JSON) > 90);
}

static void cbor_vectors(void **state)
{
    (void)state;
    assert_true(table_run(TESTS_DIR "/records/vectors/cbor.table", MEDIA_CBOR) > 110);
}

/* `count` times `head`, which opens one level each. */
static void deep(enum media media, const char *head, size_t count, const char *code)
{
    size_t size = count * strlen(head);
    char *input = malloc(size);
    assert_non_null(input);
    struct writer writer = writer_over(input, size);
    for (size_t i = 0; i < count; i++) {
        write_text(&writer, head);
    }
    struct vector vector = {.name = "deep", .code = (char[]){"too_deep"}, .pointer = (char[]){""}};
    struct bytes bytes = {writer.data, writer.size};
    assert_string_equal(code, vector.code);
    check(media, &vector, bytes);
    free(input);
}

static void deep_json(void **state)
{
    (void)state;
    deep(MEDIA_JSON, "[", 100000, "too_deep");
    deep(MEDIA_JSON, "{\"a\":", 100000, "too_deep");
}

/* A top level that is no map is refused at once, so the depth is hung into a field. */
static void deep_cbor(void **state)
{
    (void)state;
    enum {
        DEPTH = 100000,
        PREFIX_SIZE = 7
    };
    static const char *const heads[] = {"\x81", "\xc1", "\xa1"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        uint8_t *input = malloc(PREFIX_SIZE + DEPTH);
        assert_non_null(input);
        memcpy(input, "\xa1\x65lines", PREFIX_SIZE);
        memset(input + PREFIX_SIZE, (uint8_t)heads[i][0], DEPTH);
        struct arena arena;
        struct demonstration value;
        struct record_fault fault;
        arena_create(&arena, ARENA_SIZE);
        assert_false(record_read(&demonstration_record,
                                 MEDIA_CBOR,
                                 (struct bytes){input, PREFIX_SIZE + DEPTH},
                                 &arena,
                                 &value,
                                 &fault));
        assert_string_equal(fault.code, "type");
        /* Nothing but the one list item asked for was taken. */
        assert_true(arena.used <= 1024);
        arena_destroy(&arena);
        free(input);
    }
}

static void many_containers(void **state)
{
    (void)state;
    enum {
        COUNT = 70000
    };
    size_t size = 3 * (size_t)COUNT + 2;
    char *input = malloc(size);
    assert_non_null(input);
    struct writer writer = writer_over(input, size);
    write_text(&writer, "[");
    for (size_t i = 0; i < COUNT; i++) {
        write_text(&writer, i == 0 ? "[]" : ",[]");
    }
    write_text(&writer, "]");
    struct vector vector = {.name = "many", .code = (char[]){"too_large"}, .pointer = (char[]){""}};
    check(MEDIA_JSON, &vector, (struct bytes){writer.data, writer.size});
    free(input);
}

/* Lengths that promise gigabytes take nothing from the arena. */
static void giant_takes_nothing(void **state)
{
    (void)state;
    static const char *const inputs[] = {"\x9a\x08\x00\x00\x00",
                                         "\xba\x08\x00\x00\x00",
                                         "\x5a\x7f\xff\xff\xff",
                                         "\xa1\x65lines\x9a\x08\x00\x00\x00",
                                         "\xa1\x65stamp\x5a\x08\x00\x00\x00"};
    static const size_t sizes[] = {5, 5, 5, 12, 12};
    for (size_t i = 0; i < 5; i++) {
        struct arena arena;
        struct demonstration value;
        struct record_fault fault;
        arena_create(&arena, ARENA_SIZE);
        struct bytes input = exact_bytes(inputs[i], sizes[i]);
        assert_false(record_read(&demonstration_record, MEDIA_CBOR, input, &arena, &value, &fault));
        assert_string_equal(fault.code, "malformed");
        assert_int_equal(arena.used, 0);
        free((void *)(uintptr_t)input.data);
        arena_destroy(&arena);
    }
}

static void small_arena(void **state)
{
    (void)state;
    static const char input[] = "{\"id\":\"A1\",\"lines\":[{\"goods\":\"a\"}]}";
    struct arena arena;
    struct demonstration value;
    struct record_fault fault;
    arena_create(&arena, 16);
    assert_false(record_read(&demonstration_record,
                             MEDIA_JSON,
                             (struct bytes){(const uint8_t *)input, sizeof input - 1},
                             &arena,
                             &value,
                             &fault));
    assert_string_equal(fault.code, "too_large");
    assert_string_equal(fault.pointer, "/lines");
    arena_destroy(&arena);
}

/* No fault repeats what stood in a personal or secret field. */
static void faults_are_silent(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "{\"buyer\":\"WANGFANG\\u0001\"}",
        "{\"holder\":{\"id_number\":\"WANG FANG\"}}",
        "{\"password\":\"WANGFANGWANGFANGWANGFANGWANGFANGWANGFANG\"}",
        "{\"holder\":{\"name\":WANGFANG}}",
        "{\"WANG.FANG\":1}",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct arena arena;
        struct demonstration value;
        struct record_fault fault;
        arena_create(&arena, ARENA_SIZE);
        assert_false(record_read(&demonstration_record,
                                 MEDIA_JSON,
                                 (struct bytes){(const uint8_t *)inputs[i], strlen(inputs[i])},
                                 &arena,
                                 &value,
                                 &fault));
        assert_null(strstr(fault.detail, "WANG"));
        assert_null(strstr(fault.pointer, "WANG"));
        arena_destroy(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_vectors),
        cmocka_unit_test(cbor_vectors),
        cmocka_unit_test(deep_json),
        cmocka_unit_test(deep_cbor),
        cmocka_unit_test(many_containers),
        cmocka_unit_test(giant_takes_nothing),
        cmocka_unit_test(small_arena),
        cmocka_unit_test(faults_are_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
