/* CEB messages through ceb_read: byte vectors with bad twins, and the bounds. */
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

#include "adapters/customs/ceb.h"
#include "tests/customs/ceb_dump.h"
#include "tests/vector_file.h"

#define VECTORS "customs/vectors/"

enum {
    ARENA_SIZE = 1 << 20
};

static void check_good(const char *name, const char *meaning)
{
    static struct ceb_dump dump;
    char path[128];
    struct arena arena;
    struct ceb_message message;
    struct ceb_fault fault;
    arena_create(&arena, ARENA_SIZE);
    snprintf(path, sizeof path, VECTORS "good/%s.xml", name);
    struct bytes xml = vector_load(path);
    if (!ceb_read(xml, &arena, &message, &fault)) {
        fail_msg(
            "%s: %s %s line %d: %s", name, fault.code, fault.element, fault.line, fault.detail);
    }
    ceb_dump(&dump, &message);
    snprintf(path, sizeof path, VECTORS "expected/%s.txt", meaning);
    struct bytes expected = vector_load(path);
    if (expected.size != dump.size || memcmp(expected.data, dump.text, dump.size) != 0) {
        fail_msg("%s: expected\n%.*s\ngot\n%s",
                 name,
                 (int)expected.size,
                 (const char *)expected.data,
                 dump.text);
    }
    vector_release(expected);
    vector_release(xml);
    arena_destroy(&arena);
}

static void check_bad(const char *name, const char *code, const char *element)
{
    char path[128];
    struct arena arena;
    struct ceb_message message;
    struct ceb_fault fault;
    arena_create(&arena, ARENA_SIZE);
    snprintf(path, sizeof path, VECTORS "bad/%s.xml", name);
    struct bytes xml = vector_load(path);
    if (ceb_read(xml, &arena, &message, &fault)) {
        fail_msg("%s: accepted", name);
    }
    if (strcmp(code, fault.code) != 0 ||
        strcmp(element, fault.element[0] == '\0' ? "-" : fault.element) != 0) {
        fail_msg("%s: got %s at '%s': %s", name, fault.code, fault.element, fault.detail);
    }
    assert_true(fault.line > 0);
    assert_int_equal(message.count, 0);
    assert_null(message.nodes);
    vector_release(xml);
    arena_destroy(&arena);
}

static void good_row(char *words[3])
{
    check_good(words[0], words[1]);
}

static void bad_row(char *words[3])
{
    check_bad(words[0], words[1], words[2]);
}

static void test_good_vectors(void **state)
{
    (void)state;
    assert_int_equal(vector_each_row(VECTORS "good.table", good_row), 38);
}

static void test_bad_vectors(void **state)
{
    (void)state;
    assert_int_equal(vector_each_row(VECTORS "bad.table", bad_row), 120);
}

/* A fault tells where and why, and repeats nothing of a person. */
static void test_fault_hides_values(void **state)
{
    (void)state;
    struct arena arena;
    struct ceb_message message;
    struct ceb_fault fault;
    arena_create(&arena, ARENA_SIZE);
    struct bytes xml = vector_load(VECTORS "bad/buyer-name-long.xml");
    assert_false(ceb_read(xml, &arena, &message, &fault));
    assert_int_equal(fault.line, 29);
    assert_string_equal(fault.detail, "length in characters");
    vector_release(xml);
    arena_destroy(&arena);
}

#define OPEN_622 "<CEB622Message xmlns=\"http://www.chinaport.gov.cn/ceb\">"
#define RETURN                                                                                     \
    "<InventoryReturn><copNo>K1</copNo><returnStatus>120</returnStatus>"                           \
    "<returnTime>20270305143015250</returnTime></InventoryReturn>"
#define OPEN_621                                                                                   \
    "<CEB621Message xmlns=\"http://www.chinaport.gov.cn/ceb\"><Inventory><InventoryHead>"          \
    "<appType>1</appType><appTime>20270305083000</appTime><orderNo>o</orderNo><ebpCode>p</"        \
    "ebpCode>"                                                                                     \
    "<ebcCode>c</ebcCode><logisticsCode>l</logisticsCode><logisticsNo>n</logisticsNo>"             \
    "<agentCode>a</agentCode><assureCode>a</assureCode><customsCode>0609</customsCode>"            \
    "<tradeMode>1210</tradeMode><buyerIdNumber>1</buyerIdNumber><buyerName>b</buyerName>"          \
    "<buyerTelephone>1</buyerTelephone><consigneeAddress>x</consigneeAddress>"                     \
    "<declTime>20270305</declTime><freight>0</freight><insuredFee>0</insuredFee></InventoryHead>"
#define LINE                                                                                       \
    "<InventoryList><gnum>1</gnum><gcode>0402210000</gcode><qty>1</qty><totalPrice>1</totalPrice>" \
    "</InventoryList>"

/* open, `count` times `part`, close: read in a block of exactly that size. */
static bool read_repeated(const char *open,
                          const char *part,
                          size_t count,
                          const char *close,
                          size_t arena_size,
                          struct ceb_message *message_out,
                          struct ceb_fault *fault_out)
{
    struct arena arena;
    size_t size = strlen(open) + count * strlen(part) + strlen(close);
    char *xml = malloc(size + 1);
    assert_non_null(xml);
    char *end = stpcpy(xml, open);
    for (size_t i = 0; i < count; i++) {
        end = stpcpy(end, part);
    }
    stpcpy(end, close);
    xml = realloc(xml, size == 0 ? 1 : size);
    assert_non_null(xml);
    arena_create(&arena, arena_size);
    bool is_read = ceb_read((struct bytes){(uint8_t *)xml, size}, &arena, message_out, fault_out);
    arena_destroy(&arena);
    free(xml);
    return is_read;
}

