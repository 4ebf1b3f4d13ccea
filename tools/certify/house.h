#pragma once
/*
 * Our side of what the bank says of its own accord, and our count of the day. Answers what it hears
 * as the gateway does (adapters/link/conventions.md), but books nothing. Time is passed in.
 */
#include "adapters/adapter.h"
#include "adapters/link/duplicate.h"
#include "adapters/link/link_config.h"
#include "adapters/link/moment.h"
#include "adapters/link/seal.h"

/* What was heard, counted since the start. */
struct house_counts {
    size_t advices; /* first telling, readable */
    size_t repeats;
    size_t sign_ons;
    size_t keys; /* taken */
    size_t cut_overs;
    size_t refused;
};

struct house {
    const struct link_config *config;
    struct duplicates duplicates;
    struct house_counts counts;
    bool is_signed_on;
    bool is_silent; /* the first telling of an advice is not answered */
    char repeat_mti[5];
    struct adapter_advice advice;
    date_days bank_day;   /* of the last cut-over; DATE_NONE: not told */
    char refused_code[3]; /* our last refusal, and what of */
    char refused_mti[5];
    struct day_totals base; /* of the day before we began, as the bank says */
    bool is_base_known;
    struct day_totals ours; /* what we did */
};

void house_create(struct house *house, const struct link_config *config);
void house_destroy(struct house *house);
/* A new connection: nobody is signed on. */
void house_connected(struct house *house);
/* The code a question of the bank is answered with; NULL: it is not answered. key_out: to be taken
 * after the answer, size 0 = none. */
const char *house_hear(struct house *house,
                       const struct seal *seal,
                       const struct iso8583_message *question,
                       struct moment now,
                       struct link_key *key_out);
/* A question with a wrong authentication code. */
void house_refuse(struct house *house, const struct iso8583_message *question, const char *code);
/* The day as both sides should see it: what was before, and what we did. */
struct day_totals house_totals(const struct house *house);
