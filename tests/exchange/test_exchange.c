/* Requests through a directory: what is written, and what the bank's word makes of it. */
#include <stdio.h>

#include "adapters/iso20022/iso20022.h"
#include "tests/base/check.h"
#include "tests/exchange/till.h"

static struct till till;

/* Well-formed to another reader too. */
static void check_by_xmllint(const char *place)
{
    char line[TILL_PATH_SIZE + 64];
    snprintf(line, sizeof line, "xmllint --noout --nonet %s/spool/%s", till.directory, place);
    assert_int_equal(system(line), 0);
}

static struct iso20022_document read_back(const char *place, struct arena *arena)
{
    struct iso20022_document document;
    struct xml_fault fault;
    char *text = till_take(&till, place);
    char *exact = exact_copy(text, strlen(text));
    const struct bytes xml = {.data = (const uint8_t *)exact, .size = strlen(text)};
    if (!iso20022_read(xml, arena, &document, &fault)) {
        fail_msg("%s: %s %s %s", place, fault.code, fault.element, fault.detail);
    }
    free(exact);
    free(text);
    return document;
}

static void test_payment(void **state)
{
    (void)state;
    struct arena arena;
    arena_create(&arena, 1 << 20);
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    struct iso20022_document document = read_back("outbox/P1.xml", &arena);
    check_by_xmllint("outbox/P1.xml");
    assert_int_equal(document.type, ISO20022_PACS_008);
    assert_string_equal(document.message_id, "P1");
    assert_int_equal(document.transfer_count, 1);
    const struct iso20022_transfer *transfer = &document.transfers[0];
    assert_string_equal(transfer->end_to_end_id, "P1");
    assert_int_equal(transfer->amount.minor, 123456);
    assert_int_equal(transfer->amount.currency, CURRENCY_CNY);
    assert_int_equal(transfer->value_date, date_from_civil(2026, 11, 23));
    assert_string_equal(transfer->debtor.account.other, "6217000010001234567");
    assert_string_equal(transfer->creditor.account.iban, "DE89370400440532013000");
    assert_string_equal(transfer->creditor.name, "Müller & Söhne <Import> GmbH");
    assert_string_equal(transfer->creditor.agent.bic, "ZZZDDEFF500");
    assert_string_equal(transfer->remittance, "货款 order 4711");
    assert_true(till_has(&till, "sent/P1.xml"));

    till_lay(&till, "inbox/st.xml", till_pacs_002("ST1", "P1", "ACSC", NULL));
    struct adapter_answer answer = till_answer(&till, 0);
    assert_int_equal(answer.act, ADAPTER_PAY);
    assert_int_equal(answer.attempt, 1);
    assert_string_equal(answer.reference, "P1");
    assert_int_equal(answer.outcome, ADAPTER_CONFIRMED);
    assert_string_equal(answer.code, "ACSC");
    assert_string_equal(answer.bank_reference, "BR-9");
    till_await(&till, "done/st.xml");
    arena_destroy(&arena);
}

/* An account that only looks like an IBAN goes as another; a bank's number is one of the clearing.
 */
static void test_accounts(void **state)
{
    (void)state;
    struct arena arena;
    arena_create(&arena, 1 << 20);
    struct adapter_request request = till_request(ADAPTER_PAY, "P1", 1);
    memcpy(request.order.creditor_account, "DE00370400440532013000", 23);
    memcpy(request.order.creditor_bank, "103196999999", 13);
    assert_int_equal(adapter_request(till.adapter, &request), STATUS_OK);
    struct iso20022_document document = read_back("outbox/P1.xml", &arena);
    const struct iso20022_party *creditor = &document.transfers[0].creditor;
    assert_null(creditor->account.iban);
    assert_string_equal(creditor->account.other, "DE00370400440532013000");
    assert_string_equal(creditor->agent.member_id, "103196999999");
    assert_string_equal(creditor->agent.clearing_code, "CNAPS");
    arena_destroy(&arena);
}

