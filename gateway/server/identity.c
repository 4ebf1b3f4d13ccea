#include "gateway/server/identity.h"

#include <string.h>

#define PARTY_PREFIX IDENTITY_URI_SCHEME "party/"
#define ROLE_PREFIX  "/role/"

static bool is_party_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool identity_parse(const char *uri, size_t size, struct identity *identity_out)
{
    size_t prefix_size = strlen(PARTY_PREFIX);
    if (size < prefix_size || memcmp(uri, PARTY_PREFIX, prefix_size) != 0) {
        return false;
    }
    const char *party = uri + prefix_size;
    const char *end = uri + size;
    size_t party_size = 0;
    while (party + party_size < end && is_party_character(party[party_size])) {
        party_size++;
    }
    if (party_size == 0 || party_size >= PARTY_ID_SIZE) {
        return false;
    }
    const char *role = party + party_size;
    if ((size_t)(end - role) < strlen(ROLE_PREFIX) ||
        memcmp(role, ROLE_PREFIX, strlen(ROLE_PREFIX)) != 0) {
        return false;
    }
    role += strlen(ROLE_PREFIX);
    char name[16];
    size_t name_size = (size_t)(end - role);
    if (name_size >= sizeof name || memchr(role, '\0', name_size) != NULL) {
        return false;
    }
    memcpy(name, role, name_size);
    name[name_size] = '\0';
    *identity_out = (struct identity){.role = role_find(name)};
    memcpy(identity_out->party, party, party_size);
    return identity_out->role != 0;
}
