#pragma once
/*
 * Which guarantees a declaration of a principal may use: those accepted for retail import, in the
 * order in which they became active.
 */
#include "gateway/business/guarantee.h"

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

extern const struct record assurance_record;

/* Adds it when it covers retail import; ASSURANCE_FULL refused. */
enum verdict assurance_add(struct context *context, const struct guarantee *guarantee);
/* Room for one more? */
bool assurance_has_room(struct context *context, const char *principal);
void assurance_remove(struct context *context, const struct guarantee *guarantee);
