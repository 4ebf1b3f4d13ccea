/* Any bytes as a message of the dialect ebcdic. */
#include "tests/fuzz/fuzz.h"
#include "tests/iso8583/fuzz_iso8583.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_iso8583_decode("ebcdic", data, size);
    return 0;
}
