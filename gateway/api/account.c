/*
 * GET /v1/account/<number> and …/statement. Balances come from the engine's memory, as a command
 * that is only ever run dry: it sees what has been applied and is answered once that is durable.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "ledger/base/cbor.h"

struct account_get {
    int64_t account;
};

struct account_view {
    int64_t account;
    int64_t owner;
    char purpose[41];
    char subject[SUBJECT_SIZE];
    struct money balance;
    struct money available;
    struct money pending_debits;
    struct money pending_credits;
    int64_t last_transfer;
};

static const struct field get_fields[] = {
    FIELD(account_get, account, FIELD_INTEGER, FIELD_REQUIRED, .min = 1, .max = INT64_MAX),
};
static const struct record get_record = RECORD(account_get, get_fields, "An account by number");

static const struct field view_fields[] = {
    FIELD(account_view, account, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "its number"),
    FIELD(account_view, owner, FIELD_INTEGER, 0, .meaning = "number of the party; 0 = the house"),
    TEXT(account_view, purpose, FIELD_REQUIRED, .meaning = "of the chart of accounts"),
    TEXT(account_view, subject, 0, .meaning = "what it is about, such as a GRN"),
    FIELD(account_view, balance, FIELD_MONEY, FIELD_REQUIRED, .meaning = "posted, normal side"),
    FIELD(account_view, available, FIELD_MONEY, 0, .meaning = "what may leave it now"),
    FIELD(account_view, pending_debits, FIELD_MONEY, 0, .meaning = "set aside to leave"),
    FIELD(account_view, pending_credits, FIELD_MONEY, 0, .meaning = "set aside to come"),
    FIELD(account_view, last_transfer, FIELD_INTEGER, 0, .meaning = "the latest entry"),
};
static const struct record view_record =
    RECORD(account_view, view_fields, "An account (账户) as it stands");

static enum verdict account_get(struct context *context, const void *command, void *answer_out)
{
    const struct account_get *get = command;
    const struct account *account = book_account(state_book(context->state), get->account);
    bool sees_all = (context->actor_role & (ROLE_OPERATOR | ROLE_AUDITOR)) != 0;
    if (account == NULL || !(sees_all || account->key.owner == context->actor->number)) {
        return refuse(context, REFUSAL_ACCOUNT_UNKNOWN);
    }
    struct account_view *view = answer_out;
    enum currency currency = account->key.currency;
    *view = (struct account_view){
        .account = get->account,
        .owner = account->key.owner,
        .balance = {account_balance(account),   currency},
        .available = {account_available(account), currency},
        .pending_debits = {account->pending_debits,    currency},
        .pending_credits = {account->pending_credits,   currency},
        .last_transfer = account->last_seq,
    };
    (void)snprintf(view->purpose, sizeof view->purpose, "%s", chart[account->key.purpose].name);
    memcpy(view->subject, account->key.subject, sizeof view->subject);
    return VERDICT_DONE;
}

static const struct command_type get_type = {
    .name = "account.get",
    .meaning = "Balances of an account",
    .roles = ROLE_ANYONE,
    .command = &get_record,
    .answer = &view_record,
    .rule = account_get,
};

static bool number_parse(const char *text, int64_t *number_out)
{
    size_t size = strlen(text);
    if (size == 0 || size > 18 || strspn(text, "0123456789") != size) {
        return false;
    }
    *number_out = strtoll(text, NULL, 10);
    return true;
}

static void account_submit(struct request *request,
                           struct api *api,
                           void (*reply)(struct api *, struct request *, struct unit *))
{
    int64_t number;
    if (!number_parse(request_path_part(request, 0), &number)) {
        problem_reply(request,
                      &(struct problem){.status = 404,
                                        .code = "account.unknown",
                                        .title = "There is no such account, or it is not yours"});
        return;
    }
    struct unit *unit = api_unit_create(request, 1, 4096);
    if (unit == NULL) {
        return;
    }
    struct command *command = unit_prepare(unit, 0, &get_type);
    unit->purpose = UNIT_DRY_RUN;
    *(struct account_get *)command->body = (struct account_get){.account = number};
    api_submit(api, request, unit, reply);
}

void api_account(struct request *request, void *context)
{
    account_submit(request, ((const struct api_route *)context)->api, api_reply_command);
}

/* --- the statement: entries latest first, by walking the links of the account --- */

