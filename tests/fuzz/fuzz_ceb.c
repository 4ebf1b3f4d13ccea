/* Any bytes as a customs message: accepted or refused with a code, never more than the bounds. */
#include <assert.h>
#include <string.h>

#include "tests/customs/ceb_random.h"
#include "tests/fuzz/fuzz.h"

enum {
    ARENA_SIZE = 1 << 20,
    VALUE_SIZE_MAX = 1 << 18
};

static void check_inventory(const struct ceb_inventory *inventory)
{
    assert(inventory->line_count >= 1 && inventory->line_count <= CEB_LINE_COUNT_MAX);
    assert(inventory->freight >= 0 && inventory->insured_fee >= 0);
    assert(inventory->order_no[0] != '\0' && inventory->assure_code[0] != '\0');
    for (size_t i = 0; i < inventory->line_count; i++) {
        assert(inventory->lines[i].gnum >= 1 && inventory->lines[i].total_price >= 0);
        assert(strlen(inventory->lines[i].gcode) == 10);
    }
}

static void check_return(const struct ceb_inventory_return *receipt)
{
    instant_us at;
    assert(receipt->cop_no[0] != '\0' && receipt->return_status[0] != '\0');
    bool is_time = ceb_time_parse(receipt->return_time, &at);
    assert(is_time);
}

/* What was read can be written, unless that is too large, and means the same. */
static void check_again(const struct ceb_message *message, enum ceb_form form)
{
    static uint8_t out[CEB_MESSAGE_SIZE_MAX];
    static struct arena arena;
    const struct ceb_transfer transfer = {.guid = "", .cop_code = "", .cop_name = "", .dxp_id = ""};
    struct ceb_message again;
    struct ceb_fault fault;
    struct writer writer = writer_over(out, sizeof out);
    if (arena.block == NULL) {
        arena_create(&arena, ARENA_SIZE);
    }
    arena_reset(&arena);
    ceb_write(message, &transfer, form, &writer);
    if (writer.has_failed) {
        assert(writer.size + VALUE_SIZE_MAX > sizeof out);
        return;
    }
    bool is_read = ceb_read((struct bytes){out, writer.size}, &arena, &again, &fault);
    assert(is_read && ceb_difference(message, &again) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena;
    struct ceb_message message;
    struct ceb_fault fault;
    if (arena.block == NULL) {
        arena_create(&arena, ARENA_SIZE);
    }
    arena_reset(&arena);
    if (!ceb_read((struct bytes){data, size}, &arena, &message, &fault)) {
        assert(fault.code[0] != '\0' && message.count == 0);
        return 0;
    }
    assert(message.count >= 1 && message.count <= CEB_TAX_COUNT_MAX);
    if (message.type == CEB_621) {
        check_inventory(message.nodes);
    } else if (message.type == CEB_622) {
        check_return(message.nodes);
    }
    check_again(&message, CEB_FORM_DEFAULT);
    check_again(&message, CEB_FORM_PREFIX);
    return 0;
}
