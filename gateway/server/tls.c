#include "gateway/server/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/server/identity.h"

struct tls {
    SSL_CTX *context;
    STACK_OF(X509_CRL) * lists;
    atomic_int share_count;
};

enum {
    CHAIN_DEPTH_MAX = 2,
    CERTIFICATE_LIST_SIZE_MAX = 16 * 1024,
    SECURITY_LEVEL = 2 /* 112 bits: no RSA below 2048, no SHA-1 */
};

static bool fail(char *message_out, size_t size, const char *what, const char *file)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code == 0 ? "not usable" : ERR_reason_error_string(code);
    snprintf(message_out, size, "%s %s: %s", what, file, reason == NULL ? "not usable" : reason);
    ERR_clear_error();
    return false;
}

static int select_protocol(SSL *ssl,
                           const unsigned char **out,
                           unsigned char *out_size,
                           const unsigned char *offered,
                           unsigned int offered_size,
                           void *context)
{
    (void)ssl;
    (void)context;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen = NULL;
    int result =
        SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, offered, offered_size);
    *out = chosen;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool load_own(SSL_CTX *context, const struct server_config *config, char *out, size_t size)
{
    if (SSL_CTX_use_certificate_chain_file(context, config->certificate_file) != 1) {
        return fail(out, size, "server certificate", config->certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(context, config->key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return fail(out, size, "server key", config->key_file);
    }
    return true;
}

static bool load_lists(struct tls *tls, const char *file, char *out, size_t size)
{
    X509_STORE *store = SSL_CTX_get_cert_store(tls->context);
    BIO *input = file == NULL ? NULL : BIO_new_file(file, "r");
    if (input == NULL) {
        return fail(out, size, "revocation list", file == NULL ? "(none named)" : file);
    }
    X509_CRL *list = PEM_read_bio_X509_CRL(input, NULL, NULL, NULL);
    while (list != NULL) {
        X509_STORE_add_crl(store, list);
        if (sk_X509_CRL_push(tls->lists, list) == 0) {
            abort();
        }
        list = PEM_read_bio_X509_CRL(input, NULL, NULL, NULL);
    }
    BIO_free(input);
    if (sk_X509_CRL_num(tls->lists) == 0) {
        return fail(out, size, "revocation list", file);
    }
    ERR_clear_error(); /* the end of the file is an error to the reader */
    return true;
}

/* OpenSSL reads a certificate's extensions at first use; done here, before threads share it. */
static void read_extensions(SSL_CTX *context)
{
    STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (certificate != NULL) {
            (void)X509_check_purpose(certificate, -1, 0);
        }
    }
}

static bool
load_clients(struct tls *tls, const struct server_config *config, char *out, size_t size)
{
    SSL_CTX *context = tls->context;
    const char *file = config->client_ca_file;
    STACK_OF(X509_NAME) *names = file == NULL ? NULL : SSL_load_client_CA_file(file);
    if (names == NULL || SSL_CTX_load_verify_file(context, file) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return fail(out, size, "client CA", file == NULL ? "(none named)" : file);
    }
    SSL_CTX_set_client_CA_list(context, names);
    read_extensions(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_verify_depth(context, CHAIN_DEPTH_MAX);
    X509_VERIFY_PARAM *rules = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return load_lists(tls, config->crl_file, out, size);
}

static void set_protocol(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_security_level(context, SECURITY_LEVEL);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                            SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_ciphersuites(
        context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_max_cert_list(context, CERTIFICATE_LIST_SIZE_MAX);
    SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
    /* Released buffers keep an idle connection small; reading ahead saves a system call. */
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                         SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
}

struct tls *tls_load(const struct server_config *config, char *message_out, size_t size)
{
    ERR_clear_error();
    struct tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL) {
        abort();
    }
    tls->context = SSL_CTX_new(TLS_server_method());
    tls->lists = sk_X509_CRL_new_null();
    if (tls->context == NULL || tls->lists == NULL) {
        abort();
    }
    atomic_init(&tls->share_count, 1);
    set_protocol(tls->context);
    if (!load_own(tls->context, config, message_out, size) ||
        !load_clients(tls, config, message_out, size)) {
        tls_release(tls);
        return NULL;
    }
    return tls;
}

struct tls *tls_share(struct tls *tls)
{
    atomic_fetch_add(&tls->share_count, 1);
    return tls;
}

void tls_release(struct tls *tls)
{
    if (atomic_fetch_sub(&tls->share_count, 1) > 1) {
        return;
    }
    sk_X509_CRL_pop_free(tls->lists, X509_CRL_free);
    SSL_CTX_free(tls->context);
    free(tls);
}

SSL *tls_accept(struct tls *tls, int socket)
{
    SSL *ssl = SSL_new(tls->context);
    if (ssl == NULL || SSL_set_fd(ssl, socket) != 1) {
        abort();
    }
    SSL_set_accept_state(ssl);
    return ssl;
}

static const char *name_identity(const GENERAL_NAMES *names, struct identity *identity_out)
{
    size_t scheme_size = strlen(IDENTITY_URI_SCHEME);
    int count = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) {
            continue;
        }
        const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
        const char *text = (const char *)ASN1_STRING_get0_data(uri);
        size_t size = (size_t)ASN1_STRING_length(uri);
        if (size < scheme_size || memcmp(text, IDENTITY_URI_SCHEME, scheme_size) != 0) {
            continue;
        }
        if (!identity_parse(text, size, identity_out)) {
            return "the certificate's kouan: URI is malformed";
        }
        count++;
    }
    return count == 1 ? NULL : "the certificate must have exactly one kouan: URI";
}

const char *tls_identity(const SSL *ssl, struct identity *identity_out)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    if (certificate == NULL) {
        return "no client certificate";
    }
    /* A certificate without extended key usage would pass for any purpose. */
    if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) == 0 ||
        (X509_get_extended_key_usage(certificate) & XKU_SSL_CLIENT) == 0) {
        return "the certificate is not for client authentication";
    }
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    const char *reason = name_identity(names, identity_out);
    GENERAL_NAMES_free(names);
    return reason;
}

bool tls_is_revoked(const struct tls *tls, const SSL *ssl)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *certificate = sk_X509_value(chain, i);
        for (int n = 0; n < sk_X509_CRL_num(tls->lists); n++) {
            X509_CRL *list = sk_X509_CRL_value(tls->lists, n);
            X509_REVOKED *entry = NULL;
            if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(certificate)) == 0 &&
                X509_CRL_get0_by_cert(list, &entry, certificate) == 1) {
                return true;
            }
        }
    }
    return false;
}

instant_us tls_expiry(const SSL *ssl)
{
    const X509 *certificate = SSL_get0_peer_certificate(ssl);
    int days = 0;
    int seconds = 0;
    if (certificate == NULL ||
        ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) != 1) {
        return INSTANT_NONE;
    }
    return clock_now() + ((int64_t)days * 86400 + seconds) * INSTANT_US_PER_SECOND;
}

const char *tls_error(const SSL *ssl)
{
    unsigned long code = ERR_peek_error();
    long verified = SSL_get_verify_result(ssl);
    ERR_clear_error();
    if (verified != X509_V_OK) {
        return X509_verify_cert_error_string(verified);
    }
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    return reason == NULL ? "connection lost" : reason;
}
