/*
 * A dialogue and a bank across a network that loses, repeats, delays and reorders, and at times
 * breaks; on a clock of its own. Each request is answered exactly once, no answer belongs to
 * another request, nothing that was "not sent" ever arrives, and every advice is taken in the end.
 *
 *   test_link_random [SEED [ROUNDS]]
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/link/dialogue.h"
#include "adapters/link/mapping.h"
#include "ledger/base/hash.h"
#include "ledger/base/log.h"

enum {
    REQUEST_COUNT = 600,
    ADVICE_COUNT = 100,
    FLIGHT_MAX = 512,
    FRAME_MAX = 512,
    STEP_US = 1000,
    ROUNDS = 20,
    CALM_STEPS = 8000, /* at the end nothing is lost any more */
};

enum direction {
    TO_BANK,
    TO_US,
};

struct flight {
    uint32_t is_used;
    enum direction direction;
    instant_us at;
    uint64_t connection;
    size_t size;
    uint8_t data[FRAME_MAX];
};

struct sim {
    uint64_t random;
    struct link_config *config;
    struct dialogue *dialogue;
    struct moment now;
    uint64_t connection;
    uint32_t is_open;
    uint32_t is_calm;
    uint32_t closing;
    struct flight flights[FLIGHT_MAX];

    enum adapter_act acts[REQUEST_COUNT];
    uint8_t asked[REQUEST_COUNT];
    uint8_t answers[REQUEST_COUNT];
    uint8_t arrived[REQUEST_COUNT];
    enum adapter_outcome outcomes[REQUEST_COUNT];
    uint32_t asked_count;
    uint32_t matched_count;

    uint8_t advice_state[ADVICE_COUNT]; /* 0 not told yet, 1 told to us, 2 our 00 arrived */
    instant_us advice_at[ADVICE_COUNT];
    struct adapter_ticket tickets[ADVICE_COUNT];
    uint8_t ticket_waits[ADVICE_COUNT];
};

static uint64_t draw(struct sim *sim, uint64_t below)
{
    sim->random = hash_u64(sim->random + 0x9E3779B97F4A7C15U);
    return sim->random % below;
}

static void fly(struct sim *sim, enum direction direction, const uint8_t *data, size_t size)
{
    assert(size <= FRAME_MAX);
    uint64_t copies = sim->is_calm != 0 || draw(sim, 10) != 0 ? 1 : draw(sim, 3);
    for (size_t i = 0; i < FLIGHT_MAX && copies > 0; i++) {
        struct flight *flight = &sim->flights[i];
        if (flight->is_used == 0) {
            flight->is_used = 1;
            flight->direction = direction;
            flight->connection = sim->connection;
            flight->at = sim->now.monotonic + (int64_t)draw(sim, 400) * 1000;
            flight->size = size;
            memcpy(flight->data, data, size);
            copies--;
        }
    }
}

/* ---- our side ---- */

static enum status on_send(void *context, struct bytes frame)
{
    struct sim *sim = context;
    size_t prefix = sim->config->dialect.prefix.size;
    if (sim->is_calm == 0 && draw(sim, 50) == 0) {
        return STATUS_LIMIT;
    }
    fly(sim, TO_BANK, frame.data + prefix, frame.size - prefix);
    return STATUS_OK;
}

static void on_close(void *context, const char *reason)
{
    struct sim *sim = context;
    (void)reason;
    sim->closing = 1;
}

static void on_port_changed(void *context, enum adapter_state state, const char *reason)
{
    (void)context;
    (void)state;
    (void)reason;
}

/* What the bank answers to request `number`, by its act. */
static const char *code_for(uint32_t number)
{
    static const char *const codes[] = {"00", "00", "51", "09", "68", "25"};
    return codes[number % 6];
}

