#pragma once
/*
 * Three documents, one declaration (三单比对): order, payment and waybill compared with CEB 621,
 * field by field. The verdict decides nothing about the tax, where customs' word counts; it tells
 * agent and platform what customs will find, and a bank which trade is real.
 *
 * Compared after blanks, case and full-width forms are set aside; amounts to the fen; companies by
 * who they are, not by which of their codes was written. GACC 2018-194, article 4.
 */
#include "gateway/business/customs/trade.h"

enum trade_match_state {
    MATCH_INCOMPLETE = 1, /* a document is missing */
    MATCH_AGREES = 2,
    MATCH_DIFFERS = 3,
};

enum trade_missing {
    MISSING_ORDER = 1,
    MISSING_PAYMENT = 2,
    MISSING_WAYBILL = 4,
};

enum {
    MATCH_DIFFERENCE_COUNT_MAX = 24
};

/* Values are given for numbers and amounts, never for persons and addresses. */
struct trade_difference {
    int32_t field; /* enum in trade_match.c, by name */
    char told[81];
    char declared[81];
};

struct trade_match {
    char declaration[REFERENCE_SIZE]; /* the key */
    int32_t state;
    uint32_t missing;        /* enum trade_missing */
    struct list differences; /* of struct trade_difference */
    date_days matched_on;
};

struct trade_compare {
    char declaration[REFERENCE_SIZE];
};

/* The differences themselves are in the document. */
struct trade_compare_answer {
    char declaration[REFERENCE_SIZE];
    int32_t state;
    uint32_t missing;
    int64_t difference_count;
};

extern const struct record trade_match_record;
extern const struct record trade_compare_answer_record;
extern const struct record trade_compare_record;

/* trade.compare: again, when a document came after the declaration. */
rule trade_compare;

/* Compares and keeps the verdict, when any of the three documents is there. */
void trade_match_make(struct context *context, const struct declaration *declaration);
