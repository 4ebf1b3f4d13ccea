#include "gateway/business/time/terms_table.h"

#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

enum member_type {
    MEMBER_INT32,
    MEMBER_INT64,
};

/* Where a value belongs, and what it may be. */
static const struct member {
    size_t offset;
    enum member_type type;
    int64_t least;
    int64_t most;
} members[TERMS_NAME_COUNT] = {
#define MEMBER(member_, type_, least_, most_)                                                      \
    {                                                                                              \
        .offset = offsetof(struct terms, member_), .type = (type_), .least = (least_),             \
        .most = (most_)                                                                            \
    }
    [TERMS_SINGLE_LIMIT] = MEMBER(single_limit_minor, MEMBER_INT64, 0, AMOUNT_MINOR_MAX),
    [TERMS_YEAR_LIMIT] = MEMBER(year_limit_minor, MEMBER_INT64, 0, AMOUNT_MINOR_MAX),
    [TERMS_REDUCED_PERCENT] = MEMBER(reduced_percent, MEMBER_INT64, 0, 100),
    [TERMS_LATE_FEE] = MEMBER(late_fee_bp, MEMBER_INT64, 0, 100),
    [TERMS_RETURN_DAYS] = MEMBER(return_days, MEMBER_INT32, 0, 365),
    [TERMS_RETURN_ARRIVAL_DAYS] = MEMBER(return_arrival_days, MEMBER_INT32, 0, 365),
    [TERMS_WINDOW_DAY] = MEMBER(window_day, MEMBER_INT32, 0, 365),
    [TERMS_PAYMENT_DAYS] = MEMBER(payment_days, MEMBER_INT32, 0, 365),
    [TERMS_CLAIM_WINDOW_DAYS] = MEMBER(claim_window_days, MEMBER_INT32, 0, 365),
    [TERMS_DEMAND_DAYS] = MEMBER(demand_days, MEMBER_INT32, 0, 365),
    [TERMS_GRACE_DAYS] = MEMBER(grace_days, MEMBER_INT32, 0, 365),
    [TERMS_EXPIRY_WARNING_DAYS] = MEMBER(expiry_warning_days, MEMBER_INT32, 0, 365),
    [TERMS_PAYMENT_APPROVAL] =
        MEMBER(payment_approval_above_minor, MEMBER_INT64, 0, AMOUNT_MINOR_MAX),
    [TERMS_ASSESS_TOLERANCE] = MEMBER(assess_tolerance_minor, MEMBER_INT64, 0, 10000),
    [TERMS_STATEMENT_LEAD_DAYS] = MEMBER(statement_lead_days, MEMBER_INT32, 0, 14),
    [TERMS_STATEMENT_FINAL_DAYS] = MEMBER(statement_final_days, MEMBER_INT32, 0, 14),
    [TERMS_STATEMENT_CYCLE] = MEMBER(statement_cycle, MEMBER_INT32, CYCLE_HALF_MONTH, CYCLE_MONTH),
    [TERMS_UTILISATION_LOW] = MEMBER(utilisation_levels[0], MEMBER_INT32, 1, 100),
    [TERMS_UTILISATION_MIDDLE] = MEMBER(utilisation_levels[1], MEMBER_INT32, 1, 100),
    [TERMS_UTILISATION_HIGH] = MEMBER(utilisation_levels[2], MEMBER_INT32, 1, 100),
    [TERMS_FX_LOCK_SECONDS] = MEMBER(fx_lock_seconds, MEMBER_INT32, 1, 86400),
    [TERMS_FX_MATCH_TOLERANCE] = MEMBER(fx_match_tolerance_minor, MEMBER_INT64, 0, 10000),
    [TERMS_BOP_EXEMPT] = MEMBER(bop_exempt_minor, MEMBER_INT64, 0, AMOUNT_MINOR_MAX),
    [TERMS_BOP_DUE_DAYS] = MEMBER(bop_due_days, MEMBER_INT32, 1, 30),
    [TERMS_BOP_REMIND_DAYS] = MEMBER(bop_remind_days, MEMBER_INT32, 1, 14),
    [TERMS_FX_RATE_DAYS] = MEMBER(fx_rate_days, MEMBER_INT32, 0, 30),
    [TERMS_FX_QUOTA] = MEMBER(fx_quota_minor, MEMBER_INT64, 0, AMOUNT_MINOR_MAX),
    [TERMS_SETTLEMENT_CUT_OFF] = MEMBER(settlement_cut_off_seconds, MEMBER_INT64, 0, 86400),
    [TERMS_BANK_TRANSFER_FEE] = MEMBER(bank_transfer_fee_minor, MEMBER_INT64, 0, 100000),
#undef MEMBER
};
_Static_assert(sizeof(enum statement_cycle) == sizeof(int32_t), "an enum is written as int32_t");

