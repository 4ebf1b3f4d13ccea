#include "gateway/business/bank/bank_link.h"
#include "gateway/business/field.h"

static const struct name states[] = {
    {BANK_LINK_OPEN, "open", "payments are sent (启用)"                                 },
    {BANK_LINK_OFF,  "off",  "nothing new is sent; what is under way is resolved (停用)"},
    {0,              NULL,   NULL                                                         },
};

static const struct name day_states[] = {
    {BANK_DAY_OPEN,       "open",       "the bank works on it (未日切)"                     },
    {BANK_DAY_CLOSED,     "closed",     "over; late answers may still come (已日切)"        },
    {BANK_DAY_BALANCED,   "balanced",   "the bank's totals equal ours (总额相符)"          },
    {BANK_DAY_DIFFERS,    "differs",    "they do not (总额不符)"                           },
    {BANK_DAY_RECONCILED, "reconciled", "every line of the statement has its place (已对账)"},
    {0,                   NULL,         NULL                                                   },
};

static const struct name day_words[] = {
    {BANK_DAY_DIFFER, "differ", "the totals differ; it gives no figures that show it (只称不符)"},
    {0,               NULL,     NULL                                                                },
};

#define LIMIT_FIELDS(struct_)                                                                      \
    AMOUNT(struct_, payment_limit, 0, "one payment, CNY; absent: none (单笔限额)"),                \
        AMOUNT(struct_,                                                                            \
               day_limit,                                                                          \
               0,                                                                                  \
               "all payments of a business day, CNY; absent: none (日累计限额)")

/* A tolerance forgives rounding and charges of a transfer, not an amount. */
#define TOLERANCE_FIELDS(struct_)                                                                  \
    FIELD(struct_,                                                                                 \
          amount_tolerance,                                                                        \
          FIELD_MONEY,                                                                             \
          0,                                                                                       \
          .min = 0,                                                                                \
          .max = 10000,                                                                            \
          .meaning = "a statement line may differ by so much, CNY; absent: nothing (金额容差)"),   \
        FIELD(struct_,                                                                             \
              day_tolerance,                                                                       \
              FIELD_INTEGER,                                                                       \
              0,                                                                                   \
              .min = 0,                                                                            \
              .max = 31,                                                                           \
              .meaning = "days a line may be from its item's (日期容差)")

static const struct field link_fields[] = {
    TEXT(bank_link, bank, FIELD_KEY | FIELD_REQUIRED, .meaning = "the bank"),
    FIELD(bank_link,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "open or off"),
    FIELD(bank_link,
          business_day,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "the bank's own day (银行营业日)"),
    FIELD(bank_link,
          next_trace,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "number of the next payment of this day (STAN)"),
    LIMIT_FIELDS(bank_link),
    FIELD(bank_link,
          sent_today,
          FIELD_MONEY,
          FIELD_REQUIRED,
          .meaning = "sent on this day and not rejected (当日已发)"),
    TEXT(bank_link, open_from, 0, .meaning = "no open payment is older"),
    TEXT(bank_link, reason, 0, .meaning = "of the last switch (原因)"),
    TOLERANCE_FIELDS(bank_link),
};
const struct record bank_link_record =
    RECORD(bank_link, link_fields, "The link to a bank (银行链路)");

#define TOTAL(struct_, name_, meaning_)                                                            \
    FIELD(struct_,                                                                                 \
          name_##_count,                                                                           \
          FIELD_INTEGER,                                                                           \
          FIELD_REQUIRED,                                                                          \
          .min = 0,                                                                                \
          .max = INT64_C(1) << 52,                                                                 \
          .meaning = "how many"),                                                                  \
        FIELD(struct_,                                                                             \
              name_,                                                                               \
              FIELD_MONEY,                                                                         \
              FIELD_REQUIRED,                                                                      \
              .min = 0,                                                                            \
              .max = INT64_MAX,                                                                    \
              .meaning = (meaning_))

#define TOTALS_FIELDS(struct_)                                                                     \
    TOTAL(struct_, paid, "payments confirmed (付款)"),                                             \
        TOTAL(struct_, reversed, "of them taken back (冲正与退汇)"),                               \
        TOTAL(struct_, received, "advices of money received (收款)")

