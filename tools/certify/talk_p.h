#pragma once
/* The inside of a talk: the connection (talk.c), and what is said and heard on it (talk_say.c). */
#include <event2/event.h>

#include "tools/certify/talk.h"

enum {
    TALK_PREFIX_SIZE_MAX = 4,
};

struct talk {
    const struct link_config *config;
    struct house *house;
    struct transcript *transcript;
    struct event_base *base;
    struct event *timer;
    bool is_late; /* the timer has run out */
    struct wire *wire;
    uint64_t connection; /* 0 = none */
    char peer[80];
    char reason[TALK_WHY_SIZE]; /* of the end, or of the last failure */
    size_t failure_count;
    struct seal seal;
    struct iso8583_framer framer;
    uint8_t frame[LINK_MESSAGE_SIZE_MAX];

    /* The question being asked. */
    bool is_asking;
    enum talk_fit fit;
    const struct draft *asked;
    struct talk_reply *reply;
    uint8_t answer_bytes[LINK_MESSAGE_SIZE_MAX];
    uint8_t answer_scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
    struct iso8583_message answer;

    uint8_t output[TALK_PREFIX_SIZE_MAX + LINK_MESSAGE_SIZE_MAX];
    struct iso8583_message working;
    struct iso8583_message heard;
    struct draft draft; /* answers of ours */
    uint8_t scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
};

/* One message of the bank, without prefix. */
void talk_hear(struct talk *talk, struct iso8583_view frame);
/* Encodes, seals, spoils and sends. False: why_out. */
MUST_CHECK bool talk_say(struct talk *talk,
                         struct draft *draft,
                         enum talk_damage damage,
                         char why_out[TALK_WHY_SIZE]);
