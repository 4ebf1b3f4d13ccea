#pragma once
/*
 * Differences (差异) between the bank's books and ours, found by reconciliation.
 *
 *   only here  (短款)  we booked it, the bank's statement does not have it
 *   only there (长款)  the bank's statement has it, we did not
 *   amount             both have it, with different amounts
 *
 * `excess` is what the bank's balance holds more than ours did. When a difference is opened, our
 * bank.settlement is brought to what the bank says and the other side waits, with its age, in
 * reconciliation.difference under the difference's number:
 *
 *   excess > 0   Dr bank.settlement          Cr reconciliation.difference
 *   excess < 0   Dr reconciliation.difference  Cr bank.settlement
 *
 * It is closed by a later line of the bank, or by an adjustment of two people: one proposes,
 * another decides.
 *
 *   open <-> proposed -> closed
 */
#include "gateway/business/rule.h"

enum {
    DIFFERENCE_ID_SIZE = 20, /* "X", 12 digits of the command's number, "-1" for a second one */
};

enum difference_kind {
    DIFFERENCE_ONLY_HERE = 1,
    DIFFERENCE_ONLY_THERE = 2,
    DIFFERENCE_AMOUNT = 3,
};

enum difference_state {
    DIFFERENCE_OPEN = 1,
    DIFFERENCE_PROPOSED = 2,
    DIFFERENCE_CLOSED = 3,
};

/* Where an adjustment moves what waits. */
enum adjustment {
    ADJUSTMENT_PAYABLE = 1,    /* it is a merchant's */
    ADJUSTMENT_CHARGES = 2,    /* the bank charged it, or took a charge back */
    ADJUSTMENT_INCOME = 3,     /* interest; only an excess */
    ADJUSTMENT_RECEIVABLE = 4, /* a party owes it to us; only a lack */
    ADJUSTMENT_BANK = 5,       /* the bank was wrong and has corrected its books */
};

struct difference {
    char id[DIFFERENCE_ID_SIZE];
    char bank[PARTY_ID_SIZE];
    date_days day;
    int32_t kind;
    int32_t state;
    bool is_lack; /* the bank holds less than we did */
    struct money amount;
    char subject[DOCUMENT_KEY_SIZE]; /* our payment or funds, "" when we have none */
    char line[DOCUMENT_KEY_SIZE];    /* the statement's line, "" when it has none */
    date_days opened_on;
    int32_t adjustment;
    char party[PARTY_ID_SIZE];
    char maker[PARTY_ID_SIZE];
    char checker[PARTY_ID_SIZE];
    char reason[201];
    date_days closed_on;
};

struct difference_propose {
    char difference[DIFFERENCE_ID_SIZE];
    int32_t adjustment;
    char party[PARTY_ID_SIZE]; /* whose: for payable and receivable */
    char reason[201];
};

enum decision {
    DECISION_APPROVE = 1,
    DECISION_REFUSE = 2,
};

struct difference_decide {
    char difference[DIFFERENCE_ID_SIZE];
    int32_t decision;
};

struct difference_answer {
    char difference[DIFFERENCE_ID_SIZE];
    int32_t state;
    struct money amount;
};

extern const struct record difference_record;
extern const struct record difference_propose_record;
extern const struct record difference_decide_record;
extern const struct record difference_answer_record;
extern const struct name difference_kinds[];

rule difference_propose;
rule difference_decide;

/* What is found: books the excess (in CNY fen, not 0) and stores the difference. */
struct difference_found {
    const char *bank;
    int64_t bank_number;
    date_days day;
    enum difference_kind kind;
    int64_t excess_minor;
    const char *subject;
    const char *line;
};
enum verdict difference_open(struct context *context,
                             const struct difference_found *found,
                             char id_out[DIFFERENCE_ID_SIZE]);
/* What a bank charged or forgot within the tolerance of its link: between bank.settlement and
 * bank.charges, without a difference. */
enum verdict
difference_tolerate(struct context *context, int64_t bank_number, int64_t excess_minor);
/* NULL when there is none of this id. */
const struct difference *difference_find(struct context *context, const char *id);
/* The bank has it after all: takes the entry of opening back. */
enum verdict difference_withdraw(struct context *context, const char *id);
