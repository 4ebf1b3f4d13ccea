#pragma once
/* Random messages of every type, as the tables allow them, and whether two messages are equal. */
#include "adapters/customs/ceb.h"

struct ceb_random {
    uint64_t state;
    struct arena *arena;
};

uint64_t ceb_random_next(struct ceb_random *random);
uint64_t ceb_random_below(struct ceb_random *random, uint64_t bound);
/* `size` characters of A-Z and 0-9 and a NUL. */
void ceb_random_code(struct ceb_random *random, size_t size, char *text_out);
/* At most `node_count_max` nodes with `line_count_max` lines each. */
struct ceb_message ceb_random_message(struct ceb_random *random,
                                      enum ceb_type type,
                                      size_t node_count_max,
                                      size_t line_count_max);

/* NULL, or the element that differs. */
const char *ceb_difference(const struct ceb_message *left, const struct ceb_message *right);
