#include "adapters/wire/wire_tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    CHAIN_DEPTH_MAX = 2,
    CERTIFICATE_LIST_SIZE_MAX = 16 * 1024,
    SECURITY_LEVEL = 2, /* 112 bits: no RSA below 2048, no SHA-1 */
    FILE_COUNT = 4,
};

struct stamp {
    struct timespec changed_at;
    off_t size;
    ino_t inode;
};

struct wire_credentials {
    enum wire_role role;
    struct wire_tls files;
    struct stamp stamps[FILE_COUNT]; /* of what `context` was made from */
    SSL_CTX *context;
};

static bool fail(char *message_out, size_t size, const char *what, const char *file)
{
    unsigned long code = ERR_peek_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    snprintf(message_out, size, "%s %s: %s", what, file, reason == NULL ? "not usable" : reason);
    ERR_clear_error();
    return false;
}

static bool is_named(X509 *certificate, const char *name)
{
    if (strchr(name, ':') == NULL) {
        unsigned int flags =
            X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
        return X509_check_host(certificate, name, 0, flags, NULL) == 1;
    }
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    bool is_found = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !is_found; i++) {
        const GENERAL_NAME *each = sk_GENERAL_NAME_value(names, i);
        if (each->type == GEN_URI) {
            const ASN1_IA5STRING *uri = each->d.uniformResourceIdentifier;
            size_t size = (size_t)ASN1_STRING_length(uri);
            is_found = size == strlen(name) && memcmp(ASN1_STRING_get0_data(uri), name, size) == 0;
        }
    }
    GENERAL_NAMES_free(names);
    return is_found;
}

/* Refused inside the handshake, so that the other side is told by an alert. */
static int check_peer(int is_valid, X509_STORE_CTX *store)
{
    if (is_valid == 0 || X509_STORE_CTX_get_error_depth(store) != 0) {
        return is_valid;
    }
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct wire_credentials *credentials = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    const char *name = credentials->files.peer_name;
    if (name == NULL || is_named(X509_STORE_CTX_get_current_cert(store), name)) {
        return 1;
    }
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
    return 0;
}

