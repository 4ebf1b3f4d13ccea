#include "gateway/business/customs/told.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int64_t told_fen(int64_t amount)
{
    assert(amount >= 0);
    return (amount + PRICE_PER_FEN / 2) / PRICE_PER_FEN;
}

bool told_is_error(const char *status)
{
    return status[0] == '-' && status[1] != '\0' &&
           strspn(status + 1, "0123456789") == strlen(status + 1);
}

enum declaration_effect
told_order(const char *time, const char *status, const char *known_time, const char *known_status)
{
    int order = strcmp(time, known_time);
    if (order == 0) {
        long change = strtol(status, NULL, 10) - strtol(known_status, NULL, 10);
        if (change == 0) {
            return EFFECT_UNCHANGED;
        }
        order = change > 0 ? 1 : -1;
    }
    return order > 0 ? EFFECT_APPLIED : EFFECT_LATE;
}
