#pragma once
/* Inside the banks. Everything belongs to the teller's thread, but what stands under a lock. */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "gateway/banks/banks.h"
#include "gateway/banks/orders.h"
#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"

enum {
    PARCEL_COUNT_MAX = 512, /* commands in one unit */
    PARCELS_UNDER_WAY_MAX = 8,
    NEWS_COUNT_MAX = 65536,   /* not yet read; beyond it the store is read again */
    ADVICE_COUNT_MAX = 16384, /* not yet replied to; beyond it the bank is to try again */
    DAYS_COUNT_MAX = 8,       /* closed days of a bank whose totals are not compared yet */
    STRAYS_WAITING_MAX = 256, /* not yet read; beyond it they are only counted */
    WINDOW_FIRST = 256,
    WINDOW_MAX = 4096,
    ERRAND_KEY_SIZE = 128,
    NAME_COUNT = 1024, /* payers whose names are remembered */
};

#define BANKS_REPEAT_US  INT64_C(100000)  /* for what the engine or an adapter could not take */
#define BANKS_STOP_US    INT64_C(5000000) /* to tell the engine the last answers */
#define BANKS_FIGURES_US INT64_C(500000)
#define BANKS_MORE_US    INT64_C(200000) /* between two looks for what was left in the store */

/* --- what the teller is told: inbox.c --- */

enum slip_kind {
    SLIP_PAYMENT, /* news: a version is durable */
    SLIP_LINK,
    SLIP_DAY,
    SLIP_UNIT, /* answered by the engine */
    SLIP_ANSWER,
    SLIP_ADVICE,
    SLIP_TOTALS,
    SLIP_CUT_OVER,
    SLIP_STATE,
    SLIP_STRAY,
};

struct slip {
    struct slip *next;
    enum slip_kind kind;
    struct bank *bank; /* whose adapter told it; NULL: the engine did */
    struct adapter_ticket ticket;
    union {
        struct payment payment;
        struct bank_link link;
        struct bank_day day;
        struct unit *unit;
        struct adapter_answer answer;
        struct adapter_advice advice;
        struct day_totals totals;
        date_days new_day;
        enum adapter_state state;
        struct adapter_stray stray;
    } body;
};

struct inbox {
    pthread_mutex_t lock;
    pthread_cond_t wakes;
    struct slip *head;
    struct slip *tail;
    size_t news_count;
    size_t advice_count;
    size_t stray_count;
    bool is_news_missed;
    bool is_stopping;
};

void inbox_create(struct inbox *inbox);
void inbox_destroy(struct inbox *inbox);
/* Everything in it, oldest first; waits for something until `until_us` (monotonic). The caller
 * frees each. */
struct slip *
inbox_take(struct inbox *inbox, int64_t until_us, bool *is_news_missed_out, bool *is_stopping_out);
void inbox_miss(struct inbox *inbox);
void inbox_stop(struct inbox *inbox);
void inbox_advice_settled(struct inbox *inbox);
struct engine_news inbox_news(struct banks *banks);
struct adapter_events inbox_events(struct bank *bank);
void inbox_put_unit(struct inbox *inbox, struct unit *unit);

/* --- commands on their way: errand.c --- */

struct errand;

struct errand_kind {
    const char *command;
    /* Its result is durable, a refusal included. */
    void (*done)(struct banks *banks, struct errand *errand, const struct command *command);
    /* It was not committed, or nobody knows. NULL: the same command, key and all, once more. */
    void (*lost)(struct banks *banks, struct errand *errand);
};

struct errand {
    struct errand *next;
    struct errand_list *list; /* it waits in */
    const struct errand_kind *kind;
    const struct command_type *type;
    struct bank *bank;
    struct order *order; /* or NULL */
    struct adapter_ticket ticket;
    date_days day;
    char key[ERRAND_KEY_SIZE];
    max_align_t body[];
};

struct errand_list {
    struct errand *head;
    struct errand *tail;
    size_t count;
};

struct errands {
    struct errand_list waiting; /* as the system; those as a bank wait in its own list */
    size_t under_way_count;     /* units */
    size_t parcel_count_max;
    int64_t not_before_us;
    int64_t run;    /* names this run of the program in idempotency keys */
    int64_t serial; /* of the last errand */
};

/* `body` is copied. As the system; its key is its own for ever. */
struct errand *errand_send(struct banks *banks,
                           const struct errand_kind *kind,
                           struct bank *bank,
                           const void *body);
/* As the bank itself, under a key of the bank's. */
struct errand *errand_send_as_bank(struct banks *banks,
                                   const struct errand_kind *kind,
                                   struct bank *bank,
                                   const char *key,
                                   const void *body);
/* Hands waiting errands to the engine, as far as it takes them. */
void errands_submit(struct banks *banks);
void errands_answered(struct banks *banks, struct unit *unit);
bool errands_are_idle(const struct banks *banks);
void errands_destroy(struct banks *banks);
/* Answered when nobody reads any more. */
void errands_discard(struct unit *unit);
void errand_log_refusal(const struct errand *errand, const struct command *command);

/* --- the banks --- */

struct closed_day {
    struct bank_day day;
    struct day_totals asked; /* what the bank was asked about */
    int64_t due_us;
    int64_t delay_us;
    bool is_busy; /* the adapter or the engine has it */
};

