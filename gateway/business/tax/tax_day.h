#pragma once
/*
 * What was released in one day for one agent at one customs district, and is not yet in a
 * statement: the number and the sum of its tax bills. Key: "<agent>/<customs code>/<date>". From
 * these a cut knows what it has to find, and the engine when the next one must be.
 */
#include "gateway/business/tax/tax_bill.h"

struct tax_day {
    char key[DOCUMENT_KEY_SIZE];
    char agent[PARTY_ID_SIZE];
    char customs_code[5];
    date_days released_on;
    int64_t bill_count;
    struct money total;
};

extern const struct record tax_day_record;

/* Counts a bill that is open and released, sets bill->tax_day and the deadline of the next cut;
 * nothing for others. The caller stores the bill. */
void tax_day_take(struct context *context, struct tax_bill *bill);
/* Takes it out again when it is counted, as it was counted: before its amounts change. */
void tax_day_drop(struct context *context, struct tax_bill *bill);
/* NULL when there is none (or it is not in memory yet). */
const struct tax_day *tax_day_find(struct context *context, const char *key);
/* The number of bills of a day still outside a statement. */
int64_t tax_day_bill_count(struct context *context,
                           const char *agent,
                           const char *customs_code,
                           date_days released_on);
