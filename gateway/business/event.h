#pragma once
/*
 * What the parties concerned are told: one event each, with a small JSON body made here.
 * Amounts, dates and codes only: no name and no number of a person.
 */
#include <stddef.h>
#include <stdint.h>

#include "gateway/business/rule.h"
#include "ledger/base/bytes.h"

enum {
    NOTICE_PARTY_COUNT_MAX = 10
};

struct notice {
    struct event event;
    struct writer body;
    int64_t parties[NOTICE_PARTY_COUNT_MAX];
    size_t party_count;
};

/* `type` is a constant; the notice must not move in memory until it is sent. */
void notice_begin(struct notice *notice, const char *type, const char *subject);
void notice_text(struct notice *notice, const char *name, const char *text);
void notice_integer(struct notice *notice, const char *name, int64_t value);
void notice_money(struct notice *notice, const char *name, struct money money);
/* Nothing is written for DATE_NONE. */
void notice_date(struct notice *notice, const char *name, date_days date);
/* Adds a party to tell; 0 and repeats are left out. */
void notice_to(struct notice *notice, int64_t party_number);
void notice_send(struct context *context, struct notice *notice);
