/* COSE_Sign1: against RFC 9052's own example, against the openssl command, and with bad twins. */
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/base/cbor.h"
#include "ledger/proof/cose.h"
#include "tests/base/check.h"

enum {
    SPACE_SIZE = 1024,
    PATH_SIZE = 128,
    SIGNATURE_SIZE = 64
};

enum key_kind {
    KEY_P256,
    KEY_ED25519,
    KEY_P384,
    KEY_KIND_COUNT
};

struct key {
    char private_pem[SPACE_SIZE];
    uint8_t public_der[SPACE_SIZE];
    size_t public_size;
};

struct fixture {
    char directory[PATH_SIZE];
    struct key keys[KEY_KIND_COUNT];
};

static const uint8_t payload_text[] = "letter of guarantee";
static const struct bytes payload = {payload_text, sizeof payload_text - 1};
static const struct bytes key_id = {(const uint8_t *)"bank-1", 6};

/* --- the openssl command --- */

extern char **environ;

static int openssl_run(const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    pid_t process;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    if (posix_spawnp(
            &process, "openssl", &actions, NULL, (char *const *)(uintptr_t)arguments, environ) ==
        0) {
        waitpid(process, &status, 0);
    }
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

#define OPENSSL(...) openssl_run((const char *const[]){"openssl", __VA_ARGS__, NULL})

static const char *path_in(const struct fixture *fixture, const char *name, char *path_out)
{
    snprintf(path_out, PATH_SIZE, "%.64s/%.60s", fixture->directory, name);
    return path_out;
}

static size_t file_read(const struct fixture *fixture, const char *name, void *data, size_t size)
{
    char path[PATH_SIZE];
    FILE *file = fopen(path_in(fixture, name, path), "rb");
    assert_non_null(file);
    size_t got = fread(data, 1, size, file);
    fclose(file);
    return got;
}

static void
file_write(const struct fixture *fixture, const char *name, const void *data, size_t size)
{
    char path[PATH_SIZE];
    FILE *file = fopen(path_in(fixture, name, path), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}

static const char *const algorithm_names[] = {"EC", "ED25519", "EC"};
static const char *const pem_names[] = {"p256.pem", "ed25519.pem", "p384.pem"};
static const char *const der_names[] = {"p256.der", "ed25519.der", "p384.der"};

static void key_make(struct fixture *fixture, enum key_kind kind)
{
    char pem[PATH_SIZE];
    char der[PATH_SIZE];
    struct key *key = &fixture->keys[kind];
    path_in(fixture, pem_names[kind], pem);
    path_in(fixture, der_names[kind], der);
    int status =
        kind == KEY_ED25519
            ? OPENSSL("genpkey", "-algorithm", algorithm_names[kind], "-out", pem)
            : OPENSSL("genpkey",
                      "-algorithm",
                      algorithm_names[kind],
                      "-pkeyopt",
                      kind == KEY_P256 ? "ec_paramgen_curve:P-256" : "ec_paramgen_curve:P-384",
                      "-out",
                      pem);
    assert_int_equal(status, 0);
    assert_int_equal(OPENSSL("pkey", "-in", pem, "-pubout", "-outform", "DER", "-out", der), 0);
    size_t size = file_read(fixture, pem_names[kind], key->private_pem, SPACE_SIZE - 1);
    key->private_pem[size] = '\0';
    key->public_size = file_read(fixture, der_names[kind], key->public_der, SPACE_SIZE);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/kouan-cose-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    for (int kind = 0; kind < KEY_KIND_COUNT; kind++) {
        key_make(fixture, (enum key_kind)kind);
    }
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"signed", "signature"};
    struct fixture *fixture = *state;
    char path[PATH_SIZE];
    for (int kind = 0; kind < KEY_KIND_COUNT; kind++) {
        unlink(path_in(fixture, pem_names[kind], path));
        unlink(path_in(fixture, der_names[kind], path));
    }
    for (size_t i = 0; i < 2; i++) {
        unlink(path_in(fixture, names[i], path));
    }
    rmdir(fixture->directory);
    free(fixture);
    return 0;
}

static struct bytes public_key(const struct fixture *fixture, enum key_kind kind)
{
    return (struct bytes){fixture->keys[kind].public_der, fixture->keys[kind].public_size};
}

static size_t sign(const struct fixture *fixture, enum key_kind kind, uint8_t *space)
{
    struct writer message = writer_over(space, SPACE_SIZE);
    assert_true(cose_sign(payload, key_id, fixture->keys[kind].private_pem, &message));
    assert_false(message.has_failed);
    return message.size;
}

/* --- the example of RFC 9052, appendix C.2.1, with the key "11" of appendix C.7.1 --- */

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned value;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &value), 1);
        out[i] = (uint8_t)value;
    }
    return size;
}

