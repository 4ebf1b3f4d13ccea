#include "gateway/webhooks/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    IPV4_SIZE = 4,
    IPV6_SIZE = 16,
    RANGE_TEXT_SIZE = 64,
};

/* Of IPv6, the only global unicast space there is; all else is special. */
static const struct guard_range global_ipv6 = {{0x20}, IPV6_SIZE, 3};

/* clang-format off */
static const struct guard_range refused[] = {
    {{0}, IPV4_SIZE, 8},               /* this network, unspecified */
    {{10}, IPV4_SIZE, 8},              /* private */
    {{100, 64}, IPV4_SIZE, 10},        /* shared, carrier-grade NAT */
    {{127}, IPV4_SIZE, 8},             /* loopback */
    {{168, 63, 129, 16}, IPV4_SIZE, 32}, /* a cloud's own services, at a public address */
    {{169, 254}, IPV4_SIZE, 16},       /* link-local, clouds' metadata */
    {{172, 16}, IPV4_SIZE, 12},        /* private */
    {{192, 0, 0}, IPV4_SIZE, 24},      /* protocol assignments */
    {{192, 0, 2}, IPV4_SIZE, 24},      /* documentation */
    {{192, 31, 196}, IPV4_SIZE, 24},   /* AS112 */
    {{192, 52, 193}, IPV4_SIZE, 24},   /* AMT */
    {{192, 88, 99}, IPV4_SIZE, 24},    /* 6to4 relays */
    {{192, 168}, IPV4_SIZE, 16},       /* private */
    {{192, 175, 48}, IPV4_SIZE, 24},   /* AS112 */
    {{198, 18}, IPV4_SIZE, 15},        /* benchmarks */
    {{198, 51, 100}, IPV4_SIZE, 24},   /* documentation */
    {{203, 0, 113}, IPV4_SIZE, 24},    /* documentation */
    {{224}, IPV4_SIZE, 4},             /* multicast */
    {{240}, IPV4_SIZE, 4},             /* reserved, broadcast */
    {{0x20, 0x01}, IPV6_SIZE, 23},     /* protocol assignments: Teredo, ORCHID, benchmarks */
    {{0x20, 0x01, 0x0d, 0xb8}, IPV6_SIZE, 32}, /* documentation */
    {{0x20, 0x02}, IPV6_SIZE, 16},     /* 6to4 */
    {{0x26, 0x20, 0x00, 0x4f, 0x80}, IPV6_SIZE, 48}, /* AS112 */
    {{0x3f, 0xff}, IPV6_SIZE, 20},     /* documentation */
};
/* clang-format on */

static bool is_within(const struct guard_range *range, const uint8_t *address, size_t size)
{
    if (range->size != size) {
        return false;
    }
    size_t whole = range->prefix / 8;
    uint8_t mask = (uint8_t)(0xff00U >> range->prefix % 8);
    return memcmp(range->address, address, whole) == 0 &&
           (mask == 0 || ((range->address[whole] ^ address[whole]) & mask) == 0);
}

static bool
is_listed(const struct guard_range *ranges, size_t count, const uint8_t *address, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (is_within(&ranges[i], address, size)) {
            return true;
        }
    }
    return false;
}

bool guard_allows(const struct guard *guard, const struct sockaddr *address)
{
    uint8_t bytes[IPV6_SIZE];
    size_t size = 0;
    if (address->sa_family == AF_INET) {
        size = IPV4_SIZE;
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, size);
    } else if (address->sa_family == AF_INET6) {
        size = IPV6_SIZE;
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, size);
    } else {
        return false;
    }
    bool is_public = !is_listed(refused, sizeof refused / sizeof refused[0], bytes, size) &&
                     (size == IPV4_SIZE || is_within(&global_ipv6, bytes, size));
    return is_public || is_listed(guard->ranges, guard->count, bytes, size);
}

/* "10.0.0.0/8"; without "/", the one address. */
static bool range_parse(const char *text, struct guard_range *range_out)
{
    char address[RANGE_TEXT_SIZE];
    size_t size = strcspn(text, "/");
    if (size >= sizeof address) {
        return false;
    }
    memcpy(address, text, size);
    address[size] = '\0';
    *range_out = (struct guard_range){0};
    if (inet_pton(AF_INET, address, range_out->address) == 1) {
        range_out->size = IPV4_SIZE;
    } else if (inet_pton(AF_INET6, address, range_out->address) == 1) {
        range_out->size = IPV6_SIZE;
    } else {
        return false;
    }
    unsigned long prefix = range_out->size * 8UL;
    if (text[size] == '/') {
        const char *digits = text + size + 1;
        size_t digit_count = strspn(digits, "0123456789");
        if (digit_count == 0 || digit_count > 3 || digits[digit_count] != '\0') {
            return false;
        }
        prefix = strtoul(digits, NULL, 10);
    }
    range_out->prefix = (uint8_t)prefix;
    return prefix <= range_out->size * 8UL;
}

bool guard_parse(const char *text, struct guard *guard_out)
{
    *guard_out = (struct guard){0};
    for (;;) {
        text += strspn(text, " ");
        size_t size = strcspn(text, " ");
        char word[RANGE_TEXT_SIZE];
        if (size == 0) {
            return true;
        }
        if (size >= sizeof word || guard_out->count == GUARD_RANGE_COUNT_MAX) {
            return false;
        }
        memcpy(word, text, size);
        word[size] = '\0';
        if (!range_parse(word, &guard_out->ranges[guard_out->count++])) {
            return false;
        }
        text += size;
    }
}
