/* Random operations on the table against a plain list of pairs. The seed is printed or given. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/base/hash.h"
#include "ledger/base/map.h"
#include "tests/base/check.h"

enum {
    PAIR_COUNT_MAX = 600,
    STEP_COUNT = 200000
};

struct pair {
    uint64_t hash;
    uint32_t value;
};

static uint64_t random_state;

static uint64_t random_next(void)
{
    return hash_u64(random_state++);
}

/* How hashes are drawn: spread, few and repeated, or crowded around the end of the table. */
static uint64_t draw_hash(unsigned style)
{
    uint64_t draw = random_next();
    switch (style) {
    case 0:
        return draw;
    case 1:
        return hash_u64(draw % 40);
    default:
        return UINT64_MAX - 3 + draw % 8;
    }
}

static bool has_pair(const struct pair *pairs, size_t count, uint64_t hash, uint32_t value)
{
    for (size_t i = 0; i < count; i++) {
        if (pairs[i].hash == hash && pairs[i].value == value) {
            return true;
        }
    }
    return false;
}

/* The walk under `hash` meets each of its pairs once and nothing else. */
static void check_hash(const struct map *map, const struct pair *pairs, size_t count, uint64_t hash)
{
    size_t expected = 0;
    for (size_t i = 0; i < count; i++) {
        expected += pairs[i].hash == hash;
    }
    size_t met = 0;
    size_t cursor;
    uint32_t value = map_first(map, hash, &cursor);
    for (; value != MAP_NONE; value = map_next(map, hash, &cursor)) {
        assert_true(has_pair(pairs, count, hash, value));
        met++;
    }
    assert_int_equal(met, expected);
}

static void run(unsigned style, size_t pair_count_max)
{
    static struct pair pairs[PAIR_COUNT_MAX];
    size_t count = 0;
    struct map map;
    map_create(&map, 4);
    for (uint32_t step = 0; step < STEP_COUNT; step++) {
        bool is_put = count == 0 || (count < pair_count_max && random_next() % 100 < 52);
        uint64_t hash = draw_hash(style);
        if (is_put) {
            map_put(&map, hash, step);
            pairs[count++] = (struct pair){hash, step};
        } else {
            size_t at = random_next() % count;
            hash = pairs[at].hash;
            map_remove(&map, hash, pairs[at].value);
            pairs[at] = pairs[--count];
        }
        assert_int_equal(map.count, count);
        check_hash(&map, pairs, count, hash);
        check_hash(&map, pairs, count, draw_hash(style));
    }
    for (size_t i = 0; i < count; i++) {
        check_hash(&map, pairs, count, pairs[i].hash);
    }
    map_destroy(&map);
}

static void test_spread(void **state)
{
    (void)state;
    run(0, PAIR_COUNT_MAX);
}

static void test_repeated(void **state)
{
    (void)state;
    run(1, 200);
}

static void test_crowded(void **state)
{
    (void)state;
    run(2, 60);
}

/* A map made for n values never moves while it holds at most n: the book relies on it. */
static void test_capacity(void **state)
{
    (void)state;
    static const size_t capacities[] = {0, 1, 7, 8, 9, 100, 4096};
    for (size_t i = 0; i < sizeof capacities / sizeof capacities[0]; i++) {
        struct map map;
        map_create(&map, capacities[i]);
        const uint32_t *before = map.values;
        for (uint32_t value = 0; value < capacities[i]; value++) {
            map_put(&map, hash_u64(value), value);
        }
        assert_ptr_equal(map.values, before);
        map_destroy(&map);
    }
}

int main(int argc, char **argv)
{
    random_state = argc > 1 ? strtoull(argv[1], NULL, 10) : 20260101;
    printf("seed %llu\n", (unsigned long long)random_state);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_crowded),
        cmocka_unit_test(test_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
