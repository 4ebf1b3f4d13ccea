/* Envelopes through dxp_read and dxp_write: vectors with bad twins, and what is written is read. */
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

#include "adapters/customs/dxp.h"
#include "tests/customs/ceb_dump.h"
#include "tests/customs/schema.h"
#include "tests/vector_file.h"

#define VECTORS "customs/vectors/dxp/"

enum {
    ARENA_SIZE = 1 << 20,
    ENVELOPE_SIZE = 1 << 16
};

static void check_meaning(const char *name, struct bytes data, const char *meaning)
{
    static struct ceb_dump dump;
    char path[128];
    struct arena arena;
    struct ceb_message message;
    struct ceb_fault fault;
    arena_create(&arena, ARENA_SIZE);
    if (!ceb_read(data, &arena, &message, &fault)) {
        fail_msg("%s: %s %s", name, fault.code, fault.element);
    }
    ceb_dump(&dump, &message);
    (void)snprintf(path, sizeof path, "customs/vectors/expected/%s.txt", meaning);
    struct bytes expected = vector_load(path);
    assert_int_equal(expected.size, dump.size);
    assert_memory_equal(expected.data, dump.text, dump.size);
    vector_release(expected);
    arena_destroy(&arena);
}

static void good_row(char *words[3])
{
    char path[128];
    struct arena arena;
    struct dxp_message message;
    struct ceb_fault fault;
    arena_create(&arena, ARENA_SIZE);
    (void)snprintf(path, sizeof path, VECTORS "good/%s.xml", words[0]);
    struct bytes xml = vector_load(path);
    assert_true(dxp_is_envelope(xml));
    if (!dxp_read(xml, &arena, &message, &fault)) {
        fail_msg("%s: %s %s: %s", words[0], fault.code, fault.element, fault.detail);
    }
    assert_string_equal(message.message_id, "0F0E0D0C-1111-4222-8333-0000000000FE");
    assert_string_equal(message.message_type, words[1]);
    assert_string_equal(message.receiver_ids[0], "DXPENT0000000042");
    check_meaning(words[0], message.data, words[2]);
    vector_release(xml);
    arena_destroy(&arena);
}

static void bad_row(char *words[3])
{
    char path[128];
    struct arena arena;
    struct dxp_message message;
    struct ceb_fault fault;
    arena_create(&arena, ARENA_SIZE);
    (void)snprintf(path, sizeof path, VECTORS "bad/%s.xml", words[0]);
    struct bytes xml = vector_load(path);
    if (dxp_read(xml, &arena, &message, &fault)) {
        fail_msg("%s: accepted", words[0]);
    }
    if (strcmp(words[1], fault.code) != 0 ||
        strcmp(words[2], fault.element[0] == '\0' ? "-" : fault.element) != 0) {
        fail_msg("%s: got %s at '%s': %s", words[0], fault.code, fault.element, fault.detail);
    }
    assert_int_equal(message.data.size, 0);
    vector_release(xml);
    arena_destroy(&arena);
}

static void test_good_vectors(void **state)
{
    (void)state;
    assert_int_equal(vector_each_row(VECTORS "good.table", good_row), 6);
}

static void test_bad_vectors(void **state)
{
    (void)state;
    assert_int_equal(vector_each_row(VECTORS "bad.table", bad_row), 41);
}

/* What is no envelope, or no XML, is not taken for one. */
static void test_other_roots(void **state)
{
    (void)state;
    static const char *const others[] = {
        "", "x", "<CEB816Message/>", "<DxpRep/>", "<!DOCTYPE DxpMsg><DxpMsg/>", "<DxpMsgs/>"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(
            dxp_is_envelope((struct bytes){(const uint8_t *)others[i], strlen(others[i])}));
    }
    assert_true(dxp_is_envelope((struct bytes){(const uint8_t *)"<DxpMsg>", 8}));
}

static void check_written(struct schema *schema, size_t padding)
{
    char data[256];
    static uint8_t out[ENVELOPE_SIZE];
    struct arena arena;
    struct dxp_message again;
    struct ceb_fault fault;
    (void)snprintf(data, sizeof data, "<CEB816Message>%*s</CEB816Message>", (int)padding, "x");
    struct dxp_message message = {
        .message_id = "a <message> & more",
        .sender_id = "DXPENT0000000042",
        .receiver_ids = {"DXPEDCCEB0000002",    "DXPEDCCEB0000003"},
        .receiver_count = 2,
        .created_at = "2027-03-05T15:31:01",
        .message_type = "CEB816Message",
        .data = {(const uint8_t *)data, strlen(data)      },
    };
    struct writer writer = writer_over(out, sizeof out);
    dxp_write(&message, &writer);
    assert_false(writer.has_failed);
    struct bytes xml = {out, writer.size};
    assert_true(schema_is_met(schema, xml));
    arena_create(&arena, ARENA_SIZE);
    if (!dxp_read(xml, &arena, &again, &fault)) {
        fail_msg("%s %s", fault.code, fault.element);
    }
    assert_string_equal(again.message_id, message.message_id);
    assert_string_equal(again.receiver_ids[1], message.receiver_ids[1]);
    assert_int_equal(again.receiver_count, 2);
    assert_int_equal(again.data.size, message.data.size);
    assert_memory_equal(again.data.data, message.data.data, message.data.size);
    struct writer small = writer_over(out, writer.size - 1);
    dxp_write(&message, &small);
    assert_true(small.has_failed);
    arena_destroy(&arena);
}

static void test_written_is_read(void **state)
{
    (void)state;
    struct schema *schema = schema_open("dxp-202205.xsd");
    for (size_t padding = 1; padding <= 7; padding++) {
        check_written(schema, padding);
    }
    schema_close(schema);
}

/* Data that decodes to more than a message may be. */
static void test_data_too_large(void **state)
{
    (void)state;
    static const char head[] =
        "<DxpMsg><TransInfo><CopMsgId>1</CopMsgId><SenderId>1</SenderId><ReceiverIds><ReceiverId>1"
        "</ReceiverId></ReceiverIds><CreatTime>2027-03-05T15:31:01</CreatTime><MsgType>x</MsgType>"
        "</TransInfo><Data>";
    size_t digits = ((size_t)CEB_MESSAGE_SIZE_MAX / 3 + 1) * 4;
    size_t size = sizeof head - 1 + digits;
    uint8_t *xml = malloc(size);
    struct arena arena;
    struct dxp_message message;
    struct ceb_fault fault;
    assert_non_null(xml);
    memcpy(xml, head, sizeof head - 1);
    memset(xml + sizeof head - 1, 'A', digits);
    arena_create(&arena, CEB_MESSAGE_SIZE_MAX);
    assert_false(dxp_read((struct bytes){xml, size}, &arena, &message, &fault));
    assert_string_equal(fault.code, "too_large");
    arena_destroy(&arena);
    arena_create(&arena, 1024);
    assert_false(dxp_read((struct bytes){xml, size}, &arena, &message, &fault));
    assert_string_equal(fault.code, "too_large");
    arena_destroy(&arena);
    free(xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_vectors),
        cmocka_unit_test(test_bad_vectors),
        cmocka_unit_test(test_other_roots),
        cmocka_unit_test(test_written_is_read),
        cmocka_unit_test(test_data_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
