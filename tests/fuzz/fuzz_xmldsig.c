/* Any bytes as a signed message: a result with a code, and facts only with a good signature. */
#include <assert.h>
#include <string.h>

#include "adapters/xmldsig/xmldsig.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena;
    const instant_us now = INT64_C(1800000000) * INSTANT_US_PER_SECOND; /* 2027-01-15 */
    const struct xmldsig_settings settings = {
        .rsa_bits_min = XMLDSIG_RSA_BITS_MIN,
        .spelling = XMLDSIG_SPELLING_OLD_TOO,
    };
    struct xmldsig_signer signer;
    if (arena.block == NULL) {
        arena_create(&arena, CERTIFICATE_SIZE_MAX);
    }
    arena_reset(&arena);
    enum xmldsig_result result =
        xmldsig_verify((struct bytes){data, size}, &settings, now, &arena, &signer);
    assert(xmldsig_result_code(result)[0] != '\0');
    assert((result == XMLDSIG_OK) == (signer.certificate.size > 0));
    assert((result == XMLDSIG_OK) == (signer.facts.serial[0] != '\0'));
    assert(signer.facts.valid_from <= now);
    return 0;
}
