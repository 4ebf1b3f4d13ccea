#include <stdlib.h>
#include <string.h>

#include "ledger/base/bytes.h"
#include "tests/base/check.h"

static const uint8_t wire[] = {
    0x01,
    0x02,
    0x03,
    0xde,
    0xad,
    0xbe,
    0xef,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    'a',
    'b',
    'c',
};

static struct writer write_all(uint8_t *memory, size_t capacity)
{
    struct writer writer = writer_over(memory, capacity);
    write_u8(&writer, 0x01);
    write_u16(&writer, 0x0203);
    write_u32(&writer, 0xdeadbeef);
    write_u64(&writer, UINT64_C(0x0102030405060708));
    write_text(&writer, "abc");
    return writer;
}

/* Every capacity: full is success, one byte less is a sticky failure without an overrun. */
static void test_write(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity <= sizeof wire; capacity++) {
        uint8_t *memory = malloc(capacity == 0 ? 1 : capacity);
        assert_non_null(memory);
        struct writer writer = write_all(memory, capacity);
        assert_int_equal(writer.has_failed, capacity < sizeof wire);
        assert_true(writer.size <= capacity);
        assert_memory_equal(memory, wire, writer.size);
        size_t size = writer.size;
        if (writer.has_failed) {
            write_bytes(&writer, "", 0);
            write_u8(&writer, 9);
            assert_int_equal(writer.size, size);
            assert_true(writer.has_failed);
        }
        free(memory);
    }
}

static void test_read(void **state)
{
    (void)state;
    for (size_t size = 0; size <= sizeof wire; size++) {
        uint8_t *memory = malloc(size == 0 ? 1 : size);
        assert_non_null(memory);
        memcpy(memory, wire, size);
        struct reader reader = reader_over(memory, size);
        assert_int_equal(read_u8(&reader), size >= 1 ? 0x01 : 0);
        assert_int_equal(read_u16(&reader), size >= 3 ? 0x0203 : 0);
        assert_int_equal(read_u32(&reader), size >= 7 ? 0xdeadbeef : 0);
        assert_true(read_u64(&reader) == (size >= 15 ? UINT64_C(0x0102030405060708) : 0));
        const uint8_t *text = read_bytes(&reader, 3);
        assert_int_equal(reader.has_failed, size < sizeof wire);
        assert_int_equal(text == NULL, size < sizeof wire);
        if (text != NULL) {
            assert_memory_equal(text, "abc", 3);
            assert_int_equal(reader.at, sizeof wire);
        }
        free(memory);
    }
}

/* A size chosen to wrap around must fail like any other that is too large. */
static void test_huge_size(void **state)
{
    (void)state;
    uint8_t memory[8] = {0};
    struct writer writer = writer_over(memory, sizeof memory);
    write_u8(&writer, 1);
    write_bytes(&writer, memory, SIZE_MAX);
    assert_true(writer.has_failed);
    assert_int_equal(writer.size, 1);
    struct reader reader = reader_over(memory, sizeof memory);
    read_u8(&reader);
    assert_null(read_bytes(&reader, SIZE_MAX));
    assert_true(reader.has_failed);
    assert_null(read_bytes(&reader, 1));
    assert_int_equal(reader.at, 1);
}

static void test_empty(void **state)
{
    (void)state;
    struct reader reader = reader_over(NULL, 0);
    struct writer writer = writer_over(NULL, 0);
    write_bytes(&writer, NULL, 0);
    assert_false(writer.has_failed);
    write_u8(&writer, 1);
    assert_true(writer.has_failed);
    assert_int_equal(read_u16(&reader), 0);
    assert_true(reader.has_failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_huge_size),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
