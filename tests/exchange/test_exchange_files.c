/* Files of the bank: each handled once, put where it belongs, and left alone until it is booked. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/base/check.h"
#include "tests/exchange/till.h"

static struct till till;

static void check_reason(const char *place, const char *expected)
{
    char *text = till_take(&till, place);
    if (strstr(text, expected) == NULL) {
        fail_msg("%s: %s, not %s", place, text, expected);
    }
    free(text);
}

static void send_payment(const char *reference)
{
    char place[40];
    till_ask(&till, ADAPTER_PAY, reference, 1);
    snprintf(place, sizeof place, "outbox/%s.xml", reference);
    till_await(&till, place);
}

static void test_credits(void **state)
{
    (void)state;
    enum {
        COUNT = 100 /* more than are told at a time */
    };
    till_lay(&till, "inbox/n.xml", till_camt_054("N1", COUNT));
    till_await(&till, "done/n.xml");
    assert_int_equal(till_advice_count(&till), COUNT);
    struct adapter_advice advice = till_advice(&till, COUNT - 1);
    assert_string_equal(advice.bank_reference, "B100");
    assert_string_equal(advice.payment_reference, "KA100");
    assert_string_equal(advice.payer_name, "Ромашка");
    assert_string_equal(advice.payer_bank, "TESTRUMMXXX");
    assert_string_equal(advice.payer_country, "RU");
    assert_string_equal(advice.returned_reference, "");
    assert_int_equal(advice.amount.minor, 100);
    assert_int_equal(advice.amount.currency, CURRENCY_CNY);
    assert_int_equal(advice.value_date, date_from_civil(2026, 11, 24));
}

static void test_return(void **state)
{
    (void)state;
    till_lay(&till, "inbox/r.xml", till_pacs_004("R1", "RT-7", "P1", "1200.00"));
    struct adapter_advice advice = till_advice(&till, 0);
    assert_string_equal(advice.bank_reference, "RT-7");
    assert_string_equal(advice.returned_reference, "P1");
    assert_int_equal(advice.amount.minor, 120000);
    assert_int_equal(advice.value_date, date_from_civil(2026, 11, 25));
    till_await(&till, "done/r.xml");
}

/* A credit of our own payment is its return: booked by pacs.004, unless told otherwise. */
static void test_returns_are_booked_once(void **state)
{
    (void)state;
    send_payment("E-2");
    till_lay(&till, "inbox/n.xml", till_camt_054("N1", 3));
    till_await(&till, "done/n.xml");
    assert_int_equal(till_advice_count(&till), 2);
    till_close(&till);
    till_open(&till, "returns: camt.054\n");
    till_lay(&till, "inbox/m.xml", till_camt_054("N2", 3));
    till_lay(&till, "inbox/r.xml", till_pacs_004("R1", "RT-7", "E-2", "1200.00"));
    till_await(&till, "done/m.xml");
    till_await(&till, "done/r.xml");
    assert_int_equal(till_advice_count(&till), 5);
    assert_string_equal(till_advice(&till, 3).returned_reference, "E-2");
}

/* The file stays until all is booked, and is told again from the start when something was not. */
static void test_booked_before_done(void **state)
{
    (void)state;
    till_set_habit(&till, TILL_IS_SILENT);
    till_lay(&till, "inbox/n.xml", till_camt_054("N1", 3));
    till_reply(&till, 0, ADAPTER_ACCEPTED);
    till_reply(&till, 1, ADAPTER_TRY_AGAIN);
    (void)till_advice(&till, 2);
    assert_true(till_has(&till, "inbox/n.xml"));
    till_reply(&till, 2, ADAPTER_ACCEPTED);
    for (size_t i = 3; i < 6; i++) {
        assert_string_equal(till_advice(&till, i).bank_reference,
                            till_advice(&till, i - 3).bank_reference);
        assert_true(till_has(&till, "inbox/n.xml"));
        till_reply(&till, i, ADAPTER_ACCEPTED);
        till_reply(&till, i, ADAPTER_ACCEPTED); /* twice: once is heard */
        till_reply(&till, 0, ADAPTER_REFUSED);  /* an old ticket */
    }
    till_await(&till, "done/n.xml");
    assert_int_equal(till_advice_count(&till), 6);
}

static void test_told_again_after_restart(void **state)
{
    (void)state;
    till_set_habit(&till, TILL_IS_SILENT);
    till_lay(&till, "inbox/n.xml", till_camt_054("N1", 1));
    (void)till_advice(&till, 0);
    till_close(&till);
    assert_true(till_has(&till, "inbox/n.xml"));
    till_set_habit(&till, TILL_ACCEPTS);
    till_open(&till, "");
    till_await(&till, "done/n.xml");
    assert_int_equal(till_advice_count(&till), 2);
}

