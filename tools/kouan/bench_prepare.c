#include "tools/kouan/bench_prepare.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/kouan/certificate.h"
#include "tools/kouan/client.h"
#include "tools/kouan/output.h"
#include "tools/kouan/problem.h"

enum bench_role {
    BENCH_OPERATOR,
    BENCH_BANK,
    BENCH_CUSTOMS,
    BENCH_MERCHANT,
    BENCH_ROLE_COUNT,
};

/* File names, and what a party of the kind must be registered with. */
static const struct bench_party {
    const char *name;
    const char *kind;
    const char *code_name; /* or NULL */
    const char *code;
} parties[BENCH_ROLE_COUNT] = {
    [BENCH_OPERATOR] = {"operator", "operator", NULL,           NULL            },
    [BENCH_BANK] = {"bank",     "bank",     "bic",          "KOUABNCH"      },
    [BENCH_CUSTOMS] = {"customs",  "customs",  "district",     "9999"          },
    [BENCH_MERCHANT] = {"merchant", "merchant", "customs_code", BENCH_AGENT_CODE},
};

#define DEPOSIT_AMOUNT "9000000000.00"

struct preparation {
    struct bench_target *target;
    struct client *clients[BENCH_ROLE_COUNT];
    char ids[BENCH_ROLE_COUNT][PARTY_ID_SIZE];
};

