/* What is read as CBOR is written as the very same bytes, and is the same command as JSON. */
#include "tests/fuzz/fuzz.h"
#include "tests/records/record_again.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    record_again(MEDIA_CBOR, MEDIA_CBOR, data, size);
    record_again(MEDIA_CBOR, MEDIA_JSON, data, size);
    return 0;
}
