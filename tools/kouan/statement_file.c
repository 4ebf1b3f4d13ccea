#include "tools/kouan/statement_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso20022/iso20022.h"
#include "ledger/base/money.h"
#include "tools/kouan/csv.h"
#include "tools/kouan/file.h"

enum {
    ARENA_SIZE = 256 << 20,
};

enum column {
    COLUMN_SIDE,
    COLUMN_AMOUNT,
    COLUMN_CURRENCY,
    COLUMN_BANK_REFERENCE,
    COLUMN_PAYMENT_REFERENCE,
    COLUMN_VALUE_DATE,
    COLUMN_COUNT,
};

static const char *const column_names[COLUMN_COUNT] = {
    "side",
    "amount",
    "currency",
    "bank_reference",
    "payment_reference",
    "value_date",
};

struct taking {
    const char *bank;
    const char *day;
    struct statement_file *file;
    char *message;
    size_t message_size;
};

static bool fault(const struct taking *taking, size_t line, const char *what)
{
    (void)snprintf(taking->message, taking->message_size, "line %zu: %s", line, what);
    return false;
}

/* NULL when it is none. */
static const char *side_of(const char *cell)
{
    static const struct {
        const char *text;
        const char *side;
    } rows[] = {
        {"credit", "credit"},
        {"C",      "credit"},
        {"debit",  "debit" },
        {"D",      "debit" }
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(cell, rows[i].text) == 0) {
            return rows[i].side;
        }
    }
    return NULL;
}

/* One line of the statement, its cells as texts. `at` is where it stands in the file. */
static bool take(struct taking *taking, size_t at, char cells[COLUMN_COUNT][CSV_CELL_SIZE])
{
    struct statement_file *file = taking->file;
    int64_t minor;
    const char *side = side_of(cells[COLUMN_SIDE]);
    if (side == NULL) {
        return fault(taking, at, "side is neither credit (C) nor debit (D)");
    }
    if (!amount_parse(cells[COLUMN_AMOUNT], strlen(cells[COLUMN_AMOUNT]), &minor) || minor <= 0) {
        return fault(taking, at, "not an amount above zero");
    }
    int64_t *sum = strcmp(side, "credit") == 0 ? &file->credits_minor : &file->debits_minor;
    if (!amount_add(*sum, minor, sum)) {
        return fault(taking, at, "the sum is too large");
    }
    json_t *line = json_pack("{s:s,s:s,s:I,s:s,s:{s:s,s:s},s:s,s:s}",
                             "bank",
                             taking->bank,
                             "day",
                             taking->day,
                             "line",
                             (json_int_t)json_array_size(file->lines) + 1,
                             "side",
                             side,
                             "amount",
                             "currency",
                             cells[COLUMN_CURRENCY],
                             "value",
                             cells[COLUMN_AMOUNT],
                             "bank_reference",
                             cells[COLUMN_BANK_REFERENCE],
                             "value_date",
                             cells[COLUMN_VALUE_DATE]);
    if (line != NULL && cells[COLUMN_PAYMENT_REFERENCE][0] != '\0') {
        json_object_set_new(
            line, "payment_reference", json_string(cells[COLUMN_PAYMENT_REFERENCE]));
    }
    return json_array_append_new(file->lines, line) == 0 || fault(taking, at, "not UTF-8");
}

/* --- CSV --- */

static bool header_read(
    struct taking *taking, const char **at, const char *end, int order[16], size_t *count_out)
{
    char cell[CSV_CELL_SIZE];
    unsigned seen = 0;
    bool is_last = false;
    for (size_t i = 0; !is_last; i++) {
        if (i == 16 || !csv_cell_read(at, end, cell, &is_last)) {
            return fault(taking, 1, "not a line of CSV");
        }
        order[i] = COLUMN_COUNT;
        *count_out = i + 1;
        for (int column = 0; column < COLUMN_COUNT; column++) {
            if (strcmp(cell, column_names[column]) == 0) {
                order[i] = column;
                seen |= 1U << column;
            }
        }
    }
    if (seen != (1U << COLUMN_COUNT) - 1) {
        return fault(taking,
                     1,
                     "the columns side, amount, currency, bank_reference, payment_reference,"
                     " value_date are not all there");
    }
    return true;
}

static bool csv_read(struct taking *taking, const char *text, size_t size)
{
    const char *at = text;
    const char *end = text + size;
    int order[16];
    size_t column_count = 0;
    if (!header_read(taking, &at, end, order, &column_count)) {
        return false;
    }
    for (size_t number = 2; at < end; number++) {
        char cells[COLUMN_COUNT + 1][CSV_CELL_SIZE] = {{0}}; /* the last takes unknown columns */
        bool is_last = false;
        size_t count = 0;
        for (; !is_last; count++) {
            if (count == column_count) {
                return fault(taking, number, "more cells than columns");
            }
            if (!csv_cell_read(&at, end, cells[order[count]], &is_last)) {
                return fault(taking, number, "not a line of CSV");
            }
        }
        if (!take(taking, number, cells)) {
            return false;
        }
    }
    return true;
}

