/* The pure pieces of the door, as tables. */
#include <stdio.h>

#include "gateway/server/identity.h"
#include "gateway/server/metrics.h"
#include "gateway/server/problem.h"
#include "gateway/server/router.h"
#include "gateway/server/target.h"
#include "tests/base/check.h"

static void identities(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *party; /* NULL: refused */
        enum role role;
        const char *user;
    } rows[] = {
        {"kouan:party/acme/role/merchant",                            "acme", ROLE_MERCHANT, ""         },
        {"kouan:party/b-2/role/bank",                                 "b-2",  ROLE_BANK,     ""         },
        {"kouan:party/a/role/operator",                               "a",    ROLE_OPERATOR, ""         },
        {"kouan:party/a/role/auditor",                                "a",    ROLE_AUDITOR,  ""         },
        {"kouan:party/a/role/customs",                                "a",    ROLE_CUSTOMS,  ""         },
        {"kouan:party/a/role/insurer",                                "a",    ROLE_INSURER,  ""         },
        {"kouan:party/a/role/customs/user/officer-a",                 "a",    ROLE_CUSTOMS,  "officer-a"},
        {"kouan:party/a/role/customs/user/7",                         "a",    ROLE_CUSTOMS,  "7"        },
        {"kouan:party/a/role/bank/user/abcdefghijklmnopqrstuvwx",
         "a",                                                                 ROLE_BANK,
         "abcdefghijklmnopqrstuvwx"                                                                     },
        {"kouan:party/abcdefghijklmnopqrstuvwx/role/bank",
         "abcdefghijklmnopqrstuvwx",                                          ROLE_BANK,
         ""                                                                                             },
        {"kouan:party/abcdefghijklmnopqrstuvwxy/role/bank",           NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party//role/bank",                                    NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/",                                    NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/root",                                NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/",                               NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/Bank",                                NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/ACME/role/bank",                                NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/ac me/role/bank",                               NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/../role/bank",                                  NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme",                                          NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role",                                     NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/rolebank",                                 NULL,   ROLE_ANYONE,   ""         },
        {"KOUAN:party/acme/role/bank",                                NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank and more than fits a name",      NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/user",                           NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/user/",                          NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/user/a/",                        NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/user/a/b",                       NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/user/Anna",                      NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/role/bank/user/abcdefghijklmnopqrstuvwxy", NULL,   ROLE_ANYONE,   ""         },
        {"kouan:party/acme/user/a/role/bank",                         NULL,   ROLE_ANYONE,   ""         },
        {"",                                                          NULL,   ROLE_ANYONE,   ""         },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct identity identity;
        size_t size = strlen(rows[i].uri);
        char *uri = exact_copy(rows[i].uri, size);
        bool is_one = identity_parse(uri, size, &identity);
        free(uri);
        assert_int_equal(is_one, rows[i].party != NULL);
        if (is_one) {
            assert_string_equal(identity.party, rows[i].party);
            assert_string_equal(identity.user, rows[i].user);
            assert_int_equal(identity.role, rows[i].role);
        }
    }
    static const char *const with_nul[] = {"kouan:party/acme/role/bank\0x",
                                           "kouan:party/acme/role/bank/user/a\0x"};
    static const size_t sizes[] = {28, 35};
    for (size_t i = 0; i < 2; i++) {
        struct identity identity;
        assert_false(identity_parse(with_nul[i], sizes[i], &identity));
    }
}

static void routes(void **state)
{
    (void)state;
    static const struct route table[] = {
        {.method = METHOD_GET,  .pattern = "/v1/parties/self",        .roles = ROLE_ANYONE  },
        {.method = METHOD_GET,  .pattern = "/v1/parties/{id}",        .roles = ROLE_OPERATOR},
        {.method = METHOD_POST, .pattern = "/v1/parties/{id}/freeze", .roles = ROLE_OPERATOR},
        {.method = METHOD_GET,  .pattern = "/v1/orders",              .roles = ROLE_ANYONE  },
        {.method = METHOD_POST, .pattern = "/v1/orders",              .roles = ROLE_MERCHANT},
        {.method = METHOD_GET,  .pattern = "/v1/a/{x}/b/{y}",         .roles = ROLE_ANYONE  },
        {.method = METHOD_GET,  .pattern = "/console/{path*}",        .roles = ROLE_OPERATOR},
    };
    static const struct {
        enum method method;
        const char *path;
        enum role role;
        enum route_result result;
        size_t index;
        const char *part;
    } rows[] = {
        {METHOD_GET,   "/v1/parties/self",         ROLE_BANK,     ROUTE_FOUND,        0, NULL    },
        {METHOD_GET,   "/v1/parties/acme",         ROLE_OPERATOR, ROUTE_FOUND,        1, "acme"  },
        {METHOD_GET,   "/v1/parties/acme",         ROLE_MERCHANT, ROUTE_FORBIDDEN,    1, NULL    },
        {METHOD_POST,  "/v1/parties/acme",         ROLE_OPERATOR, ROUTE_WRONG_METHOD, 1, NULL    },
        {METHOD_GET,   "/v1/parties/",             ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/v1/parties",              ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/v1/parties/acme/",        ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_POST,  "/v1/parties/acme/freeze",  ROLE_OPERATOR, ROUTE_FOUND,        2, "acme"  },
        {METHOD_POST,  "/v1/parties/acme/freezer", ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/v1/orders",               ROLE_BANK,     ROUTE_FOUND,        3, NULL    },
        {METHOD_POST,  "/v1/orders",               ROLE_BANK,     ROUTE_FORBIDDEN,    4, NULL    },
        {METHOD_OTHER, "/v1/orders",               ROLE_MERCHANT, ROUTE_WRONG_METHOD, 3, NULL    },
        {METHOD_GET,   "/v1/a/1/b/2",              ROLE_BANK,     ROUTE_FOUND,        5, "1"     },
        {METHOD_GET,   "/v1/a//b/2",               ROLE_BANK,     ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/v1/a/1/b/2/3",            ROLE_BANK,     ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/console/a/b.js",          ROLE_OPERATOR, ROUTE_FOUND,        6, "a/b.js"},
        {METHOD_GET,   "/console/",                ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/",                        ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
        {METHOD_GET,   "/V1/orders",               ROLE_OPERATOR, ROUTE_UNKNOWN,      0, NULL    },
    };
    struct route_match match;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum route_result result = route_find(table,
                                              sizeof table / sizeof table[0],
                                              rows[i].method,
                                              rows[i].path,
                                              rows[i].role,
                                              &match);
        assert_int_equal(result, rows[i].result);
        if (result != ROUTE_UNKNOWN) {
            assert_int_equal(match.index, rows[i].index);
        }
        if (rows[i].part != NULL) {
            assert_string_equal(match.parts[0], rows[i].part);
        }
    }
    char long_path[400] = "/v1/parties/";
    memset(long_path + strlen(long_path), 'a', ROUTE_PART_SIZE_MAX);
    assert_int_equal(route_find(table, 2, METHOD_GET, long_path, ROLE_OPERATOR, &match),
                     ROUTE_UNKNOWN);
}

static void patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        bool is_valid;
    } rows[] = {
        {"/",                    true },
        {"/a/{b}",               true },
        {"/a/{b}/c/{d*}",        true },
        {"/{a}/{b}/{c}/{d}",     true },
        {"a",                    false},
        {"/a{b}",                false},
        {"/a/{b",                false},
        {"/a/{b}c",              false},
        {"/a/{b*}/c",            false},
        {"/{a}/{b}/{c}/{d}/{e}", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(route_pattern_is_valid(rows[i].pattern), rows[i].is_valid);
    }
}

static bool split(const char *text, char **copy_out, struct target *target_out)
{
    size_t size = strlen(text);
    assert_true(target_is_valid((const uint8_t *)text, size));
    *copy_out = malloc(size + 1);
    assert_non_null(*copy_out);
    memcpy(*copy_out, text, size);
    (*copy_out)[size] = ' ';
    return target_split(*copy_out, size, target_out);
}

static void targets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *path; /* NULL: refused by the split */
        const char *name;
        const char *value;
    } rows[] = {
        {"/",                  "/",    "a",  NULL          },
        {"/a%20b?a=1",         "/a b", "a",  "1"           },
        {"/a?b=1&a=2",         "/a",   "a",  "2"           },
        {"/a?a",               "/a",   "a",  ""            },
        {"/a?a=",              "/a",   "a",  ""            },
        {"/a?",                "/a",   "a",  NULL          },
        {"/a?&&a=1&",          "/a",   "a",  "1"           },
        {"/a?a=b=c",           "/a",   "a",  "b=c"         },
        {"/a?a=x+y%2Bz",       "/a",   "a",  "x y+z"       },
        {"/a+b?%61=%e5%8f%a3", "/a+b", "a",  "\xe5\x8f\xa3"},
        {"/a?a=../%2e?/",      "/a",   "a",  "../.?/"      },
        {"/a?a=1&a=1",         NULL,   NULL, NULL          },
        {"/a?a=1&%61=1",       NULL,   NULL, NULL          },
        {"/%ff",               NULL,   NULL, NULL          },
        {"/a?a=%c0%af",        NULL,   NULL, NULL          },
        {"/%c0%ae%c0%ae/a",    NULL,   NULL, NULL          },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct target target;
        char *copy = NULL;
        bool is_split = split(rows[i].text, &copy, &target);
        assert_int_equal(is_split, rows[i].path != NULL);
        if (is_split) {
            assert_string_equal(target.path, rows[i].path);
            const char *value = target_parameter(&target, rows[i].name);
            assert_int_equal(value == NULL, rows[i].value == NULL);
            if (value != NULL) {
                assert_string_equal(value, rows[i].value);
            }
        }
        free(copy);
    }
}

