#include "gateway/business/fx/screening.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/fx/normal.h"
#include "gateway/business/text.h"

enum {
    BIC_SHORT = 8, /* without the branch */
    BIC_COUNTRY_AT = 4,
};

static const struct name kinds[] = {
    {SCREENING_PAYER,   "payer",   "who pays (付款人)"        },
    {SCREENING_BANK,    "bank",    "the payer's bank (付款行)"},
    {SCREENING_COUNTRY, "country", "of either (国别)"          },
    {0,                 NULL,      NULL                          },
};

const struct name screening_action_names[] = {
    {SCREENING_CLEAR,  "clear",  "not listed (放行)"             },
    {SCREENING_HOLD,   "hold",   "people decide (待查)"          },
    {SCREENING_REJECT, "reject", "never reaches the payee (拒绝)"},
    {0,                NULL,     NULL                              },
};

#define ACTION_FIELDS(struct_)                                                                     \
    FIELD(struct_,                                                                                 \
          action,                                                                                  \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = screening_action_names,                                                         \
          .meaning = "what becomes of the money (处置)"),                                          \
        FIELD(struct_, valid_from, FIELD_DATE, FIELD_REQUIRED, .meaning = "first day (生效日)"),   \
        TEXT(struct_, source, FIELD_REQUIRED, .meaning = "where it stands (依据)")

static const struct field dated_fields[] = {ACTION_FIELDS(screening_dated)};
static const struct record dated_record =
    RECORD(screening_dated, dated_fields, "What is done from a day on");

static const struct field entry_fields[] = {
    TEXT(screening_entry, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "kind and normal form"),
    FIELD(screening_entry,
          actions,
          FIELD_LIST,
          0,
          .size = SCREENING_ACTION_COUNT_MAX,
          .record = &dated_record,
          .meaning = "by date, each until the next"),
};
const struct record screening_entry_record =
    RECORD(screening_entry, entry_fields, "One that is screened for (名单条目)");

static const struct field version_fields[] = {
    TEXT(screening_version, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "the one there is"),
    FIELD(screening_version,
          change_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "changes so far: the version"),
    FIELD(screening_version, changed_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "the last one"),
};
const struct record screening_version_record =
    RECORD(screening_version, version_fields, "Version of the screening lists (名单版本)");

static const struct field set_fields[] = {
    FIELD(screening_set,
          kind,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = kinds,
          .meaning = "which list (名单)"),
    TEXT(screening_set, value, FIELD_REQUIRED, .meaning = "name, BIC or country of ISO 3166"),
    ACTION_FIELDS(screening_set),
};
const struct record screening_set_record =
    RECORD(screening_set, set_fields, "List somebody from a day on");

static const struct field answer_fields[] = {
    FIELD(screening_answer, version, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "of the lists now"),
};
const struct record screening_answer_record =
    RECORD(screening_answer, answer_fields, "The lists as they are now");

static void make_key(int32_t kind, const char *value, char key_out[DOCUMENT_KEY_SIZE])
{
    char normal[SCREENING_VALUE_SIZE];
    normal_form(value, normal, sizeof(normal));
    snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", name_by_value(kinds, kind), normal);
}

static const struct screening_dated *dated_at(const struct screening_entry *entry, size_t index)
{
    return (const struct screening_dated *)entry->actions.items + index;
}

/* What the list of this kind says of a value on this day. */
static enum screening_action
look_up(struct context *context, date_days date, enum screening_kind kind, const char *value)
{
    if (value[0] == '\0') {
        return SCREENING_CLEAR;
    }
    char key[DOCUMENT_KEY_SIZE];
    make_key((int32_t)kind, value, key);
    const struct screening_entry *entry = state_find(context->state, DOCUMENT_SCREENING_ENTRY, key);
    const struct screening_dated *best = NULL;
    for (size_t i = 0; entry != NULL && i < entry->actions.count; i++) {
        const struct screening_dated *dated = dated_at(entry, i);
        if (dated->valid_from <= date && (best == NULL || dated->valid_from > best->valid_from)) {
            best = dated;
        }
    }
    return best == NULL ? SCREENING_CLEAR : (enum screening_action)best->action;
}

struct screening_result screening_check(struct context *context,
                                        date_days date,
                                        const char *payer_name,
                                        const char *payer_bank,
                                        const char *payer_country)
{
    char bank[BIC_SHORT + 1];
    normal_form(payer_bank, bank, sizeof(bank));
    char country[3] = "";
    if (strlen(bank) == BIC_SHORT) {
        memcpy(country, bank + BIC_COUNTRY_AT, 2);
    }
    const struct {
        enum screening_kind kind;
        const char *value;
    } asked[] = {
        {SCREENING_PAYER,   payer_name   },
        {SCREENING_BANK,    payer_bank   },
        {SCREENING_BANK,    bank         },
        {SCREENING_COUNTRY, payer_country},
        {SCREENING_COUNTRY, country      },
    };
    const struct screening_version *version =
        state_find(context->state, DOCUMENT_SCREENING_VERSION, SCREENING_VERSION_KEY);
    struct screening_result result = {
        .action = payer_name[0] == '\0' ? SCREENING_HOLD : SCREENING_CLEAR,
        .version = version == NULL ? 0 : version->change_count,
    };
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        enum screening_action action = look_up(context, date, asked[i].kind, asked[i].value);
        if (action > result.action) {
            result.action = action;
        }
    }
    return result;
}

/* The actions without the one of this date. */
static size_t copy_others(const struct screening_entry *entry,
                          date_days valid_from,
                          struct screening_dated actions_out[SCREENING_ACTION_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; entry != NULL && i < entry->actions.count; i++) {
        if (dated_at(entry, i)->valid_from != valid_from) {
            actions_out[count++] = *dated_at(entry, i);
        }
    }
    return count;
}

static int64_t count_version(struct context *context)
{
    const struct screening_version *old =
        state_find(context->state, DOCUMENT_SCREENING_VERSION, SCREENING_VERSION_KEY);
    struct screening_version version = {
        .change_count = old == NULL ? 1 : old->change_count + 1,
        .changed_on = context->today,
    };
    TEXT_PUT(version.key, SCREENING_VERSION_KEY);
    state_put(context->state, DOCUMENT_SCREENING_VERSION, &version);
    return version.change_count;
}

enum verdict screening_set(struct context *context, const void *command_, void *answer_out)
{
    const struct screening_set *command = command_;
    struct screening_entry entry = {0};
    make_key(command->kind, command->value, entry.key);
    if (entry.key[strlen(entry.key) - 1] == '/') {
        return refuse_field(context, REFUSAL_SCREENING_VALUE, "/value");
    }
    const struct screening_entry *old =
        state_find(context->state, DOCUMENT_SCREENING_ENTRY, entry.key);
    struct screening_dated actions[SCREENING_ACTION_COUNT_MAX] = {0};
    size_t count = copy_others(old, command->valid_from, actions);
    if (count == SCREENING_ACTION_COUNT_MAX) {
        enum verdict verdict = refuse(context, REFUSAL_SCREENING_FULL);
        refusal_integer(context, "most", SCREENING_ACTION_COUNT_MAX);
        return verdict;
    }
    actions[count] = (struct screening_dated){
        .valid_from = command->valid_from,
        .action = command->action,
    };
    TEXT_PUT(actions[count].source, command->source);
    entry.actions = (struct list){.items = actions, .count = count + 1};
    state_put(context->state, DOCUMENT_SCREENING_ENTRY, &entry);
    *(struct screening_answer *)answer_out =
        (struct screening_answer){.version = count_version(context)};
    return rule_done(context);
}
