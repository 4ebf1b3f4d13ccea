#include "tools/bench_cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The cluster a signal has to take along; NULL = none. */
static struct bench_cluster *guarded;
static pthread_mutex_t guard_lock = PTHREAD_MUTEX_INITIALIZER;

static sigset_t guarded_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

/* PostgreSQL refuses to run as root. */
static bool drop_privileges(void)
{
    if (geteuid() != 0) {
        return true;
    }
    const struct passwd *user = getpwnam("postgres");
    return user != NULL && setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
}

/*
 * Dies with us, however we die: nothing of it is worth keeping. Asked for once the user has
 * changed, for that would take it back.
 */
static bool die_with(pid_t parent)
{
    sigset_t set = guarded_signals();
    return prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0 && getppid() == parent &&
           sigprocmask(SIG_UNBLOCK, &set, NULL) == 0;
}

static pid_t spawn(struct bench_cluster *cluster, const char *const *arguments)
{
    pid_t parent = getpid();
    pthread_mutex_lock(&guard_lock);
    pid_t child = fork();
    if (child != 0) {
        cluster->child = child;
        pthread_mutex_unlock(&guard_lock);
        return child;
    }
    char path[160];
    snprintf(path, sizeof path, "%s/log", cluster->directory);
    if (!drop_privileges() || !die_with(parent) || chdir(cluster->directory) != 0) {
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
    (void)spawn(cluster, arguments);
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

/* Under the lock. */
static void cluster_remove(struct bench_cluster *cluster)
{
    if (cluster->child > 0) {
        kill(cluster->child, SIGQUIT);
        (void)wait_for(cluster->child);
        cluster->child = 0;
    }
    pid_t child = cluster->directory[0] == '\0' ? -1 : fork();
    if (child == 0) {
        execl("/bin/rm", "rm", "-rf", cluster->directory, (char *)NULL);
        _exit(127);
    }
    if (child > 0) {
        (void)wait_for(child);
        cluster->directory[0] = '\0';
    }
}

void bench_cluster_stop(struct bench_cluster *cluster)
{
    pthread_mutex_lock(&guard_lock);
    cluster_remove(cluster);
    guarded = NULL;
    pthread_mutex_unlock(&guard_lock);
}

static void *guard_run(void *context)
{
    (void)context;
    sigset_t set = guarded_signals();
    int signal_number = 0;
    while (sigwait(&set, &signal_number) != 0) {
    }
    pthread_mutex_lock(&guard_lock);
    if (guarded != NULL) {
        cluster_remove(guarded);
    }
    _exit(128 + signal_number);
}

/* From here on these signals reach the guard alone: threads made later inherit the mask. */
static bool guard_start(struct bench_cluster *cluster)
{
    sigset_t set = guarded_signals();
    pthread_t guard;
    guarded = cluster;
    return pthread_sigmask(SIG_BLOCK, &set, NULL) == 0 &&
           pthread_create(&guard, NULL, guard_run, NULL) == 0 && pthread_detach(guard) == 0;
}

bool bench_cluster_start(struct bench_cluster *cluster, const char *bindir, const char *parent)
{
    *cluster = (struct bench_cluster){.bindir = bindir};
    char program[256];
    char data[160];
    if (!directory_make(cluster, parent) || !guard_start(cluster)) {
        fprintf(stderr, "cannot make a directory for PostgreSQL in %s\n", parent);
        return false;
    }
    snprintf(program, sizeof program, "%s/initdb", bindir);
    snprintf(data, sizeof data, "%s/data", cluster->directory);
    const char *const arguments[] = {
        program, "-k", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", NULL};
    bool is_made = wait_for(spawn(cluster, arguments));
    pthread_mutex_lock(&guard_lock);
    cluster->child = 0;
    pthread_mutex_unlock(&guard_lock);
    if (!is_made || !postmaster_start(cluster)) {
        fprintf(stderr, "PostgreSQL did not start, see %s/log\n", cluster->directory);
        return false;
    }
    return true;
}