/* --- camt.053 --- */

static void put(char cell[CSV_CELL_SIZE], const char *text)
{
    (void)snprintf(cell, CSV_CELL_SIZE, "%.255s", text == NULL ? "" : text);
}

/* What the payer gave: an end-to-end id, unless it says that there is none, else the remittance. */
static const char *reference_of(const struct iso20022_detail *detail)
{
    bool has_id =
        detail->end_to_end_id != NULL && strcmp(detail->end_to_end_id, "NOTPROVIDED") != 0;
    return has_id ? detail->end_to_end_id : detail->remittance;
}

static bool entry_take(struct taking *taking,
                       size_t at,
                       const struct iso20022_entry *entry,
                       const struct iso20022_detail *detail)
{
    char cells[COLUMN_COUNT][CSV_CELL_SIZE] = {{0}};
    char amount[MONEY_TEXT_SIZE];
    char date[DATE_TEXT_SIZE];
    bool is_part = detail != NULL && entry->detail_count > 1;
    struct money money = is_part ? detail->amount : entry->amount;
    enum iso20022_side side = is_part && detail->side != 0 ? detail->side : entry->side;
    amount_format(money.minor, amount);
    date_format(entry->value_date != DATE_NONE ? entry->value_date : entry->booking_date, date);
    put(cells[COLUMN_SIDE], side == ISO20022_SIDE_CREDIT ? "credit" : "debit");
    put(cells[COLUMN_AMOUNT], amount);
    put(cells[COLUMN_CURRENCY], currency_code(money.currency));
    put(cells[COLUMN_VALUE_DATE], date);
    put(cells[COLUMN_BANK_REFERENCE],
        detail != NULL && detail->bank_reference != NULL ? detail->bank_reference
        : entry->bank_reference != NULL                  ? entry->bank_reference
                                                         : entry->reference);
    put(cells[COLUMN_PAYMENT_REFERENCE], detail != NULL ? reference_of(detail) : NULL);
    return take(taking, at, cells);
}

static bool camt_take(struct taking *taking, const struct iso20022_statement *statement)
{
    for (size_t i = 0; i < statement->entry_count; i++) {
        const struct iso20022_entry *entry = &statement->entries[i];
        if (entry->status != ISO20022_ENTRY_BOOK || entry->amount.minor == 0) {
            continue; /* not on the account yet */
        }
        size_t count = entry->detail_count > 1 ? entry->detail_count : 1;
        for (size_t j = 0; j < count; j++) {
            const struct iso20022_detail *detail =
                entry->detail_count == 0 ? NULL : &entry->details[j];
            if (!entry_take(taking, i + 1, entry, detail)) {
                return false;
            }
        }
    }
    return true;
}

static bool camt_read(struct taking *taking, const char *text, size_t size)
{
    struct arena arena;
    struct iso20022_document document;
    struct xml_fault xml;
    arena_create(&arena, ARENA_SIZE);
    bool is_read =
        iso20022_read((struct bytes){(const uint8_t *)text, size}, &arena, &document, &xml);
    if (!is_read) {
        (void)snprintf(taking->message,
                       taking->message_size,
                       "line %d: %s %s: %s",
                       xml.line,
                       xml.element,
                       xml.code,
                       xml.detail);
    } else if (document.type != ISO20022_CAMT_053 || document.statement_count != 1) {
        (void)snprintf(taking->message, taking->message_size, "not a camt.053 with one statement");
        is_read = false;
    } else {
        const char *id = document.statements[0].id;
        (void)snprintf(taking->file->id, STATEMENT_ID_SIZE, "%.35s", id == NULL ? "" : id);
        is_read = camt_take(taking, &document.statements[0]);
    }
    arena_destroy(&arena);
    return is_read;
}

bool statement_file_read(const char *path,
                         const char *bank,
                         const char *day,
                         struct statement_file *file_out,
                         char *message_out,
                         size_t message_size)
{
    char *content = NULL;
    size_t size = 0;
    if (!file_read(path, &content, &size, message_out, message_size)) {
        return false;
    }
    *file_out = (struct statement_file){.lines = json_array()};
    (void)snprintf(file_out->id, sizeof file_out->id, "%.10s-%.24s", day, bank);
    struct taking taking = {bank, day, file_out, message_out, message_size};
    size_t blank = strspn(content, " \t\r\n\xef\xbb\xbf");
    bool is_read = content[blank] == '<' ? camt_read(&taking, content, size)
                                         : csv_read(&taking, content, size);
    free(content);
    if (!is_read) {
        json_decref(file_out->lines);
    }
    return is_read;
}
