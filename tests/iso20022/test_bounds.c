/* Sizes, depths and counts: what is just allowed, and what is one too many. */
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
#include "tests/vector_file.h"

#define DOCUMENT(name) "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:" name "\">"
#define BALANCE(code, amount)                                                                      \
    "<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" amount               \
    "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"
#define STATEMENT(closing)                                                                         \
    DOCUMENT("camt.053.001.08")                                                                    \
    "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-24T00:00:00Z</CreDtTm></GrpHdr>"      \
    "<Stmt><Id>S</Id><Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>" BALANCE("OPBD", "0.00")        \
        BALANCE("CLBD", closing)
#define ENTRY_HEAD                                                                                 \
    "<Ntry><Amt Ccy=\"CNY\">0.01</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"         \
    "<BookgDt><Dt>2026-11-23</Dt></BookgDt><BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>"
#define ENTRY         ENTRY_HEAD "</Ntry>"
#define STATEMENT_END "</Stmt></BkToCstmrStmt></Document>"
#define STATUS                                                                                     \
    DOCUMENT("pacs.002.001.10")                                                                    \
    "<FIToFIPmtStsRpt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-24T00:00:00Z</CreDtTm></GrpHdr>"
#define RESULT_HEAD "<TxInfAndSts><OrgnlTxId>T</OrgnlTxId><TxSts>RJCT</TxSts>"
#define RESULT      RESULT_HEAD "</TxInfAndSts>"
#define STATUS_END  "</FIToFIPmtStsRpt></Document>"

enum {
    SMALL = 1 << 20,
    LARGE = 96 << 20
};

/* open, `count` times `part`, close: read in a block of exactly that size. */
struct bound_row {
    const char *open;
    const char *part;
    size_t count;
    const char *close;
    size_t arena_size;
    const char *code; /* NULL: accepted */
};

/* clang-format off: one row a line */
static const struct bound_row bound_rows[] = {
    {STATEMENT("1000.00"), ENTRY,          100000,           STATEMENT_END,         LARGE,                   NULL                                                                                                    },
    {STATEMENT("1000.01"), ENTRY,          100000,           STATEMENT_END,         LARGE,                   "unbalanced"                                                                                            },
    {STATEMENT("1000.01"), ENTRY,          100001,           STATEMENT_END,         LARGE,                   "too_many"                                                                                              },
    {STATEMENT("1000.00"), ENTRY,          100000,           STATEMENT_END,         SMALL,                   "too_large"                                                                                             },
    {STATEMENT("0.00"),    BALANCE("CLAV", "5"),             98,                    STATEMENT_END,           SMALL,                                                                                                    NULL},
    {STATEMENT("0.00"),                    BALANCE("CLAV",                  "5"), 99, STATEMENT_END,                      SMALL,                                                                                                                 "too_many"},
    {STATEMENT("0.01") ENTRY_HEAD,
     "<NtryDtls><TxDtls/></NtryDtls>",                        10000,
     "</Ntry>" STATEMENT_END,
     LARGE,                                         NULL                                                                                                                                                                                         },
    {STATEMENT("0.01") ENTRY_HEAD,
     "<NtryDtls><TxDtls/></NtryDtls>",                              10001,
     "</Ntry>" STATEMENT_END,
     LARGE,                                   "too_many"                                                                                                                                                                                         },
    {STATUS,          RESULT,                        10000,                                   STATUS_END,                                         LARGE,  NULL},
    {STATUS,                RESULT,                              10001,                                         STATUS_END,                                         LARGE,                             "too_many"                                                                                                                                                                                                              },
    {STATUS RESULT_HEAD,          "<StsRsnInf/>",                        16,                       "</TxInfAndSts>" STATUS_END,                     SMALL,NULL},
    {STATUS RESULT_HEAD,                "<StsRsnInf/>",                              17,                             "</TxInfAndSts>" STATUS_END,                     SMALL,                       "too_many"                                                                                                                                                                                                                                        },
    {STATUS RESULT_HEAD "<StsRsnInf>",
     "<AddtlInf>x</AddtlInf>",                        16,
     "</StsRsnInf></TxInfAndSts>" STATUS_END,
     SMALL,                                                    NULL                                                                                                                                                                         },
    {STATUS RESULT_HEAD "<StsRsnInf>",
     "<AddtlInf>x</AddtlInf>",                              17,
     "</StsRsnInf></TxInfAndSts>" STATUS_END,
     SMALL,                                              "too_many"                                                                                                                                                                         },
    {STATUS RESULT "<x>",          "<y/>",                        300000,                      "</x>" STATUS_END,                            SMALL,NULL},
    {STATUS RESULT "<x>",                "<x>",                              28,                            "",                             SMALL,                                             "malformed"                                                                                                                                                                                                                                                      },
    {STATUS "<TxInfAndSts><x>",         "<x>",                       28,               "",                       SMALL,"malformed"},
    {STATUS "<TxInfAndSts><x>",         "<x>",                       29,               "",                       SMALL,                                             "too_deep"                                                                                                                                                                                                                                                                                                                         },
    {STATUS "<TxInfAndSts><x>",          "<x>",                        100000,                "",                       SMALL,"too_deep"},
    {"",          "<Envelope>",                        32,                                       "",                                       SMALL,                                                                 "malformed"                                                                                                                                                                                                                                                                                                                                                                                              },
    {"",         "<Envelope>",                       33,                                      "",                                       SMALL,"too_deep"},
    {STATUS RESULT STATUS_END,          " ",                        ISO20022_MESSAGE_SIZE_MAX,                 "",                          SMALL,                            "too_large"                                                                                                                                                                                                                                                                                                                                                                                                                                                                         },
    {STATUS "<TxInfAndSts><OrgnlTxId>",
     " ",                       100000,
     "T</OrgnlTxId><TxSts>RJCT</TxSts></TxInfAndSts>" STATUS_END,
     SMALL,                                                                      NULL                                                                                                                                                     },
    {STATUS "<TxInfAndSts><OrgnlTxId>T",                " ",                              100000,             "T</OrgnlTxId>",                SMALL,"too_long"},
    {"",          "",                        0,                                       "",                                                 SMALL,                                                                                                                  "malformed"                                                                                                                                                                                                                                                                                                                           },
    {"<",         "",                       0,                                     "",                                                SMALL,"malformed"},
};

