#pragma once
/* Pending transfers that run out by their own time: the system's command makes it so. */
#include "gateway/business/rule.h"

struct pending_expire {
    instant_us until; /* those due at this time; never later than now */
};

struct pending_expire_answer {
    int64_t expired_count;
};

extern const struct record pending_expire_record;
extern const struct record pending_expire_answer_record;

rule pending_expire;
