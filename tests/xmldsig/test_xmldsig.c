/* Signatures made and verified, and the many ways in which one must not be believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: cmocka.h needs the headers above it */
#include <cmocka.h>
/* clang-format on */

#include "adapters/xmldsig/xmldsig.h"
#include "tests/xmldsig/signer.h"

#define NOW   (INT64_C(1795427100) * INSTANT_US_PER_SECOND) /* 2026-11-23 */
#define DAY   (INT64_C(86400) * INSTANT_US_PER_SECOND)
#define C14N  "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define DS    "http://www.w3.org/2000/09/xmldsig#"
#define PORT  "http://www.chinaport.gov.cn/2022/04/xmldsig#"
#define FIRST "<ceb:orderNo>order-1</ceb:orderNo>"

static const char plain[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            "<ceb:CEB621Message xmlns:ceb=\"http://www.chinaport.gov.cn/ceb\" "
                            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                            "version=\"1.0\" guid=\"g\" Id=\"m1\">\n"
                            "  <?pi data?><!-- dropped -->\n"
                            "  <ceb:Inventory a='&lt;&#10;' xml:lang=\"zh\">" FIRST
                            "<ceb:note><![CDATA[测试 <&>]]>&amp;\r\n</ceb:note></ceb:Inventory>\n"
                            "  <ceb:ExtendMessage><x xmlns=\"urn:x\"/></ceb:ExtendMessage>\n"
                            "</ceb:CEB621Message>\n<!-- after --><?pi after?>";

enum {
    PART = 1 << 15,
    ROOM = 1 << 16,
};

struct text {
    char bytes[ROOM];
    size_t size;
};

static struct signer rsa;
static struct signer sm2;
static const struct xmldsig_settings usual;

static struct bytes as_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static void make(const char *message, const struct signer *signer, struct text *text_out)
{
    struct writer writer = writer_over(text_out->bytes, ROOM - 1);
    enum xmldsig_result result =
        xmldsig_sign(as_bytes(message), signer->key, signer->certificate, &usual, NOW, &writer);
    assert_string_equal(xmldsig_result_code(result), "ok");
    text_out->size = writer.size;
    text_out->bytes[writer.size] = '\0';
}

static enum xmldsig_result verify_with(struct bytes message,
                                       const struct xmldsig_settings *settings,
                                       instant_us now,
                                       struct xmldsig_signer *signer_out)
{
    static struct arena arena;
    if (arena.block == NULL) {
        arena_create(&arena, CERTIFICATE_SIZE_MAX);
    }
    arena_reset(&arena);
    /* An exact copy: the sanitizer sees a read past the end. */
    uint8_t *exact = malloc(message.size);
    assert_non_null(exact);
    memcpy(exact, message.data, message.size);
    enum xmldsig_result result =
        xmldsig_verify((struct bytes){exact, message.size}, settings, now, &arena, signer_out);
    free(exact);
    return result;
}

static const char *verify(const char *message)
{
    struct xmldsig_signer signer;
    return xmldsig_result_code(verify_with(as_bytes(message), &usual, NOW, &signer));
}

/* `text` with the first `old` replaced; it must be there. */
static void replace(struct text *text, const char *old, const char *new)
{
    static struct text made;
    char *at = strstr(text->bytes, old);
    assert_non_null(at);
    int size = snprintf(
        made.bytes, ROOM, "%.*s%s%s", (int)(at - text->bytes), text->bytes, new, at + strlen(old));
    assert_in_range(size, 1, ROOM - 1);
    made.size = (size_t)size;
    *text = made;
}

/* The part from `begin` to the end of `end`. */
static void cut(const struct text *text, const char *begin, const char *end, char part_out[PART])
{
    const char *from = strstr(text->bytes, begin);
    assert_non_null(from);
    const char *to = strstr(from, end);
    assert_non_null(to);
    snprintf(part_out, PART, "%.*s", (int)(to + strlen(end) - from), from);
}

static void test_made_is_verified(void **state)
{
    (void)state;
    static struct text text;
    struct xmldsig_signer signer;
    make(plain, &rsa, &text);
    assert_int_equal(verify_with(as_bytes(text.bytes), &usual, NOW, &signer), XMLDSIG_OK);
    assert_string_equal(xmldsig_profile_name(signer.profile), "rsa-sha1");
    assert_string_equal(signer.key_name, "03000000000cde6f");
    assert_string_equal(signer.facts.serial, signer.key_name);
    assert_int_equal(signer.facts.key_bits, 2048);
    assert_int_equal(signer.facts.valid_from, NOW - DAY);
    assert_int_equal(signer.facts.valid_to, NOW + DAY);
    struct certificate again;
    assert_true(certificate_parse(signer.certificate, &again));
    assert_memory_equal(again.hash, signer.facts.hash, sizeof again.hash);

    make(plain, &sm2, &text);
    assert_int_equal(verify_with(as_bytes(text.bytes), &usual, NOW, &signer), XMLDSIG_OK);
    assert_string_equal(xmldsig_profile_name(signer.profile), "sm2-sm3");
    /* Where the schema wants it. */
    assert_true(strstr(text.bytes, "</ds:Signature><ceb:ExtendMessage>") != NULL);
}

/* Every bit of it counts, but what nobody signs: the XML declaration, the name and the certificate,
 * which the caller knows by its hash. */
static void flip_all(const struct signer *by)
{
    static struct text text;
    static struct text twin;
    struct xmldsig_signer good;
    struct xmldsig_signer signer;
    char message[1024];
    make("<m xmlns=\"urn:m\"><a b=\"c\">d</a></m>", by, &text);
    assert_int_equal(verify_with(as_bytes(text.bytes), &usual, NOW, &good), XMLDSIG_OK);
    const char *root = strstr(text.bytes, "<m ");
    const char *name = strstr(text.bytes, "<ds:KeyName>");
    const char *name_end = strstr(text.bytes, "</ds:KeyName>");
    const char *body = strstr(text.bytes, "<ds:X509Certificate>");
    const char *body_end = strstr(text.bytes, "</ds:X509Certificate>");
    size_t accepted_count = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char *at = text.bytes + i;
        bool is_certificate = at > body && at < body_end;
        bool is_signed = at >= root && !(at > name && at < name_end) && !is_certificate;
        twin = text;
        twin.bytes[i] = (char)(twin.bytes[i] ^ 1);
        if (verify_with(
                (struct bytes){(const uint8_t *)twin.bytes, twin.size}, &usual, NOW, &signer) !=
            XMLDSIG_OK) {
            assert_int_equal(signer.certificate.size, 0);
            continue;
        }
        snprintf(message, sizeof message, "byte %zu of %zu is not signed", i, text.size);
        if (is_signed) {
            fail_msg("%s", message);
        }
        assert_true(!is_certificate ||
                    memcmp(signer.facts.hash, good.facts.hash, sizeof good.facts.hash) != 0);
        accepted_count++;
    }
    assert_true(accepted_count > 0);
}

