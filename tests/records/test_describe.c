/* The OpenAPI document is JSON whose references resolve; the CDDL defines all it uses. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>

#include "gateway/records/cddl.h"
#include "gateway/records/openapi.h"
#include "tests/base/check.h"
#include "tests/records/demonstration.h"

enum {
    DOCUMENT_SIZE = 1 << 16
};

static const char *const refusals[] = {"guarantee.insufficient", "tax.window_closed", NULL};

static const struct openapi_operation operations[] = {
    {.path = "/v1/demonstration/make",
     .method = "post",
     .summary = "Make one",
     .command = &demonstration_record,
     .answer = &demonstration_line_record,
     .refusals = refusals,
     .is_by_two = true},
    {.path = "/v1/demonstration/{key}",
     .method = "get",
     .summary = "Read one",
     .answer = &demonstration_record              },
    {.path = "/v1/demonstration/{key}",
     .method = "delete",
     .summary = "End \"one\"",
     .refusals = refusals},
};

static json_t *openapi_load(char *space)
{
    struct writer writer = writer_over(space, DOCUMENT_SIZE);
    json_error_t error;
    openapi_write(operations, sizeof operations / sizeof operations[0], &writer);
    assert_false(writer.has_failed);
    json_t *document =
        json_loadb((const char *)writer.data, writer.size, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL) {
        fail_msg("%s at %d", error.text, error.position);
    }
    return document;
}

static json_t *resolve(json_t *document, const char *pointer)
{
    char part[128];
    assert_int_equal(strncmp(pointer, "#/", 2), 0);
    for (const char *at = pointer + 2; document != NULL && *at != '\0';) {
        size_t size = strcspn(at, "/");
        snprintf(part, sizeof part, "%.*s", (int)size, at);
        document = json_object_get(document, part);
        at += size + (at[size] == '/' ? 1 : 0);
    }
    return document;
}

static size_t references_check(json_t *document, json_t *value)
{
    size_t count = 0;
    const char *name;
    json_t *member;
    size_t index;
    json_object_foreach(value, name, member)
    {
        if (strcmp(name, "$ref") == 0) {
            assert_non_null(resolve(document, json_string_value(member)));
            count++;
        }
        count += references_check(document, member);
    }
    json_array_foreach(value, index, member)
    {
        count += references_check(document, member);
    }
    return count;
}

static void openapi_is_whole(void **state)
{
    (void)state;
    char *space = malloc(DOCUMENT_SIZE);
    json_t *document = openapi_load(space);
    assert_string_equal(json_string_value(json_object_get(document, "openapi")), "3.1.0");
    assert_true(references_check(document, document) >= 10);
    json_t *paths = json_object_get(document, "paths");
    assert_int_equal(json_object_size(paths), 2);
    json_t *both = json_object_get(paths, "/v1/demonstration/{key}");
    assert_non_null(json_object_get(both, "get"));
    assert_non_null(json_object_get(both, "delete"));
    json_t *make = json_object_get(json_object_get(paths, "/v1/demonstration/make"), "post");
    assert_string_equal(json_string_value(json_object_get(make, "operationId")),
                        "post_v1_demonstration_make");
    json_decref(document);
    free(space);
}

/* Every field is there, with its bounds. */
static void openapi_has_fields(void **state)
{
    (void)state;
    char *space = malloc(DOCUMENT_SIZE);
    json_t *document = openapi_load(space);
    json_t *schema = resolve(document, "#/components/schemas/demonstration");
    json_t *properties = json_object_get(schema, "properties");
    assert_int_equal(json_object_size(properties), demonstration_record.field_count);
    assert_int_equal(json_array_size(json_object_get(schema, "required")), 4);
    json_t *count = json_object_get(properties, "count");
    assert_int_equal(json_integer_value(json_object_get(count, "maximum")), 1000);
    json_t *id = json_object_get(properties, "id");
    assert_int_equal(json_integer_value(json_object_get(id, "maxLength")), 17);
    json_t *lines = json_object_get(properties, "lines");
    assert_int_equal(json_integer_value(json_object_get(lines, "maxItems")),
                     DEMONSTRATION_LINES_MAX);
    assert_true(
        json_is_true(json_object_get(json_object_get(properties, "password"), "writeOnly")));
    json_decref(document);
    free(space);
}

/* --- CDDL --- */

static bool is_word_character(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* The next word outside text and comments; NULL at the end. */
static const char *word_next(const char *at, char *word_out, size_t size)
{
    while (*at != '\0') {
        if (*at == '"') {
            at += 1 + strcspn(at + 1, "\"");
            at += *at == '"' ? 1 : 0;
        } else if (*at == ';') {
            at += strcspn(at, "\n");
        } else if (isalpha((unsigned char)*at)) {
            size_t length = 0;
            while (is_word_character(at[length])) {
                length++;
            }
            snprintf(word_out, size, "%.*s", (int)length, at);
            return at + length;
        } else if (*at == '.' && isalpha((unsigned char)at[1])) {
            at += 1;
            while (isalpha((unsigned char)*at)) {
                at++;
            }
        } else {
            at++;
        }
    }
    return NULL;
}

static bool is_defined(const char *document, const char *word)
{
    static const char *const prelude[] = {"tstr", "bstr", "bool", "tdate", "int"};
    for (size_t i = 0; i < sizeof prelude / sizeof prelude[0]; i++) {
        if (strcmp(prelude[i], word) == 0) {
            return true;
        }
    }
    char rule[140];
    snprintf(rule, sizeof rule, "\n%s = ", word);
    const char *found = strstr(document, rule);
    return found != NULL && strstr(found + 1, rule) == NULL;
}

static void cddl_is_whole(void **state)
{
    (void)state;
    static const struct record *const records[] = {&demonstration_line_record,
                                                   &demonstration_record};
    char *space = calloc(1, DOCUMENT_SIZE);
    assert_non_null(space);
    struct writer writer = writer_over(space, DOCUMENT_SIZE - 1);
    cddl_write(records, 2, &writer);
    assert_false(writer.has_failed);
    char word[128];
    size_t count = 0;
    for (const char *at = word_next(space, word, sizeof word); at != NULL;
         at = word_next(at, word, sizeof word)) {
        if (!is_defined(space, word)) {
            fail_msg("%s is not defined", word);
        }
        count++;
    }
    assert_true(count >= 20);
    static const char *const expected[] = {
        "\ndemonstration_part = {\n  \"code\": tstr .regexp \"[A-Za-z0-9._:/-]{1,8}\", ; code\n",
        "  \"amount\": {\"value\": #6.4([-2, 1..100000000]), \"currency\": currency}, ; amount",
        "  ? \"rate\": #6.4([-4, -9223372036854775808..9223372036854775807]), ; rate\n",
        "  ? \"scopes\": [* (\"air\" / \"sea\" / \"rail\")], ; scopes\n",
        "  ? \"lines\": [0*5 demonstration_line], ; lines\n",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_non_null(strstr(space, expected[i]));
    }
    free(space);
}

static void full_writer(void **state)
{
    (void)state;
    static const struct record *const records[] = {&demonstration_record};
    uint8_t space[100];
    struct writer writer = writer_over(space, sizeof space);
    cddl_write(records, 1, &writer);
    assert_true(writer.has_failed);
    writer = writer_over(space, sizeof space);
    openapi_write(operations, 1, &writer);
    assert_true(writer.has_failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openapi_is_whole),
        cmocka_unit_test(openapi_has_fields),
        cmocka_unit_test(cddl_is_whole),
        cmocka_unit_test(full_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