static enum adapter_outcome outcome_for(enum adapter_act act, uint32_t number)
{
    static const enum adapter_outcome pay[] = {ADAPTER_CONFIRMED,
                                               ADAPTER_CONFIRMED,
                                               ADAPTER_REJECTED,
                                               ADAPTER_PENDING,
                                               ADAPTER_UNKNOWN,
                                               ADAPTER_UNKNOWN};
    static const enum adapter_outcome inquire[] = {ADAPTER_CONFIRMED,
                                                   ADAPTER_CONFIRMED,
                                                   ADAPTER_REJECTED,
                                                   ADAPTER_PENDING,
                                                   ADAPTER_UNKNOWN,
                                                   ADAPTER_NOT_FOUND};
    static const enum adapter_outcome reverse[] = {ADAPTER_REVERSED,
                                                   ADAPTER_REVERSED,
                                                   ADAPTER_UNKNOWN,
                                                   ADAPTER_PENDING,
                                                   ADAPTER_UNKNOWN,
                                                   ADAPTER_NOT_FOUND};
    return act == ADAPTER_PAY       ? pay[number % 6]
           : act == ADAPTER_INQUIRE ? inquire[number % 6]
                                    : reverse[number % 6];
}

static void on_answered(void *context, const struct adapter_answer *answer)
{
    struct sim *sim = context;
    size_t number = strtoul(answer->reference + 1, NULL, 10);
    assert(number < REQUEST_COUNT && sim->asked[number] == 1);
    assert(answer->act == sim->acts[number]);
    sim->answers[number]++;
    assert(sim->answers[number] == 1);
    sim->outcomes[number] = answer->outcome;
    if (answer->code[0] != '\0') {
        char rrn[13];
        (void)snprintf(rrn, sizeof rrn, "%012zu", number);
        assert(strcmp(answer->bank_reference, rrn) == 0);
        assert(strcmp(answer->code, code_for((uint32_t)number)) == 0);
        assert(answer->outcome == outcome_for(answer->act, (uint32_t)number));
        assert(sim->arrived[number] != 0);
        sim->matched_count++;
    } else {
        assert(answer->outcome == ADAPTER_UNKNOWN || answer->outcome == ADAPTER_NOT_SENT);
    }
}

static void
on_advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    struct sim *sim = context;
    size_t number = strtoul(advice->bank_reference, NULL, 10);
    assert(number < ADVICE_COUNT && advice->amount.minor == (int64_t)number + 1);
    sim->tickets[number] = ticket;
    sim->ticket_waits[number] = 1;
    if (sim->advice_state[number] == 0) {
        sim->advice_state[number] = 1;
    }
}

static void
on_told_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    (void)context;
    (void)totals;
    (void)ticket;
    abort(); /* the bank tells no totals here */
}

static void on_cut_over(void *context, date_days new_day)
{
    (void)context;
    (void)new_day;
}

static void on_changed(void *context, enum adapter_state state, const char *reason)
{
    (void)context;
    (void)state;
    (void)reason;
}

static void ask(struct sim *sim)
{
    uint32_t number = sim->asked_count++;
    struct adapter_request request = {
        .act = (enum adapter_act)(1 + draw(sim, 3)),
        .attempt = 1,
        .order = {.amount = {1 + number, CURRENCY_CNY},
                  .trace = 1 + number,
                  .sent_at = sim->now.wall},
    };
    (void)snprintf(request.order.reference, sizeof request.order.reference, "R%u", number);
    sim->acts[number] = request.act;
    sim->asked[number] = 1;
    dialogue_request(sim->dialogue, &request, sim->now);
}

/* ---- the bank ---- */

/* The digits from `at` to the end of a field. */
static uint32_t number_in(struct iso8583_view field, size_t at)
{
    uint32_t number = 0;
    for (; at < field.size; at++) {
        number = 10 * number + (uint32_t)(field.data[at] - '0');
    }
    return number;
}

static void say(struct sim *sim, const struct iso8583_message *message)
{
    uint8_t bytes[FRAME_MAX];
    size_t size;
    struct iso8583_fault fault;
    bool is_good =
        iso8583_encode(&sim->config->dialect, message, bytes, sizeof bytes, &size, &fault);
    assert(is_good);
    fly(sim, TO_US, bytes, size);
}

