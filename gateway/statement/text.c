#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "adapters/xml/xml_write.h"
#include "gateway/business/transfer_code.h"
#include "gateway/statement/statement_p.h"

const struct statement_form statement_forms[STATEMENT_FORMAT_COUNT] = {
    [STATEMENT_CSV] = {"csv",     "text/csv",        "text/csv; charset=utf-8; header=present", "csv" },
    [STATEMENT_CAMT_053] = {"camt053", "application/xml", "application/xml",                         "xml" },
    [STATEMENT_HTML] = {"html",    "text/html",       "text/html; charset=utf-8",                "html"},
};

static void write_amount(struct writer *out, int64_t minor)
{
    char text[MONEY_TEXT_SIZE];
    amount_format(minor, text);
    write_text(out, text);
}

static void write_number(struct writer *out, int64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    write_text(out, text);
}

static void write_date(struct writer *out, date_days date)
{
    char text[DATE_TEXT_SIZE];
    date_format(date, text);
    write_text(out, text);
}

static void write_instant(struct writer *out, instant_us at)
{
    char text[INSTANT_TEXT_SIZE];
    instant_format(at, text);
    write_text(out, text);
}

/* --- CSV (RFC 4180) --- */

/* A spreadsheet runs a cell that begins like a formula; an apostrophe makes it a text. Amounts are
 * ours and stay numbers. */
static void csv_text(struct writer *out, const char *text)
{
    write_text(out, "\"");
    if (text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL) {
        write_text(out, "'");
    }
    for (; *text != '\0'; text++) {
        write_text(out, *text == '"' ? "\"\"" : (char[2]){*text, '\0'});
    }
    write_text(out, "\"");
}

/* The balance at one end of the range. */
static void
csv_end(const struct statement *statement, const char *line, date_days day, struct writer *out)
{
    write_text(out, line);
    write_text(out, ",");
    write_date(out, day);
    write_text(out, ",,,,,,");
    bool is_closing = strcmp(line, "closing") == 0;
    write_amount(out, is_closing ? statement->closing : statement->opening);
    write_text(out, ",");
    write_text(out, currency_code(statement->currency));
    write_text(out, ",");
    csv_text(out, statement->owner);
    write_text(out, ",");
    csv_text(out, statement->subject);
    write_text(out, "\r\n");
}

static void csv_begin(const struct statement *statement, struct writer *out)
{
    write_text(out,
               "line,date,recorded_at,transfer,reason,in,out,balance,currency,party,reference\r\n");
    csv_end(statement, "opening", statement->from, out);
}

static void
csv_line(const struct statement *statement, const struct statement_line *line, struct writer *out)
{
    write_text(out, "entry,");
    write_date(out, date_of(line->recorded_at));
    write_text(out, ",");
    write_instant(out, line->recorded_at);
    write_text(out, ",");
    write_number(out, line->transfer);
    write_text(out, ",");
    csv_text(out, transfer_code_name(line->code));
    write_text(out, ",");
    if (line->is_in) {
        write_amount(out, line->amount);
    }
    write_text(out, ",");
    if (!line->is_in) {
        write_amount(out, line->amount);
    }
    write_text(out, ",");
    write_amount(out, line->balance);
    write_text(out, ",");
    write_text(out, currency_code(statement->currency));
    write_text(out, ",");
    csv_text(out, line->counterparty);
    write_text(out, ",");
    write_number(out, line->command);
    write_text(out, "\r\n");
}

static void csv_finish(const struct statement *statement, struct writer *out)
{
    csv_end(statement, "closing", statement->to, out);
}

const struct statement_text statement_csv = {csv_begin, csv_line, csv_finish};

/* --- a page to print --- */

static void html_text(struct writer *out, const char *text)
{
    xml_write_text(out, text, strlen(text));
}

static void html_fact(struct writer *out, const char *name, const char *value)
{
    write_text(out, "<dt>");
    write_text(out, name);
    write_text(out, "</dt><dd>");
    html_text(out, value);
    write_text(out, "</dd>");
}

static void html_facts(const struct statement *statement, struct writer *out)
{
    char text[2 * DATE_TEXT_SIZE + 16];
    char day[2][DATE_TEXT_SIZE];
    char made_at[INSTANT_TEXT_SIZE];
    date_format(statement->from, day[0]);
    date_format(statement->to, day[1]);
    write_text(out, "<dl>");
    html_fact(out, "户名 Owner", statement->owner);
    (void)snprintf(text, sizeof text, "%" PRId64, statement->account);
    html_fact(out, "账号 Account", text);
    html_fact(out, "用途 Purpose", statement->purpose);
    html_fact(out, "标识 Subject", statement->subject);
    html_fact(out, "币种 Currency", currency_code(statement->currency));
    (void)snprintf(text, sizeof text, "%s – %s", day[0], day[1]);
    html_fact(out, "期间 Period", text);
    instant_format(statement->made_at, made_at);
    html_fact(out, "制表 Made at", made_at);
    write_text(out, "</dl>");
}

