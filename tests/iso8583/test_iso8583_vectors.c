/*
 * Byte vectors and their bad twins (vectors/decode.table): what a message means, or the reason,
 * field and byte of its first fault together with the fields before it. Good ones encode again to
 * the same bytes. vectors/encode.table holds what encoding must refuse.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/iso8583/support.h"

enum {
    LINE_SIZE = 4096
};

struct expected_case {
    char name[128];
    const struct iso8583_dialect *dialect;
    struct iso8583_view bytes;
    struct iso8583_view recoded; /* data NULL: the same bytes */
    struct iso8583_fault fault;
    struct iso8583_message message; /* the fields named */
};

static int failure_count;
static int case_count;

static void fail(const struct expected_case *expected, const char *what)
{
    fprintf(stderr, "FAIL %s: %s\n", expected->name, what);
    failure_count++;
}

static void encode_check(const struct expected_case *expected,
                         const struct iso8583_message *message)
{
    struct iso8583_view want = expected->recoded.data != NULL ? expected->recoded : expected->bytes;
    struct iso8583_fault fault;
    size_t size = 0;
    uint8_t *out = malloc(want.size);
    if (out == NULL) {
        abort();
    }
    if (!iso8583_encode(expected->dialect, message, out, want.size, &size, &fault)) {
        fail(expected, iso8583_reason_text(fault.reason));
    } else if (size != want.size || memcmp(out, want.data, size) != 0) {
        fail(expected, "encodes to other bytes");
    }
    for (size_t capacity = 0; capacity < want.size; capacity++) {
        uint8_t *small = malloc(capacity == 0 ? 1 : capacity);
        if (small == NULL ||
            iso8583_encode(expected->dialect, message, small, capacity, &size, &fault) ||
            fault.reason != ISO8583_REASON_SIZE) {
            fail(expected, "encodes into too small a buffer");
        }
        free(small);
    }
    free(out);
}

static void case_check(const struct expected_case *expected)
{
    struct iso8583_message message;
    struct iso8583_fault fault;
    char description[8192];
    int field;
    size_t scratch_size = ISO8583_SCRATCH_SIZE(expected->bytes.size);
    uint8_t *scratch = malloc(scratch_size == 0 ? 1 : scratch_size);
    if (scratch == NULL) {
        abort();
    }
    case_count++;
    bool is_good =
        iso8583_decode(expected->dialect, expected->bytes, scratch, scratch_size, &message, &fault);
    const struct iso8583_fault *want = &expected->fault;
    if (is_good != (want->reason == ISO8583_REASON_NONE) || fault.reason != want->reason ||
        fault.field != want->field || fault.offset != want->offset) {
        fprintf(stderr,
                "  got: %s, field %d, byte %zu\n",
                iso8583_reason_text(fault.reason),
                fault.field,
                fault.offset);
        fail(expected, "another outcome");
    }
    memcpy(message.mti, is_good ? message.mti : "", is_good ? 4 : 1);
    if (!is_good) {
        memset(message.mti, 0, sizeof message.mti);
    }
    if (!support_same(&message, &expected->message, &field)) {
        fprintf(stderr, "  field %d\n", field);
        fail(expected, "another meaning");
    }
    iso8583_describe(expected->dialect, &message, &fault, description, sizeof description);
    if (is_good) {
        encode_check(expected, &message);
    }
    free(scratch);
}

static void field_line(struct expected_case *expected, const char *rest)
{
    char *notation;
    long field = strtol(rest, &notation, 10);
    struct iso8583_view value = support_bytes(notation);
    iso8583_set(&expected->message, (int)field, value.data, value.size);
}

static void case_release(struct expected_case *expected)
{
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        support_release(iso8583_get(&expected->message, field));
    }
    support_release(expected->bytes);
    support_release(expected->recoded);
    *expected = (struct expected_case){.dialect = NULL};
}

static void line_apply(struct expected_case *expected, const char *key, const char *rest)
{
    if (strcmp(key, "case") == 0) {
        snprintf(expected->name, sizeof expected->name, "%s", rest);
    } else if (strcmp(key, "dialect") == 0) {
        expected->dialect = support_dialect(rest);
    } else if (strcmp(key, "bytes") == 0) {
        expected->bytes = support_bytes(rest);
    } else if (strcmp(key, "recodes") == 0) {
        expected->recoded = support_bytes(rest);
    } else if (strcmp(key, "mti") == 0) {
        memcpy(expected->message.mti, rest, 4);
    } else if (strcmp(key, "field") == 0) {
        field_line(expected, rest);
    } else if (strcmp(key, "fault") == 0) {
        char reason[32];
        char *end;
        size_t size = strcspn(rest, " ");
        snprintf(reason, sizeof reason, "%.*s", (int)size, rest);
        expected->fault.reason = support_reason(reason);
        expected->fault.field = (int)strtol(rest + size, &end, 10);
        expected->fault.offset = strtoul(end, NULL, 10);
    } else {
        fprintf(stderr, "no key %s\n", key);
        exit(1);
    }
}

static FILE *table_open(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/iso8583/vectors/%s", TESTS_DIR, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static void decode_table(const char *name)
{
    static struct expected_case expected;
    char line[LINE_SIZE];
    FILE *file = table_open(name);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') {
            continue;
        }
        if (line[0] == '\0') {
            if (expected.dialect != NULL) {
                case_check(&expected);
                case_release(&expected);
            }
            continue;
        }
        char *rest = line + strcspn(line, " ");
        if (*rest == ' ') {
            *rest++ = '\0';
        }
        line_apply(&expected, line, rest + strspn(rest, " "));
    }
    if (expected.dialect != NULL) {
        case_check(&expected);
        case_release(&expected);
    }
    fclose(file);
}

/* "dialect mti reason field value" */
static void encode_row(char *line)
{
    static struct iso8583_message message;
    char *state = NULL;
    const char *name = strtok_r(line, " ", &state);
    const char *mti = strtok_r(NULL, " ", &state);
    enum iso8583_reason reason = support_reason(strtok_r(NULL, " ", &state));
    int field = (int)strtol(strtok_r(NULL, " ", &state), NULL, 10);
    struct iso8583_view value = support_bytes(state);
    uint8_t out[16384];
    size_t size = 1;
    struct iso8583_fault fault;
    iso8583_clear(&message);
    memcpy(message.mti, mti, 4);
    iso8583_set(&message, field, value.data, value.size);
    bool is_done = iso8583_encode(support_dialect(name), &message, out, sizeof out, &size, &fault);
    case_count++;
    if (is_done != (reason == ISO8583_REASON_NONE) || fault.reason != reason ||
        (!is_done && size != 0)) {
        fprintf(stderr,
                "FAIL encode %s field %d: %s\n",
                name,
                field,
                iso8583_reason_text(fault.reason));
        failure_count++;
    }
    support_release(value);
}

static void encode_table(void)
{
    char line[LINE_SIZE];
    FILE *file = table_open("encode.table");
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '#' && line[0] != '\0') {
            encode_row(line);
        }
    }
    fclose(file);
}

int main(void)
{
    decode_table("decode.table");
    decode_table("published.table");
    encode_table();
    printf("%d cases, %d failures\n", case_count, failure_count);
    return failure_count == 0 && case_count > 100 ? 0 : 1;
}