static void test_every_byte(void **state)
{
    (void)state;
    flip_all(&rsa);
    flip_all(&sm2);
}

/* What canonical XML forgets may change: quotes, CDATA, comments, empty elements. */
static void test_other_spelling(void **state)
{
    (void)state;
    static struct text text;
    make(plain, &sm2, &text);
    replace(&text, "<!-- dropped -->", "");
    replace(&text, "version=\"1.0\" guid=\"g\"", "guid='g'\n version='1.0'");
    replace(&text, "<x xmlns=\"urn:x\"/>", "<x xmlns=\"urn:x\"></x>");
    replace(&text, "<![CDATA[测试 <&>]]>", "测试 &lt;&#38;&gt;");
    assert_string_equal(verify(text.bytes), "ok");
    replace(&text, "<?pi data?>", "");
    assert_string_equal(verify(text.bytes), "digest_mismatch");
}

/* One change of a good message each. */
static const struct twin {
    const char *old;
    const char *new;
    const char *code;
} twins[] = {
    {"order-1",                "order-2",                                                        "digest_mismatch"      },
    {"<ds:KeyName>",           "<ds:KeyName> ",                                                  "ok"                   },
    {"<ds:SignedInfo>",        "<ds:SignedInfo> ",                                               "signature_mismatch"   },
    {"</ceb:CEB621Message>",   " </ceb:CEB621Message>",                                          "digest_mismatch"      },
    {"<?pi after?>",           "",                                                               "digest_mismatch"      },
    {"<?pi after?>",           "<x/>",                                                           "xml"                  },
    {"<?pi after?>",           "&nbsp;",                                                         "xml"                  },
    {"?>\n",                   "?>\n<!DOCTYPE x>\n",                                             "dtd"                  },
    {"?>\n",                   "?>\n<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n", "dtd"                  },
    {"order-1",                "&e;",                                                            "xml"                  },
    {"ds=\"" DS "\"",          "ds=\"urn:other\"",                                               "absent"               },
    {"URI=\"\"",               "URI=\"#m1\"",                                                    "digest_mismatch"      }, /* the root without what is after it */
    {"URI=\"\"",               "URI=\"#m2\"",                                                    "reference"            },
    {"URI=\"\"",               "URI=\"http://127.0.0.1/x\"",                                     "reference"            },
    {"URI=\"\"",               "URI=\"#xpointer(/)\"",                                           "reference"            },
    {"URI=\"\"",               "URI=\"\" Type=\"urn:x\"",                                        "reference"            },
    {" URI=\"\"",              "",                                                               "reference"            },
    {DS "enveloped-signature", C14N,                                                             "transform"            },
    {"</ds:Transforms>",       "<ds:Transform Algorithm=\"" C14N "\"/></ds:Transforms>",         "transform"            },
    {"<ds:Transforms>",
     "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>", "transform"            },
    {C14N "\"",                C14N "#WithComments\"",                                           "algorithm"            },
    {C14N,                     "http://www.w3.org/2001/10/xml-exc-c14n#",                        "algorithm"            },
    {PORT "sm3",               DS "sha1",                                                        "algorithm"            },
    {PORT "sm3",               "http://www.w3.org/2001/04/xmlenc#sha256",                        "algorithm"            },
    {PORT "sm2-sm3",           DS "sm2-sm3",                                                     "algorithm"            },
    {PORT "sm2-sm3",           DS "hmac-sha1",                                                   "algorithm"            },
    {"<ds:SignatureMethod",    "<ds:SignatureMethod x=\"y\"",                                    "malformed"            },
    {"<ds:DigestValue>",       "<ds:DigestValue>AA==",                                           "malformed"            },
    {"<ds:DigestValue>",       "<ds:DigestValue>AAAA",                                           "digest_mismatch"      },
    {"<ds:SignatureValue>",    "<ds:SignatureValue>AAAA",                                        "signature_mismatch"   },
    {"<ds:SignatureValue>",    "<ds:SignatureValue><x/>",                                        "malformed"            },
    {"<ds:SignatureValue>",    "<ds:SignatureValue>*",                                           "malformed"            },
    {"<ds:SignatureValue>",    "<!-- --><ds:SignatureValue>",                                    "malformed"            },
    {"</ds:KeyInfo>",          "</ds:KeyInfo><ds:Object><ceb:Inventory/></ds:Object>",           "malformed"            },
    {"</ds:KeyInfo>",          "</ds:KeyInfo>text",                                              "malformed"            },
    {"</ds:X509Data>",         "</ds:X509Data><ds:KeyValue/>",                                   "malformed"            },
    {"</ds:X509Data>",
     "</ds:X509Data><ds:RetrievalMethod URI=\"http://127.0.0.1/\"/>",                            "malformed"            },
    {"<ds:X509Certificate>",   "<ds:X509Certificate>AAAA",                                       "certificate_malformed"},
    {"<ds:X509Certificate>",   "<ds:X509Certificate>*",                                          "certificate_malformed"},
    {"</ds:X509Certificate>",
     "</ds:X509Certificate><ds:X509Certificate>AAAA</ds:X509Certificate>",                       "certificate_absent"   },
    {"<ds:X509Data>",          "<ds:X509Data><ds:X509IssuerSerial/>",                            "certificate_absent"   },
    {"<ds:Signature ",         "<ds:Signature Id=\"s\" ",                                        "ok"                   },
    {"<ds:Signature ",         "<ds:Signature x=\"s\" ",                                         "malformed"            },
    {"<x xmlns=\"urn:x\"/>",   "<ds:Signature xmlns:ds=\"" DS "\"/>",                            "several"              },
};

