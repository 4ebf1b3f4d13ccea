#pragma once
/*
 * A principal's pool (担保池): the guarantees its declarations may use, those accepted for retail
 * import, in the order in which they became active or which it has chosen. A declaration takes the
 * first that has room for all of it; when none has, several together.
 */
#include "gateway/business/guarantee/guarantee.h"

enum {
    ASSURANCE_COUNT_MAX = 16
};

struct assurance_item {
    char grn[GRN_SIZE];
};

struct assurance {
    char principal[PARTY_ID_SIZE];
    struct list grns; /* of struct assurance_item */
};

/*
 * pool.arrange, by the principal: its guarantees in the order in which they are to be used. Those
 * not named come after, as they were.
 */
struct pool_arrange {
    struct list grns; /* of struct assurance_item */
};

struct pool_answer {
    char principal[PARTY_ID_SIZE];
    int64_t guarantee_count;
};

extern const struct record assurance_record;
extern const struct record pool_arrange_record;
extern const struct record pool_answer_record;

rule pool_arrange;

/* Adds it when it covers retail import; ASSURANCE_FULL refused. */
enum verdict assurance_add(struct context *context, const struct guarantee *guarantee);
/* Room for one more? */
bool assurance_has_room(struct context *context, const char *principal);
void assurance_remove(struct context *context, const struct guarantee *guarantee);
