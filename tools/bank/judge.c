#include "tools/bank/judge.h"

#include <string.h>

#include "ledger/base/hash.h"

enum {
    ATTEMPT_COUNT_MAX = 1 << 22, /* then all are forgotten */
    DELAY_PURPOSE = 1000,
    AMOUNT_PURPOSE = 2000,
};

void judge_create(struct judge *judge, const struct script *script, uint64_t seed)
{
    *judge = (struct judge){.script = script, .seed = seed};
    map_create(&judge->attempts, 1024);
}

void judge_destroy(struct judge *judge)
{
    map_destroy(&judge->attempts);
}

static uint64_t mix(const struct judge *judge, uint64_t identity, uint64_t purpose)
{
    return hash_u64(hash_u64(identity ^ hash_u64(judge->seed)) + purpose);
}

bool judge_happens(const struct judge *judge, int64_t chance, uint64_t identity, uint64_t purpose)
{
    return (int64_t)(mix(judge, identity, purpose) % SCRIPT_CERTAIN) < chance;
}

int64_t judge_between(const struct judge *judge, int64_t from, int64_t to, uint64_t identity)
{
    uint64_t width = (uint64_t)(to - from) + 1;
    return from + (int64_t)(mix(judge, identity, AMOUNT_PURPOSE) % width);
}

static uint32_t attempt_count(struct judge *judge, uint64_t identity)
{
    size_t cursor;
    if (judge->attempts.count >= ATTEMPT_COUNT_MAX) {
        map_destroy(&judge->attempts);
        map_create(&judge->attempts, 1024);
    }
    uint32_t count = map_first(&judge->attempts, identity, &cursor);
    if (count == MAP_NONE) {
        count = 0;
    } else {
        map_remove(&judge->attempts, identity, count);
    }
    map_put(&judge->attempts, identity, count + 1);
    return count;
}

static bool has_rules(const struct script *script, enum script_event event)
{
    for (size_t i = 0; i < script->rule_count; i++) {
        if (script->rules[i].event == event) {
            return true;
        }
    }
    return false;
}

struct verdict judge_draw(struct judge *judge, enum script_event event, uint64_t identity)
{
    struct verdict verdict = {.decide_us = -1};
    const struct script *script = judge->script;
    if (!has_rules(script, event)) {
        return verdict;
    }
    uint64_t named = hash_u64(identity + (uint64_t)event);
    uint64_t drawn = hash_u64(named + attempt_count(judge, named));
    for (size_t i = 0; i < script->rule_count; i++) {
        const struct script_rule *rule = &script->rules[i];
        if (rule->event != event || !judge_happens(judge, rule->chance, drawn, i)) {
            continue;
        }
        verdict.actions |= 1U << rule->action;
        int64_t us = judge_between(judge, rule->from_us, rule->to_us, drawn + DELAY_PURPOSE + i);
        switch (rule->action) {
        case SCRIPT_DELAY:
            verdict.delay_us += us;
            break;
        case SCRIPT_PENDING:
            verdict.decide_us = us;
            break;
        case SCRIPT_CODE:
            memcpy(verdict.code, rule->code, sizeof verdict.code);
            break;
        case SCRIPT_DROP_REQUEST:
        case SCRIPT_DROP_REPLY:
        case SCRIPT_DUPLICATE:
        case SCRIPT_WRONG_MAC:
        case SCRIPT_WRONG_AMOUNT:
        case SCRIPT_DISCONNECT_MID_MESSAGE:
            break;
        }
    }
    return verdict;
}
