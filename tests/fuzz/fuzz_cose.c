/* A message of our form has one spelling: written again from its parts it is the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "ledger/base/cbor.h"
#include "ledger/proof/cose.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum {
        OVERHEAD = 64
    };
    struct cose_sign1 parsed;
    if (!cose_parse((struct bytes){data, size}, &parsed)) {
        return 0;
    }
    uint8_t *again = malloc(size + OVERHEAD);
    if (again == NULL) {
        return 0;
    }
    struct writer writer = writer_over(again, size + OVERHEAD);
    cbor_write_tag(&writer, 18);
    cbor_write_array(&writer, 4);
    cbor_write_bytes(&writer, parsed.protected_header);
    cbor_write_map(&writer, 0);
    cbor_write_bytes(&writer, parsed.payload);
    cbor_write_bytes(&writer, parsed.signature);
    if (writer.has_failed || writer.size != size || memcmp(again, data, size) != 0) {
        abort();
    }
    free(again);
    return 0;
}