static void too_many_parameters_are_refused(void **state)
{
    (void)state;
    for (int count = 32; count <= 33; count++) {
        char text[512] = "/?";
        for (int i = 0; i < count; i++) {
            size_t at = strlen(text);
            snprintf(text + at, sizeof text - at, "p%d=1&", i);
        }
        struct target target;
        char *copy = NULL;
        assert_int_equal(split(text, &copy, &target), count <= TARGET_PARAMETER_COUNT_MAX);
        free(copy);
    }
}

static const struct problem_member members[] = {
    {.name = "required", .text = "120.50"},
    {.name = "limit",                  .number = -64},
    {.name = NULL},
};
static const struct problem example = {
    .status = 422,
    .code = "guarantee.insufficient",
    .title = "Too little",
    .detail = "say \"\xe5\x8f\xa3\"\n",
    .pointer = "/amount",
    .members = members,
};

static void problems_in_json(void **state)
{
    (void)state;
    char text[1024];
    struct writer out = writer_over(text, sizeof text);
    problem_write_json(&example, &out);
    write_u8(&out, 0);
    assert_string_equal(text,
                        "{\"type\":\"urn:kouan:problem:guarantee.insufficient\","
                        "\"title\":\"Too little\",\"status\":422,"
                        "\"code\":\"guarantee.insufficient\","
                        "\"detail\":\"say \\\"\xe5\x8f\xa3\\\"\\u000a\",\"pointer\":\"/amount\","
                        "\"required\":\"120.50\",\"limit\":-64}");
    struct problem broken = {
        .status = 400, .code = "a", .title = "b\xff\xe5", .detail = "\xc0\xaf"};
    out = writer_over(text, sizeof text);
    problem_write_json(&broken, &out);
    write_u8(&out, 0);
    assert_string_equal(text,
                        "{\"type\":\"urn:kouan:problem:a\",\"title\":\"b\?\?\",\"status\":400,"
                        "\"code\":\"a\",\"detail\":\"\?\?\"}");
}

