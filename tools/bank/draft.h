#pragma once
/* A message being written, with the memory its values live in, and the fields of one being read. */
#include "adapters/iso8583/iso8583.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    DRAFT_TEXT_SIZE = 4096
};

struct draft {
    struct iso8583_message message;
    char text[DRAFT_TEXT_SIZE];
    size_t text_size;
};

void draft_start(struct draft *draft, const char *mti);
/* Values are copied; "" is not set. Too long for the draft: not set. */
void draft_text(struct draft *draft, int field, const char *text);
void draft_bytes(struct draft *draft, int field, const void *data, size_t size);
/* `number` >= 0 with zeros before it. */
void draft_number(struct draft *draft, int field, int64_t number, int digits);
/* The date as MMDD. */
void draft_day(struct draft *draft, int field, date_days day);
/* Fields 7 and 11 of a message of our own. */
void draft_stamp(struct draft *draft, instant_us now, int64_t trace);
/* The answer to `request`: its MTI, and the fields an answer carries back as far as they were
 * there. Values stay where the request has them. */
void draft_answer(struct draft *draft, const struct iso8583_message *request);

/* The value with NUL; "" when absent, longer than `size` allows, or with a NUL inside. */
void field_text(const struct iso8583_message *message, int field, char *text_out, size_t size);
/* -1 when absent or not a number below 10^18. */
int64_t field_number(const struct iso8583_message *message, int field);
/* MMDD as the date nearest to `near`; DATE_NONE when absent or no date. */
date_days field_day(const struct iso8583_message *message, int field, date_days near);
/* MMDDhhmmss as the instant nearest to `near`; INSTANT_NONE when absent or no time. */
instant_us field_instant(const struct iso8583_message *message, int field, instant_us near);
