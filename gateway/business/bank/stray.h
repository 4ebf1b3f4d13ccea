#pragma once
/*
 * A stray reply (无主应答): a bank's answer that came too late, twice, or to nothing that was
 * asked. It changes nothing; people find out why. The first STRAY_COUNT_MAX of a business day are
 * kept, the others are counted by the bank day alone.
 */
#include "gateway/business/rule.h"

enum {
    STRAY_COUNT_MAX = 1000, /* of one bank and day */
    STRAY_TEXT_SIZE = 161,
};

enum stray_kind {
    STRAY_LATE = 1,      /* its request was given up */
    STRAY_UNMATCHED = 2, /* nothing like it was asked */
    STRAY_DUPLICATE = 3, /* its request was answered before */
};

struct stray_reply {
    char key[DOCUMENT_KEY_SIZE]; /* "<bank>/<business day>/<number>" */
    char bank[PARTY_ID_SIZE];
    date_days day;
    int32_t kind;
    instant_us received_at;
    char message[STRAY_TEXT_SIZE];     /* type, trace, code and which fields; no other values */
    char explanation[STRAY_TEXT_SIZE]; /* why it fitted nothing */
};

/* bank_link.stray, by the system. */
struct stray_keep {
    char bank[PARTY_ID_SIZE];
    int32_t kind;
    instant_us received_at;
    char message[STRAY_TEXT_SIZE];
    char explanation[STRAY_TEXT_SIZE];
};

struct stray_answer {
    char key[DOCUMENT_KEY_SIZE]; /* "": only counted */
    int64_t count;               /* of the day */
};

extern const struct record stray_reply_record;
extern const struct record stray_keep_record;
extern const struct record stray_answer_record;

rule stray_keep;
