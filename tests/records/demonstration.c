#include "tests/records/demonstration.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "ledger/base/hash.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(struct_, member_, type_, flags_, ...)                                                \
    {                                                                                              \
        .name = #member_, .type = (type_), .flags = (flags_),                                      \
        .offset = offsetof(struct struct_, member_), __VA_ARGS__                                   \
    }
#define TEXT(struct_, member_, flags_, ...)                                                        \
    FIELD(struct_,                                                                                 \
          member_,                                                                                 \
          FIELD_TEXT,                                                                              \
          flags_,                                                                                  \
          .size = sizeof(((struct struct_ *)0)->member_),                                          \
          __VA_ARGS__)

static const struct name kinds[] = {
    {KIND_RETAIL, "retail", "one parcel" },
    {KIND_BULK,   "bulk",   "a container"},
    {0,           NULL,     NULL         },
};

static const struct name scopes[] = {
    {SCOPE_AIR,  "air",  "by air" },
    {SCOPE_SEA,  "sea",  "by sea" },
    {SCOPE_RAIL, "rail", "by rail"},
    {0,          NULL,   NULL     },
};

static const struct field part_fields[] = {
    TEXT(demonstration_part, code, FIELD_REQUIRED | FIELD_CODE, .meaning = "code"),
    FIELD(demonstration_part, weight, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "grams"),
};

static const struct record part_record = {"demonstration_part",
                                          "a part",
                                          sizeof(struct demonstration_part),
                                          part_fields,
                                          COUNT(part_fields)};

static const struct field line_fields[] = {
    TEXT(demonstration_line, goods, FIELD_REQUIRED, .meaning = "goods (商品)"),
    FIELD(demonstration_line,
          quantity,
          FIELD_INTEGER,
          0,
          .min = 1,
          .max = 1000000,
          .meaning = "pieces"),
    FIELD(demonstration_line, price, FIELD_MONEY, 0, .meaning = "price of one"),
    TEXT(demonstration_line, signer, FIELD_PERSONAL, .meaning = "who signed"),
    FIELD(demonstration_line,
          parts,
          FIELD_LIST,
          0,
          .size = DEMONSTRATION_PARTS_MAX,
          .record = &part_record,
          .meaning = "parts"),
};

const struct record demonstration_line_record = {"demonstration_line",
                                                 "a line",
                                                 sizeof(struct demonstration_line),
                                                 line_fields,
                                                 COUNT(line_fields)};

static const struct field person_fields[] = {
    TEXT(demonstration_person, name, FIELD_PERSONAL | FIELD_REQUIRED, .meaning = "name (姓名)"),
    TEXT(demonstration_person,
         id_number,
         FIELD_PERSONAL | FIELD_CODE,
         .meaning = "ID card (身份证号)"),
    TEXT(demonstration_person, phone, FIELD_PERSONAL, .meaning = "phone"),
    FIELD(demonstration_person, is_adult, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "of age"),
};

static const struct record person_record = {"demonstration_person",
                                            "a person",
                                            sizeof(struct demonstration_person),
                                            person_fields,
                                            COUNT(person_fields)};

static const struct field fields[] = {
    TEXT(demonstration, id, FIELD_KEY | FIELD_REQUIRED | FIELD_CODE, .meaning = "its key"),
    FIELD(demonstration,
          kind,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = kinds,
          .meaning = "kind"),
    FIELD(demonstration, scopes, FIELD_SET, 0, .names = scopes, .meaning = "scopes"),
    FIELD(demonstration,
          count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 0,
          .max = 1000,
          .meaning = "how many"),
    FIELD(demonstration, serial, FIELD_INTEGER, 0, .meaning = "any integer"),
    FIELD(demonstration, is_urgent, FIELD_BOOLEAN, 0, .meaning = "urgent"),
    FIELD(demonstration,
          amount,
          FIELD_MONEY,
          FIELD_REQUIRED,
          .min = 1,
          .max = 100000000,
          .meaning = "amount (金额)"),
    FIELD(demonstration, rate, FIELD_DECIMAL, 0, .scale = 4, .meaning = "rate"),
    FIELD(demonstration, due, FIELD_DATE, 0, .meaning = "due date"),
    FIELD(demonstration, at, FIELD_INSTANT, FIELD_INDEX, .meaning = "when"),
    FIELD(demonstration,
          stamp,
          FIELD_BYTES,
          0,
          .size = DEMONSTRATION_STAMP_MAX,
          .meaning = "a stamp"),
    FIELD(demonstration, holder, FIELD_RECORD, 0, .record = &person_record, .meaning = "holder"),
    FIELD(demonstration,
          lines,
          FIELD_LIST,
          0,
          .size = DEMONSTRATION_LINES_MAX,
          .record = &demonstration_line_record,
          .meaning = "lines"),
    TEXT(demonstration, note, 0, .meaning = "a note"),
    TEXT(demonstration, buyer, FIELD_PERSONAL, .meaning = "buyer"),
    TEXT(demonstration, password, FIELD_SECRET, .meaning = "never shown"),
};

