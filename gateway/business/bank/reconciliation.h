#pragma once
/*
 * Reconciliation (对账): the bank's statement of one day against ours, line by line.
 *
 *   open      names the statement: number of lines, sums of both sides
 *   line      one line: matched, proves a payment in doubt, only there, or of another amount;
 * within the link's tolerance the rest is a bank's charge at once missing   one item of ours that
 * no line had: only here close     every line is taken, the sums are right, no item of the day is
 * left
 *
 * A credit line is matched with funds by the bank's reference, else with the reversal of a payment
 * by our number; one we were never told of is booked as funds.receive or payment.return would book
 * it, so that the bank's late advice finds it there. A debit line is matched with a payment by our
 * number. A line that names an item already matched is only there: a second debit of one payment
 * shows as that. Numbers decide, so a line of another day than its item's is matched all the same;
 * it says by how many days, and counts as off its day beyond the link's tolerance.
 *
 * The book has no overdrawn account at a bank: a line that would make it one is refused
 * (ledger's refusal of a balance) and comes again behind the day's credits. A day the bank itself
 * ends overdrawn stays open until the money that covers it is on a line or told of.
 */
#include "gateway/business/bank/difference.h"

enum statement_state {
    STATEMENT_OPEN = 1,
    STATEMENT_CLOSED = 2,
};

enum entry_side {
    ENTRY_CREDIT = 1, /* money came in */
    ENTRY_DEBIT = 2,
};

enum line_result {
    LINE_MATCHED = 1,
    LINE_PROVED = 2,     /* it decided a payment in doubt */
    LINE_COMPLETED = 3,  /* credit we were never told of, booked now (补单) */
    LINE_ONLY_THERE = 4, /* 长款 */
    LINE_DIFFERS = 5,
    LINE_TOLERATED = 6, /* of another amount, within the link's tolerance */
};

struct bank_statement {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<date>" */
    char bank[PARTY_ID_SIZE];
    date_days day;
    char statement[36]; /* the bank's own id */
    int32_t state;
    int64_t line_count;
    struct money credits;
    struct money debits;
    int64_t taken_count;
    struct money taken_credits;
    struct money taken_debits;
    int64_t matched_count;
    int64_t proved_count;
    int64_t completed_count;
    int64_t only_there_count;
    int64_t differs_count;
    int64_t only_here_count;
    int64_t tolerated_count;
    int64_t off_day_count; /* of all, further from the item's day than the link tolerates */
};

struct statement_line {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<date>/<line>" */
    char bank[PARTY_ID_SIZE];
    int32_t side;
    struct money amount;
    char bank_reference[41];
    char payment_reference[141];
    date_days value_date;
    int32_t result;
    char subject[DOCUMENT_KEY_SIZE];
    char difference[DIFFERENCE_ID_SIZE];
    struct money tolerated; /* between the amounts, of a tolerated line */
    int64_t days_late;      /* behind the day the item was awaited on; below 0: ahead of it */
};

/* Common to all: the bank itself or an operator. */
struct reconciliation_open {
    char bank[PARTY_ID_SIZE];
    date_days day;
    char statement[36];
    int64_t line_count;
    struct money credits;
    struct money debits;
};

struct reconciliation_line {
    char bank[PARTY_ID_SIZE];
    date_days day;
    int64_t line; /* from 1 */
    int32_t side;
    struct money amount;
    char bank_reference[41];
    char payment_reference[141];
    date_days value_date;
};

enum item_kind {
    ITEM_PAYMENT = 1,
    ITEM_FUNDS = 2,
    ITEM_REVERSAL = 3, /* of a payment */
};

struct reconciliation_missing {
    char bank[PARTY_ID_SIZE];
    date_days day;
    int32_t item;
    char key[DOCUMENT_KEY_SIZE]; /* of the payment or funds */
};

struct reconciliation_close {
    char bank[PARTY_ID_SIZE];
    date_days day;
};

struct line_answer {
    int32_t result;
    char subject[DOCUMENT_KEY_SIZE];
    char difference[DIFFERENCE_ID_SIZE];
    struct money tolerated;
    int64_t days_late;
};

struct statement_answer {
    int32_t state;
    int64_t taken_count;
    int64_t matched_count;
    int64_t proved_count;
    int64_t completed_count;
    int64_t only_there_count;
    int64_t differs_count;
    int64_t only_here_count;
    int64_t tolerated_count;
    int64_t off_day_count;
};

extern const struct record bank_statement_record;
extern const struct record statement_line_record;
extern const struct record reconciliation_open_record;
extern const struct record reconciliation_line_record;
extern const struct record reconciliation_missing_record;
extern const struct record reconciliation_close_record;
extern const struct record line_answer_record;
extern const struct record statement_answer_record;

rule reconciliation_open;
rule reconciliation_line;
rule reconciliation_missing;
rule reconciliation_close;
