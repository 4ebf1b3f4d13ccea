/* What an exchange remembers: what was sent, what the bank said of it, and to nobody. */
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/base/check.h"
#include "tests/exchange/till.h"

static struct till till;

/* Nothing is sent by an inquiry; what was said late, even before a restart, is what it answers. */
static void test_inquiry(void **state)
{
    (void)state;
    till_ask(&till, ADAPTER_INQUIRE, "P1", 1);
    assert_int_equal(till_answer(&till, 0).outcome, ADAPTER_UNKNOWN);
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    assert_int_equal(till_answer(&till, 1).outcome, ADAPTER_UNKNOWN);
    till_lay(&till, "inbox/a.xml", till_pacs_002("M1", "P1", "ACSP", NULL));
    till_await(&till, "done/a.xml");
    till_ask(&till, ADAPTER_INQUIRE, "P1", 2);
    assert_int_equal(till_answer(&till, 2).outcome, ADAPTER_PENDING);
    till_ask(&till, ADAPTER_INQUIRE, "P1", 3);
    till_lay(&till, "inbox/b.xml", till_pacs_002("M2", "P1", "ACSC", NULL));
    assert_int_equal(till_answer(&till, 3).outcome, ADAPTER_CONFIRMED);
    /* A later word does not take it back. */
    till_lay(&till, "inbox/c.xml", till_pacs_002("M3", "P1", "RJCT", "AC01"));
    till_await(&till, "done/c.xml");
    while (till_report(&till).late_count < 2) {
        sched_yield(); /* the report follows in the same turn */
    }
    till_close(&till);
    till_open(&till, "");
    till_ask(&till, ADAPTER_INQUIRE, "P1", 4);
    struct adapter_answer answer = till_answer(&till, 4);
    assert_int_equal(answer.outcome, ADAPTER_CONFIRMED);
    assert_string_equal(answer.code, "ACSC");
    assert_string_equal(answer.bank_reference, "BR-9");
    assert_int_equal(till_count(&till, "outbox"), 1);
}

/* Asked to pay what was sent before, it waits for the word instead. */
static void test_never_twice(void **state)
{
    (void)state;
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    assert_int_equal(till_answer(&till, 0).outcome, ADAPTER_UNKNOWN);
    char path[TILL_PATH_SIZE];
    snprintf(path, sizeof path, "%s/spool/outbox/P1.xml", till.directory);
    assert_int_equal(remove(path), 0);
    till_ask(&till, ADAPTER_PAY, "P1", 2);
    assert_int_equal(till_answer(&till, 1).outcome, ADAPTER_UNKNOWN);
    assert_false(till_has(&till, "outbox/P1.xml"));
}

static void
check_stray(size_t index, enum adapter_stray_kind kind, const char *message, const char *why)
{
    struct adapter_stray stray = till_stray(&till, index);
    assert_int_equal(stray.kind, kind);
    assert_string_equal(stray.message, message);
    assert_string_equal(stray.explanation, why);
    assert_true(stray.received_at != INSTANT_NONE);
}

/* Words nobody waits for are told of, with no reference that could be anything. */
static void test_strays(void **state)
{
    (void)state;
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    assert_int_equal(till_answer(&till, 0).outcome, ADAPTER_UNKNOWN);
    till_lay(&till, "inbox/a.xml", till_pacs_002("M1", "P1", "ACSC", NULL));
    check_stray(0, ADAPTER_STRAY_LATE, "ACSC on payment P1", "nobody waited for it");
    till_lay(&till, "inbox/b.xml", till_pacs_002("M1", "P1", "ACSC", NULL));
    check_stray(
        1, ADAPTER_STRAY_DUPLICATE, "pacs.002", "a message of this id and content was read before");
    till_lay(&till, "inbox/c.xml", till_pacs_002("M2", "P1", "ACSC", NULL));
    check_stray(2, ADAPTER_STRAY_LATE, "ACSC on payment P1", "ACSC was said before");
    till_lay(&till, "inbox/d.xml", till_pacs_002("M3", "P1", "RJCT", "AC01"));
    check_stray(3, ADAPTER_STRAY_LATE, "AC01 on payment P1", "ACSC was said before and stands");
    till_lay(&till, "inbox/e.xml", till_pacs_002("M4", "6217000010001234567", "RJCT", "AC01"));
    check_stray(
        4, ADAPTER_STRAY_UNMATCHED, "AC01 on payment ?", "its reference is of no payment of ours");
    till_lay(&till, "inbox/f.xml", till_camt_029("M5", "P1", "RJCR", "NOOR"));
    check_stray(5, ADAPTER_STRAY_LATE, "NOOR on the recall of P1", "nobody waited for it");
    till_await(&till, "bad/e.xml");
    till_await(&till, "done/f.xml");
    assert_int_equal(till.stray_count, 6);
}

/* A name of the spool that cannot be opened, and what was there before. */
static void hide(const char *place, char path_out[TILL_PATH_SIZE])
{
    char aside[TILL_PATH_SIZE + 8];
    snprintf(path_out, TILL_PATH_SIZE, "%s/spool/%s", till.directory, place);
    snprintf(aside, sizeof aside, "%s.aside", path_out);
    assert_int_equal(rename(path_out, aside), 0);
    assert_int_equal(symlink(path_out, path_out), 0);
}

static void bring_back(const char *path)
{
    char aside[TILL_PATH_SIZE + 8];
    snprintf(aside, sizeof aside, "%s.aside", path);
    assert_int_equal(rename(aside, path), 0);
}

/* What cannot be read may have been sent, and may have been said. */
static void test_unreadable_memory(void **state)
{
    (void)state;
    char sent[TILL_PATH_SIZE];
    char word[TILL_PATH_SIZE];
    char taken[TILL_PATH_SIZE];
    till_ask(&till, ADAPTER_PAY, "P1", 1);
    till_await(&till, "outbox/P1.xml");
    assert_int_equal(till_answer(&till, 0).outcome, ADAPTER_UNKNOWN);
    hide("sent/P1.xml", sent);
    snprintf(taken, sizeof taken, "%s/spool/outbox/P1.xml", till.directory);
    assert_int_equal(remove(taken), 0);
    till_ask(&till, ADAPTER_PAY, "P1", 2);
    assert_int_equal(till_answer(&till, 1).outcome, ADAPTER_UNKNOWN);
    bring_back(sent);
    assert_false(till_has(&till, "outbox/P1.xml"));

    till_lay(&till, "inbox/a.xml", till_pacs_002("M1", "P1", "ACSC", NULL));
    till_await(&till, "done/a.xml");
    hide("words/P1.payment", word);
    uint64_t received = till_report(&till).received_count;
    till_lay(&till, "inbox/b.xml", till_pacs_002("M2", "P1", "RJCT", "AC01"));
    while (till_report(&till).received_count < received + 2 && !till_has(&till, "done/b.xml")) {
        sched_yield(); /* it is read, left, and read again */
    }
    assert_true(till_has(&till, "inbox/b.xml"));
    till_ask(&till, ADAPTER_INQUIRE, "P1", 1);
    assert_int_equal(till_answer(&till, 2).outcome, ADAPTER_UNKNOWN);
    bring_back(word);
    till_await(&till, "done/b.xml");
    till_ask(&till, ADAPTER_INQUIRE, "P1", 2);
    assert_int_equal(till_answer(&till, 3).outcome, ADAPTER_CONFIRMED);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, till_set_up, till_tear_down, &till)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_inquiry),
        TEST(test_never_twice),
        TEST(test_strays),
        TEST(test_unreadable_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
