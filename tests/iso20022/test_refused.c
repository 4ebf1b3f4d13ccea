/* What the writer will not write: one change each to a payment that is fine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: cmocka.h needs the headers above it */
#include <cmocka.h>
/* clang-format on */

#include "adapters/iso20022/iso20022.h"

enum {
    TEXT_SIZE = 8192
};

/* A customer transfer, its one payment beside it. */
struct sample {
    struct iso20022_document document;
    struct iso20022_transfer transfer;
};

static void sample_make(struct sample *sample)
{
    memset(sample, 0, sizeof *sample);
    sample->document.type = ISO20022_CIPS_111_02;
    sample->document.message_id = "M1";
    sample->document.created_at = INT64_C(1795415400) * INSTANT_US_PER_SECOND;
    sample->document.settlement = ISO20022_SETTLEMENT_CLRG;
    sample->document.transfers = &sample->transfer;
    sample->document.transfer_count = 1;
    sample->transfer.end_to_end_id = "E1";
    sample->transfer.amount = (struct money){123456, CURRENCY_CNY};
    sample->transfer.value_date = date_from_civil(2026, 11, 24);
    sample->transfer.charge_bearer = ISO20022_BEARER_SHAR;
    sample->transfer.debtor.name = "A";
    sample->transfer.debtor.agent.bic = "ZZZACNBJ";
    sample->transfer.creditor.name = "B";
    sample->transfer.creditor.agent.bic = "ZZZBCNBJ";
}

enum change {
    CHANGE_NOTHING,
    CHANGE_AMOUNT_ZERO,
    CHANGE_AMOUNT_NEGATIVE,
    CHANGE_AMOUNT_LARGE,
    CHANGE_AMOUNT_ABSENT,
    CHANGE_TOTAL_OFF,
    CHANGE_DATE_ABSENT,
    CHANGE_AGENT_ABSENT,
    CHANGE_MEMBER_ABSENT,
    CHANGE_TWO_ACCOUNTS,
    CHANGE_ORDER,
    CHANGE_ORDER_IN_OLD,
    CHANGE_COUNTRY_IN_OLD,
    CHANGE_NO_TRANSFERS,
    CHANGE_BEARER_ABSENT,
    CHANGE_HEADER_WITHOUT_TIME,
};

static void change_apply(struct sample *sample, enum change change)
{
    struct iso20022_transfer *transfer = &sample->transfer;
    switch (change) {
    case CHANGE_NOTHING:
        break;
    case CHANGE_AMOUNT_ZERO:
        transfer->amount.minor = 0;
        break;
    case CHANGE_AMOUNT_NEGATIVE:
        transfer->amount.minor = -1;
        break;
    case CHANGE_AMOUNT_LARGE:
        transfer->amount.minor = ISO20022_AMOUNT_MINOR_MAX + 1;
        break;
    case CHANGE_AMOUNT_ABSENT:
        transfer->amount.currency = CURRENCY_NONE;
        break;
    case CHANGE_TOTAL_OFF:
        sample->document.total = (struct money){123457, CURRENCY_CNY};
        break;
    case CHANGE_DATE_ABSENT:
        transfer->value_date = DATE_NONE;
        break;
    case CHANGE_AGENT_ABSENT:
        transfer->creditor.agent.bic = NULL;
        break;
    case CHANGE_MEMBER_ABSENT:
        transfer->creditor.agent.clearing_code = "CNAPS";
        break;
    case CHANGE_TWO_ACCOUNTS:
        transfer->debtor.account.iban = "GB82WEST12345698765432";
        transfer->debtor.account.other = "1";
        break;
    case CHANGE_ORDER:
        transfer->order_id = "O1";
        break;
    case CHANGE_ORDER_IN_OLD:
        sample->document.type = ISO20022_CIPS_111_01;
        transfer->order_id = "O1";
        break;
    case CHANGE_COUNTRY_IN_OLD:
        sample->document.type = ISO20022_CIPS_111_01;
        transfer->creditor.country = "MN";
        break;
    case CHANGE_NO_TRANSFERS:
        sample->document.transfer_count = 0;
        break;
    case CHANGE_BEARER_ABSENT:
        transfer->charge_bearer = 0;
        break;
    case CHANGE_HEADER_WITHOUT_TIME:
        sample->document.header.message_id = "H1";
        break;
    }
}

struct change_row {
    enum change change;
    const char *code; /* NULL: written */
    const char *element;
};

