/*
 * kouan-season: sends what customs and agents would send on one day of an invented season, and says
 * what every parcel of it must have come to.
 *
 *   kouan-season send --what TYPE --on DATE [--numbers FILE] [--refused FILE] …
 *       posts the messages of the day; those in FILE instead of the day's, if it is given; writes
 *       the numbers refused, with the code. A summary in JSON on standard output.
 *   kouan-season plan …
 *       number, agent, district, fate, days, taxes and value in fen, buyer: a line of CSV a parcel
 *
 *   --gateway ADDRESS:PORT --ca FILE --cert FILE --key FILE   of customs, for send
 *   --seed N --parcels N --from DATE --days N --agents N      which season
 */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/load.h"
#include "tools/season/parcel.h"

enum {
    CONNECTION_COUNT = 8,
    SCRATCH_SIZE = 1 << 20,
    BODY_SIZE_MAX = 700 * 1024,
    RETURN_DAYS_MAX = 60, /* from release to whatever a return brings */
    OUTCOME_COUNT_MAX = 32,
    OUTCOME_SIZE = 48,
    SEND_SECONDS_MAX = 3600,
};

enum season_option {
    OPTION_WHAT = 1,
    OPTION_ON,
    OPTION_NUMBERS,
    OPTION_REFUSED,
    OPTION_GATEWAY,
    OPTION_CA,
    OPTION_CERT,
    OPTION_KEY,
    OPTION_SEED,
    OPTION_PARCELS,
    OPTION_FROM,
    OPTION_DAYS,
    OPTION_AGENTS,
    OPTION_COUNT,
};

static const struct season_option_row {
    const char *name;
    const char *otherwise; /* NULL: must be given, where it is used */
} option_rows[OPTION_COUNT] = {
    [OPTION_WHAT] = {"what",    NULL        },
    [OPTION_ON] = {"on",      NULL        },
    [OPTION_NUMBERS] = {"numbers", ""          },
    [OPTION_REFUSED] = {"refused", ""          },
    [OPTION_GATEWAY] = {"gateway", NULL        },
    [OPTION_CA] = {"ca",      NULL        },
    [OPTION_CERT] = {"cert",    NULL        },
    [OPTION_KEY] = {"key",     NULL        },
    [OPTION_SEED] = {"seed",    "1"         },
    [OPTION_PARCELS] = {"parcels", "1000"      },
    [OPTION_FROM] = {"from",    "2026-11-01"},
    [OPTION_DAYS] = {"days",    "60"        },
    [OPTION_AGENTS] = {"agents",  "50"        },
};

static const char *options[OPTION_COUNT];

static void __attribute__((noreturn)) fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "kouan-season: %s%s%s\n", what, why[0] == '\0' ? "" : ": ", why);
    exit(2);
}

static const char *option(enum season_option which)
{
    if (options[which] == NULL) {
        fail("wanted", option_rows[which].name);
    }
    return options[which];
}

static uint64_t option_number(enum season_option which, uint64_t max)
{
    char *end;
    unsigned long long number = strtoull(option(which), &end, 10);
    if (*end != '\0' || number == 0 || number > max) {
        fail(option_rows[which].name, "a positive number, not larger than a season");
    }
    return number;
}

static date_days option_date(enum season_option which)
{
    date_days date;
    const char *text = option(which);
    if (!date_parse(text, strlen(text), &date)) {
        fail(option_rows[which].name, "a day: 2026-11-01");
    }
    return date;
}

/* --- whom it concerns --- */

struct numbers {
    uint64_t *items;
    size_t count;
    size_t capacity;
};

static void numbers_add(struct numbers *numbers, uint64_t number)
{
    if (numbers->count == numbers->capacity) {
        numbers->capacity = numbers->capacity == 0 ? 1024 : 2 * numbers->capacity;
        numbers->items = realloc(numbers->items, numbers->capacity * sizeof *numbers->items);
        if (numbers->items == NULL) {
            fail("out of memory", "");
        }
    }
    numbers->items[numbers->count++] = number;
}

static void numbers_read(struct numbers *numbers, const char *path)
{
    char line[128];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail(path, "cannot be read");
    }
    while (fgets(line, sizeof line, file) != NULL) {
        numbers_add(numbers, strtoull(line, NULL, 10));
    }
    (void)fclose(file);
}

static void numbers_of_day(struct numbers *numbers,
                           const struct season *season,
                           enum ceb_type type,
                           date_days on)
{
    int64_t last = on - season->from;
    for (int64_t day = last < RETURN_DAYS_MAX ? 0 : last - RETURN_DAYS_MAX; day <= last; day++) {
        uint64_t first;
        uint64_t end;
        if (day >= season->day_count) {
            break;
        }
        season_day(season, day, &first, &end);
        for (uint64_t number = first; number < end; number++) {
            struct parcel parcel;
            parcel_make(season, number, &parcel);
            if (parcel_is_told(&parcel, type, on)) {
                numbers_add(numbers, number);
            }
        }
    }
}

