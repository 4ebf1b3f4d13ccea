/* Round trips of random values through every form of a record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/records/vault.h"
#include "tests/base/check.h"
#include "tests/records/demonstration.h"

enum {
    VALUE_COUNT = 1000,
    ARENA_SIZE = 1 << 18,
    TEXT_SIZE_MAX = 1 << 16
};

struct fixture {
    struct random random;
    struct arena arena;
    struct vault *vault;
    uint8_t space[4][TEXT_SIZE_MAX];
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    const char *seed = getenv("SEED");
    fixture->random.state = seed == NULL ? 20261123 : strtoull(seed, NULL, 10);
    print_message("seed %llu\n", (unsigned long long)fixture->random.state);
    arena_create(&fixture->arena, ARENA_SIZE);
    char path[64];
    char message[256];
    snprintf(path, sizeof path, "/tmp/kouan-record-%ld.key", (long)getpid());
    assert_true(vault_create_file(path, message, sizeof message));
    fixture->vault = vault_open(path, message, sizeof message);
    assert_non_null(fixture->vault);
    unlink(path);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    vault_close(fixture->vault);
    arena_destroy(&fixture->arena);
    free(fixture);
    return 0;
}

static struct bytes written(struct fixture *fixture,
                            int space,
                            enum media media,
                            enum record_view view,
                            const struct demonstration *value)
{
    struct writer writer = writer_over(fixture->space[space], TEXT_SIZE_MAX);
    record_write(&demonstration_record, media, view, value, &writer);
    assert_false(writer.has_failed);
    return (struct bytes){writer.data, writer.size};
}

static struct demonstration read_back(struct fixture *fixture, enum media media, struct bytes input)
{
    struct demonstration value;
    struct record_fault fault = {.code = ""};
    if (!record_read(&demonstration_record, media, input, &fixture->arena, &value, &fault)) {
        fail_msg("%s at \"%s\": %s\n%.*s",
                 fault.code,
                 fault.pointer,
                 fault.detail,
                 media == MEDIA_JSON ? (int)input.size : 0,
                 (const char *)input.data);
    }
    return value;
}

static void bytes_equal(struct bytes a, struct bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

/* JSON -> struct -> CBOR -> struct -> JSON is the same JSON, and every struct is equal. */
static void media_agree(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < VALUE_COUNT; i++) {
        arena_reset(&fixture->arena);
        struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
        struct bytes json = written(fixture, 0, MEDIA_JSON, RECORD_WHOLE, &value);
        struct demonstration first = read_back(fixture, MEDIA_JSON, json);
        struct bytes cbor = written(fixture, 1, MEDIA_CBOR, RECORD_WHOLE, &first);
        struct demonstration second = read_back(fixture, MEDIA_CBOR, cbor);
        bytes_equal(json, written(fixture, 2, MEDIA_JSON, RECORD_WHOLE, &second));
        bytes_equal(cbor, written(fixture, 3, MEDIA_CBOR, RECORD_WHOLE, &value));
        assert_true(record_equal(&demonstration_record, &value, &first));
        assert_true(record_equal(&demonstration_record, &first, &second));
    }
}

/* One thing wrong with a value, or nothing. */
static void damage(struct random *random, struct demonstration *value)
{
    static const int64_t numbers[] = {-1, 0, 1, 1000, 1001, INT64_C(1) << 53, 100000001};
    int64_t number = numbers[random_next(random) % (sizeof numbers / sizeof numbers[0])];
    char *texts[] = {value->id, value->note, value->buyer, value->password, value->holder.phone};
    char *text = texts[random_next(random) % 5];
    struct demonstration_line *line = value->lines.items;
    switch (random_next(random) % 12) {
    case 0:
        text[0] = "\n \x7F\xC3"[random_next(random) % 4];
        return;
    case 1:
        text[0] = '\0';
        return;
    case 2:
        value->count = number;
        return;
    case 3:
        value->serial = number;
        return;
    case 4:
        value->amount.minor = number;
        return;
    case 5:
        value->amount = (struct money){0};
        return;
    case 6:
        value->due = (date_days)(number % 2000);
        return;
    case 7:
        value->at = number;
        return;
    case 8:
        value->kind = 0;
        return;
    case 9:
        value->holder.is_adult = true; /* without a name */
        return;
    case 10:
        if (value->lines.count > 0) {
            line[value->lines.count - 1].goods[0] = '\0';
        }
        return;
    default:
        return;
    }
}

