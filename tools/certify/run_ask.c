/* What steps have in common. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "adapters/link/advice.h"
#include "adapters/link/session.h"
#include "tools/certify/run_p.h"

enum {
    TRACE_MAX = 899999,
};

void result_set(struct result *result, enum verdict verdict, const char *format, ...)
{
    va_list words;
    result->verdict = verdict;
    va_start(words, format);
    (void)vsnprintf(result->came, sizeof result->came, format, words);
    va_end(words);
}

const char *reply_text(struct talk_reply *reply)
{
    if (reply->end == TALK_ANSWERED) {
        (void)snprintf(reply->why, sizeof reply->why, "code %s", reply->code);
    }
    return reply->why;
}

void result_add(struct result *result, const char *what, struct talk_reply *reply)
{
    char came[RUN_CAME_SIZE];
    (void)snprintf(came, sizeof came, "%s", result->came);
    result_set(result,
               result->verdict,
               "%.180s; the %s afterwards: %.100s",
               came,
               what,
               reply_text(reply));
}

bool outcome_is_paid(enum adapter_outcome outcome)
{
    return outcome == ADAPTER_CONFIRMED || outcome == ADAPTER_PENDING;
}

/* ---- asking ---- */

static struct mapping_call call_next(struct run *run)
{
    return (struct mapping_call){
        .trace = MAPPING_TRACE_FIRST + run->trace_own++ % MAPPING_TRACE_COUNT,
        .now = clock_now(),
    };
}

static void ask(struct run *run, enum talk_damage damage, struct talk_reply *reply_out)
{
    bool may_be_ignored = damage != TALK_SOUND;
    const struct talk_question question = {
        .draft = &run->draft,
        .damage = damage,
        .fit = may_be_ignored ? TALK_LOOSE : TALK_STRICT,
        .timeout_us = 1000 * (may_be_ignored ? run->setting.plan->settings.quiet_ms
                                             : run->setting.config->reply_ms),
    };
    talk_ask(run->talk, &question, reply_out);
}

enum adapter_outcome run_request(struct run *run,
                                 const struct adapter_request *request,
                                 enum talk_damage damage,
                                 struct talk_reply *reply_out)
{
    struct mapping_call call = call_next(run);
    /* What does not fit is told by the reply. */
    (void)!mapping_request(run->setting.config, request, &call, &run->draft);
    ask(run, damage, reply_out);
    if (reply_out->end != TALK_ANSWERED) {
        return ADAPTER_UNKNOWN;
    }
    return code_outcome(run->setting.config, request->act, iso8583_get(reply_out->message, 39));
}

static void manage(struct run *run, int network_code, const char *key, struct talk_reply *reply_out)
{
    struct mapping_call call = call_next(run);
    const struct mapping_note note = {network_code, "0800", key, DATE_NONE};
    mapping_management(run->setting.config, &note, &call, &run->draft);
    ask(run, TALK_SOUND, reply_out);
}

void run_manage(struct run *run, int network_code, struct talk_reply *reply_out)
{
    manage(run, network_code, "", reply_out);
}

void run_send_key(struct run *run, const char *key, struct talk_reply *reply_out)
{
    manage(run, SESSION_KEY_EXCHANGE, key, reply_out);
}

/* ---- the connection ---- */

bool run_connect(struct run *run, struct result *result)
{
    const struct link_config *config = run->setting.config;
    char why[TALK_WHY_SIZE];
    int64_t timeout_us = config->role == LINK_SERVER
                             ? run->setting.wait_us
                             : (config->connect_ms + 1000) * 1000 * (int64_t)config->host_count;
    if (talk_is_open(run->talk)) {
        return true;
    }
    if (config->role == LINK_SERVER && run->setting.lever.say != NULL) {
        run->setting.lever.say("waiting for the bank to connect");
    }
    if (!talk_connect(run->talk, timeout_us, why)) {
        run->is_gone = true;
        result_set(result, VERDICT_FAIL, "no connection: %s", why);
        return false;
    }
    run->was_connected = true;
    return true;
}

