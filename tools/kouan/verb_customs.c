#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/xmldsig/xmldsig.h"
#include "tools/kouan/file.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

static const struct xmldsig_settings settings = {.spelling = XMLDSIG_SPELLING_EXACT};

static bool text_read(const char *path, char **text_out, size_t *size_out)
{
    char reason[512];
    if (!file_read(path, text_out, size_out, reason, sizeof reason)) {
        message("%s", reason);
        return false;
    }
    return true;
}

static enum exit_code signed_write(struct bytes content, const char *key, const char *certificate)
{
    enum {
        SIGNATURE_SIZE_MAX = 64 << 10
    };
    /* Canonical spelling may be longer than what was read: "\n" of an attribute becomes "&#10;". */
    struct writer made = {.capacity = content.size * 6 + SIGNATURE_SIZE_MAX};
    made.data = malloc(made.capacity);
    if (!made.data) {
        message("no memory");
        return EXIT_LOCAL;
    }
    enum xmldsig_result result =
        xmldsig_sign(content, key, certificate, &settings, clock_now(), &made);
    if (result == XMLDSIG_OK) {
        fwrite(made.data, 1, made.size, stdout);
    } else {
        message("not signed: %s", xmldsig_result_code(result));
    }
    free(made.data);
    return result == XMLDSIG_OK ? EXIT_DONE : EXIT_FAULT_FOUND;
}

enum exit_code verb_customs_sign(const struct arguments *arguments)
{
    const char *key_file = arguments->values[OPTION_KEY];
    const char *certificate_file = arguments->values[OPTION_CERT];
    char *content = NULL;
    char *key = NULL;
    char *certificate = NULL;
    size_t size = 0;
    size_t key_size = 0;
    size_t certificate_size = 0;
    if (!key_file || !certificate_file) {
        message("--%s is missing", key_file ? "cert" : "key");
        return EXIT_USAGE;
    }
    bool is_read = text_read(arguments->positionals[0], &content, &size) &&
                   text_read(certificate_file, &certificate, &certificate_size) &&
                   text_read(key_file, &key, &key_size);
    enum exit_code code =
        is_read ? signed_write((struct bytes){(const uint8_t *)content, size}, key, certificate)
                : EXIT_USAGE;
    if (key) {
        OPENSSL_cleanse(key, key_size);
    }
    free(key);
    free(certificate);
    free(content);
    return code;
}

static json_t *signer_json(const struct xmldsig_signer *signer)
{
    char valid_from[INSTANT_TEXT_SIZE];
    char valid_to[INSTANT_TEXT_SIZE];
    char hash[2 * CERTIFICATE_HASH_SIZE + 1];
    for (size_t i = 0; i < CERTIFICATE_HASH_SIZE; i++) {
        snprintf(hash + 2 * i, 3, "%02x", signer->facts.hash[i]);
    }
    instant_format(signer->facts.valid_from, valid_from);
    instant_format(signer->facts.valid_to, valid_to);
    return json_pack("{s:s,s:s,s:s,s:s,s:i,s:s,s:s}",
                     "profile",
                     xmldsig_profile_name(signer->profile),
                     "key_name",
                     signer->key_name,
                     "sha256",
                     hash,
                     "serial",
                     signer->facts.serial,
                     "key_bits",
                     signer->facts.key_bits,
                     "valid_from",
                     valid_from,
                     "valid_to",
                     valid_to);
}

static void signer_print(const struct arguments *arguments, const struct xmldsig_signer *signer)
{
    json_t *shown = signer_json(signer);
    if (arguments->values[OPTION_JSON]) {
        output_json(shown);
    } else {
        output_record(shown, stdout);
    }
    json_decref(shown);
}

enum exit_code verb_customs_verify(const struct arguments *arguments)
{
    char *content = NULL;
    size_t size = 0;
    struct arena arena;
    struct xmldsig_signer signer;
    if (!text_read(arguments->positionals[0], &content, &size)) {
        return EXIT_USAGE;
    }
    arena_create(&arena, CERTIFICATE_SIZE_MAX);
    enum xmldsig_result result = xmldsig_verify(
        (struct bytes){(const uint8_t *)content, size}, &settings, clock_now(), &arena, &signer);
    if (result == XMLDSIG_OK) {
        signer_print(arguments, &signer);
    } else {
        message("%s: %s", arguments->positionals[0], xmldsig_result_code(result));
    }
    arena_destroy(&arena);
    free(content);
    return result == XMLDSIG_OK ? EXIT_DONE : EXIT_FAULT_FOUND;
}
