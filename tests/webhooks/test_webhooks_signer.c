/* Signatures by the vector of the specification, secrets of every size, and rotation. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/webhooks/signer.h"
#include "tests/base/check.h"

static struct signer *make_signer(const char *name)
{
    char path[128];
    char message[256];
    (void)snprintf(path, sizeof path, "/tmp/kouan-signer-%d-%s.vault", (int)getpid(), name);
    assert_true(vault_create_file(path, message, sizeof message));
    struct vault *vault = vault_open(path, message, sizeof message);
    assert_non_null(vault);
    struct signer *signer = signer_create(vault);
    assert_non_null(signer);
    struct signer *again = signer_create(vault);
    char one[SIGNER_PUBLIC_KEY_SIZE];
    char other[SIGNER_PUBLIC_KEY_SIZE];
    signer_public_key(signer, one);
    signer_public_key(again, other);
    assert_string_equal(one, other); /* one key for a vault */
    signer_destroy(again);
    vault_close(vault);
    assert_int_equal(unlink(path), 0);
    return signer;
}

/* https://github.com/standard-webhooks/standard-webhooks, the tests of its libraries. */
static const struct signed_message known = {
    .id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
    .timestamp_s = 1614265330,
    .body = {(const uint8_t *)"{\"test\": 2432232314}", 20},
};
#define KNOWN_SECRET    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define KNOWN_SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static void test_known(void **state)
{
    char made[SIGNATURES_SIZE];
    struct signer *signer = *state;
    struct webhook webhook = {.signature = WEBHOOK_HMAC, .secret = KNOWN_SECRET};
    assert_true(signer_sign(signer, &webhook, &known, 1, made));
    assert_string_equal(made, KNOWN_SIGNATURE);
}

static void test_rotation(void **state)
{
    char made[SIGNATURES_SIZE];
    struct signer *signer = *state;
    struct webhook webhook = {
        .signature = WEBHOOK_HMAC,
        .secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        .previous_secret = KNOWN_SECRET,
        .previous_until = 1000,
    };
    assert_true(signer_sign(signer, &webhook, &known, 999, made));
    char *second = strchr(made, ' ');
    assert_non_null(second);
    assert_string_equal(second + 1, KNOWN_SIGNATURE);
    assert_true(signer_sign(signer, &webhook, &known, 1000, made));
    assert_null(strchr(made, ' '));
    assert_string_not_equal(made, KNOWN_SIGNATURE);
}

static void test_secrets(void **state)
{
    static const struct {
        const char *secret;
        bool is_good;
    } rows[] = {
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",     true },
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", true },
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true },
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",     false},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",    false},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA===", false},
        {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-",     false},
        {"whsec_",                                     false},
        {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",           false},
        {"",                                           false},
    };
    char made[SIGNATURES_SIZE];
    char largest[WEBHOOK_SECRET_SIZE];
    struct signer *signer = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct webhook webhook = {.signature = WEBHOOK_HMAC};
        (void)snprintf(webhook.secret, sizeof webhook.secret, "%s", rows[i].secret);
        assert_int_equal(webhook_secret_is_good(rows[i].secret), rows[i].is_good);
        if (rows[i].is_good) {
            assert_true(signer_sign(signer, &webhook, &known, 1, made));
        }
    }
    /* 64 bytes are 88 characters; one group more is refused. */
    memset(largest, 'A', sizeof largest);
    (void)snprintf(largest, 7, "whsec_");
    largest[6] = 'A';
    (void)snprintf(largest + 6 + 86, 3, "==");
    assert_true(webhook_secret_is_good(largest));
    struct webhook webhook = {.signature = WEBHOOK_HMAC};
    assert_false(signer_sign(signer, &webhook, &known, 1, made)); /* none at all */
}

int main(void)
{
    struct signer *signer = make_signer("one");
    struct signer *other = make_signer("two");
    char one[SIGNER_PUBLIC_KEY_SIZE];
    char two[SIGNER_PUBLIC_KEY_SIZE];
    signer_public_key(signer, one);
    signer_public_key(other, two);
    if (strcmp(one, two) == 0 || strncmp(one, "whpk_", 5) != 0 || strlen(one) != 5 + 44) {
        fprintf(stderr, "the key is not of its vault alone: %s %s\n", one, two);
        return 1;
    }
    signer_destroy(other);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_known, signer),
        cmocka_unit_test_prestate(test_rotation, signer),
        cmocka_unit_test_prestate(test_secrets, signer),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    signer_destroy(signer);
    return failed;
}
