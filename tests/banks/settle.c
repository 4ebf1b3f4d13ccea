#include "tests/banks/settle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void settle_must(struct crew *crew,
                 const char *actor,
                 unsigned role,
                 const char *name,
                 const char *json,
                 char answer_out[1024])
{
    static int count;
    char key[64];
    (void)snprintf(key, sizeof key, "setup-%d", count++);
    struct unit *unit = crew_one(crew, actor, role, key, name, json);
    if (unit->commands[0].result != COMMAND_DONE) {
        fprintf(stderr, "%s: %s\n", name, refusal_code_text(unit->commands[0].refusal.code));
        abort();
    }
    struct writer answer = writer_over(answer_out, 1023);
    record_write(unit->commands[0].type->answer,
                 MEDIA_JSON,
                 RECORD_WHOLE,
                 unit->commands[0].answer,
                 &answer);
    answer_out[answer.size] = '\0';
    unit_destroy(unit);
}

void settle_pick(const char *json, const char *name, char *value_out, size_t size)
{
    char pattern[64];
    (void)snprintf(pattern, sizeof pattern, "\"%s\":\"", name);
    const char *at = strstr(json, pattern);
    assert(at != NULL);
    at += strlen(pattern);
    (void)snprintf(value_out, size, "%.*s", (int)strcspn(at, "\""), at);
}

void settle(struct crew *crew, const char *link)
{
    char grn[18];
    char answer[1024];
    char json[512];
    char value[64];
    crew_start(crew);
    crew_settle(crew, grn);
    settle_must(crew,
                "merchant",
                ROLE_MERCHANT,
                "guarantee.open_deposit",
                "{\"beneficiary\":\"customs\",\"scopes\":[\"retail_import\"],"
                "\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000000.00\"}}",
                answer);
    settle_pick(answer, "payment_reference", value, sizeof value);
    settle_pick(answer, "grn", grn, sizeof grn);
    (void)snprintf(json,
                   sizeof json,
                   "{\"bank_reference\":\"B2\",\"payment_reference\":\"%s\","
                   "\"value_date\":\"2026-11-23\","
                   "\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000000.00\"}}",
                   value);
    settle_must(crew, "bank", ROLE_BANK, "funds.receive", json, answer);
    (void)snprintf(json,
                   sizeof json,
                   "{\"grn\":\"%s\",\"amount\":{\"currency\":\"CNY\",\"value\":\"1000000000.00\"}}",
                   grn);
    settle_must(crew, "merchant", ROLE_MERCHANT, "guarantee.release", json, answer);
    settle_must(crew, "operator", ROLE_OPERATOR, "bank_link.register", link, answer);
}
