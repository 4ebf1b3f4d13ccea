#pragma once
/* Documents filled at random, row by row of the messages' own tables, so that no row is forgotten.
 */
#include <stdint.h>

#include "adapters/iso20022/mx_rule.h"

struct random {
    uint64_t state;
    struct arena *arena;
};

uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t bound);

/* A document of this type that the writer must accept; everything lies in the random's arena. */
struct iso20022_document random_document(struct random *random, enum iso20022_type type);

/* NULL, or the path of the first row in which two records differ. */
const char *record_difference(const struct mx_record *record, const char *a, const char *b);
