#include "gateway/server/identity.h"

#include <string.h>

#define PARTY_PREFIX IDENTITY_URI_SCHEME "party/"
#define ROLE_PREFIX  "/role/"
#define USER_PREFIX  "/user/"

/* What is left of the URI. */
struct rest {
    const char *at;
    size_t size;
};

static bool take_text(struct rest *rest, const char *text)
{
    size_t size = strlen(text);
    if (rest->size < size || memcmp(rest->at, text, size) != 0) {
        return false;
    }
    rest->at += size;
    rest->size -= size;
    return true;
}

static bool is_id_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* The characters an id is made of, up to the first other one. */
static bool take_id(struct rest *rest, char id_out[PARTY_ID_SIZE])
{
    size_t size = 0;
    while (size < rest->size && is_id_character(rest->at[size])) {
        size++;
    }
    if (size == 0 || size >= PARTY_ID_SIZE) {
        return false;
    }
    memcpy(id_out, rest->at, size);
    id_out[size] = '\0';
    rest->at += size;
    rest->size -= size;
    return true;
}

bool identity_parse(const char *uri, size_t size, struct identity *identity_out)
{
    struct rest rest = {uri, size};
    char role[PARTY_ID_SIZE];
    *identity_out = (struct identity){.role = (enum role)0};
    if (!take_text(&rest, PARTY_PREFIX) || !take_id(&rest, identity_out->party) ||
        !take_text(&rest, ROLE_PREFIX) || !take_id(&rest, role)) {
        return false;
    }
    bool has_user = take_text(&rest, USER_PREFIX);
    if ((has_user && !take_id(&rest, identity_out->user)) || rest.size != 0) {
        return false;
    }
    identity_out->role = role_find(role);
    return identity_out->role != 0;
}