/* Who pays, when the payment does not say from where: account and name of the file. */
static void test_our_account(void **state)
{
    (void)state;
    static const struct {
        const char *config;
        const char *account;
        const char *name;
        const char *own_account; /* of the payment */
    } rows[] = {
        {"account: '11006014'\naccount_name: Kouan Settlement\n",
         "11006014",                                                          "Kouan Settlement",
         ""                                                                                         },
        {"account: '11006014'\n",                                 "11006014", "Mandu Trade",      ""},
        {"account: '11006014'\naccount_name: Kouan Settlement\n",
         "621700",                                                            "Mandu Trade",
         "621700"                                                                                   },
        {"account_name: Kouan Settlement\n",                      NULL,       "Mandu Trade",      ""},
    };
    struct arena arena;
    arena_create(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char reference[8];
        char place[32];
        till_close(&till);
        till_open(&till, rows[i].config);
        (void)snprintf(reference, sizeof reference, "D%zu", i);
        (void)snprintf(place, sizeof place, "outbox/%s.xml", reference);
        struct adapter_request request = till_request(ADAPTER_PAY, reference, 1);
        (void)snprintf(request.order.debtor_name, sizeof request.order.debtor_name, "Mandu Trade");
        (void)snprintf(request.order.debtor_account,
                       sizeof request.order.debtor_account,
                       "%s",
                       rows[i].own_account);
        assert_int_equal(adapter_request(till.adapter, &request), STATUS_OK);
        struct iso20022_document document = read_back(place, &arena);
        const struct iso20022_party *debtor = &document.transfers[0].debtor;
        assert_string_equal(debtor->name, rows[i].name);
        if (rows[i].account == NULL) {
            assert_null(debtor->account.other);
        } else {
            assert_string_equal(debtor->account.other, rows[i].account);
        }
        arena_reset(&arena);
    }
    arena_destroy(&arena);
}

static void test_cips_with_header(void **state)
{
    (void)state;
    struct arena arena;
    arena_create(&arena, 1 << 20);
    till_close(&till);
    till_open(&till, "message: cips.111\nheader: \"yes\"\nsettlement: INDA\n");
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    struct iso20022_document document = read_back("outbox/P1.xml", &arena);
    check_by_xmllint("outbox/P1.xml");
    assert_int_equal(document.type, ISO20022_CIPS_111_01);
    assert_string_equal(document.header.message_id, "P1");
    assert_int_equal(document.settlement, ISO20022_SETTLEMENT_INDA);
    arena_destroy(&arena);
}

struct said {
    const char *status;
    const char *reason;
    enum adapter_outcome outcome;
    const char *code;
};

static const struct said of_payment[] = {
    {"ACSC", NULL,   ADAPTER_CONFIRMED, "ACSC"},
    {"ACCC", NULL,   ADAPTER_CONFIRMED, "ACCC"},
    {"RJCT", "AC04", ADAPTER_REJECTED,  "AC04"},
    {"RJCT", NULL,   ADAPTER_REJECTED,  "RJCT"},
    {"CANC", NULL,   ADAPTER_REVERSED,  "CANC"},
    {"ACSP", NULL,   ADAPTER_PENDING,   "ACSP"},
    {"ACCP", NULL,   ADAPTER_PENDING,   "ACCP"},
    {"RCVD", NULL,   ADAPTER_PENDING,   "RCVD"},
    {"BLCK", NULL,   ADAPTER_PENDING,   "BLCK"},
    {"PDNG", NULL,   ADAPTER_PENDING,   "PDNG"},
};

static const struct said of_recall[] = {
    {"ACCR", NULL,   ADAPTER_REVERSED,  "ACCR"},
    {"RJCR", "CUST", ADAPTER_CONFIRMED, "CUST"},
    {"RJCR", NULL,   ADAPTER_CONFIRMED, "RJCR"},
    {"RJCR", "ARDT", ADAPTER_REVERSED,  "ARDT"},
    {"RJCR", "NOOR", ADAPTER_UNKNOWN,   "NOOR"},
    {"PDCR", NULL,   ADAPTER_PENDING,   "PDCR"},
};

static void test_words_on_payments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof of_payment / sizeof of_payment[0]; i++) {
        char reference[16];
        char place[40];
        snprintf(reference, sizeof reference, "P%zu", i);
        snprintf(place, sizeof place, "outbox/%s.xml", reference);
        till_ask(&till, ADAPTER_PAY, reference, 1);
        till_await(&till, place);
        snprintf(place, sizeof place, "inbox/%s.xml", reference);
        till_lay(&till,
                 place,
                 till_pacs_002(reference, reference, of_payment[i].status, of_payment[i].reason));
        struct adapter_answer answer = till_answer(&till, i);
        assert_string_equal(answer.reference, reference);
        assert_int_equal(answer.outcome, of_payment[i].outcome);
        assert_string_equal(answer.code, of_payment[i].code);
    }
}

