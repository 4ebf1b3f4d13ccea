/* Any bytes as an envelope: refused with a code, or the same when written and read again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/customs/dxp.h"
#include "tests/fuzz/fuzz.h"

enum {
    ARENA_SIZE = 1 << 20,
    OUT_SIZE = 4 << 20
};

static void check_again(const struct dxp_message *message, struct arena *arena)
{
    static uint8_t out[OUT_SIZE];
    struct dxp_message again;
    struct ceb_fault fault;
    struct writer writer = writer_over(out, sizeof out);
    dxp_write(message, &writer);
    assert(!writer.has_failed);
    bool is_read = dxp_read((struct bytes){out, writer.size}, arena, &again, &fault);
    assert(is_read);
    assert(strcmp(message->message_id, again.message_id) == 0);
    assert(strcmp(message->sender_id, again.sender_id) == 0);
    assert(strcmp(message->created_at, again.created_at) == 0);
    assert(message->receiver_count == again.receiver_count);
    assert(memcmp(message->receiver_ids, again.receiver_ids, sizeof again.receiver_ids) == 0);
    assert(message->data.size == again.data.size);
    assert(memcmp(message->data.data, again.data.data, again.data.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena;
    struct dxp_message message;
    struct ceb_fault fault;
    if (arena.block == NULL) {
        arena_create(&arena, ARENA_SIZE);
    }
    arena_reset(&arena);
    if (!dxp_read((struct bytes){data, size}, &arena, &message, &fault)) {
        assert(fault.code[0] != '\0' && message.data.size == 0);
        return 0;
    }
    assert(dxp_is_envelope((struct bytes){data, size}));
    assert(message.receiver_count >= 1 && message.receiver_count <= DXP_RECEIVER_COUNT_MAX);
    assert(message.data.size > 0 && message.data.size <= size);
    check_again(&message, &arena);
    return 0;
}