static const char rfc_signature[] =
    "8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e"
    "2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36";
/* SubjectPublicKeyInfo (RFC 5480) around x and y. */
static const char rfc_key[] = "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
                              "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"
                              "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";

static void example_of_rfc_9052(void **state)
{
    (void)state;
    static const char content[] = "This is the content.";
    static const uint8_t header[] = {0xa1, 0x01, 0x26};
    uint8_t signature[SIGNATURE_SIZE];
    uint8_t key[SPACE_SIZE];
    size_t key_size = from_hex(rfc_key, key);
    struct cose_sign1 parsed = {
        .algorithm = -7,
        .protected_header = {header,              sizeof header},
        .payload = {         (const uint8_t *)content, sizeof content - 1             },
        .signature = { signature,         from_hex(rfc_signature,                      signature)},
    };
    assert_true(cose_verify(&parsed, (struct bytes){key, key_size}));
    for (size_t i = 0; i < SIGNATURE_SIZE; i++) {
        signature[i] ^= 0x40;
        assert_false(cose_verify(&parsed, (struct bytes){key, key_size}));
        signature[i] ^= 0x40;
    }
    parsed.payload.size--;
    assert_false(cose_verify(&parsed, (struct bytes){key, key_size}));
}

/* Its key id stands unsigned, so the message itself is none of ours. */
static void example_is_not_our_form(void **state)
{
    (void)state;
    char hex[SPACE_SIZE];
    uint8_t message[SPACE_SIZE];
    struct cose_sign1 parsed;
    snprintf(hex,
             sizeof hex,
             "d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840%s",
             rfc_signature);
    size_t size = from_hex(hex, message);
    assert_false(cose_parse((struct bytes){message, size}, &parsed));
}

/* --- our own --- */

static void signed_and_verified(void **state)
{
    struct fixture *fixture = *state;
    static const int64_t algorithms[] = {-7, -8};
    for (int kind = KEY_P256; kind <= KEY_ED25519; kind++) {
        uint8_t space[SPACE_SIZE];
        struct cose_sign1 parsed;
        size_t size = sign(fixture, (enum key_kind)kind, space);
        assert_true(cose_parse((struct bytes){space, size}, &parsed));
        assert_int_equal(parsed.algorithm, algorithms[kind]);
        assert_int_equal(parsed.key_id.size, key_id.size);
        assert_memory_equal(parsed.key_id.data, key_id.data, key_id.size);
        assert_int_equal(parsed.payload.size, payload.size);
        assert_memory_equal(parsed.payload.data, payload.data, payload.size);
        assert_true(cose_verify(&parsed, public_key(fixture, (enum key_kind)kind)));
        assert_false(cose_verify(&parsed, public_key(fixture, (enum key_kind)(1 - kind))));
        assert_false(cose_verify(&parsed, public_key(fixture, KEY_P384)));
    }
}

static bool
is_accepted(const struct fixture *fixture, enum key_kind kind, const uint8_t *data, size_t size)
{
    uint8_t *exact = (uint8_t *)exact_copy((const char *)data, size);
    struct cose_sign1 parsed;
    bool is_good = cose_parse((struct bytes){exact, size}, &parsed) &&
                   cose_verify(&parsed, public_key(fixture, kind));
    free(exact);
    return is_good;
}

static void every_flipped_byte_fails(void **state)
{
    struct fixture *fixture = *state;
    for (int kind = KEY_P256; kind <= KEY_ED25519; kind++) {
        uint8_t space[SPACE_SIZE];
        size_t size = sign(fixture, (enum key_kind)kind, space);
        assert_true(is_accepted(fixture, (enum key_kind)kind, space, size));
        for (size_t i = 0; i < size; i++) {
            for (unsigned bit = 1; bit < 256; bit <<= 1) {
                space[i] ^= (uint8_t)bit;
                assert_false(is_accepted(fixture, (enum key_kind)kind, space, size));
                space[i] ^= (uint8_t)bit;
            }
        }
    }
}