static void test_words_on_recalls(void **state)
{
    (void)state;
    struct arena arena;
    arena_create(&arena, 1 << 20);
    size_t answered = 0;
    for (size_t i = 0; i < sizeof of_recall / sizeof of_recall[0]; i++) {
        char reference[16];
        char place[40];
        snprintf(reference, sizeof reference, "P%zu", i);
        till_ask(&till, ADAPTER_PAY, reference, 1);
        assert_int_equal(till_answer(&till, answered++).outcome, ADAPTER_UNKNOWN);
        till_ask(&till, ADAPTER_REVERSE, reference, 1);
        snprintf(place, sizeof place, "outbox/%s-R1.xml", reference);
        struct iso20022_document document = read_back(place, &arena);
        check_by_xmllint(place);
        assert_int_equal(document.type, ISO20022_CAMT_056);
        assert_string_equal(document.recalls[0].original.end_to_end_id, reference);
        assert_string_equal(document.recalls[0].original.message_name, "pacs.008.001.08");
        assert_int_equal(document.recalls[0].original_amount.minor, 123456);
        snprintf(place, sizeof place, "inbox/%s.xml", reference);
        till_lay(&till,
                 place,
                 till_camt_029(reference, reference, of_recall[i].status, of_recall[i].reason));
        struct adapter_answer answer = till_answer(&till, answered++);
        assert_int_equal(answer.act, ADAPTER_REVERSE);
        assert_int_equal(answer.outcome, of_recall[i].outcome);
        assert_string_equal(answer.code, of_recall[i].code);
        arena_reset(&arena);
    }
    arena_destroy(&arena);
}

static void test_recall_unknown_to_the_bank(void **state)
{
    (void)state;
    till_close(&till);
    till_open(&till, "recall_unknown: not_found\n");
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    till_answer(&till, 0);
    till_ask(&till, ADAPTER_REVERSE, "P1", 1);
    till_await(&till, "outbox/P1-R1.xml");
    till_lay(&till, "inbox/a.xml", till_camt_029("M1", "P1", "RJCR", "NOOR"));
    assert_int_equal(till_answer(&till, 1).outcome, ADAPTER_NOT_FOUND);
    /* The word stands: the next attempt is not sent. */
    till_ask(&till, ADAPTER_REVERSE, "P1", 2);
    assert_int_equal(till_answer(&till, 2).outcome, ADAPTER_NOT_FOUND);
    assert_false(till_has(&till, "outbox/P1-R2.xml"));
}

static void test_not_sent(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "../P1", "a/b", ".P1", "P 1"};
    size_t count = sizeof bad / sizeof bad[0];
    for (size_t i = 0; i < count; i++) {
        till_ask(&till, ADAPTER_PAY, bad[i], 1);
        assert_int_equal(till_answer(&till, i).outcome, ADAPTER_NOT_SENT);
    }
    till_ask(&till, ADAPTER_TOTALS, "", 1);
    assert_int_equal(till_answer(&till, count).outcome, ADAPTER_NOT_SENT);
    struct adapter_request request = till_request(ADAPTER_PAY, "P1", 1);
    memcpy(request.order.creditor_bank, "not a bic", 10);
    assert_int_equal(adapter_request(till.adapter, &request), STATUS_OK);
    assert_int_equal(till_answer(&till, count + 1).outcome, ADAPTER_NOT_SENT);
    assert_int_equal(till_count(&till, "outbox") + till_count(&till, "sent"), 0);
}