bool run_sign_on(struct run *run, struct talk_reply *reply_out)
{
    const struct link_config *config = run->setting.config;
    struct house *house = &run->house;
    if (config->sign_on == LINK_US) {
        run_manage(run, SESSION_SIGN_ON, reply_out);
        house->is_signed_on =
            reply_out->end == TALK_ANSWERED && strcmp(reply_out->code, CODE_DONE) == 0;
        return house->is_signed_on;
    }
    *reply_out = (struct talk_reply){
        .end = TALK_ANSWERED, .entry = TRANSCRIPT_ENTRY_COUNT_MAX, .code = CODE_DONE};
    if (!house->is_signed_on &&
        !talk_await(
            run->talk, &house->counts.sign_ons, house->counts.sign_ons, config->reply_ms * 1000)) {
        reply_out->end = TALK_SILENT;
        (void)snprintf(reply_out->why, sizeof reply_out->why, "the bank did not sign on");
    }
    return house->is_signed_on;
}

bool run_ready(struct run *run, struct result *result)
{
    struct talk_reply reply;
    if (!run_connect(run, result)) {
        return false;
    }
    if (!run->house.is_signed_on && !run_sign_on(run, &reply)) {
        result_set(result, VERDICT_FAIL, "not signed on: %s", reply_text(&reply));
        return false;
    }
    return true;
}

void run_check_usable(struct run *run, struct result *result)
{
    struct talk_reply reply;
    if (!run_ready(run, result)) {
        return;
    }
    run_manage(run, SESSION_ECHO, &reply);
    if (reply.end != TALK_ANSWERED && reply.end != TALK_ODD) {
        /* Some banks hang up after what they cannot read; a new connection must do. */
        talk_close(run->talk);
        if (!run_ready(run, result)) {
            return;
        }
        run_manage(run, SESSION_ECHO, &reply);
    }
    if (reply.end != TALK_ANSWERED || strcmp(reply.code, CODE_DONE) != 0) {
        result->verdict = VERDICT_FAIL;
        result_add(result, "echo", &reply);
    }
}

/* ---- payments ---- */

struct payment_order order_make(struct run *run, const struct plan_step *step)
{
    const struct plan_settings *settings = &run->setting.plan->settings;
    struct payment_order order = {
        .amount = {step->amount_minor, settings->currency},
        .sent_at = clock_now(),
    };
    run->trace = run->trace % TRACE_MAX + 1;
    run->order_count++;
    order.trace = run->trace;
    order.business_day = date_of(order.sent_at);
    (void)snprintf(
        order.reference, sizeof order.reference, "%s-%02zu", run->prefix, run->order_count);
    const char *account = step->account[0] == '\0' ? settings->creditor_account : step->account;
    (void)snprintf(order.debtor_name, sizeof order.debtor_name, "%s", settings->debtor_name);
    (void)snprintf(order.creditor_name, sizeof order.creditor_name, "%s", settings->creditor_name);
    (void)snprintf(
        order.debtor_account, sizeof order.debtor_account, "%s", settings->debtor_account);
    (void)snprintf(order.creditor_account, sizeof order.creditor_account, "%s", account);
    (void)snprintf(order.creditor_bank, sizeof order.creditor_bank, "%s", settings->creditor_bank);
    (void)snprintf(order.remittance, sizeof order.remittance, "%s", settings->remittance);
    return order;
}

static bool is_known(const struct run *run, const struct payment_order *order)
{
    for (size_t i = 0; i < run->paid_count; i++) {
        if (run->paid[i].trace == order->trace) {
            return true;
        }
    }
    return false;
}

/* Of the day the bank books it on; the first payment says which day that is. */
static void
count_paid(struct run *run, const struct payment_order *order, const struct talk_reply *reply)
{
    struct house *house = &run->house;
    date_days day;
    if (is_known(run, order) || run->paid_count == RUN_PAID_COUNT_MAX) {
        return;
    }
    run->paid[run->paid_count++] = *order;
    if (!advice_day(reply->message, clock_now(), &day)) {
        day = DATE_NONE;
    }
    bool is_new_day = day != DATE_NONE && day != house->base.day;
    if (is_new_day && house->ours.paid_count + house->ours.received_count == 0) {
        house->base = (struct day_totals){.day = day};
        house->is_base_known = false;
        is_new_day = false;
    }
    if (!is_new_day) {
        house->ours.paid_count++;
        house->ours.paid_minor += order->amount.minor;
    }
}