static void every_cut_fails(void **state)
{
    struct fixture *fixture = *state;
    uint8_t space[SPACE_SIZE];
    size_t size = sign(fixture, KEY_ED25519, space);
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(is_accepted(fixture, KEY_ED25519, space, cut));
    }
    space[size] = 0;
    assert_false(is_accepted(fixture, KEY_ED25519, space, size + 1));
}

/* Other spellings of the same message: each would be a second signed form of one letter. */
static void other_forms_fail(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *before_signature;
    } forms[] = {
        {"good",               "d28446a20126044162a04170"      },
        {"no tag",             "8446a20126044162a04170"        },
        {"other tag",          "d18446a20126044162a04170"      },
        {"tag in two bytes",   "d8128446a20126044162a04170"    },
        {"tag twice",          "d2d28446a20126044162a04170"    },
        {"unprotected header", "d28446a20126044162a101044170"  },
        {"no key id",          "d28443a10126a04170"            },
        {"key id empty",       "d28445a201260440a04170"        },
        {"key id as text",     "d28446a20126046162a04170"      },
        {"third header",       "d28448a301260441620500a04170"  },
        {"headers swapped",    "d28446a20441620126a04170"      },
        {"other algorithm",    "d28447a2013822044162a04170"    },
        {"algorithm as text",  "d28449a20163455332044162a04170"},
        {"detached payload",   "d28446a20126044162a0f6"        },
        {"payload as text",    "d28446a20126044162a06170"      },
        {"header not wrapped", "d284a20126044162a04170"        },
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        uint8_t message[SPACE_SIZE];
        struct cose_sign1 parsed;
        size_t size = from_hex(forms[i].before_signature, message);
        message[size++] = 0x58;
        message[size++] = SIGNATURE_SIZE;
        memset(message + size, 0x11, SIGNATURE_SIZE);
        size += SIGNATURE_SIZE;
        bool is_good = cose_parse((struct bytes){message, size}, &parsed);
        if (is_good != (strcmp(forms[i].name, "good") == 0)) {
            fail_msg("%s", forms[i].name);
        }
    }
}

static void keys_that_cannot_sign(void **state)
{
    struct fixture *fixture = *state;
    uint8_t space[SPACE_SIZE];
    uint8_t long_id[65] = {0};
    const char *pem = fixture->keys[KEY_P256].private_pem;
    struct writer message = writer_over(space, sizeof space);
    assert_false(cose_sign(payload, key_id, fixture->keys[KEY_P384].private_pem, &message));
    assert_false(cose_sign(payload, key_id, "no key", &message));
    assert_false(cose_sign(payload, (struct bytes){long_id, 0}, pem, &message));
    assert_false(cose_sign(payload, (struct bytes){long_id, 65}, pem, &message));
    assert_int_equal(message.size, 0);
    message = writer_over(space, 20);
    assert_true(cose_sign(payload, key_id, pem, &message));
    assert_true(message.has_failed);
}

/* --- hand in hand with the openssl command --- */

/* ["Signature1", header, h'', payload], laid out by hand. */
static size_t to_be_signed(const struct cose_sign1 *parsed, uint8_t *out)
{
    static const uint8_t start[] = "\x84\x6aSignature1";
    struct writer writer = writer_over(out, SPACE_SIZE);
    write_bytes(&writer, start, sizeof start - 1);
    write_u8(&writer, (uint8_t)(0x40 + parsed->protected_header.size));
    write_bytes(&writer, parsed->protected_header.data, parsed->protected_header.size);
    write_u8(&writer, 0x40);
    write_u8(&writer, (uint8_t)(0x40 + parsed->payload.size));
    write_bytes(&writer, parsed->payload.data, parsed->payload.size);
    assert_false(writer.has_failed);
    return writer.size;
}

static void integer_to_der(struct writer *writer, const uint8_t *number)
{
    size_t skip = 0;
    while (skip < 31 && number[skip] == 0) {
        skip++;
    }
    bool is_padded = (number[skip] & 0x80U) != 0;
    write_u8(writer, 0x02);
    write_u8(writer, (uint8_t)(32 - skip + (is_padded ? 1 : 0)));
    if (is_padded) {
        write_u8(writer, 0);
    }
    write_bytes(writer, number + skip, 32 - skip);
}

static size_t signature_to_der(const uint8_t *raw, uint8_t *out)
{
    uint8_t body[80];
    struct writer numbers = writer_over(body, sizeof body);
    integer_to_der(&numbers, raw);
    integer_to_der(&numbers, raw + 32);
    struct writer writer = writer_over(out, SPACE_SIZE);
    write_u8(&writer, 0x30);
    write_u8(&writer, (uint8_t)numbers.size);
    write_bytes(&writer, numbers.data, numbers.size);
    return writer.size;
}

