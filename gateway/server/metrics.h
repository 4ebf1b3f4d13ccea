#pragma once
/*
 * Counters, gauges and histograms in the Prometheus text format (version 0.0.4).
 * Registered once at start, counted from any thread without locks, read by GET /metrics.
 */
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/bytes.h"

struct metrics;
struct metric;

struct metrics *metrics_create(void);
void metrics_destroy(struct metrics *metrics);

/* `name` and `help` must outlive the registry; `labels` ("route=\"/livez\",class=\"2xx\"", or "")
 * is copied. Names of one family share one help. Registering a pair again gives the same metric. A
 * full table is a bug. Names: kouan_…_total for counters, kouan_…_seconds for histograms. */
struct metric *
metrics_counter(struct metrics *metrics, const char *name, const char *labels, const char *help);
struct metric *
metrics_gauge(struct metrics *metrics, const char *name, const char *labels, const char *help);
/* Of durations, from 100 µs to 10 s. */
struct metric *
metrics_histogram(struct metrics *metrics, const char *name, const char *labels, const char *help);

void metric_add(struct metric *metric, int64_t amount);
void metric_set(struct metric *metric, int64_t value);
int64_t metric_value(const struct metric *metric);
void metric_observe(struct metric *metric, int64_t duration_us);

/* All of them; has_failed when the room is too small. */
void metrics_write(const struct metrics *metrics, struct writer *out);
/* Room that metrics_write is sure to fit in. */
size_t metrics_size_max(const struct metrics *metrics);
