#pragma once
/* Draws what a script does to one message. */
#include "tools/bank/script.h"

struct judge {
    const struct script *script;
    uint64_t seed;
    struct map attempts; /* how often a message came */
};

struct verdict {
    unsigned actions; /* bit per script_action */
    int64_t delay_us;
    int64_t decide_us; /* SCRIPT_PENDING: after this, < 0 never */
    char code[3];      /* SCRIPT_CODE */
};

void judge_create(struct judge *judge, const struct script *script, uint64_t seed);
void judge_destroy(struct judge *judge);
/* `identity` is a hash of what names the message, repeats included. */
struct verdict judge_draw(struct judge *judge, enum script_event event, uint64_t identity);
/* Whether something of this chance happens to `identity`; `purpose` keeps draws apart. */
bool judge_happens(const struct judge *judge, int64_t chance, uint64_t identity, uint64_t purpose);
int64_t judge_between(const struct judge *judge, int64_t from, int64_t to, uint64_t identity);

static inline bool verdict_has(const struct verdict *verdict, enum script_action action)
{
    return (verdict->actions & (1U << action)) != 0;
}
