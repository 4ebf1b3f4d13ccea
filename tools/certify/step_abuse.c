/* Steps that send what a bank must not fall for. */
#include <stdio.h>
#include <string.h>

#include "adapters/link/session.h"
#include "tools/certify/run_p.h"

enum {
    STALE_DAYS = 2,
};

/* A spoiled payment: one of `codes`, or silence, or the end of the connection. */
static void spoiled(struct run *run,
                    struct result *result,
                    enum talk_damage damage,
                    const char *codes,
                    struct payment_order *order_out)
{
    struct talk_reply reply;
    *order_out = order_make(run, result->step);
    const struct adapter_request request = {.act = ADAPTER_PAY, .attempt = 1, .order = *order_out};
    (void)run_request(run, &request, damage, &reply);
    if (reply.end == TALK_SILENT || reply.end == TALK_CLOSED) {
        result_set(result,
                   VERDICT_PASS,
                   reply.end == TALK_SILENT ? "silence" : "the bank ended the connection");
    } else {
        run_judge(run, result, &reply, plan_code_is_listed(codes, reply.code));
    }
}

void step_wrong_mac(struct run *run, struct result *result)
{
    struct payment_order order;
    if (run->setting.config->mac == LINK_MAC_NONE) {
        result_set(result, VERDICT_SKIP, "the link's file has no authentication code");
        return;
    }
    spoiled(run, result, TALK_WRONG_CODE, CODE_MAC, &order);
    run_check_unpaid(run, result, &order);
}

void step_malformed(struct run *run, struct result *result)
{
    struct payment_order order;
    enum talk_damage damage =
        result->step->spoil == PLAN_SPOIL_LENGTH ? TALK_CUT : TALK_BAD_CHARACTER;
    spoiled(run, result, damage, CODE_FORMAT "," CODE_MAC, &order);
    run_check_usable(run, result);
    if (!run->is_gone) {
        run_check_unpaid(run, result, &order);
    }
}

void step_stale(struct run *run, struct result *result)
{
    struct payment_order order = order_make(run, result->step);
    order.sent_at -= STALE_DAYS * (86400 * INSTANT_US_PER_SECOND);
    struct paying paying = run_pay(run, &order);
    if (paying.reply.end == TALK_SILENT) {
        result_set(result, VERDICT_PASS, "silence");
    } else {
        run_judge(run, result, &paying.reply, !outcome_is_paid(paying.said));
    }
    run_check_unpaid(run, result, &order);
}

void step_unknown_mti(struct run *run, struct result *result)
{
    struct talk_reply reply;
    struct mapping_call call = {.trace = MAPPING_TRACE_FIRST, .now = clock_now()};
    call.trace += run->trace_own++ % MAPPING_TRACE_COUNT;
    const struct mapping_note note = {SESSION_ECHO, "0800", "", DATE_NONE};
    mapping_management(run->setting.config, &note, &call, &run->draft);
    memcpy(run->draft.message.mti, result->step->mti, sizeof run->draft.message.mti);
    const struct talk_question question = {
        .draft = &run->draft,
        .fit = TALK_LOOSE,
        .timeout_us = run->setting.plan->settings.quiet_ms * 1000,
    };
    talk_ask(run->talk, &question, &reply);
    if (reply.end == TALK_SILENT || reply.end == TALK_CLOSED) {
        result_set(result,
                   VERDICT_PASS,
                   reply.end == TALK_SILENT ? "silence" : "the bank ended the connection");
    } else {
        run_judge(run, result, &reply, strcmp(reply.code, CODE_DONE) != 0);
    }
    run_check_usable(run, result);
}