static const struct name names[] = {
    {TERMS_SINGLE_LIMIT,         "single_limit_minor",           "one declaration, fen (单次交易限值)"             },
    {TERMS_YEAR_LIMIT,           "year_limit_minor",             "one buyer in a year, fen (年度交易限值)"         },
    {TERMS_REDUCED_PERCENT,      "reduced_percent",              "of VAT and consumption tax (减征比例)"             },
    {TERMS_LATE_FEE,             "late_fee_bp",                  "per day, 1/10000 of the tax (滞纳金)"               },
    {TERMS_RETURN_DAYS,          "return_days",                  "last day to apply for a return (退货申请)"         },
    {TERMS_RETURN_ARRIVAL_DAYS,  "return_arrival_days",          "last day for goods to be back (退运)"                },
    {TERMS_WINDOW_DAY,           "window_day",                   "first day of the payment window"                       },
    {TERMS_PAYMENT_DAYS,         "payment_days",                 "last day of the payment window (缴款期限)"         },
    {TERMS_CLAIM_WINDOW_DAYS,    "claim_window_days",            "guarantees last so much longer (索赔期)"            },
    {TERMS_DEMAND_DAYS,          "demand_days",                  "to pay a demand (赔付期限)"                        },
    {TERMS_GRACE_DAYS,           "grace_days",                   "before a guarantee is called (宽限期)"              },
    {TERMS_EXPIRY_WARNING_DAYS,  "expiry_warning_days",          "before a guarantee ends (到期提醒)"                },
    {TERMS_PAYMENT_APPROVAL,     "payment_approval_above_minor", "four eyes, fen (复核起点)"                         },
    {TERMS_ASSESS_TOLERANCE,     "assess_tolerance_minor",       "estimate and bill, fen (容差)"                       },
    {TERMS_STATEMENT_LEAD_DAYS,  "statement_lead_days",          "before the due date (汇总提前)"                    },
    {TERMS_STATEMENT_FINAL_DAYS, "statement_final_days",         "before the due date (确认提前)"                    },
    {TERMS_STATEMENT_CYCLE,      "statement_cycle",              "1 half a month, 2 a month (汇总周期)"              },
    {TERMS_UTILISATION_LOW,      "utilisation_low",              "percent in use, first (使用率预警)"               },
    {TERMS_UTILISATION_MIDDLE,   "utilisation_middle",           "percent in use, second"                                },
    {TERMS_UTILISATION_HIGH,     "utilisation_high",             "percent in use, third"                                 },
    {TERMS_FX_LOCK_SECONDS,      "fx_lock_seconds",              "a rate stays locked so long (锁价时长)"            },
    {TERMS_FX_MATCH_TOLERANCE,   "fx_match_tolerance_minor",     "documents of a sale, 1/100 (容差)"                   },
    {TERMS_BOP_EXEMPT,           "bop_exempt_minor",             "a receipt not declared, US cents (免申报限额)"    },
    {TERMS_BOP_DUE_DAYS,         "bop_due_days",                 "working days to declare a receipt (申报期限)"      },
    {TERMS_BOP_REMIND_DAYS,      "bop_remind_days",              "working days before that (申报提醒)"               },
    {TERMS_FX_RATE_DAYS,         "fx_rate_days",                 "a middle rate counts so long (中间价有效天数)"  },
    {TERMS_FX_QUOTA,             "fx_quota_minor",               "one person in a year, US cents (年度便利化额度)"},
    {TERMS_SETTLEMENT_CUT_OFF,   "settlement_cut_off_seconds",   "of the day (截止时间)"                             },
    {TERMS_BANK_TRANSFER_FEE,    "bank_transfer_fee_minor",      "one payment, fen (汇划费)"                          },
    {0,                          NULL,                           NULL                                                    },
};

