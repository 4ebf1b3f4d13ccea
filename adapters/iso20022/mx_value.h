#pragma once
/* One element's text and one member of a record, both ways. */
#include "adapters/iso20022/mx_rule.h"

enum {
    MX_SCRATCH_SIZE = 40
};

/* What stands in an element. */
struct mx_input {
    const char *text; /* not empty */
    size_t size;
    const char *currency; /* the attribute Ccy, of amounts */
    size_t currency_size;
};

/* NULL, or the code of the fault. What is put into the record is copied into `arena`. */
MUST_CHECK const char *
mx_value_store(const struct mx_row *row, struct mx_input input, struct arena *arena, char *record);

/*
 * The text of a member, NULL when it is absent; numbers are formatted into `scratch`. Amounts
 * without currency are absent.
 */
const char *
mx_value_text(const struct mx_row *row, const char *record, char scratch[MX_SCRATCH_SIZE]);

/* NULL, or the code of what a text may not be; the same judgement as mx_value_store's. */
MUST_CHECK const char *mx_value_check(const struct mx_row *row, struct mx_input input);

/* What is expected, for the fault's detail. */
const char *mx_value_expected(enum mx_kind kind);