static void test_refused(void **state)
{
    (void)state;
    till_set_habit(&till, TILL_REFUSES);
    till_lay(&till, "inbox/n.xml", till_camt_054("N1", 2));
    till_await(&till, "bad/n.xml");
    check_reason("bad/n.xml.reason", "2 of 2 advices can never be booked");
}

/* Answers do not wait behind advices that nobody replies to. */
static void test_words_pass_advices(void **state)
{
    (void)state;
    till_set_habit(&till, TILL_IS_SILENT);
    send_payment("P1");
    till_lay(&till, "inbox/a.xml", till_camt_054("N1", 1));
    (void)till_advice(&till, 0);
    till_lay(&till, "inbox/b.xml", till_camt_054("N2", 1));
    till_lay(&till, "inbox/c.xml", till_pacs_002("M1", "P1", "ACSC", NULL));
    till_await(&till, "done/c.xml");
    assert_true(till_has(&till, "inbox/a.xml") && till_has(&till, "inbox/b.xml"));
    till_reply(&till, 0, ADAPTER_ACCEPTED);
    till_reply(&till, 1, ADAPTER_ACCEPTED);
    till_await(&till, "done/b.xml");
}

static void test_same_message_once(void **state)
{
    (void)state;
    till_lay(&till, "inbox/a.xml", till_camt_054("N1", 2));
    till_await(&till, "done/a.xml");
    till_lay(&till, "inbox/b.xml", till_camt_054("N1", 2)); /* another name */
    till_await(&till, "done/b.xml");
    till_lay(&till, "inbox/a.xml", till_camt_054("N1", 2)); /* the same name */
    till_await(&till, "done/a.xml.1");
    till_close(&till);
    till_open(&till, "");
    till_lay(&till, "inbox/c.xml", till_camt_054("N1", 3));
    till_await(&till, "bad/c.xml");
    check_reason("bad/c.xml.reason", "the id of an earlier message with other content");
    assert_int_equal(till_advice_count(&till), 2);
}

static void test_statements_are_laid_aside(void **state)
{
    (void)state;
    char line[2 * TILL_PATH_SIZE];
    snprintf(line,
             sizeof line,
             "cp %s/iso20022/vectors/good/camt053.xml %s/spool/inbox/s.part && "
             "mv %s/spool/inbox/s.part %s/spool/inbox/s.xml",
             TESTS_DIR,
             till.directory,
             till.directory,
             till.directory);
    assert_int_equal(system(line), 0);
    till_await(&till, "statements/s.xml");
    assert_int_equal(till_advice_count(&till), 0);
}

/* Names that are not finished, and things that are no files. */
static void test_not_looked_at(void **state)
{
    (void)state;
    char path[TILL_PATH_SIZE];
    till_lay(&till, "inbox/n.part", till_camt_054("N1", 1));
    till_lay(&till, "inbox/.n.xml", till_camt_054("N2", 1));
    snprintf(path, sizeof path, "%s/spool/inbox/link.xml", till.directory);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    till_await(&till, "bad/link.xml.reason");
    till_lay(&till, "inbox/z.xml", till_camt_054("N3", 1));
    till_await(&till, "done/z.xml");
    assert_true(till_has(&till, "inbox/n.part") && till_has(&till, "inbox/.n.xml"));
    assert_int_equal(till_advice_count(&till), 1);
}

/* A file of nearly the longest name the system has. */
static void test_long_name(void **state)
{
    (void)state;
    char from[TILL_PATH_SIZE];
    char to[400];
    till_lay(&till, "inbox/n.part", till_camt_054("N1", 1));
    snprintf(from, sizeof from, "%s/spool/inbox/n.part", till.directory);
    snprintf(to, sizeof to, "%s/spool/inbox/%0250d", till.directory, 7);
    assert_int_equal(rename(from, to), 0);
    (void)till_advice(&till, 0);
    while (till_count(&till, "done") == 0) {
        sched_yield();
    }
    assert_int_equal(till_count(&till, "inbox"), 1 - 1);
}

/* Each bad twin against the good file beside it: nothing is told, the reason says what is wrong. */
struct twin {
    const char *good;
    const char *bad;
    const char *reason;
};

static const struct twin twins[] = {
    {">1.00<",                        ">1.001<",               "amount, element Amt"         },
    {">1.00<",                        ">-1.00<",               "Amt"                         },
    {">1.00<",                        ">0.00<",                "a credit without an amount"  },
    {"Ccy=\"CNY\">1.00",              "Ccy=\"XAU\">1.00",      "currency"                    },
    {"</Document>",                   "</Docu",                "malformed"                   },
    {"<Document",                     "<!DOCTYPE a><Document", "dtd"                         },
    {"camt.054.001.08",               "camt.052.001.08",       "namespace"                   },
    {"<AcctSvcrRef>B1</AcctSvcrRef>", "",                      "without the bank's reference"},
    {"<MsgId>N1</MsgId>",             "",                      "missing, element"            },
    {"<Ntfctn>",                      "<Ntfctn>&laughs;",      ""                            },
};

