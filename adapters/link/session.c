#include "adapters/link/session.h"

#define US_PER_MS   INT64_C(1000)
#define US_PER_HOUR (3600 * INSTANT_US_PER_SECOND)

void session_start(struct session *session, const struct link_config *config)
{
    *session = (struct session){
        .sign_on = (enum link_side)config->sign_on,
        .echo_us = config->echo_ms * US_PER_MS,
        .reply_us = config->reply_ms * US_PER_MS,
        .key_every_us = config->key_exchange_every_hours * US_PER_HOUR,
        .state = ADAPTER_DOWN,
    };
}

/* Each connection begins with the key of the file, so the first thing is another. */
static void go_up(struct session *session, instant_us now)
{
    session->state = ADAPTER_UP;
    session->key_at = now;
    session->cut_over_at = now;
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
        return "no answer to the key exchange";
    case SESSION_CUT_OVER:
        return "no answer to the cut-over";
    case SESSION_CUT_OVER_END:
        break;
    }
    return "no answer";
}

static bool is_key_due(const struct session *session, instant_us now)
{
    return session->state == ADAPTER_UP && session->key_every_us != 0 && now >= session->key_at;
}

static bool is_cut_over_due(const struct session *session, instant_us now)
{
    return session->state == ADAPTER_UP && session->day_wanted > session->day &&
           now >= session->cut_over_at;
}

static struct session_step overdue(const struct session *session)
{
    if (session->awaited_code == SESSION_KEY_EXCHANGE &&
        session->repeat_count < SESSION_KEY_REPEAT_MAX) {
        return (struct session_step){.send_code = SESSION_KEY_EXCHANGE,
                                     .repetition = SESSION_AGAIN};
    }
    return (struct session_step){.reason = silence_reason(session->awaited_code)};
}

struct session_step session_tick(struct session *session, instant_us now)
{
    struct session_step step = {0};
    if (session->state == ADAPTER_DOWN) {
        return step;
    }
    if (session->awaited_code != 0) {
        return now >= session->awaited_until ? overdue(session) : step;
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
    } else if (is_key_due(session, now)) {
        step.send_code = SESSION_KEY_EXCHANGE;
    } else if (is_cut_over_due(session, now)) {
        step.send_code = SESSION_CUT_OVER;
    } else if (now - session->heard_at >= session->echo_us) {
        step.send_code = SESSION_ECHO;
    }
    return step;
}

void session_sent(struct session *session, int network_code, int64_t trace, instant_us now)
{
    bool is_again = session->awaited_code == network_code && session->awaited_trace == trace;
    session->repeat_count = is_again ? session->repeat_count + 1 : 0;
    session->awaited_code = network_code;
    session->awaited_trace = trace;
    session->awaited_until = now + session->reply_us;
}

void session_want_day(struct session *session, date_days day)
{
    session->day_wanted = day;
}

bool session_is_rekeying(const struct session *session)
{
    return session->awaited_code == SESSION_KEY_EXCHANGE;
}

void session_rekeyed(struct session *session, instant_us now)
{
    session->awaited_code = 0;
    session->key_at = now + session->key_every_us;
}

bool session_asked(struct session *session, int network_code, instant_us now)
{
    switch ((enum session_code)network_code) {
    case SESSION_SIGN_ON:
        go_up(session, now);
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

int session_answered(struct session *session, int64_t trace, bool is_done, instant_us now)
{
    if (session->awaited_code == 0 || trace != session->awaited_trace) {
        return 0;
    }
    int network_code = session->awaited_code;
    session->awaited_code = 0;
    switch ((enum session_code)network_code) {
    case SESSION_SIGN_ON:
        session->state = ADAPTER_CONNECTED;
        session->sign_on_at = now + session->echo_us;
        if (is_done) {
            go_up(session, now);
        }
        break;
    case SESSION_SIGN_OFF:
        session->state = ADAPTER_CONNECTED;
        break;
    case SESSION_KEY_EXCHANGE:
        session->key_at = now + (is_done ? session->key_every_us : session->echo_us);
        break;
    case SESSION_CUT_OVER:
        session->cut_over_at = is_done ? now : now + session->echo_us;
        break;
    case SESSION_CUT_OVER_END:
    case SESSION_ECHO:
        break;
    }
    return network_code;
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
    instant_us next = session->heard_at + session->echo_us;
    bool is_up = session->state == ADAPTER_UP;
    const struct {
        bool is_coming;
        instant_us at;
    } others[] = {
        {!is_up && session->sign_on == LINK_US,       session->sign_on_at },
        {is_up && session->key_every_us != 0,         session->key_at     },
        {is_up && session->day_wanted > session->day, session->cut_over_at},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        next = others[i].is_coming && others[i].at < next ? others[i].at : next;
    }
    return next;
}
