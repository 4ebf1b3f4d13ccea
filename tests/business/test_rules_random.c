/*
 * Seeded random commands, valid and not, of every type; after each one every law holds, and a
 * refusal has left no trace. test_rules_random [COUNT [SEED]]
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/customs/declaration.h"
#include "gateway/business/guarantee/amendment.h"
#include "gateway/business/guarantee/call.h"
#include "gateway/business/guarantee/deposit.h"
#include "gateway/business/guarantee/letter.h"
#include "gateway/business/party/party_record.h"
#include "gateway/business/pending.h"
#include "gateway/business/tax/tariff.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"

enum {
    COUNT_DEFAULT = 100000,
    WORLD_COMMAND_COUNT = 500, /* then a new world, so that checking stays cheap */
    DUE_COUNT_MAX = 64,
    ACCOUNT_COUNT_MAX = 2048,
};

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
    for (int i = 0; i < 6 && known != NULL && known->state == CALL_PAID; i++) {
        known = sample(random, DOCUMENT_CALL);
    }
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
            .total_price = (int64_t)draw(random, 100) * 98765,
        };
        TEXT_PUT(lines[i].gcode, PICK(random, "1901101000", "3303000010", "4901990000"));
    }
    TEXT_PUT(command.app_type, PICK(random, "1", "1", "1", "2", "2", "3"));
    snprintf(command.app_time,
             sizeof(command.app_time),
             "2026110110%02d%02d",
             (int)draw(random, 60),
             (int)draw(random, 60));
    int number = (int)draw(random, 12);
    snprintf(command.cop_no, sizeof(command.cop_no), "C%d", number);
    if (draw(random, 3) == 0) {
        draw_invt_no(random, number, command.invt_no);
    }
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
    int number = (int)draw(random, 12);
    snprintf(command.cop_no, sizeof(command.cop_no), "C%d", number);
    if (draw(random, 6) != 0) {
        draw_invt_no(random, number, command.invt_no);
    }
    snprintf(command.return_time,
             sizeof(command.return_time),
             "2026%02d%02d101500%03d",
             1 + (int)draw(random, 12),
             1 + (int)draw(random, 28),
             (int)draw(random, 3));
    TEXT_PUT(command.return_status,
             PICK(random,
                  "2",
                  "100",
                  "120",
                  "399",
                  "700",
                  "800",
                  "800",
                  "800",
                  "800",
                  "899",
                  "-621018",
                  "26"));
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
    {set_tariff,              1 },
    {change_party,            4 },
    {open_deposit,            3 },
    {receive_funds,           12},
    {lodge_letter,            5 },
    {propose_amendment,       5 },
    {decide,                  20},
    {reserve,                 20},
    {adjust,                  8 },
    {restore,                 10},
    {call_one,                8 },
    {pay_call,                8 },
    {move_cash,               6 },
    {submit,                  14},
    {receive_status,          12},
    {receive_bill,            14},
    {receive_bill_status,     5 },
    {apply_for,               10},
    {answer_application,      12},
    {pass_time,               4 },
    {pay,                     16},
    {approve_or_cancel,       2 },
    {send,                    16},
    {answer,                  24},
    {reverse_or_prove,        6 },
    {give_back,               4 },
    {change_link,             2 },
    {end_day,                 5 },
    {collect,                 4 },
    {order,                   12},
    {approve_or_cancel_order, 3 },
    {change_window,           8 },
    {arrive,                  4 },
    {freeze_or_not,           2 },
    {set_fee,                 1 },
    {set_cap,                 1 },
    {insure,                  2 },
    {ship_and_claim,          3 },
    {settle_claim,            3 },
    {receive_abroad,          8 },
    {decide_receipt,          16},
    {end_refund,              4 },
    {square_position,         3 },
    {disturb_claim,           3 },
    {reconcile,               6 },
    {settle_difference,       3 },
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

/* One world; returns how many commands it ran. */
static int64_t run_world(uint64_t seed, enum world_memory memory, int64_t *done_count)
{
    struct random_world random = {.seed = seed};
    random.world = world_create(memory, ACCOUNT_COUNT_MAX);
    random.now = date_start(date_from_civil(2026, 11, 1));
    world_set_time(random.world, random.now);
    populate(&random);
    for (int i = 0; i < 6; i++) {
        set_tariff(&random);
    }
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
