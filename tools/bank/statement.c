#include "tools/bank/statement.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "ledger/base/money.h"
#include "tools/bank/bank.h"
#include "tools/bank/statement_camt.h"

enum {
    LOSE_PURPOSE = 4000,
    DUPLICATE_PURPOSE,
    ALTER_PURPOSE,
};

static void line_add(struct bank *bank, struct statement *statement, struct statement_line line)
{
    const struct judge *judge = &bank->judge;
    const struct script *script = &bank->script;
    uint64_t identity =
        hash_bytes(line.bank_reference, strlen(line.bank_reference)) + (uint64_t)line.kind;
    if (judge_happens(judge, script->alter_chance, identity, ALTER_PURPOSE)) {
        line.amount_minor++;
    }
    int copies = judge_happens(judge, script->lose_chance, identity, LOSE_PURPOSE) ? 0 : 1;
    if (copies == 1 &&
        judge_happens(judge, script->duplicate_chance, identity, DUPLICATE_PURPOSE)) {
        copies = 2;
    }
    for (; copies > 0 && statement->count < statement->capacity; copies--) {
        statement->lines[statement->count++] = line;
    }
}

static void payment_lines(struct bank *bank, struct statement *statement)
{
    for (size_t i = 0; i < bank->books.payment_count; i++) {
        const struct payment *payment = &bank->books.payments[i];
        struct statement_line line = {
            .kind = STATEMENT_PAYMENT,
            .bank_reference = payment->rrn[0] == '\0' ? payment->reference : payment->rrn,
            .reference = payment->reference,
            .counterparty = "",
            .amount_minor = payment->amount_minor,
        };
        if (strcmp(payment->code, "00") != 0) {
            continue;
        }
        if (payment->day == statement->day) {
            line_add(bank, statement, line);
        }
        if (payment->state == PAYMENT_REVERSED && payment->undone_day == statement->day) {
            line.kind = STATEMENT_REVERSAL;
            line_add(bank, statement, line);
        }
    }
}

static void advice_lines(struct bank *bank, struct statement *statement)
{
    for (size_t i = 0; i < bank->books.advice_count; i++) {
        const struct advice *advice = &bank->books.advices[i];
        struct statement_line line = {
            .kind = advice->returned_key[0] == '\0' ? STATEMENT_RECEIPT : STATEMENT_RETURN,
            .bank_reference = advice->bank_reference,
            .reference = advice->payment_reference,
            .counterparty = advice->payer,
            .amount_minor = advice->amount_minor,
        };
        if (advice->day == statement->day) {
            line_add(bank, statement, line);
        }
    }
}

static int64_t opening_minor(const struct books *books, date_days day)
{
    int64_t minor = 0;
    for (size_t i = 0; i < books->day_count; i++) {
        const struct books_day *past = &books->days[i];
        if (past->day < day) {
            minor += past->received.minor + past->reversed.minor - past->paid.minor;
        }
    }
    return minor;
}

static void csv_text(FILE *file, const char *text)
{
    if (strpbrk(text, ",\"") == NULL) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text != '\0'; text++) {
        fputs(*text == '"' ? "\"\"" : (char[2]){*text, '\0'}, file);
    }
    fputc('"', file);
}

static bool csv_write(const struct statement *statement, FILE *file, char *reason, size_t size)
{
    static const char *const kinds[] = {"payment", "reversal", "return", "receipt"};
    char day[DATE_TEXT_SIZE];
    date_format(statement->day, day);
    fputs("value_date,bank_reference,payment_reference,side,amount,currency,kind\n", file);
    for (size_t i = 0; i < statement->count; i++) {
        const struct statement_line *line = &statement->lines[i];
        char amount[MONEY_TEXT_SIZE];
        amount_format(line->amount_minor, amount);
        fprintf(file, "%s,", day);
        csv_text(file, line->bank_reference);
        fputc(',', file);
        csv_text(file, line->reference);
        fprintf(file,
                ",%c,%s,%s,%s\n",
                line->kind == STATEMENT_PAYMENT ? 'D' : 'C',
                amount,
                currency_code(statement->currency),
                kinds[line->kind]);
    }
    (void)snprintf(reason, size, "cannot be written");
    return ferror(file) == 0;
}

static bool
file_write(const struct statement *statement, const char *path, char *reason, size_t size)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        (void)snprintf(reason, size, "%s: %s", path, strerror(errno));
        return false;
    }
    bool is_written = statement->format == STATEMENT_CSV
                          ? csv_write(statement, file, reason, size)
                          : statement_camt_write(statement, file, reason, size);
    return fclose(file) == 0 && is_written;
}

bool statement_write(struct bank *bank,
                     const char *format,
                     date_days day,
                     const char *path,
                     char *reason_out,
                     size_t reason_size)
{
    struct statement statement = {
        .format = strcmp(format, "csv") == 0 ? STATEMENT_CSV : STATEMENT_CAMT_053,
        .day = day,
        .currency = (enum currency)bank->config->currency,
        .account = bank->config->account,
        .bic = bank->config->bic,
        .opening_minor = opening_minor(&bank->books, day),
        .capacity = 4 * (bank->books.payment_count + bank->books.advice_count) + 1,
    };
    if (statement.format != STATEMENT_CSV && strcmp(format, "camt.053") != 0) {
        (void)snprintf(reason_out, reason_size, "formats are csv and camt.053");
        return false;
    }
    statement.lines = malloc(statement.capacity * sizeof *statement.lines);
    if (statement.lines == NULL) {
        (void)snprintf(reason_out, reason_size, "out of memory");
        return false;
    }
    payment_lines(bank, &statement);
    advice_lines(bank, &statement);
    bool is_written = file_write(&statement, path, reason_out, reason_size);
    free(statement.lines);
    return is_written;
}
