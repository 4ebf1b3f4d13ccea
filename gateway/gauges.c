#include "gateway/gauges.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum figure {
    FIGURE_ACTIVE,
    FIGURE_COMMAND_SEQ,
    FIGURE_TRANSFER_SEQ,
    FIGURE_ACCOUNTS,
    FIGURE_BATCHES,
    FIGURE_COMMANDS,
    FIGURE_REFUSALS,
    FIGURE_FETCHES,
    FIGURE_REBUILDS,
    FIGURE_DOCUMENTS,
    FIGURE_QUEUE,
    FIGURE_DUE,
    FIGURE_DUE_REFUSED,
    FIGURE_DUE_LAG,
    FIGURE_COUNT,
};

static const struct {
    const char *name;
    const char *help;
} figures[FIGURE_COUNT] = {
    [FIGURE_ACTIVE] = {"kouan_engine_active",       "1 while this engine holds the lock and writes"},
    [FIGURE_COMMAND_SEQ] = {"kouan_command_seq",         "The last durable command"                     },
    [FIGURE_TRANSFER_SEQ] = {"kouan_transfer_seq",        "The last durable transfer"                    },
    [FIGURE_ACCOUNTS] = {"kouan_accounts",            "Accounts in the book"                         },
    [FIGURE_BATCHES] = {"kouan_batches_total",       "Transactions committed"                       },
    [FIGURE_COMMANDS] = {"kouan_commands_total",      "Commands accepted and durable"                },
    [FIGURE_REFUSALS] = {"kouan_refusals_total",      "Commands refused by a rule"                   },
    [FIGURE_FETCHES] = {"kouan_fetches_total",       "Rounds of documents read from the store"      },
    [FIGURE_REBUILDS] = {"kouan_rebuilds_total",      "Times the book was rebuilt from the journal"  },
    [FIGURE_DOCUMENTS] = {"kouan_documents_in_memory", "Documents kept in memory"                     },
    [FIGURE_QUEUE] = {"kouan_queue_units",         "Requests the engine has not answered yet"     },
    [FIGURE_DUE] = {"kouan_deadlines_total",     "Commands of time that were done"              },
    [FIGURE_DUE_REFUSED] = {"kouan_deadlines_refused",
                       "Commands of time that were refused; tried again"                           },
    [FIGURE_DUE_LAG] = {"kouan_deadline_lag_days",   "Since the oldest of them was due"             },
};

enum link_figure {
    LINK_STATE,
    LINK_SENT,
    LINK_RECEIVED,
    LINK_UNKNOWN,
    LINK_LATE,
    LINK_UNMATCHED,
    LINK_DUPLICATES,
    LINK_REFUSED,
    LINK_OUTSTANDING,
    LINK_OPEN,
    LINK_IN_DOUBT,
    LINK_IN_DOUBT_SECONDS,
    LINK_BEHIND_DAYS,
    LINK_FIGURE_COUNT,
};

/* With the label bank="…". */
static const struct {
    const char *name;
    const char *help;
} link_figures[LINK_FIGURE_COUNT] = {
    [LINK_STATE] = {"kouan_link_state",                "0 no connection, 1 connected, 2 signed on"},
    [LINK_SENT] = {"kouan_link_sent_total",           "Messages sent to the bank"                },
    [LINK_RECEIVED] = {"kouan_link_received_total",       "Messages of the bank"                     },
    [LINK_UNKNOWN] = {"kouan_link_unknown_total",        "Requests without an answer in time"       },
    [LINK_LATE] = {"kouan_link_late_total",           "Answers after their time"                 },
    [LINK_UNMATCHED] = {"kouan_link_unmatched_total",      "Answers to nothing that was asked"        },
    [LINK_DUPLICATES] = {"kouan_link_duplicates_total",     "Messages that came again"                 },
    [LINK_REFUSED] = {"kouan_link_refused_total",        "Messages refused: MAC, replay, form"      },
    [LINK_OUTSTANDING] = {"kouan_link_outstanding_requests", "Requests not answered yet"                },
    [LINK_OPEN] = {"kouan_link_open_payments",        "Payments approved, sent or in doubt"      },
    [LINK_IN_DOUBT] = {"kouan_link_in_doubt_payments",    "Payments in doubt"                        },
    [LINK_IN_DOUBT_SECONDS] = {"kouan_link_in_doubt_seconds",     "Since the oldest of them was sent"        },
    [LINK_BEHIND_DAYS] = {"kouan_link_behind_days",
                    "The bank speaks of a day this much later, without cut-over"                  },
};

enum webhook_figure {
    WEBHOOK_COUNT,
    WEBHOOK_DELIVERED,
    WEBHOOK_FAILED,
    WEBHOOK_DEAD,
    WEBHOOK_LAG,
    WEBHOOK_FIGURE_COUNT,
};

static const struct {
    const char *name;
    const char *help;
} webhook_figures[WEBHOOK_FIGURE_COUNT] = {
    [WEBHOOK_COUNT] = {"kouan_webhooks",                "Webhooks there are"                         },
    [WEBHOOK_DELIVERED] = {"kouan_webhook_delivered_total", "Posts a receiver took"                      },
    [WEBHOOK_FAILED] = {"kouan_webhook_failed_total",    "Posts a receiver did not take"              },
    [WEBHOOK_DEAD] = {"kouan_webhook_dead_total",      "Events given up"                            },
    [WEBHOOK_LAG] = {"kouan_webhook_lag_events",      "Events of active webhooks not delivered yet"},
};

