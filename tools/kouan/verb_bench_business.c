/* `kouan bench business`: one command of each business, alone and in batches. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/bank/funds.h"
#include "gateway/business/compensation/shipment.h"
#include "gateway/business/fx/fx_account.h"
#include "gateway/business/guarantee/reservation.h"
#include "gateway/business/settlement/settlement_order.h"
#include "gateway/business/tax/treasury.h"
#include "tools/kouan/bench_measure.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    CONNECTION_COUNT_DEFAULT = 256,
    BATCH_MAX = 2000, /* the longest of the commands, so often, fits into a request */
    DUE_DAYS = 30,
};

#define COLLECTED_AMOUNT "9000000000.00"
#define INSURED_AMOUNT   "9000000000.00"
#define BUYER            "BENCH"

struct scene {
    struct bench_target target;
    char fx_account[FX_ACCOUNT_ID_SIZE];
    char policy[POLICY_ID_SIZE];
    date_days today;
    char day[DATE_TEXT_SIZE];
};

/* --- what each business needs --- */

/* Posts and copies a member of the answer; `member` NULL: of no interest. */
static enum exit_code post(const struct scene *scene,
                           enum bench_role role,
                           const char *path,
                           json_t *body,
                           const char *member,
                           char *text_out,
                           size_t size)
{
    json_t *answer = NULL;
    enum exit_code code = bench_post(&scene->target, role, path, path + 4, body, &answer);
    const char *text = member == NULL ? NULL : json_string_value(json_object_get(answer, member));
    if (code == EXIT_DONE && text != NULL) {
        snprintf(text_out, size, "%s", text);
    } else if (code == EXIT_DONE && member != NULL) {
        message("%s: the answer has no %s", path, member);
        code = EXIT_IN_DOUBT;
    }
    json_decref(answer);
    return code;
}

static json_t *cny_json(const char *value)
{
    return json_pack("{s:s,s:s}", "currency", "CNY", "value", value);
}

/* The merchant's own money, of which tax is set aside and payments are made. */
static enum exit_code merchant_fund(struct scene *scene)
{
    char reference[32];
    char bank_reference[BENCH_NAME_SIZE + 8];
    enum exit_code code = post(scene,
                               BENCH_MERCHANT,
                               "/v1/collection/open",
                               json_object(),
                               "payment_reference",
                               reference,
                               sizeof reference);
    if (code != EXIT_DONE) {
        return code;
    }
    snprintf(bank_reference, sizeof bank_reference, "%s-paid", scene->target.run);
    json_t *body = json_pack("{s:s,s:s,s:o,s:s}",
                             "bank_reference",
                             bank_reference,
                             "payment_reference",
                             reference,
                             "amount",
                             cny_json(COLLECTED_AMOUNT),
                             "value_date",
                             scene->day);
    return post(scene, BENCH_BANK, "/v1/funds/receive", body, NULL, NULL, 0);
}

/* An invented person with an FX account; it was opened by an earlier run, or is now. */
static enum exit_code holder_open(struct scene *scene)
{
    static const char person[] = "bench-person";
    json_t *body = json_pack("{s:s,s:s,s:s,s:s}",
                             "id",
                             person,
                             "kind",
                             "individual",
                             "person_name",
                             "Bench Person",
                             "id_card",
                             "999999199001010016");
    enum exit_code code = post(scene, BENCH_OPERATOR, "/v1/party/register", body, NULL, NULL, 0);
    if (code == EXIT_DONE) {
        body = json_pack("{s:s}", "id", person);
        code = post(scene, BENCH_OPERATOR, "/v1/party/activate", body, NULL, NULL, 0);
    }
    if (code == EXIT_DONE) {
        body = json_pack("{s:s}", "holder", person);
        code = post(scene,
                    BENCH_OPERATOR,
                    "/v1/fx_account/open",
                    body,
                    "account",
                    scene->fx_account,
                    sizeof scene->fx_account);
    }
    return code;
}

/* Orders of a working day become payments at once; nobody fetches them, for the gateway has no
 * adapter here. */
static enum exit_code link_register(struct scene *scene)
{
    json_t *body =
        json_pack("{s:s,s:s}", "bank", scene->target.ids[BENCH_BANK], "business_day", scene->day);
    enum exit_code code =
        post(scene, BENCH_OPERATOR, "/v1/bank_link/register", body, NULL, NULL, 0);
    return code == EXIT_DONE ? merchant_fund(scene) : code;
}