static bool load_own(SSL_CTX *context, const struct wire_tls *files, char *out, size_t size)
{
    if (SSL_CTX_use_certificate_chain_file(context, files->certificate_file) != 1) {
        return fail(out, size, "certificate", files->certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(context, files->key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return fail(out, size, "key", files->key_file);
    }
    return true;
}

static bool load_lists(SSL_CTX *context, const char *file, char *out, size_t size)
{
    BIO *input = BIO_new_file(file, "r");
    if (input == NULL) {
        return fail(out, size, "revocation list", file);
    }
    size_t count = 0;
    X509_CRL *list = PEM_read_bio_X509_CRL(input, NULL, NULL, NULL);
    while (list != NULL) {
        X509_STORE_add_crl(SSL_CTX_get_cert_store(context), list);
        X509_CRL_free(list);
        count++;
        list = PEM_read_bio_X509_CRL(input, NULL, NULL, NULL);
    }
    BIO_free(input);
    if (count == 0) {
        return fail(out, size, "revocation list", file);
    }
    ERR_clear_error(); /* the end of the file is an error to the reader */
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                                X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return true;
}

static bool load_peers(SSL_CTX *context, const struct wire_tls *files, char *out, size_t size)
{
    if (SSL_CTX_load_verify_file(context, files->ca_file) != 1) {
        return fail(out, size, "CA", files->ca_file);
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, check_peer);
    SSL_CTX_set_verify_depth(context, CHAIN_DEPTH_MAX);
    return files->crl_file == NULL || load_lists(context, files->crl_file, out, size);
}

static void set_protocol(SSL_CTX *context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_security_level(context, SECURITY_LEVEL);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_ciphersuites(
        context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(context, 0);
    SSL_CTX_set_max_cert_list(context, CERTIFICATE_LIST_SIZE_MAX);
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                         SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static SSL_CTX *make_context(struct wire_credentials *credentials, char *message_out, size_t size)
{
    ERR_clear_error();
    SSL_CTX *context =
        SSL_CTX_new(credentials->role == WIRE_SERVER ? TLS_server_method() : TLS_client_method());
    if (context == NULL) {
        abort();
    }
    set_protocol(context);
    SSL_CTX_set_app_data(context, credentials);
    if (!load_own(context, &credentials->files, message_out, size) ||
        !load_peers(context, &credentials->files, message_out, size)) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

static void read_stamps(const struct wire_tls *files, struct stamp stamps_out[FILE_COUNT])
{
    const char *names[FILE_COUNT] = {
        files->certificate_file, files->key_file, files->ca_file, files->crl_file};
    for (size_t i = 0; i < FILE_COUNT; i++) {
        struct stat found = {0};
        if (names[i] != NULL && stat(names[i], &found) != 0) {
            found = (struct stat){0};
        }
        stamps_out[i] = (struct stamp){
            .changed_at = found.st_mtim, .size = found.st_size, .inode = found.st_ino};
    }
}

static bool is_same(const struct stamp *a, const struct stamp *b)
{
    return a->changed_at.tv_sec == b->changed_at.tv_sec &&
           a->changed_at.tv_nsec == b->changed_at.tv_nsec && a->size == b->size &&
           a->inode == b->inode;
}

static bool refresh(struct wire_credentials *credentials, char *message_out, size_t size)
{
    struct stamp stamps[FILE_COUNT];
    size_t same_count = 0;
    read_stamps(&credentials->files, stamps);
    for (size_t i = 0; i < FILE_COUNT; i++) {
        same_count += is_same(&stamps[i], &credentials->stamps[i]) ? 1 : 0;
    }
    if (credentials->context != NULL && same_count == FILE_COUNT) {
        return true;
    }
    SSL_CTX *context = make_context(credentials, message_out, size);
    if (context == NULL) {
        return false;
    }
    SSL_CTX_free(credentials->context);
    credentials->context = context;
    memcpy(credentials->stamps, stamps, sizeof stamps);
    return true;
}

struct wire_credentials *
wire_tls_load(enum wire_role role, const struct wire_tls *files, char *message_out, size_t size)
{
    if (files->certificate_file == NULL || files->key_file == NULL || files->ca_file == NULL) {
        snprintf(message_out, size, "TLS needs a certificate, its key and a CA");
        return NULL;
    }
    struct wire_credentials *credentials = calloc(1, sizeof *credentials);
    if (credentials == NULL) {
        abort();
    }
    *credentials = (struct wire_credentials){.role = role, .files = *files};
    if (!refresh(credentials, message_out, size)) {
        wire_tls_free(credentials);
        return NULL;
    }
    return credentials;
}

void wire_tls_free(struct wire_credentials *credentials)
{
    if (credentials != NULL) {
        SSL_CTX_free(credentials->context);
        free(credentials);
    }
}

SSL *wire_tls_open(struct wire_credentials *credentials, int socket, char *message_out, size_t size)
{
    if (!refresh(credentials, message_out, size)) {
        return NULL;
    }
    SSL *ssl = SSL_new(credentials->context);
    if (ssl == NULL || SSL_set_fd(ssl, socket) != 1) {
        abort();
    }
    const char *name = credentials->files.peer_name;
    if (credentials->role == WIRE_CLIENT && name != NULL && strchr(name, ':') == NULL) {
        SSL_set_tlsext_host_name(ssl, name);
    }
    return ssl;
}

void wire_tls_reason(const SSL *ssl, unsigned long code, char *message_out, size_t size)
{
    long verified = SSL_get_verify_result(ssl);
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    if (verified == X509_V_ERR_HOSTNAME_MISMATCH) {
        const struct wire_credentials *credentials = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
        snprintf(
            message_out, size, "the certificate does not name %s", credentials->files.peer_name);
    } else if (verified != X509_V_OK) {
        snprintf(message_out, size, "the certificate: %s", X509_verify_cert_error_string(verified));
    } else if (code != 0 && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        snprintf(message_out, size, "closed by the other side without close_notify");
    } else {
        snprintf(message_out, size, "%s", reason == NULL ? "connection lost" : reason);
    }
}

static instant_us instant_of(const ASN1_TIME *time)
{
    struct tm civil;
    if (ASN1_TIME_to_tm(time, &civil) != 1) {
        return INSTANT_NONE;
    }
    date_days day = date_from_civil(civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday);
    int64_t seconds = civil.tm_hour * 3600 + civil.tm_min * 60 + civil.tm_sec;
    return ((int64_t)day * 86400 + seconds) * INSTANT_US_PER_SECOND;
}

bool wire_tls_session(const SSL *ssl, struct wire_session *session_out)
{
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    BIO *text = BIO_new(BIO_s_mem());
    *session_out = (struct wire_session){.not_after = INSTANT_NONE};
    if (certificate == NULL || text == NULL) {
        BIO_free(text);
        return false;
    }
    snprintf(session_out->protocol, sizeof session_out->protocol, "%s", SSL_get_version(ssl));
    snprintf(session_out->cipher, sizeof session_out->cipher, "%s", SSL_get_cipher_name(ssl));
    (void)X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    int size = BIO_read(text, session_out->subject, WIRE_SUBJECT_SIZE - 1);
    session_out->subject[size > 0 ? size : 0] = '\0';
    session_out->not_after = instant_of(X509_get0_notAfter(certificate));
    BIO_free(text);
    return true;
}
