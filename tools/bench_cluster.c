#include "tools/bench_cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* PostgreSQL refuses to run as root. */
static bool drop_privileges(void)
{
    if (geteuid() != 0) {
        return true;
    }
    const struct passwd *user = getpwnam("postgres");
    return user != NULL && setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
}

static pid_t spawn(const struct bench_cluster *cluster, const char *const *arguments)
{
    pid_t child = fork();
    if (child != 0) {
        return child;
    }
    char path[160];
    snprintf(path, sizeof path, "%s/log", cluster->directory);
    if (!drop_privileges() || chdir(cluster->directory) != 0) {
        _exit(126);
    }
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
        _exit(125);
    }
    setpgid(0, 0);
    execv(arguments[0], (char *const *)arguments);
    _exit(127);
}

static bool wait_for(pid_t child)
{
    int result = 0;
    while (waitpid(child, &result, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static bool directory_make(struct bench_cluster *cluster, const char *parent)
{
    snprintf(cluster->directory, sizeof cluster->directory, "%s/kouan-bench-XXXXXX", parent);
    if (mkdtemp(cluster->directory) == NULL) {
        return false;
    }
    if (geteuid() == 0) {
        const struct passwd *user = getpwnam("postgres");
        return user != NULL && chown(cluster->directory, user->pw_uid, user->pw_gid) == 0;
    }
    return true;
}

static bool postmaster_start(struct bench_cluster *cluster)
{
    char program[256];
    char data[160];
    char socket_setting[192];
    snprintf(program, sizeof program, "%s/postgres", cluster->bindir);
    snprintf(data, sizeof data, "%s/data", cluster->directory);
    snprintf(
        socket_setting, sizeof socket_setting, "unix_socket_directories=%s", cluster->directory);
    const char *const arguments[] = {program,
                                     "-D",
                                     data,
                                     "-c",
                                     socket_setting,
                                     "-c",
                                     "listen_addresses=",
                                     "-c",
                                     "shared_buffers=1GB",
                                     "-c",
                                     "checkpoint_timeout=15min",
                                     "-c",
                                     "max_wal_size=8GB",
                                     "-c",
                                     "wal_compression=lz4",
                                     "-c",
                                     "jit=off",
                                     NULL};
    cluster->postmaster = spawn(cluster, arguments);
    char conninfo[192];
    snprintf(
        conninfo, sizeof conninfo, "host=%s dbname=postgres user=postgres", cluster->directory);
    const struct timespec pause = {.tv_nsec = 50000000};
    for (int i = 0; i < 600; i++) {
        if (PQping(conninfo) == PQPING_OK) {
            return true;
        }
        nanosleep(&pause, NULL);
    }
    return false;
}

bool bench_cluster_start(struct bench_cluster *cluster, const char *bindir, const char *parent)
{
    *cluster = (struct bench_cluster){.bindir = bindir};
    char program[256];
    char data[160];
    if (!directory_make(cluster, parent)) {
        fprintf(stderr, "cannot make a directory for PostgreSQL in %s\n", parent);
        return false;
    }
    snprintf(program, sizeof program, "%s/initdb", bindir);
    snprintf(data, sizeof data, "%s/data", cluster->directory);
    const char *const arguments[] = {
        program, "-k", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", NULL};
    if (!wait_for(spawn(cluster, arguments)) || !postmaster_start(cluster)) {
        fprintf(stderr, "PostgreSQL did not start, see %s/log\n", cluster->directory);
        return false;
    }
    return true;
}

void bench_cluster_stop(struct bench_cluster *cluster)
{
    if (cluster->postmaster > 0) {
        kill(cluster->postmaster, SIGINT);
        (void)wait_for(cluster->postmaster);
        cluster->postmaster = 0;
    }
    pid_t child = cluster->directory[0] == '\0' ? -1 : fork();
    if (child == 0) {
        execl("/bin/rm", "rm", "-rf", cluster->directory, (char *)NULL);
        _exit(127);
    }
    if (child > 0) {
        (void)wait_for(child);
    }
}
