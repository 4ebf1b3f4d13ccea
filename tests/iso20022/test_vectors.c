/* Documents as banks write them and as the house writes them, and their bad twins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: cmocka.h needs the headers above it */
#include <cmocka.h>
/* clang-format on */

#include "adapters/iso20022/iso20022.h"
#include "tests/vector_file.h"

#define VECTORS "iso20022/vectors/"

enum {
    ARENA_SIZE = 1 << 20,
    TEXT_SIZE = 1 << 16
};

static void
write_or_fail(const char *name, const struct iso20022_document *document, struct writer *writer)
{
    struct xml_fault fault;
    if (!iso20022_write(document, writer, &fault)) {
        fail_msg("%s: written: %s at %s: %s", name, fault.code, fault.element, fault.detail);
    }
}

/* A file without its last line end. */
static struct bytes load_expected(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, VECTORS "expected/%s.xml", name);
    struct bytes bytes = vector_load(path);
    assert_true(bytes.size > 0 && bytes.data[bytes.size - 1] == '\n');
    bytes.size--;
    return bytes;
}

/* good/<name>.xml is read and written as expected/<name>.xml, which comes back as it is. */
static void check_good(const char *name)
{
    static char text[TEXT_SIZE];
    char path[128];
    struct arena arena;
    struct iso20022_document document;
    struct xml_fault fault;
    arena_create(&arena, ARENA_SIZE);
    snprintf(path, sizeof path, VECTORS "good/%s.xml", name);
    struct bytes good = vector_load(path);
    struct bytes expected = load_expected(name);
    struct bytes inputs[] = {good, expected};
    for (size_t i = 0; i < 2; i++) {
        struct writer writer = writer_over(text, sizeof text);
        if (!iso20022_read(inputs[i], &arena, &document, &fault)) {
            fail_msg("%s: %s at %s, line %d: %s",
                     name,
                     fault.code,
                     fault.element,
                     fault.line,
                     fault.detail);
        }
        write_or_fail(name, &document, &writer);
        if (writer.size != expected.size || memcmp(text, expected.data, writer.size) != 0) {
            fail_msg("%s (%zu): got\n%.*s", name, i, (int)writer.size, text);
        }
    }
    vector_release(expected);
    vector_release(good);
    arena_destroy(&arena);
}

static void good_row(char *words[3])
{
    check_good(words[0]);
}

static void test_good_vectors(void **state)
{
    (void)state;
    assert_int_equal(vector_each_row(VECTORS "good.table", good_row), 12);
}

static void check_bad(const char *name, const char *code, const char *element)
{
    char path[128];
    struct arena arena;
    struct iso20022_document document;
    struct iso20022_document empty = {0};
    struct xml_fault fault;
    arena_create(&arena, ARENA_SIZE);
    snprintf(path, sizeof path, VECTORS "bad/%s.xml", name);
    struct bytes xml = vector_load(path);
    if (iso20022_read(xml, &arena, &document, &fault)) {
        fail_msg("%s: accepted", name);
    }
    if (strcmp(code, fault.code) != 0 ||
        strcmp(element, fault.element[0] == '\0' ? "-" : fault.element) != 0) {
        fail_msg("%s: got %s at '%s': %s", name, fault.code, fault.element, fault.detail);
    }
    assert_memory_equal(&document, &empty, sizeof empty);
    vector_release(xml);
    arena_destroy(&arena);
}

static void bad_row(char *words[3])
{
    check_bad(words[0], words[1], words[2]);
}

static void test_bad_vectors(void **state)
{
    (void)state;
    assert_int_equal(vector_each_row(VECTORS "bad.table", bad_row), 181);
}

struct detail_row {
    const char *name;
    const char *detail;
};

/* Where and why, with the numbers, and nothing of a person. */
static const struct detail_row detail_rows[] = {
    {"unbalanced",    "opening 100.00 + entries -112.34 = -12.34, closing -12.35 CNY"             },
    {"count-short",   "3 transactions announced, 2 found"                                         },
    {"total-off",     "total 8502.08, sum of the payments 8502.07 CNY"                            },
    {"currency-gold", "XAU is no currency of ours"                                                },
    {"iban-digits",   "expected: an IBAN with its check digits"                                   },
    {"name-long",     "expected: text of limited length in characters, without control characters"},
    {"amount-comma",
     "expected: an amount > 0 of at most 18 digits, 2 of them decimals, in a currency of ours"    },
};

static void test_fault_details(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof detail_rows / sizeof detail_rows[0]; i++) {
        char path[128];
        struct arena arena;
        struct iso20022_document document;
        struct xml_fault fault;
        arena_create(&arena, ARENA_SIZE);
        snprintf(path, sizeof path, VECTORS "bad/%s.xml", detail_rows[i].name);
        struct bytes xml = vector_load(path);
        assert_false(iso20022_read(xml, &arena, &document, &fault));
        assert_string_equal(fault.detail, detail_rows[i].detail);
        assert_true(fault.line > 1);
        vector_release(xml);
        arena_destroy(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_vectors),
        cmocka_unit_test(test_bad_vectors),
        cmocka_unit_test(test_fault_details),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
