/* Steps about the connection itself. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "adapters/link/session.h"
#include "tools/certify/run_p.h"

#define US_PER_DAY (86400 * INSTANT_US_PER_SECOND)

void step_connect(struct run *run, struct result *result)
{
    talk_close(run->talk);
    if (!run_connect(run, result)) {
        return;
    }
    (void)snprintf(run->peer, sizeof run->peer, "%s", talk_peer(run->talk));
    run->is_tls = talk_session(run->talk, &run->session);
    if (!run->is_tls) {
        result_set(result, VERDICT_PASS, "%s, plain TCP", run->peer);
        return;
    }
    result_set(result,
               VERDICT_PASS,
               "%s, %s, certificate %.120s, days left: %" PRId64,
               run->peer,
               run->session.protocol,
               run->session.subject,
               (run->session.not_after - clock_now()) / US_PER_DAY);
}

void step_sign_on(struct run *run, struct result *result)
{
    struct talk_reply reply;
    bool is_done = run_sign_on(run, &reply);
    run_judge(run, result, &reply, is_done);
}

void step_echo(struct run *run, struct result *result)
{
    struct talk_reply reply;
    run_manage(run, SESSION_ECHO, &reply);
    run_judge(run, result, &reply, strcmp(reply.code, CODE_DONE) == 0);
}

void step_sign_off(struct run *run, struct result *result)
{
    struct talk_reply reply;
    run_manage(run, SESSION_SIGN_OFF, &reply);
    run->house.is_signed_on = false;
    run_judge(run, result, &reply, strcmp(reply.code, CODE_DONE) == 0);
}

/* Asks the bank for a key, or whoever can make it send one. False: the step has its verdict. */
static bool key_await(struct run *run, struct result *result, size_t before)
{
    const struct run_setting *setting = &run->setting;
    const size_t *keys = &run->house.counts.keys;
    char why[LEVER_WHY_SIZE];
    struct talk_reply reply;
    run_manage(run, SESSION_KEY_EXCHANGE, &reply);
    bool is_coming = reply.end == TALK_ANSWERED && strcmp(reply.code, CODE_DONE) == 0;
    if (*keys > before ||
        (is_coming && talk_await(run->talk, keys, before, setting->config->reply_ms * 1000))) {
        return true;
    }
    if (!lever_pull(&setting->lever,
                    "key_exchange",
                    "please have the bank send a new key (0800/161)",
                    why)) {
        result_set(result, VERDICT_FAIL, "%s", why);
        return false;
    }
    if (talk_await(run->talk, keys, before, setting->wait_us)) {
        return true;
    }
    bool is_asked =
        setting->lever.control != NULL || strcmp(run->house.refused_code, CODE_KEY) == 0;
    result_set(result,
               is_asked ? VERDICT_FAIL : VERDICT_SKIP,
               strcmp(run->house.refused_code, CODE_KEY) == 0
                   ? "a key came whose check value does not fit"
                   : "no key came in time");
    return false;
}

void step_key_exchange(struct run *run, struct result *result)
{
    struct talk_reply reply;
    if (run->setting.config->mac == LINK_MAC_NONE || run->setting.config->master_key.size == 0) {
        result_set(result, VERDICT_SKIP, "the link's file has no master key");
        return;
    }
    if (!key_await(run, result, run->house.counts.keys)) {
        return;
    }
    run_manage(run, SESSION_ECHO, &reply);
    if (reply.end == TALK_ANSWERED && strcmp(reply.code, CODE_DONE) == 0) {
        result_set(result, VERDICT_PASS, "a new key, and an echo under it");
    } else {
        result_set(result, VERDICT_FAIL, "the echo under the new key: %s", reply_text(&reply));
    }
}

void step_key_send(struct run *run, struct result *result)
{
    struct talk_reply reply;
    char key[SEAL_TEXT_SIZE];
    if (run->setting.config->mac == LINK_MAC_NONE || run->setting.config->master_key.size == 0) {
        result_set(result, VERDICT_SKIP, "the link's file has no master key");
        return;
    }
    if (!talk_renew_key(run->talk, key)) {
        result_set(result, VERDICT_FAIL, "no key could be made");
        return;
    }
    run_send_key(run, key, &reply);
    if (reply.end != TALK_ANSWERED || strcmp(reply.code, CODE_DONE) != 0) {
        run_judge(run, result, &reply, false);
        return;
    }
    talk_confirm_key(run->talk);
    run_manage(run, SESSION_ECHO, &reply);
    run_judge(run, result, &reply, strcmp(reply.code, CODE_DONE) == 0);
}

void step_cut_over(struct run *run, struct result *result)
{
    const struct run_setting *setting = &run->setting;
    struct house *house = &run->house;
    size_t before = house->counts.cut_overs;
    char why[LEVER_WHY_SIZE];
    char day[DATE_TEXT_SIZE];
    if (!lever_pull(&setting->lever,
                    "cut_over",
                    "please have the bank cut over to its next business day (0800/201)",
                    why)) {
        result_set(result, VERDICT_FAIL, "%s", why);
        return;
    }
    if (!talk_await(run->talk, &house->counts.cut_overs, before, setting->wait_us)) {
        result_set(result,
                   setting->lever.control == NULL ? VERDICT_SKIP : VERDICT_FAIL,
                   "no cut-over came in time");
        return;
    }
    (void)date_format(house->bank_day, day);
    result_set(result, VERDICT_PASS, "to %s, answered 00", day);
}
