#include "tools/bank/report.h"

#include <inttypes.h>

static void write_quoted(FILE *file, const char *name, const char *text)
{
    uint8_t bytes[2 * FACT_TEXT_SIZE + 2];
    struct writer writer = writer_over(bytes, sizeof bytes);
    fact_write_quoted(&writer, text);
    fprintf(file, "\"%s\":%.*s", name, (int)writer.size, (const char *)writer.data);
}

static void write_day(FILE *file, const char *name, date_days day)
{
    char text[DATE_TEXT_SIZE];
    date_format(day, text);
    fprintf(file, "\"%s\":\"%s\"", name, text);
}

static void write_tally(FILE *file, const char *name, struct tally tally)
{
    fprintf(file,
            ",\"%s\":{\"count\":%" PRId64 ",\"minor\":%" PRId64 "}",
            name,
            tally.count,
            tally.minor);
}

static void write_days(FILE *file, const struct books *books)
{
    fputs(",\"days\":[", file);
    for (size_t i = 0; i < books->day_count; i++) {
        const struct books_day *day = &books->days[i];
        fputs(i == 0 ? "{" : ",{", file);
        write_day(file, "day", day->day);
        write_tally(file, "paid", day->paid);
        write_tally(file, "reversed", day->reversed);
        write_tally(file, "received", day->received);
        write_tally(file, "acknowledged", day->acknowledged);
        fputc('}', file);
    }
    fputc(']', file);
}

static void write_accounts(FILE *file, const struct books *books)
{
    fputs(",\"accounts\":[", file);
    for (size_t i = 0; i < books->account_count; i++) {
        fputs(i == 0 ? "{" : ",{", file);
        write_quoted(file, "number", books->accounts[i].number);
        fprintf(file, ",\"balance_minor\":%" PRId64 "}", books->accounts[i].balance_minor);
    }
    fputc(']', file);
}

static void write_payments(FILE *file, const struct books *books)
{
    fputs(",\"payments\":[", file);
    for (size_t i = 0; i < books->payment_count; i++) {
        const struct payment *payment = &books->payments[i];
        fputs(i == 0 ? "{" : ",{", file);
        write_quoted(file, "key", payment->key);
        fputc(',', file);
        write_quoted(file, "reference", payment->reference);
        fputc(',', file);
        write_quoted(file, "rrn", payment->rrn);
        fputc(',', file);
        write_quoted(file, "code", payment->code);
        fprintf(file,
                ",\"state\":\"%s\",\"amount_minor\":%" PRId64 ",\"currency\":%" PRId64 ",",
                payment_state_name(payment->state),
                payment->amount_minor,
                payment->currency);
        write_day(file, "day", payment->day);
        if (payment->undone_day != DATE_NONE) {
            fputc(',', file);
            write_day(file, "undone_day", payment->undone_day);
        }
        fputc('}', file);
    }
    fputc(']', file);
}

static void write_advices(FILE *file, const struct books *books)
{
    fputs(",\"advices\":[", file);
    for (size_t i = 0; i < books->advice_count; i++) {
        const struct advice *advice = &books->advices[i];
        fputs(i == 0 ? "{" : ",{", file);
        write_quoted(file, "bank_reference", advice->bank_reference);
        fputc(',', file);
        write_quoted(file, "reference", advice->payment_reference);
        fputc(',', file);
        write_quoted(file, "code", advice->code);
        fprintf(file,
                ",\"is_return\":%s,\"amount_minor\":%" PRId64 ",\"currency\":%" PRId64 ",",
                advice->returned_key[0] == '\0' ? "false" : "true",
                advice->amount_minor,
                advice->currency);
        write_day(file, "day", advice->day);
        if (advice->answered_day != DATE_NONE) {
            fputc(',', file);
            write_day(file, "answered_day", advice->answered_day);
        }
        fputc('}', file);
    }
    fputc(']', file);
}

bool report_books(const struct books *books, enum report_detail detail, FILE *file)
{
    fputc('{', file);
    write_day(file, "day", books->day);
    fprintf(file, ",\"double_paid\":%" PRId64, books->double_count);
    write_days(file, books);
    if (detail == REPORT_LINES) {
        write_accounts(file, books);
        write_payments(file, books);
        write_advices(file, books);
    }
    fputs("}\n", file);
    return fflush(file) == 0 && ferror(file) == 0;
}
