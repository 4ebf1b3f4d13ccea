/* Signs random messages for verify.js: peer COUNT SEED. A line each: the signatures, the secret (or
 * the public key), the former secret or "-", id, timestamp, and the body in hexadecimal. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/webhooks/signer.h"
#include "ledger/base/hash.h"

enum {
    BODY_SIZE_MAX = 600,
    SECRET_BYTES_MIN = 24,
    SECRET_BYTES_MAX = 64,
};

static uint64_t seed;
static uint64_t step;

static uint64_t draw(uint64_t bound)
{
    return hash_u64(seed ^ hash_u64(++step)) % bound;
}

static void draw_secret(char secret_out[WEBHOOK_SECRET_SIZE])
{
    uint8_t bytes[SECRET_BYTES_MAX];
    char text[WEBHOOK_SECRET_SIZE];
    size_t size = SECRET_BYTES_MIN + draw(SECRET_BYTES_MAX - SECRET_BYTES_MIN + 1);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)draw(256);
    }
    (void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
    (void)snprintf(secret_out, WEBHOOK_SECRET_SIZE, "whsec_%.88s", text);
    if (!webhook_secret_is_good(secret_out)) {
        fprintf(stderr, "a good secret is refused: seed %" PRIu64 "\n", seed);
        exit(1);
    }
}

/* A JSON text of any characters, in UTF-8. */
static size_t draw_body(uint8_t body_out[BODY_SIZE_MAX])
{
    static const char *const pieces[] = {"a", "Z", "0", ".", " ", "{}", "\xe5\x8f\xa3", "\xc3\xa9"};
    struct writer body = writer_over(body_out, BODY_SIZE_MAX);
    write_text(&body, "{\"text\":\"");
    for (uint64_t left = draw(150); left > 0; left--) {
        write_text(&body, pieces[draw(sizeof pieces / sizeof pieces[0])]);
    }
    write_text(&body, "\"}");
    return body.size;
}

static bool sign_one(const struct signer *signer)
{
    uint8_t body[BODY_SIZE_MAX];
    char id[64];
    char signatures[SIGNATURES_SIZE];
    struct webhook webhook = {.signature = draw(2) == 0 ? WEBHOOK_HMAC : WEBHOOK_ED25519};
    if (webhook.signature == WEBHOOK_ED25519) {
        signer_public_key(signer, webhook.secret);
    } else {
        draw_secret(webhook.secret);
    }
    if (webhook.signature == WEBHOOK_HMAC && draw(3) == 0) {
        draw_secret(webhook.previous_secret);
        webhook.previous_until = 2;
    }
    (void)snprintf(id, sizeof id, "shop_main_%" PRIu64, draw(1U << 31));
    struct signed_message message = {
        .id = id,
        .timestamp_s = clock_now() / INSTANT_US_PER_SECOND,
        .body = {.data = body, .size = draw_body(body)},
    };
    if (!signer_sign(signer, &webhook, &message, 1, signatures)) {
        return false;
    }
    printf("%s\t%s\t%s\t%s\t%" PRId64 "\t",
           signatures,
           webhook.secret,
           webhook.previous_secret[0] == '\0' ? "-" : webhook.previous_secret,
           id,
           message.timestamp_s);
    for (size_t i = 0; i < message.body.size; i++) {
        printf("%02x", body[i]);
    }
    printf("\n");
    return true;
}

int main(int argument_count, char **arguments)
{
    char path[64];
    char reason[256] = "";
    if (argument_count != 3) {
        return 2;
    }
    seed = strtoull(arguments[2], NULL, 10);
    (void)snprintf(path, sizeof path, "/tmp/kouan-peer-%d.vault", (int)getpid());
    bool is_made = vault_create_file(path, reason, sizeof reason);
    struct vault *vault = is_made ? vault_open(path, reason, sizeof reason) : NULL;
    (void)unlink(path);
    if (vault == NULL) {
        fprintf(stderr, "%s\n", reason);
        return 1;
    }
    struct signer *signer = signer_create(vault);
    bool is_good = signer != NULL;
    for (uint64_t left = strtoull(arguments[1], NULL, 10); left > 0 && is_good; left--) {
        is_good = sign_one(signer);
    }
    signer_destroy(signer);
    vault_close(vault);
    return is_good ? 0 : 1;
}
