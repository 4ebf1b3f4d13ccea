/* The deterministic CBOR reader and writer on their own; examples of RFC 8949, appendix A. */
#include <stdio.h>

#include "ledger/base/cbor.h"
#include "tests/base/check.h"

enum {
    SPACE_SIZE = 256
};

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

/* Reads everything; the fault, or CBOR_OK. */
static enum cbor_fault walk(const uint8_t *data, size_t size)
{
    uint8_t *exact = (uint8_t *)exact_copy((const char *)data, size);
    struct cbor_reader reader = cbor_reader_over((struct bytes){exact, size});
    struct cbor_item item;
    bool is_read = cbor_read(&reader, &item);
    while (is_read && reader.depth > 0) {
        is_read = cbor_read(&reader, &item);
    }
    if (is_read) {
        is_read = cbor_finish(&reader);
    }
    assert_true(is_read == (reader.fault == CBOR_OK));
    enum cbor_fault fault = reader.fault;
    free(exact);
    return fault;
}

static void walks(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum cbor_fault fault;
    } rows[] = {
        {"00",                                           CBOR_OK               },
        {"1bffffffffffffffff",                           CBOR_OK               },
        {"3bffffffffffffffff",                           CBOR_OK               },
        {"4401020304",                                   CBOR_OK               },
        {"63e6b0b4",                                     CBOR_OK               },
        {"83010203",                                     CBOR_OK               },
        {"8301820203820405",                             CBOR_OK               },
        {"a201020304",                                   CBOR_OK               },
        {"a26161016162820203",                           CBOR_OK               },
        {"c074323031332d30332d32315432303a30343a30305a", CBOR_OK               },
        {"f4",                                           CBOR_OK               },
        {"f6",                                           CBOR_OK               },
 /* the order of §4.2.1: 10, 100, -1, "z", "aa" */
        {"a50af41864f420f4617af4626161f4",               CBOR_OK               },
        {"a21864f40af4",                                 CBOR_NOT_DETERMINISTIC},
        {"a220f41864f4",                                 CBOR_NOT_DETERMINISTIC},
        {"a2626161f4617af4",                             CBOR_NOT_DETERMINISTIC},
        {"a2617af4617af4",                               CBOR_DUPLICATE        },
        {"a2a00000a1",                                   CBOR_UNSUPPORTED      },
        {"f7",                                           CBOR_UNSUPPORTED      },
        {"f0",                                           CBOR_UNSUPPORTED      },
        {"f818",                                         CBOR_UNSUPPORTED      },
        {"f90000",                                       CBOR_UNSUPPORTED      },
        {"fa47c35000",                                   CBOR_UNSUPPORTED      },
        {"fb3ff199999999999a",                           CBOR_UNSUPPORTED      },
        {"fc",                                           CBOR_MALFORMED        },
        {"ff",                                           CBOR_MALFORMED        },
        {"1c",                                           CBOR_MALFORMED        },
        {"5f42010243030405ff",                           CBOR_NOT_DETERMINISTIC},
        {"9fff",                                         CBOR_NOT_DETERMINISTIC},
        {"bfff",                                         CBOR_NOT_DETERMINISTIC},
        {"1817",                                         CBOR_NOT_DETERMINISTIC},
        {"1900ff",                                       CBOR_NOT_DETERMINISTIC},
        {"1a0000ffff",                                   CBOR_NOT_DETERMINISTIC},
        {"1b00000000ffffffff",                           CBOR_NOT_DETERMINISTIC},
        {"62c3",                                         CBOR_MALFORMED        },
        {"61c3",                                         CBOR_CHARSET          },
        {"",                                             CBOR_MALFORMED        },
        {"0000",                                         CBOR_MALFORMED        },
        {"82",                                           CBOR_MALFORMED        },
        {"8200",                                         CBOR_MALFORMED        },
        {"a100",                                         CBOR_MALFORMED        },
        {"c0",                                           CBOR_MALFORMED        },
        {"9bffffffffffffffff",                           CBOR_MALFORMED        },
        {"bb8000000000000000",                           CBOR_MALFORMED        },
        {"bb7fffffffffffffff",                           CBOR_MALFORMED        },
        {"5bffffffffffffffff",                           CBOR_MALFORMED        },
        {"8181818181818181818181818181818100",           CBOR_OK               },
        {"818181818181818181818181818181818100",         CBOR_TOO_DEEP         },
        {"c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c100",         CBOR_TOO_DEEP         },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t data[SPACE_SIZE];
        size_t size = from_hex(rows[i].hex, data);
        enum cbor_fault fault = walk(data, size);
        if (fault != rows[i].fault) {
            fail_msg("%s: %d, not %d", rows[i].hex, fault, rows[i].fault);
        }
    }
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *hex;
    } rows[] = {
        {0,                      "00"                },
        {23,                     "17"                },
        {24,                     "1818"              },
        {255,                    "18ff"              },
        {256,                    "190100"            },
        {1000,                   "1903e8"            },
        {65535,                  "19ffff"            },
        {65536,                  "1a00010000"        },
        {1000000,                "1a000f4240"        },
        {UINT32_MAX,             "1affffffff"        },
        {INT64_C(1000000000000), "1b000000e8d4a51000"},
        {INT64_MAX,              "1b7fffffffffffffff"},
        {-1,                     "20"                },
        {-24,                    "37"                },
        {-25,                    "3818"              },
        {-1000,                  "3903e7"            },
        {INT64_MIN,              "3b7fffffffffffffff"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t expected[16];
        uint8_t space[16];
        size_t size = from_hex(rows[i].hex, expected);
        struct writer writer = writer_over(space, sizeof space);
        cbor_write_integer(&writer, rows[i].value);
        assert_int_equal(writer.size, size);
        assert_memory_equal(space, expected, size);
        struct cbor_reader reader = cbor_reader_over((struct bytes){space, size});
        struct cbor_item item;
        int64_t value;
        assert_true(cbor_read(&reader, &item));
        assert_true(cbor_integer(&item, &value));
        assert_true(value == rows[i].value);
    }
    static const char *const beyond[] = {"1b8000000000000000", "3b8000000000000000"};
    for (size_t i = 0; i < 2; i++) {
        uint8_t data[16];
        size_t size = from_hex(beyond[i], data);
        struct cbor_reader reader = cbor_reader_over((struct bytes){data, size});
        struct cbor_item item;
        int64_t value;
        assert_true(cbor_read(&reader, &item));
        assert_false(cbor_integer(&item, &value));
    }
}