static void test_bad_twins(void **state)
{
    (void)state;
    static struct text good;
    static struct text twin;
    make(plain, &sm2, &good);
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        twin = good;
        replace(&twin, twins[i].old, twins[i].new);
        const char *code = verify(twin.bytes);
        if (strcmp(code, twins[i].code) != 0) {
            fail_msg("%s -> %s: %s, not %s", twins[i].old, twins[i].new, code, twins[i].code);
        }
    }
    assert_string_equal(verify(plain), "absent");
    assert_string_equal(verify(" "), "xml");
    assert_string_equal(verify("<a>"), "xml");
}

/* The signed message moved aside, and another one put where it was. */
static void test_wrapping(void **state)
{
    (void)state;
    static struct text good;
    static struct text twin;
    static char signature[PART];
    static char whole[PART];
    make(plain, &rsa, &good);
    cut(&good, "<ds:Signature ", "</ds:Signature>", signature);
    cut(&good, "<ceb:CEB621Message", "</ceb:CEB621Message>", whole);

    /* Another root around it, with the signature left inside, or moved up. */
    snprintf(
        twin.bytes,
        ROOM,
        "<ceb:CEB621Message xmlns:ceb=\"http://www.chinaport.gov.cn/ceb\">%s</ceb:CEB621Message>",
        whole);
    assert_string_equal(verify(twin.bytes), "misplaced");
    replace(&twin, signature, "");
    replace(&twin, "http://www.chinaport.gov.cn/ceb\">", "http://www.chinaport.gov.cn/ceb\">@");
    replace(&twin, "@", signature);
    assert_string_equal(verify(twin.bytes), "digest_mismatch");
    replace(&twin, "URI=\"\"", "URI=\"#m1\"");
    assert_string_equal(verify(twin.bytes), "reference");
    /* The signed root inside the Signature itself. */
    twin = good;
    replace(&twin, "</ds:KeyInfo>", "</ds:KeyInfo>@");
    replace(&twin, "@", "<ds:Object><ceb:CEB621Message Id=\"m1\"/></ds:Object>");
    assert_string_equal(verify(twin.bytes), "malformed");
    /* Twice. */
    twin = good;
    replace(&twin, "</ds:Signature>", "</ds:Signature>@");
    replace(&twin, "@", signature);
    assert_string_equal(verify(twin.bytes), "several");
    /* Deeper. */
    twin = good;
    replace(&twin, signature, "");
    replace(&twin, "<x xmlns=\"urn:x\"/>", signature);
    assert_string_equal(verify(twin.bytes), "misplaced");
    /* Into another message. */
    snprintf(twin.bytes, ROOM, "<a>%s</a>", signature);
    assert_string_equal(verify(twin.bytes), "digest_mismatch");
    snprintf(twin.bytes, ROOM, "%s", signature);
    assert_string_equal(verify(twin.bytes), "misplaced");
}

