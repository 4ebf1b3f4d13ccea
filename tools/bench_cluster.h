#pragma once
/* A private PostgreSQL for a benchmark: unix socket only, checksums, settings of production. */
#include <stdbool.h>
#include <sys/types.h>

struct bench_cluster {
    char directory[128];
    const char *bindir;
    pid_t child; /* initdb, then the postmaster; 0 = not running */
};

/*
 * False with a message on standard error. `parent` is where its directory is made. One at a time,
 * and before any thread is made: from now on SIGINT, SIGTERM and SIGHUP stop it, remove its
 * directory and end the process; whatever else ends the process ends PostgreSQL too.
 */
bool bench_cluster_start(struct bench_cluster *cluster, const char *bindir, const char *parent);
/* Stops it by pid and removes its directory. */
void bench_cluster_stop(struct bench_cluster *cluster);
