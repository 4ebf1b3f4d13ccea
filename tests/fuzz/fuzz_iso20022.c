/* Any bytes as a document: refused with a code, or read, and then written and read to the same. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso20022/iso20022.h"
#include "tests/fuzz/fuzz.h"

enum {
    ARENA_SIZE = 4 << 20,
    TEXT_SIZE = 4 << 20
};

static struct arena arena;
static char *texts[2];

static size_t write_text_of(const struct iso20022_document *document, char *text)
{
    struct xml_fault fault;
    struct writer writer = writer_over(text, TEXT_SIZE);
    bool is_written = iso20022_write(document, &writer, &fault);
    /* Escaping may make five bytes of one. */
    assert(is_written || strcmp(fault.code, "too_large") == 0);
    return is_written ? writer.size : 0;
}

static void prepare(void)
{
    if (arena.block == NULL) {
        arena_create(&arena, ARENA_SIZE);
        texts[0] = malloc(TEXT_SIZE);
        texts[1] = malloc(TEXT_SIZE);
        assert(texts[0] != NULL && texts[1] != NULL);
    }
    arena_reset(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iso20022_document document;
    struct xml_fault fault;
    prepare();
    if (!iso20022_read((struct bytes){data, size}, &arena, &document, &fault)) {
        assert(fault.code[0] != '\0' && document.type == ISO20022_NONE);
        return 0;
    }
    assert(document.type != ISO20022_NONE && document.message_id != NULL);
    size_t first = write_text_of(&document, texts[0]);
    if (first == 0) {
        return 0;
    }
    arena_reset(&arena);
    bool is_read =
        iso20022_read((struct bytes){(const uint8_t *)texts[0], first}, &arena, &document, &fault);
    assert(is_read);
    size_t second = write_text_of(&document, texts[1]);
    assert(first == second && memcmp(texts[0], texts[1], first) == 0);
    return 0;
}