struct bound_row {
    const char *open;
    const char *part;
    size_t count;
    const char *close;
    size_t arena_size;
    const char *code; /* NULL: accepted */
};

static const struct bound_row bound_rows[] = {
    {OPEN_622,                            RETURN, 100,                  "</CEB622Message>",             ARENA_SIZE,                        NULL       },
    {OPEN_622,                            RETURN, 101,                  "</CEB622Message>",             ARENA_SIZE,                        "too_many" },
    {OPEN_622,                            RETURN, 100,                  "</CEB622Message>",             4096,                              "too_large"},
    {OPEN_621,                            LINE,   99,                   "</Inventory></CEB621Message>", ARENA_SIZE,                        NULL       },
    {OPEN_621,                            LINE,   100,                  "</Inventory></CEB621Message>", ARENA_SIZE,                        "too_many" },
    {OPEN_621,
     LINE,                                        99,
     "</Inventory></CEB621Message>",                                                                    sizeof(struct ceb_inventory) + 64,
     "too_large"                                                                                                                                      },
    {OPEN_622 RETURN "<x>",               "<x>",  14,                   "",                             ARENA_SIZE,                        "malformed"},
    {OPEN_622 RETURN "<x>",               "<x>",  15,                   "",                             ARENA_SIZE,                        "too_deep" },
    {OPEN_622 RETURN "<x>",               "<x>",  100000,               "",                             ARENA_SIZE,                        "too_deep" },
    {OPEN_622 RETURN "<ExtendMessage>",
     "<a/>",                                      500000,
     "</ExtendMessage></CEB622Message>",                                                                ARENA_SIZE,
     NULL                                                                                                                                             },
    {OPEN_622 RETURN,                     " ",    CEB_MESSAGE_SIZE_MAX, "</CEB622Message>",             ARENA_SIZE,                        "too_large"},
    {"",                                  "",     0,                    "",                             ARENA_SIZE,                        "malformed"},
    {"<",                                 "",     0,                    "",                             ARENA_SIZE,                        "malformed"},
    {OPEN_622 "<InventoryReturn><copNo>",
     " ",                                         100000,
     "K</copNo><returnStatus>1</returnStatus><returnTime>20270305143015250</returnTime></"
     "InventoryReturn></CEB622Message>",                                                                ARENA_SIZE,
     NULL                                                                                                                                             },
};

static void test_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bound_rows / sizeof bound_rows[0]; i++) {
        const struct bound_row *row = &bound_rows[i];
        struct ceb_message message;
        struct ceb_fault fault;
        bool is_read = read_repeated(
            row->open, row->part, row->count, row->close, row->arena_size, &message, &fault);
        if (is_read != (row->code == NULL) || (!is_read && strcmp(fault.code, row->code) != 0)) {
            fail_msg("row %zu: '%s' at '%s': %s", i, fault.code, fault.element, fault.detail);
        }
    }
}

/* Every cut of a good message is refused, and no cut is read past its end. */
static void test_every_cut_is_refused(void **state)
{
    (void)state;
    struct bytes whole = vector_load(VECTORS "good/621-prefix.xml");
    struct arena arena;
    arena_create(&arena, ARENA_SIZE);
    size_t end = whole.size;
    while (whole.data[end - 1] != '>') {
        end--;
    }
    for (size_t size = 0; size < end; size++) {
        uint8_t *cut = malloc(size == 0 ? 1 : size);
        struct ceb_message message;
        struct ceb_fault fault;
        assert_non_null(cut);
        memcpy(cut, whole.data, size);
        arena_reset(&arena);
        assert_false(ceb_read((struct bytes){cut, size}, &arena, &message, &fault));
        assert_true(fault.code[0] != '\0' && message.count == 0);
        free(cut);
    }
    arena_destroy(&arena);
    vector_release(whole);
}

struct time_row {
    const char *text;
    const char *instant; /* NULL: not a time */
};

static const struct time_row time_rows[] = {
    {"20270305143015250",  "2027-03-05T06:30:15.250000Z"},
    {"20270305083000",     "2027-03-05T00:30:00.000000Z"},
    {"20270305000000000",  "2027-03-04T16:00:00.000000Z"},
    {"20280229235959999",  "2028-02-29T15:59:59.999000Z"},
    {"20270229000000000",  NULL                         },
    {"20270305240000000",  NULL                         },
    {"20270305236000000",  NULL                         },
    {"20270305235960000",  NULL                         },
    {"2027030514301525",   NULL                         },
    {"202703051430152500", NULL                         },
    {"2027030514301525x",  NULL                         },
    {"20270305",           NULL                         },
    {"",                   NULL                         },
};

static void test_times(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof time_rows / sizeof time_rows[0]; i++) {
        const struct time_row *row = &time_rows[i];
        instant_us at = 0;
        char text[INSTANT_TEXT_SIZE];
        if (ceb_time_parse(row->text, &at) != (row->instant != NULL)) {
            fail_msg("%s", row->text);
        }
        if (row->instant != NULL) {
            instant_format(at, text);
            assert_string_equal(text, row->instant);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_vectors),
        cmocka_unit_test(test_bad_vectors),
        cmocka_unit_test(test_fault_hides_values),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
