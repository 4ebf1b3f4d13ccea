/* What a file may say, and the one line that is said of one that may not. */
#include <cyaml/cyaml.h>
#include <stdio.h>
#include <unistd.h>

#include "adapters/settings/settings.h"
#include "tests/base/check.h"

struct shop {
    char name[16];
    char sign[8];
    char licence[64];
    char number[16];
    int64_t rooms;
    int64_t colour;
    unsigned hour_count;
    uint8_t hours[4];
};

struct loaded_hours {
    uint8_t *hours;
    unsigned hours_count;
};

#define AT(member) SETTINGS_AT(struct shop, member)
/* clang-format off */
static const struct settings_key keys[] = {
    {"name", SETTINGS_TEXT, AT(name), NULL, 0, 0, NULL, "over the door"},
    {"sign", SETTINGS_TEXT, AT(sign), "open", 0, 6, NULL, "in the window"},
    {"licence", SETTINGS_FILE, AT(licence), "/dev/null", 0, 0, NULL, "on the wall"},
    {"number", SETTINGS_DIGITS, AT(number), "100", 3, 11, NULL, "on the roof"},
    {"rooms", SETTINGS_NUMBER, AT(rooms), "2", 1, 9, NULL, "behind it"},
    {"colour", SETTINGS_WORD, AT(colour), "red", 0, 0, "red green blue", "of the door"},
};
/* clang-format on */

static const cyaml_schema_value_t hour = {CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint8_t)};
static const cyaml_schema_field_t hours_fields[] = {
    CYAML_FIELD_SEQUENCE(
        "hours", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct loaded_hours, hours, &hour, 1, 4),
    CYAML_FIELD_END,
};

static bool hours_apply(const void *loaded, void *target, struct settings_problem *problem)
{
    const struct loaded_hours *from = loaded;
    struct shop *shop = target;
    shop->hour_count = from->hours_count;
    for (unsigned i = 0; i < from->hours_count; i++) {
        if (from->hours[i] > 23) {
            return settings_complain(problem, "hours: from 0 to 23");
        }
        shop->hours[i] = from->hours[i];
    }
    return true;
}

static const struct settings_lists hours = {hours_fields, sizeof(struct loaded_hours), hours_apply};
static const struct settings shop_settings = {keys, sizeof keys / sizeof keys[0], &hours};

static void write_file(const char *text)
{
    FILE *file = fopen("shop.yaml", "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const struct row {
    const char *text;
    const char *said;
} rows[] = {
    {"sign: shut\n",                         "shop.yaml: name: is required"                                 },
    {"name: ''\n",                           "shop.yaml: name: is required"                                 },
    {"name: a\nroom: 3\n",                   "shop.yaml: Load: Unexpected key: room"                        },
    {"name: a\nname: b\n",                   "shop.yaml: Load: Mapping field already seen: name"            },
    {"sign: a\nname: [a, b]\n",
     "shop.yaml: Load: Expecting STRING, got event: SEQUENCE_START (line: 2, column: 7)"                    },
    {"- a\n",                                "shop.yaml: Load: Expecting MAPPING, got event: SEQUENCE_START"},
    {"name: 'a\n",                           "shop.yaml: Load: libyaml: found unexpected end"               },
    {"name: a234567890123456\n",             "shop.yaml: name: must have at most 15 characters"             },
    {"name: a\nsign: shutter\n",             "shop.yaml: sign: must have 0 to 6 characters"                 },
    {"name: a\nlicence: /no/such\n",         "shop.yaml: licence: file cannot be read"                      },
    {"name: a\nnumber: '12'\n",              "shop.yaml: number: must have 3 to 11 characters"              },
    {"name: a\nnumber: 12e4\n",              "shop.yaml: number: must be digits"                            },
    {"name: a\nrooms: 0\n",                  "shop.yaml: rooms: must be 1 to 9, not \"0\""                  },
    {"name: a\nrooms: 10\n",                 "shop.yaml: rooms: must be 1 to 9, not \"10\""                 },
    {"name: a\nrooms: 3x\n",                 "shop.yaml: rooms: must be 1 to 9, not \"3x\""                 },
    {"name: a\nrooms:\n",                    "shop.yaml: rooms: must be 1 to 9, not \"\""                   },
    {"name: a\nrooms: \"a\\nb\"\n",          "shop.yaml: rooms: must be 1 to 9, not \"a"                    },
    {"name: a\nrooms: 99999999999999999999",
     "shop.yaml: rooms: must be 1 to 9, not \"99999999999999999999\""                                       },
    {"name: a\ncolour: pink\n",              "shop.yaml: colour: one of red green blue"                     },
    {"name: a\ncolour: ''\n",                "shop.yaml: colour: one of red green blue"                     },
    {"name: a\nhours: [9, 24]\n",            "shop.yaml: hours: from 0 to 23"                               },
    {"name: a\nhours: [9, noon]\n",
     "shop.yaml: Load: Invalid uint64_t value: 'noon' (line: 2, column: 12)"                                },
    {"name: a\nhours: [1, 2, 3, 4, 5]\n",    "shop.yaml: Load: Excessive entries (4 max) in sequence"       },
    {"",                                     "shop.yaml: is empty"                                          },
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct shop shop = {.rooms = 0};
        char text[200] = "";
        struct settings_problem problem = {.text = text, .size = sizeof text};
        write_file(rows[i].text);
        assert_false(settings_load(&shop_settings, "shop.yaml", &shop, &problem));
        size_t size = strlen(rows[i].said);
        if (strncmp(text, rows[i].said, size) != 0 || strchr(text, '\n') != NULL) {
            fail_msg("%s, not %s", text, rows[i].said);
        }
    }
    struct shop shop;
    char text[24] = "";
    struct settings_problem problem = {.text = text, .size = sizeof text};
    assert_false(settings_load(&shop_settings, "nothing.yaml", &shop, &problem));
    assert_string_equal("nothing.yaml: Could not", text);
}

