#pragma once
/*
 * Webhooks: a party's own address to which its events are posted, in order, each until it is taken
 * or dead (Standard Webhooks, https://www.standardwebhooks.com). What is delivered is a position in
 * the party's events; what was given up lies in dead letters and can be sent once more.
 *
 *   active <-> paused;  active -> disabled (the receiver said 410) -> active;  any -> removed
 */
#include <stdbool.h>

#include "gateway/business/rule.h"

enum {
    WEBHOOK_NAME_SIZE = 25,
    WEBHOOK_URL_SIZE = 513,
    WEBHOOK_SECRET_SIZE = 97, /* "whsec_" and the base64 of 24 to 64 bytes */
    WEBHOOK_TYPE_SIZE = 65,
    WEBHOOK_TYPE_COUNT_MAX = 16,
    WEBHOOK_REASON_SIZE = 121,
    WEBHOOK_COUNT_MAX = 8, /* of one party */
    WEBHOOK_NUMBER_DIGITS = 12,
};

/* After a rotation both secrets sign for this long. */
#define WEBHOOK_ROTATION_US (INT64_C(86400) * INSTANT_US_PER_SECOND)

enum webhook_signature {
    WEBHOOK_HMAC = 1,
    WEBHOOK_ED25519 = 2,
};

enum webhook_state {
    WEBHOOK_ACTIVE = 1,
    WEBHOOK_PAUSED = 2,
    WEBHOOK_DISABLED = 3,
    WEBHOOK_REMOVED = 4,
};

enum dead_letter_state {
    DEAD_LETTER_DEAD = 1,
    DEAD_LETTER_QUEUED = 2, /* to be sent once more */
    DEAD_LETTER_DELIVERED = 3,
};

/* Events whose type begins with it are delivered. */
struct webhook_type {
    char prefix[WEBHOOK_TYPE_SIZE];
};

struct webhook {
    char key[DOCUMENT_KEY_SIZE]; /* "<party>/<name>" */
    char party[PARTY_ID_SIZE];
    int64_t party_number;
    char name[WEBHOOK_NAME_SIZE];
    char url[WEBHOOK_URL_SIZE];
    int32_t signature;
    char secret[WEBHOOK_SECRET_SIZE];          /* of WEBHOOK_HMAC */
    char previous_secret[WEBHOOK_SECRET_SIZE]; /* signs too until: */
    instant_us previous_until;
    int32_t state;
    struct list types;     /* of struct webhook_type; none: all events */
    int64_t generation;    /* rises when the position is set anew: reports of before are ignored */
    int64_t since_command; /* events of earlier commands are not delivered */
    int64_t delivered_to;  /* number of the last event delivered, dead or not wanted */
    instant_us failing_since;
    int64_t attempt_count; /* failed ones of the next event */
    instant_us retry_at;
    int64_t last_status; /* of the last failure: HTTP status, 0 = there was no answer */
    char last_reason[WEBHOOK_REASON_SIZE];
    int64_t dead_count;
};

/* How many a party has. */
struct webhook_roll {
    char party[PARTY_ID_SIZE];
    int64_t count;
};

struct dead_letter {
    char key[DOCUMENT_KEY_SIZE]; /* "<party>/<name>/<number in 12 digits>" */
    char party[PARTY_ID_SIZE];
    char webhook[DOCUMENT_KEY_SIZE];
    int64_t number; /* of the event */
    char type[WEBHOOK_TYPE_SIZE];
    int32_t state;
    int64_t attempt_count;
    int64_t last_status;
    char last_reason[WEBHOOK_REASON_SIZE];
    instant_us died_at;
};

/* webhook.register, for the caller itself. */
struct webhook_register {
    char name[WEBHOOK_NAME_SIZE];
    char url[WEBHOOK_URL_SIZE];
    int32_t signature;
    char secret[WEBHOOK_SECRET_SIZE];
    struct list types;
};

/* webhook.change: what is given; either one ends a wait for the next attempt. */
struct webhook_change {
    char name[WEBHOOK_NAME_SIZE];
    char url[WEBHOOK_URL_SIZE];
    int32_t state; /* WEBHOOK_ACTIVE or WEBHOOK_PAUSED */
};

struct webhook_rotate {
    char name[WEBHOOK_NAME_SIZE];
    char secret[WEBHOOK_SECRET_SIZE];
};

struct webhook_named {
    char name[WEBHOOK_NAME_SIZE];
};

/* webhook.replay: from this event on, again or for the first time. */
struct webhook_replay {
    char name[WEBHOOK_NAME_SIZE];
    int64_t from;
};

/* webhook.redeliver: one dead letter, once more. */
struct webhook_redeliver {
    char name[WEBHOOK_NAME_SIZE];
    int64_t number;
};

struct webhook_answer {
    char webhook[DOCUMENT_KEY_SIZE];
    int32_t state;
    int64_t delivered_to;
};

/* --- what the system reports --- */

/* webhook.delivered: everything up to this event. */
struct webhook_delivered {
    char webhook[DOCUMENT_KEY_SIZE];
    int64_t generation;
    int64_t up_to;
};

/* webhook.failed: event `number` is tried again; webhook.dead: it is not; webhook.disable: the
 * receiver wants no more. All before it are delivered. */
struct webhook_failure {
    char webhook[DOCUMENT_KEY_SIZE];
    int64_t generation;
    int64_t number;
    char type[WEBHOOK_TYPE_SIZE];
    int64_t attempt_count;
    int64_t status;
    char reason[WEBHOOK_REASON_SIZE];
    instant_us retry_at;
};

/* webhook.redelivered: what became of a queued dead letter. */
struct webhook_redelivered {
    char letter[DOCUMENT_KEY_SIZE];
    int32_t state; /* DEAD_LETTER_DELIVERED or DEAD_LETTER_DEAD */
    int64_t status;
    char reason[WEBHOOK_REASON_SIZE];
};

extern const struct record webhook_record;
extern const struct record webhook_roll_record;
extern const struct record dead_letter_record;
extern const struct record webhook_register_record;
extern const struct record webhook_change_record;
extern const struct record webhook_rotate_record;
extern const struct record webhook_named_record;
extern const struct record webhook_replay_record;
extern const struct record webhook_redeliver_record;
extern const struct record webhook_answer_record;
extern const struct record webhook_delivered_record;
extern const struct record webhook_failure_record;
extern const struct record webhook_redelivered_record;

rule webhook_register;
rule webhook_change;
rule webhook_rotate;
rule webhook_remove;
rule webhook_replay;
rule webhook_redeliver;
rule webhook_delivered;
rule webhook_failed;
rule webhook_dead;
rule webhook_disable;
rule webhook_redelivered;

/* webhook_text.c: what may stand in a registration */
bool webhook_name_is_good(const char *name);
/* https://host[:port][/path]: no user, no fragment, port 443 or from 1024; so plain that no two
 * readers of it can disagree. */
bool webhook_url_is_good(const char *url);
bool webhook_secret_is_good(const char *secret);
/* No prefixes: all types. */
bool webhook_wants(const struct webhook *webhook, const char *type);

/* webhook.c, for the reports: a webhook that is not removed. */
const struct webhook *webhook_find(struct context *context, const char *key);
void webhook_put(struct context *context, struct webhook *webhook);
void webhook_fill_answer(const struct webhook *webhook, void *answer_out);
void webhook_tell(struct context *context, const struct webhook *webhook, const char *what);
void dead_letter_key(const char *webhook, int64_t number, char key_out[DOCUMENT_KEY_SIZE]);
