/* The head of an HTTP answer: whatever is accepted lies within the input and its bounds, and
 * nothing shorter is. */
#include <assert.h>

#include "tests/fuzz/fuzz.h"
#include "tools/kouan/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct answer_head head;
    struct answer_head shorter;
    if (answer_parse((struct bytes){data, size}, &head) != STATUS_OK) {
        return 0;
    }
    assert(head.head_size <= size && head.head_size <= ANSWER_HEAD_SIZE_MAX);
    assert(head.body_size <= ANSWER_BODY_SIZE_MAX);
    assert(head.status >= 200 && head.status < 600);
    assert(answer_parse((struct bytes){data, head.head_size - 1}, &shorter) == STATUS_AGAIN);
    return 0;
}
