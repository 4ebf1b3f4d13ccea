#pragma once
/*
 * The vault: keys that live in a file outside the database, and what is done with them.
 *   sealed = version (1) ‖ nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16); the field's name is
 *            authenticated with it, so that a value cannot be moved to another column.
 *   lookup = HMAC-SHA256 of the normalised text by a second key, for finding without reading.
 * The key file holds 64 random bytes in hex on one line; mode 0600 is demanded.
 * Not thread-safe: one vault per thread (vault_open again on the same file).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum {
    VAULT_OVERHEAD = 29,
    VAULT_LOOKUP_SIZE = 32
};

struct vault;

/* NULL with a reason when the file is missing, too open, or malformed. */
struct vault *vault_open(const char *path, char *message_out, size_t message_size);
/* Creates the file with fresh random keys; fails when it exists. */
MUST_CHECK bool vault_create_file(const char *path, char *message_out, size_t message_size);
void vault_close(struct vault *vault); /* cleanses the keys */

void vault_seal(struct vault *vault, const char *field, struct bytes clear, struct writer *sealed);
MUST_CHECK bool
vault_unseal(struct vault *vault, const char *field, struct bytes sealed, struct writer *clear);
void vault_lookup(struct vault *vault,
                  const char *field,
                  struct bytes clear,
                  uint8_t lookup_out[VAULT_LOOKUP_SIZE]);
/* Keyed digest for fingerprints. */
void vault_digest(struct vault *vault,
                  const char *purpose,
                  struct bytes content,
                  uint8_t digest_out[32]);
