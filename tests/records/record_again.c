#include "tests/records/record_again.h"

#include <stdlib.h>

#include "tests/records/demonstration.h"

enum {
    ARENA_SIZE = 1 << 16,
    OUTPUT_SIZE = 1 << 16
};

static struct arena arena;
static uint8_t output[OUTPUT_SIZE];

static void demand(bool is_so)
{
    if (!is_so) {
        abort();
    }
}

void record_again(enum media media, enum media other, const uint8_t *data, size_t size)
{
    struct demonstration first;
    struct demonstration second;
    struct record_fault fault;
    if (arena.block == NULL) {
        arena_create(&arena, ARENA_SIZE);
    }
    arena_reset(&arena);
    if (!record_read(
            &demonstration_record, media, (struct bytes){data, size}, &arena, &first, &fault)) {
        demand(fault.code != NULL && fault.detail[0] != '\0');
        return;
    }
    struct writer writer = writer_over(output, sizeof output);
    record_write(&demonstration_record, other, RECORD_WHOLE, &first, &writer);
    demand(!writer.has_failed);
    demand(record_read(&demonstration_record,
                       other,
                       (struct bytes){writer.data, writer.size},
                       &arena,
                       &second,
                       &fault));
    demand(record_equal(&demonstration_record, &first, &second));
}