/* What is checked in place is what reading would say of the same record written. */
static void check_agrees(void **state)
{
    struct fixture *fixture = *state;
    size_t refused_count = 0;
    for (int i = 0; i < 20 * VALUE_COUNT; i++) {
        arena_reset(&fixture->arena);
        struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
        struct demonstration again;
        struct record_fault read = {0};
        struct record_fault checked;
        damage(&fixture->random, &value);
        struct bytes cbor = written(fixture, 0, MEDIA_CBOR, RECORD_WHOLE, &value);
        bool is_read =
            record_read(&demonstration_record, MEDIA_CBOR, cbor, &fixture->arena, &again, &read);
        bool is_checked = record_check(&demonstration_record, &value, &checked);
        if (is_read != is_checked || strcmp(read.pointer, checked.pointer) != 0) {
            fail_msg("value %d: read %s at \"%s\", checked %s at \"%s\"",
                     i,
                     is_read ? "good" : read.code,
                     read.pointer,
                     is_checked ? "good" : checked.code,
                     checked.pointer);
        }
        refused_count += is_read ? 0 : 1;
    }
    assert_in_range(refused_count, VALUE_COUNT, 19 * VALUE_COUNT);
    struct demonstration odd = demonstration_random(&fixture->random, &fixture->arena);
    struct record_fault fault;
    odd.kind = 77; /* record_write would not have it */
    assert_false(record_check(&demonstration_record, &odd, &fault));
    assert_string_equal(fault.pointer, "/kind");
}

static void fingerprints_agree(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 100; i++) {
        arena_reset(&fixture->arena);
        struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
        struct demonstration json =
            read_back(fixture, MEDIA_JSON, written(fixture, 0, MEDIA_JSON, RECORD_WHOLE, &value));
        struct demonstration cbor =
            read_back(fixture, MEDIA_CBOR, written(fixture, 1, MEDIA_CBOR, RECORD_WHOLE, &value));
        struct demonstration other = value;
        other.serial = value.serial == 1 ? 2 : 1;
        uint8_t prints[4][32];
        const struct record *record = &demonstration_record;
        struct arena *arena = &fixture->arena;
        size_t used = arena->used;
        record_fingerprint(record, fixture->vault, "a.b", &json, arena, prints[0]);
        record_fingerprint(record, fixture->vault, "a.b", &cbor, arena, prints[1]);
        record_fingerprint(record, fixture->vault, "a.c", &cbor, arena, prints[2]);
        record_fingerprint(record, fixture->vault, "a.b", &other, arena, prints[3]);
        assert_memory_equal(prints[0], prints[1], 32);
        assert_memory_not_equal(prints[0], prints[2], 32);
        assert_memory_not_equal(prints[0], prints[3], 32);
        assert_int_equal(arena->used, used);
    }
}

/* A full arena changes nothing about a fingerprint. */
static void fingerprint_without_scratch(void **state)
{
    struct fixture *fixture = *state;
    arena_reset(&fixture->arena);
    struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
    struct arena full;
    uint8_t prints[2][32];
    arena_create(&full, 16);
    record_fingerprint(
        &demonstration_record, fixture->vault, "a", &value, &fixture->arena, prints[0]);
    record_fingerprint(&demonstration_record, fixture->vault, "a", &value, &full, prints[1]);
    assert_memory_equal(prints[0], prints[1], 32);
    arena_destroy(&full);
}

static struct demonstration person_value(struct demonstration_line *line)
{
    struct demonstration value = {
        .id = "A1",
        .kind = KIND_RETAIL,
        .amount = {6918,           CURRENCY_CNY},
        .holder = { "王小芳", "11010519491231002X",         "13812345678", true},
        .buyer = "Li Lei, Example Street 1",
        .password = "open-sesame"
    };
    *line = (struct demonstration_line){.goods = "tea", .signer = "Signer Personal"};
    value.lines = (struct list){line, 1};
    return value;
}

static bool holds(struct bytes content, const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i + size <= content.size; i++) {
        if (memcmp(content.data + i, text, size) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const hidden[] = {"小芳", "1949", "1234567", "Lei", "Example", "igner Per"};

static void nothing_shows(struct bytes content)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        assert_false(holds(content, hidden[i]));
    }
    assert_false(holds(content, "sesame"));
}

