/* What people see: descriptions with masks and a caret, parts and elements, and the doctor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/iso8583/support.h"

enum {
    TEXT_SIZE = 8192
};

static int failure_count;
static struct iso8583_message message;
static struct iso8583_fault fault;
static uint8_t scratch[TEXT_SIZE];
static char text[TEXT_SIZE];

static void expect(bool is_true, const char *what)
{
    if (!is_true) {
        fprintf(stderr, "FAIL %s\n%s\n", what, text);
        failure_count++;
    }
}

static void describe(const char *dialect_name, const char *notation)
{
    const struct iso8583_dialect *dialect = support_dialect(dialect_name);
    struct iso8583_view bytes = support_bytes(notation);
    (void)!iso8583_decode(dialect, bytes, scratch, sizeof scratch, &message, &fault);
    size_t size = iso8583_describe(dialect, &message, &fault, text, sizeof text);
    expect(size == strlen(text), "the length is the text's");
    for (size_t capacity = 1; capacity < size + 2; capacity += 7) {
        char *small = malloc(capacity);
        if (small == NULL) {
            abort();
        }
        size_t cut = iso8583_describe(dialect, &message, &fault, small, capacity);
        expect(cut == strlen(small) && strncmp(small, text, cut) == 0, "a cut is a front");
        expect(cut == (size < capacity ? size : capacity - 1), "a cut fills its buffer");
        free(small);
    }
    support_release(bytes);
}

static bool is_told(const char *part)
{
    return strstr(text, part) != NULL;
}

#define SALE                                                                                       \
    "60 0003 0000 6031 00 310100 0200 703C048020C09211 19 62284804025648900180 000000 "            \
    "000000012345 "                                                                                \
    "000042 143015 0305 4912 0210 00 37 6228480402564890018D491212012345678900 'TERM0001' "        \
    "'MERCHANT0000001' '156' 0011223344556677 0009 5A0501020304 05 9500 0013 22000001000500 "      \
    "8899AABBCCDDEEFF"

static void masks(void)
{
    describe("unionpay-pos", SALE);
    expect(fault.reason == ISO8583_REASON_NONE, iso8583_reason_text(fault.reason));
    expect(is_told("message type 0200"), "the type is told");
    expect(is_told("622848*********0018"), "the PAN shows six and four");
    expect(!is_told("6228480402564890018") && !is_told("0402564890"), "the PAN is not told");
    expect(!is_told("=4912"), "the track is not told");
    expect(!is_told("0011223344556677"), "the PIN block is not told");
    expect(!is_told("4912"), "the expiry is not told");
    expect(is_told("000000012345"), "the amount is told");
    expect(is_told("5A (5) ****") && !is_told("0102030405"), "tags and lengths only");
    expect(is_told("batch number             000001"), "parts are told by name");
    expect(is_told("8899AABBCCDDEEFF"), "the code is told");
    describe("iso87-ascii", "'0200' 0000000000000000 00");
    expect(is_told("byte 12 of 13"), "the place of trailing bytes");
}

static void carets(void)
{
    describe("iso87-ascii", "'0200' 3000000000000000 '000000' '00000012X456'");
    expect(is_told(
               "fault: a character the field may not have, field 4 Amount, transaction, byte "
               "26 of 30\n   30 30 30 30 30 30 31 32 58 ** ** **\n                           ^^\n"),
           "the caret stands under the byte");
    /* A PAN cut short: its digits do not appear in the bytes around the fault. */
    describe("iso87-ascii", "'0200' 6000000000000000 '16' '6228480402564890' '00000X'");
    expect(is_told("byte 35") && is_told("30 30 30 30 30 58"), "the fault in the open");
    expect(!is_told("36 34 38 39 30") && is_told("** ** ** 30 30 30 30 30 58"),
           "the PAN before it is hidden");
    describe("iso87-ascii", "'0200' 4000000000000000 '16' '62284804025648X0'");
    expect(is_told("byte 28") && !is_told("34 38") && is_told("** **"), "a bad PAN is hidden too");
    describe("iso87-ascii", "'0200' 4000000000000000 '1A' '62284804025648X0'");
    expect(is_told("field 2") && is_told("byte 13") && !is_told("36 32"), "what follows is hidden");
    describe("iso87-ascii", "");
    expect(is_told("byte 0 of 0"), "nothing at all");
}

