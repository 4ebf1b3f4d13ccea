#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso20022/iso20022.h"
#include "gateway/business/transfer_code.h"
#include "gateway/statement/statement_p.h"

enum {
    FRAME_SIZE = 8192,
    ENTRY_SIZE = 1024,
    TRANSFER_SIZE = 24,
};

/* What an entry points at, beside it. */
struct texts {
    char transfer[TRANSFER_SIZE];
    char command[TRANSFER_SIZE];
    char counterparty[96];
};

struct collection {
    const struct statement *statement;
    struct iso20022_entry *entries;
    struct texts *texts;
    size_t count;
    size_t capacity;
};

static bool collect(void *context, const struct statement_line *line)
{
    struct collection *collection = context;
    if (collection->count == collection->capacity) {
        return false;
    }
    struct texts *texts = &collection->texts[collection->count];
    date_days day = date_of(line->recorded_at);
    (void)snprintf(texts->transfer, TRANSFER_SIZE, "%" PRId64, line->transfer);
    (void)snprintf(texts->command, TRANSFER_SIZE, "%" PRId64, line->command);
    memcpy(texts->counterparty, line->counterparty, sizeof texts->counterparty);
    collection->entries[collection->count++] = (struct iso20022_entry){
        .reference = texts->transfer,
        .amount = {line->amount, collection->statement->currency},
        .side = line->is_in ? ISO20022_SIDE_CREDIT : ISO20022_SIDE_DEBIT,
        .status = ISO20022_ENTRY_BOOK,
        .booking_date = day,
        .value_date = day,
        .bank_reference = texts->command,
        .bank_code = transfer_code_name(line->code),
        .info = texts->counterparty,
    };
    return true;
}

static struct iso20022_balance
balance_of(const struct statement *statement, const char *code, int64_t minor, date_days day)
{
    return (struct iso20022_balance){
        .code = code,
        .amount = {minor < 0 ? -minor : minor, statement->currency},
        .side = minor < 0 ? ISO20022_SIDE_DEBIT : ISO20022_SIDE_CREDIT,
        .date = day,
    };
}

static bool document_write(const struct collection *collection, struct writer *out)
{
    const struct statement *statement = collection->statement;
    struct iso20022_balance balances[] = {
        balance_of(statement, "OPBD", statement->opening, statement->from),
        balance_of(statement, "CLBD", statement->closing, statement->to),
    };
    char id[36];
    char account[TRANSFER_SIZE];
    char from[DATE_TEXT_SIZE];
    date_format(statement->from, from);
    (void)snprintf(account, sizeof account, "%" PRId64, statement->account);
    (void)snprintf(id,
                   sizeof id,
                   "%s-%d-%" PRId64,
                   from,
                   statement->to - statement->from + 1,
                   statement->account);
    struct iso20022_statement content = {
        .id = id,
        .created_at = statement->made_at,
        .from = date_start(statement->from),
        .to = date_start(statement->to + 1),
        .account = {.other = account},
        .currency = statement->currency,
        .owner_name = statement->owner,
        .balances = balances,
        .balance_count = 2,
        .entries = collection->entries,
        .entry_count = collection->count,
    };
    const struct iso20022_document document = {
        .type = ISO20022_CAMT_053,
        .message_id = id,
        .created_at = statement->made_at,
        .statements = &content,
        .statement_count = 1,
    };
    struct xml_fault fault;
    return iso20022_write(&document, out, &fault);
}

enum status statement_camt_write(struct journal_reader *reader,
                                 const struct statement *statement,
                                 statement_sink *sink,
                                 void *context)
{
    size_t count = statement->in_count + statement->out_count;
    if (count > STATEMENT_CAMT_COUNT_MAX) {
        return STATUS_LIMIT;
    }
    size_t size = FRAME_SIZE + count * ENTRY_SIZE;
    struct collection collection = {
        .statement = statement,
        .entries = calloc(count + 1, sizeof *collection.entries),
        .texts = calloc(count + 1, sizeof *collection.texts),
        .capacity = count,
    };
    void *bytes = malloc(size);
    enum status status = STATUS_LIMIT;
    if (collection.entries != NULL && collection.texts != NULL && bytes != NULL) {
        struct writer out = writer_over(bytes, size);
        status = statement_lines(reader, statement, collect, &collection);
        if (status == STATUS_OK && !document_write(&collection, &out)) {
            status = STATUS_CORRUPT;
        }
        if (status == STATUS_OK &&
            !sink(context, (struct bytes){.data = out.data, .size = out.size})) {
            status = STATUS_LIMIT;
        }
    }
    free(bytes);
    free(collection.texts);
    free(collection.entries);
    return status;
}
