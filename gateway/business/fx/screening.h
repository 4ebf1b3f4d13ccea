#pragma once
/*
 * Screening (名单筛查) of who pays an individual: payer, payer's bank, country, each against a
 * dated list. What stands on none is clear. The whole of the lists has one version, counted up by
 * every change; a decision keeps the version it was made by. Due diligence of 汇发〔2019〕13号.
 *
 * Compared is the normal form (normal.h), of which the first SCREENING_VALUE_SIZE - 1 bytes count:
 * a longer name that begins alike is taken for the same. A bank is compared by its whole BIC and by
 * its first eight characters; its country, the fifth and sixth, is screened too.
 */
#include "gateway/business/rule.h"

#define SCREENING_VERSION_KEY "screening"

enum {
    SCREENING_VALUE_SIZE = 61,
    SCREENING_ACTION_COUNT_MAX = 16,
};

enum screening_kind {
    SCREENING_PAYER = 1,
    SCREENING_BANK,
    SCREENING_COUNTRY,
};

/* Rising severity. */
enum screening_action {
    SCREENING_CLEAR = 1,
    SCREENING_HOLD,
    SCREENING_REJECT,
};

struct screening_dated {
    date_days valid_from; /* until the next one's */
    int32_t action;
    char source[201];
};

/* Who or what is listed. */
struct screening_entry {
    char key[DOCUMENT_KEY_SIZE]; /* "<kind>/<normal form>" */
    struct list actions;         /* of struct screening_dated */
};

struct screening_version {
    char key[10]; /* SCREENING_VERSION_KEY */
    int64_t change_count;
    date_days changed_on;
};

struct screening_set {
    int32_t kind;
    char value[201];
    int32_t action; /* SCREENING_CLEAR takes it off the list from this day on */
    date_days valid_from;
    char source[201];
};

struct screening_answer {
    int64_t version;
};

extern const struct name screening_action_names[];
extern const struct record screening_entry_record;
extern const struct record screening_version_record;
extern const struct record screening_set_record;
extern const struct record screening_answer_record;

rule screening_set;

struct screening_result {
    enum screening_action action;
    int64_t version; /* 0: nothing was ever listed */
};

/* What the lists of this day say. Nobody named as the payer: hold. */
struct screening_result screening_check(struct context *context,
                                        date_days date,
                                        const char *payer_name,
                                        const char *payer_bank,
                                        const char *payer_country);