struct statement_entry {
    int64_t transfer;
    char side[8];
    int64_t counterpart;
    struct money amount;
    char kind[16];
    struct money balance;
    int64_t command;
    instant_us recorded_at;
};

static const struct field entry_fields[] = {
    FIELD(statement_entry, transfer, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "its number"),
    TEXT(statement_entry, side, FIELD_REQUIRED, .meaning = "debit or credit"),
    FIELD(statement_entry, counterpart, FIELD_INTEGER, 0, .meaning = "the other account"),
    FIELD(statement_entry, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "always > 0"),
    TEXT(statement_entry, kind, FIELD_REQUIRED, .meaning = "single, pending, post, void, expire"),
    FIELD(statement_entry, balance, FIELD_MONEY, 0, .meaning = "posted, after this entry"),
    FIELD(statement_entry, command, FIELD_INTEGER, 0, .meaning = "the command that made it"),
    FIELD(statement_entry, recorded_at, FIELD_INSTANT, 0, .meaning = "when it became true"),
};
static const struct record entry_record =
    RECORD(statement_entry, entry_fields, "An entry (分录) of an account");

static void copy_text(char *to, size_t size, struct bytes from)
{
    (void)snprintf(to, size, "%.*s", (int)from.size, (const char *)from.data);
}

static void entry_each(void *context, const struct row_view *row)
{
    struct query *query = context;
    const enum currency *currency = query->owner;
    struct statement_entry entry = {
        .transfer = view_bigint(row, 0),
        .counterpart = view_bigint(row, 2),
        .amount = {view_bigint(row, 3), *currency},
        .command = view_bigint(row, 5),
        .recorded_at = view_timestamptz(row, 6),
        .balance = {view_bigint(row, 7), *currency},
    };
    copy_text(entry.side, sizeof entry.side, view_bytes(row, 1));
    copy_text(entry.kind, sizeof entry.kind, view_bytes(row, 4));
    if (query->item_count ==
        query->item_count_max) { /* one more was read: where the next page starts */
        (void)snprintf(query->next_cursor, sizeof query->next_cursor, "%" PRId64, entry.transfer);
        return;
    }
    query_begin_item(query);
    record_write(&entry_record, query->media, RECORD_MASKED, &entry, &query->out);
}

static void statement_query(struct api *api, struct request *request, struct unit *unit)
{
    const struct command *command = &unit->commands[0];
    if (unit->status != UNIT_ANSWERED || command->result != COMMAND_DONE) {
        api_reply_command(api, request, unit);
        return;
    }
    const struct account_view *view = command->answer;
    if (api_statement_is_range(request)) {
        api_statement_range(api, request, view->account);
        return;
    }
    struct page *page;
    struct query *query = query_create_page(api, request, NULL, &page);
    if (query == NULL) {
        return;
    }
    char numbers[2][24];
    (void)snprintf(numbers[0], sizeof numbers[0], "%" PRId64, view->account);
    (void)snprintf(numbers[1], sizeof numbers[1], "%" PRId64, view->last_transfer);
    struct arena *arena = request_arena(request);
    enum currency *currency = arena_take(arena, sizeof *currency);
    *currency = view->balance.currency;
    query->owner = currency;
    query->statement =
        "SELECT seq, side, counterpart, amount, kind, command_seq, recorded_at, balance"
        " FROM ledger.statement($1::bigint, $2::bigint, $3::integer + 1)";
    query->parameters[0] = arena_copy_text(arena, numbers[0], strlen(numbers[0]));
    query->parameters[1] = page->cursor[0] != '\0'
                               ? page->cursor
                               : arena_copy_text(arena, numbers[1], strlen(numbers[1]));
    query->parameters[2] = page->limit;
    query->parameter_count = 3;
    query->each = entry_each;
    query_submit(query, query_reply);
}

void api_statement(struct request *request, void *context)
{
    const char *cursor = request_query(request, "cursor");
    int64_t number;
    if (cursor != NULL && !number_parse(cursor, &number)) {
        problem_reply(request,
                      &(struct problem){.status = 400,
                                        .code = "request.range",
                                        .title = "cursor is the one a page gave"});
        return;
    }
    account_submit(request, ((const struct api_route *)context)->api, statement_query);
}
