#pragma once
/*
 * What goes wrong at this bank, and when: a text, one rule a line; a word that starts with '#'
 * starts a comment.
 *
 *   on EVENT CHANCE ACTION            each message of that kind, every rule drawn by itself
 *   at DURATION COMMAND               a command of control.h, once
 *   every DURATION COMMAND            again and again
 *   advise COUNT rate N/s ...         as `at 0s advise COUNT rate N/s ...`
 *   return CHANCE of payments after DURATION
 *   statement lose|duplicate|alter CHANCE
 *
 * EVENT: pay inquire reverse totals management advice. CHANCE: 3%, 0.25%, always. DURATION: 900ms,
 * 25s, 2m; a range is 200..900ms. What is drawn depends on the seed, the message and how often it
 * came, never on the time: the same seed and the same messages make the same books.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/date.h"
#include "ledger/base/map.h"
#include "ledger/base/status.h"

enum {
    SCRIPT_RULE_COUNT_MAX = 256,
    SCRIPT_COMMAND_SIZE = 256,
    SCRIPT_REASON_SIZE = 200,
    SCRIPT_CERTAIN = 1000000, /* chances are in millionths */
};

enum script_event {
    SCRIPT_PAY,
    SCRIPT_INQUIRE,
    SCRIPT_REVERSE,
    SCRIPT_TOTALS,
    SCRIPT_MANAGEMENT,
    SCRIPT_ADVICE, /* one of ours, about to be sent */
};

enum script_action {
    SCRIPT_DROP_REQUEST, /* as if it had never arrived; an advice is not sent this time */
    SCRIPT_DROP_REPLY,   /* done and recorded, not said */
    SCRIPT_DUPLICATE,    /* said twice */
    SCRIPT_DELAY,        /* said after DURATION, others overtake; also late_reply and reorder */
    SCRIPT_WRONG_MAC,
    SCRIPT_WRONG_AMOUNT,           /* said with one minor unit too much */
    SCRIPT_CODE,                   /* a new order is refused with this code, other questions are
                                      answered with it and nothing is done */
    SCRIPT_PENDING,                /* accepted, decided after DURATION if given */
    SCRIPT_DISCONNECT_MID_MESSAGE, /* half of what is said, then the end of the connection */
};

struct script_rule {
    enum script_event event;
    enum script_action action;
    int64_t chance;
    int64_t from_us;
    int64_t to_us;
    char code[3];
};

struct script_timer {
    int64_t after_us;
    bool is_repeated;
    char command[SCRIPT_COMMAND_SIZE];
};

struct script {
    struct script_rule rules[SCRIPT_RULE_COUNT_MAX];
    size_t rule_count;
    struct script_timer timers[SCRIPT_RULE_COUNT_MAX];
    size_t timer_count;
    int64_t return_chance;
    int64_t return_after_us;
    int64_t lose_chance; /* of a statement's lines */
    int64_t duplicate_chance;
    int64_t alter_chance;
};

/* `command_is_known` judges the first word of a command. False: "PATH:LINE: what is wrong". */
MUST_CHECK bool script_load(const char *path,
                            bool (*command_is_known)(const char *word),
                            struct script *script_out,
                            char reason_out[SCRIPT_REASON_SIZE]);

/* "900ms", "25s", "2m", "1h", and ranges of them such as "200..900ms". */
MUST_CHECK bool script_parse_duration(const char *word, int64_t *from_us_out, int64_t *to_us_out);
/* "100..100000" or "100": whole numbers from 0. */
MUST_CHECK bool script_parse_range(const char *word, int64_t *from_out, int64_t *to_out);
