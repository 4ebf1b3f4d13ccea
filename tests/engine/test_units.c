/* Units through the engine's door on a real database: keys, replays, atomic groups, dry runs. */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/approval.h"
#include "gateway/business/guarantee/guarantee.h"
#include "tests/engine/crew.h"

static struct crew crew;
static char grn[18];

static const char *reserve_json(const char *reference, const char *value)
{
    static char json[256];
    snprintf(json,
             sizeof json,
             "{\"grn\":\"%s\",\"reference\":\"%s\",\"scope\":\"retail_import\","
             "\"amount\":{\"currency\":\"CNY\",\"value\":\"%s\"}}",
             grn,
             reference,
             value);
    return json;
}

static struct unit *reserve(const char *key, const char *reference, const char *value)
{
    return crew_one(
        &crew, "customs", ROLE_CUSTOMS, key, "guarantee.reserve", reserve_json(reference, value));
}

static long long count_rows(const char *sql)
{
    return pg_number(&crew.pg, sql);
}

static void test_a_repeat_is_answered_from_memory_and_from_the_store(void **state)
{
    (void)state;
    struct unit *first = reserve("repeat", "R-1", "10.00");
    assert_int_equal(first->commands[0].result, COMMAND_DONE);
    long long before = count_rows("SELECT count(*) FROM ledger.transfer");
    for (int i = 0; i < 3; i++) {
        if (i == 1) { /* a new engine knows nothing but the store */
            crew_engine_stop(&crew);
            crew_engine_start(&crew);
        }
        struct unit *again = reserve("repeat", "R-1", "10.00");
        assert_int_equal(again->commands[0].result, COMMAND_REPLAYED);
        assert_int_equal(again->commands[0].seq, first->commands[0].seq);
        unit_destroy(again);
        struct unit *other = reserve("repeat", "R-1", "11.00");
        assert_int_equal(other->commands[0].result, COMMAND_REFUSED);
        assert_int_equal(other->commands[0].refusal.code, REFUSAL_IDEMPOTENCY_MISMATCH);
        unit_destroy(other);
    }
    assert_int_equal(count_rows("SELECT count(*) FROM ledger.transfer"), before);
    unit_destroy(first);
}

static void test_keys_belong_to_their_party(void **state)
{
    (void)state;
    struct unit *unit = crew_one(&crew,
                                 "merchant",
                                 ROLE_MERCHANT,
                                 "repeat",
                                 "guarantee.top_up",
                                 "{\"grn\":\"24CN0000000000000\","
                                 "\"amount\":{\"currency\":\"CNY\",\"value\":\"1.00\"}}");
    assert_int_equal(unit->commands[0].result, COMMAND_REFUSED);
    assert_int_not_equal(unit->commands[0].refusal.code, REFUSAL_IDEMPOTENCY_MISMATCH);
    unit_destroy(unit);
}

static struct unit *three(enum unit_mode mode, const char *prefix)
{
    static const char *const values[] = {"5.00", "999999999.00", "6.00"};
    struct unit *unit = crew_unit("customs", ROLE_CUSTOMS, mode, 3);
    for (size_t i = 0; i < 3; i++) {
        char key[32];
        snprintf(key, sizeof key, "%s-%zu", prefix, i);
        crew_command(&crew, unit, i, key, "guarantee.reserve", reserve_json(key, values[i]));
    }
    crew_run(&crew, unit);
    return unit;
}

static void test_an_atomic_unit_is_all_or_nothing(void **state)
{
    (void)state;
    long long before = count_rows("SELECT count(*) FROM ledger.command");
    struct unit *unit = three(UNIT_ATOMIC, "atomic");
    assert_int_equal(unit->commands[1].refusal.code, REFUSAL_GUARANTEE_INSUFFICIENT);
    assert_int_equal(unit->commands[0].refusal.code, REFUSAL_BATCH_ABORTED);
    assert_int_equal(unit->commands[2].refusal.code, REFUSAL_BATCH_ABORTED);
    assert_int_equal(count_rows("SELECT count(*) FROM ledger.command"), before);
    unit_destroy(unit);
}

static void test_an_independent_unit_does_what_it_can(void **state)
{
    (void)state;
    long long before = count_rows("SELECT count(*) FROM ledger.command");
    struct unit *unit = three(UNIT_INDEPENDENT, "independent");
    assert_int_equal(unit->commands[0].result, COMMAND_DONE);
    assert_int_equal(unit->commands[1].result, COMMAND_REFUSED);
    assert_int_equal(unit->commands[2].result, COMMAND_DONE);
    assert_int_equal(unit->commands[2].seq, unit->commands[0].seq + 1);
    assert_int_equal(count_rows("SELECT count(*) FROM ledger.command"), before + 2);
    unit_destroy(unit);
}