static void sealed_hides(void **state)
{
    struct fixture *fixture = *state;
    struct demonstration_line line;
    struct demonstration value = person_value(&line);
    struct writer sealed = writer_over(fixture->space[0], TEXT_SIZE_MAX);
    record_seal(&demonstration_record, fixture->vault, &value, &sealed);
    assert_false(sealed.has_failed);
    struct bytes body = {sealed.data, sealed.size};
    nothing_shows(body);
    assert_true(holds(body, "tea"));
    struct demonstration opened;
    arena_reset(&fixture->arena);
    assert_true(
        record_unseal(&demonstration_record, fixture->vault, body, &fixture->arena, &opened));
    memset(value.password, 0, sizeof value.password);
    assert_true(record_equal(&demonstration_record, &value, &opened));
}

/* Whatever byte is changed: never a crash, and never the same personal values. */
static void sealed_is_checked(void **state)
{
    struct fixture *fixture = *state;
    struct demonstration value = {
        .id = "A1", .kind = 1, .amount = {1, CURRENCY_CNY}
    };
    snprintf(value.buyer, sizeof value.buyer, "somebody");
    struct writer sealed = writer_over(fixture->space[0], TEXT_SIZE_MAX);
    record_seal(&demonstration_record, fixture->vault, &value, &sealed);
    assert_false(sealed.has_failed);
    for (size_t i = 0; i < sealed.size; i++) {
        struct demonstration opened;
        sealed.data[i] ^= 1;
        arena_reset(&fixture->arena);
        if (record_unseal(&demonstration_record,
                          fixture->vault,
                          (struct bytes){sealed.data, sealed.size},
                          &fixture->arena,
                          &opened)) {
            assert_false(record_equal(&demonstration_record, &value, &opened));
        }
        sealed.data[i] ^= 1;
    }
}

static void random_unseals(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 100; i++) {
        arena_reset(&fixture->arena);
        struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
        memset(value.password, 0, sizeof value.password);
        struct writer sealed = writer_over(fixture->space[0], TEXT_SIZE_MAX);
        record_seal(&demonstration_record, fixture->vault, &value, &sealed);
        struct demonstration opened;
        assert_true(record_unseal(&demonstration_record,
                                  fixture->vault,
                                  (struct bytes){sealed.data, sealed.size},
                                  &fixture->arena,
                                  &opened));
        assert_true(record_equal(&demonstration_record, &value, &opened));
    }
}

static void masked(void **state)
{
    struct fixture *fixture = *state;
    struct demonstration_line line;
    struct demonstration value = person_value(&line);
    for (int media = MEDIA_JSON; media <= MEDIA_CBOR; media++) {
        struct bytes shown = written(fixture, 0, (enum media)media, RECORD_MASKED, &value);
        nothing_shows(shown);
        assert_true(holds(shown, "王**"));
        assert_true(holds(shown, "110***********002X"));
        assert_true(holds(shown, "138****5678"));
        assert_true(holds(shown, "L***"));
    }
    struct bytes clear = written(fixture, 0, MEDIA_JSON, RECORD_CLEAR, &value);
    assert_true(holds(clear, "11010519491231002X"));
    assert_false(holds(clear, "sesame"));
}

/* Stored answers are masked already: "*" is no code, and still it must be readable. */
static void translated(void **state)
{
    struct fixture *fixture = *state;
    struct demonstration_line line;
    struct demonstration value = person_value(&line);
    struct bytes cbor = written(fixture, 0, MEDIA_CBOR, RECORD_MASKED, &value);
    struct bytes json = written(fixture, 1, MEDIA_JSON, RECORD_MASKED, &value);
    struct writer writer = writer_over(fixture->space[2], TEXT_SIZE_MAX);
    arena_reset(&fixture->arena);
    assert_true(
        record_translate(&demonstration_record, cbor, MEDIA_JSON, &fixture->arena, &writer));
    bytes_equal(json, (struct bytes){writer.data, writer.size});
    writer = writer_over(fixture->space[2], TEXT_SIZE_MAX);
    assert_true(
        record_translate(&demonstration_record, cbor, MEDIA_CBOR, &fixture->arena, &writer));
    bytes_equal(cbor, (struct bytes){writer.data, writer.size});
    writer = writer_over(fixture->space[2], 10);
    assert_false(
        record_translate(&demonstration_record, cbor, MEDIA_JSON, &fixture->arena, &writer));
}