static bool read_row(const struct bound_row *row, struct xml_fault *fault)
{
    struct arena arena;
    struct iso20022_document document;
    size_t part_size = strlen(row->part);
    size_t size = strlen(row->open) + row->count * part_size + strlen(row->close);
    char *xml = malloc(size + 1);
    assert_non_null(xml);
    char *end = stpcpy(xml, row->open);
    for (size_t i = 0; i < row->count; i++) {
        memcpy(end, row->part, part_size);
        end += part_size;
    }
    stpcpy(end, row->close);
    xml = realloc(xml, size == 0 ? 1 : size);
    assert_non_null(xml);
    arena_create(&arena, row->arena_size);
    bool is_read = iso20022_read((struct bytes){(uint8_t *)xml, size}, &arena, &document, fault);
    arena_destroy(&arena);
    free(xml);
    return is_read;
}

static void test_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bound_rows / sizeof bound_rows[0]; i++) {
        struct xml_fault fault;
        bool is_read = read_row(&bound_rows[i], &fault);
        const char *code = bound_rows[i].code;
        if (is_read != (code == NULL) || (!is_read && strcmp(fault.code, code) != 0)) {
            fail_msg("row %zu: '%s' at '%s': %s", i, fault.code, fault.element, fault.detail);
        }
    }
}

/* Every cut of a good document is refused, and no cut is read past its end. */
static void test_every_cut_is_refused(void **state)
{
    (void)state;
    struct bytes whole = vector_load("iso20022/vectors/good/pacs008-header.xml");
    struct arena arena;
    arena_create(&arena, SMALL);
    size_t end = whole.size;
    while (whole.data[end - 1] != '>') {
        end--;
    }
    for (size_t size = 0; size < end; size++) {
        uint8_t *cut = malloc(size == 0 ? 1 : size);
        struct iso20022_document document;
        struct xml_fault fault;
        assert_non_null(cut);
        memcpy(cut, whole.data, size);
        arena_reset(&arena);
        assert_false(iso20022_read((struct bytes){cut, size}, &arena, &document, &fault));
        assert_true(fault.code[0] != '\0' && document.type == ISO20022_NONE);
        free(cut);
    }
    arena_destroy(&arena);
    vector_release(whole);
}

/* Whatever the arena's size, the reader says that it is too small or reads everything. */
static void test_every_arena(void **state)
{
    (void)state;
    struct bytes whole = vector_load("iso20022/vectors/good/camt053.xml");
    size_t refused = 0;
    for (size_t size = 64; size < 8192; size += 64) {
        struct arena arena;
        struct iso20022_document document;
        struct xml_fault fault;
        arena_create(&arena, size);
        if (!iso20022_read(whole, &arena, &document, &fault)) {
            assert_string_equal(fault.code, "too_large");
            refused++;
        }
        arena_destroy(&arena);
    }
    assert_true(refused > 10 && refused < 127);
    vector_release(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_every_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
