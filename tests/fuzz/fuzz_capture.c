/*
 * Any bytes as a capture: guessed, as hexadecimal and as they are. Pieces lie behind one another
 * and end where the bytes do; a refusal says why.
 */
#include <assert.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tools/kouan/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum capture_form forms[] = {CAPTURE_GUESS, CAPTURE_HEX, CAPTURE_BINARY};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct capture capture;
        char reason[CAPTURE_REASON_SIZE] = "";
        if (!capture_take((const char *)data, size, forms[i], &capture, reason)) {
            assert(strlen(reason) > 0);
            continue;
        }
        assert(capture.size > 0);
        assert(capture.size <= size);
        assert(capture.form != CAPTURE_GUESS);
        size_t end = 0;
        for (size_t k = 0; k < capture.piece_count; k++) {
            assert(capture.piece_ends[k] > end);
            end = capture.piece_ends[k];
        }
        assert(end == capture.size);
        capture_free(&capture);
    }
    return 0;
}
