#pragma once
/*
 * Reservations (额度占用): what of a guarantee stands behind one tax. Key: guarantee and reference.
 *
 *   provisional -> reserved -> called
 *        |            |------> restored
 *        `------------`------> stated: the statement of its tax keeps the amount now
 *
 * `amount` is what is still reserved; it is 0 in the last three states.
 */
#include "gateway/business/guarantee/guarantee.h"

enum {
    REFERENCE_SIZE = 61,
    RESERVATION_KEY_SIZE = GRN_SIZE + REFERENCE_SIZE,
};

enum reservation_state {
    RESERVATION_PROVISIONAL = 1, /* declared, not yet released */
    RESERVATION_RESERVED = 2,
    RESERVATION_CALLED = 3,
    RESERVATION_RESTORED = 4,
    RESERVATION_STATED = 5, /* kept under the statement's id */
};

enum restore_reason {
    RESTORE_VOID = 1,
    RESTORE_PAYMENT = 2,
    RESTORE_RETURN = 3,
};

struct reservation {
    char key[RESERVATION_KEY_SIZE]; /* "<grn>/<reference>" */
    char grn[GRN_SIZE];
    char reference[REFERENCE_SIZE];
    int32_t state;
    uint32_t scope;
    char principal[PARTY_ID_SIZE];
    char guarantor[PARTY_ID_SIZE];
    char beneficiary[PARTY_ID_SIZE];
    struct money amount;
    struct money called;
    date_days reserved_on;
    date_days return_until;
    date_days window_from;
    date_days payment_due; /* DATE_NONE: not known yet */
    int32_t restore_reason;
    char declaration[REFERENCE_SIZE]; /* its key, "" for none */
    char statement[REFERENCE_SIZE];   /* the last that took some of it, which it keeps */
    struct money stated;              /* how much statements took */
};

struct reservation_reserve {
    char grn[GRN_SIZE];
    char reference[REFERENCE_SIZE];
    struct money amount;
    int32_t scope;
    date_days payment_due;
};

struct reservation_adjust {
    char grn[GRN_SIZE];
    char reference[REFERENCE_SIZE];
    struct money amount;
};

struct reservation_restore {
    char grn[GRN_SIZE];
    char reference[REFERENCE_SIZE];
    struct money amount;
    int32_t reason;
};

struct reservation_answer {
    char grn[GRN_SIZE];
    char reference[REFERENCE_SIZE];
    int32_t state;
    struct money amount;
    date_days payment_due;
    struct money limit;
    struct money available;
    struct money reserved;
    struct money called;
};

extern const struct record reservation_record;
extern const struct record reservation_reserve_record;
extern const struct record reservation_adjust_record;
extern const struct record reservation_restore_record;
extern const struct record reservation_answer_record;

rule guarantee_reserve;
rule guarantee_adjust;
rule guarantee_restore;

/* Why the guarantee cannot take a new reservation of this scope until this day, whatever its
 * amount; NONE when it can. `deadline` DATE_NONE: not known yet, the longest there is. */
enum refusal_code reservation_obstacle(const struct context *context,
                                       const struct guarantee *guarantee,
                                       enum scope scope,
                                       date_days deadline);
/* The principal may have something reserved: active and not in arrears. */
enum verdict reservation_check_principal(struct context *context, const char *principal);
/* Fills key and parties of a new reservation from its guarantee. */
void reservation_fill(const struct guarantee *guarantee,
                      const char *reference,
                      struct reservation *reservation_out);
/* Reserves `reservation->amount`; everything else has been checked. */
enum verdict reservation_make(struct context *context,
                              struct guarantee *guarantee,
                              struct reservation *reservation);
/* A copy of an open one, with its guarantee; refuses UNKNOWN and CLOSED. */
enum verdict reservation_get_open(struct context *context,
                                  const char *grn,
                                  const char *reference,
                                  struct reservation *reservation_out);
/* Gives back `amount_minor` of it; what is left stays reserved. */
enum verdict reservation_free(struct context *context,
                              struct guarantee *guarantee,
                              struct reservation *reservation,
                              int64_t amount_minor,
                              enum restore_reason reason);
/* Makes it this much, more than 0; that there is room for it has been checked. */
enum verdict reservation_set(struct context *context,
                             struct guarantee *guarantee,
                             struct reservation *reservation,
                             int64_t amount_minor);
void reservation_put(struct context *context, const struct reservation *reservation);
/* NULL when there is none, whatever its state (or it is not in memory yet). */
const struct reservation *
reservation_find(struct context *context, const char *grn, const char *reference);
