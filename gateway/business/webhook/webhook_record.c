#include "gateway/business/field.h"
#include "gateway/business/webhook/webhook.h"

static const struct name signatures[] = {
    {WEBHOOK_HMAC,    "hmac",    "v1, HMAC-SHA256 with the shared secret (共享密钥)"  },
    {WEBHOOK_ED25519, "ed25519", "v1a, with the key of GET /v1/webhook-key (网关公钥)"},
    {0,               NULL,      NULL                                                     },
};

static const struct name states[] = {
    {WEBHOOK_ACTIVE,   "active",   "events are delivered (启用)"                },
    {WEBHOOK_PAUSED,   "paused",   "they wait (暂停)"                           },
    {WEBHOOK_DISABLED, "disabled", "the receiver answered 410: they wait (停用)"},
    {WEBHOOK_REMOVED,  "removed",  "gone (删除)"                                },
    {0,                NULL,       NULL                                           },
};

static const struct name wanted_states[] = {
    {WEBHOOK_ACTIVE, "active", "deliver, at once (恢复)"},
    {WEBHOOK_PAUSED, "paused", "wait (暂停)"            },
    {0,              NULL,     NULL                       },
};

static const struct name letter_states[] = {
    {DEAD_LETTER_DEAD,      "dead",      "given up (未送达)"         },
    {DEAD_LETTER_QUEUED,    "queued",    "to be sent once more (重投)"},
    {DEAD_LETTER_DELIVERED, "delivered", "delivered since (已送达)"  },
    {0,                     NULL,        NULL                           },
};

static const struct name redelivered_states[] = {
    {DEAD_LETTER_DEAD,      "dead",      "it failed again"},
    {DEAD_LETTER_DELIVERED, "delivered", "it was taken"   },
    {0,                     NULL,        NULL             },
};

static const struct field type_fields[] = {
    TEXT(webhook_type,
         prefix,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "such as guarantee. or payment.confirmed"),
};
static const struct record type_record =
    RECORD(webhook_type, type_fields, "Types of events beginning with (事件类型前缀)");

#define TYPES_FIELD(struct_)                                                                       \
    FIELD(struct_,                                                                                 \
          types,                                                                                   \
          FIELD_LIST,                                                                              \
          0,                                                                                       \
          .size = WEBHOOK_TYPE_COUNT_MAX,                                                          \
          .record = &type_record,                                                                  \
          .meaning = "only events of these types; absent: all (事件筛选)")

/* Sealed at rest, in no output and no stored command. */
#define SECRET_FIELD(struct_, member_, flags_, meaning_)                                           \
    TEXT(struct_, member_, (flags_) | FIELD_SECRET | FIELD_PERSONAL, .meaning = (meaning_))

#define NAME_FIELD(struct_)                                                                        \
    TEXT(struct_,                                                                                  \
         name,                                                                                     \
         FIELD_REQUIRED | FIELD_CODE,                                                              \
         .meaning = "of your choice: a-z, 0-9 and hyphens")

#define COUNTED(struct_, member_, meaning_)                                                        \
    FIELD(struct_,                                                                                 \
          member_,                                                                                 \
          FIELD_INTEGER,                                                                           \
          FIELD_REQUIRED,                                                                          \
          .min = 0,                                                                                \
          .max = INT64_C(1) << 52,                                                                 \
          .meaning = (meaning_))

#define NUMBER_FIELD(struct_, member_, meaning_)                                                   \
    FIELD(struct_,                                                                                 \
          member_,                                                                                 \
          FIELD_INTEGER,                                                                           \
          FIELD_REQUIRED,                                                                          \
          .min = 1,                                                                                \
          .max = INT64_C(999999999999),                                                            \
          .meaning = (meaning_))

#define FAILURE_FIELDS(struct_, status_, reason_)                                                  \
    FIELD(struct_,                                                                                 \
          status_,                                                                                 \
          FIELD_INTEGER,                                                                           \
          0,                                                                                       \
          .meaning = "HTTP status of the last failure; absent: no answer"),                        \
        TEXT(struct_, reason_, 0, .meaning = "what failed last")

static const struct field webhook_fields[] = {
    TEXT(webhook, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "party and name"),
    TEXT(webhook, party, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "whose events"),
    FIELD(webhook, party_number, FIELD_INTEGER, 0, .meaning = "the party's number"),
    TEXT(webhook, name, FIELD_REQUIRED, .meaning = "the name the party gave it"),
    TEXT(webhook, url, FIELD_REQUIRED, .meaning = "where they are posted"),
    FIELD(webhook,
          signature,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = signatures,
          .meaning = "how they are signed (签名方式)"),
    SECRET_FIELD(webhook, secret, 0, "the shared secret (密钥)"),
    SECRET_FIELD(webhook, previous_secret, 0, "the one before (旧密钥)"),
    FIELD(webhook, previous_until, FIELD_INSTANT, 0, .meaning = "the one before signs too until"),
    FIELD(webhook,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "where it stands (状态)"),
    TYPES_FIELD(webhook),
    FIELD(webhook, generation, FIELD_INTEGER, 0, .meaning = "rises with each replay"),
    FIELD(webhook, since_command, FIELD_INTEGER, 0, .meaning = "earlier events are left out"),
    COUNTED(webhook, delivered_to, "number of the last event dealt with (已投递至)"),
    FIELD(webhook, failing_since, FIELD_INSTANT, 0, .meaning = "nothing was taken since"),
    FIELD(webhook, attempt_count, FIELD_INTEGER, 0, .meaning = "failed ones of the next event"),
    FIELD(webhook, retry_at, FIELD_INSTANT, 0, .meaning = "when it is tried again"),
    FAILURE_FIELDS(webhook, last_status, last_reason),
    FIELD(webhook, dead_count, FIELD_INTEGER, 0, .meaning = "events given up so far"),
};
const struct record webhook_record =
    RECORD(webhook, webhook_fields, "Where a party's events are posted (事件推送)");

