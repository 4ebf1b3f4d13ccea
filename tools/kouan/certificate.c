#include "tools/kouan/certificate.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gateway/business/role.h"

enum {
    SECONDS_PER_DAY = 86400
};

static instant_us time_read(const ASN1_TIME *time)
{
    struct tm civil = {0};
    if (ASN1_TIME_to_tm(time, &civil) != 1) {
        return INSTANT_NONE;
    }
    int64_t days = date_from_civil(civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday);
    int64_t seconds = civil.tm_hour * 3600 + civil.tm_min * 60 + civil.tm_sec;
    return (days * SECONDS_PER_DAY + seconds) * INSTANT_US_PER_SECOND;
}

static void name_read(const X509_NAME *name, char text_out[256])
{
    BIO *memory = BIO_new(BIO_s_mem());
    text_out[0] = '\0';
    if (memory && X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253) >= 0) {
        int size = BIO_read(memory, text_out, 255);
        text_out[size > 0 ? size : 0] = '\0';
    }
    BIO_free(memory);
}

static void serial_read(const X509 *x509, char text_out[64])
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
    char *hex = number ? BN_bn2hex(number) : NULL;
    snprintf(text_out, 64, "%s", hex ? hex : "");
    OPENSSL_free(hex);
    BN_free(number);
}

static void fingerprint_read(const X509 *x509, char text_out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    text_out[0] = '\0';
    if (X509_digest(x509, EVP_sha256(), digest, &size) == 1) {
        for (unsigned int i = 0; i < size && i < 32; i++) {
            snprintf(text_out + (size_t)2 * i, 3, "%02x", (unsigned)digest[i]);
        }
    }
}

static void uris_read(X509 *x509, struct client_certificate *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) {
            continue;
        }
        const ASN1_STRING *uri = name->d.uniformResourceIdentifier;
        const char *text = (const char *)ASN1_STRING_get0_data(uri);
        size_t size = (size_t)ASN1_STRING_length(uri);
        if (certificate->uri_count++ == 0) {
            snprintf(certificate->uri, sizeof certificate->uri, "%.*s", (int)size, text);
            if (!identity_parse(text, size, &certificate->identity)) {
                memset(&certificate->identity, 0, sizeof certificate->identity);
            }
        }
    }
    GENERAL_NAMES_free(names);
}

bool certificate_read(const char *path,
                      struct client_certificate *certificate_out,
                      char *message_out,
                      size_t message_size)
{
    memset(certificate_out, 0, sizeof *certificate_out);
    FILE *file = fopen(path, "r");
    X509 *x509 = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
    if (file) {
        fclose(file);
    }
    if (!x509) {
        snprintf(message_out,
                 message_size,
                 "%s: %s",
                 path,
                 file ? "no PEM certificate in it" : "cannot be opened");
        return false;
    }
    name_read(X509_get_subject_name(x509), certificate_out->subject);
    name_read(X509_get_issuer_name(x509), certificate_out->issuer);
    serial_read(x509, certificate_out->serial);
    fingerprint_read(x509, certificate_out->fingerprint);
    uris_read(x509, certificate_out);
    certificate_out->not_before = time_read(X509_get0_notBefore(x509));
    certificate_out->not_after = time_read(X509_get0_notAfter(x509));
    certificate_out->is_authority = X509_check_ca(x509) > 0;
    certificate_out->may_be_client = (X509_get_extended_key_usage(x509) & XKU_SSL_CLIENT) != 0;
    X509_free(x509);
    return true;
}

size_t certificate_check(const struct client_certificate *certificate,
                         instant_us now,
                         const char *faults_out[CERTIFICATE_FAULT_COUNT_MAX])
{
    const struct {
        bool is_fault;
        const char *text;
    } checks[] = {
        {certificate->uri_count == 0,                                   "it names no party: no URI among the alternative names"},
        {certificate->uri_count > 1,                                    "it has more than one URI among the alternative names" },
        {certificate->uri_count > 0 && certificate->identity.role == 0,
         "its URI is not of the form kouan:party/<party id>/role/<role>[/user/<user>]"                                         },
        {now < certificate->not_before,                                 "it is not valid yet"                                  },
        {now > certificate->not_after,                                  "it has expired"                                       },
        {certificate->is_authority,                                     "it is a certificate authority's, not a client's"      },
        {!certificate->may_be_client,                                   "its extended key usage does not allow TLS clients"    },
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (checks[i].is_fault) {
            faults_out[count++] = checks[i].text;
        }
    }
    return count;
}