/* A recall whose message is refused may be sent again, and says nothing. */
static void test_recall_refused_as_message(void **state)
{
    (void)state;
    static const char refused[] =
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10\"><FIToFIPmtStsRpt>"
        "<GrpHdr><MsgId>%s</MsgId><CreDtTm>2026-11-23T06:45:00Z</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>P1-R1</OrgnlMsgId>"
        "<OrgnlMsgNmId>camt.056.001.08</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>"
        "<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>"
        "</FIToFIPmtStsRpt></Document>";
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    till_answer(&till, 0);
    till_ask(&till, ADAPTER_REVERSE, "P1", 1);
    till_await(&till, "outbox/P1-R1.xml");
    till_put(&till, "inbox/a.xml", refused);
    struct adapter_answer answer = till_answer(&till, 1);
    assert_int_equal(answer.outcome, ADAPTER_REJECTED);
    assert_string_equal(answer.code, "FF01");
    till_ask(&till, ADAPTER_REVERSE, "P1", 2);
    till_await(&till, "outbox/P1-R2.xml");
    till_ask(&till, ADAPTER_INQUIRE, "P1", 1);
    assert_int_equal(till_answer(&till, 2).act + till_answer(&till, 3).act,
                     (int)ADAPTER_REVERSE + (int)ADAPTER_INQUIRE);
}

/* A bank that takes questions is asked; that it does not know a payment is no word on it. */
static void test_question(void **state)
{
    (void)state;
    till_close(&till);
    till_open(&till, "inquiry: pacs_028\n");
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    assert_int_equal(till_answer(&till, 0).outcome, ADAPTER_UNKNOWN);
    till_ask(&till, ADAPTER_INQUIRE, "P1", 1);
    char *question = till_take(&till, "outbox/P1-Q1.xml");
    assert_non_null(strstr(question, "pacs.028.001.03"));
    assert_non_null(strstr(question, "<StsReqId>P1-Q1</StsReqId>"));
    assert_non_null(strstr(question, "<OrgnlEndToEndId>P1</OrgnlEndToEndId>"));
    free(question);
    char *unknown = till_pacs_002("M1", "P1", "RJCT", "NOOR");
    till_put(&till, "inbox/a.xml", unknown);
    free(unknown);
    assert_int_equal(till_answer(&till, 1).outcome, ADAPTER_UNKNOWN);
    till_ask(&till, ADAPTER_INQUIRE, "P1", 2);
    till_await(&till, "outbox/P1-Q2.xml");
    char *paid = till_pacs_002("M2", "P1", "ACSC", NULL);
    till_put(&till, "inbox/b.xml", paid);
    free(paid);
    assert_int_equal(till_answer(&till, 2).outcome, ADAPTER_CONFIRMED);
    /* What is known is not asked, nor what never left. */
    till_ask(&till, ADAPTER_INQUIRE, "P1", 3);
    assert_int_equal(till_answer(&till, 3).outcome, ADAPTER_CONFIRMED);
    till_ask(&till, ADAPTER_INQUIRE, "P2", 1);
    assert_int_equal(till_answer(&till, 4).outcome, ADAPTER_UNKNOWN);
    assert_false(till_has(&till, "outbox/P1-Q3.xml"));
    assert_false(till_has(&till, "outbox/P2-Q1.xml"));
}

/* What is outstanding at the end is unknown, and all is answered once. */
static void test_leaving(void **state)
{
    (void)state;
    till_close(&till);
    till_open(&till, "reply_ms: 60000\nwindow: 3\n");
    for (int i = 0; i < 5; i++) {
        char reference[16];
        snprintf(reference, sizeof reference, "P%d", i);
        till_ask(&till, ADAPTER_PAY, reference, 1);
    }
    till_await(&till, "outbox/P2.xml");
    till_close(&till);
    size_t unknown = 0;
    size_t not_sent = 0;
    for (size_t i = 0; i < 5; i++) {
        enum adapter_outcome outcome = till_answer(&till, i).outcome;
        unknown += outcome == ADAPTER_UNKNOWN ? 1 : 0;
        not_sent += outcome == ADAPTER_NOT_SENT ? 1 : 0;
    }
    assert_int_equal(unknown, 3);
    assert_int_equal(not_sent, 2);
    assert_int_equal(till.answer_count, 5);
    assert_int_equal(till_count(&till, "outbox"), 3);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, till_set_up, till_tear_down, &till)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_payment),
        TEST(test_accounts),
        TEST(test_our_account),
        TEST(test_cips_with_header),
        TEST(test_words_on_payments),
        TEST(test_words_on_recalls),
        TEST(test_recall_unknown_to_the_bank),
        TEST(test_question),
        TEST(test_not_sent),
        TEST(test_recall_refused_as_message),
        TEST(test_leaving),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
