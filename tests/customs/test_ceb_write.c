/*
 * Random messages of every type in both forms: the customs' schema accepts what is written, and
 * reading gives back what was there. The seed is printed: test_ceb_write [SEED [ROUNDS]].
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/customs/ceb_random.h"
#include "tests/customs/schema.h"

enum {
    ARENA_SIZE = 8 << 20,
    MESSAGE_SIZE = 4 << 20,
    ROUNDS = 20
};

static const enum ceb_type types[] = {
    CEB_311,
    CEB_411,
    CEB_511,
    CEB_621,
    CEB_622,
    CEB_623,
    CEB_624,
    CEB_625,
    CEB_626,
    CEB_816,
    CEB_818,
    CEB_900,
};

/* What the schema demands of signed messages; the value signs nothing. */
static const char placeholder[] =
    "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>"
    "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>"
    "<ds:SignatureMethod Algorithm=\"http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3\"/>"
    "<ds:Reference URI=\"\"><ds:Transforms><ds:Transform "
    "Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/></ds:Transforms>"
    "<ds:DigestMethod Algorithm=\"http://www.chinaport.gov.cn/2022/04/xmldsig#sm3\"/>"
    "<ds:DigestValue>bm90IGEgZGlnZXN0</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    "<ds:SignatureValue>bm90IGEgc2lnbmF0dXJl</ds:SignatureValue></ds:Signature>";

struct round {
    uint64_t seed;
    enum ceb_type type;
    enum ceb_form form;
    struct arena made;
    struct arena read;
    struct schema *schema;
    uint8_t *buffer;
    uint8_t *signed_buffer;
    size_t written_bytes;
};

static void round_fail(const struct round *round, const char *what, const char *element)
{
    fprintf(stderr,
            "seed %" PRIu64 ", CEB%d, form %d: %s at '%s'\n",
            round->seed,
            (int)round->type,
            (int)round->form,
            what,
            element);
    exit(1);
}

static bool is_signed(enum ceb_type type)
{
    return type == CEB_621 || type == CEB_623 || type == CEB_625;
}

/* The message with a signature as its last element, where it wants one. */
static struct bytes signed_copy(struct round *round, struct bytes xml)
{
    size_t end = xml.size;
    if (!is_signed(round->type)) {
        return xml;
    }
    while (xml.data[end - 1] != '<') {
        end--;
    }
    struct writer copy = writer_over(round->signed_buffer, MESSAGE_SIZE);
    write_bytes(&copy, xml.data, end - 1);
    write_text(&copy, placeholder);
    write_bytes(&copy, xml.data + end - 1, xml.size - end + 1);
    return (struct bytes){copy.data, copy.size};
}

static void message_check(struct round *round, const struct ceb_message *message)
{
    struct ceb_message again;
    struct ceb_fault fault;
    struct writer out = writer_over(round->buffer, MESSAGE_SIZE);
    const struct ceb_transfer transfer = {
        .guid = "0F0E0D0C-1111-4222-8333-4444<&\"'7777",
        .cop_code = "1509DECL04",
        .cop_name = "口岸样例报关 & 仓储",
        .dxp_id = "DXPENT0000000042",
    };
    ceb_write(message, &transfer, round->form, &out);
    if (out.has_failed) {
        round_fail(round, "not written", "");
    }
    round->written_bytes += out.size;
    struct bytes xml = {out.data, out.size};
    if (!schema_is_met(round->schema, signed_copy(round, xml))) {
        round_fail(round, "refused by the schema", "");
    }
    if (!ceb_read(signed_copy(round, xml), &round->read, &again, &fault)) {
        round_fail(round, fault.code, fault.element);
    }
    const char *difference = ceb_difference(message, &again);
    if (difference != NULL) {
        round_fail(round, "another value", difference);
    }
}

/* A buffer one byte too small fails the writer, and nothing is written behind it. */
static void overflow_check(struct round *round, const struct ceb_message *message)
{
    const struct ceb_transfer transfer = {
        .guid = "g", .cop_code = "", .cop_name = "", .dxp_id = ""};
    struct writer whole = writer_over(round->buffer, MESSAGE_SIZE);
    ceb_write(message, &transfer, round->form, &whole);
    uint8_t *exact = malloc(whole.size - 1);
    if (exact == NULL) {
        round_fail(round, "out of memory", "");
        return;
    }
    struct writer small = writer_over(exact, whole.size - 1);
    ceb_write(message, &transfer, round->form, &small);
    if (!small.has_failed) {
        round_fail(round, "fits where it cannot", "");
    }
    free(exact);
}

static void text_check(struct round *round)
{
    static const char *const unsayable[] = {
        "\x01", "\xC0\x80", "a\xED\xA0\x80", "\xEF\xBF\xBF", "\xE7"};
    for (size_t i = 0; i < sizeof unsayable / sizeof unsayable[0]; i++) {
        struct ceb_tax_status status = {
            .return_time = "20270305143015250", .invt_no = "1", .tax_no = "1", .status = "1"};
        (void)snprintf(status.assure_code, sizeof status.assure_code, "%s", unsayable[i]);
        struct ceb_message message = {.type = CEB_818, .count = 1, .nodes = &status};
        struct writer out = writer_over(round->buffer, MESSAGE_SIZE);
        ceb_write(&message, &(struct ceb_transfer){.guid = ""}, CEB_FORM_DEFAULT, &out);
        if (!out.has_failed) {
            round_fail(round, "a text that XML cannot say was written", "assureCode");
        }
    }
}

static void round_run(struct round *round)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        arena_reset(&round->made);
        arena_reset(&round->read);
        struct ceb_random random = {.state = round->seed * 16 + i, .arena = &round->made};
        round->type = types[i];
        round->form = round->seed % 2 == 0 ? CEB_FORM_DEFAULT : CEB_FORM_PREFIX;
        struct ceb_message message = ceb_random_message(&random, types[i], 5, 4);
        message_check(round, &message);
        overflow_check(round, &message);
    }
}

int main(int argument_count, char **arguments)
{
    uint64_t seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    uint64_t rounds = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : ROUNDS;
    struct round round = {
        .schema = schema_open("import-202205.xsd"),
        .buffer = malloc(MESSAGE_SIZE),
        .signed_buffer = malloc(MESSAGE_SIZE),
    };
    assert(round.buffer != NULL && round.signed_buffer != NULL);
    printf("seed %" PRIu64 ", %" PRIu64 " rounds\n", seed, rounds);
    arena_create(&round.made, ARENA_SIZE);
    arena_create(&round.read, ARENA_SIZE);
    for (uint64_t i = 0; i < rounds; i++) {
        round.seed = seed + i;
        round_run(&round);
    }
    text_check(&round);
    printf("%zu bytes written, accepted by the schema and read again\n", round.written_bytes);
    arena_destroy(&round.made);
    arena_destroy(&round.read);
    schema_close(round.schema);
    free(round.buffer);
    free(round.signed_buffer);
    return 0;
}
