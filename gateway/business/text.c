#include "gateway/business/text.h"

#include <assert.h>
#include <string.h>

void text_put(char *text_out, size_t size, const char *source)
{
    size_t length = strlen(source);
    assert(length < size);
    memcpy(text_out, source, length + 1);
}