static void test_taken(void **state)
{
    (void)state;
    struct shop shop = {.rooms = 0};
    char text[200] = "";
    struct settings_problem problem = {.text = text, .size = sizeof text};
    write_file("colour: blue\nname: a23456789012345\nhours: [9, 17]\nrooms: 09\nsign: ''\n");
    assert_true(settings_load(&shop_settings, "shop.yaml", &shop, &problem));
    assert_string_equal("a23456789012345", shop.name);
    assert_string_equal("", shop.sign);
    assert_string_equal("/dev/null", shop.licence);
    assert_string_equal("100", shop.number);
    assert_int_equal(9, shop.rooms);
    assert_int_equal(2, shop.colour);
    assert_int_equal(2, shop.hour_count);
    assert_int_equal(17, shop.hours[1]);
    assert_string_equal("", text);
    assert_false(settings_complain(&problem, "who is %s", shop.name));
    assert_string_equal("shop.yaml: who is a23456789012345", text);
}

/* A key by itself, as from a command line: the same checks, and no file to blame. */
static void test_set(void **state)
{
    (void)state;
    struct shop shop = {.rooms = 0};
    char text[200] = "";
    struct settings_problem problem = {.text = text, .size = sizeof text};
    const struct settings defaults = {keys + 1, sizeof keys / sizeof keys[0] - 1, NULL};
    assert_true(settings_load(&defaults, NULL, &shop, &problem));
    assert_int_equal(2, shop.rooms);
    assert_null(settings_find(&shop_settings, "room"));
    assert_true(settings_set(settings_find(&shop_settings, "rooms"), "7", &shop, &problem));
    assert_int_equal(7, shop.rooms);
    assert_false(settings_set(settings_find(&shop_settings, "rooms"), "-7", &shop, &problem));
    assert_string_equal("rooms: must be 1 to 9, not \"-7\"", text);
    assert_false(
        settings_set(settings_find(&shop_settings, "name"), "a234567890123456", &shop, &problem));
    assert_string_equal("name: must have at most 15 characters", text);
}

/* What is printed loads once its required keys are given, and says the defaults. */
static void test_printed(void **state)
{
    (void)state;
    struct shop shop = {.rooms = 0};
    char text[200] = "";
    struct settings_problem problem = {.text = text, .size = sizeof text};
    FILE *file = fopen("shop.yaml", "w");
    assert_non_null(file);
    settings_print(&shop_settings, file);
    fputs("name: a\n", file);
    fclose(file);
    assert_true(settings_load(&shop_settings, "shop.yaml", &shop, &problem));
    assert_string_equal("open", shop.sign);
    assert_string_equal("100", shop.number);
    assert_int_equal(2, shop.rooms);
    assert_int_equal(0, shop.colour);
}

static int enter(void **state)
{
    static char directory[] = "/tmp/kouan-settings-XXXXXX";
    *state = directory;
    return mkdtemp(directory) == NULL ? -1 : chdir(directory);
}

static int leave(void **state)
{
    (void)unlink("shop.yaml");
    return chdir("/") == 0 ? rmdir(*state) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_printed),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
