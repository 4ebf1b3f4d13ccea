/* What JSON the client shows for the CBOR it is answered; NULL where it must refuse. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/cbor_json.h"

struct vector {
    const char *hex;
    const char *json;
};

static const struct vector vectors[] = {
  /* {"value": 4([-2, 6918]), "currency": "CNY"} */
    {"a26576616c7565c48221191b066863757272656e637963434e59",
     "{\"currency\":\"CNY\",\"value\":\"69.18\"}"                                                       },
    {"c4822105",                                                             "\"0.05\""                 },
    {"c482212004",                                                           NULL                       },
    {"c4822120",                                                             "\"-0.01\""                },
    {"c4820007",                                                             "\"7\""                    },
    {"c482011864",                                                           NULL                       },
    {"c482213b7fffffffffffffff",                                             "\"-92233720368547758.08\""},
    {"43fbff00",                                                             "\"-_8A\""                 },
    {"40",                                                                   "\"\""                     },
    {"83f4f5f6",                                                             "[false,true,null]"        },
 /* RFC 9290: {-1: "no", -2: "x", "urn:kouan:problem": {"code": "c"}} */
    {"a320626e6f2161787175726e3a6b6f75616e3a70726f626c656da164636f64656163",
     "{\"detail\":\"x\",\"title\":\"no\",\"urn:kouan:problem\":{\"code\":\"c\"}}"                       },
    {"a16161",                                                               NULL                       },
    {"a2616201616102",                                                       NULL                       },
    {"1800",                                                                 NULL                       },
    {"9f01ff",                                                               NULL                       },
    {"fb3ff0000000000000",                                                   NULL                       },
    {"0102",                                                                 NULL                       },
    {"",                                                                     NULL                       },
};

static size_t unhex(const char *hex, uint8_t *bytes_out)
{
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes_out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return size;
}

static int check(const struct vector *vector)
{
    size_t size = strlen(vector->hex) / 2;
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) {
        abort();
    }
    unhex(vector->hex, exact);
    json_t *value = cbor_json((struct bytes){exact, size});
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
    bool is_right = vector->json ? text && strcmp(text, vector->json) == 0 : !text;
    if (!is_right) {
        printf("%s: want %s, got %s\n", vector->hex, vector->json, text);
    }
    free(text);
    json_decref(value);
    free(exact);
    return is_right ? 0 : 1;
}

int main(void)
{
    int failures = 0;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        failures += check(&vectors[i]);
    }
    return failures > 0;
}