enum adapter_outcome
run_inquire(struct run *run, const struct payment_order *order, struct talk_reply *reply_out)
{
    struct result unused;
    const struct adapter_request request = {.act = ADAPTER_INQUIRE, .attempt = 1, .order = *order};
    *reply_out = (struct talk_reply){.end = TALK_UNSENT, .why = "there is no connection"};
    return run_ready(run, &unused) ? run_request(run, &request, TALK_SOUND, reply_out)
                                   : ADAPTER_UNKNOWN;
}

struct paying run_pay(struct run *run, const struct payment_order *order)
{
    const struct adapter_request request = {.act = ADAPTER_PAY, .attempt = 1, .order = *order};
    struct paying paying = {.inquiry.end = TALK_UNSENT};
    paying.said = run_request(run, &request, TALK_SOUND, &paying.reply);
    paying.found = paying.said;
    if (paying.said == ADAPTER_CONFIRMED) {
        count_paid(run, order, &paying.reply);
    } else if (paying.reply.end != TALK_ANSWERED && paying.reply.end != TALK_UNSENT) {
        paying.found = run_inquire(run, order, &paying.inquiry);
        if (paying.found == ADAPTER_CONFIRMED) {
            count_paid(run, order, &paying.inquiry);
        }
    }
    return paying;
}

void run_check_unpaid(struct run *run, struct result *result, const struct payment_order *order)
{
    struct talk_reply reply;
    enum adapter_outcome outcome = run_inquire(run, order, &reply);
    if (outcome == ADAPTER_CONFIRMED) {
        count_paid(run, order, &reply);
    }
    if (reply.end != TALK_ANSWERED || outcome_is_paid(outcome)) {
        transcript_mark(run->transcript, reply.entry, 39, "the payment must not have been made");
        result->verdict = VERDICT_FAIL;
        result_add(result, "inquiry", &reply);
    }
}

/* ---- verdicts ---- */

void run_judge(struct run *run,
               struct result *result,
               const struct talk_reply *reply,
               bool is_expected)
{
    char note[RUN_EXPECTED_SIZE + 20];
    const char *codes = result->step->codes;
    struct talk_reply told = *reply;
    bool is_good = codes[0] == '\0' ? is_expected : plan_code_is_listed(codes, reply->code);
    if (reply->end == TALK_ANSWERED && is_good) {
        result_set(result, VERDICT_PASS, "code %s", reply->code);
        return;
    }
    result_set(result, VERDICT_FAIL, "%s", reply_text(&told));
    if (reply->end == TALK_ANSWERED) {
        (void)snprintf(note, sizeof note, "expected: %s", result->expected);
        transcript_mark(run->transcript, reply->entry, 39, note);
    }
}

/* ---- totals ---- */

void totals_format(const struct day_totals *totals, char text_out[TOTALS_TEXT_SIZE])
{
    char paid[MONEY_TEXT_SIZE];
    char reversed[MONEY_TEXT_SIZE];
    char received[MONEY_TEXT_SIZE];
    (void)amount_format(totals->paid_minor, paid);
    (void)amount_format(totals->reversed_minor, reversed);
    (void)amount_format(totals->received_minor, received);
    (void)snprintf(text_out,
                   TOTALS_TEXT_SIZE,
                   "paid %" PRId64 " for %s, reversed %" PRId64 " for %s, received %" PRId64
                   " for %s",
                   totals->paid_count,
                   paid,
                   totals->reversed_count,
                   reversed,
                   totals->received_count,
                   received);
}

bool run_totals(struct run *run,
                const struct day_totals *ours,
                struct talk_reply *reply_out,
                struct day_totals *theirs_out)
{
    const struct adapter_request request = {.act = ADAPTER_TOTALS, .attempt = 1, .totals = *ours};
    (void)run_request(run, &request, TALK_SOUND, reply_out);
    return reply_out->end == TALK_ANSWERED &&
           advice_read_totals(reply_out->message, clock_now(), theirs_out) == NULL;
}