/* --- sending --- */

struct outcome {
    char name[OUTCOME_SIZE];
    uint64_t count;
};

struct sending {
    const struct season *season;
    enum ceb_type type;
    date_days on;
    struct numbers numbers;
    FILE *refused;      /* or NULL */
    struct arena arena; /* this and `body`: of the one thread that makes messages */
    uint8_t body[BODY_SIZE_MAX];
    pthread_mutex_t lock;
    struct outcome outcomes[OUTCOME_COUNT_MAX];
    size_t outcome_count;
    uint64_t unreadable_count;
};

static size_t message_size(const struct sending *sending, uint64_t index)
{
    size_t left = sending->numbers.count - (size_t)index * PARCEL_PER_MESSAGE_MAX;
    return left < PARCEL_PER_MESSAGE_MAX ? left : PARCEL_PER_MESSAGE_MAX;
}

static void request_make(void *context, uint64_t index, struct writer *out)
{
    struct sending *sending = context;
    struct writer xml = writer_over(sending->body, sizeof sending->body);
    parcel_message(sending->season,
                   sending->type,
                   sending->on,
                   sending->numbers.items + index * PARCEL_PER_MESSAGE_MAX,
                   message_size(sending, index),
                   &sending->arena,
                   &xml);
    if (xml.has_failed) {
        fail("a message is too large", "");
    }
    load_write_post(
        out, "/v1/customs/messages", NULL, "application/xml", (struct bytes){xml.data, xml.size});
}

static void outcome_count(struct sending *sending, const char *name)
{
    size_t i = 0;
    while (i < sending->outcome_count && strcmp(sending->outcomes[i].name, name) != 0) {
        i++;
    }
    if (i == OUTCOME_COUNT_MAX) {
        fail("too many kinds of outcome", name);
    }
    if (i == sending->outcome_count) {
        (void)snprintf(sending->outcomes[i].name, OUTCOME_SIZE, "%s", name);
        sending->outcome_count++;
    }
    sending->outcomes[i].count++;
}

static void result_note(struct sending *sending, uint64_t number, const json_t *result)
{
    const char *effect =
        json_string_value(json_object_get(json_object_get(result, "answer"), "effect"));
    const char *code =
        json_string_value(json_object_get(json_object_get(result, "problem"), "code"));
    outcome_count(sending, effect != NULL ? effect : code != NULL ? code : "unreadable");
    if (effect == NULL && sending->refused != NULL) {
        (void)fprintf(
            sending->refused, "%" PRIu64 " %s\n", number, code != NULL ? code : "unreadable");
    }
}

static void answer_note(void *context, uint64_t index, int status, struct bytes body)
{
    struct sending *sending = context;
    json_t *answer = json_loadb((const char *)body.data, body.size, 0, NULL);
    const json_t *results = json_object_get(answer, "results");
    size_t count = message_size(sending, index);
    (void)pthread_mutex_lock(&sending->lock);
    if (status != 200 || json_array_size(results) != count) {
        if (sending->unreadable_count++ == 0) {
            (void)fprintf(stderr,
                          "status %d: %.*s\n",
                          status,
                          (int)(body.size < 600 ? body.size : 600),
                          (const char *)body.data);
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            result_note(sending,
                        sending->numbers.items[index * PARCEL_PER_MESSAGE_MAX + i],
                        json_array_get(results, i));
        }
    }
    (void)pthread_mutex_unlock(&sending->lock);
    json_decref(answer);
}