static void json_text(void **state)
{
    struct fixture *fixture = *state;
    struct demonstration value = {
        .id = "A1",
        .kind = KIND_BULK,
        .scopes = SCOPE_RAIL | SCOPE_AIR,
        .amount = {-5,                          CURRENCY_USD},
        .rate = 70850,
        .due = 20780,
        .at = INT64_C(1795416060000000),
        .stamp = {(const uint8_t *)"\xff\xfe", 2           },
        .note = "\"\\\t口"
    };
    struct bytes json = written(fixture, 0, MEDIA_JSON, RECORD_MASKED, &value);
    static const char expected[] =
        "{\"id\":\"A1\",\"kind\":\"bulk\",\"scopes\":[\"air\",\"rail\"],\"count\":0,"
        "\"amount\":{\"currency\":\"USD\",\"value\":\"-0.05\"},\"rate\":\"7.0850\","
        "\"due\":\"2026-11-23\",\"at\":\"2026-11-23T06:41:00.000000Z\",\"stamp\":\"__4\","
        "\"note\":\"\\\"\\\\\\u0009口\"}";
    bytes_equal(json, (struct bytes){(const uint8_t *)expected, sizeof expected - 1});
}

static void copied(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 100; i++) {
        arena_reset(&fixture->arena);
        struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
        struct bytes before = written(fixture, 0, MEDIA_CBOR, RECORD_WHOLE, &value);
        struct demonstration *copy = record_copy(&demonstration_record, &value);
        assert_true(record_equal(&demonstration_record, &value, copy));
        assert_string_equal(record_key(&demonstration_record, copy), value.id);
        /* The copy stands alone: what the original pointed to may go. */
        arena_reset(&fixture->arena);
        bytes_equal(before, written(fixture, 1, MEDIA_CBOR, RECORD_WHOLE, copy));
        copy->count ^= 1;
        value.lines = (struct list){0};
        value.stamp = (struct bytes){0};
        assert_false(record_equal(&demonstration_record, &value, copy));
        free(copy);
    }
}

/* A writer that is too small fails and stays inside. */
static void full_writer(void **state)
{
    struct fixture *fixture = *state;
    arena_reset(&fixture->arena);
    struct demonstration value = demonstration_random(&fixture->random, &fixture->arena);
    for (int media = MEDIA_JSON; media <= MEDIA_CBOR; media++) {
        size_t size = written(fixture, 0, (enum media)media, RECORD_MASKED, &value).size;
        for (size_t room = 0; room < size; room++) {
            uint8_t *space = malloc(room == 0 ? 1 : room);
            assert_non_null(space);
            struct writer writer = writer_over(space, room);
            record_write(&demonstration_record, (enum media)media, RECORD_MASKED, &value, &writer);
            assert_true(writer.has_failed);
            free(space);
        }
    }
}

static void kind_of_document(void **state)
{
    (void)state;
    const struct document_kind *kind = record_document_kind(&demonstration_record);
    static const struct column expected[] = {
        {"kind",            COLUMN_TEXT       },
        {"scopes",          COLUMN_TEXT       },
        {"count",           COLUMN_BIGINT     },
        {"serial",          COLUMN_BIGINT     },
        {"is_urgent",       COLUMN_BOOLEAN    },
        {"amount",          COLUMN_BIGINT     },
        {"amount_currency", COLUMN_TEXT       },
        {"rate",            COLUMN_BIGINT     },
        {"due",             COLUMN_DATE       },
        {"at",              COLUMN_TIMESTAMPTZ},
        {"stamp",           COLUMN_BYTEA      },
        {"holder",          COLUMN_JSONB      },
        {"lines",           COLUMN_JSONB      },
        {"note",            COLUMN_TEXT       },
        {"buyer",           COLUMN_BYTEA      },
        {"password",        COLUMN_TEXT       }
    };
    assert_string_equal(kind->name, "demonstration");
    assert_int_equal(kind->column_count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < kind->column_count; i++) {
        assert_string_equal(kind->columns[i].name, expected[i].name);
        assert_int_equal(kind->columns[i].type, expected[i].type);
    }
    assert_string_equal(kind->indexes[0], "\"kind\", key");
    assert_string_equal(kind->indexes[1], "\"at\", key");
    assert_null(kind->indexes[2]);
    assert_ptr_equal(kind, record_document_kind(&demonstration_record));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(media_agree),
        cmocka_unit_test(check_agrees),
        cmocka_unit_test(fingerprints_agree),
        cmocka_unit_test(fingerprint_without_scratch),
        cmocka_unit_test(sealed_hides),
        cmocka_unit_test(sealed_is_checked),
        cmocka_unit_test(random_unseals),
        cmocka_unit_test(masked),
        cmocka_unit_test(translated),
        cmocka_unit_test(json_text),
        cmocka_unit_test(copied),
        cmocka_unit_test(full_writer),
        cmocka_unit_test(kind_of_document),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
