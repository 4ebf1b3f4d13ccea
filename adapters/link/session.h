#pragma once
/*
 * Who is signed on, and whether the other side still lives.
 *
 *   down ──opened──> connected ──001──> up ──002──> connected
 *    ^                                              │
 *    └───────────── closed, echo unanswered ────────┘
 *
 * Pure: time is passed in (monotonic), what is to be done comes back. At most one management
 * message of ours waits for its answer.
 */
#include <stdbool.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "adapters/link/link_config.h"

enum session_code {
    SESSION_SIGN_ON = 1,
    SESSION_SIGN_OFF = 2,
    SESSION_KEY_EXCHANGE = 161,
    SESSION_CUT_OVER = 201,
    SESSION_CUT_OVER_END = 202,
    SESSION_ECHO = 301,
};

struct session {
    enum link_side sign_on;
    int64_t echo_us;
    int64_t reply_us;
    int64_t key_every_us; /* 0: we send no keys */
    enum adapter_state state;
    instant_us heard_at;
    instant_us sign_on_at;  /* when to (try again to) sign on */
    instant_us key_at;      /* when to send the next key */
    instant_us cut_over_at; /* not to be refused all the time */
    date_days day;          /* the bank's, as far as it is known */
    date_days day_wanted;   /* we announce it; DATE_NONE: the bank does */
    bool is_leaving;
    int awaited_code; /* of ours, 0 = none */
    int64_t awaited_trace;
    instant_us awaited_until;
    int repeat_count; /* of the message awaited */
};

enum {
    SESSION_KEY_REPEAT_MAX = 2
};

enum session_repetition {
    SESSION_FIRST,
    SESSION_AGAIN, /* the very message sent last */
};

/* What to do now: at most one of the two. */
struct session_step {
    int send_code; /* a management message; then session_sent */
    enum session_repetition repetition;
    const char *reason; /* to close the connection with; NULL = stay */
};

void session_start(struct session *session, const struct link_config *config);
void session_opened(struct session *session, instant_us now);
void session_closed(struct session *session);
/* Anything of the bank that was understood. */
void session_heard(struct session *session, instant_us now);
struct session_step session_tick(struct session *session, instant_us now);
void session_sent(struct session *session, int network_code, int64_t trace, instant_us now);
/* The day we are to announce, when it is we who do. */
void session_want_day(struct session *session, date_days day);
/* Whether a key of ours is on its way. */
bool session_is_rekeying(const struct session *session);
/* The bank has shown in another way that it has the key. */
void session_rekeyed(struct session *session, instant_us now);
/* A management message of the bank. False: a code we do not know. */
bool session_asked(struct session *session, int network_code, instant_us now);
/* An answer to one of ours: which; 0: not the one awaited. */
int session_answered(struct session *session, int64_t trace, bool is_done, instant_us now);
/* Signs off, then closes. */
void session_leave(struct session *session);
/* When session_tick next has something to say; INSTANT_NONE: not by itself. */
instant_us session_deadline(const struct session *session);
