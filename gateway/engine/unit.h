#pragma once
/*
 * A unit of work: the commands of one request, run together by the engine. Made by the door (I/O
 * thread), handed over with engine_submit, given back by `done` on the engine's thread once
 * everything it saw and did is durable.
 *
 *   UNIT_ATOMIC       all commands or none; the first refusal refuses the rest
 *   UNIT_INDEPENDENT  each command for itself, in order
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/rule.h"
#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

struct vault;

enum {
    UNIT_COMMAND_COUNT_MAX = 8190,
    IDEMPOTENCY_KEY_SIZE = 256,
};

enum unit_mode {
    UNIT_ATOMIC,
    UNIT_INDEPENDENT,
};

enum unit_purpose {
    UNIT_COMMIT,
    UNIT_DRY_RUN, /* the same code, then everything is taken back */
};

enum unit_status {
    UNIT_WAITING,
    UNIT_ANSWERED,      /* each command has its result, and what was done is durable */
    UNIT_NOT_COMMITTED, /* nothing happened; the same keys may be sent again */
    UNIT_IN_DOUBT,  /* whether it was committed is not known; a repeat with the same keys tells */
    UNIT_TOO_LARGE, /* its effects do not fit one transaction */
};

enum command_result {
    COMMAND_NONE,
    COMMAND_DONE,
    COMMAND_REPLAYED, /* the stored answer of an earlier, equal command: `stored_answer` */
    COMMAND_REFUSED,
};

/* What the store knows of a command's idempotency key. */
enum command_lookup {
    LOOKUP_NOT_ASKED,
    LOOKUP_ABSENT,
    LOOKUP_FOUND,
};

struct command {
    const struct command_type *type;
    void *body;          /* type->command->size bytes */
    void *answer;        /* type->answer->size bytes, zeroed */
    struct bytes sealed; /* the stored form of body */
    uint8_t fingerprint[32];
    char idempotency_key[IDEMPOTENCY_KEY_SIZE];
    uint64_t key_hash; /* the engine's: presence_command_hash */

    enum command_result result;
    int64_t seq;
    struct bytes stored_answer; /* CBOR of type->answer, in the unit's arena */

    enum command_lookup lookup;
    uint8_t found_fingerprint[32];
    struct bytes found_answer;
    int64_t found_seq;

    struct refusal refusal; /* of a REFUSED one; must stay last: see unit_prepare */
};

struct unit {
    enum unit_mode mode;
    enum unit_purpose purpose;
    enum unit_status status;
    char actor[PARTY_ID_SIZE];      /* party id; "" = the system */
    char actor_user[PARTY_ID_SIZE]; /* which person of it; "" = not said */
    unsigned actor_role;
    struct arena arena; /* commands, bodies and answers live here */
    struct command *commands;
    size_t command_count;
    void (*done)(struct unit *unit);
    void *owner;
    struct unit *next;
    bool is_actor_known;  /* the engine's: actor_number is set */
    int64_t actor_number; /* party number; 0 for the system and for the very first operator */
};

/* Room for `command_count` commands and `arena_size` bytes of bodies. NULL: out of memory bounds.
 */
struct unit *unit_create(size_t command_count, size_t arena_size);
void unit_destroy(struct unit *unit);
/* Answer space for command `index` of `type`; NULL when the arena is full. */
struct command *unit_prepare(struct unit *unit, size_t index, const struct command_type *type);

/* A copy of `body` with its stored form and fingerprint: the command of a system unit. Lists and
 * bytes of the body must live as long as the unit. False: the arena is full. */
MUST_CHECK bool unit_fill(struct unit *unit,
                          size_t index,
                          const struct command_type *type,
                          const void *body,
                          const char *idempotency_key,
                          struct vault *vault);

/* A first-in first-out list of units. */
struct unit_list {
    struct unit *head;
    struct unit *tail;
    size_t count;
};

void unit_list_append(struct unit_list *list, struct unit *unit);
struct unit *unit_list_take(struct unit_list *list);
/* Moves all of `from` behind `to`. */
void unit_list_join(struct unit_list *to, struct unit_list *from);
