#pragma once
/* Keys and self-signed certificates, made at run time. */
#include "ledger/base/date.h"

enum {
    SIGNER_PEM_SIZE = 8192
};

struct signer {
    char key[SIGNER_PEM_SIZE];
    char certificate[SIGNER_PEM_SIZE];
};

/* `bits` of RSA, or 0 for SM2. Aborts when OpenSSL cannot. */
void signer_make(int bits, instant_us valid_from, instant_us valid_to, struct signer *signer_out);