const struct record demonstration_record = {
    "demonstration", "every type of field", sizeof(struct demonstration), fields, COUNT(fields)};

uint64_t random_next(struct random *random)
{
    return hash_u64(random->state++);
}

static uint64_t below(struct random *random, uint64_t limit)
{
    return random_next(random) % limit;
}

/* 0 bytes or up to size - 1, whole characters only. */
static void random_text(struct random *random, char *text_out, size_t size, size_t count_min)
{
    static const char *const characters[] = {
        "a", "Z", "9", " ", "\"", "\\", "/", "~", "é", "口", "岸", "😀", "<", "&", "-"};
    size_t wanted = count_min + below(random, size);
    size_t length = 0;
    for (size_t i = 0; i < wanted; i++) {
        const char *character = characters[below(random, COUNT(characters))];
        if (length + strlen(character) >= size) {
            break;
        }
        memcpy(text_out + length, character, strlen(character));
        length += strlen(character);
    }
    text_out[length] = '\0';
}

static void random_code(struct random *random, char *text_out, size_t size)
{
    static const char letters[] = "ABCxyz019._:/-";
    size_t length = 1 + below(random, size - 1);
    for (size_t i = 0; i < length; i++) {
        text_out[i] = letters[below(random, sizeof letters - 1)];
    }
    text_out[length] = '\0';
}

static int64_t random_integer(struct random *random)
{
    int64_t value = (int64_t)(random_next(random) >> (11 + below(random, 53)));
    return below(random, 2) == 0 ? value : -value;
}

static struct money random_money(struct random *random, int64_t min, int64_t max)
{
    static const enum currency currencies[] = {
        CURRENCY_CNY, CURRENCY_USD, CURRENCY_EUR, CURRENCY_RUB, CURRENCY_MNT};
    return (struct money){min + (int64_t)below(random, (uint64_t)(max - min) + 1),
                          currencies[below(random, COUNT(currencies))]};
}

static void random_line(struct random *random, struct arena *arena, struct demonstration_line *line)
{
    random_text(random, line->goods, sizeof line->goods, 1);
    line->quantity = below(random, 2) == 0 ? 0 : 1 + (int64_t)below(random, 1000000);
    if (below(random, 2) == 0) {
        line->price = random_money(random, -500, 500);
    }
    random_text(random, line->signer, sizeof line->signer, 0);
    line->parts.count = below(random, DEMONSTRATION_PARTS_MAX + 1);
    if (line->parts.count > 0) {
        struct demonstration_part *parts =
            arena_take(arena, line->parts.count * sizeof(struct demonstration_part));
        assert(parts != NULL);
        line->parts.items = parts;
        for (size_t i = 0; i < line->parts.count; i++) {
            random_code(random, parts[i].code, sizeof parts[i].code);
            parts[i].weight = random_integer(random);
        }
    }
}

static void random_lists(struct random *random, struct arena *arena, struct demonstration *value)
{
    value->lines.count = below(random, DEMONSTRATION_LINES_MAX + 1);
    if (value->lines.count > 0) {
        struct demonstration_line *lines =
            arena_take(arena, value->lines.count * sizeof(struct demonstration_line));
        assert(lines != NULL);
        value->lines.items = lines;
        for (size_t i = 0; i < value->lines.count; i++) {
            random_line(random, arena, &lines[i]);
        }
    }
    value->stamp.size = below(random, DEMONSTRATION_STAMP_MAX + 1);
    uint8_t *stamp = arena_take(arena, value->stamp.size);
    assert(stamp != NULL);
    value->stamp.data = stamp;
    for (size_t i = 0; i < value->stamp.size; i++) {
        stamp[i] = (uint8_t)random_next(random);
    }
}

struct demonstration demonstration_random(struct random *random, struct arena *arena)
{
    struct demonstration value = {0};
    random_code(random, value.id, sizeof value.id);
    value.kind = 1 + (int32_t)below(random, 2);
    value.scopes = (uint32_t)below(random, 8);
    value.count = (int64_t)below(random, 1001);
    value.serial = random_integer(random);
    value.is_urgent = below(random, 2) == 0;
    value.amount = random_money(random, 1, 100000000);
    value.rate = (int64_t)random_next(random) >> below(random, 64);
    value.due = (date_days)below(random, 40000);
    value.at = (instant_us)below(random, UINT64_C(253402300799999999));
    if (below(random, 2) == 0) {
        random_text(random, value.holder.name, sizeof value.holder.name, 1);
        random_code(random, value.holder.id_number, sizeof value.holder.id_number);
        value.holder.is_adult = below(random, 2) == 0;
    }
    random_lists(random, arena, &value);
    random_text(random, value.note, sizeof value.note, 0);
    random_text(random, value.buyer, sizeof value.buyer, 0);
    random_text(random, value.password, sizeof value.password, 0);
    return value;
}
