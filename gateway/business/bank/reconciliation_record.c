#include "gateway/business/bank/reconciliation.h"
#include "gateway/business/field.h"

static const struct name statement_states[] = {
    {STATEMENT_OPEN,   "open",   "lines are being taken"              },
    {STATEMENT_CLOSED, "closed", "everything is explained (已对平)"},
    {0,                NULL,     NULL                                 },
};

static const struct name sides[] = {
    {ENTRY_CREDIT, "credit", "came in (贷)" },
    {ENTRY_DEBIT,  "debit",  "went out (借)"},
    {0,            NULL,     NULL            },
};

static const struct name results[] = {
    {LINE_MATCHED,    "matched",        "both have it (平)"                           },
    {LINE_PROVED,     "proved",         "it decided a payment in doubt"                },
    {LINE_COMPLETED,  "completed",      "we were never told; booked now (补单)"      },
    {LINE_ONLY_THERE, "only_there",     "only the bank has it (长款)"                },
    {LINE_DIFFERS,    "amount_differs", "the amounts differ (金额不符)"            },
    {LINE_TOLERATED,  "tolerated",      "the amounts differ, within tolerance (容差)"},
    {0,               NULL,             NULL                                           },
};

static const struct name items[] = {
    {ITEM_PAYMENT,  "payment",  "a payment (付款)"                },
    {ITEM_FUNDS,    "funds",    "money received (到账)"           },
    {ITEM_REVERSAL, "reversal", "the reversal of a payment (冲正)"},
    {0,             NULL,       NULL                                },
};

#define BANK_DAY_FIELDS(struct_)                                                                   \
    TEXT(struct_, bank, FIELD_REQUIRED | FIELD_CODE, .meaning = "whose statement"),                \
        FIELD(struct_, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "bank day (账务日期)")

#define SUM(struct_, member_, flags_, meaning_)                                                    \
    FIELD(struct_,                                                                                 \
          member_,                                                                                 \
          FIELD_MONEY,                                                                             \
          flags_,                                                                                  \
          .min = 0,                                                                                \
          .max = AMOUNT_MINOR_MAX,                                                                 \
          .meaning = (meaning_))

#define TOLD_FIELDS(struct_)                                                                       \
    TEXT(struct_, statement, FIELD_REQUIRED | FIELD_CODE, .meaning = "the bank's id of it"),       \
        FIELD(struct_,                                                                             \
              line_count,                                                                          \
              FIELD_INTEGER,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .min = 0,                                                                            \
              .max = 10000000,                                                                     \
              .meaning = "lines it has"),                                                          \
        SUM(struct_, credits, FIELD_REQUIRED, "sum of credits (贷方合计)"),                        \
        SUM(struct_, debits, FIELD_REQUIRED, "sum of debits (借方合计)")

#define COUNT(struct_, member_, meaning_)                                                          \
    FIELD(struct_, member_, FIELD_INTEGER, FIELD_REQUIRED, .meaning = (meaning_))

#define COUNT_FIELDS(struct_)                                                                      \
    COUNT(struct_, taken_count, "lines taken"), COUNT(struct_, matched_count, "matched"),          \
        COUNT(struct_, proved_count, "payments in doubt decided"),                                 \
        COUNT(struct_, completed_count, "credits booked from the statement"),                      \
        COUNT(struct_, only_there_count, "only the bank has them (长款)"),                         \
        COUNT(struct_, differs_count, "amounts differ"),                                           \
        COUNT(struct_, only_here_count, "only we have them (短款)"),                               \
        COUNT(struct_, tolerated_count, "amounts differ, within tolerance (容差)"),                \
        COUNT(struct_, off_day_count, "beyond the tolerance of days (跨日)")

#define LINE_FOUND_FIELDS(struct_)                                                                 \
    SUM(struct_, tolerated, 0, "between the amounts, booked as the bank's charge (容差)"),         \
        FIELD(struct_,                                                                             \
              days_late,                                                                           \
              FIELD_INTEGER,                                                                       \
              0,                                                                                   \
              .meaning = "days behind the item's own, below 0 ahead (跨日天数)")