static void answer(struct sim *sim, const struct iso8583_message *question, const char *code)
{
    static struct draft draft;
    char rrn[13];
    mapping_answer(sim->config, question, code, &draft);
    struct iso8583_view reference = iso8583_get(question, 48);
    if (reference.data != NULL) {
        uint32_t number = number_in(reference, 7);
        sim->arrived[number] = 1;
        (void)snprintf(rrn, sizeof rrn, "%012u", number);
        iso8583_set(&draft.message, 37, rrn, 12);
    }
    say(sim, &draft.message);
    if (draw(sim, 10) == 0) {
        /* Answers that are somebody else's: of another terminal, another amount. */
        iso8583_set(&draft.message, 41, "SOMEBODY", 8);
        iso8583_set(&draft.message, 39, "05", 2);
        say(sim, &draft.message);
        mapping_answer(sim->config, question, "05", &draft);
        iso8583_set(&draft.message, 4, "999999999999", 12);
        say(sim, &draft.message);
    }
}

static void bank_take(struct sim *sim, const struct flight *flight)
{
    static struct iso8583_message message;
    uint8_t scratch[2 * FRAME_MAX];
    struct iso8583_fault fault;
    bool is_good = iso8583_decode(&sim->config->dialect,
                                  (struct iso8583_view){flight->data, flight->size},
                                  scratch,
                                  sizeof scratch,
                                  &message,
                                  &fault);
    assert(is_good);
    if (message.mti[1] == '8') {
        answer(sim, &message, "00");
    } else if (strcmp(message.mti, "0230") == 0) {
        size_t number = number_in(iso8583_get(&message, 37), 0);
        bool is_taken = memcmp(iso8583_get(&message, 39).data, "00", 2) == 0;
        sim->advice_state[number] = is_taken ? 2 : sim->advice_state[number];
    } else {
        struct iso8583_view reference = iso8583_get(&message, 48);
        uint32_t number = number_in(reference, 7);
        answer(sim, &message, code_for(number));
    }
}

/* Every advice is repeated until our 00 has come. */
static void bank_advise(struct sim *sim, uint32_t number)
{
    struct iso8583_message message;
    char text[3][16];
    uint8_t time[MOMENT_TIME_SIZE];
    iso8583_clear(&message);
    memcpy(message.mti, sim->advice_at[number] == 0 ? "0220" : "0221", 5);
    if (sim->advice_at[number] == 0) {
        sim->advice_at[number] = sim->now.wall;
    }
    moment_format_time(sim->advice_at[number], time);
    (void)snprintf(text[0], sizeof text[0], "%012u", number + 1);
    (void)snprintf(text[1], sizeof text[1], "%06u", number);
    (void)snprintf(text[2], sizeof text[2], "%012u", number);
    iso8583_set(&message, 3, "210000", 6);
    iso8583_set(&message, 4, text[0], 12);
    iso8583_set(&message, 7, time, sizeof time);
    iso8583_set(&message, 11, text[1], 6);
    iso8583_set(&message, 37, text[2], 12);
    iso8583_set(&message, 49, "156", 3);
    say(sim, &message);
}

/* ---- a step ---- */

static void connection_step(struct sim *sim)
{
    if (sim->is_open != 0 && (sim->closing != 0 || (sim->is_calm == 0 && draw(sim, 2000) == 0))) {
        sim->is_open = 0;
        sim->closing = 0;
        dialogue_closed(sim->dialogue, "broken");
        for (size_t i = 0; i < FLIGHT_MAX; i++) {
            sim->flights[i].is_used = 0;
        }
    } else if (sim->is_open == 0 && draw(sim, 50) == 0) {
        sim->is_open = 1;
        sim->closing = 0;
        dialogue_opened(sim->dialogue, ++sim->connection, "bank", sim->now);
    }
}

static void flights_step(struct sim *sim)
{
    for (size_t i = 0; i < FLIGHT_MAX; i++) {
        struct flight *flight = &sim->flights[i];
        if (flight->is_used == 0 || flight->at > sim->now.monotonic) {
            continue;
        }
        struct flight copy = *flight;
        flight->is_used = 0;
        if (copy.direction == TO_BANK) {
            bank_take(sim, &copy);
        } else {
            dialogue_take(sim->dialogue, (struct iso8583_view){copy.data, copy.size}, sim->now);
        }
    }
}