static void test_one_key_twice_in_a_unit_is_done_once(void **state)
{
    (void)state;
    struct unit *unit = crew_unit("customs", ROLE_CUSTOMS, UNIT_INDEPENDENT, 2);
    for (size_t i = 0; i < 2; i++) {
        crew_command(&crew, unit, i, "twin", "guarantee.reserve", reserve_json("twin", "1.00"));
    }
    crew_run(&crew, unit);
    assert_int_equal(unit->commands[0].result, COMMAND_DONE);
    assert_int_equal(unit->commands[1].result, COMMAND_REPLAYED);
    assert_int_equal(unit->commands[1].seq, unit->commands[0].seq);
    unit_destroy(unit);
}

static void test_a_dry_run_leaves_nothing(void **state)
{
    (void)state;
    long long before = count_rows("SELECT count(*) FROM ledger.command");
    struct unit *unit = crew_unit("customs", ROLE_CUSTOMS, UNIT_ATOMIC, 1);
    unit->purpose = UNIT_DRY_RUN;
    crew_command(&crew, unit, 0, "", "guarantee.reserve", reserve_json("dry", "7.00"));
    crew_run(&crew, unit);
    assert_int_equal(unit->commands[0].result, COMMAND_DONE);
    unit_destroy(unit);
    assert_int_equal(count_rows("SELECT count(*) FROM ledger.command"), before);
    struct unit *real = reserve("dry", "dry", "7.00");
    assert_int_equal(real->commands[0].result, COMMAND_DONE);
    unit_destroy(real);
}