static void problems_in_cbor(void **state)
{
    (void)state;
    uint8_t data[1024];
    struct writer out = writer_over(data, sizeof data);
    problem_write_cbor(&example, &out);
    static const char expected[] = "\xa3\x20\x6aToo little\x21\x6asay \"\xe5\x8f\xa3\"\n"
                                   "\x71urn:kouan:problem\xa5"
                                   "\x64"
                                   "code\x76guarantee.insufficient"
                                   "\x65limit\x38\x3f"
                                   "\x66status\x19\x01\xa6"
                                   "\x67pointer\x67/amount"
                                   "\x68required\x66"
                                   "120.50";
    assert_int_equal(out.size, sizeof expected - 1);
    assert_memory_equal(data, expected, out.size);
}

static void metrics_are_grouped_by_family(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_create();
    struct metric *a = metrics_counter(metrics, "kouan_a_total", "x=\"1\"", "As.");
    struct metric *b = metrics_gauge(metrics, "kouan_b", "", "Bs.");
    struct metric *c = metrics_counter(metrics, "kouan_a_total", "x=\"2\"", "As.");
    struct metric *d = metrics_histogram(metrics, "kouan_d_seconds", "r=\"1\"", "Ds.");
    assert_ptr_equal(metrics_counter(metrics, "kouan_a_total", "x=\"2\"", "As."), c);
    metric_add(a, 2);
    metric_add(c, 3);
    metric_set(b, -7);
    metric_observe(d, 100);
    metric_observe(d, 101);
    metric_observe(d, 60000000);
    size_t size = metrics_size_max(metrics);
    char *text = malloc(size);
    assert_non_null(text);
    struct writer out = writer_over(text, size);
    metrics_write(metrics, &out);
    write_u8(&out, 0);
    assert_false(out.has_failed);
    static const char start[] = "# HELP kouan_a_total As.\n# TYPE kouan_a_total counter\n"
                                "kouan_a_total{x=\"1\"} 2\nkouan_a_total{x=\"2\"} 3\n"
                                "# HELP kouan_b Bs.\n# TYPE kouan_b gauge\nkouan_b -7\n"
                                "# HELP kouan_d_seconds Ds.\n# TYPE kouan_d_seconds histogram\n"
                                "kouan_d_seconds_bucket{r=\"1\",le=\"0.0001\"} 1\n"
                                "kouan_d_seconds_bucket{r=\"1\",le=\"0.0002\"} 2\n";
    assert_memory_equal(text, start, sizeof start - 1);
    assert_non_null(strstr(text,
                           "kouan_d_seconds_bucket{r=\"1\",le=\"10\"} 2\n"
                           "kouan_d_seconds_bucket{r=\"1\",le=\"+Inf\"} 3\n"
                           "kouan_d_seconds_count{r=\"1\"} 3\n"
                           "kouan_d_seconds_sum{r=\"1\"} 60.000201\n"));
    free(text);
    metrics_destroy(metrics);
}

static void roles(void **state)
{
    (void)state;
    for (int role = ROLE_OPERATOR; role <= ROLE_INSURER; role *= 2) {
        assert_int_equal(role_find(role_name((enum role)role)), role);
    }
    assert_null(role_name(ROLE_ANYONE));
    assert_int_equal(role_find("anyone"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identities),
        cmocka_unit_test(routes),
        cmocka_unit_test(patterns),
        cmocka_unit_test(targets),
        cmocka_unit_test(too_many_parameters_are_refused),
        cmocka_unit_test(problems_in_json),
        cmocka_unit_test(problems_in_cbor),
        cmocka_unit_test(metrics_are_grouped_by_family),
        cmocka_unit_test(roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