#define VALUE_FIELDS(struct_)                                                                      \
    FIELD(                                                                                         \
        struct_, name, FIELD_ENUM, FIELD_REQUIRED, .names = names, .meaning = "which one (参数)"), \
        FIELD(struct_, valid_from, FIELD_DATE, FIELD_REQUIRED, .meaning = "first day (生效日)"),   \
        FIELD(struct_,                                                                             \
              value,                                                                               \
              FIELD_INTEGER,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .min = 0,                                                                            \
              .max = AMOUNT_MINOR_MAX,                                                             \
              .meaning = "in the unit its name says")

static const struct field set_fields[] = {
    VALUE_FIELDS(terms_set),
    TEXT(terms_set, source, FIELD_REQUIRED, .meaning = "where it stands (依据)"),
};
const struct record terms_set_record = RECORD(terms_set, set_fields, "Set one from a day on");

static const struct field table_fields[] = {
    TEXT(terms_table, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "the one there is"),
    FIELD(terms_table,
          rows,
          FIELD_LIST,
          0,
          .size = TERMS_ROW_COUNT_MAX,
          .record = &terms_set_record,
          .meaning = "by date, each until the next"),
};
const struct record terms_table_record =
    RECORD(terms_table, table_fields, "Limits, fees and day counts set by the operator (参数表)");

static const struct field answer_fields[] = {
    VALUE_FIELDS(terms_answer),
    FIELD(terms_answer, row_count, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "rows now"),
};
const struct record terms_answer_record = RECORD(terms_answer, answer_fields, "What was set");

static const struct terms_set *row_at(const struct terms_table *table, size_t index)
{
    return (const struct terms_set *)table->rows.items + index;
}

static void member_put(struct terms *terms, enum terms_name name, int64_t value)
{
    char *at = (char *)terms + members[name].offset;
    int32_t small = (int32_t)value;
    switch (members[name].type) {
    case MEMBER_INT32:
        memcpy(at, &small, sizeof small);
        return;
    case MEMBER_INT64:
        memcpy(at, &value, sizeof value);
        return;
    }
}

struct terms terms_of(const struct context *context, date_days date)
{
    struct terms terms = *terms_on(date);
    date_days set_on[TERMS_NAME_COUNT] = {0};
    const struct terms_table *table =
        state_find(context->state, DOCUMENT_TERMS_TABLE, TERMS_TABLE_KEY);
    for (size_t i = 0; table != NULL && i < table->rows.count; i++) {
        const struct terms_set *row = row_at(table, i);
        bool is_in_force = row->valid_from <= date && row->valid_from >= terms.valid_from;
        if (is_in_force && row->valid_from >= set_on[row->name]) {
            member_put(&terms, row->name, row->value);
            set_on[row->name] = row->valid_from;
        }
    }
    return terms;
}

/* The rows without the one of this name and day. */
static size_t copy_others(const struct terms_table *table,
                          const struct terms_set *command,
                          struct terms_set rows_out[TERMS_ROW_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; table != NULL && i < table->rows.count; i++) {
        const struct terms_set *row = row_at(table, i);
        if (row->name != command->name || row->valid_from != command->valid_from) {
            rows_out[count++] = *row;
        }
    }
    return count;
}

static enum verdict check_value(struct context *context, const struct terms_set *command)
{
    const struct member *member = &members[command->name];
    if (command->value >= member->least && command->value <= member->most) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse_field(context, REFUSAL_TERMS_VALUE, "/value");
    refusal_integer(context, "least", member->least);
    refusal_integer(context, "most", member->most);
    return verdict;
}

enum verdict terms_set(struct context *context, const void *command_, void *answer_out)
{
    const struct terms_set *command = command_;
    enum verdict verdict = check_value(context, command);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct terms_set rows[TERMS_ROW_COUNT_MAX] = {0};
    const struct terms_table *old =
        state_find(context->state, DOCUMENT_TERMS_TABLE, TERMS_TABLE_KEY);
    size_t count = copy_others(old, command, rows);
    if (count == TERMS_ROW_COUNT_MAX) {
        verdict = refuse(context, REFUSAL_TERMS_FULL);
        refusal_integer(context, "most", TERMS_ROW_COUNT_MAX);
        return verdict;
    }
    rows[count++] = *command;
    struct terms_table table = {
        .rows = {.items = rows, .count = count}
    };
    TEXT_PUT(table.key, TERMS_TABLE_KEY);
    state_put(context->state, DOCUMENT_TERMS_TABLE, &table);
    *(struct terms_answer *)answer_out = (struct terms_answer){
        .name = command->name,
        .valid_from = command->valid_from,
        .value = command->value,
        .row_count = (int64_t)count,
    };
    return rule_done(context);
}
