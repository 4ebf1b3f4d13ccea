/* Addresses as text: who may be connected to, and exceptions. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "gateway/business/webhook/webhook.h"
#include "gateway/webhooks/guard.h"
#include "tests/base/check.h"

static bool is_allowed(const struct guard *guard, const char *text)
{
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
        return guard_allows(guard, (const struct sockaddr *)&ipv4);
    }
    assert_int_equal(inet_pton(AF_INET6, text, &ipv6.sin6_addr), 1);
    return guard_allows(guard, (const struct sockaddr *)&ipv6);
}

static const char *const public_addresses[] = {
    "1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
    "100.128.0.0",     "126.255.255.255", "128.0.0.1",       "169.253.255.255", "169.255.0.0",
    "172.15.255.255",  "172.32.0.0",      "192.0.1.0",       "192.0.3.0",       "192.167.255.255",
    "192.169.0.0",     "198.17.255.255",  "198.20.0.0",      "203.0.112.255",   "203.0.114.0",
    "223.255.255.255", "168.63.129.15",   "2001:4860::8888", "2400:3200::1",    "2a00:1450::1",
    "2620:4f:7fff::1", "2003::1",         "3ffe::1",
};

static const char *const other_addresses[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_addresses(void **state)
{
    const struct guard none = {.count = 0};
    (void)state;
    for (size_t i = 0; i < COUNT(public_addresses); i++) {
        if (!is_allowed(&none, public_addresses[i])) {
            fail_msg("%s is refused", public_addresses[i]);
        }
    }
    for (size_t i = 0; i < COUNT(other_addresses); i++) {
        if (is_allowed(&none, other_addresses[i])) {
            fail_msg("%s is allowed", other_addresses[i]);
        }
    }
    printf("%zu public, %zu others\n", COUNT(public_addresses), COUNT(other_addresses));
}

static void test_other_families(void **state)
{
    const struct guard none = {.count = 0};
    const struct sockaddr_un local = {.sun_family = AF_UNIX};
    const struct sockaddr unknown = {.sa_family = AF_UNSPEC};
    (void)state;
    assert_false(guard_allows(&none, (const struct sockaddr *)&local));
    assert_false(guard_allows(&none, &unknown));
}

static void test_exceptions(void **state)
{
    struct guard guard;
    (void)state;
    assert_true(guard_parse(" 10.1.0.0/16  127.0.0.2 fd00:1::/33 ::ffff:0:0/96", &guard));
    assert_int_equal(guard.count, 4);
    assert_true(is_allowed(&guard, "10.1.255.1"));
    assert_false(is_allowed(&guard, "10.2.0.0"));
    assert_true(is_allowed(&guard, "127.0.0.2"));
    assert_false(is_allowed(&guard, "127.0.0.1"));
    assert_false(is_allowed(&guard, "127.0.0.3"));
    assert_true(is_allowed(&guard, "fd00:1:7fff::1"));
    assert_false(is_allowed(&guard, "fd00:1:8000::1"));
    assert_true(is_allowed(&guard, "::ffff:127.0.0.1"));
    assert_true(is_allowed(&guard, "8.8.8.8"));
    assert_true(guard_parse("0.0.0.0/0", &guard));
    assert_true(is_allowed(&guard, "169.254.169.254"));
    assert_false(is_allowed(&guard, "::1"));
    assert_true(guard_parse("", &guard));
    assert_int_equal(guard.count, 0);
}

static void test_bad_ranges(void **state)
{
    static const char *const bad[] = {
        "10.0.0.0/33",
        "10.0.0/8",
        "10.0.0.0/",
        "10.0.0.0/8x",
        "fd00::/129",
        "localhost",
        "10.0.0.0/-1",
        "10.0.0.0/0008",
        "/8",
        "1.2.3.4.5",
        "::1/999",
        "::1%lo",
    };
    struct guard guard;
    char many[512] = "";
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (guard_parse(bad[i], &guard)) {
            fail_msg("%s is taken", bad[i]);
        }
    }
    for (size_t i = 0; i <= GUARD_RANGE_COUNT_MAX; i++) {
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), "10.0.0.%zu ", i);
    }
    assert_false(guard_parse(many, &guard));
}

static const char *const good_urls[] = {
    "https://shop.example",
    "https://shop.example/",
    "https://shop.example?x=1",
    "https://shop.example:443/a/b?c=d&e=%20",
    "https://shop.example:1024/",
    "https://SHOP-1.example.:65535/",
    "https://192.0.2.1/",
    "https://[2001:db8::1]:8443/x",
    "https://xn--fiqs8s.example/",
};

static const char *const bad_urls[] = {
    "",
    "https://",
    "https:///",
    "http://shop.example/",
    "HTTPS://shop.example/",
    "https:shop.example",
    "https://user@shop.example/",
    "https://user:pw@shop.example/",
    "https://shop.example#x",
    "https://shop.example/#x",
    "https://shop.example:80/",
    "https://shop.example:0/",
    "https://shop.example:/",
    "https://shop.example:65536/",
    "https://shop.example:123456/",
    "https://shop.example:0443/",
    "https://shop.example:443@evil.example/",
    "https://shop.example\\@evil.example/",
    "https://shop.example/a b",
    "https://shop.example/\t",
    "https://shop.example/a\\b",
    "https://[::1/",
    "https://[]/",
    "https://[::1]x/",
    "https://[fe80::1%25eth0]/",
    "https://-shop.example/",
    "https://.example/",
    "https://shop_1.example/",
    "https://\xe4\xb8\xad.example/",
    "file:///etc/passwd",
    "gopher://shop.example/",
    "javascript:alert(1)",
};

static void test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good_urls); i++) {
        if (!webhook_url_is_good(good_urls[i])) {
            fail_msg("%s is refused", good_urls[i]);
        }
    }
    for (size_t i = 0; i < COUNT(bad_urls); i++) {
        if (webhook_url_is_good(bad_urls[i])) {
            fail_msg("%s is taken", bad_urls[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_other_families),
        cmocka_unit_test(test_exceptions),
        cmocka_unit_test(test_bad_ranges),
        cmocka_unit_test(test_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
