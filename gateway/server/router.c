#include "gateway/server/router.h"

#include <string.h>

bool route_pattern_is_valid(const char *pattern)
{
    size_t part_count = 0;
    if (pattern[0] != '/') {
        return false;
    }
    for (const char *at = strchr(pattern, '{'); at != NULL; at = strchr(at, '{')) {
        const char *end = strchr(at, '}');
        if (at[-1] != '/' || end == NULL || (end[1] != '\0' && end[1] != '/') ||
            (end[-1] == '*' && end[1] != '\0')) {
            return false;
        }
        part_count++;
        at = end;
    }
    return part_count <= ROUTE_PART_COUNT_MAX;
}

static bool take_part(struct route_match *match, const char *part, size_t size)
{
    if (size == 0 || size >= ROUTE_PART_SIZE_MAX) {
        return false;
    }
    char *copy = match->parts[match->part_count++];
    memcpy(copy, part, size);
    copy[size] = '\0';
    return true;
}

static bool matches(const char *pattern, const char *path, struct route_match *match)
{
    match->part_count = 0;
    for (;;) {
        size_t literal = strcspn(pattern, "{");
        if (strncmp(pattern, path, literal) != 0) {
            return false;
        }
        pattern += literal;
        path += literal;
        if (*pattern == '\0') {
            return *path == '\0';
        }
        const char *end = strchr(pattern, '}');
        size_t size = end[-1] == '*' ? strlen(path) : strcspn(path, "/");
        if (!take_part(match, path, size)) {
            return false;
        }
        path += size;
        pattern = end + 1;
    }
}

enum route_result route_find(const struct route *routes,
                             size_t route_count,
                             enum method method,
                             const char *path,
                             enum role role,
                             struct route_match *match_out)
{
    bool is_known = false;
    match_out->allows_get = false;
    match_out->allows_post = false;
    for (size_t i = 0; i < route_count; i++) {
        if (!matches(routes[i].pattern, path, match_out)) {
            continue;
        }
        if (!is_known) {
            match_out->index = i;
        }
        is_known = true;
        if (routes[i].method == method) {
            match_out->index = i;
            return (routes[i].roles & (unsigned)role) != 0 ? ROUTE_FOUND : ROUTE_FORBIDDEN;
        }
        match_out->allows_get = match_out->allows_get || routes[i].method == METHOD_GET;
        match_out->allows_post = match_out->allows_post || routes[i].method == METHOD_POST;
    }
    return is_known ? ROUTE_WRONG_METHOD : ROUTE_UNKNOWN;
}