static json_t *policy_json(const struct scene *scene)
{
    char last[DATE_TEXT_SIZE];
    date_format(scene->today + DUE_DAYS, last);
    return json_pack("{s:s,s:o,s:s,s:s,s:i,s:i,s:i,s:[{s:s,s:i,s:i,s:i}]}",
                     "insured",
                     scene->target.ids[BENCH_MERCHANT],
                     "limit",
                     cny_json(INSURED_AMOUNT),
                     "valid_from",
                     scene->day,
                     "valid_to",
                     last,
                     "declaration_days",
                     10,
                     "claim_days",
                     365,
                     "decision_days",
                     10,
                     "covers",
                     "cause",
                     "default",
                     "ratio_bp",
                     9000,
                     "notice_days",
                     30,
                     "waiting_days",
                     0);
}

static enum exit_code policy_open(struct scene *scene)
{
    enum exit_code code = bench_party(&scene->target, BENCH_INSURER);
    if (code == EXIT_DONE) {
        code = post(scene,
                    BENCH_INSURER,
                    "/v1/policy/register",
                    policy_json(scene),
                    "policy",
                    scene->policy,
                    sizeof scene->policy);
    }
    if (code == EXIT_DONE) {
        json_t *body = json_pack("{s:s}", "policy", scene->policy);
        code = post(scene, BENCH_OPERATOR, "/v1/policy/activate", body, NULL, NULL, 0);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s}",
                             "policy",
                             scene->policy,
                             "buyer",
                             BUYER,
                             "buyer_name",
                             "Bench Buyer",
                             "country",
                             "DE",
                             "status",
                             "active",
                             "limit",
                             cny_json(INSURED_AMOUNT),
                             "effective_from",
                             scene->day);
    return post(scene, BENCH_INSURER, "/v1/buyer_limit/set", body, NULL, NULL, 0);
}

/* --- the commands --- */

#define PUT(array_, text_) snprintf(array_, sizeof(array_), "%s", (text_))

static void reserve_fill(const void *scene, const char *reference, void *command_out)
{
    bench_reserve.fill(&((const struct scene *)scene)->target, reference, command_out);
}

static void withhold_fill(const void *scene_, const char *reference, void *command_out)
{
    const struct scene *scene = scene_;
    struct tax_withhold *command = command_out;
    command->amount = (struct money){1, CURRENCY_CNY};
    PUT(command->agent, scene->target.ids[BENCH_MERCHANT]);
    PUT(command->reference, reference);
}

static void receive_fill(const void *scene_, const char *reference, void *command_out)
{
    const struct scene *scene = scene_;
    struct funds_receive *command = command_out;
    command->amount = (struct money){1, CURRENCY_USD};
    command->value_date = scene->today;
    PUT(command->bank_reference, reference);
    PUT(command->payment_reference, scene->fx_account);
    PUT(command->payer_name, "Bench Payer");
    PUT(command->payer_bank, "TESTDEMM");
    PUT(command->payer_country, "DE");
}

static void order_fill(const void *scene_, const char *reference, void *command_out)
{
    const struct scene *scene = scene_;
    struct settlement_create *command = command_out;
    command->amount = (struct money){1, CURRENCY_CNY};
    command->mode = SETTLEMENT_GROSS;
    command->purpose = SETTLEMENT_CGODDR;
    PUT(command->bank, scene->target.ids[BENCH_BANK]);
    PUT(command->reference, reference);
    PUT(command->creditor_name, "Bench Creditor");
    PUT(command->creditor_account, "0000000000000001");
    PUT(command->creditor_bank, "000000000001");
}

static void declare_fill(const void *scene_, const char *reference, void *command_out)
{
    const struct scene *scene = scene_;
    struct shipment_declare *command = command_out;
    command->amount = (struct money){1, CURRENCY_CNY};
    command->shipped_on = scene->today;
    command->due_on = scene->today + DUE_DAYS;
    PUT(command->policy, scene->policy);
    PUT(command->buyer, BUYER);
    PUT(command->invoice, reference);
}

/* clang-format off */
static const struct business {
    const char *name;
    enum exit_code (*prepare)(struct scene *); /* NULL: bench_prepare has done all */
    struct bench_command command;
} businesses[] = {
    {"guarantee", NULL,
     {"guarantee.reserve", "/v1/guarantee/reserve", BENCH_CUSTOMS, &reservation_reserve_record, reserve_fill}},
    {"tax", merchant_fund,
     {"tax.withhold", "/v1/tax/withhold", BENCH_MERCHANT, &tax_withhold_record, withhold_fill}},
    {"fx", holder_open,
     {"funds.receive", "/v1/funds/receive", BENCH_BANK, &funds_receive_record, receive_fill}},
    {"settlement", link_register,
     {"settlement_order.create", "/v1/settlement_order/create", BENCH_MERCHANT, &settlement_create_record, order_fill}},
    {"compensation", policy_open,
     {"shipment.declare", "/v1/shipment/declare", BENCH_MERCHANT, &shipment_declare_record, declare_fill}},
};
/* clang-format on */