static void integer_from_der(struct reader *reader, uint8_t *number_out)
{
    assert_int_equal(read_u8(reader), 0x02);
    size_t size = read_u8(reader);
    const uint8_t *number = read_bytes(reader, size);
    assert_non_null(number);
    size_t skip = size > 32 ? size - 32 : 0;
    memset(number_out, 0, 32);
    memcpy(number_out + 32 - (size - skip), number + skip, size - skip);
}

static void openssl_verifies_ours(void **state)
{
    struct fixture *fixture = *state;
    char key[PATH_SIZE];
    char text[PATH_SIZE];
    char made[PATH_SIZE];
    path_in(fixture, "signed", text);
    path_in(fixture, "signature", made);
    for (int kind = KEY_P256; kind <= KEY_ED25519; kind++) {
        uint8_t space[SPACE_SIZE];
        uint8_t other[SPACE_SIZE];
        struct cose_sign1 parsed;
        size_t size = sign(fixture, (enum key_kind)kind, space);
        assert_true(cose_parse((struct bytes){space, size}, &parsed));
        file_write(fixture, "signed", other, to_be_signed(&parsed, other));
        path_in(fixture, der_names[kind], key);
        if (kind == KEY_ED25519) {
            file_write(fixture, "signature", parsed.signature.data, SIGNATURE_SIZE);
        } else {
            file_write(fixture, "signature", other, signature_to_der(parsed.signature.data, other));
        }
        assert_int_equal(OPENSSL("pkeyutl",
                                 "-verify",
                                 "-pubin",
                                 "-keyform",
                                 "DER",
                                 "-inkey",
                                 key,
                                 "-rawin",
                                 "-in",
                                 text,
                                 "-sigfile",
                                 made),
                         0);
    }
}

static void ours_verifies_openssl(void **state)
{
    struct fixture *fixture = *state;
    static const uint8_t es256[] = {0xa2, 0x01, 0x26, 0x04, 0x41, 0x62};
    static const uint8_t eddsa[] = {0xa2, 0x01, 0x27, 0x04, 0x41, 0x62};
    char key[PATH_SIZE];
    char text[PATH_SIZE];
    char made[PATH_SIZE];
    path_in(fixture, "signed", text);
    path_in(fixture, "signature", made);
    for (int kind = KEY_P256; kind <= KEY_ED25519; kind++) {
        uint8_t space[SPACE_SIZE];
        uint8_t raw[SPACE_SIZE];
        struct cose_sign1 unsigned_letter = {
            .protected_header = {kind == KEY_P256 ? es256 : eddsa, 6},
              .payload = payload
        };
        file_write(fixture, "signed", space, to_be_signed(&unsigned_letter, space));
        path_in(fixture, pem_names[kind], key);
        assert_int_equal(
            OPENSSL("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", text, "-out", made), 0);
        size_t size = file_read(fixture, "signature", raw, sizeof raw);
        if (kind == KEY_P256) {
            struct reader reader = reader_over(raw, size);
            uint8_t numbers[SIGNATURE_SIZE];
            assert_int_equal(read_u8(&reader), 0x30);
            (void)read_u8(&reader);
            integer_from_der(&reader, numbers);
            integer_from_der(&reader, numbers + 32);
            memcpy(raw, numbers, sizeof numbers);
        }
        struct writer message = writer_over(space, sizeof space);
        write_bytes(&message, "\xd2\x84\x46", 3);
        write_bytes(&message, unsigned_letter.protected_header.data, 6);
        write_u8(&message, 0xa0);
        write_u8(&message, (uint8_t)(0x40 + payload.size));
        write_bytes(&message, payload.data, payload.size);
        write_bytes(&message, "\x58\x40", 2);
        write_bytes(&message, raw, SIGNATURE_SIZE);
        assert_true(is_accepted(fixture, (enum key_kind)kind, space, message.size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_of_rfc_9052),
        cmocka_unit_test(example_is_not_our_form),
        cmocka_unit_test(signed_and_verified),
        cmocka_unit_test(every_flipped_byte_fails),
        cmocka_unit_test(every_cut_fails),
        cmocka_unit_test(other_forms_fail),
        cmocka_unit_test(keys_that_cannot_sign),
        cmocka_unit_test(openssl_verifies_ours),
        cmocka_unit_test(ours_verifies_openssl),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
