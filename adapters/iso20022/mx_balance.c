/* A statement's law: what was there and what was booked is what is there now. */
#include <stdio.h>
#include <string.h>

#include "adapters/iso20022/mx_check.h"
#include "adapters/iso20022/mx_rule.h"

static bool is_code(const struct iso20022_balance *balance, const char *code)
{
    return balance->code != NULL && strcmp(balance->code, code) == 0;
}

/* The first opening balance; a page after the first opens with an interim one (ITBD). */
static const struct iso20022_balance *opening_find(const struct iso20022_statement *statement)
{
    static const char *const codes[] = {"OPBD", "PRCD", "ITBD"};
    size_t code_count = statement->page == 0 ? 2 : 3;
    for (size_t c = 0; c < code_count; c++) {
        for (size_t i = 0; i < statement->balance_count; i++) {
            if (is_code(&statement->balances[i], codes[c])) {
                return &statement->balances[i];
            }
        }
    }
    return NULL;
}

/* The last closing balance; a page before the last closes with an interim one. */
static const struct iso20022_balance *closing_find(const struct iso20022_statement *statement)
{
    static const char *const codes[] = {"CLBD", "ITBD"};
    size_t code_count = statement->page == 0 ? 1 : 2;
    for (size_t c = 0; c < code_count; c++) {
        for (size_t i = statement->balance_count; i > 0; i--) {
            if (is_code(&statement->balances[i - 1], codes[c])) {
                return &statement->balances[i - 1];
            }
        }
    }
    return NULL;
}

static int64_t signed_minor(const struct money *amount, enum iso20022_side side)
{
    return side == ISO20022_SIDE_DEBIT ? -amount->minor : amount->minor;
}

bool iso20022_statement_balances(const struct iso20022_statement *statement,
                                 struct money *opening_out,
                                 struct money *closing_out)
{
    const struct iso20022_balance *opening = opening_find(statement);
    const struct iso20022_balance *closing = closing_find(statement);
    if (opening == NULL || closing == NULL || opening == closing) {
        return false;
    }
    *opening_out = (struct money){
        signed_minor(&opening->amount, opening->side),
        opening->amount.currency,
    };
    *closing_out = (struct money){
        signed_minor(&closing->amount, closing->side),
        closing->amount.currency,
    };
    return true;
}

const struct iso20022_party *iso20022_counterparty(const struct iso20022_entry *entry,
                                                   const struct iso20022_detail *detail)
{
    enum iso20022_side side = detail->side == 0 ? entry->side : detail->side;
    bool is_received = (side == ISO20022_SIDE_CREDIT) != entry->is_reversal;
    return is_received ? &detail->debtor : &detail->creditor;
}

bool mx_check_entry(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_entry *entry = record;
    bool has_domain = !mx_is_absent(entry->domain);
    if (has_domain != !mx_is_absent(entry->family) ||
        has_domain != !mx_is_absent(entry->sub_family)) {
        return mx_refuse(fault_out, "missing", "Domn", "a domain has a family and a sub-family");
    }
    if (!has_domain && mx_is_absent(entry->bank_code)) {
        return mx_refuse(
            fault_out, "missing", "BkTxCd", "neither a domain nor the bank's own code");
    }
    if (entry->status == ISO20022_ENTRY_BOOK && entry->booking_date == DATE_NONE) {
        return mx_refuse(fault_out, "missing", "BookgDt", "a booked entry without its day");
    }
    return true;
}

static bool page_is_sound(const struct iso20022_statement *statement, struct xml_fault *fault)
{
    bool has_clearing = !mx_is_absent(statement->servicer.clearing_code) ||
                        !mx_is_absent(statement->servicer.clearing_name);
    if (has_clearing && mx_is_absent(statement->servicer.member_id)) {
        return mx_refuse(
            fault, "missing", "MmbId", "a clearing system without its member's number");
    }
    if ((statement->page == 0) != (statement->is_last_page == 0)) {
        return mx_refuse(
            fault, "missing", "PgNb", "a page has a number and says whether it is the last");
    }
    if ((statement->from == INSTANT_NONE) != (statement->to == INSTANT_NONE)) {
        return mx_refuse(fault, "missing", "FrToDt", "a period has a beginning and an end");
    }
    return true;
}

static bool currencies_agree(const struct iso20022_statement *statement,
                             enum currency currency,
                             struct xml_fault *fault)
{
    if (statement->currency != CURRENCY_NONE && statement->currency != currency) {
        return mx_refuse(fault, "currency", "Acct", "the account is in another currency");
    }
    for (size_t i = 0; i < statement->balance_count; i++) {
        if (statement->balances[i].amount.currency != currency) {
            return mx_refuse(fault, "currency", "Bal", "a balance is in another currency");
        }
    }
    for (size_t i = 0; i < statement->entry_count; i++) {
        if (statement->entries[i].amount.currency != currency) {
            return mx_refuse(fault, "currency", "Ntry", "an entry is in another currency");
        }
    }
    return true;
}

static bool
booked_sum(const struct iso20022_statement *statement, int64_t *sum_out, struct xml_fault *fault)
{
    *sum_out = 0;
    for (size_t i = 0; i < statement->entry_count; i++) {
        const struct iso20022_entry *entry = &statement->entries[i];
        if (entry->status == ISO20022_ENTRY_BOOK &&
            !amount_add(*sum_out, signed_minor(&entry->amount, entry->side), sum_out)) {
            return mx_refuse(fault, "amount", "Ntry", "the sum of the entries does not fit");
        }
    }
    return true;
}

static bool is_balanced(const struct money *opening,
                        int64_t booked_minor,
                        const struct money *closing,
                        struct xml_fault *fault)
{
    int64_t expected_minor;
    if (!amount_add(opening->minor, booked_minor, &expected_minor)) {
        return mx_refuse(fault, "amount", "Ntry", "the sum of the entries does not fit");
    }
    if (expected_minor == closing->minor) {
        return true;
    }
    char texts[4][MONEY_TEXT_SIZE];
    char detail[sizeof fault->detail];
    amount_format(opening->minor, texts[0]);
    amount_format(booked_minor, texts[1]);
    amount_format(expected_minor, texts[2]);
    amount_format(closing->minor, texts[3]);
    snprintf(detail,
             sizeof detail,
             "opening %s + entries %s = %s, closing %s %s",
             texts[0],
             texts[1],
             texts[2],
             texts[3],
             currency_code(closing->currency));
    return mx_refuse(fault, "unbalanced", "Bal", detail);
}

bool mx_check_statement(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_statement *statement = record;
    struct money opening;
    struct money closing;
    int64_t booked_minor;
    if (!page_is_sound(statement, fault_out)) {
        return false;
    }
    if (!iso20022_statement_balances(statement, &opening, &closing)) {
        return mx_refuse(fault_out, "missing", "Bal", "an opening and a closing booked balance");
    }
    return currencies_agree(statement, closing.currency, fault_out) &&
           booked_sum(statement, &booked_minor, fault_out) &&
           is_balanced(&opening, booked_minor, &closing, fault_out);
}

bool mx_check_notification(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_statement *statement = record;
    enum currency currency = statement->currency;
    if (currency == CURRENCY_NONE && statement->entry_count > 0) {
        currency = statement->entries[0].amount.currency;
    }
    return page_is_sound(statement, fault_out) && currencies_agree(statement, currency, fault_out);
}