/* --- measuring --- */

static enum exit_code business_run(struct scene *scene,
                                   const struct business *business,
                                   struct bench_measure *measure,
                                   size_t connection_count,
                                   json_t *rows)
{
    static struct load_result singles; /* too large for a stack */
    static struct load_result batches;
    measure->command = &business->command;
    enum exit_code code = business->prepare == NULL ? EXIT_DONE : business->prepare(scene);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!bench_singles(measure, connection_count, &singles)) {
        return EXIT_UNREACHABLE;
    }
    int64_t single_rate = bench_rate(measure, &singles);
    uint64_t refused_count = atomic_load(&measure->refused_count);
    if (!bench_batches(measure, &batches)) {
        return EXIT_UNREACHABLE;
    }
    refused_count += atomic_load(&measure->refused_count);
    json_t *row = json_pack("{s:s,s:s,s:I,s:I,s:f,s:I,s:I}",
                            "name",
                            business->name,
                            "command",
                            business->command.name,
                            "single_per_second",
                            (json_int_t)single_rate,
                            "batched_per_second",
                            (json_int_t)bench_rate(measure, &batches),
                            "p99_ms",
                            (double)singles.p99_us / 1000.0,
                            "refused",
                            (json_int_t)refused_count,
                            "broken",
                            (json_int_t)singles.broken_count + (json_int_t)batches.broken_count);
    json_array_append_new(rows, row);
    return EXIT_DONE;
}

static enum exit_code businesses_run(struct scene *scene,
                                     struct bench_measure *measure,
                                     int64_t connections,
                                     json_t *rows)
{
    enum exit_code code = bench_prepare(&scene->target);
    for (size_t i = 0; i < sizeof businesses / sizeof businesses[0] && code == EXIT_DONE; i++) {
        code = business_run(scene, &businesses[i], measure, (size_t)connections, rows);
    }
    return code;
}

static bool numbers_read(const struct arguments *arguments,
                         struct bench_measure *measure,
                         int64_t *connections_out)
{
    int64_t batch_count;
    bool is_good =
        arguments_number(arguments,
                         OPTION_CONNECTIONS,
                         BENCH_CONNECTION_COUNT_MAX,
                         CONNECTION_COUNT_DEFAULT,
                         connections_out) &&
        arguments_number(arguments,
                         OPTION_SECONDS,
                         BENCH_SECONDS_MAX,
                         BENCH_SECONDS_DEFAULT,
                         &measure->duration_s) &&
        arguments_number(arguments, OPTION_BATCH, BATCH_MAX, BENCH_BATCH_DEFAULT, &batch_count);
    measure->batch_count = is_good ? (uint64_t)batch_count : 0;
    return is_good;
}

enum exit_code verb_bench_business(const struct arguments *arguments)
{
    static struct scene scene;
    struct bench_measure measure = {.target = &scene.target, .scene = &scene};
    int64_t connections;
    scene.target.gateway = arguments->values[OPTION_GATEWAY];
    scene.target.folder = arguments->values[OPTION_CERTS];
    scene.target.scope = "aggregate";
    scene.today = date_of(clock_now());
    date_format(scene.today, scene.day);
    if (!scene.target.gateway || !scene.target.folder) {
        message("--%s is missing", scene.target.gateway ? "certs" : "gateway");
        return EXIT_USAGE;
    }
    if (!numbers_read(arguments, &measure, &connections)) {
        message("--connections wants 1 to %d, --seconds 1 to %d, --batch 1 to %d",
                BENCH_CONNECTION_COUNT_MAX,
                BENCH_SECONDS_MAX,
                BATCH_MAX);
        return EXIT_USAGE;
    }
    json_t *report = json_object();
    json_t *rows = json_array();
    json_object_set_new(report, "businesses", rows);
    enum exit_code code = businesses_run(&scene, &measure, connections, rows);
    if (code == EXIT_DONE && arguments->values[OPTION_JSON]) {
        output_json(report);
    } else if (code == EXIT_DONE) {
        output_record(report, stdout);
    }
    json_decref(report);
    return code;
}
