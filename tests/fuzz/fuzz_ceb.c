/* Any bytes as a customs message: accepted or refused with a code, never more than the bounds. */
#include <assert.h>
#include <string.h>

#include "adapters/customs/ceb.h"
#include "tests/fuzz/fuzz.h"

enum {
    ARENA_SIZE = 1 << 20
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
    for (size_t i = 0; i < message.count; i++) {
        switch (message.type) {
        case CEB_621:
            check_inventory((const struct ceb_inventory *)message.nodes + i);
            break;
        case CEB_622:
            check_return((const struct ceb_inventory_return *)message.nodes + i);
            break;
        case CEB_311:
        case CEB_411:
        case CEB_511:
        case CEB_623:
        case CEB_624:
        case CEB_625:
        case CEB_626:
        case CEB_816:
        case CEB_818:
        case CEB_900:
            break;
        }
    }
    return 0;
}
