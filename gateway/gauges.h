#pragma once
/* The figures of the engine, the links and the webhooks among the server's metrics (GET /metrics),
 * refreshed once a second. */
#include "gateway/banks/banks.h"
#include "gateway/engine/engine.h"
#include "gateway/server/metrics.h"
#include "gateway/webhooks/webhooks.h"

struct gauges;

struct gauges *
gauges_create(struct metrics *metrics, struct banks *banks, struct webhooks *webhooks);
void gauges_destroy(struct gauges *gauges);
void gauges_refresh(struct gauges *gauges, const struct engine_report *report);
