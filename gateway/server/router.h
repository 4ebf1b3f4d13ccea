#pragma once
/* Finds the route of a request. Patterns are tried in the order of the table; the first whose
 * path matches decides. "{x}" stands for one segment that is not empty, "{x*}" (only last) for all
 * that is left. */
#include "gateway/server/server.h"

enum {
    ROUTE_PART_COUNT_MAX = 4,
    ROUTE_PART_SIZE_MAX = 256
};

enum route_result {
    ROUTE_FOUND,
    ROUTE_UNKNOWN,      /* 404 */
    ROUTE_WRONG_METHOD, /* 405 */
    ROUTE_FORBIDDEN,    /* 403 */
};

struct route_match {
    size_t index;    /* into the table; for WRONG_METHOD and FORBIDDEN too */
    bool allows_get; /* for WRONG_METHOD */
    bool allows_post;
    size_t part_count;
    char parts[ROUTE_PART_COUNT_MAX][ROUTE_PART_SIZE_MAX];
};

/* For tests of a table: a pattern this file understands. */
bool route_pattern_is_valid(const char *pattern);
enum route_result route_find(const struct route *routes,
                             size_t route_count,
                             enum method method,
                             const char *path,
                             enum role role,
                             struct route_match *match_out);
