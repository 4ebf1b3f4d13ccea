/* Steps about payments, as a gateway makes them. */
#include <stdio.h>
#include <string.h>

#include "tools/certify/run_p.h"

/* A payment without an answer: what the inquiry found is told too. */
static void tell_found(struct result *result, struct paying *paying)
{
    if (paying->reply.end != TALK_ANSWERED && paying->inquiry.end != TALK_UNSENT) {
        result_add(result, "inquiry", &paying->inquiry);
    }
}

static bool has_paid(const struct run *run, struct result *result)
{
    if (run->paid_count == 0) {
        result_set(result, VERDICT_SKIP, "there is no confirmed payment");
    }
    return run->paid_count > 0;
}

void step_pay(struct run *run, struct result *result)
{
    struct payment_order order = order_make(run, result->step);
    struct paying paying = run_pay(run, &order);
    run_judge(run, result, &paying.reply, paying.said == ADAPTER_CONFIRMED);
    tell_found(result, &paying);
}

void step_decline(struct run *run, struct result *result)
{
    struct payment_order order = order_make(run, result->step);
    struct paying paying = run_pay(run, &order);
    run_judge(run, result, &paying.reply, paying.said == ADAPTER_REJECTED);
    tell_found(result, &paying);
}

/* What the bank has booked today is what we did: the one proof that nothing was paid twice. */
static void check_paid_once(struct run *run, struct result *result)
{
    struct day_totals ours = house_totals(&run->house);
    struct day_totals theirs;
    struct talk_reply reply;
    char our_text[TOTALS_TEXT_SIZE];
    char their_text[TOTALS_TEXT_SIZE];
    if (!run->house.is_base_known) {
        return;
    }
    bool is_told = run_totals(run, &ours, &reply, &theirs);
    if (reply.end != TALK_ANSWERED || strcmp(reply.code, CODE_TOTALS) != 0) {
        return;
    }
    totals_format(&ours, our_text);
    totals_format(&theirs, their_text);
    transcript_mark(run->transcript, reply.entry, 39, "one payment was made, not two");
    result_set(result,
               VERDICT_FAIL,
               "the totals afterwards differ; ours: %.130s; the bank's: %.130s",
               our_text,
               is_told ? their_text : "not told");
}

void step_repeat(struct run *run, struct result *result)
{
    if (!has_paid(run, result)) {
        return;
    }
    struct payment_order order = run->paid[run->paid_count - 1];
    struct paying paying = run_pay(run, &order);
    struct talk_reply inquiry;
    bool is_same = paying.said == ADAPTER_CONFIRMED || strcmp(paying.reply.code, CODE_OTHER) == 0;
    run_judge(run, result, &paying.reply, is_same);
    tell_found(result, &paying);
    if (result->verdict != VERDICT_PASS) {
        return;
    }
    if (run_inquire(run, &order, &inquiry) != ADAPTER_CONFIRMED) {
        result->verdict = VERDICT_FAIL;
        result_add(result, "inquiry", &inquiry);
        return;
    }
    check_paid_once(run, result);
}

void step_inquire(struct run *run, struct result *result)
{
    struct talk_reply reply;
    if (has_paid(run, result)) {
        enum adapter_outcome outcome = run_inquire(run, &run->paid[run->paid_count - 1], &reply);
        run_judge(run, result, &reply, outcome == ADAPTER_CONFIRMED);
    }
}

void step_inquire_unknown(struct run *run, struct result *result)
{
    struct talk_reply reply;
    struct payment_order order = order_make(run, result->step);
    enum adapter_outcome outcome = run_inquire(run, &order, &reply);
    run_judge(run, result, &reply, outcome == ADAPTER_NOT_FOUND);
}

/* ---- reversals ---- */

static enum adapter_outcome reverse(struct run *run,
                                    const struct payment_order *order,
                                    int64_t attempt,
                                    struct talk_reply *reply_out)
{
    const struct adapter_request request = {
        .act = ADAPTER_REVERSE, .attempt = attempt, .order = *order};
    return run_request(run, &request, TALK_SOUND, reply_out);
}

static void count_reversed(struct run *run, const struct payment_order *order)
{
    run->reversed = *order;
    run->paid_count--;
    run->house.ours.reversed_count++;
    run->house.ours.reversed_minor += order->amount.minor;
}

void step_reverse(struct run *run, struct result *result)
{
    struct talk_reply reply;
    struct talk_reply again;
    struct result unused;
    if (!has_paid(run, result)) {
        return;
    }
    struct payment_order order = run->paid[run->paid_count - 1];
    enum adapter_outcome outcome = reverse(run, &order, 1, &reply);
    run_judge(run, result, &reply, outcome == ADAPTER_REVERSED);
    if (reply.end != TALK_ANSWERED && run_ready(run, &unused)) {
        /* Nobody knows whether it was done; it is asked for until that is said. */
        outcome = reverse(run, &order, 2, &again);
    }
    if (outcome != ADAPTER_REVERSED) {
        return;
    }
    count_reversed(run, &order);
    if (result->verdict == VERDICT_PASS) {
        run_check_unpaid(run, result, &order);
    }
}

void step_reverse_repeat(struct run *run, struct result *result)
{
    struct talk_reply reply;
    if (run->reversed.reference[0] == '\0') {
        result_set(result, VERDICT_SKIP, "there is no reversed payment");
        return;
    }
    enum adapter_outcome outcome = reverse(run, &run->reversed, 2, &reply);
    run_judge(run, result, &reply, outcome == ADAPTER_REVERSED);
}

void step_reverse_unknown(struct run *run, struct result *result)
{
    struct talk_reply reply;
    struct payment_order order = order_make(run, result->step);
    enum adapter_outcome outcome = reverse(run, &order, 1, &reply);
    run_judge(run, result, &reply, outcome == ADAPTER_NOT_FOUND);
    run->barred = order;
}

void step_late_original(struct run *run, struct result *result)
{
    if (run->barred.reference[0] == '\0') {
        result_set(result, VERDICT_SKIP, "no payment was reversed before it came");
        return;
    }
    struct paying paying = run_pay(run, &run->barred);
    run_judge(run, result, &paying.reply, !outcome_is_paid(paying.said));
    if (result->verdict == VERDICT_PASS) {
        run_check_unpaid(run, result, &run->barred);
    }
}
