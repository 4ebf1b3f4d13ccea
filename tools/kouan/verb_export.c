#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/transfer_code.h"
#include "ledger/book/book.h"
#include "tools/kouan/database.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

/* Transfers read at once: few enough for memory, so many that an open partition, which has block
 * ranges only, is not scanned often. */
enum {
    PAGE_TRANSFER_COUNT = 100000
};

struct exported {
    int64_t seq;
    int64_t command_seq;
    int64_t pending_seq; /* 0 = none */
    enum transfer_kind kind;
    const char *kind_name;
    const char *code;
    const char *debit; /* names of accounts */
    const char *credit;
    char currency[8];
    char amount[MONEY_TEXT_SIZE];
    char day[DATE_TEXT_SIZE];
    char recorded_at[INSTANT_TEXT_SIZE];
    char command[64];
};

struct account_names {
    char **names; /* by number - 1 */
    size_t count;
    size_t capacity;
};

struct format {
    const char *name;
    void (*begin)(const struct account_names *accounts);
    void (*write)(const struct exported *transfer);
};

struct export
{
    const struct format *format;
    struct account_names accounts;
};

/* --- formats --- */

/* hledger: a transaction for what moved posted money, a comment for what was only promised. */
static void hledger_begin(const struct account_names *accounts)
{
    static const enum currency currencies[] = {
        CURRENCY_CNY, CURRENCY_USD, CURRENCY_EUR, CURRENCY_RUB, CURRENCY_MNT};
    puts("decimal-mark .");
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++) {
        printf("commodity 1000.00 %s\n", currency_code(currencies[i]));
    }
    for (size_t i = 0; i < accounts->count; i++) {
        printf("account %s\n", accounts->names[i]);
    }
}

static void hledger_write(const struct exported *transfer)
{
    const char *shown = transfer->command[0] ? transfer->command : "transfer";
    if (transfer->kind != TRANSFER_SINGLE && transfer->kind != TRANSFER_POST) {
        printf("\n; %s (%" PRId64 ") %s: %s from %s to %s, %s %s",
               transfer->day,
               transfer->seq,
               shown,
               transfer->kind_name,
               transfer->credit,
               transfer->debit,
               transfer->amount,
               transfer->currency);
        if (transfer->pending_seq) {
            printf(", of %" PRId64, transfer->pending_seq);
        }
        putchar('\n');
        return;
    }
    printf("\n%s * (%" PRId64 ") %s  ; command:%" PRId64 ", kind:%s, code:%s",
           transfer->day,
           transfer->seq,
           shown,
           transfer->command_seq,
           transfer->kind_name,
           transfer->code);
    if (transfer->pending_seq) {
        printf(", pending:%" PRId64, transfer->pending_seq);
    }
    printf("\n    %s  %s %s\n", transfer->debit, transfer->amount, transfer->currency);
    printf("    %s  -%s %s\n", transfer->credit, transfer->amount, transfer->currency);
}

static void csv_begin(const struct account_names *accounts)
{
    (void)accounts;
    puts("seq,date,recorded_at,kind,code,debit,credit,amount,currency,pending_seq,command_seq,"
         "command");
}

static void csv_write(const struct exported *transfer)
{
    char pending[24] = "";
    if (transfer->pending_seq) {
        snprintf(pending, sizeof pending, "%" PRId64, transfer->pending_seq);
    }
    printf("%" PRId64 ",%s,%s,%s,%s,%s,%s,%s,%s,%s,%" PRId64 ",%s\n",
           transfer->seq,
           transfer->day,
           transfer->recorded_at,
           transfer->kind_name,
           transfer->code,
           transfer->debit,
           transfer->credit,
           transfer->amount,
           transfer->currency,
           pending,
           transfer->command_seq,
           transfer->command);
}

static const struct format formats[] = {
    {"hledger", hledger_begin, hledger_write},
    {"csv",     csv_begin,     csv_write    },
};