/* Every input of three bytes: no crash, and what is accepted is never accepted cut short. */
static void all_short_inputs(void **state)
{
    (void)state;
    size_t accepted = 0;
    for (uint32_t bits = 0; bits < (UINT32_C(1) << 24); bits += 7) {
        uint8_t data[3] = {(uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits};
        struct cbor_reader reader = cbor_reader_over((struct bytes){data, sizeof data});
        struct cbor_item item;
        while (cbor_read(&reader, &item) && reader.depth > 0) {
        }
        if (reader.fault == CBOR_OK && cbor_finish(&reader)) {
            accepted++;
            assert_true(walk(data, 2) != CBOR_OK);
        }
    }
    assert_true(accepted > 1000);
}

static void written(void **state)
{
    (void)state;
    uint8_t space[SPACE_SIZE];
    uint8_t expected[SPACE_SIZE];
    struct writer writer = writer_over(space, sizeof space);
    cbor_write_array(&writer, 5);
    cbor_write_map(&writer, 1);
    cbor_write_text(&writer, "IETF", 4);
    cbor_write_bytes(&writer, (struct bytes){(const uint8_t *)"\1\2\3\4", 4});
    cbor_write_tag(&writer, 1004);
    cbor_write_text(&writer, "", 0);
    cbor_write_boolean(&writer, true);
    cbor_write_boolean(&writer, false);
    cbor_write_bytes(&writer, (struct bytes){0});
    size_t size = from_hex("85a164494554464401020304d903ec60f5f440", expected);
    assert_int_equal(writer.size, size);
    assert_memory_equal(space, expected, size);
    assert_int_equal(walk(space, size), CBOR_OK);
    assert_true(cbor_compare_keys("z", "aa") < 0);
    assert_true(cbor_compare_keys("ab", "aa") > 0);
    assert_int_equal(cbor_compare_keys("aa", "aa"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks),
        cmocka_unit_test(integers),
        cmocka_unit_test(all_short_inputs),
        cmocka_unit_test(written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
