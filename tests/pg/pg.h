#pragma once
/*
 * A private PostgreSQL for one test: its own directory, unix socket only, page checksums, the
 * settings of production. Root runs it as user postgres. Only its own processes are ever stopped,
 * by pid.
 */
#include <stdbool.h>
#include <sys/types.h>

struct pg {
    char directory[64]; /* also of the socket */
    pid_t postmaster;
};

/* Aborts with a message when PostgreSQL cannot be started. PG_BINDIR overrides the Debian path. */
void pg_start(struct pg *pg);
void pg_stop(struct pg *pg);
/* kill -9 of the postmaster and all its children, and a new start on the same data. */
void pg_crash(struct pg *pg);
void pg_restart(struct pg *pg, const char *option);

/* "host=… user=… dbname=postgres"; valid until the next call. */
const char *pg_conninfo(const struct pg *pg, const char *user);
/* Runs SQL as `user`; true when all of it succeeded. */
bool pg_run(const struct pg *pg, const char *user, const char *sql);
/* The same as superuser in another database. */
bool pg_run_in(const struct pg *pg, const char *database, const char *sql);
/* The first column of the first row as text, "" when there is none; valid until the next call. */
const char *pg_text(const struct pg *pg, const char *user, const char *sql);
long long pg_number(const struct pg *pg, const char *sql);
