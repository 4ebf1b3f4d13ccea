#include "gateway/business/role.h"

#include <stddef.h>
#include <string.h>

static const struct {
    enum role role;
    const char *name;
} roles[] = {
    {ROLE_OPERATOR, "operator"},
    {ROLE_AUDITOR,  "auditor" },
    {ROLE_BANK,     "bank"    },
    {ROLE_MERCHANT, "merchant"},
    {ROLE_CUSTOMS,  "customs" },
    {ROLE_INSURER,  "insurer" },
};

enum {
    ROLE_COUNT = sizeof roles / sizeof roles[0]
};

const char *role_name(enum role role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (roles[i].role == role) {
            return roles[i].name;
        }
    }
    return NULL;
}

enum role role_find(const char *name)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(roles[i].name, name) == 0) {
            return roles[i].role;
        }
    }
    return (enum role)0;
}
