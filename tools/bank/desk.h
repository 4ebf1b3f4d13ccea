#pragma once
/*
 * What the bank decides: whether an order is paid, what became of it, whether it can be taken back.
 * The same question again gets the same answer. Codes are those of DE 39:
 *
 *   order     00 paid · 09 accepted, decided later · 68 came after its reversal, never to be paid ·
 *             94 its key stands for another order · 30 something is missing · else as scripted
 *   inquiry   00 paid (its return is an advice of its own) · 09 · 25 not known · the code it was
 *             rejected with, or 05 where that code does not say so by itself, and for what was
 *             reversed (`detail` tells)
 *   reversal  00 taken back, or never paid · 21 the payment stands: it went back as a return ·
 *             25 not known, and refused should it come
 */
#include "tools/bank/journal.h"

enum {
    DESK_DETAIL_SIZE = 26
};

struct desk {
    struct books *books;
    struct journal *journal;
};

struct order {
    char key[FACT_KEY_SIZE];
    char reference[FACT_REFERENCE_SIZE];
    char rrn[FACT_RRN_SIZE];
    char debtor_account[FACT_ACCOUNT_SIZE];
    char creditor_account[FACT_ACCOUNT_SIZE];
    char creditor_bank[15];
    int64_t amount_minor;
    int64_t currency;
    int64_t decide_us; /* of fact.h; nothing of what the order asks */
};

struct decision {
    char code[FACT_CODE_SIZE];
    char detail[DESK_DETAIL_SIZE]; /* "" or why, e.g. "51 rejected" */
    char authorization[7];         /* "" unless paid */
    date_days day;                 /* of settlement */
};

/* `code` is what a new order gets: "00", "09" or a refusal. */
void desk_pay(struct desk *desk,
              const struct order *order,
              const char *code,
              struct decision *decision_out);
void desk_inquire(const struct desk *desk, const char *key, struct decision *decision_out);
void desk_reverse(struct desk *desk, const char *key, struct decision *decision_out);
/* Decides a pending payment; "25" when there is none. */
void desk_decide(struct desk *desk,
                 const char *key,
                 const char *code,
                 struct decision *decision_out);