static void html_balance(struct writer *out, const char *name, int64_t minor)
{
    write_text(out, "<tr class=b><td colspan=6>");
    write_text(out, name);
    write_text(out, "</td><td class=n>");
    write_amount(out, minor);
    write_text(out, "</td></tr>\n");
}

static void html_begin(const struct statement *statement, struct writer *out)
{
    write_text(
        out,
        "<!DOCTYPE html>\n<html lang=zh-CN><head><meta charset=utf-8><title>对账单 Statement of "
        "account</title><style>@page{size:A4;margin:15mm 12mm}body{font:9pt/1.35 sans-serif;"
        "color:#000;max-width:186mm;margin:auto}h1{font-size:14pt;text-align:center}"
        "dl{display:grid;grid-template-columns:auto 1fr auto 1fr;gap:1mm 4mm}dd{margin:0}"
        "table{width:100%;border-collapse:collapse}thead{display:table-header-group}"
        "tr{break-inside:avoid}td,th{border-bottom:.2mm solid #999;padding:.8mm 1mm;"
        "text-align:left}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
        ".b td{font-weight:bold}.t{break-inside:avoid}</style></head><body>\n"
        "<h1>商户对账单 Statement of account</h1>\n");
    html_facts(statement, out);
    write_text(out,
               "<table><thead><tr><th>日期 Date</th><th>流水号 Entry</th><th>摘要 Reason</th>"
               "<th>对方 Counterparty</th><th class=n>收入 In</th><th class=n>支出 Out</th>"
               "<th class=n>余额 Balance</th></tr></thead><tbody>\n");
    html_balance(out, "期初余额 Opening balance", statement->opening);
}

static void
html_line(const struct statement *statement, const struct statement_line *line, struct writer *out)
{
    (void)statement;
    write_text(out, "<tr><td>");
    write_date(out, date_of(line->recorded_at));
    write_text(out, "</td><td>");
    write_number(out, line->transfer);
    write_text(out, "</td><td>");
    html_text(out, transfer_code_name(line->code));
    write_text(out, "</td><td>");
    html_text(out, line->counterparty);
    write_text(out, "</td><td class=n>");
    if (line->is_in) {
        write_amount(out, line->amount);
    }
    write_text(out, "</td><td class=n>");
    if (!line->is_in) {
        write_amount(out, line->amount);
    }
    write_text(out, "</td><td class=n>");
    write_amount(out, line->balance);
    write_text(out, "</td></tr>\n");
}

static void html_total(struct writer *out, const char *name, size_t count, int64_t minor)
{
    char text[48];
    (void)snprintf(text, sizeof text, " (%zu)", count);
    write_text(out, "<dt>");
    write_text(out, name);
    write_text(out, text);
    write_text(out, "</dt><dd>");
    write_amount(out, minor);
    write_text(out, "</dd>");
}

static void html_finish(const struct statement *statement, struct writer *out)
{
    html_balance(out, "期末余额 Closing balance", statement->closing);
    write_text(out, "</tbody></table>\n<dl class=t>");
    html_total(out, "收入合计 Total in", statement->in_count, statement->in);
    html_total(out, "支出合计 Total out", statement->out_count, statement->out);
    write_text(out, "</dl></body></html>\n");
}

const struct statement_text statement_html = {html_begin, html_line, html_finish};

/* --- in pieces --- */

struct pieces {
    const struct statement *statement;
    const struct statement_text *text;
    statement_sink *sink;
    void *context;
    struct writer out;
};

static bool piece_end(struct pieces *pieces)
{
    struct writer *out = &pieces->out;
    bool is_taken =
        !out->has_failed &&
        pieces->sink(pieces->context, (struct bytes){.data = out->data, .size = out->size});
    out->size = 0;
    return is_taken;
}

static bool piece_line(void *context, const struct statement_line *line)
{
    struct pieces *pieces = context;
    pieces->text->line(pieces->statement, line, &pieces->out);
    return pieces->out.size < STATEMENT_PIECE_SIZE / 2 || piece_end(pieces);
}

enum status statement_write(struct journal_reader *reader,
                            const struct statement *statement,
                            enum statement_format format,
                            statement_sink *sink,
                            void *context)
{
    if (format == STATEMENT_CAMT_053) {
        return statement_camt_write(reader, statement, sink, context);
    }
    uint8_t space[STATEMENT_PIECE_SIZE];
    struct pieces pieces = {
        .statement = statement,
        .text = format == STATEMENT_CSV ? &statement_csv : &statement_html,
        .sink = sink,
        .context = context,
        .out = writer_over(space, sizeof space),
    };
    pieces.text->begin(statement, &pieces.out);
    enum status status = statement_lines(reader, statement, piece_line, &pieces);
    if (status == STATUS_OK) {
        pieces.text->end(statement, &pieces.out);
        status = piece_end(&pieces) ? STATUS_OK : STATUS_LIMIT;
    }
    return status;
}
