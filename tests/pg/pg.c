#include "tests/pg/pg.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "pg: %s: %s\n", what, strerror(errno));
    abort();
}

static const char *bindir(void)
{
    const char *directory = getenv("PG_BINDIR");
    return directory != NULL ? directory : "/usr/lib/postgresql/15/bin";
}

/* PostgreSQL refuses to run as root. */
static void drop_privileges(void)
{
    if (geteuid() != 0) {
        return;
    }
    const struct passwd *user = getpwnam("postgres");
    if (user == NULL || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) {
        _exit(126);
    }
}

/* A child in a process group of its own, output to <directory>/log. */
static pid_t spawn(const struct pg *pg, const char *const *arguments)
{
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child > 0) {
        return child;
    }
    drop_privileges();
    char path[128];
    snprintf(path, sizeof path, "%s/log", pg->directory);
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (chdir(pg->directory) != 0 || log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) {
        _exit(125);
    }
    setpgid(0, 0);
    execv(arguments[0], (char *const *)arguments);
    _exit(127);
}

static void wait_for(pid_t child, const char *what)
{
    int result = 0;
    while (waitpid(child, &result, 0) < 0) {
        if (errno != EINTR) {
            fail(what);
        }
    }
    if (!WIFEXITED(result) || WEXITSTATUS(result) != 0) {
        fail(what);
    }
}

static void pause_ms(long duration_ms)
{
    struct timespec wait = {.tv_sec = duration_ms / 1000, .tv_nsec = duration_ms % 1000 * 1000000};
    nanosleep(&wait, NULL);
}

static void postmaster_start(struct pg *pg, const char *option)
{
    char program[256];
    char data[128];
    char socket_option[128];
    snprintf(program, sizeof program, "%s/postgres", bindir());
    snprintf(data, sizeof data, "%s/data", pg->directory);
    snprintf(socket_option, sizeof socket_option, "unix_socket_directories=%s", pg->directory);
    const char *const arguments[] = {program,
                                     "-D",
                                     data,
                                     "-c",
                                     socket_option,
                                     "-c",
                                     "listen_addresses=",
                                     "-c",
                                     "checkpoint_timeout=15min",
                                     "-c",
                                     "max_wal_size=8GB",
                                     "-c",
                                     "wal_compression=lz4",
                                     "-c",
                                     "jit=off",
                                     "-c",
                                     option,
                                     NULL};
    pg->postmaster = spawn(pg, arguments);
    for (int i = 0; i < 600; i++) {
        if (PQping(pg_conninfo(pg, "postgres")) == PQPING_OK) {
            return;
        }
        pause_ms(50);
        /* A killed child may hold the shared memory for a moment longer than its postmaster. */
        if (waitpid(pg->postmaster, NULL, WNOHANG) == pg->postmaster) {
            pg->postmaster = spawn(pg, arguments);
        }
    }
    fail("PostgreSQL did not start; see its log");
}

void pg_start(struct pg *pg)
{
    snprintf(pg->directory, sizeof pg->directory, "/tmp/kouan-pg-XXXXXX");
    if (mkdtemp(pg->directory) == NULL) {
        fail("mkdtemp");
    }
    if (geteuid() == 0) {
        const struct passwd *user = getpwnam("postgres");
        if (user == NULL || chown(pg->directory, user->pw_uid, user->pw_gid) != 0) {
            fail("chown to user postgres");
        }
    }
    char program[256];
    char data[128];
    snprintf(program, sizeof program, "%s/initdb", bindir());
    snprintf(data, sizeof data, "%s/data", pg->directory);
    const char *const arguments[] = {program,
                                     "-k",
                                     "-D",
                                     data,
                                     "-U",
                                     "postgres",
                                     "-A",
                                     "trust",
                                     "-E",
                                     "UTF8",
                                     "--locale=C.UTF-8",
                                     "-N",
                                     NULL};
    wait_for(spawn(pg, arguments), "initdb");
    postmaster_start(pg, "max_connections=50");
}

static void postmaster_end(struct pg *pg, int signal_number)
{
    kill(pg->postmaster, signal_number);
    while (waitpid(pg->postmaster, NULL, 0) < 0 && errno == EINTR) {
    }
    pg->postmaster = 0;
}

void pg_stop(struct pg *pg)
{
    postmaster_end(pg, SIGINT);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/rm", "rm", "-rf", pg->directory, (char *)NULL);
        _exit(127);
    }
    wait_for(child, "rm");
}

void pg_restart(struct pg *pg, const char *option)
{
    postmaster_end(pg, SIGINT);
    postmaster_start(pg, option);
}

/* Backends leave the postmaster's process group: they are found by their parent. */
static void children_kill(pid_t parent)
{
    char command[64];
    snprintf(command, sizeof command, "ps -o pid= --ppid %ld", (long)parent);
    FILE *list = popen(command, "r"); /* NOLINT(bugprone-command-processor,cert-env33-c) */
    long child = 0;
    while (list != NULL && fscanf(list, "%ld", &child) == 1) { /* NOLINT(cert-err34-c) */
        kill((pid_t)child, SIGKILL);
    }
    if (list != NULL) {
        pclose(list);
    }
}

void pg_crash(struct pg *pg)
{
    kill(pg->postmaster, SIGSTOP);
    children_kill(pg->postmaster);
    postmaster_end(pg, SIGKILL);
    postmaster_start(pg, "max_connections=50");
}

const char *pg_conninfo(const struct pg *pg, const char *user)
{
    static char conninfo[256];
    snprintf(conninfo,
             sizeof conninfo,
             "host=%s port=5432 dbname=postgres user=%s",
             pg->directory,
             user);
    return conninfo;
}

static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static PGresult *run(PGconn *connection, const char *sql)
{
    PQsetNoticeProcessor(connection, ignore_notice, NULL);
    return PQexec(connection, sql);
}

static bool run_once(const char *conninfo, const char *sql)
{
    PGconn *connection = PQconnectdb(conninfo);
    PGresult *result = run(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    PQfinish(connection);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool pg_run(const struct pg *pg, const char *user, const char *sql)
{
    return run_once(pg_conninfo(pg, user), sql);
}

bool pg_run_in(const struct pg *pg, const char *database, const char *sql)
{
    char conninfo[256];
    snprintf(conninfo, sizeof conninfo, "host=%s dbname=%s user=postgres", pg->directory, database);
    return run_once(conninfo, sql);
}

const char *pg_text(const struct pg *pg, const char *user, const char *sql)
{
    static char text[1024];
    PGconn *connection = PQconnectdb(pg_conninfo(pg, user));
    PGresult *result = run(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fprintf(stderr, "pg: %s: %s", sql, PQresultErrorMessage(result));
    }
    snprintf(text, sizeof text, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(connection);
    return text;
}

long long pg_number(const struct pg *pg, const char *sql)
{
    return strtoll(pg_text(pg, "postgres", sql), NULL, 10);
}