static void test_certificates(void **state)
{
    (void)state;
    static struct text text;
    static struct signer weak;
    struct xmldsig_signer signer;
    struct xmldsig_settings settings = {.rsa_bits_min = 1024};
    make(plain, &rsa, &text);
    struct bytes message = as_bytes(text.bytes);
    assert_int_equal(verify_with(message, &usual, NOW + DAY, &signer), XMLDSIG_OK);
    assert_int_equal(verify_with(message, &usual, NOW + DAY + INSTANT_US_PER_SECOND, &signer),
                     XMLDSIG_CERTIFICATE_EXPIRED);
    assert_int_equal(verify_with(message, &usual, NOW - DAY, &signer), XMLDSIG_OK);
    assert_int_equal(verify_with(message, &usual, NOW - DAY - 1, &signer),
                     XMLDSIG_CERTIFICATE_NOT_YET_VALID);

    signer_make(1024, NOW - DAY, NOW + DAY, &weak);
    struct writer writer = writer_over(text.bytes, ROOM - 1);
    assert_int_equal(
        xmldsig_sign(as_bytes(plain), weak.key, weak.certificate, &usual, NOW, &writer),
        XMLDSIG_KEY_SIZE);
    assert_int_equal(
        xmldsig_sign(as_bytes(plain), weak.key, weak.certificate, &settings, NOW, &writer),
        XMLDSIG_OK);
    message = (struct bytes){(const uint8_t *)text.bytes, writer.size};
    assert_int_equal(verify_with(message, &usual, NOW, &signer), XMLDSIG_KEY_SIZE);
    assert_int_equal(verify_with(message, &settings, NOW, &signer), XMLDSIG_OK);
    assert_int_equal(signer.facts.key_bits, 1024);
}

