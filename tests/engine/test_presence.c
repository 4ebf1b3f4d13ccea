/* The filter never denies a key it holds, and denies nearly all it does not. */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <string.h>

#include "gateway/engine/presence.h"

enum {
    KEY_COUNT = 50000
};

static uint64_t key_hash(const char *name, int number)
{
    char key[64];
    int size = snprintf(key, sizeof key, "%s/%d", name, number);
    return presence_document_hash(1, key, (size_t)size);
}

static void test_everything_may_exist_before_it_is_complete(void **state)
{
    (void)state;
    struct presence *presence = presence_create(KEY_COUNT);
    assert_true(presence_may_hold(presence, key_hash("never", 1)));
    presence_complete(presence);
    assert_false(presence_may_hold(presence, key_hash("never", 1)));
    presence_destroy(presence);
}

static void test_no_key_is_denied_and_few_are_imagined(void **state)
{
    (void)state;
    struct presence *presence = presence_create(KEY_COUNT);
    presence_complete(presence);
    for (int i = 0; i < KEY_COUNT; i++) {
        presence_add(presence, key_hash("held", i));
    }
    int imagined = 0;
    for (int i = 0; i < KEY_COUNT; i++) {
        assert_true(presence_may_hold(presence, key_hash("held", i)));
        imagined += presence_may_hold(presence, key_hash("other", i)) ? 1 : 0;
    }
    assert_true(imagined < KEY_COUNT / 500);
    presence_destroy(presence);
}

static void test_documents_and_commands_do_not_meet(void **state)
{
    (void)state;
    assert_int_not_equal(presence_document_hash(0, "k", 1), presence_document_hash(1, "k", 1));
    assert_int_not_equal(presence_command_hash(1, "k", 1), presence_command_hash(2, "k", 1));
    assert_int_not_equal(presence_document_hash(1, "k", 1), presence_command_hash(1, "k", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_may_exist_before_it_is_complete),
        cmocka_unit_test(test_no_key_is_denied_and_few_are_imagined),
        cmocka_unit_test(test_documents_and_commands_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
