/* The vault: what it seals opens again, only for its own field, and its file is looked after. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/records/vault.h"
#include "tests/base/check.h"

enum {
    PATH_SIZE = 64,
    SPACE_SIZE = 256,
    MESSAGE_SIZE = 256
};

struct fixture {
    char path[PATH_SIZE];
    char message[MESSAGE_SIZE];
    struct vault *vault;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    snprintf(fixture->path, PATH_SIZE, "/tmp/kouan-vault-%ld", (long)getpid());
    unlink(fixture->path);
    assert_true(vault_create_file(fixture->path, fixture->message, MESSAGE_SIZE));
    fixture->vault = vault_open(fixture->path, fixture->message, MESSAGE_SIZE);
    assert_non_null(fixture->vault);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    vault_close(fixture->vault);
    unlink(fixture->path);
    free(fixture);
    return 0;
}

static struct bytes text(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static struct bytes seal(struct vault *vault, const char *field, const char *clear, uint8_t *space)
{
    struct writer sealed = writer_over(space, SPACE_SIZE);
    vault_seal(vault, field, text(clear), &sealed);
    assert_false(sealed.has_failed);
    assert_int_equal(sealed.size, strlen(clear) + VAULT_OVERHEAD);
    return (struct bytes){sealed.data, sealed.size};
}

static bool opens(struct vault *vault, const char *field, struct bytes sealed, const char *clear)
{
    uint8_t space[SPACE_SIZE];
    struct writer opened = writer_over(space, sizeof space);
    if (!vault_unseal(vault, field, sealed, &opened)) {
        assert_int_equal(opened.size, 0);
        return false;
    }
    assert_int_equal(opened.size, strlen(clear));
    assert_memory_equal(opened.data, clear, opened.size);
    return true;
}

static void sealed_and_opened(void **state)
{
    struct fixture *fixture = *state;
    static const char *const clears[] = {"", "x", "11010519491231002X", "王芳"};
    for (size_t i = 0; i < sizeof clears / sizeof clears[0]; i++) {
        uint8_t first[SPACE_SIZE];
        uint8_t second[SPACE_SIZE];
        struct bytes a = seal(fixture->vault, "party.name", clears[i], first);
        struct bytes b = seal(fixture->vault, "party.name", clears[i], second);
        assert_memory_not_equal(a.data, b.data, a.size);
        assert_true(opens(fixture->vault, "party.name", a, clears[i]));
        assert_true(opens(fixture->vault, "party.name", b, clears[i]));
        assert_false(opens(fixture->vault, "party.phone", a, clears[i]));
    }
}

static void tampering_is_found(void **state)
{
    struct fixture *fixture = *state;
    static const char clear[] = "13812345678";
    uint8_t space[SPACE_SIZE];
    struct bytes sealed = seal(fixture->vault, "f", clear, space);
    for (size_t i = 0; i < sealed.size; i++) {
        space[i] ^= 0x10;
        assert_false(opens(fixture->vault, "f", sealed, clear));
        space[i] ^= 0x10;
    }
    for (size_t size = 0; size < sealed.size; size++) {
        assert_false(opens(fixture->vault, "f", (struct bytes){space, size}, clear));
    }
    assert_true(opens(fixture->vault, "f", sealed, clear));
}

static void no_room(void **state)
{
    struct fixture *fixture = *state;
    uint8_t space[SPACE_SIZE];
    struct bytes sealed = seal(fixture->vault, "f", "12345", space);
    uint8_t small[4];
    struct writer writer = writer_over(small, sizeof small);
    assert_false(vault_unseal(fixture->vault, "f", sealed, &writer));
    vault_seal(fixture->vault, "f", text("12345"), &writer);
    assert_true(writer.has_failed);
}

/* The second half of the file is the key of the digests: checked with OpenSSL's own HMAC. */
static void digests_are_hmac(void **state)
{
    struct fixture *fixture = *state;
    char hex[129];
    uint8_t key[32];
    FILE *file = fopen(fixture->path, "r");
    assert_non_null(file);
    assert_int_equal(fread(hex, 1, 128, file), 128);
    fclose(file);
    for (size_t i = 0; i < 32; i++) {
        unsigned value;
        assert_int_equal(sscanf(hex + 64 + 2 * i, "%2x", &value), 1);
        key[i] = (uint8_t)value;
    }
    static const uint8_t lookup_input[] = "lookup\0party.id\0"
                                          "110105";
    static const uint8_t digest_input[] = "digest\0party.id\0"
                                          "110105";
    for (int round = 0; round < 3; round++) {
        uint8_t expected[32];
        uint8_t made[32];
        vault_lookup(fixture->vault, "party.id", text("110105"), made);
        HMAC(EVP_sha256(), key, 32, lookup_input, sizeof lookup_input - 1, expected, NULL);
        assert_memory_equal(made, expected, 32);
        vault_digest(fixture->vault, "party.id", text("110105"), made);
        HMAC(EVP_sha256(), key, 32, digest_input, sizeof digest_input - 1, expected, NULL);
        assert_memory_equal(made, expected, 32);
    }
}

static void two_vaults_of_one_file(void **state)
{
    struct fixture *fixture = *state;
    uint8_t space[SPACE_SIZE];
    struct vault *other = vault_open(fixture->path, fixture->message, MESSAGE_SIZE);
    assert_non_null(other);
    struct bytes sealed = seal(fixture->vault, "f", "clear", space);
    assert_true(opens(other, "f", sealed, "clear"));
    vault_close(other);
    vault_close(NULL);
}

static void refused_with(struct fixture *fixture, const char *why)
{
    fixture->message[0] = '\0';
    assert_null(vault_open(fixture->path, fixture->message, MESSAGE_SIZE));
    if (strstr(fixture->message, why) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", fixture->message, why);
    }
}

static void content_is_refused(struct fixture *fixture, const char *content)
{
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    fclose(file);
    refused_with(fixture, "64 random bytes");
}

static void key_file(void **state)
{
    struct fixture *fixture = *state;
    char content[132];
    assert_false(vault_create_file(fixture->path, fixture->message, MESSAGE_SIZE));
    static const mode_t open_modes[] = {0644, 0640, 0604, 0660, 0700};
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        assert_int_equal(chmod(fixture->path, open_modes[i]), 0);
        refused_with(fixture, "0600");
    }
    assert_int_equal(chmod(fixture->path, 0600), 0);
    struct stat about;
    assert_int_equal(stat(fixture->path, &about), 0);
    assert_int_equal(about.st_size, 129);

    memset(content, '7', 128);
    memcpy(content + 128, "\n", 2);
    content_is_refused(fixture, content); /* both halves the same */
    content[0] = '8';
    memcpy(content + 128, "", 1);
    content_is_refused(fixture, content);
    memcpy(content + 128, "\n\n", 3);
    content_is_refused(fixture, content);
    memcpy(content + 128, "\n", 2);
    content[5] = 'g';
    content_is_refused(fixture, content);
    content[5] = 'F';
    content_is_refused(fixture, content);
    content_is_refused(fixture, "");
    unlink(fixture->path);
    refused_with(fixture, "No such file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_and_opened),
        cmocka_unit_test(tampering_is_found),
        cmocka_unit_test(no_room),
        cmocka_unit_test(digests_are_hmac),
        cmocka_unit_test(two_vaults_of_one_file),
        cmocka_unit_test(key_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
