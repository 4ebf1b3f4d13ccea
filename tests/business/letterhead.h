#pragma once
/* Keys made at run time and letters signed with them. */
#include <stdbool.h>

#include "gateway/records/record.h"

struct letterhead {
    char private_pem[512];
    uint8_t public_der[128];
    size_t public_size;
    char key_id[41];
};

/* A fresh Ed25519 key. */
void letterhead_make(struct letterhead *letterhead, const char *key_id);
/* The COSE_Sign1 over the deterministic CBOR of `content`. Free the data. */
struct bytes letterhead_sign(const struct letterhead *letterhead,
                             const struct record *record,
                             const void *content);