static const struct field roll_fields[] = {
    TEXT(webhook_roll, party, FIELD_KEY | FIELD_REQUIRED, .meaning = "the party"),
    COUNTED(webhook_roll, count, "how many it has"),
};
const struct record webhook_roll_record =
    RECORD(webhook_roll, roll_fields, "The number of a party's webhooks");

static const struct field letter_fields[] = {
    TEXT(dead_letter, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "webhook and event"),
    TEXT(dead_letter, party, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "whose event"),
    TEXT(dead_letter, webhook, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "which could not take it"),
    COUNTED(dead_letter, number, "of the event"),
    TEXT(dead_letter, type, FIELD_REQUIRED, .meaning = "of the event"),
    FIELD(dead_letter,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = letter_states,
          .meaning = "where it stands (状态)"),
    COUNTED(dead_letter, attempt_count, "how often it was tried"),
    FAILURE_FIELDS(dead_letter, last_status, last_reason),
    FIELD(dead_letter, died_at, FIELD_INSTANT, FIELD_REQUIRED, .meaning = "when it was given up"),
};
const struct record dead_letter_record =
    RECORD(dead_letter, letter_fields, "An event a webhook could not be given (死信)");

static const struct field register_fields[] = {
    NAME_FIELD(webhook_register),
    TEXT(webhook_register,
         url,
         FIELD_REQUIRED,
         .meaning = "https://host[:port][/path], port 443 or from 1024"),
    FIELD(webhook_register,
          signature,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = signatures,
          .meaning = "how the events are signed"),
    SECRET_FIELD(
        webhook_register, secret, 0, "for hmac: whsec_ and the base64 of 24 to 64 random bytes"),
    TYPES_FIELD(webhook_register),
};
const struct record webhook_register_record =
    RECORD(webhook_register, register_fields, "Have your events posted from now on");

static const struct field change_fields[] = {
    NAME_FIELD(webhook_change),
    TEXT(webhook_change, url, 0, .meaning = "where to post from now on"),
    FIELD(webhook_change,
          state,
          FIELD_ENUM,
          0,
          .names = wanted_states,
          .meaning = "pause, or go on at once"),
};
const struct record webhook_change_record =
    RECORD(webhook_change, change_fields, "Change where or whether they are posted");

static const struct field rotate_fields[] = {
    NAME_FIELD(webhook_rotate),
    SECRET_FIELD(webhook_rotate, secret, FIELD_REQUIRED, "the new secret"),
};
const struct record webhook_rotate_record =
    RECORD(webhook_rotate, rotate_fields, "A new secret; for 24 hours both sign");

static const struct field named_fields[] = {
    NAME_FIELD(webhook_named),
};
const struct record webhook_named_record =
    RECORD(webhook_named, named_fields, "Do something to a webhook");

static const struct field replay_fields[] = {
    NAME_FIELD(webhook_replay),
    NUMBER_FIELD(webhook_replay, from, "number of the first event to post"),
};
const struct record webhook_replay_record =
    RECORD(webhook_replay, replay_fields, "Post the events from this one on");

static const struct field redeliver_fields[] = {
    NAME_FIELD(webhook_redeliver),
    NUMBER_FIELD(webhook_redeliver, number, "of the event"),
};
const struct record webhook_redeliver_record =
    RECORD(webhook_redeliver, redeliver_fields, "Post a dead letter once more");

static const struct field answer_fields[] = {
    TEXT(webhook_answer, webhook, FIELD_REQUIRED, .meaning = "party and name"),
    FIELD(webhook_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "where it stands"),
    COUNTED(webhook_answer, delivered_to, "number of the last event dealt with"),
};
const struct record webhook_answer_record = RECORD(webhook_answer, answer_fields, "A webhook");

#define REPORTED_FIELDS(struct_)                                                                   \
    TEXT(struct_, webhook, FIELD_REQUIRED | FIELD_CODE, .meaning = "party and name"),              \
        NUMBER_FIELD(struct_, generation, "of the webhook when the event was posted")

static const struct field delivered_fields[] = {
    REPORTED_FIELDS(webhook_delivered),
    NUMBER_FIELD(webhook_delivered, up_to, "the last event delivered or not wanted"),
};
const struct record webhook_delivered_record =
    RECORD(webhook_delivered, delivered_fields, "Events were delivered");

static const struct field failure_fields[] = {
    REPORTED_FIELDS(webhook_failure),
    NUMBER_FIELD(webhook_failure, number, "of the event"),
    TEXT(webhook_failure, type, FIELD_REQUIRED, .meaning = "of the event"),
    COUNTED(webhook_failure, attempt_count, "how often it was tried"),
    FAILURE_FIELDS(webhook_failure, status, reason),
    FIELD(webhook_failure, retry_at, FIELD_INSTANT, 0, .meaning = "when it is tried again"),
};
const struct record webhook_failure_record =
    RECORD(webhook_failure, failure_fields, "An event was not delivered");

static const struct field redelivered_fields[] = {
    TEXT(webhook_redelivered, letter, FIELD_REQUIRED | FIELD_CODE, .meaning = "the dead letter"),
    FIELD(webhook_redelivered,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = redelivered_states,
          .meaning = "what became of it"),
    FAILURE_FIELDS(webhook_redelivered, status, reason),
};
const struct record webhook_redelivered_record =
    RECORD(webhook_redelivered, redelivered_fields, "A dead letter was posted once more");