static void replies_step(struct sim *sim)
{
    uint32_t number = (uint32_t)draw(sim, ADVICE_COUNT);
    if (sim->ticket_waits[number] != 0) {
        bool is_taken = sim->is_calm != 0 || draw(sim, 3) != 0;
        sim->ticket_waits[number] = 0;
        dialogue_reply(
            sim->dialogue, sim->tickets[number], is_taken ? ADAPTER_ACCEPTED : ADAPTER_TRY_AGAIN);
    }
}

static void step(struct sim *sim)
{
    sim->now.monotonic += STEP_US;
    sim->now.wall += STEP_US;
    connection_step(sim);
    flights_step(sim);
    replies_step(sim);
    if (sim->asked_count < REQUEST_COUNT && draw(sim, 8) == 0) {
        ask(sim);
    }
    uint32_t advice = (uint32_t)draw(sim, ADVICE_COUNT);
    if (sim->is_open != 0 && draw(sim, 4) == 0 && sim->advice_state[advice] != 2) {
        bank_advise(sim, advice);
    }
    (void)dialogue_tick(sim->dialogue, sim->now);
}

static void check(struct sim *sim)
{
    struct adapter_report report;
    dialogue_read_report(sim->dialogue, &report);
    assert(report.outstanding_count == 0);
    assert(report.answered_count == sim->matched_count);
    for (size_t i = 0; i < REQUEST_COUNT; i++) {
        assert(sim->answers[i] == 1);
        assert(sim->outcomes[i] != ADAPTER_NOT_SENT || sim->arrived[i] == 0);
    }
    for (size_t i = 0; i < ADVICE_COUNT; i++) {
        assert(sim->advice_state[i] == 2);
    }
}

static uint32_t round_play(uint64_t seed, struct link_config *config)
{
    struct sim *sim = calloc(1, sizeof *sim);
    assert(sim != NULL);
    const struct adapter_events events = {
        .context = sim,
        .answered = on_answered,
        .advised = on_advised,
        .told_totals = on_told_totals,
        .cut_over = on_cut_over,
        .changed = on_changed,
    };
    const struct dialogue_port port = {
        .context = sim, .send = on_send, .close = on_close, .changed = on_port_changed};
    sim->random = seed;
    sim->config = config;
    sim->now = (struct moment){
        .monotonic = 1000000,
        .wall = date_start(date_from_civil(2026, 12, 31)) + 86390 * INSTANT_US_PER_SECOND,
    };
    /* Below eight, the advices could not all be taken in the calm at the end. */
    config->window = 8 + (int64_t)draw(sim, 200);
    sim->dialogue = dialogue_create(config, &events, &port);
    for (uint32_t i = 0; i < 20 * REQUEST_COUNT; i++) {
        step(sim);
    }
    sim->is_calm = 1;
    for (uint32_t i = 0; i < CALM_STEPS; i++) {
        step(sim);
    }
    check(sim);
    uint32_t matched = sim->matched_count;
    dialogue_destroy(sim->dialogue);
    free(sim);
    return matched;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 20261123;
    uint64_t rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : ROUNDS;
    static struct link_config config;
    static const char yaml[] = "hosts: [\"127.0.0.1:1\"]\ninstitution: \"10012345\"\n"
                               "reply_ms: 1000\necho_ms: 2000\nduplicates: 128\n";
    char path[] = "/tmp/link-random-XXXXXX";
    char message[512];
    int file = mkstemp(path);
    if (file < 0 || write(file, yaml, strlen(yaml)) != (ssize_t)strlen(yaml) ||
        !link_config_load(path, &config, message, sizeof message)) {
        fprintf(stderr, "no configuration\n");
        return 1;
    }
    (void)close(file);
    (void)unlink(path);
    log_set_level(LOG_ERROR);
    uint64_t matched = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        fprintf(stderr, "seed %" PRIu64 "\r", seed + i);
        matched += round_play(seed + i, &config);
    }
    printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " requests, %" PRIu64
           " with an answer of the bank\n",
           seed,
           seed + rounds - 1,
           rounds * REQUEST_COUNT,
           matched);
    return matched > 0 ? 0 : 1;
}
