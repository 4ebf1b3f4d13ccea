#pragma once
/* Chance, seeded: what random commands are made of, and the world they run in. */
#include <stdint.h>

#include "gateway/business/guarantee/reservation.h"
#include "tests/business/letterhead.h"
#include "tests/business/world.h"

struct random_world {
    struct world *world;
    uint64_t seed;
    uint64_t step;
    instant_us now;
    int64_t command_count;
    int64_t done_count;
};

/* Keys of the parties `bank` and `insurer`; made once. */
extern struct letterhead bank_key;
extern struct letterhead insurer_key;
/* By command type: refused, done. */
extern int64_t verdict_counts[256][2];

enum {
    USABLE = 1U << GUARANTEE_ACTIVE,
    FUNDABLE = 1U << GUARANTEE_DRAFT | 1U << GUARANTEE_ACTIVE,
};

uint64_t draw(struct random_world *random, uint64_t bound);
const char *pick(struct random_world *random, const char *const *items, size_t count);

#define PICK(random_, ...)                                                                         \
    pick((random_),                                                                                \
         (const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

struct money draw_amount(struct random_world *random);
struct money draw_amount_or_none(struct random_world *random);
date_days draw_date(struct random_world *random);
/* A guarantee, most often one in one of these states (bits). */
void draw_grn(struct random_world *random, unsigned states, char grn_out[GRN_SIZE]);
void draw_reference(struct random_world *random, char reference_out[REFERENCE_SIZE]);
/* A reservation that may be open; sometimes one that does not exist. */
void draw_reservation(struct random_world *random,
                      char grn_out[GRN_SIZE],
                      char reference_out[REFERENCE_SIZE]);
/* Mostly the right district. */
const char *draw_customs(struct random_world *random);
/* Any document of a kind; NULL when there is none. */
const void *sample(struct random_world *random, enum document document);

/* Runs a command and checks every law; the answer, NULL when it was refused. */
const void *run(struct random_world *random,
                enum role role,
                const char *actor,
                const char *name,
                const void *command);
/* Parties and keys, so that something can happen. */
void populate(struct random_world *random);

/* --- bills, returns and withdrawals: chance_customs.c --- */

/* Mostly the number that belongs to the n-th declaration. */
void draw_invt_no(struct random_world *random, int number, char invt_no_out[19]);
void receive_bill(struct random_world *random);
void receive_bill_status(struct random_world *random);
void apply_for(struct random_world *random);
void answer_application(struct random_world *random);

/* --- payments: chance_payment.c --- */

void pay(struct random_world *random);
void approve_or_cancel(struct random_world *random);
void send(struct random_world *random);
/* An answer to what the payment waits for, sometimes to something else. */
void answer(struct random_world *random);
void reverse_or_prove(struct random_world *random);
void give_back(struct random_world *random);
void change_link(struct random_world *random);
void end_day(struct random_world *random);
void collect(struct random_world *random);

/* --- settlement: chance_settlement.c --- */

void order(struct random_world *random);
void approve_or_cancel_order(struct random_world *random);
void change_window(struct random_world *random);
void arrive(struct random_world *random);
void freeze_or_not(struct random_world *random);
void set_fee(struct random_world *random);
void set_cap(struct random_world *random);

/* --- statements: chance_reconcile.c --- */

/* The whole statement of a day, more or less as it should be. */
void reconcile(struct random_world *random);
void settle_difference(struct random_world *random);

/* --- foreign exchange of individuals: chance_fx.c --- */

void receive_abroad(struct random_world *random);
void decide_receipt(struct random_world *random);
void end_refund(struct random_world *random);

/* --- credit insurance: chance_claim.c --- */

void insure(struct random_world *random);
void ship_and_claim(struct random_world *random);
void settle_claim(struct random_world *random);
/* Whatever else happens to policies, claims, funds and recoveries. */
void disturb_claim(struct random_world *random);

/* --- positions of banks: chance_position.c --- */

void square_position(struct random_world *random);
