/* Authentication codes: published vectors, sealing and verifying, and every changed byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso8583/iso8583_mac.h"
#include "tests/iso8583/support.h"

static int failure_count;

static void expect(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "FAIL %s\n", what);
        failure_count++;
    }
}

struct mac_row {
    const char *source;
    enum iso8583_mac_algorithm algorithm;
    const char *key;
    const char *input;
    const char *mac; /* NULL: refused */
};

#define UNIONPAY_KEY "55036372B17543ECB173730768B8D6C4"
#define X919_KEY     "0123456789ABCDEFFEDCBA9876543210"
#define AES_KEY      "2b7e151628aed2a6abf7158809cf4f3c"

static const struct mac_row rows[] = {
    {"UnionPay terminal specification, worked example",
     ISO8583_MAC_UNIONPAY_ECB,                                                    UNIONPAY_KEY,
     "1212B04E1227809C",                                                                                  "'5FE058DB'"      },
    {"the same folded from three blocks",
     ISO8583_MAC_UNIONPAY_ECB,                                                    UNIONPAY_KEY,
     "FFFFFFFFFFFFFFFF EDED4FB1EDD87F63",                                                                 "'5FE058DB'"      },
    {"the last block padded with zeros",
     ISO8583_MAC_UNIONPAY_ECB,                                                    UNIONPAY_KEY,
     "0012B04E1227809C 12",                                                                               "'5FE058DB'"      },
    {"ISO/IEC 9797-1, algorithm 3, padding 1",
     ISO8583_MAC_X919,                                                            X919_KEY,
     "'Now is the time for all '",                                                                        "A1C72E74EA3FA9B6"},
    {"RFC 4493, example 2",
     ISO8583_MAC_AES_CMAC,                                                        AES_KEY,
     "6bc1bee22e409f96e93d7e117393172a",                                                                  "070a16b46b4d4144"},
    {"RFC 4493, example 1",                             ISO8583_MAC_AES_CMAC,     AES_KEY,      "",       "bb1d6929e9593728"},
    {"RFC 4493, example 3",
     ISO8583_MAC_AES_CMAC,                                                        AES_KEY,
     "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",                  "dfa66747de9ae630"},
    {"GB/T 32907, one block",                           ISO8583_MAC_SM4_CBC,      X919_KEY,     X919_KEY, "681EDF34D206965E"},
    {"a key of the wrong size",                         ISO8583_MAC_SM4_CBC,      "00*8",       "00",     NULL              },
    {"a key of the wrong size",                         ISO8583_MAC_AES_CMAC,     "00*24",      "00",     NULL              },
    {"a key of the wrong size",                         ISO8583_MAC_X919,         "00*8",       "00",     NULL              },
    {"a key of the wrong size",                         ISO8583_MAC_UNIONPAY_ECB, "00*7",       "00",     NULL              },
};

static void row_check(const struct mac_row *row)
{
    uint8_t mac[ISO8583_MAC_SIZE];
    struct iso8583_view key = support_bytes(row->key);
    struct iso8583_view input = support_bytes(row->input);
    bool is_made = iso8583_mac(row->algorithm, key, input, mac);
    if (row->mac == NULL) {
        expect(!is_made, row->source);
    } else {
        struct iso8583_view want = support_bytes(row->mac);
        expect(is_made && memcmp(mac, want.data, sizeof mac) == 0, row->source);
        support_release(want);
    }
    support_release(key);
    support_release(input);
}

struct seal_row {
    const char *dialect;
    const char *key;
    const char *bytes; /* with zeros as code */
    struct iso8583_mac_rule rule;
};

#define POS                                                                                        \
    "60 0003 0000 6031 00 310100 0200 3020000000800001 000000 000000012345 000042 'TERM0001' 00*8"
#define ECHO "'0800' 8220000000000000 0400000000000001 '0305143015' '000001' '301' 00*8"

