#pragma once
/*
 * The connection of a link file, held by hand: one question of ours at a time, with its answer, or
 * why there is none; questions of the bank are answered by the house meanwhile. Everything said and
 * heard goes into the transcript. Calls wait, and turn their own loop.
 */
#include "adapters/link/mapping.h"
#include "adapters/wire/wire.h"
#include "tools/certify/house.h"
#include "tools/certify/transcript.h"

enum {
    TALK_WHY_SIZE = 200,
};

struct talk;

enum talk_damage {
    TALK_SOUND,
    TALK_WRONG_CODE,
    TALK_BAD_CHARACTER, /* in field 4 */
    TALK_CUT,           /* the last bytes of the message are missing, its length is right */
};

/* What is taken for the answer. */
enum talk_fit {
    TALK_STRICT, /* as the gateway does: equal in every field of `match`, and in 3, 4, 49 */
    TALK_LOOSE,  /* any answer that does not name another trace */
};

struct talk_question {
    struct draft *draft;
    enum talk_damage damage;
    enum talk_fit fit;
    int64_t timeout_us;
};

enum talk_end {
    TALK_ANSWERED,
    TALK_ODD,    /* what came is no answer: `why` and `field` */
    TALK_SILENT, /* in time */
    TALK_CLOSED,
    TALK_UNSENT, /* a value does not fit its field, or no connection */
};

struct talk_reply {
    enum talk_end end;
    char code[3]; /* field 39; "" = none */
    char why[TALK_WHY_SIZE];
    size_t entry;                          /* of the transcript */
    const struct iso8583_message *message; /* until the next question; NULL = none */
};

/* `config`, `house` and `transcript` live as long as the talk. */
struct talk *
talk_create(const struct link_config *config, struct house *house, struct transcript *transcript);
void talk_destroy(struct talk *talk);
/* A new connection, the old one closed. False: why. */
MUST_CHECK bool talk_connect(struct talk *talk, int64_t timeout_us, char why_out[TALK_WHY_SIZE]);
/* What was said is still sent. */
void talk_close(struct talk *talk);
bool talk_is_open(const struct talk *talk);
/* A new key of ours in hexadecimal digits (SEAL_TEXT_SIZE); it holds after talk_confirm_key. */
MUST_CHECK bool talk_renew_key(struct talk *talk, char *text_out);
void talk_confirm_key(struct talk *talk);
/* "127.0.0.1:7001" of the last connection. */
const char *talk_peer(const struct talk *talk);
/* False: plain TCP. */
MUST_CHECK bool talk_session(const struct talk *talk, struct wire_session *session_out);

void talk_ask(struct talk *talk,
              const struct talk_question *question,
              struct talk_reply *reply_out);
/* Listens until `count`, one of the house's, is above `least`; false when it is not in time or the
 * connection ends. */
MUST_CHECK bool
talk_await(struct talk *talk, const size_t *count, size_t least, int64_t timeout_us);
void talk_listen(struct talk *talk, int64_t duration_us);
