#include "gateway/server/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum metric_kind {
    METRIC_COUNTER,
    METRIC_GAUGE,
    METRIC_HISTOGRAM,
};

enum {
    METRIC_COUNT_MAX = 4096,
    LABELS_SIZE = 160,
    BUCKET_COUNT = 16,
    LINE_SIZE_MAX = 320,
    NO_NEXT = -1
};

static const struct {
    int64_t limit_us;
    const char *text;
} buckets[BUCKET_COUNT] = {
    {100,      "0.0001"},
    {200,      "0.0002"},
    {500,      "0.0005"},
    {1000,     "0.001" },
    {2000,     "0.002" },
    {5000,     "0.005" },
    {10000,    "0.01"  },
    {20000,    "0.02"  },
    {50000,    "0.05"  },
    {100000,   "0.1"   },
    {200000,   "0.2"   },
    {500000,   "0.5"   },
    {1000000,  "1"     },
    {2000000,  "2"     },
    {5000000,  "5"     },
    {10000000, "10"    },
};

struct metric {
    enum metric_kind kind;
    const char *name;
    const char *help;
    char labels[LABELS_SIZE];
    int next_in_family;
    bool is_first_in_family;
    _Atomic int64_t value; /* of a histogram: the sum in microseconds */
    _Atomic int64_t counts[BUCKET_COUNT + 1];
};

struct metrics {
    pthread_mutex_t mutex; /* over registration */
    atomic_size_t count;
    struct metric table[METRIC_COUNT_MAX];
};

struct metrics *metrics_create(void)
{
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics == NULL) {
        abort();
    }
    pthread_mutex_init(&metrics->mutex, NULL);
    return metrics;
}

void metrics_destroy(struct metrics *metrics)
{
    pthread_mutex_destroy(&metrics->mutex);
    free(metrics);
}

static struct metric *add(struct metrics *metrics, const struct metric *wanted, const char *labels)
{
    size_t count = atomic_load(&metrics->count);
    struct metric *last = NULL;
    for (size_t i = 0; i < count; i++) {
        struct metric *known = &metrics->table[i];
        if (strcmp(known->name, wanted->name) != 0) {
            continue;
        }
        assert(known->kind == wanted->kind);
        if (strcmp(known->labels, labels) == 0) {
            return known;
        }
        last = known;
    }
    assert(count < METRIC_COUNT_MAX && strlen(labels) < LABELS_SIZE);
    struct metric *metric = &metrics->table[count];
    metric->kind = wanted->kind;
    metric->name = wanted->name;
    metric->help = wanted->help;
    memcpy(metric->labels, labels, strlen(labels) + 1);
    metric->next_in_family = NO_NEXT;
    metric->is_first_in_family = last == NULL;
    if (last != NULL) {
        last->next_in_family = (int)count;
    }
    atomic_store(&metrics->count, count + 1);
    return metric;
}

static struct metric *add_locked(struct metrics *metrics, struct metric wanted, const char *labels)
{
    pthread_mutex_lock(&metrics->mutex);
    struct metric *metric = add(metrics, &wanted, labels);
    pthread_mutex_unlock(&metrics->mutex);
    return metric;
}

struct metric *
metrics_counter(struct metrics *metrics, const char *name, const char *labels, const char *help)
{
    return add_locked(
        metrics, (struct metric){.kind = METRIC_COUNTER, .name = name, .help = help}, labels);
}

struct metric *
metrics_gauge(struct metrics *metrics, const char *name, const char *labels, const char *help)
{
    return add_locked(
        metrics, (struct metric){.kind = METRIC_GAUGE, .name = name, .help = help}, labels);
}

struct metric *
metrics_histogram(struct metrics *metrics, const char *name, const char *labels, const char *help)
{
    return add_locked(
        metrics, (struct metric){.kind = METRIC_HISTOGRAM, .name = name, .help = help}, labels);
}

void metric_add(struct metric *metric, int64_t amount)
{
    atomic_fetch_add_explicit(&metric->value, amount, memory_order_relaxed);
}

void metric_set(struct metric *metric, int64_t value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

int64_t metric_value(const struct metric *metric)
{
    return atomic_load_explicit(&metric->value, memory_order_relaxed);
}

void metric_observe(struct metric *metric, int64_t duration_us)
{
    size_t bucket = 0;
    while (bucket < BUCKET_COUNT && duration_us > buckets[bucket].limit_us) {
        bucket++;
    }
    atomic_fetch_add_explicit(&metric->counts[bucket], 1, memory_order_relaxed);
    metric_add(metric, duration_us);
}

static void write_line(
    struct writer *out, const char *name, const char *suffix, const char *labels, const char *value)
{
    write_text(out, name);
    write_text(out, suffix);
    if (labels[0] != '\0') {
        write_text(out, "{");
        write_text(out, labels);
        write_text(out, "}");
    }
    write_text(out, " ");
    write_text(out, value);
    write_text(out, "\n");
}

static void write_histogram(const struct metric *metric, struct writer *out)
{
    int64_t total = 0;
    char value[48];
    for (size_t i = 0; i <= BUCKET_COUNT; i++) {
        char labels[LABELS_SIZE + 32];
        total += atomic_load_explicit(&metric->counts[i], memory_order_relaxed);
        snprintf(labels,
                 sizeof labels,
                 "%s%sle=\"%s\"",
                 metric->labels,
                 metric->labels[0] == '\0' ? "" : ",",
                 i < BUCKET_COUNT ? buckets[i].text : "+Inf");
        snprintf(value, sizeof value, "%" PRId64, total);
        write_line(out, metric->name, "_bucket", labels, value);
    }
    int64_t sum_us = metric_value(metric);
    write_line(out, metric->name, "_count", metric->labels, value);
    snprintf(value, sizeof value, "%" PRId64 ".%06" PRId64, sum_us / 1000000, sum_us % 1000000);
    write_line(out, metric->name, "_sum", metric->labels, value);
}

static void write_metric(const struct metric *metric, struct writer *out)
{
    if (metric->kind == METRIC_HISTOGRAM) {
        write_histogram(metric, out);
        return;
    }
    char value[24];
    snprintf(value, sizeof value, "%" PRId64, metric_value(metric));
    write_line(out, metric->name, "", metric->labels, value);
}

static void
write_family(const struct metrics *metrics, const struct metric *first, struct writer *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    write_text(out, "# HELP ");
    write_line(out, first->name, "", "", first->help);
    write_text(out, "# TYPE ");
    write_line(out, first->name, "", "", kinds[first->kind]);
    for (const struct metric *metric = first;; metric = &metrics->table[metric->next_in_family]) {
        write_metric(metric, out);
        if (metric->next_in_family == NO_NEXT) {
            return;
        }
    }
}

void metrics_write(const struct metrics *metrics, struct writer *out)
{
    size_t count = atomic_load(&metrics->count);
    for (size_t i = 0; i < count; i++) {
        if (metrics->table[i].is_first_in_family) {
            write_family(metrics, &metrics->table[i], out);
        }
    }
}

size_t metrics_size_max(const struct metrics *metrics)
{
    size_t size = 0;
    size_t count = atomic_load(&metrics->count);
    for (size_t i = 0; i < count; i++) {
        size_t line_count = metrics->table[i].kind == METRIC_HISTOGRAM ? BUCKET_COUNT + 5 : 3;
        size += line_count * LINE_SIZE_MAX;
    }
    return size;
}
