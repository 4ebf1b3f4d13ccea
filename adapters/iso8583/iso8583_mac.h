#pragma once
/*
 * Message authentication codes of fields 64 and 128. Separate from the codec because it needs
 * OpenSSL 3. Keys stay with the caller; nothing of them is kept.
 */
#include "iso8583.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ISO8583_MAC_SIZE = 8,
    ISO8583_MAC_INPUT_SIZE_MAX = 8192
};

enum iso8583_mac_algorithm {
    ISO8583_MAC_UNIONPAY_ECB, /* the blocks XORed, then Triple-DES twice: 8 hexadecimal characters
                               */
    ISO8583_MAC_X919,         /* ANSI X9.19, ISO/IEC 9797-1 algorithm 3, padding 1 */
    ISO8583_MAC_AES_CMAC,     /* RFC 4493, the leading 8 bytes */
    ISO8583_MAC_SM4_CBC,      /* CBC-MAC with GB/T 32907, zero padding, the leading 8 bytes */
};

enum iso8583_mac_input {
    ISO8583_MAC_MESSAGE,    /* the wire bytes from the MTI up to the MAC field */
    ISO8583_MAC_FIELDS,     /* the wire bytes of the fields named, with their lengths */
    ISO8583_MAC_NORMALIZED, /* those in capitals, one blank between fields and for runs of blanks,
                               only letters, digits, blanks, commas and full stops */
};

struct iso8583_mac_rule {
    enum iso8583_mac_algorithm algorithm;
    enum iso8583_mac_input input;
    uint8_t field; /* that holds the code: b8, the last of the message; 64 or 128 */
    uint8_t field_count;
    uint8_t fields[64]; /* in order; 0 = the MTI; absent ones are left out */
};

/*
 * Key sizes: Triple-DES 8 or 16 bytes, AES 16 or 32, SM4 16. False: wrong key size, or OpenSSL
 * refuses.
 */
ISO8583_MUST_CHECK bool iso8583_mac(enum iso8583_mac_algorithm algorithm,
                                    struct iso8583_view key,
                                    struct iso8583_view input,
                                    uint8_t mac_out[ISO8583_MAC_SIZE]);

/* The code a decoded message should have. False also when the message has no such field. */
ISO8583_MUST_CHECK bool iso8583_mac_of(const struct iso8583_mac_rule *rule,
                                       const struct iso8583_dialect *dialect,
                                       const struct iso8583_message *message,
                                       struct iso8583_view key,
                                       uint8_t mac_out[ISO8583_MAC_SIZE]);

/* Whether the decoded message carries the right code; compared in constant time. */
ISO8583_MUST_CHECK bool iso8583_mac_verify(const struct iso8583_mac_rule *rule,
                                           const struct iso8583_dialect *dialect,
                                           const struct iso8583_message *message,
                                           struct iso8583_view key);

/*
 * Puts the code into `bytes`, a message encoded with zeros in its MAC field. `message` and
 * `scratch` are working memory as for iso8583_decode.
 */
ISO8583_MUST_CHECK bool iso8583_mac_seal(const struct iso8583_mac_rule *rule,
                                         const struct iso8583_dialect *dialect,
                                         struct iso8583_view key,
                                         uint8_t *bytes,
                                         size_t size,
                                         struct iso8583_message *message,
                                         uint8_t *scratch,
                                         size_t scratch_size);

#ifdef __cplusplus
}
#endif
