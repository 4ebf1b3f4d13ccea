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
    [BENCH_INSURER] = {"insurer",  "insurer",  "bic",          "KOUACNIN"      },
};

#define DEPOSIT_AMOUNT "9000000000.00"

void bench_files(const struct bench_target *target,
                 enum bench_role role,
                 char certificate_out[BENCH_PATH_SIZE],
                 char key_out[BENCH_PATH_SIZE])
{
    snprintf(certificate_out, BENCH_PATH_SIZE, "%s/%s.pem", target->folder, parties[role].name);
    snprintf(key_out, BENCH_PATH_SIZE, "%s/%s.key", target->folder, parties[role].name);
}

static enum exit_code identity_read(struct bench_target *target, enum bench_role role)
{
    char certificate_file[BENCH_PATH_SIZE];
    char key_file[BENCH_PATH_SIZE];
    char reason[600];
    struct client_certificate certificate;
    bench_files(target, role, certificate_file, key_file);
    if (!certificate_read(certificate_file, &certificate, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    memcpy(target->ids[role], certificate.identity.party, PARTY_ID_SIZE);
    return EXIT_DONE;
}

/* NULL, explained, when files or address are not usable. */
static struct client *client_open(const struct bench_target *target, enum bench_role role)
{
    char certificate_file[BENCH_PATH_SIZE];
    char key_file[BENCH_PATH_SIZE];
    char reason[600];
    bench_files(target, role, certificate_file, key_file);
    struct client_config config = {
        .gateway = target->gateway,
        .ca_file = target->ca_file,
        .certificate_file = certificate_file,
        .key_file = key_file,
    };
    struct client *client = client_create(&config, reason, sizeof reason);
    if (client == NULL) {
        message("%s", reason);
    }
    return client;
}

static json_t *answer_json(const struct client_answer *answer)
{
    return json_loadb((const char *)answer->body.data, answer->body.size, 0, NULL);
}

/* Whether the problem is that it was done in an earlier run. */
static bool is_done_before(const json_t *problem)
{
    static const char *const codes[] = {
        "party.exists", "party.state", "fx_account.exists", "bank_link.exists"};
    const char *code = json_string_value(json_object_get(problem, "code"));
    for (size_t i = 0; code && i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

static enum exit_code exchange(struct client *client,
                               const struct client_request *request,
                               enum bench_role role,
                               json_t **answer_out)
{
    struct client_answer answer = {0};
    if (client_exchange(client, request, &answer) != STATUS_OK) {
        message("%s: %s", request->path, client_message(client));
        return EXIT_UNREACHABLE;
    }
    *answer_out = answer_json(&answer);
    if (answer.status == 200 || is_done_before(*answer_out)) {
        return EXIT_DONE;
    }
    message("%s (%s):", request->path, parties[role].name);
    problem_explain(*answer_out);
    return problem_exit_code(answer.status);
}

enum exit_code bench_post(const struct bench_target *target,
                          enum bench_role role,
                          const char *path,
                          const char *step,
                          json_t *body,
                          json_t **answer_out)
{
    char key[160];
    char *content = json_dumps(body, JSON_COMPACT);
    struct client *client = client_open(target, role);
    snprintf(key, sizeof key, "%s-%s-%s", target->run, step, parties[role].name);
    struct client_request request = {
        .method = "POST",
        .path = path,
        .content_type = "application/json",
        .accept = "application/json",
        .idempotency_key = key,
        .body = {(const uint8_t *)content, content ? strlen(content) : 0},
    };
    *answer_out = NULL;
    enum exit_code code =
        client == NULL ? EXIT_USAGE : exchange(client, &request, role, answer_out);
    if (client != NULL) {
        client_destroy(client);
    }
    free(content);
    json_decref(body);
    return code;
}

static enum exit_code party_prepare(struct bench_target *target, enum bench_role role)
{
    const struct bench_party *party = &parties[role];
    char step[80];
    json_t *answer = NULL;
    json_t *body = json_pack("{s:s,s:s}", "id", target->ids[role], "kind", party->kind);
    if (party->code_name) {
        json_object_set_new(body, party->code_name, json_string(party->code));
    }
    snprintf(step, sizeof step, "register-%s", party->name);
    enum exit_code code =
        bench_post(target, BENCH_OPERATOR, "/v1/party/register", step, body, &answer);
    json_decref(answer);
    if (code != EXIT_DONE || role == BENCH_OPERATOR) {
        return code;
    }
    snprintf(step, sizeof step, "activate-%s", party->name);
    body = json_pack("{s:s}", "id", target->ids[role]);
    code = bench_post(target, BENCH_OPERATOR, "/v1/party/activate", step, body, &answer);
    json_decref(answer);
    return code;
}

static enum exit_code deposit_open(struct bench_target *target, char reference_out[64])
{
    json_t *answer = NULL;
    json_t *body = json_pack("{s:s,s:{s:s,s:s},s:[s]}",
                             "beneficiary",
                             target->ids[BENCH_CUSTOMS],
                             "amount",
                             "currency",
                             "CNY",
                             "value",
                             DEPOSIT_AMOUNT,
                             "scopes",
                             target->scope);
    enum exit_code code =
        bench_post(target, BENCH_MERCHANT, "/v1/guarantee/open_deposit", "open", body, &answer);
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

static enum exit_code deposit_fund(const struct bench_target *target, const char *reference)
{
    char day[DATE_TEXT_SIZE];
    json_t *answer = NULL;
    date_format(date_of(clock_now()), day);
    json_t *body = json_pack("{s:s,s:s,s:{s:s,s:s},s:s}",
                             "bank_reference",
                             target->run,
                             "payment_reference",
                             reference,
                             "amount",
                             "currency",
                             "CNY",
                             "value",
                             DEPOSIT_AMOUNT,
                             "value_date",
                             day);
    enum exit_code code =
        bench_post(target, BENCH_BANK, "/v1/funds/receive", "fund", body, &answer);
    json_decref(answer);
    return code;
}

enum exit_code bench_party(struct bench_target *target, enum bench_role role)
{
    enum exit_code code = identity_read(target, role);
    return code == EXIT_DONE ? party_prepare(target, role) : code;
}

/* Where the load generator is to connect. */
static enum exit_code address_read(struct bench_target *target)
{
    struct client *client = client_open(target, BENCH_OPERATOR);
    if (client == NULL) {
        return EXIT_USAGE;
    }
    snprintf(target->host, sizeof target->host, "%s", client_host(client));
    snprintf(target->port, sizeof target->port, "%s", client_port(client));
    client_destroy(client);
    return EXIT_DONE;
}

enum exit_code bench_prepare(struct bench_target *target)
{
    char reference[64];
    snprintf(target->run, sizeof target->run, "bench%" PRId64, clock_now());
    snprintf(target->ca_file, BENCH_PATH_SIZE, "%s/ca.pem", target->folder);
    enum exit_code code = address_read(target);
    for (int role = 0; role <= BENCH_MERCHANT && code == EXIT_DONE; role++) {
        code = bench_party(target, (enum bench_role)role);
    }
    code = code == EXIT_DONE ? deposit_open(target, reference) : code;
    return code == EXIT_DONE ? deposit_fund(target, reference) : code;
}

enum exit_code bench_tariff(struct bench_target *target,
                            const char *hs_code,
                            const char *consumption_percent,
                            const char *vat_percent)
{
    json_t *answer = NULL;
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
    enum exit_code code =
        bench_post(target, BENCH_OPERATOR, "/v1/tariff/set", hs_code, body, &answer);
    json_decref(answer);
    return code;
}
