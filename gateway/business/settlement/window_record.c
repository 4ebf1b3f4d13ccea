#include "gateway/business/field.h"
#include "gateway/business/settlement/window.h"

const struct name window_states[] = {
    {WINDOW_OPEN,     "open",     "takes orders (开场)" },
    {WINDOW_CLOSED,   "closed",   "netted (轧差完成)" },
    {WINDOW_SETTLING, "settling", "being paid (清算中)"},
    {WINDOW_SETTLED,  "settled",  "all have ended"        },
    {WINDOW_ABORTED,  "aborted",  "nothing was paid"      },
    {0,               NULL,       NULL                    },
};

const struct name window_transfer_states[] = {
    {WINDOW_TRANSFER_PLANNED,   "planned",   "when it is settled"    },
    {WINDOW_TRANSFER_SENT,      "sent",      "a payment is under way"},
    {WINDOW_TRANSFER_CONFIRMED, "confirmed", "it has left"           },
    {WINDOW_TRANSFER_FAILED,    "failed",    "rejected or come back" },
    {0,                         NULL,        NULL                    },
};

static const struct field bank_fields[] = {
    TEXT(window_bank, bank, FIELD_REQUIRED, .meaning = "one of its banks"),
};
static const struct record bank_record = RECORD(window_bank, bank_fields, "A bank with a position");

#define STATE_FIELD(struct_, flags_)                                                               \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED | (flags_),                                                               \
          .names = window_states,                                                                  \
          .meaning = "where it stands (状态)")

#define SUM_FIELDS(struct_)                                                                        \
    FIELD(struct_, order_count, FIELD_INTEGER, 0, .meaning = "orders in it (笔数)"),               \
        FIELD(struct_, gross, FIELD_MONEY, 0, .meaning = "their sum (总额)"),                      \
        FIELD(struct_,                                                                             \
              transfer_count,                                                                      \
              FIELD_INTEGER,                                                                       \
              0,                                                                                   \
              .meaning = "transfers between banks (轧差笔数)"),                                    \
        FIELD(struct_, net, FIELD_MONEY, 0, .meaning = "their sum (净额)"),                        \
        FIELD(struct_, saved, FIELD_MONEY, 0, .meaning = "fees of banks saved (节省费用)")

static const struct field window_fields[] = {
    TEXT(window, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "the window (场次)"),
    STATE_FIELD(window, FIELD_INDEX),
    TEXT(window, house, FIELD_REQUIRED, .meaning = "the operator that holds the money"),
    FIELD(window, house_number, FIELD_INTEGER, 0, .meaning = "its number"),
    FIELD(window, settlement_day, FIELD_DATE, 0, .meaning = "not settled before (清算日)"),
    SUM_FIELDS(window),
    FIELD(window, item_count, FIELD_INTEGER, 0, .meaning = "orders that ever joined"),
    FIELD(window, cross_count, FIELD_INTEGER, 0, .meaning = "orders between banks"),
    FIELD(window, cross, FIELD_MONEY, 0, .meaning = "their sum"),
    FIELD(window, arrived_count, FIELD_INTEGER, 0, .meaning = "transfers that have arrived"),
    FIELD(window, worked_count, FIELD_INTEGER, 0, .meaning = "paid out or released"),
    FIELD(window, ended_count, FIELD_INTEGER, 0, .meaning = "orders confirmed or rejected"),
    FIELD(window, paid, FIELD_MONEY, 0, .meaning = "confirmed"),
    TEXT(window, reason, 0, .meaning = "why it was aborted"),
    FIELD(window, opened_on, FIELD_DATE, 0, .meaning = "since"),
    FIELD(window, settled_on, FIELD_DATE, 0, .meaning = "all have ended on"),
    FIELD(window,
          banks,
          FIELD_LIST,
          0,
          .size = WINDOW_BANK_COUNT_MAX,
          .record = &bank_record,
          .meaning = "with positions"),
};
const struct record window_record = RECORD(window, window_fields, "A window (清算场次)");

static const struct field position_fields[] = {
    TEXT(window_position, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "window and bank"),
    TEXT(window_position, bank, FIELD_REQUIRED, .meaning = "whose (银行)"),
    FIELD(window_position, paid_in, FIELD_MONEY, 0, .meaning = "for its customers (应收)"),
    FIELD(window_position, paid_out, FIELD_MONEY, 0, .meaning = "of what lies there (应付)"),
    FIELD(window_position, net, FIELD_MONEY, 0, .meaning = "in less out (净头寸)"),
};
const struct record window_position_record =
    RECORD(window_position, position_fields, "What a bank gets and gives in a window (头寸)");

static const struct field cap_fields[] = {
    TEXT(window_cap, bank, FIELD_KEY | FIELD_REQUIRED | FIELD_CODE, .meaning = "whose (银行)"),
    AMOUNT(window_cap, most, FIELD_REQUIRED, "net debit at most (净借记上限)"),
};
const struct record window_cap_record =
    RECORD(window_cap, cap_fields, "How far a bank's net debit may go (净借记限额)");

static const struct field item_fields[] = {
    TEXT(window_item, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "window and number"),
    TEXT(window_item, order, FIELD_REQUIRED, .meaning = "the order"),
};
const struct record window_item_record =
    RECORD(window_item, item_fields, "The n-th order of a window");

static const struct field transfer_fields[] = {
    TEXT(window_transfer, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "window and number"),
    TEXT(window_transfer, window, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "the window"),
    FIELD(window_transfer,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = window_transfer_states,
          .meaning = "where it stands"),
    TEXT(window_transfer, from, FIELD_REQUIRED, .meaning = "our account at (付款行)"),
    TEXT(window_transfer, to, FIELD_REQUIRED, .meaning = "our account at (收款行)"),
    AMOUNT(window_transfer, amount, FIELD_REQUIRED, "how much"),
    FIELD(window_transfer, attempt_count, FIELD_INTEGER, 0, .meaning = "times it was begun"),
    TEXT(window_transfer, payment, 0, .meaning = "its last payment"),
    FIELD(window_transfer, arrived_on, FIELD_DATE, 0, .meaning = "told by the other bank"),
};
const struct record window_transfer_record =
    RECORD(window_transfer, transfer_fields, "Between our own accounts (头寸调拨)");

static const struct field open_fields[] = {
    FIELD(window_open, settlement_day, FIELD_DATE, FIELD_REQUIRED, .meaning = "not settled before"),
};
const struct record window_open_record = RECORD(window_open, open_fields, "Open a window");

#define WINDOW_FIELD(struct_, flags_)                                                              \
    TEXT(struct_, window, FIELD_REQUIRED | (flags_), .meaning = "the window (场次)")

static const struct field named_fields[] = {WINDOW_FIELD(window_named, FIELD_CODE)};
const struct record window_named_record =
    RECORD(window_named, named_fields, "Do something to a window");

static const struct field abort_fields[] = {
    WINDOW_FIELD(window_abort, FIELD_CODE),
    TEXT(window_abort, reason, FIELD_REQUIRED, .meaning = "why (原因)"),
};
const struct record window_abort_record = RECORD(window_abort, abort_fields, "Abort a window");

static const struct field answer_fields[] = {
    WINDOW_FIELD(window_answer, 0),
    STATE_FIELD(window_answer, 0),
    SUM_FIELDS(window_answer),
};
const struct record window_answer_record =
    RECORD(window_answer, answer_fields, "A window as it stands now");
