/*
 * Seeded random commands, valid and not, of every type; after each one every law holds, and a
 * refusal has left no trace. test_rules_random [COUNT [SEED]]
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/amendment.h"
#include "gateway/business/call.h"
#include "gateway/business/declaration.h"
#include "gateway/business/deposit.h"
#include "gateway/business/letter.h"
#include "gateway/business/party_record.h"
#include "gateway/business/pending.h"
#include "gateway/business/tariff.h"
#include "gateway/business/text.h"
#include "ledger/base/hash.h"
#include "tests/business/letterhead.h"
#include "tests/business/world.h"

enum {
    COUNT_DEFAULT = 100000,
    WORLD_COMMAND_COUNT = 500, /* then a new world, so that checking stays cheap */
    DUE_COUNT_MAX = 64,
    ACCOUNT_COUNT_MAX = 2048,
    AMOUNT_MAX = 20000,
};

struct random_world {
    struct world *world;
    uint64_t seed;
    uint64_t step;
    instant_us now;
    int64_t command_count;
    int64_t done_count;
};

static struct letterhead bank_key;
static struct letterhead insurer_key;
static int64_t verdict_counts[128][2]; /* by command type */

static uint64_t draw(struct random_world *random, uint64_t bound)
{
    return hash_u64(random->seed ^ hash_u64(++random->step)) % bound;
}

static const char *pick(struct random_world *random, const char *const *items, size_t count)
{
    return items[draw(random, count)];
}