struct gauges {
    struct metric *metrics[FIGURE_COUNT];
    struct banks *banks;
    struct webhooks *webhooks;
    struct metric *webhook_metrics[WEBHOOK_FIGURE_COUNT];
    struct metric *links[BANKS_COUNT_MAX][LINK_FIGURE_COUNT];
};

static void links_create(struct gauges *gauges, struct metrics *metrics)
{
    for (size_t i = 0; i < banks_count(gauges->banks); i++) {
        struct bank_report report;
        char label[PARTY_ID_SIZE + 16];
        banks_read_report(gauges->banks, i, &report);
        (void)snprintf(label, sizeof label, "bank=\"%s\"", report.bank);
        for (size_t j = 0; j < LINK_FIGURE_COUNT; j++) {
            gauges->links[i][j] =
                metrics_gauge(metrics, link_figures[j].name, label, link_figures[j].help);
        }
    }
}

struct gauges *
gauges_create(struct metrics *metrics, struct banks *banks, struct webhooks *webhooks)
{
    struct gauges *gauges = calloc(1, sizeof *gauges);
    assert(gauges != NULL);
    gauges->banks = banks;
    gauges->webhooks = webhooks;
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        gauges->metrics[i] = metrics_gauge(metrics, figures[i].name, "", figures[i].help);
    }
    for (size_t i = 0; i < WEBHOOK_FIGURE_COUNT; i++) {
        gauges->webhook_metrics[i] =
            metrics_gauge(metrics, webhook_figures[i].name, "", webhook_figures[i].help);
    }
    links_create(gauges, metrics);
    return gauges;
}

void gauges_destroy(struct gauges *gauges)
{
    free(gauges);
}

static void link_refresh(struct metric *const metrics[LINK_FIGURE_COUNT],
                         const struct bank_report *report,
                         instant_us now)
{
    const struct adapter_report *adapter = &report->adapter;
    instant_us since = report->in_doubt_since;
    const int64_t values[LINK_FIGURE_COUNT] = {
        [LINK_STATE] = (int64_t)adapter->state,
        [LINK_SENT] = (int64_t)adapter->sent_count,
        [LINK_RECEIVED] = (int64_t)adapter->received_count,
        [LINK_UNKNOWN] = (int64_t)adapter->unknown_count,
        [LINK_LATE] = (int64_t)adapter->late_count,
        [LINK_UNMATCHED] = (int64_t)adapter->unmatched_count,
        [LINK_DUPLICATES] = (int64_t)adapter->duplicate_count,
        [LINK_REFUSED] = (int64_t)adapter->refused_count,
        [LINK_OUTSTANDING] = (int64_t)adapter->outstanding_count,
        [LINK_OPEN] = (int64_t)report->open_count,
        [LINK_IN_DOUBT] = (int64_t)report->in_doubt_count,
        [LINK_IN_DOUBT_SECONDS] =
            since == INSTANT_NONE || since > now ? 0 : (now - since) / INSTANT_US_PER_SECOND,
        [LINK_BEHIND_DAYS] = report->behind_day_count,
    };
    for (size_t i = 0; i < LINK_FIGURE_COUNT; i++) {
        metric_set(metrics[i], values[i]);
    }
}

static void webhooks_refresh(const struct gauges *gauges)
{
    struct webhooks_report report;
    webhooks_read_report(gauges->webhooks, &report);
    const int64_t values[WEBHOOK_FIGURE_COUNT] = {
        [WEBHOOK_COUNT] = report.webhook_count,
        [WEBHOOK_DELIVERED] = report.delivered_count,
        [WEBHOOK_FAILED] = report.failed_count,
        [WEBHOOK_DEAD] = report.dead_count,
        [WEBHOOK_LAG] = report.lag_count,
    };
    for (size_t i = 0; i < WEBHOOK_FIGURE_COUNT; i++) {
        metric_set(gauges->webhook_metrics[i], values[i]);
    }
}

void gauges_refresh(struct gauges *gauges, const struct engine_report *report)
{
    const int64_t values[FIGURE_COUNT] = {
        [FIGURE_ACTIVE] = report->state == ENGINE_ACTIVE ? 1 : 0,
        [FIGURE_COMMAND_SEQ] = report->command_seq,
        [FIGURE_TRANSFER_SEQ] = report->transfer_seq,
        [FIGURE_ACCOUNTS] = report->account_count,
        [FIGURE_BATCHES] = (int64_t)report->batch_count,
        [FIGURE_COMMANDS] = (int64_t)report->command_count,
        [FIGURE_REFUSALS] = (int64_t)report->refusal_count,
        [FIGURE_FETCHES] = (int64_t)report->fetch_count,
        [FIGURE_REBUILDS] = (int64_t)report->rebuild_count,
        [FIGURE_DOCUMENTS] = (int64_t)report->document_count,
        [FIGURE_QUEUE] = (int64_t)report->queue_count,
        [FIGURE_DUE] = (int64_t)report->due_count,
        [FIGURE_DUE_REFUSED] = (int64_t)report->due_refused_count,
        [FIGURE_DUE_LAG] = report->due_lag_days,
    };
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        metric_set(gauges->metrics[i], values[i]);
    }
    webhooks_refresh(gauges);
    for (size_t i = 0; i < banks_count(gauges->banks); i++) {
        struct bank_report link;
        banks_read_report(gauges->banks, i, &link);
        link_refresh(gauges->links[i], &link, clock_now());
    }
}
