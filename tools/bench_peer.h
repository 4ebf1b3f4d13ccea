#pragma once
/* What the engine is compared with, on the same server and with the same rows. */
#include <stdbool.h>
#include <stddef.h>

enum bench_table {
    BENCH_TABLE_INDEXED, /* primary key and a unique id */
    BENCH_TABLE_HEAP,    /* no index at all */
};

/* False when commits would not be durable, or the ledger is not empty; says why. */
bool bench_peer_check(const char *owner_conninfo);
/* The tables and the function to compare with. */
bool bench_peer_prepare(const char *owner_conninfo, size_t account_count);
/* Rows per second of a plain COPY loop, one transaction a batch; 0 = failed. */
double bench_peer_copy(const char *owner_conninfo,
                       enum bench_table table,
                       size_t row_count,
                       size_t batch_size);
/* Calls per second of the function under pgbench with 20 clients; 0 = failed. */
double bench_peer_function(const char *owner_conninfo,
                           const char *bindir,
                           size_t account_count,
                           int duration_s);
/* So that no measurement pays for the writing of another. */
void bench_peer_settle(const char *owner_conninfo);
