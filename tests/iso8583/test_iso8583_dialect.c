/* Dialect files: the library's own load; each bad one (a good one with one thing changed) tells
 * why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/iso8583/iso8583_dialect.h"

struct dialect_row {
    const char *changed; /* the text that is replaced */
    const char *with;
    const char *problem; /* a part of it; NULL: it loads */
};

static const char good[] =
    "name: small\n"
    "source: test\n"
    "prefix: {size: 2, encoding: binary, unit: bytes, counts: exclusive}\n"
    "header:\n"
    "  - {name: all, size: 4, encoding: ascii, role: total-size}\n"
    "mti: ascii\n"
    "mti_version: \"0\"\n"
    "bitmap: binary\n"
    "tertiary: none\n"
    "defaults: {digits: bcd, text: ascii, binary: binary, length: ascii, unit: characters}\n"
    "fields:\n"
    "  - {field: 2, name: PAN, type: n..19, mask: pan}\n"
    "  - {field: 48, name: tags, type: ans...999, layout: tags, tag_size: 2, length_size: 3}\n"
    "  - {field: 60, name: parts, type: n..9, layout: parts, parts: [{name: a, type: n2}, {name: "
    "b, type: n}]}\n"
    "  - {field: 55, name: chip, type: b...255, layout: ber-tlv}\n";

static const struct dialect_row rows[] = {
    {"name: small",                                      "name: small",                                         NULL                            },
    {"n..19",                                            "n..100",                                              "does not fit its length digits"},
    {"ans...999",                                        "ans..999",                                            "does not fit its length digits"},
    {"ans...999",                                        "ans....9999",                                         NULL                            },
    {"n..19",                                            "n.19",                                                "not a type"                    },
    {"n..19",                                            "n..",                                                 "1 to 9999"                     },
    {"n..19",                                            "n",                                                   "1 to 9999"                     },
    {"n..19",                                            "q..19",                                               "not a type"                    },
    {"n..19",                                            "n..19x",                                              "not a type"                    },
    {"n..19",                                            "x+n..9",                                              "fixed length"                  },
    {"n..19, mask",                                      "n..19, min: 20, mask",                                "shortest length"               },
    {"n..19, mask",                                      "n..19, pad: 7, mask",                                 "padding"                       },
    {"n..19, mask",                                      "n..19, pad: 15, mask",                                NULL                            },
    {"n..19, mask",                                      "n..19, encoding: binary, mask",                       "only b can be binary"          },
    {"ans...999",                                        "ans...999, encoding: bcd",                            "only n, z and x+n"             },
    {"text: ascii, b",                                   "text: bcd, b",                                        "only n, z and x+n"             },
    {"ans...999",                                        "text...999, encoding: ebcdic",                        "national"                      },
    {"b...255",                                          "ans...255",                                           "BER-TLV must be of kind b"     },
    {"tag_size: 2, length_size: 3",                      "tag_size: 2",                                         "tags need"                     },
    {"parts: [{name: a, type: n2}, {name: b, type: n}]", "min: 0",                                              "parts that are not there"      },
    {"{name: a, type: n2}",                              "{name: a, type: n}",                                  "only the last part"            },
    {"{name: a, type: n2}",                              "{name: a, type: n..2}",                               "not a part"                    },
    {"field: 2,",                                        "field: 1,",                                           "no field 1"                    },
    {"field: 2,",                                        "field: 193,",                                         "no field 193"                  },
    {"field: 2,",                                        "field: 130,",                                         "bitmaps leave no room"         },
    {"field: 2,",                                        "field: 48,",                                          "twice"                         },
    {"tertiary: none",                                   "tertiary: adjacent",                                  NULL                            },
    {"bitmap: binary",                                   "bitmap: bcd",                                         "bitmap BCD"                    },
    {"mti: ascii",                                       "mti: binary",                                         "MTI cannot be binary"          },
    {"mti: ascii",                                       "mti: utf8",                                           "utf8"                          },
    {"mti: ascii\n",                                     "",                                                    "mti"                           },
    {"mti_version: \"0\"",                               "mti_version: \"07\"",                                 "one digit"                     },
    {"size: 2, encoding",                                "size: 5, encoding",                                   "at most 4 bytes"               },
    {"unit: bytes, counts",                              "unit: characters, counts",                            "bytes or nibbles"              },
    {"size: 4, encoding: ascii",                         "size: 9, encoding: ascii",                            "header part"                   },
    {"size: 4, encoding: ascii",                         "size: 0, encoding: ascii",                            "header part"                   },
    {"name: small",                                      "name: a name that is much longer than a name may be", "longer than"                   },
    {"source: test",                                     "source: test\nsauce: test",                           "sauce"                         },
    {"source: test",                                     "source: &a test\nname2: *a",                          "a"                             },
    {"fields:",                                          "fields: [",                                           ""                              },
};

static char path[] = "/tmp/test_iso8583_dialect.XXXXXX";
static int failure_count;

static void text_write(const struct dialect_row *row)
{
    const char *at = strstr(good, row->changed);
    FILE *file = fopen(path, "w");
    if (at == NULL || file == NULL) {
        fprintf(stderr, "row: %s\n", row->changed);
        exit(1);
    }
    fprintf(file, "%.*s%s%s", (int)(at - good), good, row->with, at + strlen(row->changed));
    fclose(file);
}

static void row_check(const struct dialect_row *row)
{
    static struct iso8583_dialect dialect;
    char problem[ISO8583_PROBLEM_SIZE];
    text_write(row);
    bool is_loaded = iso8583_dialect_load(path, &dialect, problem);
    if (is_loaded != (row->problem == NULL) ||
        (!is_loaded && (strstr(problem, row->problem) == NULL || problem[0] == '\0'))) {
        fprintf(
            stderr, "FAIL %s -> %s: %s\n", row->changed, row->with, is_loaded ? "loads" : problem);
        failure_count++;
    }
}

static void own_check(const char *name, int field, const char *field_name)
{
    static struct iso8583_dialect dialect;
    char problem[ISO8583_PROBLEM_SIZE];
    char file[512];
    snprintf(file, sizeof file, "%s/%s.yaml", ISO8583_DIALECTS_DIR, name);
    if (!iso8583_dialect_load(file, &dialect, problem) || strcmp(dialect.name, name) != 0 ||
        strcmp(dialect.names[field], field_name) != 0) {
        fprintf(stderr, "FAIL %s: %s\n", name, problem);
        failure_count++;
    }
}

int main(void)
{
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        perror(path);
        return 1;
    }
    close(descriptor);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        row_check(&rows[i]);
    }
    unlink(path);
    own_check("iso87-ascii", 90, "Original data elements");
    own_check("iso93-ascii", 192, "Reserved");
    own_check("unionpay-pos", 60, "Reserved, private");
    own_check("unionpay-interbank", 128, "Message authentication code");
    printf("%zu rows, %d failures\n", sizeof rows / sizeof rows[0], failure_count);
    return failure_count == 0 ? 0 : 1;
}