static const struct change_row change_rows[] = {
    {CHANGE_NOTHING,             NULL,          NULL            },
    {CHANGE_AMOUNT_ZERO,         "zero",        "IntrBkSttlmAmt"},
    {CHANGE_AMOUNT_NEGATIVE,     "negative",    "IntrBkSttlmAmt"},
    {CHANGE_AMOUNT_LARGE,        "amount",      "IntrBkSttlmAmt"},
    {CHANGE_AMOUNT_ABSENT,       "missing",     "IntrBkSttlmAmt"},
    {CHANGE_TOTAL_OFF,           "unbalanced",  "GrpHdr"        },
    {CHANGE_DATE_ABSENT,         "missing",     "IntrBkSttlmDt" },
    {CHANGE_AGENT_ABSENT,        "missing",     "CdtrAgt"       },
    {CHANGE_MEMBER_ABSENT,       "missing",     "MmbId"         },
    {CHANGE_TWO_ACCOUNTS,        "choice",      "IBAN"          },
    {CHANGE_ORDER,               NULL,          NULL            },
    {CHANGE_ORDER_IN_OLD,        "unsupported", "RmtId"         },
    {CHANGE_COUNTRY_IN_OLD,      "unsupported", "CtryOfRes"     },
    {CHANGE_NO_TRANSFERS,        "missing",     "NbOfTxs"       },
    {CHANGE_BEARER_ABSENT,       "missing",     "ChrgBr"        },
    {CHANGE_HEADER_WITHOUT_TIME, "missing",     "CreDt"         },
};

static void check_written(const struct sample *sample, size_t row, const char *code, const char *at)
{
    char text[TEXT_SIZE];
    struct xml_fault fault;
    struct writer writer = writer_over(text, sizeof text);
    bool is_written = iso20022_write(&sample->document, &writer, &fault);
    if (is_written != (code == NULL) || strcmp(fault.code, code == NULL ? "" : code) != 0 ||
        (code != NULL && strcmp(fault.element, at) != 0)) {
        fail_msg("row %zu: '%s' at '%s': %s", row, fault.code, fault.element, fault.detail);
    }
}

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof change_rows / sizeof change_rows[0]; i++) {
        struct sample sample;
        sample_make(&sample);
        change_apply(&sample, change_rows[i].change);
        check_written(&sample, i, change_rows[i].code, change_rows[i].element);
    }
}

struct name_row {
    const char *name;
    const char *code;
};

/* clang-format off: one row a line */
static const struct name_row name_rows[] = {
    {"<&>\"'",                                    NULL       },
    {"\xf0\x9f\x9a\xa2 \xe5\x8f\xa3\xe5\xb2\xb8", NULL       },
    {"",                                          "missing"  },
    {" A",                                        "character"},
    {"A ",                                        "character"},
    {"A\nB",                                      "character"},
    {"A\tB",                                      "character"},
    {"A\x01",                                     "character"},
    {"A\xff",                                     "character"},
    {"A\xed\xa0\x80",                             "character"},
    {"A\xef\xbf\xbe",                             "character"},
    {"A\xc0\x80",                                 "character"},
};
/* clang-format on */

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof name_rows / sizeof name_rows[0]; i++) {
        struct sample sample;
        sample_make(&sample);
        sample.transfer.debtor.name = name_rows[i].name;
        check_written(&sample, i, name_rows[i].code, "Nm");
    }
}

/* clang-format off: one row a line */
static const struct name_row remittance_rows[] = {
    {"a\nb",                                                      NULL       },
    {"",                                                          NULL       },
    {"a\n\nb",                                                    "character"},
    {"a\n",                                                       "character"},
    {"\na",                                                       "character"},
    {"a \nb",                                                     "character"},
    {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16",     NULL       },
    {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17", "too_many" },
};
/* clang-format on */

static void test_remittances(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof remittance_rows / sizeof remittance_rows[0]; i++) {
        struct sample sample;
        sample_make(&sample);
        sample.transfer.remittance = remittance_rows[i].name;
        check_written(&sample, i, remittance_rows[i].code, "Ustrd");
    }
}

/* A writer of any size is full or holds the whole document. */
static void test_every_writer(void **state)
{
    (void)state;
    struct sample sample;
    char text[TEXT_SIZE];
    struct xml_fault fault;
    sample_make(&sample);
    struct writer whole = writer_over(text, sizeof text);
    assert_true(iso20022_write(&sample.document, &whole, &fault));
    for (size_t size = 0; size <= whole.size; size++) {
        char *block = malloc(size == 0 ? 1 : size);
        struct writer writer = writer_over(block, size);
        bool is_written = iso20022_write(&sample.document, &writer, &fault);
        assert_int_equal(is_written, size == whole.size);
        assert_string_equal(fault.code, is_written ? "" : "too_large");
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_remittances),
        cmocka_unit_test(test_every_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