static void parts(void)
{
    const struct iso8583_dialect *dialect = support_dialect("unionpay-pos");
    struct iso8583_view bytes =
        support_bytes("60 0003 0000 6031 00 310100 0800 0000000000000010 0011 220000010010");
    expect(iso8583_decode(dialect, bytes, scratch, sizeof scratch, &message, &fault), "parts");
    struct iso8583_view code = iso8583_part(dialect, &message, 60, 2);
    expect(code.size == 3 && memcmp(code.data, "001", 3) == 0, "60.3");
    expect(iso8583_part(dialect, &message, 60, 3).data == NULL, "60.4 is absent");
    expect(iso8583_part(dialect, &message, 60, 99).data == NULL, "no part 99");
    expect(iso8583_part(dialect, &message, 11, 0).data == NULL, "a field without parts");
    expect(iso8583_part(dialect, &message, 61, 0).data == NULL, "an absent field");
    support_release(bytes);
}

static void elements(void)
{
    static const uint8_t tag[] = {0x9F, 0x26};
    const struct iso8583_rule *ber = &support_dialect("unionpay-pos")->fields[55];
    const struct iso8583_rule *tags = &support_dialect("mixed")->fields[48];
    uint8_t *buffer = malloc(600);
    static uint8_t value[300];
    size_t size = 0;
    size_t at = 0;
    struct iso8583_tlv tlv = {
        {tag,   2  },
        {value, 127}
    };
    struct iso8583_tlv back;
    expect(iso8583_tlv_add(ber, &tlv, buffer, 600, &size) && size == 130, "127 bytes");
    tlv.value.size = 128;
    expect(iso8583_tlv_add(ber, &tlv, buffer, 600, &size) && size == 130 + 132, "128 bytes");
    tlv.value.size = 256;
    expect(iso8583_tlv_add(ber, &tlv, buffer, 600, &size) && size == 262 + 261, "256 bytes");
    expect(!iso8583_tlv_add(ber, &tlv, buffer, 600, &size) && size == 523, "no room");
    tlv.tag.size = 1;
    expect(!iso8583_tlv_add(ber, &tlv, buffer, 600, &size), "a tag without its end");
    struct iso8583_view whole = {buffer, 523};
    static const size_t sizes[] = {127, 128, 256};
    for (size_t i = 0; i < 3; i++) {
        expect(iso8583_tlv_next(ber, whole, &at, &back) == ISO8583_STEP_OK &&
                   back.value.size == sizes[i] && back.tag.size == 2,
               "elements come back");
    }
    expect(iso8583_tlv_next(ber, whole, &at, &back) == ISO8583_STEP_END, "the end");
    size = 0;
    tlv = (struct iso8583_tlv){
        {(const uint8_t *)"A1",  2},
        {(const uint8_t *)"xyz", 3}
    };
    expect(iso8583_tlv_add(tags, &tlv, buffer, 7, &size) && memcmp(buffer, "A103xyz", 7) == 0,
           "tags");
    tlv.value = (struct iso8583_view){value, 100};
    size = 0;
    expect(!iso8583_tlv_add(tags, &tlv, buffer, 600, &size), "a length that has no room");
    free(buffer);
}

static void doctor(const char *notation, const char *best, bool is_framed, size_t decoded_count)
{
    const struct iso8583_dialect *dialects[] = {support_dialect("iso87-ascii"),
                                                support_dialect("iso93-ascii"),
                                                support_dialect("unionpay-pos"),
                                                support_dialect("unionpay-interbank")};
    struct iso8583_score scores[4];
    struct iso8583_view capture = support_bytes(notation);
    iso8583_doctor(dialects, 4, capture, scratch, sizeof scratch, scores);
    snprintf(text, sizeof text, "best %s %u", scores[0].dialect->name, scores[0].permille);
    expect(strcmp(scores[0].dialect->name, best) == 0, best);
    expect(scores[0].is_framed == is_framed, "framed");
    expect(scores[0].decoded_count == decoded_count, "decoded");
    expect(scores[0].permille >= scores[1].permille && scores[2].permille >= scores[3].permille,
           "best first");
    expect(scores[0].permille <= 1000, "a share");
    support_release(capture);
}

#define ECHO87 "'0800' 8220000000000000 0400000000000000 '0305143015' '000001' '301'"

int main(void)
{
    masks();
    carets();
    parts();
    elements();
    doctor(ECHO87, "iso87-ascii", false, 1);
    doctor("0027 " ECHO87 " 0027 " ECHO87, "iso87-ascii", true, 2);
    doctor("'1804' 8020000000000000 0400000000000000 '000001' '301'", "iso93-ascii", false, 1);
    doctor(SALE, "unionpay-pos", false, 1);
    doctor("'0000' '0085' 2E02 '0085' '00010000   ' '48220000   ' 00000000 '00000000' 00 "
           "'00000' " ECHO87,
           "unionpay-interbank",
           true,
           1);
    doctor("00", "iso87-ascii", false, 0);
    printf("%d failures\n", failure_count);
    return failure_count == 0 ? 0 : 1;
}