struct bank {
    struct banks *banks;
    char id[PARTY_ID_SIZE];
    char *file;
    const struct bank_opener *opener;
    _Atomic(struct adapter *) adapter; /* NULL before it is open and after it is closed */
    bool is_up;
    bool is_link_known;
    struct bank_link link;

    struct order_queue waiting;
    size_t sending_count; /* payment.send is with the engine */
    size_t paying_count;  /* ORDER_SENDING, and ORDER_ASKING for ADAPTER_PAY */
    size_t window;        /* of them at most: learned from what the adapter cannot take */
    int64_t paused_until_us;
    enum refusal_code refused_with;  /* the last payment.send that was */
    char more_from[PAYMENT_ID_SIZE]; /* left in the store for want of room; "" = none */
    bool is_doubt_left;              /* among them some that were sent */
    int64_t more_due_us;
    bool is_scan_due;
    bool is_refill; /* it is for what was left approved, and nothing else */
    uint64_t scan;  /* number of the last reading */

    struct closed_day days[DAYS_COUNT_MAX];
    size_t day_count;
    int64_t totals_attempt;
    date_days heard_day; /* later than the link's; DATE_NONE: none was */
    int64_t heard_since_us;
    bool is_behind; /* and the cut-over has not come for a while */

    date_days stray_day; /* of the link, and how many were kept on it */
    int64_t stray_count;

    struct errand_list advices;
    struct bank_report report; /* under banks->report_lock */
};

struct payer_name {
    char payer[PARTY_ID_SIZE];
    char name[141];
};

struct banks {
    struct banks_config config;
    struct bank banks[BANKS_COUNT_MAX];
    size_t bank_count;
    struct engine *engine;
    struct vault *vault;
    struct journal_reader *reader;
    struct arena scratch;
    pthread_t thread;
    bool is_running;
    bool is_open; /* the links were opened */

    struct inbox inbox;
    struct orders orders;
    struct errands errands;
    struct payer_name *names;
    int64_t now_us; /* monotonic, of this turn */
    int64_t scan_not_before_us;
    int64_t figures_due_us;
    pthread_mutex_t document_lock; /* that an adapter outlives a document handed to it */
    pthread_mutex_t report_lock;   /* the reports, and that an adapter outlives a look at it */
};

struct bank *banks_find(struct banks *banks, const char *id);

/* teller.c */
void *teller_run(void *banks);

/* outbox.c: payments on their way out */
void outbox_run(struct banks *banks);
/* What the payment's state asks for next. */
void order_step(struct banks *banks, struct order *order);
void order_answered(struct banks *banks, const struct adapter_answer *answer);
/* OK: ORDER_ASKING. Otherwise the adapter takes nothing now. */
MUST_CHECK enum status
order_ask(struct banks *banks, struct order *order, enum adapter_act act, int64_t attempt);
void order_tell(struct banks *banks, struct order *order, const struct adapter_answer *answer);
/* The store has it so, and nothing was with the engine when it was read. */
void order_found(struct banks *banks, struct order *order, const struct payment *payment);
/* NULL: no room; noted as left in the store. */
struct order *order_admit(struct banks *banks, struct bank *bank, const struct payment *payment);
void outbox_news(struct banks *banks, const struct payment *payment);
void outbox_link_news(struct banks *banks, const struct bank_link *link);

/* doubt.c: payments whose fate is not known */
void doubt_step(struct banks *banks, struct order *order);
/* The bank has it and will tell later: asked now and then, for as long as that takes. */
void doubt_pending(struct banks *banks, struct order *order);
void doubt_answered(struct banks *banks, struct order *order, const struct adapter_answer *answer);

/* scan.c: what the store says */
void scan_run(struct banks *banks);
/* Left in the store for want of room: to be read when there is some. */
void scan_leave(struct bank *bank, const struct payment *payment);
/* Payments from this id on are read again, soon. */
void scan_from(struct bank *bank, const char *payment_id);
/* The lowest id a restart has to look from: every payment of the bank still open is there or
 * above. */
enum status scan_open_from(struct banks *banks, struct bank *bank, char id_out[PAYMENT_ID_SIZE]);

/* advice.c: money received and returned */
void advice_reply(struct banks *banks,
                  struct bank *bank,
                  struct adapter_ticket ticket,
                  enum adapter_reply reply);
void advice_take(struct banks *banks,
                 struct bank *bank,
                 const struct adapter_advice *advice,
                 struct adapter_ticket ticket);

/* stray.c: answers that fitted nothing */
void stray_take(struct banks *banks, struct bank *bank, const struct adapter_stray *stray);

/* day.c: cut-over and totals */
void day_cut_over(struct banks *banks, struct bank *bank, date_days new_day);
/* The bank spoke of this day: its cut-over may have been missed. */
void day_heard(struct banks *banks, struct bank *bank, date_days day);
void day_news(struct banks *banks, const struct bank_day *day);
void day_run(struct banks *banks);
void day_answered(struct banks *banks, struct bank *bank, const struct adapter_answer *answer);
void day_told(struct banks *banks,
              struct bank *bank,
              const struct day_totals *totals,
              struct adapter_ticket ticket);

/* report.c */
void report_refresh(struct banks *banks);

/* names.c: who pays, as the bank is to be told; "" when it cannot be read now */
const char *name_of(struct banks *banks, const char *payer);