static enum exit_code role_open(struct preparation *preparation, enum bench_role role)
{
    char certificate_file[BENCH_PATH_SIZE];
    char key_file[BENCH_PATH_SIZE];
    char reason[600];
    const struct bench_target *target = preparation->target;
    struct client_certificate certificate;
    snprintf(certificate_file, BENCH_PATH_SIZE, "%s/%s.pem", target->folder, parties[role].name);
    snprintf(key_file, BENCH_PATH_SIZE, "%s/%s.key", target->folder, parties[role].name);
    if (!certificate_read(certificate_file, &certificate, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    memcpy(preparation->ids[role], certificate.identity.party, PARTY_ID_SIZE);
    struct client_config config = {
        .gateway = target->gateway,
        .ca_file = target->ca_file,
        .certificate_file = certificate_file,
        .key_file = key_file,
    };
    preparation->clients[role] = client_create(&config, reason, sizeof reason);
    if (!preparation->clients[role]) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

static json_t *answer_json(const struct client_answer *answer)
{
    return json_loadb((const char *)answer->body.data, answer->body.size, 0, NULL);
}

/* Whether the problem is that it was done in an earlier run. */
static bool is_done_before(const json_t *problem)
{
    static const char *const codes[] = {"party.exists", "party.state"};
    const char *code = json_string_value(json_object_get(problem, "code"));
    for (size_t i = 0; code && i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* `step` names the key of this run. The answer goes to `answer_out`, the caller's; `body` is freed.
 */
static enum exit_code post(struct preparation *preparation,
                           enum bench_role role,
                           const char *path,
                           const char *step,
                           json_t *body,
                           json_t **answer_out)
{
    char key[160];
    struct client *client = preparation->clients[role];
    char *content = json_dumps(body, JSON_COMPACT);
    snprintf(key, sizeof key, "%s-%s-%s", preparation->target->run, step, parties[role].name);
    struct client_request request = {
        .method = "POST",
        .path = path,
        .content_type = "application/json",
        .accept = "application/json",
        .idempotency_key = key,
        .body = {(const uint8_t *)content, content ? strlen(content) : 0},
    };
    struct client_answer answer = {0};
    enum status status = client_exchange(client, &request, &answer);
    free(content);
    json_decref(body);
    if (status != STATUS_OK) {
        message("%s: %s", path, client_message(client));
        return EXIT_UNREACHABLE;
    }
    json_t *answered = answer_json(&answer);
    *answer_out = answered;
    if (answer.status == 200 || is_done_before(answered)) {
        return EXIT_DONE;
    }
    message("%s (%s):", path, parties[role].name);
    problem_explain(answered);
    return problem_exit_code(answer.status);
}

static enum exit_code party_prepare(struct preparation *preparation, enum bench_role role)
{
    const struct bench_party *party = &parties[role];
    char step[80];
    json_t *answer = NULL;
    json_t *body = json_pack("{s:s,s:s}", "id", preparation->ids[role], "kind", party->kind);
    if (party->code_name) {
        json_object_set_new(body, party->code_name, json_string(party->code));
    }
    snprintf(step, sizeof step, "register-%s", party->name);
    enum exit_code code =
        post(preparation, BENCH_OPERATOR, "/v1/party/register", step, body, &answer);
    json_decref(answer);
    if (code != EXIT_DONE || role == BENCH_OPERATOR) {
        return code;
    }
    snprintf(step, sizeof step, "activate-%s", party->name);
    body = json_pack("{s:s}", "id", preparation->ids[role]);
    code = post(preparation, BENCH_OPERATOR, "/v1/party/activate", step, body, &answer);
    json_decref(answer);
    return code;
}

static enum exit_code deposit_open(struct preparation *preparation, char reference_out[64])
{
    struct bench_target *target = preparation->target;
    json_t *answer = NULL;
    json_t *body = json_pack("{s:s,s:{s:s,s:s},s:[s]}",
                             "beneficiary",
                             preparation->ids[BENCH_CUSTOMS],
                             "amount",
                             "currency",
                             "CNY",
                             "value",
                             DEPOSIT_AMOUNT,
                             "scopes",
                             target->scope);
    enum exit_code code =
        post(preparation, BENCH_MERCHANT, "/v1/guarantee/open_deposit", "open", body, &answer);
    const char *grn = json_string_value(json_object_get(answer, "grn"));
    const char *reference = json_string_value(json_object_get(answer, "payment_reference"));
    if (code == EXIT_DONE && grn && reference) {
        snprintf(target->grn, sizeof target->grn, "%s", grn);
        snprintf(reference_out, 64, "%s", reference);
    } else if (code == EXIT_DONE) {
        message("the deposit has no reference");
        code = EXIT_IN_DOUBT;
    }
    json_decref(answer);
    return code;
}

static enum exit_code deposit_fund(struct preparation *preparation, const char *reference)
{
    char day[DATE_TEXT_SIZE];
    json_t *answer = NULL;
    date_format(date_of(clock_now()), day);
    json_t *body = json_pack("{s:s,s:s,s:{s:s,s:s},s:s}",
                             "bank_reference",
                             preparation->target->run,
                             "payment_reference",
                             reference,
                             "amount",
                             "currency",
                             "CNY",
                             "value",
                             DEPOSIT_AMOUNT,
                             "value_date",
                             day);
    enum exit_code code = post(preparation, BENCH_BANK, "/v1/funds/receive", "fund", body, &answer);
    json_decref(answer);
    return code;
}

static enum exit_code prepare(struct preparation *preparation)
{
    char reference[64];
    enum exit_code code = EXIT_DONE;
    for (int role = 0; role < BENCH_ROLE_COUNT && code == EXIT_DONE; role++) {
        code = role_open(preparation, (enum bench_role)role);
    }
    for (int role = 0; role < BENCH_ROLE_COUNT && code == EXIT_DONE; role++) {
        code = party_prepare(preparation, (enum bench_role)role);
    }
    code = code == EXIT_DONE ? deposit_open(preparation, reference) : code;
    return code == EXIT_DONE ? deposit_fund(preparation, reference) : code;
}

enum exit_code bench_prepare(struct bench_target *target)
{
    struct preparation preparation = {.target = target};
    const char *customs = parties[BENCH_CUSTOMS].name;
    snprintf(target->run, sizeof target->run, "bench%" PRId64, clock_now());
    snprintf(target->ca_file, BENCH_PATH_SIZE, "%s/ca.pem", target->folder);
    snprintf(target->certificate_file, BENCH_PATH_SIZE, "%s/%s.pem", target->folder, customs);
    snprintf(target->key_file, BENCH_PATH_SIZE, "%s/%s.key", target->folder, customs);
    enum exit_code code = prepare(&preparation);
    if (code == EXIT_DONE) {
        struct client *client = preparation.clients[BENCH_CUSTOMS];
        snprintf(target->host, sizeof target->host, "%s", client_host(client));
        snprintf(target->port, sizeof target->port, "%s", client_port(client));
    }
    for (int role = 0; role < BENCH_ROLE_COUNT; role++) {
        if (preparation.clients[role]) {
            client_destroy(preparation.clients[role]);
        }
    }
    return code;
}

enum exit_code bench_tariff(struct bench_target *target,
                            const char *hs_code,
                            const char *consumption_percent,
                            const char *vat_percent)
{
    struct preparation preparation = {.target = target};
    json_t *answer = NULL;
    enum exit_code code = role_open(&preparation, BENCH_OPERATOR);
    if (code == EXIT_DONE) {
        json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s}",
                                 "hs_code",
                                 hs_code,
                                 "valid_from",
                                 "2020-01-01",
                                 "consumption_percent",
                                 consumption_percent,
                                 "vat_percent",
                                 vat_percent,
                                 "source",
                                 "for measuring");
        code = post(&preparation, BENCH_OPERATOR, "/v1/tariff/set", hs_code, body, &answer);
        client_destroy(preparation.clients[BENCH_OPERATOR]);
    }
    json_decref(answer);
    return code;
}