#define PICK(random_, ...)                                                                         \
    pick((random_),                                                                                \
         (const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static struct money draw_amount(struct random_world *random)
{
    bool is_foreign = draw(random, 40) == 0;
    return (struct money){
        .minor = 1 + (int64_t)draw(random, AMOUNT_MAX),
        .currency = is_foreign ? CURRENCY_USD : CURRENCY_CNY,
    };
}

static struct money draw_amount_or_none(struct random_world *random)
{
    return draw(random, 2) == 0 ? (struct money){0} : draw_amount(random);
}

static date_days draw_date(struct random_world *random)
{
    return world_today(random->world) - 20 + (date_days)draw(random, 140);
}

struct sample {
    uint64_t left; /* to pass over */
    const void *found;
};

static void sample_visit(void *context, const void *data)
{
    struct sample *sample = context;
    if (sample->left-- == 0) {
        sample->found = data;
    }
}

static void count_visit(void *context, const void *data)
{
    (void)data;
    (*(uint64_t *)context)++;
}

/* Any document of a kind; NULL when there is none. */
static const void *sample(struct random_world *random, enum document document)
{
    uint64_t count = 0;
    world_each(random->world, document, count_visit, &count);
    struct sample sample = {.left = count == 0 ? 0 : draw(random, count)};
    world_each(random->world, document, sample_visit, &sample);
    return sample.found;
}

/* A guarantee, most often one in one of these states (bits). */
static void draw_grn(struct random_world *random, unsigned states, char grn_out[GRN_SIZE])
{
    const struct guarantee *guarantee = sample(random, DOCUMENT_GUARANTEE);
    for (int i = 0; i < 8 && guarantee != NULL && (states & 1U << guarantee->state) == 0; i++) {
        guarantee = sample(random, DOCUMENT_GUARANTEE);
    }
    bool is_known = guarantee != NULL && draw(random, 30) != 0;
    text_put(grn_out, GRN_SIZE, is_known ? guarantee->grn : "26CN0000000000991");
}

enum {
    USABLE = 1U << GUARANTEE_ACTIVE,
    FUNDABLE = 1U << GUARANTEE_DRAFT | 1U << GUARANTEE_ACTIVE,
};

static void draw_reference(struct random_world *random, char reference_out[REFERENCE_SIZE])
{
    snprintf(reference_out, REFERENCE_SIZE, "R%d", (int)draw(random, 30));
}

/* A reservation that may be open; sometimes one that does not exist. */
static void draw_reservation(struct random_world *random,
                             char grn_out[GRN_SIZE],
                             char reference_out[REFERENCE_SIZE])
{
    const struct reservation *reservation = sample(random, DOCUMENT_RESERVATION);
    for (int i = 0; i < 6 && reservation != NULL && reservation->amount.minor == 0; i++) {
        reservation = sample(random, DOCUMENT_RESERVATION);
    }
    if (reservation == NULL || draw(random, 20) == 0) {
        draw_grn(random, USABLE, grn_out);
        draw_reference(random, reference_out);
        return;
    }
    text_put(grn_out, GRN_SIZE, reservation->grn);
    text_put(reference_out, REFERENCE_SIZE, reservation->reference);
}

/* What customs, merchants and banks do things with: mostly the right one. */
static const char *draw_customs(struct random_world *random)
{
    return draw(random, 20) == 0 ? "customs-2" : "customs";
}

static const void *run(struct random_world *random,
                       enum role role,
                       const char *actor,
                       const char *name,
                       const void *command)
{
    const struct command_type *type = command_type_find(name);
    struct world_result result = world_run(random->world, role, actor, type, command);
    const char *broken = world_broken_law(random->world);
    random->command_count++;
    random->done_count += result.verdict == VERDICT_DONE;
    verdict_counts[type - command_types][result.verdict == VERDICT_DONE]++;
    if (broken != NULL) {
        fprintf(stderr,
                "seed %" PRIu64 ", command %" PRId64 " %s: %s\n",
                random->seed,
                random->command_count,
                name,
                broken);
        exit(1);
    }
    return result.answer;
}

/* --- one generator a command, or a few alike --- */

static void register_party(struct random_world *random,
                           const char *id,
                           enum party_kind kind,
                           const char *customs_code)
{
    struct party_register command = {.kind = (int32_t)kind};
    struct party_change change = {0};
    TEXT_PUT(command.id, id);
    TEXT_PUT(change.id, id);
    TEXT_PUT(command.customs_code, customs_code);
    if (kind == PARTY_BANK || kind == PARTY_INSURER) {
        TEXT_PUT(command.bic, kind == PARTY_BANK ? "TESTCNBJ" : "TESUCNBJ");
    } else if (kind == PARTY_CUSTOMS) {
        TEXT_PUT(command.district, strcmp(id, "customs") == 0 ? "9999" : "9998");
    }
    run(random, ROLE_OPERATOR, "ops", "party.register", &command);
    run(random, ROLE_OPERATOR, "ops", "party.activate", &change);
}

static void
register_key(struct random_world *random, const char *party, const struct letterhead *letterhead)
{
    struct signing_key_register command = {
        .public_key = {letterhead->public_der, letterhead->public_size},
    };
    TEXT_PUT(command.party, party);
    TEXT_PUT(command.key_id, letterhead->key_id);
    run(random, ROLE_OPERATOR, "ops", "party.register_key", &command);
}

static void set_tariff(struct random_world *random)
{
    struct tariff_set command = {
        .valid_from = 10957 + (date_days)draw(random, 4) * 3000,
        .tariff_percent = (int64_t)draw(random, 4) * 500,
        .consumption_percent = (int64_t)draw(random, 3) * 1500,
        .vat_percent = (int64_t)draw(random, 2) * 1300,
    };
    TEXT_PUT(command.hs_code, PICK(random, "1901101000", "3303000010", "4901990000"));
    TEXT_PUT(command.source, "random");
    run(random, ROLE_OPERATOR, "ops", "tariff.set", &command);
}

static void change_party(struct random_world *random)
{
    struct party_change command = {0};
    TEXT_PUT(command.id, PICK(random, "shop", "mall", "broker", "nobody"));
    /* Back to active more often than away from it. */
    const char *name = PICK(random,
                            "party.activate",
                            "party.activate",
                            "party.activate",
                            "party.activate",
                            "party.suspend");
    if (draw(random, 60) == 0) {
        name = "party.close";
        TEXT_PUT(command.id, PICK(random, "shop", "mall", "nobody"));
    }
    run(random, ROLE_OPERATOR, "ops", name, &command);
}

static void open_deposit(struct random_world *random)
{
    struct deposit_open command = {
        .amount = draw_amount(random),
        .scopes = (uint32_t)draw(random, 4),
        .valid_to = draw(random, 2) == 0 ? DATE_NONE : draw_date(random),
    };
    TEXT_PUT(command.beneficiary, draw_customs(random));
    const char *actor = PICK(random, "shop", "mall", "broker");
    run(random, ROLE_MERCHANT, actor, "guarantee.open_deposit", &command);
}

static void receive_funds(struct random_world *random)
{
    struct funds_receive command = {
        .amount = draw_amount(random),
        .value_date = world_today(random->world),
    };
    char grn[GRN_SIZE];
    draw_grn(random, FUNDABLE, grn);
    snprintf(command.bank_reference, sizeof(command.bank_reference), "B%d", (int)draw(random, 500));
    snprintf(command.payment_reference, sizeof(command.payment_reference), "D%s", grn);
    const struct call *called = sample(random, DOCUMENT_CALL);
    if (called != NULL && draw(random, 4) == 0) {
        TEXT_PUT(command.payment_reference, called->payment_reference);
    }
    run(random, ROLE_BANK, "bank", "funds.receive", &command);
}

static void lodge_letter(struct random_world *random)
{
    bool is_bank = draw(random, 3) != 0;
    struct letter_content content = {
        .amount = draw_amount(random),
        .liability_percentage = 1 + (int64_t)draw(random, 100),
        .scopes = 1 + (uint32_t)draw(random, 15),
        .valid_from = draw_date(random),
        .revolving = draw(random, 2) == 0,
    };
    content.valid_to = content.valid_from + (date_days)draw(random, 200);
    content.claim_until = content.valid_to + (date_days)draw(random, 30);
    snprintf(content.letter_number, sizeof(content.letter_number), "LG-%d", (int)draw(random, 200));
    TEXT_PUT(content.principal, PICK(random, "shop", "mall", "broker"));
    TEXT_PUT(content.beneficiary, draw_customs(random));
    struct letter_lodge command = {
        .letter =
            letterhead_sign(is_bank ? &bank_key : &insurer_key, &letter_content_record, &content),
    };
    if (draw(random, 20) == 0) {
        command.letter.size -= 1 + draw(random, command.letter.size - 1);
    }
    run(random,
        is_bank ? ROLE_BANK : ROLE_INSURER,
        is_bank ? "bank" : "insurer",
        "guarantee.lodge_letter",
        &command);
    free((void *)(uintptr_t)command.letter.data);
}

static void propose_amendment(struct random_world *random)
{
    struct amendment_content content = {
        .amount = draw_amount_or_none(random),
        .valid_to = draw(random, 2) == 0 ? DATE_NONE : draw_date(random),
    };
    content.claim_until = content.valid_to;
    draw_grn(random, USABLE, content.grn);
    bool is_bank = draw(random, 3) != 0;
    struct letter_lodge command = {
        .letter = letterhead_sign(
            is_bank ? &bank_key : &insurer_key, &amendment_content_record, &content),
    };
    run(random,
        is_bank ? ROLE_BANK : ROLE_INSURER,
        is_bank ? "bank" : "insurer",
        "guarantee.propose_amendment",
        &command);
    free((void *)(uintptr_t)command.letter.data);
}

static const struct {
    const char *name;
    unsigned states; /* of the guarantees it is for */
    unsigned weight;
} decisions[] = {
    {"guarantee.accept",           1U << GUARANTEE_LODGED,    8},
    {"guarantee.reject",           1U << GUARANTEE_LODGED,    1},
    {"guarantee.accept_amendment", USABLE,                    6},
    {"guarantee.reject_amendment", USABLE,                    2},
    {"guarantee.suspend",          USABLE,                    2},
    {"guarantee.resume",           1U << GUARANTEE_SUSPENDED, 4},
    {"guarantee.discharge",        USABLE,                    1},
};

static void decide(struct random_world *random)
{
    struct guarantee_named command = {0};
    size_t chosen = 0;
    uint64_t at = draw(random, 24);
    while (at >= decisions[chosen].weight) {
        at -= decisions[chosen++].weight;
    }
    draw_grn(random, decisions[chosen].states, command.grn);
    run(random, ROLE_CUSTOMS, draw_customs(random), decisions[chosen].name, &command);
}

static void reserve(struct random_world *random)
{
    struct reservation_reserve command = {
        .amount = draw_amount(random),
        .scope = (int32_t)(draw(random, 4) == 0 ? SCOPE_AGGREGATE : SCOPE_RETAIL_IMPORT),
        .payment_due = draw(random, 2) == 0 ? DATE_NONE : draw_date(random),
    };
    command.amount.minor = 1 + command.amount.minor / 4;
    draw_grn(random, USABLE, command.grn);
    draw_reference(random, command.reference);
    run(random, ROLE_CUSTOMS, draw_customs(random), "guarantee.reserve", &command);
}

static void adjust(struct random_world *random)
{
    struct reservation_adjust command = {.amount = draw_amount(random)};
    command.amount.minor = 1 + command.amount.minor / 4;
    draw_reservation(random, command.grn, command.reference);
    run(random, ROLE_CUSTOMS, draw_customs(random), "guarantee.adjust", &command);
}

static void restore(struct random_world *random)
{
    struct reservation_restore command = {
        .amount = draw_amount_or_none(random),
        .reason = (int32_t)draw(random, 4),
    };
    draw_reservation(random, command.grn, command.reference);
    run(random, ROLE_CUSTOMS, draw_customs(random), "guarantee.restore", &command);
}

static void call_one(struct random_world *random)
{
    struct call_make command = {.amount = draw_amount_or_none(random)};
    draw_reservation(random, command.grn, command.reference);
    run(random, ROLE_CUSTOMS, draw_customs(random), "guarantee.call", &command);
}

static void pay_call(struct random_world *random)
{
    struct call_pay command = {
        .amount = draw_amount(random),
        .value_date = world_today(random->world),
    };
    const struct call *known = sample(random, DOCUMENT_CALL);
    if (known == NULL) {
        return;
    }
    TEXT_PUT(command.call, known->key);
    if (draw(random, 2) == 0 && known->amount.minor > known->paid.minor) {
        command.amount = known->amount;
        command.amount.minor -= known->paid.minor;
    }
    snprintf(command.bank_reference,
             sizeof(command.bank_reference),
             "B%d",
             (int)draw(random, 4) == 0 ? (int)draw(random, 500) : (int)random->command_count);
    run(random, ROLE_BANK, "bank", "guarantee.pay_call", &command);
}

static void move_cash(struct random_world *random)
{
    struct deposit_amount command = {.amount = draw_amount(random)};
    draw_grn(random, FUNDABLE, command.grn);
    const char *actor = PICK(random, "shop", "mall", "broker");
    run(random,
        ROLE_MERCHANT,
        actor,
        PICK(random, "guarantee.top_up", "guarantee.release"),
        &command);
}

static void submit(struct random_world *random)
{
    struct ceb_inventory_line lines[3] = {0};
    struct ceb_inventory command = {
        .lines = lines,
        .line_count = draw(random, 4),
        .freight = (int64_t)draw(random, 3) * 12345,
    };
    for (size_t i = 0; i < command.line_count; i++) {
        lines[i] = (struct ceb_inventory_line){
            .gnum = (int64_t)i + 1,
            .qty = 100000,
            .total_price = (int64_t)draw(random, 100) * 987654,
        };
        TEXT_PUT(lines[i].gcode, PICK(random, "1901101000", "3303000010", "4901990000"));
    }
    TEXT_PUT(command.app_type, PICK(random, "1", "1", "1", "2", "2", "3"));
    snprintf(command.app_time,
             sizeof(command.app_time),
             "2026110110%02d%02d",
             (int)draw(random, 60),
             (int)draw(random, 60));
    snprintf(command.cop_no, sizeof(command.cop_no), "C%d", (int)draw(random, 12));
    TEXT_PUT(command.agent_code, "9999960D05");
    TEXT_PUT(command.ebp_code, "9999960A01");
    TEXT_PUT(command.ebc_code, "9999960B02");
    TEXT_PUT(command.assure_code,
             PICK(random, "9999960A01", "9999960B02", "9999960D05", "9999960D05", "9999960X99"));
    run(random, ROLE_MERCHANT, "broker", "declaration.submit", &command);
}

static void receive_status(struct random_world *random)
{
    struct ceb_inventory_return command = {0};
    TEXT_PUT(command.agent_code, "9999960D05");
    snprintf(command.cop_no, sizeof(command.cop_no), "C%d", (int)draw(random, 12));
    snprintf(command.return_time,
             sizeof(command.return_time),
             "2026%02d%02d101500%03d",
             1 + (int)draw(random, 12),
             1 + (int)draw(random, 28),
             (int)draw(random, 3));
    TEXT_PUT(command.return_status,
             PICK(random, "2", "100", "120", "399", "700", "800", "800", "899", "-621018", "26"));
    run(random, ROLE_CUSTOMS, "customs", "declaration.receive_status", &command);
}

struct due_list {
    struct deadline deadlines[DUE_COUNT_MAX];
    size_t count;
    date_days today;
};

static void collect_due(void *context, const void *data)
{
    struct due_list *list = context;
    const struct deadline *deadline = data;
    if (deadline->due_on != DATE_NONE && deadline->due_on <= list->today &&
        list->count < DUE_COUNT_MAX) {
        list->deadlines[list->count++] = *deadline;
    }
}

static void pass_time(struct random_world *random)
{
    random->now += (instant_us)draw(random, 8) * 86400 * INSTANT_US_PER_SECOND;
    world_set_time(random->world, random->now);
    struct due_list list = {.today = world_today(random->world)};
    world_each(random->world, DOCUMENT_DEADLINE, collect_due, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct deadline_run body;
        struct due_command due;
        deadline_due_command(&list.deadlines[i], &body, &due);
        const void *answer = run(random, (enum role)0, NULL, due.type->name, due.body);
        /* What is due can always be done, once. */
        assert(answer != NULL);
        answer = run(random, (enum role)0, NULL, due.type->name, due.body);
        assert(answer == NULL);
    }
    struct pending_expire nothing = {.until = random->now};
    run(random, (enum role)0, NULL, "pending.expire", &nothing);
}

static const struct {
    void (*generate)(struct random_world *random);
    unsigned weight;
} generators[] = {
    {set_tariff,        1 },
    {change_party,      4 },
    {open_deposit,      3 },
    {receive_funds,     12},
    {lodge_letter,      5 },
    {propose_amendment, 5 },
    {decide,            20},
    {reserve,           20},
    {adjust,            8 },
    {restore,           10},
    {call_one,          8 },
    {pay_call,          8 },
    {move_cash,         6 },
    {submit,            14},
    {receive_status,    12},
    {pass_time,         4 },
};

enum {
    GENERATOR_COUNT = sizeof(generators) / sizeof(generators[0])
};

static void generate(struct random_world *random)
{
    unsigned total = 0;
    for (size_t i = 0; i < GENERATOR_COUNT; i++) {
        total += generators[i].weight;
    }
    uint64_t at = draw(random, total);
    size_t chosen = 0;
    while (at >= generators[chosen].weight) {
        at -= generators[chosen++].weight;
    }
    generators[chosen].generate(random);
}

static void populate(struct random_world *random)
{
    struct party_register ops = {.kind = PARTY_OPERATOR};
    TEXT_PUT(ops.id, "ops");
    run(random, ROLE_OPERATOR, "ops", "party.register", &ops);
    register_party(random, "customs", PARTY_CUSTOMS, "");
    register_party(random, "customs-2", PARTY_CUSTOMS, "");
    register_party(random, "bank", PARTY_BANK, "");
    register_party(random, "insurer", PARTY_INSURER, "");
    register_party(random, "shop", PARTY_MERCHANT, "9999960B02");
    register_party(random, "mall", PARTY_PLATFORM, "9999960A01");
    register_party(random, "broker", PARTY_AGENT, "9999960D05");
    register_key(random, "bank", &bank_key);
    register_key(random, "insurer", &insurer_key);
    for (int i = 0; i < 6; i++) {
        set_tariff(random);
    }
}

/* One world; returns how many commands it ran. */
static int64_t run_world(uint64_t seed, enum world_memory memory, int64_t *done_count)
{
    struct random_world random = {.seed = seed};
    random.world = world_create(memory, ACCOUNT_COUNT_MAX);
    random.now = date_start(date_from_civil(2026, 11, 1));
    world_set_time(random.world, random.now);
    populate(&random);
    while (random.command_count < WORLD_COMMAND_COUNT) {
        generate(&random);
    }
    world_destroy(random.world);
    *done_count += random.done_count;
    return random.command_count;
}

int main(int argument_count, char **arguments)
{
    int64_t count = argument_count > 1 ? strtoll(arguments[1], NULL, 10) : COUNT_DEFAULT;
    uint64_t seed = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 20261101;
    printf("seed %" PRIu64 "\n", seed);
    letterhead_make(&bank_key, "K1");
    letterhead_make(&insurer_key, "K2");
    int64_t run_count = 0;
    int64_t done_count = 0;
    for (uint64_t world = 0; run_count < count; world++) {
        enum world_memory memory = world % 4 == 3 ? MEMORY_FORGETS : MEMORY_KEEPS;
        run_count += run_world(seed + world, memory, &done_count);
    }
    printf("%" PRId64 " commands, %" PRId64 " done\n", run_count, done_count);
    for (size_t i = 0; i < command_type_count; i++) {
        printf("%8" PRId64 " done %8" PRId64 " refused  %s\n",
               verdict_counts[i][1],
               verdict_counts[i][0],
               command_types[i].name);
    }
    return 0;
}
