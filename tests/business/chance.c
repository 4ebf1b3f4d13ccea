#include "tests/business/chance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/bank/bank_link.h"
#include "gateway/business/bank/funds.h"
#include "gateway/business/party/party_record.h"
#include "gateway/business/text.h"
#include "ledger/base/hash.h"

enum {
    AMOUNT_MAX = 20000,
    DAY_LIMIT = 120000000,
    FIRST_AMOUNT = 300000000,
};

struct letterhead bank_key;
struct letterhead insurer_key;
int64_t verdict_counts[256][2];

uint64_t draw(struct random_world *random, uint64_t bound)
{
    return hash_u64(random->seed ^ hash_u64(++random->step)) % bound;
}

const char *pick(struct random_world *random, const char *const *items, size_t count)
{
    return items[draw(random, count)];
}

#define PICK(random_, ...)                                                                         \
    pick((random_),                                                                                \
         (const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

struct money draw_amount(struct random_world *random)
{
    bool is_foreign = draw(random, 40) == 0;
    return (struct money){
        .minor = 1 + (int64_t)draw(random, AMOUNT_MAX),
        .currency = is_foreign ? CURRENCY_USD : CURRENCY_CNY,
    };
}

struct money draw_amount_or_none(struct random_world *random)
{
    return draw(random, 2) == 0 ? (struct money){0} : draw_amount(random);
}

date_days draw_date(struct random_world *random)
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

const void *sample(struct random_world *random, enum document document)
{
    uint64_t count = 0;
    world_each(random->world, document, count_visit, &count);
    struct sample sample = {.left = count == 0 ? 0 : draw(random, count)};
    world_each(random->world, document, sample_visit, &sample);
    return sample.found;
}

void draw_grn(struct random_world *random, unsigned states, char grn_out[GRN_SIZE])
{
    const struct guarantee *guarantee = sample(random, DOCUMENT_GUARANTEE);
    for (int i = 0; i < 8 && guarantee != NULL && (states & 1U << guarantee->state) == 0; i++) {
        guarantee = sample(random, DOCUMENT_GUARANTEE);
    }
    bool is_known = guarantee != NULL && draw(random, 30) != 0;
    text_put(grn_out, GRN_SIZE, is_known ? guarantee->grn : "26CN0000000000991");
}

void draw_reference(struct random_world *random, char reference_out[REFERENCE_SIZE])
{
    snprintf(reference_out, REFERENCE_SIZE, "R%d", (int)draw(random, 30));
}

void draw_reservation(struct random_world *random,
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

const char *draw_customs(struct random_world *random)
{
    return draw(random, 20) == 0 ? "customs-2" : "customs";
}

const void *run(struct random_world *random,
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
        bool is_second = strcmp(id, "bank-2") == 0 || strcmp(id, "insurer-2") == 0;
        TEXT_PUT(command.bic,
                 kind == PARTY_BANK ? (is_second ? "TESTCNBK" : "TESTCNBJ")
                                    : (is_second ? "TESVCNBJ" : "TESUCNBJ"));
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

void populate(struct random_world *random)
{
    struct party_register ops = {.kind = PARTY_OPERATOR};
    TEXT_PUT(ops.id, "ops");
    run(random, ROLE_OPERATOR, "ops", "party.register", &ops);
    register_party(random, "ops-2", PARTY_OPERATOR, "");
    register_party(random, "customs", PARTY_CUSTOMS, "");
    register_party(random, "customs-2", PARTY_CUSTOMS, "");
    register_party(random, "bank", PARTY_BANK, "");
    register_party(random, "insurer", PARTY_INSURER, "");
    register_party(random, "insurer-2", PARTY_INSURER, "");
    register_party(random, "shop", PARTY_MERCHANT, "9999960B02");
    register_party(random, "mall", PARTY_PLATFORM, "9999960A01");
    register_party(random, "broker", PARTY_AGENT, "9999960D05");
    register_party(random, "bank-2", PARTY_BANK, "");
    register_key(random, "bank", &bank_key);
    register_key(random, "insurer", &insurer_key);
    struct bank_link_register link = {.business_day = world_today(random->world)};
    TEXT_PUT(link.bank, "bank");
    link.day_limit = (struct money){DAY_LIMIT, CURRENCY_CNY};
    if (draw(random, 2) == 0) {
        link.amount_tolerance = (struct money){1, CURRENCY_CNY};
    }
    run(random, ROLE_OPERATOR, "ops", "bank_link.register", &link);
    TEXT_PUT(link.bank, "bank-2");
    run(random, ROLE_OPERATOR, "ops", "bank_link.register", &link);
    struct deposit_open open = {
        .amount = {DAY_LIMIT, CURRENCY_CNY}
    };
    TEXT_PUT(open.beneficiary, "customs");
    const struct guarantee_answer *opened =
        run(random, ROLE_MERCHANT, "shop", "guarantee.open_deposit", &open);
    struct funds_receive funds = {
        .amount = open.amount,
        .value_date = world_today(random->world),
    };
    struct deposit_amount release = {.amount = open.amount};
    TEXT_PUT(funds.bank_reference, "FIRST");
    TEXT_PUT(funds.payment_reference, opened->payment_reference);
    TEXT_PUT(release.grn, opened->grn);
    run(random, ROLE_BANK, "bank", "funds.receive", &funds);
    run(random, ROLE_MERCHANT, "shop", "guarantee.release", &release);
}