static const struct seal_row seal_rows[] = {
    {"unionpay-pos",
     UNIONPAY_KEY,             POS,
     {ISO8583_MAC_UNIONPAY_ECB, ISO8583_MAC_MESSAGE, 64, 0, {0}}                           },
    {"unionpay-pos", X919_KEY, POS,  {ISO8583_MAC_SM4_CBC, ISO8583_MAC_MESSAGE, 64, 0, {0}}},
    {"iso87-ascii",  X919_KEY, ECHO, {ISO8583_MAC_X919, ISO8583_MAC_MESSAGE, 128, 0, {0}}  },
    {"iso87-ascii",
     AES_KEY,                  ECHO,
     {ISO8583_MAC_AES_CMAC, ISO8583_MAC_FIELDS, 128, 4, {0, 7, 11, 70}}                    },
    {"iso87-ascii",
     X919_KEY,                 ECHO,
     {ISO8583_MAC_X919, ISO8583_MAC_NORMALIZED, 128, 4, {0, 7, 11, 70}}                    },
};

/* Sealed bytes verify; with any covered byte changed they do not (or are no message any more). */
static void seal_check(const struct seal_row *row)
{
    static struct iso8583_message message;
    static uint8_t scratch[1024];
    const struct iso8583_dialect *dialect = support_dialect(row->dialect);
    struct iso8583_view key = support_bytes(row->key);
    struct iso8583_view zeros = support_bytes(row->bytes);
    uint8_t *bytes = malloc(zeros.size);
    struct iso8583_fault fault;
    if (bytes == NULL) {
        abort();
    }
    memcpy(bytes, zeros.data, zeros.size);
    struct iso8583_view view = {bytes, zeros.size};
    expect(iso8583_mac_seal(
               &row->rule, dialect, key, bytes, zeros.size, &message, scratch, sizeof scratch),
           "seals");
    expect(memcmp(bytes, zeros.data, zeros.size - 8) == 0, "only the code changes");
    expect(memcmp(bytes + zeros.size - 8, zeros.data + zeros.size - 8, 8) != 0, "the code changes");
    expect(iso8583_decode(dialect, view, scratch, sizeof scratch, &message, &fault), "decodes");
    expect(iso8583_mac_verify(&row->rule, dialect, &message, key), "verifies");
    size_t start = message.header.size + (row->rule.input == ISO8583_MAC_MESSAGE ? 0 : 20);
    for (size_t at = start; at < zeros.size; at++) {
        bytes[at] ^= 0x01;
        expect(!iso8583_decode(dialect, view, scratch, sizeof scratch, &message, &fault) ||
                   !iso8583_mac_verify(&row->rule, dialect, &message, key),
               "a changed byte verifies");
        bytes[at] ^= 0x01;
    }
    free(bytes);
    support_release(zeros);
    support_release(key);
}

/* "a  b&c" and "D" become "A BC D", over which X9.19 must agree with iso8583_mac itself. */
static void normalized_check(void)
{
    static struct iso8583_message message;
    const struct iso8583_mac_rule rule = {
        ISO8583_MAC_X919, ISO8583_MAC_NORMALIZED, 64, 3, {0, 41, 60}
    };
    struct iso8583_view key = support_bytes(X919_KEY);
    struct iso8583_view bytes =
        support_bytes("'0200' 0000000000800011 'a  b&c-d' '004' ' e.,' 00*8");
    uint8_t mac[ISO8583_MAC_SIZE];
    uint8_t want[ISO8583_MAC_SIZE];
    struct iso8583_fault fault;
    static const uint8_t text[] = "0200 A BCD 004 E.,";
    expect(iso8583_decode(support_dialect("iso87-ascii"), bytes, NULL, 0, &message, &fault),
           "decodes");
    expect(iso8583_mac_of(&rule, support_dialect("iso87-ascii"), &message, key, mac), "makes");
    expect(iso8583_mac(ISO8583_MAC_X919, key, (struct iso8583_view){text, sizeof text - 1}, want) &&
               memcmp(mac, want, sizeof mac) == 0,
           "normalized");
    iso8583_remove(&message, 64);
    expect(!iso8583_mac_of(&rule, support_dialect("iso87-ascii"), &message, key, mac),
           "no field 64");
    support_release(bytes);
    support_release(key);
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        row_check(&rows[i]);
    }
    for (size_t i = 0; i < sizeof seal_rows / sizeof seal_rows[0]; i++) {
        seal_check(&seal_rows[i]);
    }
    normalized_check();
    printf("%d failures\n", failure_count);
    return failure_count == 0 ? 0 : 1;
}