static const struct format *format_find(const char *name)
{
    for (size_t i = 0; name && i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

/* --- rows --- */

static void account_add(void *context, const struct row_view *row)
{
    struct account_names *accounts = context;
    char name[ACCOUNT_NAME_SIZE];
    database_account_name(row, 0, name);
    if (accounts->count == accounts->capacity) {
        accounts->capacity = accounts->capacity ? accounts->capacity * 2 : 1024;
        char **grown = realloc(accounts->names, accounts->capacity * sizeof *grown);
        if (!grown) {
            abort();
        }
        accounts->names = grown;
    }
    char *copy = strdup(name);
    if (!copy) {
        abort();
    }
    accounts->names[accounts->count++] = copy;
}

static const char *account_name(const struct account_names *accounts, int64_t number)
{
    return number > 0 && (size_t)number <= accounts->count ? accounts->names[number - 1] : "?";
}

static const char *kind_name(enum transfer_kind kind)
{
    switch (kind) {
    case TRANSFER_SINGLE:
        return "single";
    case TRANSFER_PENDING:
        return "pending";
    case TRANSFER_POST:
        return "post";
    case TRANSFER_VOID:
        return "void";
    case TRANSFER_EXPIRE:
        return "expire";
    }
    return "?";
}

static void transfer_add(void *context, const struct row_view *row)
{
    const struct export *export = context;
    instant_us recorded_at = view_timestamptz(row, 6);
    struct exported transfer = {
        .seq = view_bigint(row, 0),
        .kind = (enum transfer_kind)view_bigint(row, 1),
        .code = transfer_code_name((uint16_t)view_bigint(row, 2)),
        .debit = account_name(&export->accounts, view_bigint(row, 3)),
        .credit = account_name(&export->accounts, view_bigint(row, 4)),
        .pending_seq = view_is_null(row, 7) ? 0 : view_bigint(row, 7),
        .command_seq = view_bigint(row, 8),
    };
    transfer.kind_name = kind_name(transfer.kind);
    amount_format(view_bigint(row, 5), transfer.amount);
    date_format(date_of(recorded_at), transfer.day);
    instant_format(recorded_at, transfer.recorded_at);
    database_text(row, 9, transfer.currency, sizeof transfer.currency);
    database_text(row, 10, transfer.command, sizeof transfer.command);
    export->format->write(&transfer);
}

static void number_take(void *context, const struct row_view *row)
{
    *(int64_t *)context = view_bigint(row, 0);
}

/* Pages up to the last transfer there is now; later ones wait for the next export. */
static enum status transfers_read(struct journal_reader *reader, struct export *export)
{
    static const char last_statement[] = "SELECT coalesce(max(last_transfer), 0) FROM ledger.batch";
    static const char page_statement[] =
        "SELECT t.seq, t.kind, t.code, t.debit, t.credit, t.amount, t.recorded_at, t.pending_seq,"
        " t.command_seq, c.code, m.type FROM ledger.transfer t"
        " JOIN ledger.account a ON a.number = t.debit"
        " JOIN ledger.currency c ON c.number = a.currency"
        " LEFT JOIN ledger.command m ON m.seq = t.command_seq"
        " WHERE t.seq > $1::bigint AND t.seq <= $2::bigint ORDER BY t.seq";
    int64_t last = 0;
    enum status status = journal_read(reader, last_statement, NULL, 0, number_take, &last);
    for (int64_t at = 0; status == STATUS_OK && at < last; at += PAGE_TRANSFER_COUNT) {
        char after[24];
        char until[24];
        int64_t end = at + PAGE_TRANSFER_COUNT < last ? at + PAGE_TRANSFER_COUNT : last;
        snprintf(after, sizeof after, "%" PRId64, at);
        snprintf(until, sizeof until, "%" PRId64, end);
        status = journal_read(
            reader, page_statement, (const char *const[]){after, until}, 2, transfer_add, export);
    }
    return status;
}

static enum status export_run(struct journal_reader *reader, struct export *export)
{
    static const char account_statement[] =
        "SELECT p.book, p.name, a.owner, party.key, a.subject FROM ledger.account a"
        " JOIN ledger.purpose p ON p.number = a.purpose"
        " LEFT JOIN (SELECT DISTINCT ON (key) key, number FROM business.party"
        " ORDER BY key, version DESC) party ON party.number = a.owner ORDER BY a.number";
    enum status status =
        journal_read(reader, account_statement, NULL, 0, account_add, &export->accounts);
    if (status == STATUS_OK) {
        export->format->begin(&export->accounts);
        status = transfers_read(reader, export);
    }
    for (size_t i = 0; i < export->accounts.count; i++) {
        free(export->accounts.names[i]);
    }
    free(export->accounts.names);
    return status;
}

enum exit_code verb_export(const struct arguments *arguments)
{
    struct export export = {.format = format_find(arguments->values[OPTION_FORMAT])};
    if (!export.format) {
        message("--format wants hledger or csv");
        return EXIT_USAGE;
    }
    struct journal_reader *reader = database_open(arguments);
    if (!reader) {
        return EXIT_USAGE;
    }
    enum status status = export_run(reader, &export);
    journal_reader_destroy(reader);
    return database_failed(status);
}
