#include "gateway/business/bank/stray.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/field.h"
#include "gateway/business/text.h"

static const struct name kinds[] = {
    {STRAY_LATE,      "late",      "its request was given up before (迟到应答)"},
    {STRAY_UNMATCHED, "unmatched", "nothing like it was asked (无匹配应答)"   },
    {STRAY_DUPLICATE, "duplicate", "its request was answered before (重复应答)"},
    {0,               NULL,        NULL                                            },
};

#define TOLD_FIELDS(struct_)                                                                       \
    FIELD(struct_,                                                                                 \
          kind,                                                                                    \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = kinds,                                                                          \
          .meaning = "what is wrong with it"),                                                     \
        FIELD(struct_,                                                                             \
              received_at,                                                                         \
              FIELD_INSTANT,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .meaning = "when it came (收到时间)"),                                               \
        TEXT(struct_,                                                                              \
             message,                                                                              \
             FIELD_REQUIRED,                                                                       \
             .meaning = "type, trace and code, and which fields it has (报文摘要)"),               \
        TEXT(struct_, explanation, FIELD_REQUIRED, .meaning = "why it fitted nothing (原因)")

static const struct field reply_fields[] = {
    TEXT(stray_reply, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank, day and number"),
    TEXT(stray_reply, bank, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "whose answer"),
    FIELD(stray_reply, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "business day of the link"),
    TOLD_FIELDS(stray_reply),
};
const struct record stray_reply_record =
    RECORD(stray_reply, reply_fields, "An answer of a bank that fitted nothing (无主应答)");

static const struct field keep_fields[] = {
    TEXT(stray_keep, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "whose answer"),
    TOLD_FIELDS(stray_keep),
};
const struct record stray_keep_record =
    RECORD(stray_keep, keep_fields, "Keep an answer that fitted nothing (登记无主应答)");

static const struct field answer_fields[] = {
    TEXT(stray_answer, key, 0, .meaning = "under which it is kept; absent: only counted"),
    FIELD(stray_answer,
          count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "of this bank and day so far"),
};
const struct record stray_answer_record =
    RECORD(stray_answer, answer_fields, "Where a stray answer went");

enum verdict stray_keep(struct context *context, const void *command_, void *answer_out)
{
    const struct stray_keep *command = command_;
    struct stray_answer *answer = answer_out;
    const struct bank_link *link = bank_link_find(context, command->bank);
    if (link == NULL) {
        return refuse_field(context, REFUSAL_BANK_LINK_UNKNOWN, "/bank");
    }
    struct bank_day day;
    bank_day_get(context, link, link->business_day, &day);
    day.stray_count++;
    *answer = (struct stray_answer){.count = day.stray_count};
    if (day.stray_count <= STRAY_COUNT_MAX) {
        struct stray_reply reply = {
            .day = day.day,
            .kind = command->kind,
            .received_at = command->received_at,
        };
        (void)snprintf(reply.key, sizeof reply.key, "%.58s/%" PRId64, day.key, day.stray_count);
        TEXT_PUT(reply.bank, command->bank);
        TEXT_PUT(reply.message, command->message);
        TEXT_PUT(reply.explanation, command->explanation);
        TEXT_PUT(answer->key, reply.key);
        state_put(context->state, DOCUMENT_STRAY_REPLY, &reply);
    }
    bank_day_put(context, &day);
    return rule_done(context);
}