/* Another's certificate beside the signature: of the other kind, or of the same. */
static void test_swapped_certificate(void **state)
{
    (void)state;
    static struct text text;
    static struct text of_other;
    static struct signer other;
    static char mine[PART];
    static char others[PART];
    signer_make(0, NOW - DAY, NOW + DAY, &other);
    const struct {
        const struct signer *by;
        const char *code;
    } rows[] = {
        {&rsa,   "key_unsuitable"    },
        {&other, "signature_mismatch"}
    };
    for (size_t i = 0; i < 2; i++) {
        make(plain, &sm2, &text);
        make(plain, rows[i].by, &of_other);
        cut(&text, "<ds:X509Data>", "</ds:X509Data>", mine);
        cut(&of_other, "<ds:X509Data>", "</ds:X509Data>", others);
        replace(&text, mine, others);
        assert_string_equal(verify(text.bytes), rows[i].code);
    }
}

static void test_signing_refuses(void **state)
{
    (void)state;
    static struct text text;
    struct writer writer = writer_over(text.bytes, ROOM - 1);
    struct writer small = writer_over(text.bytes, 100);
    const struct {
        const char *key;
        const char *certificate;
        const char *message;
        struct writer *writer;
        const char *code;
    } rows[] = {
        {sm2.key, rsa.certificate, plain,                                  &writer, "private_key"          },
        {"",      rsa.certificate, plain,                                  &writer, "private_key"          },
        {rsa.key, "",              plain,                                  &writer, "certificate_malformed"},
        {rsa.key, rsa.certificate, plain,                                  &small,  "full"                 },
        {rsa.key, rsa.certificate, "<a>",                                  &writer, "xml"                  },
        {rsa.key, rsa.certificate, "<!DOCTYPE a><a/>",                     &writer, "dtd"                  },
        {rsa.key, rsa.certificate, "<a><Signature xmlns=\"" DS "\"/></a>", &writer, "present"              },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum xmldsig_result result = xmldsig_sign(as_bytes(rows[i].message),
                                                  rows[i].key,
                                                  rows[i].certificate,
                                                  &usual,
                                                  NOW,
                                                  rows[i].writer);
        assert_string_equal(xmldsig_result_code(result), rows[i].code);
    }
}

static void
check_bound(const char *begin, const char *each, const char *rest, size_t count, const char *end)
{
    enum {
        NUMBER_SIZE = 20
    };
    size_t size = strlen(begin) + count * (strlen(each) + NUMBER_SIZE + strlen(rest)) + strlen(end);
    char *message = malloc(size + 1);
    assert_non_null(message);
    char *at = message + snprintf(message, size + 1, "%s", begin);
    for (size_t i = 0; i < count; i++) {
        at += snprintf(at, size + 1 - (size_t)(at - message), "%s%zu%s", each, i, rest);
    }
    snprintf(at, size + 1 - (size_t)(at - message), "%s", end);
    assert_string_equal(verify(message), "too_large");
    free(message);
}

static void test_bounds(void **state)
{
    (void)state;
    check_bound("<r>", "<a", ">", 32, "");
    check_bound("<r", " xmlns:n", "='urn:n'", 65, "/>");
    check_bound("<r", " a", "=''", 17, "/>");
    check_bound("<r>", "<a", "/>", 1 << 18, "</r>");
    check_bound("<r>", "number ", "\n", XMLDSIG_MESSAGE_SIZE_MAX / 8, "</r>");
}

static int make_signers(void **state)
{
    (void)state;
    signer_make(2048, NOW - DAY, NOW + DAY, &rsa);
    signer_make(0, NOW - DAY, NOW + DAY, &sm2);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_is_verified),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_other_spelling),
        cmocka_unit_test(test_bad_twins),
        cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_swapped_certificate),
        cmocka_unit_test(test_signing_refuses),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, make_signers, NULL);
}
