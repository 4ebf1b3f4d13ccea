/* What is read as JSON is the same command again as CBOR. */
#include "tests/fuzz/fuzz.h"
#include "tests/records/record_again.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    record_again(MEDIA_JSON, MEDIA_CBOR, data, size);
    return 0;
}
