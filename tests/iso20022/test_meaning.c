/* What the good documents say, member by member. */
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

#define UETR "8a562c67-ca16-48ba-b074-65581be6f011"

static struct arena arena;

static struct iso20022_document load(const char *name, enum iso20022_type type)
{
    char path[128];
    struct iso20022_document document;
    struct xml_fault fault;
    snprintf(path, sizeof path, "iso20022/vectors/good/%s.xml", name);
    struct bytes xml = vector_load(path);
    arena_reset(&arena);
    if (!iso20022_read(xml, &arena, &document, &fault)) {
        fail_msg("%s: %s at %s: %s", name, fault.code, fault.element, fault.detail);
    }
    vector_release(xml); /* nothing read points into the bytes */
    assert_int_equal(document.type, type);
    return document;
}

static void assert_instant(instant_us at, const char *text)
{
    char got[INSTANT_TEXT_SIZE];
    instant_format(at, got);
    assert_string_equal(got, text);
}

static void assert_date(date_days date, const char *text)
{
    char got[DATE_TEXT_SIZE];
    date_format(date, got);
    assert_string_equal(got, text);
}

static void assert_money(struct money money, int64_t minor, enum currency currency)
{
    assert_int_equal(money.minor, minor);
    assert_int_equal(money.currency, currency);
}

static void check_transfer(const struct iso20022_transfer *transfer)
{
    assert_string_equal(transfer->instruction_id, "INSTR-1");
    assert_string_equal(transfer->end_to_end_id, "E2E-1");
    assert_string_equal(transfer->transaction_id, "TX-1");
    assert_string_equal(transfer->uetr, UETR);
    assert_money(transfer->amount, 850200, CURRENCY_CNY);
    assert_date(transfer->value_date, "2026-11-25");
    assert_int_equal(transfer->charge_bearer, ISO20022_BEARER_SHAR);
    assert_string_equal(transfer->instructing.bic, "ZZZACNBJ");
    assert_null(transfer->instructed.bic);
    assert_string_equal(transfer->debtor.name, "满洲里跨境电商有限公司");
    assert_string_equal(transfer->debtor.account.other, "6217000010001234567");
    assert_null(transfer->debtor.account.iban);
    assert_null(transfer->debtor.agent.bic);
    assert_string_equal(transfer->debtor.agent.clearing_code, "CNAPS");
    assert_string_equal(transfer->debtor.agent.member_id, "103196123456");
    assert_string_equal(transfer->creditor.name, "Müller & Söhne <Import> GmbH");
    assert_string_equal(transfer->creditor.account.iban, "DE89370400440532013000");
    assert_string_equal(transfer->creditor.agent.bic, "ZZZDDEFF500");
    assert_string_equal(transfer->creditor.agent.clearing_name, "CIPS");
    assert_string_equal(transfer->creditor.agent.member_id, "989584000407");
    assert_string_equal(transfer->purpose_code, "GDDS");
    assert_string_equal(transfer->remittance, "货款 order 4711     second half\ninvoice 12/2026");
}

static void check_extension(const struct iso20022_transfer *transfer)
{
    assert_string_equal(transfer->debtor.organisation_id, "91150781MA0EXAMPLE");
    assert_null(transfer->debtor.person_id);
    assert_string_equal(transfer->debtor.country, "CN");
    assert_string_equal(transfer->creditor.person_id, "P-77");
    assert_null(transfer->creditor.organisation_id);
    assert_string_equal(transfer->creditor.country, "DE");
    assert_string_equal(transfer->order_id, "ORDER-2026-11");
}

static void test_customer_transfer(void **state)
{
    (void)state;
    struct iso20022_document document = load("pacs008", ISO20022_PACS_008);
    assert_int_equal(document.version, 8);
    assert_string_equal(document.message_id, "KOUAN20261123000001");
    assert_instant(document.created_at, "2026-11-23T06:41:00.000000Z");
    assert_int_equal(document.transaction_count, 2);
    assert_money(document.total, 850207, CURRENCY_CNY);
    assert_int_equal(document.settlement, ISO20022_SETTLEMENT_CLRG);
    assert_string_equal(document.sender.member_id, "103196123456");
    assert_string_equal(document.receiver.bic, "ZZZBCNBJ110");
    assert_null(document.header.message_id);
    assert_int_equal(document.transfer_count, 2);
    check_transfer(&document.transfers[0]);
    check_extension(&document.transfers[0]);
    const struct iso20022_transfer *second = &document.transfers[1];
    assert_null(second->instruction_id);
    assert_money(second->amount, 7, CURRENCY_CNY);
    assert_date(second->value_date, "2026-11-24"); /* the group's */
    assert_string_equal(second->purpose_text, "CGODDR");
    assert_null(second->remittance);
}