#define LINE_FIELDS(struct_)                                                                       \
    FIELD(struct_, side, FIELD_ENUM, FIELD_REQUIRED, .names = sides, .meaning = "which way"),      \
        AMOUNT(struct_, amount, FIELD_REQUIRED, "how much (金额)"),                                \
        TEXT(struct_,                                                                              \
             bank_reference,                                                                       \
             FIELD_REQUIRED | FIELD_CODE,                                                          \
             .meaning = "the bank's number (银行流水号)"),                                         \
        TEXT(struct_, payment_reference, 0, .meaning = "our number, or what the payer gave"),      \
        FIELD(struct_, value_date, FIELD_DATE, FIELD_REQUIRED, .meaning = "value date (起息日)")

static const struct field statement_fields[] = {
    TEXT(bank_statement, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank and day"),
    TEXT(bank_statement, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "whose statement"),
    FIELD(bank_statement, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "bank day"),
    FIELD(bank_statement,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = statement_states,
          .meaning = "open or closed"),
    TOLD_FIELDS(bank_statement),
    SUM(bank_statement, taken_credits, FIELD_REQUIRED, "credits of the lines taken"),
    SUM(bank_statement, taken_debits, FIELD_REQUIRED, "debits of the lines taken"),
    COUNT_FIELDS(bank_statement),
};
const struct record bank_statement_record =
    RECORD(bank_statement, statement_fields, "A bank's statement of one day (银行对账单)");

static const struct field line_document_fields[] = {
    TEXT(statement_line, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "bank, day and line"),
    TEXT(statement_line, bank, FIELD_REQUIRED, .meaning = "whose statement"),
    LINE_FIELDS(statement_line),
    FIELD(statement_line,
          result,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = results,
          .meaning = "what it was found to be (对账结果)"),
    TEXT(statement_line, subject, 0, .meaning = "our payment or funds"),
    TEXT(statement_line, difference, 0, .meaning = "the difference it opened"),
    LINE_FOUND_FIELDS(statement_line),
};
const struct record statement_line_record =
    RECORD(statement_line, line_document_fields, "One line of a bank's statement");

static const struct field open_fields[] = {
    BANK_DAY_FIELDS(reconciliation_open),
    TOLD_FIELDS(reconciliation_open),
};
const struct record reconciliation_open_record =
    RECORD(reconciliation_open, open_fields, "Begin with a bank's statement (开始对账)");

static const struct field line_fields[] = {
    BANK_DAY_FIELDS(reconciliation_line),
    FIELD(reconciliation_line,
          line,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = 10000000,
          .meaning = "its place in the statement"),
    LINE_FIELDS(reconciliation_line),
};
const struct record reconciliation_line_record =
    RECORD(reconciliation_line, line_fields, "Match one line (逐笔勾对)");

static const struct field missing_fields[] = {
    BANK_DAY_FIELDS(reconciliation_missing),
    FIELD(reconciliation_missing,
          item,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = items,
          .meaning = "what it is"),
    TEXT(reconciliation_missing, key, FIELD_REQUIRED | FIELD_CODE, .meaning = "its key"),
};
const struct record reconciliation_missing_record =
    RECORD(reconciliation_missing, missing_fields, "No line had this item of ours (短款)");

static const struct field close_fields[] = {BANK_DAY_FIELDS(reconciliation_close)};
const struct record reconciliation_close_record =
    RECORD(reconciliation_close, close_fields, "End the reconciliation of a day (对账完成)");

static const struct field line_answer_fields[] = {
    FIELD(line_answer, result, FIELD_ENUM, FIELD_REQUIRED, .names = results, .meaning = "result"),
    TEXT(line_answer, subject, 0, .meaning = "our payment or funds"),
    TEXT(line_answer, difference, 0, .meaning = "the difference, if there is one"),
    LINE_FOUND_FIELDS(line_answer),
};
const struct record line_answer_record =
    RECORD(line_answer, line_answer_fields, "What a line was found to be");

static const struct field statement_answer_fields[] = {
    FIELD(statement_answer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = statement_states,
          .meaning = "open or closed"),
    COUNT_FIELDS(statement_answer),
};
const struct record statement_answer_record =
    RECORD(statement_answer, statement_answer_fields, "How far the statement is explained");