static void summary_print(const struct sending *sending, const struct load_result *result)
{
    json_t *outcomes = json_object();
    for (size_t i = 0; i < sending->outcome_count; i++) {
        json_object_set_new(outcomes,
                            sending->outcomes[i].name,
                            json_integer((json_int_t)sending->outcomes[i].count));
    }
    json_t *summary =
        json_pack("{s:I,s:o,s:I,s:f}",
                  "sent",
                  (json_int_t)sending->numbers.count,
                  "outcomes",
                  outcomes,
                  "unreadable",
                  (json_int_t)sending->unreadable_count + (json_int_t)result->broken_count,
                  "seconds",
                  (double)result->duration_us / (double)INSTANT_US_PER_SECOND);
    (void)json_dumpf(summary, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(summary);
}

static int send_day(const struct season *season)
{
    static struct sending sending = {.lock = PTHREAD_MUTEX_INITIALIZER};
    static struct load_result result;
    char address[64];
    char reason[200] = "";
    sending.season = season;
    arena_create(&sending.arena, SCRATCH_SIZE);
    sending.type = (enum ceb_type)option_number(OPTION_WHAT, CEB_900);
    sending.on = option_date(OPTION_ON);
    if (option(OPTION_NUMBERS)[0] != '\0') {
        numbers_read(&sending.numbers, option(OPTION_NUMBERS));
    } else {
        numbers_of_day(&sending.numbers, season, sending.type, sending.on);
    }
    const char *colon = strrchr(option(OPTION_GATEWAY), ':');
    if (colon == NULL) {
        fail("--gateway", "127.0.0.1:8443");
    }
    (void)snprintf(address,
                   sizeof address,
                   "%.*s",
                   (int)(colon - option(OPTION_GATEWAY)),
                   option(OPTION_GATEWAY));
    size_t message_count =
        (sending.numbers.count + PARCEL_PER_MESSAGE_MAX - 1) / PARCEL_PER_MESSAGE_MAX;
    size_t connections = message_count < CONNECTION_COUNT ? message_count : CONNECTION_COUNT;
    struct load_config config = {
        .host = address,
        .port = (uint16_t)strtoul(colon + 1, NULL, 10),
        .ca_file = option(OPTION_CA),
        .certificate_file = option(OPTION_CERT),
        .key_file = option(OPTION_KEY),
        .connection_count = connections,
        .thread_count = 1,
        .request_count = message_count,
        .duration_us = SEND_SECONDS_MAX * INSTANT_US_PER_SECOND,
        .make_request = request_make,
        .on_answer = answer_note,
        .context = &sending,
    };
    const char *refused = option(OPTION_REFUSED);
    sending.refused = refused[0] == '\0' ? NULL : fopen(refused, "w");
    if (refused[0] != '\0' && sending.refused == NULL) {
        fail(refused, "cannot be written");
    }
    if (message_count > 0 && !load_run(&config, &result, reason, sizeof reason)) {
        fail(option(OPTION_GATEWAY), reason);
    }
    if (sending.refused != NULL) {
        (void)fclose(sending.refused);
    }
    summary_print(&sending, &result);
    free(sending.numbers.items);
    arena_destroy(&sending.arena);
    return sending.unreadable_count + result.broken_count == 0 ? 0 : 1;
}

/* --- what must come of it --- */

static int plan_print(const struct season *season)
{
    static const char *const fates[] = {
        [FATE_STAYS] = "stays",
        [FATE_RETURNED] = "returned",
        [FATE_RETURNED_PART] = "returned_part",
        [FATE_RETURNED_TWICE] = "returned_twice",
        [FATE_RETURNED_LATE] = "returned_late",
        [FATE_APPLIED_LATE] = "applied_late",
    };
    (void)puts("declaration,agent,district,fate,released_on,applied_on,back_on,tax_assessed,tax_"
               "due,value_counted,buyer");
    for (uint64_t number = 0; number < season->parcel_count; number++) {
        struct parcel parcel;
        char day[DATE_TEXT_SIZE];
        char applied[DATE_TEXT_SIZE] = "";
        char back[DATE_TEXT_SIZE] = "";
        parcel_make(season, number, &parcel);
        (void)date_format(parcel.released_on, day);
        if (parcel.applied_on != DATE_NONE) {
            (void)date_format(parcel.applied_on, applied);
            (void)date_format(parcel.back_on, back);
        }
        (void)printf("S%" PRIu64 "-%" PRIu64 ",%d,%d,%s,%s,%s,%s,%" PRId64 ",%" PRId64 ",%" PRId64
                     ",%" PRIu64 "\n",
                     season->seed % 100000,
                     number,
                     parcel.agent,
                     parcel.district,
                     fates[parcel.fate],
                     day,
                     applied,
                     back,
                     parcel_tax_minor(&parcel, 0),
                     parcel_tax_due_minor(&parcel),
                     parcel_value_kept_minor(&parcel),
                     parcel.buyer);
    }
    return 0;
}

static void options_read(int count, char **words)
{
    struct option known[OPTION_COUNT + 1];
    memset(known, 0, sizeof known);
    for (int i = 1; i < OPTION_COUNT; i++) {
        known[i - 1] = (struct option){option_rows[i].name, required_argument, NULL, i};
        options[i] = option_rows[i].otherwise;
    }
    for (int which = getopt_long(count, words, "", known, NULL); which != -1;
         which = getopt_long(count, words, "", known, NULL)) {
        if (which <= 0 || which >= OPTION_COUNT) {
            exit(2);
        }
        options[which] = optarg;
    }
}

int main(int count, char **words)
{
    options_read(count, words);
    static struct season season; /* as the threads that send know it */
    season = (struct season){
        .seed = option_number(OPTION_SEED, UINT64_MAX),
        .parcel_count = option_number(OPTION_PARCELS, 100000000),
        .from = option_date(OPTION_FROM),
        .day_count = (int64_t)option_number(OPTION_DAYS, 366),
        .agent_count = option_number(OPTION_AGENTS, SEASON_AGENT_COUNT),
    };
    const char *verb = optind < count ? words[optind] : "";
    if (strcmp(verb, "send") == 0) {
        return send_day(&season);
    }
    if (strcmp(verb, "plan") == 0) {
        return plan_print(&season);
    }
    fail("send or plan", verb);
}
