/*
 * The database dies under load, again and again: what was acknowledged is there, what was not is
 * not there twice, and the proof holds.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/business/guarantee/reservation.h"
#include "tests/engine/crew.h"

enum {
    WORKER_COUNT = 4,
    CRASH_COUNT = 6
};

static struct crew crew;
static char grn[18];
static atomic_bool is_over;
static atomic_llong acknowledged;
static atomic_llong not_committed;
static atomic_llong told;
static atomic_llong told_early; /* told, but not in the store */
static atomic_llong resets;

enum {
    LOOK_EVERY = 100
};

static void hear(void *context, enum document document, const void *data)
{
    (void)context;
    assert(document == DOCUMENT_RESERVATION);
    const struct reservation *reservation = data;
    if (atomic_fetch_add(&told, 1) % LOOK_EVERY == 0) {
        char statement[160];
        snprintf(statement,
                 sizeof statement,
                 "SELECT count(*) FROM business.reservation WHERE key = '%s'",
                 reservation->key);
        /* "": the database is just being killed */
        bool is_absent = strcmp(pg_text(&crew.pg, "postgres", statement), "0") == 0;
        atomic_fetch_add(&told_early, is_absent ? 1 : 0);
    }
}

static void hear_reset(void *context)
{
    (void)context;
    atomic_fetch_add(&resets, 1);
}

/* Sends until acknowledged, as a client must: the same key until the answer is known. */
static void reserve_surely(int worker, int number)
{
    char key[32];
    char json[256];
    snprintf(key, sizeof key, "w%d-%d", worker, number);
    snprintf(json,
             sizeof json,
             "{\"grn\":\"%s\",\"reference\":\"%s\",\"scope\":\"retail_import\","
             "\"amount\":{\"currency\":\"CNY\",\"value\":\"0.01\"}}",
             grn,
             key);
    for (;;) {
        struct unit *unit =
            crew_one(&crew, "customs", ROLE_CUSTOMS, key, "guarantee.reserve", json);
        enum unit_status status = unit->status;
        enum command_result result = unit->commands[0].result;
        unit_destroy(unit);
        if (status == UNIT_ANSWERED) {
            if (result != COMMAND_DONE && result != COMMAND_REPLAYED) {
                fprintf(stderr, "%s was refused\n", key);
                abort();
            }
            atomic_fetch_add(&acknowledged, 1);
            return;
        }
        atomic_fetch_add(&not_committed, 1);
    }
}

static void *work(void *argument)
{
    int worker = *(int *)argument;
    for (int number = 0; !atomic_load(&is_over); number++) {
        reserve_surely(worker, number);
    }
    return NULL;
}

static void pause_ms(long ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static void kill_backends(void)
{
    (void)pg_run(&crew.pg,
                 "postgres",
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE usename = 'kouan_writer'");
}

int main(int argument_count, char **arguments)
{
    unsigned seed = argument_count > 1 ? (unsigned)strtoul(arguments[1], NULL, 10) : 1;
    printf("seed %u\n", seed);
    crew.news = (struct engine_news){
        .documents = UINT64_C(1) << DOCUMENT_RESERVATION,
        .tell = hear,
        .reset = hear_reset,
    };
    crew_start(&crew);
    crew_settle(&crew, grn);
    pthread_t threads[WORKER_COUNT];
    int numbers[WORKER_COUNT];
    for (int i = 0; i < WORKER_COUNT; i++) {
        numbers[i] = i;
        int result = pthread_create(&threads[i], NULL, work, &numbers[i]);
        assert(result == 0);
        (void)result;
    }
    for (int i = 0; i < CRASH_COUNT; i++) {
        seed = seed * 1103515245 + 12345;
        pause_ms(300 + seed / 65536 % 500);
        if (i % 2 == 0) {
            kill_backends();
        } else {
            pg_crash(&crew.pg);
        }
        crew_wait_active(&crew);
    }
    pause_ms(500);
    atomic_store(&is_over, true);
    for (int i = 0; i < WORKER_COUNT; i++) {
        pthread_join(threads[i], NULL);
    }
    long long rows = pg_number(&crew.pg, "SELECT count(DISTINCT key) FROM business.reservation");
    long long posted = pg_number(&crew.pg, "SELECT count(*) FROM ledger.transfer") - 2;
    printf("%lld acknowledged, %lld sent again, %lld reservations, %lld transfers\n",
           (long long)acknowledged,
           (long long)not_committed,
           rows,
           posted);
    struct verify_report report;
    bool is_verified = journal_verify(crew.conninfo, &report) == STATUS_OK;
    if (!is_verified) {
        fprintf(stderr, "%s\n", report.first_bad);
    }
    bool is_exact = rows == acknowledged && posted == acknowledged && acknowledged > 0;
    printf("%lld told, %lld too early, %lld resets\n",
           (long long)told,
           (long long)told_early,
           (long long)resets);
    is_exact = is_exact && told == rows && told_early == 0 && resets >= 1;
    crew_stop(&crew);
    return is_verified && is_exact ? 0 : 1;
}
