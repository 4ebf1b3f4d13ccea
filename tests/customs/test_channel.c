/* The file of channels, and what a channel makes of a receipt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* clang-format off: cmocka.h needs the headers above it */
#include <cmocka.h>
/* clang-format on */

#include "gateway/api/customs_channel.h"

static struct customs_channels *load(const char *text, char problem[200])
{
    char path[64];
    (void)snprintf(path, sizeof path, "channels-%ld.yaml", (long)getpid());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    struct customs_channels *channels = customs_channels_load(path, problem, 200);
    (void)unlink(path);
    return channels;
}

static const char *const bad_files[] = {
    "channels: [{name: a, statuses: [{from: \"34\", to: \"800\"}, {from: \"34\", to: \"1\"}]}]\n",
    "channels: [{name: a}, {name: a}]\n",
    "channels: [{name: a, signature: perhaps}]\n",
    "channels: [{name: a, statuses: [{from: \"12345678901\", to: \"800\"}]}]\n",
    "channels: [{name: \"\"}]\n",
    "channels: [{signature: required}]\n",
    "channels: []\nother: 1\n",
};

static void test_bad_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
        char problem[200] = "";
        assert_null(load(bad_files[i], problem));
        assert_true(problem[0] != '\0');
    }
}

static void test_translation(void **state)
{
    (void)state;
    char problem[200] = "";
    struct customs_channels *channels =
        load("channels:\n  - {name: plain}\n  - name: relay-a\n    signature: required\n"
             "    statuses: [{from: \"34\", to: \"800\"}, {from: \"800\", to: \"100\"}]\n",
             problem);
    if (channels == NULL) {
        fail_msg("%s", problem);
        return;
    }
    assert_null(customs_channel_find(channels, "relay-b"));
    const struct customs_channel *relay = customs_channel_find(channels, "relay-a");
    assert_int_equal(relay->signature, CHANNEL_SIGNATURE_REQUIRED);
    struct ceb_inventory_return receipts[] = {
        {.return_status = "34"}, {.return_status = "120"}, {.return_status = "800"}};
    struct ceb_message message = {.type = CEB_622, .count = 3, .nodes = receipts};
    customs_channel_translate(customs_channel_find(channels, "plain"), &message);
    assert_string_equal(receipts[0].return_status, "34");
    customs_channel_translate(relay, &message);
    assert_string_equal(receipts[0].return_status, "800");
    assert_string_equal(receipts[0].relayed_status, "34");
    assert_string_equal(receipts[1].return_status, "120");
    assert_string_equal(receipts[1].relayed_status, "");
    assert_string_equal(receipts[2].return_status, "100");
    customs_channels_free(channels);
}

static void test_no_file(void **state)
{
    (void)state;
    char problem[200];
    struct customs_channels *channels = customs_channels_load("", problem, sizeof problem);
    assert_non_null(channels);
    assert_null(customs_channel_find(channels, ""));
    customs_channels_free(channels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_translation),
        cmocka_unit_test(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
