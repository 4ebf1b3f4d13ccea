#pragma once
/* A record with every type of field and every flag. */
#include "gateway/records/record.h"

enum demonstration_kind {
    KIND_RETAIL = 1,
    KIND_BULK = 2
};
enum demonstration_scope {
    SCOPE_AIR = 1,
    SCOPE_SEA = 2,
    SCOPE_RAIL = 4
};

struct demonstration_part {
    char code[9];
    int64_t weight;
};

struct demonstration_line {
    char goods[31];
    int64_t quantity;
    struct money price;
    char signer[41];
    struct list parts;
};

struct demonstration_person {
    char name[41];
    char id_number[19];
    char phone[17];
    bool is_adult;
};

struct demonstration {
    char id[18];
    int32_t kind;
    uint32_t scopes;
    int64_t count;
    int64_t serial;
    bool is_urgent;
    struct money amount;
    int64_t rate;
    date_days due;
    instant_us at;
    struct bytes stamp;
    struct demonstration_person holder;
    struct list lines;
    char note[61];
    char buyer[41];
    char password[33];
};

enum {
    DEMONSTRATION_LINES_MAX = 5,
    DEMONSTRATION_PARTS_MAX = 3,
    DEMONSTRATION_STAMP_MAX = 64
};

extern const struct record demonstration_record;
extern const struct record demonstration_line_record;

struct random {
    uint64_t state;
};
uint64_t random_next(struct random *random);
/* Any valid value of the record; lists and bytes in the arena. */
struct demonstration demonstration_random(struct random *random, struct arena *arena);