static char *replace(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    char *changed = calloc(1, TILL_TEXT_SIZE);
    assert_non_null(changed);
    snprintf(changed, TILL_TEXT_SIZE, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return changed;
}

static void test_bad_twins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        char place[40];
        char *good = till_camt_054("N1", 1);
        snprintf(place, sizeof place, "inbox/%zu.xml", i);
        till_lay(&till, place, replace(good, twins[i].good, twins[i].bad));
        snprintf(place, sizeof place, "bad/%zu.xml.reason", i);
        check_reason(place, twins[i].reason);
        free(good);
    }
    assert_int_equal(till_advice_count(&till), 0);
    till_lay(&till, "inbox/good.xml", till_camt_054("N1", 1));
    till_await(&till, "done/good.xml");
}

static void test_bad_answers(void **state)
{
    (void)state;
    send_payment("P1");
    till_lay(&till, "inbox/a.xml", till_pacs_002("M1", "P9", "ACSC", NULL));
    check_reason("bad/a.xml.reason", "1 of 1 references are of no payment of ours");
    till_lay(&till, "inbox/b.xml", till_pacs_002("M2", "../sent/P1", "ACSC", NULL));
    check_reason("bad/b.xml.reason", "1 of 1 references are of no payment of ours");
    till_lay(&till, "inbox/c.xml", till_camt_029("M3", "P9", "ACCR", NULL));
    check_reason("bad/c.xml.reason", "1 of 1 references are of no payment of ours");
    till_lay(&till, "inbox/d.xml", till_pacs_002("M4", "P1", "WHAT", NULL));
    check_reason("bad/d.xml.reason", "TxSts");
    till_lay(&till, "inbox/e.xml", till_pacs_004("M5", "RT-1", "P1", "1234.57"));
    check_reason("bad/e.xml.reason", "exceeds");
    char *ours = till_take(&till, "sent/P1.xml");
    till_lay(&till, "inbox/f.xml", ours);
    check_reason("bad/f.xml.reason", "a message that only we send");
    till_put(&till, "inbox/g.xml", "");
    check_reason("bad/g.xml.reason", "malformed");
    assert_int_equal(till_advice_count(&till), 0);
    assert_int_equal(till_answer(&till, 0).outcome, ADAPTER_UNKNOWN);
    assert_int_equal(till_count(&till, "words"), 0);
}

/* By the gateway's own door instead of the directory: the same, once. */
static void test_handed_over(void **state)
{
    (void)state;
    char *text = till_camt_054("N1", 2);
    const struct bytes document = {.data = (const uint8_t *)text, .size = strlen(text)};
    assert_int_equal(adapter_take_document(till.adapter, document), STATUS_OK);
    while (till_count(&till, "done") < 1) {
        sched_yield();
    }
    assert_int_equal(adapter_take_document(till.adapter, document), STATUS_OK);
    while (till_count(&till, "done") < 2) {
        sched_yield();
    }
    while (till_report(&till).duplicate_count < 1) {
        sched_yield();
    }
    assert_int_equal(till_advice_count(&till), 2);
    free(text);
}

/* Only what was dealt with, and long enough ago; what must be remembered stays longer. */
static void test_old_files_go(void **state)
{
    static const struct {
        const char *place;
        int days;
        bool stays;
    } files[] = {
        {"done/old.xml",      31,  false},
        {"done/new.xml",      29,  true },
        {"bad/old.xml",       999, true },
        {"statements/s.xml",  999, true },
        {"sent/P-OLD.xml",    429, true },
        {"sent/P-OLDEST.xml", 431, false},
    };
    (void)state;
    till_close(&till);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[TILL_PATH_SIZE];
        struct timespec times[2] = {
            {.tv_nsec = UTIME_OMIT},
            {.tv_sec = time(NULL) - 86400L * files[i].days},
        };
        till_put(&till, files[i].place, "");
        (void)snprintf(path, sizeof path, "%s/spool/%s", till.directory, files[i].place);
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    till_open(&till, "");
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (!files[i].stays) {
            till_await_gone(&till, files[i].place);
        }
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_true(till_has(&till, files[i].place) == files[i].stays);
    }
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, till_set_up, till_tear_down, &till)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_credits),
        TEST(test_return),
        TEST(test_returns_are_booked_once),
        TEST(test_booked_before_done),
        TEST(test_told_again_after_restart),
        TEST(test_refused),
        TEST(test_words_pass_advices),
        TEST(test_same_message_once),
        TEST(test_statements_are_laid_aside),
        TEST(test_not_looked_at),
        TEST(test_long_name),
        TEST(test_bad_twins),
        TEST(test_bad_answers),
        TEST(test_handed_over),
        TEST(test_old_files_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
