/* Steps in which the bank speaks first, and the day's totals. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "adapters/link/session.h"
#include "tools/certify/run_p.h"

enum {
    COMMAND_SIZE = 120,
};

/* ---- funds ---- */

/* Waits for an advice that was not told before. False: the step has its verdict. */
static bool
advice_await(struct run *run, struct result *result, char reference_out[ADAPTER_REFERENCE_SIZE])
{
    const struct run_setting *setting = &run->setting;
    struct house *house = &run->house;
    size_t before = house->counts.advices;
    size_t refused = house->counts.refused;
    char command[COMMAND_SIZE];
    char request[COMMAND_SIZE];
    char why[LEVER_WHY_SIZE];
    char amount[MONEY_TEXT_SIZE];
    (void)amount_format(result->step->amount_minor, amount);
    run->order_count++;
    (void)snprintf(
        reference_out, ADAPTER_REFERENCE_SIZE, "%s-%02zu", run->prefix, run->order_count);
    (void)snprintf(command,
                   sizeof command,
                   "advise %s %" PRId64 " Certification",
                   reference_out,
                   result->step->amount_minor);
    (void)snprintf(request,
                   sizeof request,
                   "please have the bank advise %s %s to our account, reference %s",
                   amount,
                   currency_code(setting->plan->settings.currency),
                   reference_out);
    if (!lever_pull(&setting->lever, command, request, why)) {
        result_set(result, VERDICT_FAIL, "%s", why);
        return false;
    }
    if (talk_await(run->talk, &house->counts.advices, before, setting->wait_us)) {
        return true;
    }
    if (house->counts.refused > refused) {
        result_set(result,
                   VERDICT_FAIL,
                   "we refused %s with code %s",
                   house->refused_mti,
                   house->refused_code);
        return false;
    }
    result_set(result,
               setting->lever.control == NULL ? VERDICT_SKIP : VERDICT_FAIL,
               "no advice came in time");
    return false;
}

/* What was triggered must be what came; people may send what they like. */
static bool advice_is_asked(struct run *run, struct result *result, const char *reference)
{
    const struct adapter_advice *advice = &run->house.advice;
    char amount[MONEY_TEXT_SIZE];
    (void)amount_format(advice->amount.minor, amount);
    bool is_asked = advice->amount.minor == result->step->amount_minor &&
                    strcmp(advice->payment_reference, reference) == 0;
    bool is_good = run->setting.lever.control == NULL || is_asked;
    result_set(result,
               is_good ? VERDICT_PASS : VERDICT_FAIL,
               is_good ? "%s %s, answered 00" : "%s %s, not what was asked for",
               amount,
               currency_code(advice->amount.currency));
    return is_good;
}

void step_funds(struct run *run, struct result *result)
{
    char reference[ADAPTER_REFERENCE_SIZE];
    if (!advice_await(run, result, reference) || !advice_is_asked(run, result, reference)) {
        return;
    }
    /* Behind our answer: a bank that has not read it would tell the advice again. */
    size_t repeats = run->house.counts.repeats;
    run_check_usable(run, result);
    if (result->verdict == VERDICT_PASS && run->house.counts.repeats > repeats) {
        result_set(result, VERDICT_FAIL, "told again after our answer");
    }
}

void step_funds_repeat(struct run *run, struct result *result)
{
    struct house *house = &run->house;
    char reference[ADAPTER_REFERENCE_SIZE];
    size_t repeats = house->counts.repeats;
    if (run->setting.lever.control == NULL && house->counts.advices == 0) {
        result_set(result, VERDICT_SKIP, "the bank told no advice before");
        return;
    }
    house->is_silent = true;
    bool has_come = advice_await(run, result, reference);
    house->is_silent = false;
    if (!has_come || !advice_is_asked(run, result, reference)) {
        return;
    }
    if (talk_await(run->talk, &house->counts.repeats, repeats, run->setting.wait_us)) {
        result_set(result, VERDICT_PASS, "told again as %s, answered 00", house->repeat_mti);
        run_check_usable(run, result);
    } else {
        result_set(result, VERDICT_FAIL, "not told again, though we did not answer");
    }
}

/* ---- totals ---- */

void step_totals_before(struct run *run, struct result *result)
{
    struct house *house = &run->house;
    struct day_totals theirs = {.day = DATE_NONE};
    struct talk_reply reply;
    char text[TOTALS_TEXT_SIZE];
    if (house->bank_day != DATE_NONE && house->ours.paid_count == 0) {
        house->base.day = house->bank_day;
    }
    struct day_totals none = house_totals(house);
    bool is_told = run_totals(run, &none, &reply, &theirs);
    bool is_equal = strcmp(reply.code, CODE_DONE) == 0;
    bool is_other = strcmp(reply.code, CODE_TOTALS) == 0;
    run_judge(run, result, &reply, is_equal || is_other);
    if (is_other && is_told && house->ours.paid_count == 0 && house->ours.received_count == 0) {
        house->base = theirs;
        totals_format(&theirs, text);
        result_set(result, result->verdict, "code 79: %s", text);
    }
    house->is_base_known = is_equal || (is_other && is_told);
}

void step_totals(struct run *run, struct result *result)
{
    struct day_totals ours = house_totals(&run->house);
    struct day_totals theirs;
    struct talk_reply reply;
    char our_text[TOTALS_TEXT_SIZE];
    char their_text[TOTALS_TEXT_SIZE];
    bool is_told = run_totals(run, &ours, &reply, &theirs);
    bool is_other = strcmp(reply.code, CODE_TOTALS) == 0;
    run_judge(run, result, &reply, strcmp(reply.code, CODE_DONE) == 0);
    totals_format(&ours, our_text);
    if (result->verdict == VERDICT_PASS) {
        result_set(result, VERDICT_PASS, "code %s: %s", reply.code, our_text);
        return;
    }
    if (!is_other) {
        return;
    }
    if (is_told) {
        totals_format(&theirs, their_text);
    }
    result_set(result,
               run->house.is_base_known ? VERDICT_FAIL : VERDICT_SKIP,
               run->house.is_base_known
                   ? "code 79; ours: %.130s; the bank's: %.130s"
                   : "code 79, but what the day held before is not known; ours: %.130s; the "
                     "bank's: %.130s",
               our_text,
               is_told ? their_text : "not told");
}
