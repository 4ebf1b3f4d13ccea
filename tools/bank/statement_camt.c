#include "tools/bank/statement_camt.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/iso20022/iso20022.h"

enum {
    ENTRY_TEXT_SIZE = 2048,
    FRAME_TEXT_SIZE = 8192,
};

static const char *text_or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static enum iso20022_side side_of(enum statement_kind kind)
{
    return kind == STATEMENT_PAYMENT ? ISO20022_SIDE_DEBIT : ISO20022_SIDE_CREDIT;
}

static void entry_fill(const struct statement *statement,
                       const struct statement_line *line,
                       struct iso20022_entry *entry,
                       struct iso20022_detail *detail)
{
    struct money amount = {line->amount_minor, statement->currency};
    *detail = (struct iso20022_detail){
        .bank_reference = line->bank_reference,
        .end_to_end_id = strlen(line->reference) <= 35 ? text_or_null(line->reference) : NULL,
        .amount = amount,
        .side = side_of(line->kind),
        .debtor = {.name = text_or_null(line->counterparty)},
        .remittance = text_or_null(line->reference),
    };
    *entry = (struct iso20022_entry){
        .reference = line->bank_reference,
        .amount = amount,
        .side = side_of(line->kind),
        .status = ISO20022_ENTRY_BOOK,
        .is_reversal = line->kind == STATEMENT_REVERSAL,
        .booking_date = statement->day,
        .value_date = statement->day,
        .bank_reference = line->bank_reference,
        .domain = "PMNT",
        .family = line->kind == STATEMENT_RECEIPT ? "RCDT" : "ICDT",
        .sub_family = line->kind == STATEMENT_RETURN ? "RRTN" : "DMCT",
        .details = detail,
        .detail_count = 1,
    };
}

static struct iso20022_balance
balance_of(const struct statement *statement, const char *code, int64_t minor)
{
    return (struct iso20022_balance){
        .code = code,
        .amount = {minor < 0 ? -minor : minor, statement->currency},
        .side = minor < 0 ? ISO20022_SIDE_DEBIT : ISO20022_SIDE_CREDIT,
        .date = statement->day,
    };
}

static bool document_write(const struct statement *statement,
                           struct iso20022_entry *entries,
                           FILE *file,
                           char *reason,
                           size_t size)
{
    int64_t closing_minor = statement->opening_minor;
    for (size_t i = 0; i < statement->count; i++) {
        const struct statement_line *line = &statement->lines[i];
        closing_minor += line->kind == STATEMENT_PAYMENT ? -line->amount_minor : line->amount_minor;
    }
    struct iso20022_balance balances[] = {
        balance_of(statement, "OPBD", statement->opening_minor),
        balance_of(statement, "CLBD", closing_minor),
    };
    char id[40];
    char day[DATE_TEXT_SIZE];
    date_format(statement->day, day);
    (void)snprintf(id, sizeof id, "STMT-%s", day);
    struct iso20022_statement content = {
        .id = id,
        .created_at = date_start(statement->day + 1),
        .from = date_start(statement->day),
        .to = date_start(statement->day + 1),
        .account = {.other = statement->account},
        .currency = statement->currency,
        .servicer = {.bic = statement->bic},
        .balances = balances,
        .balance_count = 2,
        .entries = entries,
        .entry_count = statement->count,
    };
    const struct iso20022_document document = {
        .type = ISO20022_CAMT_053,
        .message_id = id,
        .created_at = content.created_at,
        .statements = &content,
        .statement_count = 1,
    };
    struct xml_fault fault;
    size_t capacity = FRAME_TEXT_SIZE + statement->count * ENTRY_TEXT_SIZE;
    void *bytes = malloc(capacity);
    struct writer writer = writer_over(bytes, bytes == NULL ? 0 : capacity);
    bool is_written = iso20022_write(&document, &writer, &fault);
    if (!is_written) {
        (void)snprintf(reason, size, "%s: %s %s", fault.code, fault.element, fault.detail);
    } else {
        (void)snprintf(reason, size, "cannot be written");
        is_written = fwrite(writer.data, 1, writer.size, file) == writer.size;
    }
    free(bytes);
    return is_written;
}

bool statement_camt_write(const struct statement *statement,
                          FILE *file,
                          char *reason_out,
                          size_t size)
{
    size_t count = statement->count + 1;
    struct iso20022_entry *entries = calloc(count, sizeof *entries);
    struct iso20022_detail *details = calloc(count, sizeof *details);
    bool is_written = entries != NULL && details != NULL;
    if (is_written) {
        for (size_t i = 0; i < statement->count; i++) {
            entry_fill(statement, &statement->lines[i], &entries[i], &details[i]);
        }
        is_written = document_write(statement, entries, file, reason_out, size);
    } else {
        (void)snprintf(reason_out, size, "out of memory");
    }
    free(entries);
    free(details);
    return is_written;
}