static void test_who_may(void **state)
{
    (void)state;
    static const struct {
        const char *actor;
        unsigned role;
        enum refusal_code code;
    } rows[] = {
        {"nobody",   ROLE_CUSTOMS,  REFUSAL_PARTY_UNKNOWN },
        {"merchant", ROLE_MERCHANT, REFUSAL_ROLE_FORBIDDEN},
        {"",         0,             REFUSAL_ROLE_FORBIDDEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct unit *unit = crew_one(&crew,
                                     rows[i].actor,
                                     rows[i].role,
                                     "who",
                                     "guarantee.reserve",
                                     reserve_json("who", "1.00"));
        assert_int_equal(unit->commands[0].result, COMMAND_REFUSED);
        assert_int_equal(unit->commands[0].refusal.code, rows[i].code);
        unit_destroy(unit);
    }
}

static struct unit *as_user(const char *user, const char *key, const char *name, const char *json)
{
    struct unit *unit = crew_unit("operator", ROLE_OPERATOR, UNIT_ATOMIC, 1);
    snprintf(unit->actor_user, sizeof unit->actor_user, "%s", user);
    crew_command(&crew, unit, 0, key, name, json);
    crew_run(&crew, unit);
    return unit;
}

static enum refusal_code code_of(struct unit *unit)
{
    enum refusal_code code = unit->commands[0].refusal.code;
    unit_destroy(unit);
    return code;
}

#define TARIFF                                                                                     \
    "{\"hs_code\":\"0402210000\",\"valid_from\":\"2026-01-01\",\"vat_percent\":\"13.00\","         \
    "\"source\":\"test\"}"

/* {"hs_code": …} of TARIFF as it is proposed. */
static void proposal_write(char json_out[1024])
{
    const struct command_type *type = command_type_find("tariff.set");
    struct unit *unit = crew_unit("operator", ROLE_OPERATOR, UNIT_ATOMIC, 1);
    crew_command(&crew, unit, 0, "", "tariff.set", TARIFF);
    uint8_t cbor[512];
    struct approval_propose body = {.command = "tariff.set"};
    struct writer content = writer_over(cbor, sizeof cbor);
    struct writer json = writer_over(json_out, 1023);
    record_write(type->command, MEDIA_CBOR, RECORD_CLEAR, unit->commands[0].body, &content);
    body.content = (struct bytes){.data = cbor, .size = content.size};
    record_write(&approval_propose_record, MEDIA_JSON, RECORD_CLEAR, &body, &json);
    assert_false(content.has_failed || json.has_failed);
    json_out[json.size] = '\0';
    unit_destroy(unit);
}

/* What takes two people is taken from one as a dry run only; a repeat has the answer it had. */
static void test_two_pairs_of_eyes(void **state)
{
    (void)state;
    char proposal[1024];
    char decision[128];
    assert_int_equal(code_of(as_user("", "before", "tariff.set", TARIFF)), REFUSAL_NONE);
    crew_engine_stop(&crew);
    crew.four_eyes = FOUR_EYES_ON;
    crew_engine_start(&crew);
    long long before = count_rows("SELECT count(*) FROM ledger.command");
    assert_int_equal(code_of(as_user("anna", "direct", "tariff.set", TARIFF)),
                     REFUSAL_APPROVAL_REQUIRED);
    struct unit *dry = crew_unit("operator", ROLE_OPERATOR, UNIT_ATOMIC, 1);
    dry->purpose = UNIT_DRY_RUN;
    crew_command(&crew, dry, 0, "", "tariff.set", TARIFF);
    crew_run(&crew, dry);
    assert_int_equal(dry->commands[0].result, COMMAND_DONE);
    unit_destroy(dry);
    struct unit *repeat = as_user("", "before", "tariff.set", TARIFF);
    assert_int_equal(repeat->commands[0].result, COMMAND_REPLAYED);
    unit_destroy(repeat);
    assert_int_equal(count_rows("SELECT count(*) FROM ledger.command"), before);

    proposal_write(proposal);
    struct unit *proposed = as_user("anna", "propose", "approval.propose", proposal);
    assert_int_equal(proposed->commands[0].result, COMMAND_DONE);
    const struct approval_answer *answer = proposed->commands[0].answer;
    snprintf(decision,
             sizeof decision,
             "{\"approval\":\"%s\",\"decision\":\"approve\"}",
             answer->approval);
    unit_destroy(proposed);
    assert_int_equal(code_of(as_user("anna", "decide", "approval.decide", decision)),
                     REFUSAL_APPROVAL_FOUR_EYES);
    assert_int_equal(code_of(as_user("bert", "decide", "approval.decide", decision)), REFUSAL_NONE);
    assert_int_equal(count_rows("SELECT count(*) FROM ledger.command WHERE (type, party_user) IN"
                                " (('approval.propose', 'anna'), ('approval.decide', 'bert'))"),
                     2);
    assert_int_equal(count_rows("SELECT count(*) FROM business.approval WHERE state = 'approved'"
                                " AND maker_user = 'anna' AND checker_user = 'bert'"
                                " AND result IS NOT NULL"),
                     1);
}

/* More documents than memory may hold: the rest comes back from the store when asked for. */
static void test_documents_beyond_memory(void **state)
{
    (void)state;
    enum {
        COUNT = 3000
    };
    crew_engine_stop(&crew);
    crew.document_count_max = 256;
    crew_engine_start(&crew);
    for (int i = 0; i < COUNT; i += 100) {
        struct unit *unit = crew_unit("customs", ROLE_CUSTOMS, UNIT_INDEPENDENT, 100);
        for (int j = 0; j < 100; j++) {
            char key[32];
            snprintf(key, sizeof key, "many-%d", i + j);
            crew_command(
                &crew, unit, (size_t)j, key, "guarantee.reserve", reserve_json(key, "0.01"));
        }
        crew_run(&crew, unit);
        for (int j = 0; j < 100; j++) {
            assert_int_equal(unit->commands[j].result, COMMAND_DONE);
        }
        unit_destroy(unit);
    }
    for (int i = 0; i < COUNT; i += 251) {
        char key[32];
        char json[256];
        snprintf(key, sizeof key, "back-%d", i);
        snprintf(json,
                 sizeof json,
                 "{\"grn\":\"%s\",\"reference\":\"many-%d\",\"reason\":\"void\"}",
                 grn,
                 i);
        struct unit *unit =
            crew_one(&crew, "customs", ROLE_CUSTOMS, key, "guarantee.restore", json);
        assert_int_equal(unit->commands[0].result, COMMAND_DONE);
        unit_destroy(unit);
    }
    struct engine_report report;
    engine_read_report(crew.engine, &report);
    assert_true(report.fetch_count > 0);
    struct verify_report verified;
    assert_int_equal(journal_verify(crew.conninfo, &verified), STATUS_OK);
}

int main(void)
{
    crew_start(&crew);
    crew_settle(&crew, grn);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_repeat_is_answered_from_memory_and_from_the_store),
        cmocka_unit_test(test_keys_belong_to_their_party),
        cmocka_unit_test(test_an_atomic_unit_is_all_or_nothing),
        cmocka_unit_test(test_an_independent_unit_does_what_it_can),
        cmocka_unit_test(test_one_key_twice_in_a_unit_is_done_once),
        cmocka_unit_test(test_a_dry_run_leaves_nothing),
        cmocka_unit_test(test_who_may),
        cmocka_unit_test(test_two_pairs_of_eyes),
        cmocka_unit_test(test_documents_beyond_memory),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crew_stop(&crew);
    return failed;
}
