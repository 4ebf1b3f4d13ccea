/* What a configuration must say, and what is said of one that does not. */
#include <stdio.h>
#include <unistd.h>

#include "adapters/exchange/exchange.h"
#include "tests/base/check.h"

#define USUAL "directory: spool\nour_bic: ZZZACNBJ\nbank_bic: ZZZBCNBJ\n"
#define HTTPS USUAL "transport: https\n"

struct row {
    const char *text;
    const char *message;
};

static const struct row rows[] = {
    {"directory: spool\nbank_bic: ZZZBCNBJ\n",                            "our_bic or our_member: is required"    },
    {"directory: spool\nour_bic: ZZZACNBJ\n",                             "bank_bic or bank_member: is required"  },
    {"our_bic: ZZZACNBJ\nbank_bic: ZZZBCNBJ\n",                           "directory: is required"                },
    {USUAL "transport: pigeon\n",                                         "transport: one of directory https"     },
    {USUAL "window: 0\n",                                                 "window: must be 1 to 4096"             },
    {USUAL "settlement: CASH\n",                                          "settlement: one of INDA INGA COVE CLRG"},
    {USUAL "colour: red\n",                                               "colour"                                },
    {USUAL "reply_ms: soon\n",                                            "soon"                                  },
    {USUAL "account: '12345678901234567890123456789012345'\n",            "at most 34 and 140"                    },
    {HTTPS,                                                               "url: must begin with https://"         },
    {HTTPS "url: http://bank.example/\n",                                 "url: must begin with https://"         },
    {HTTPS "url: https://bank.example/\n",                                "certificate, key and ca: are required" },
    {"directory: missing/spool\nour_bic: ZZZACNBJ\nbank_bic: ZZZBCNBJ\n", "No such file"                          },
    {"directory: file\nour_bic: ZZZACNBJ\nbank_bic: ZZZBCNBJ\n",          "file"                                  },
};

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct adapter_events events;
    write_file("file", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char message[400] = "";
        write_file("bank.yaml", rows[i].text);
        assert_null(exchange_create("bank.yaml", &events, message, sizeof message));
        if (strstr(message, rows[i].message) == NULL || strchr(message, '\n') != NULL) {
            fail_msg("%s, not %s", message, rows[i].message);
        }
    }
    char message[400] = "";
    assert_null(exchange_create("nothing.yaml", &events, message, sizeof message));
    assert_non_null(strstr(message, "nothing.yaml: "));
}

static int enter(void **state)
{
    static char directory[] = "/tmp/kouan-exchange-XXXXXX";
    *state = directory;
    return mkdtemp(directory) == NULL ? -1 : chdir(directory);
}

static int leave(void **state)
{
    char line[64];
    snprintf(line, sizeof line, "rm -r %s", (const char *)*state);
    return chdir("/") == 0 ? system(line) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