static void test_cips(void **state)
{
    (void)state;
    struct iso20022_document document = load("cips111-02", ISO20022_CIPS_111_02);
    check_transfer(&document.transfers[0]);
    check_extension(&document.transfers[0]);
    document = load("cips111-01", ISO20022_CIPS_111_01);
    check_transfer(&document.transfers[0]);
    assert_null(document.transfers[0].debtor.country);
    assert_null(document.transfers[0].debtor.organisation_id);
    assert_null(document.transfers[0].creditor.person_id);
    assert_null(document.transfers[0].order_id);
}

static void test_header(void **state)
{
    (void)state;
    struct iso20022_document document = load("pacs008-header", ISO20022_PACS_008);
    assert_int_equal(document.version, 9);
    assert_string_equal(document.header.from.bic, "ZZZACNBJXXX");
    assert_string_equal(document.header.to.bic, "ZZZBCNBJXXX");
    assert_string_equal(document.header.message_id, "BM-1");
    assert_string_equal(document.header.message_name, "pacs.008.001.09");
    assert_string_equal(document.header.service, "swift.cbprplus.02");
    assert_instant(document.header.created_at, "2026-11-23T06:41:00.000000Z");
    assert_string_equal(document.message_id, "M & 1");
    assert_instant(document.created_at, "2026-11-23T06:41:00.500000Z"); /* Beijing without offset */
    assert_string_equal(document.transfers[0].end_to_end_id, "NOTPROVIDED");
    assert_string_equal(document.transfers[0].debtor.name, "王旻");
    assert_money(document.transfers[0].amount, 1250, CURRENCY_USD);
}

static void test_institution_transfer(void **state)
{
    (void)state;
    struct iso20022_document document = load("pacs009", ISO20022_PACS_009);
    const struct iso20022_transfer *transfer = &document.transfers[0];
    assert_int_equal(document.transfer_count, 1);
    assert_money(transfer->amount, ISO20022_AMOUNT_MINOR_MAX, CURRENCY_EUR);
    assert_string_equal(transfer->debtor.agent.bic, "ZZZACNBJ");
    assert_string_equal(transfer->debtor.account.other, "NOSTRO-1");
    assert_string_equal(transfer->creditor.agent.member_id, "102100099996");
    assert_string_equal(transfer->creditor.account.other, "VOSTRO-2");
    assert_null(transfer->debtor.name);
    assert_string_equal(transfer->remittance, "netting window 3");
}

static void test_status(void **state)
{
    (void)state;
    struct iso20022_document document = load("pacs002", ISO20022_PACS_002);
    assert_int_equal(document.group_result_count, 1);
    assert_string_equal(document.group_results[0].message_id, "KOUAN20261123000001");
    assert_string_equal(document.group_results[0].message_name, "pacs.008.001.08");
    assert_int_equal(document.group_results[0].status, ISO20022_STATUS_PART);
    assert_int_equal(document.result_count, 2);
    const struct iso20022_result *first = &document.results[0];
    assert_string_equal(first->status_id, "S1");
    assert_string_equal(first->original.instruction_id, "INSTR-1");
    assert_string_equal(first->original.end_to_end_id, "E2E-1");
    assert_string_equal(first->original.transaction_id, "TX-1");
    assert_string_equal(first->original.uetr, UETR);
    assert_int_equal(first->status, ISO20022_STATUS_ACSC);
    assert_instant(first->accepted_at, "2026-11-23T06:44:59.123000Z");
    assert_string_equal(first->bank_reference, "BR-9");
    const struct iso20022_result *second = &document.results[1];
    assert_string_equal(second->original.message_id, "KOUAN20261123000001");
    assert_int_equal(second->status, ISO20022_STATUS_RJCT);
    assert_int_equal(second->reasons.count, 3);
    assert_string_equal(second->reasons.items[0].code, "AC04");
    assert_string_equal(second->reasons.items[0].info, "account\nclosed");
    assert_string_equal(second->reasons.items[1].proprietary, "B-17");
    assert_null(second->reasons.items[1].code);
    assert_string_equal(second->reasons.items[2].info, "ask");
}