static const struct field day_fields[] = {
    TEXT(bank_day, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank and day"),
    TEXT(bank_day, bank, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "the bank"),
    FIELD(bank_day, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "the bank's own day (营业日)"),
    FIELD(bank_day,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = day_states,
          .meaning = "where it stands (状态)"),
    TOTALS_FIELDS(bank_day),
    FIELD(bank_day, bank_paid_count, FIELD_INTEGER, 0, .meaning = "how many, says the bank"),
    FIELD(bank_day, bank_paid, FIELD_MONEY, 0, .meaning = "payments, says the bank"),
    FIELD(bank_day, bank_reversed_count, FIELD_INTEGER, 0, .meaning = "how many, says the bank"),
    FIELD(bank_day, bank_reversed, FIELD_MONEY, 0, .meaning = "taken back, says the bank"),
    FIELD(bank_day, bank_received_count, FIELD_INTEGER, 0, .meaning = "how many, says the bank"),
    FIELD(bank_day, bank_received, FIELD_MONEY, 0, .meaning = "received, says the bank"),
    FIELD(
        bank_day, word, FIELD_ENUM, 0, .names = day_words, .meaning = "without figures (银行说法)"),
    TEXT(bank_day, source, 0, .meaning = "where the bank said so"),
    FIELD(bank_day,
          unreconciled_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "items of ours no statement line has taken (未达项数)"),
    FIELD(bank_day,
          stray_count,
          FIELD_INTEGER,
          0,
          .meaning = "answers of the bank that fitted nothing (无主应答数)"),
};
const struct record bank_day_record =
    RECORD(bank_day, day_fields, "A business day of a bank, both sides' totals (银行日)");

static const struct field register_fields[] = {
    TEXT(bank_link_register, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank"),
    FIELD(bank_link_register,
          business_day,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "the day the bank works on (银行营业日)"),
    LIMIT_FIELDS(bank_link_register),
    TOLERANCE_FIELDS(bank_link_register),
};
const struct record bank_link_register_record =
    RECORD(bank_link_register, register_fields, "Register the link to a bank (登记银行链路)");

static const struct field switch_fields[] = {
    TEXT(bank_link_switch, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank"),
    FIELD(bank_link_switch,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "open or off"),
    TEXT(bank_link_switch, reason, FIELD_REQUIRED, .meaning = "why (原因)"),
};
const struct record bank_link_switch_record =
    RECORD(bank_link_switch, switch_fields, "Open a link or stop it at once (启停银行链路)");

static const struct field cut_over_fields[] = {
    TEXT(bank_link_cut_over, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank"),
    FIELD(bank_link_cut_over,
          new_day,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "the day the bank works on from now (新营业日)"),
    TEXT(bank_link_cut_over, open_from, FIELD_CODE, .meaning = "no open payment is older"),
};
const struct record bank_link_cut_over_record =
    RECORD(bank_link_cut_over, cut_over_fields, "A bank begins its next day (日切)");

static const struct field advance_fields[] = {
    TEXT(bank_link_advance, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank"),
    FIELD(bank_link_advance,
          new_day,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "the day the bank works on now (银行营业日)"),
    TEXT(bank_link_advance, reason, FIELD_REQUIRED, .meaning = "why by hand (原因)"),
};
const struct record bank_link_advance_record =
    RECORD(bank_link_advance, advance_fields, "A bank begins its next day, by hand (人工日切)");

static const struct field compare_fields[] = {
    TEXT(bank_link_compare, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank"),
    FIELD(bank_link_compare, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "the day that is over"),
    TOTALS_FIELDS(bank_link_compare),
    FIELD(bank_link_compare,
          word,
          FIELD_ENUM,
          0,
          .names = day_words,
          .meaning = "instead of figures (银行说法)"),
    TEXT(bank_link_compare, source, FIELD_REQUIRED, .meaning = "where the bank said so"),
};
const struct record bank_link_compare_record =
    RECORD(bank_link_compare, compare_fields, "A day's totals as the bank has them (总额核对)");

static const struct field answer_fields[] = {
    TEXT(bank_link_answer, bank, FIELD_REQUIRED, .meaning = "the bank"),
    FIELD(bank_link_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = states,
          .meaning = "open or off"),
    FIELD(bank_link_answer,
          business_day,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "the bank's own day (银行营业日)"),
    FIELD(bank_link_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = heard_names,
          .meaning = "what the command changed"),
};
const struct record bank_link_answer_record =
    RECORD(bank_link_answer, answer_fields, "A link as it stands now");
