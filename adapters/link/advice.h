#pragma once
/*
 * What the bank says of its own accord, from fields to neutral words. Each reader answers NULL, or
 * the code (field 39) that refuses the message; then its output means nothing.
 */
#include "adapters/adapter.h"
#include "adapters/iso8583/iso8583.h"
#include "adapters/link/link_config.h"

enum advice_kind {
    ADVICE_MANAGEMENT, /* 0800, 0820 */
    ADVICE_FUNDS,      /* money received, or a payment of ours that comes back */
    ADVICE_TOTALS,     /* 0500, 0520 */
    ADVICE_ANSWER,     /* an even function and one: the answer to something */
    ADVICE_OTHER,      /* a question nobody here answers but with 40 */
};

enum advice_kind advice_kind(const struct link_config *config,
                             const struct iso8583_message *message);

/* Fields every question must have (7, 11), and field 7 near enough to now. */
const char *advice_check(const struct link_config *config,
                         const struct iso8583_message *message,
                         instant_us now);
const char *advice_read_funds(const struct link_config *config,
                              const struct iso8583_message *message,
                              instant_us now,
                              struct adapter_advice *advice_out);
const char *advice_read_totals(const struct iso8583_message *message,
                               instant_us now,
                               struct day_totals *totals_out);
/* Field 15 as a date; false when it is there and none. DATE_NONE when it is not there. */
MUST_CHECK bool
advice_day(const struct iso8583_message *message, instant_us now, date_days *day_out);
/* The field without the blanks behind it; cut to `size` with its NUL. */
void advice_text(const struct iso8583_message *message, int field, char *text_out, size_t size);
/* Field 70, or -1. */
int advice_network_code(const struct iso8583_message *message);