static void test_return(void **state)
{
    (void)state;
    struct iso20022_document document = load("pacs004", ISO20022_PACS_004);
    const struct iso20022_return *item = &document.returns[0];
    assert_int_equal(document.return_count, 1);
    assert_money(document.total, 849000, CURRENCY_CNY);
    assert_string_equal(item->return_id, "R1");
    assert_string_equal(item->original.message_id, "KOUAN20261123000001");
    assert_string_equal(item->original.end_to_end_id, "E2E-1");
    assert_money(item->original_amount, 850200, CURRENCY_CNY);
    assert_date(item->original_date, "2026-11-24");
    assert_money(item->amount, 849000, CURRENCY_CNY);
    assert_date(item->value_date, "2026-11-25");
    assert_int_equal(item->charge_bearer, ISO20022_BEARER_CRED);
    assert_string_equal(item->reasons.items[0].code, "AC01");
}

static void test_question(void **state)
{
    (void)state;
    struct iso20022_document document = load("pacs028", ISO20022_PACS_028);
    const struct iso20022_question *question = &document.questions[0];
    assert_string_equal(document.message_id, "Q-1");
    assert_instant(document.created_at, "2026-11-23T06:50:00.000000Z");
    assert_string_equal(document.sender.bic, "ZZZACNBJ");
    assert_string_equal(document.receiver.clearing_code, "CNAPS");
    assert_string_equal(document.receiver.member_id, "103196123456");
    assert_int_equal(document.question_count, 2);
    assert_string_equal(question->question_id, "SR1");
    assert_string_equal(question->original.message_id, "KOUAN20261123000001");
    assert_string_equal(question->original.message_name, "pacs.008.001.08");
    assert_string_equal(question->original.instruction_id, "INSTR-1");
    assert_string_equal(question->original.end_to_end_id, "E2E-1");
    assert_string_equal(question->original.transaction_id, "TX-1");
    assert_string_equal(question->original.uetr, UETR);
    assert_null(document.questions[1].question_id);
    assert_string_equal(document.questions[1].original.transaction_id, "TX-2");
}

static void test_recall(void **state)
{
    (void)state;
    struct iso20022_document document = load("camt056", ISO20022_CAMT_056);
    const struct iso20022_recall *recall = &document.recalls[0];
    assert_string_equal(document.message_id, "CX-1");
    assert_instant(document.created_at, "2026-11-23T07:00:00.000000Z");
    assert_string_equal(document.sender.bic, "ZZZACNBJ");
    assert_string_equal(document.receiver.bic, "ZZZBCNBJ");
    assert_string_equal(document.inquiry.id, "CASE-1");
    assert_string_equal(document.inquiry.creator.bic, "ZZZACNBJ");
    assert_int_equal(document.recall_count, 2); /* of two Undrlyg */
    assert_string_equal(recall->recall_id, "C1");
    assert_string_equal(recall->original.uetr, UETR);
    assert_money(recall->original_amount, 850200, CURRENCY_CNY);
    assert_date(recall->original_date, "2026-11-25");
    assert_string_equal(recall->reasons.items[0].code, "DUPL");
    assert_string_equal(document.recalls[1].original.end_to_end_id, "E2E-2");
}

static void test_resolution(void **state)
{
    (void)state;
    struct iso20022_document document = load("camt029", ISO20022_CAMT_029);
    const struct iso20022_resolution *resolution = &document.resolutions[0];
    assert_int_equal(document.confirmation, ISO20022_CONFIRMATION_RJCR);
    assert_string_equal(document.inquiry.id, "CASE-1");
    assert_int_equal(document.resolution_count, 1);
    assert_string_equal(resolution->status_id, "CS1");
    assert_string_equal(resolution->original.end_to_end_id, "E2E-1");
    assert_int_equal(resolution->status, ISO20022_RECALL_RJCR);
    assert_string_equal(resolution->reasons.items[0].code, "CUST");
    assert_string_equal(resolution->reasons.items[0].info, "customer says no");
}

