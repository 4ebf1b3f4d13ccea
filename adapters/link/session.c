#include "adapters/link/session.h"

#define US_PER_MS INT64_C(1000)

void session_start(struct session *session, const struct link_config *config)
{
    *session = (struct session){
        .sign_on = (enum link_side)config->sign_on,
        .echo_us = config->echo_ms * US_PER_MS,
        .reply_us = config->reply_ms * US_PER_MS,
        .state = ADAPTER_DOWN,
    };
}

void session_opened(struct session *session, instant_us now)
{
    session->state = ADAPTER_CONNECTED;
    session->heard_at = now;
    session->sign_on_at = now;
    session->awaited_code = 0;
}

void session_closed(struct session *session)
{
    session->state = ADAPTER_DOWN;
    session->awaited_code = 0;
}

void session_heard(struct session *session, instant_us now)
{
    session->heard_at = now;
}

static const char *silence_reason(int network_code)
{
    switch ((enum session_code)network_code) {
    case SESSION_SIGN_ON:
        return "no answer to the sign-on";
    case SESSION_SIGN_OFF:
        return "signed off without an answer";
    case SESSION_ECHO:
        return "no answer to the echo";
    case SESSION_KEY_EXCHANGE:
    case SESSION_CUT_OVER:
    case SESSION_CUT_OVER_END:
        break;
    }
    return "no answer";
}

struct session_step session_tick(struct session *session, instant_us now)
{
    struct session_step step = {0};
    if (session->state == ADAPTER_DOWN) {
        return step;
    }
    if (session->awaited_code != 0) {
        if (now >= session->awaited_until) {
            step.reason = silence_reason(session->awaited_code);
        }
        return step;
    }
    if (session->is_leaving) {
        if (session->state == ADAPTER_UP) {
            step.send_code = SESSION_SIGN_OFF;
        } else {
            step.reason = "signed off";
        }
        return step;
    }
    if (session->state == ADAPTER_CONNECTED && session->sign_on == LINK_US &&
        now >= session->sign_on_at) {
        step.send_code = SESSION_SIGN_ON;
    } else if (now - session->heard_at >= session->echo_us) {
        step.send_code = SESSION_ECHO;
    }
    return step;
}

void session_sent(struct session *session, int network_code, int64_t trace, instant_us now)
{
    session->awaited_code = network_code;
    session->awaited_trace = trace;
    session->awaited_until = now + session->reply_us;
}

bool session_asked(struct session *session, int network_code, instant_us now)
{
    switch ((enum session_code)network_code) {
    case SESSION_SIGN_ON:
        session->state = ADAPTER_UP;
        return true;
    case SESSION_SIGN_OFF:
        session->state = ADAPTER_CONNECTED;
        session->sign_on_at = now + session->echo_us;
        return true;
    case SESSION_KEY_EXCHANGE:
    case SESSION_CUT_OVER:
    case SESSION_CUT_OVER_END:
    case SESSION_ECHO:
        return true;
    }
    return false;
}

bool session_answered(struct session *session, int64_t trace, bool is_done, instant_us now)
{
    if (session->awaited_code == 0 || trace != session->awaited_trace) {
        return false;
    }
    int network_code = session->awaited_code;
    session->awaited_code = 0;
    if (network_code == SESSION_SIGN_ON) {
        session->state = is_done ? ADAPTER_UP : ADAPTER_CONNECTED;
        session->sign_on_at = now + session->echo_us;
    } else if (network_code == SESSION_SIGN_OFF) {
        session->state = ADAPTER_CONNECTED;
    }
    return true;
}

void session_leave(struct session *session)
{
    session->is_leaving = true;
    if (session->awaited_code != SESSION_SIGN_OFF) {
        session->awaited_code = 0;
    }
}

instant_us session_deadline(const struct session *session)
{
    if (session->state == ADAPTER_DOWN) {
        return INSTANT_NONE;
    }
    if (session->awaited_code != 0) {
        return session->awaited_until;
    }
    instant_us echo_at = session->heard_at + session->echo_us;
    bool is_signing = session->state == ADAPTER_CONNECTED && session->sign_on == LINK_US;
    return is_signing && session->sign_on_at < echo_at ? session->sign_on_at : echo_at;
}
