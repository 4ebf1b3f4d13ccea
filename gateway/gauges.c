#include "gateway/gauges.h"

#include <assert.h>
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
};

struct gauges {
    struct metric *metrics[FIGURE_COUNT];
};

struct gauges *gauges_create(struct metrics *metrics)
{
    struct gauges *gauges = calloc(1, sizeof *gauges);
    assert(gauges != NULL);
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        gauges->metrics[i] = metrics_gauge(metrics, figures[i].name, "", figures[i].help);
    }
    return gauges;
}

void gauges_destroy(struct gauges *gauges)
{
    free(gauges);
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
    };
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        metric_set(gauges->metrics[i], values[i]);
    }
}
