#include <string.h>

#include "ledger/base/arena.h"
#include "tests/base/check.h"

static void test_full(void **state)
{
    (void)state;
    struct arena arena;
    arena_create(&arena, 64);
    char *first = arena_take(&arena, 1);
    char *second = arena_take(&arena, 40);
    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal((uintptr_t)first % 16, 0);
    assert_int_equal((uintptr_t)second % 16, 0);
    assert_true(second >= first + 1);
    assert_null(arena_take(&arena, 9));
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_take(&arena, SIZE_MAX - 64));
    memset(second, 0x5a, 40);
    arena_reset(&arena);
    char *all = arena_take(&arena, 64);
    assert_non_null(all);
    for (size_t i = 0; i < 64; i++) {
        assert_int_equal(all[i], 0);
    }
    assert_null(arena_take(&arena, 1));
    arena_destroy(&arena);
}

static void test_text(void **state)
{
    (void)state;
    struct arena arena;
    arena_create(&arena, 32);
    static const char source[3] = {'a', 'b', 'c'};
    char *copy = arena_copy_text(&arena, source, sizeof source);
    assert_string_equal(copy, "abc");
    assert_string_equal(arena_copy_text(&arena, NULL, 0), "");
    assert_null(arena_copy_text(&arena, "0123456789abcdef", 16));
    assert_string_equal(copy, "abc");
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