static void check_entries(const struct iso20022_statement *statement)
{
    const struct iso20022_entry *entry = &statement->entries[0];
    assert_string_equal(entry->reference, "1");
    assert_money(entry->amount, 5000, CURRENCY_CNY);
    assert_int_equal(entry->side, ISO20022_SIDE_CREDIT);
    assert_false(entry->is_reversal);
    assert_int_equal(entry->status, ISO20022_ENTRY_BOOK);
    assert_date(entry->booking_date, "2026-11-23");
    assert_date(entry->value_date, "2026-11-24");
    assert_string_equal(entry->bank_reference, "BANK-REF-1");
    assert_string_equal(entry->domain, "PMNT");
    assert_string_equal(entry->sub_family, "DMCT");
    assert_string_equal(entry->bank_code, "T12");
    assert_string_equal(entry->info, "counter");
    assert_int_equal(entry->detail_count, 1);
    assert_string_equal(entry->details[0].end_to_end_id, "E2E-10");
    assert_string_equal(entry->details[0].uetr, UETR);
    assert_string_equal(entry->details[0].remittance, "deposit DP-1");
    assert_string_equal(entry->details[0].debtor.account.other, "6217");
    assert_string_equal(iso20022_counterparty(entry, &entry->details[0])->name, "王明");
    entry = &statement->entries[1];
    assert_date(entry->booking_date, "2026-11-23"); /* midnight in Beijing */
    assert_int_equal(entry->detail_count, 3);
    assert_money(entry->details[1].amount, 3234, CURRENCY_CNY);
    assert_string_equal(iso20022_counterparty(entry, &entry->details[2])->name, "third");
    entry = &statement->entries[2];
    assert_true(entry->is_reversal);
    assert_string_equal(iso20022_counterparty(entry, &entry->details[0])->name, "first payer");
    assert_int_equal(statement->entries[3].status, ISO20022_ENTRY_PDNG);
    assert_int_equal(statement->entries[3].booking_date, DATE_NONE);
}

static void test_statement(void **state)
{
    (void)state;
    struct iso20022_document document = load("camt053", ISO20022_CAMT_053);
    const struct iso20022_statement *statement = &document.statements[0];
    struct money opening;
    struct money closing;
    assert_int_equal(document.statement_count, 1);
    assert_string_equal(statement->id, "STMT-1");
    assert_int_equal(statement->sequence, 328);
    assert_instant(statement->from, "2026-11-22T16:00:00.000000Z");
    assert_instant(statement->to, "2026-11-23T15:59:59.000000Z");
    assert_string_equal(statement->account.other, "15001234567890");
    assert_int_equal(statement->currency, CURRENCY_CNY);
    assert_string_equal(statement->owner_name, "口岸结算");
    assert_string_equal(statement->servicer.bic, "ZZZBCNBJ");
    assert_int_equal(statement->balance_count, 3);
    assert_true(iso20022_statement_balances(statement, &opening, &closing));
    assert_money(opening, 10000, CURRENCY_CNY);
    assert_money(closing, -1234, CURRENCY_CNY);
    assert_string_equal(statement->balances[2].proprietary, "HELD");
    assert_date(statement->balances[2].date, "2026-11-23");
    assert_int_equal(statement->entry_count, 4);
    check_entries(statement);
}

static void test_older_page(void **state)
{
    (void)state;
    struct iso20022_document document = load("camt053-07", ISO20022_CAMT_053);
    const struct iso20022_statement *statement = &document.statements[0];
    struct money opening;
    struct money closing;
    assert_int_equal(document.version, 7);
    assert_int_equal(statement->page, 2);
    assert_int_equal(statement->is_last_page, ISO20022_ANSWER_NO);
    assert_true(iso20022_statement_balances(statement, &opening, &closing));
    assert_money(opening, -500, CURRENCY_EUR);
    assert_money(closing, 150, CURRENCY_EUR);
    assert_int_equal(statement->entries[0].status, ISO20022_ENTRY_BOOK);
    assert_string_equal(statement->entries[0].details[0].debtor.name, "Old Name");
}

static void test_notification(void **state)
{
    (void)state;
    struct iso20022_document document = load("camt054", ISO20022_CAMT_054);
    const struct iso20022_statement *statement = &document.statements[0];
    struct money opening;
    struct money closing;
    assert_int_equal(statement->page, 1);
    assert_int_equal(statement->is_last_page, ISO20022_ANSWER_YES);
    assert_int_equal(statement->currency, CURRENCY_RUB);
    assert_false(iso20022_statement_balances(statement, &opening, &closing));
    const struct iso20022_entry *entry = &statement->entries[0];
    assert_money(entry->amount, 120000, CURRENCY_RUB);
    assert_int_equal(entry->status, ISO20022_ENTRY_INFO);
    const struct iso20022_party *payer = iso20022_counterparty(entry, &entry->details[0]);
    assert_string_equal(payer->name, "ООО «Ромашка»");
    assert_string_equal(payer->country, "RU");
    assert_string_equal(payer->agent.bic, "TESTRUMM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_customer_transfer),
        cmocka_unit_test(test_cips),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_institution_transfer),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_return),
        cmocka_unit_test(test_question),
        cmocka_unit_test(test_recall),
        cmocka_unit_test(test_resolution),
        cmocka_unit_test(test_statement),
        cmocka_unit_test(test_older_page),
        cmocka_unit_test(test_notification),
    };
    arena_create(&arena, 1 << 20);
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(&arena);
    return result;
}
