#include "tests/business/fx_position_laws.h"

#include <string.h>

#include "gateway/business/fx/bop_record.h"
#include "gateway/business/fx/fx_match.h"
#include "gateway/business/fx/fx_position.h"
#include "gateway/business/text.h"

/* Of an amount and a rate. */
__extension__ typedef __int128 wide_int;

struct check {
    const struct world *world;
    const char *broken;
};

/* --- draws --- */

static void check_draw(void *context, const void *data)
{
    struct check *check = context;
    const struct fx_draw *draw = data;
    const struct fx_receipt *receipt =
        world_document(check->world, DOCUMENT_FX_RECEIPT, draw->receipt);
    if (receipt == NULL || receipt->basis != FX_BASIS_EVIDENCE) {
        check->broken = "an order is drawn for a receipt that may be converted by it";
    } else if (strncmp(draw->key, "order/", 6) == 0 && strcmp(receipt->match, draw->key) != 0) {
        check->broken = "a receipt has one order";
    }
}

/* --- receipts --- */

static const char *bop_fault(const struct bop_record *record)
{
    int64_t costs = record->warehousing.minor + record->logistics.minor + record->tax.minor;
    if (record->restored.minor != record->actual.minor + costs) {
        return "restored = actual + costs netted";
    }
    return (record->due_on == DATE_NONE) == (record->state == BOP_EXEMPT)
               ? NULL
               : "what is not exempt has its day";
}

static void check_receipt(void *context, const void *data)
{
    struct check *check = context;
    const struct fx_receipt *receipt = data;
    if (receipt->state == FX_RECEIPT_CLEARED &&
        world_document(check->world, DOCUMENT_BOP_RECORD, receipt->id) == NULL) {
        check->broken = "what is credited is declared";
    }
    if (receipt->basis == FX_BASIS_EVIDENCE &&
        world_document(check->world, DOCUMENT_FX_DRAW, receipt->match) == NULL) {
        check->broken = "a receipt of evidence has drawn its order";
    }
}

static void check_record(void *context, const void *data)
{
    struct check *check = context;
    const char *fault = bop_fault(data);
    if (fault != NULL) {
        check->broken = fault;
    }
}

/* --- positions --- */

struct position_sums {
    const struct fx_position *position;
    int64_t bought;
    int64_t paid;
    wide_int exact; /* bought x rate, 10^-8 CNY */
};

static void add_conversion(void *context, const void *data)
{
    struct position_sums *sums = context;
    const struct conversion *conversion = data;
    const struct fx_position *position = sums->position;
    if (strcmp(conversion->bank, position->bank) == 0 &&
        conversion->bought.currency == position->bought.currency &&
        conversion->converted_on == position->day) {
        sums->bought += conversion->bought.minor;
        sums->paid += conversion->paid.minor;
        sums->exact += (wide_int)conversion->bought.minor * conversion->rate;
    }
}

struct bank_sums {
    const char *bank;
    enum currency currency;
    int64_t bought; /* of open positions */
    int64_t paid;
    int64_t result; /* of all */
};

static void add_position(void *context, const void *data)
{
    struct bank_sums *sums = context;
    const struct fx_position *position = data;
    if (strcmp(position->bank, sums->bank) != 0) {
        return;
    }
    sums->result += position->result.minor;
    if (position->bought.currency == sums->currency && position->squared_on == DATE_NONE) {
        sums->bought += position->bought.minor;
        sums->paid += position->paid.minor;
    }
}

static const char *ledger_fault(const struct world *world, const struct fx_position *position)
{
    const struct party *bank = world_document(world, DOCUMENT_PARTY, position->bank);
    struct bank_sums sums = {.bank = position->bank, .currency = position->bought.currency};
    world_each(world, DOCUMENT_FX_POSITION, add_position, &sums);
    struct account_key foreign = {
        .owner = bank->number,
        .purpose = PURPOSE_FX_POSITION,
        .currency = sums.currency,
    };
    struct account_key result = foreign;
    struct account_key cny = foreign;
    cny.currency = CURRENCY_CNY;
    TEXT_PUT(cny.subject, currency_code(sums.currency));
    result.purpose = PURPOSE_FX_RESULT;
    result.currency = CURRENCY_CNY;
    if (world_balance(world, &foreign) != sums.bought || world_balance(world, &cny) != -sums.paid) {
        return "fx.position = what was bought and not squared";
    }
    return world_balance(world, &result) == sums.result ? NULL : "fx.result = days squared";
}

static const char *squaring_fault(const struct fx_position *position)
{
    if (position->squared_on == DATE_NONE) {
        return NULL;
    }
    wide_int exact = (wide_int)position->bought.minor * position->rate;
    if (exact !=
        (wide_int)position->proceeds.minor * RESIDUE_PER_FEN + position->squaring_residue) {
        return "bought x rate = proceeds + residue of the squaring";
    }
    return position->result.minor == position->proceeds.minor - position->paid.minor
               ? NULL
               : "result = proceeds - paid";
}

static void check_position(void *context, const void *data)
{
    struct check *check = context;
    const struct fx_position *position = data;
    struct position_sums sums = {.position = position};
    world_each(check->world, DOCUMENT_CONVERSION, add_conversion, &sums);
    if (sums.bought != position->bought.minor || sums.paid != position->paid.minor ||
        sums.exact != (wide_int)position->paid.minor * RESIDUE_PER_FEN + position->residue) {
        check->broken = "a position is the sum of its conversions, residue and all";
    }
    const char *fault = squaring_fault(position);
    if (fault == NULL) {
        fault = ledger_fault(check->world, position);
    }
    if (fault != NULL) {
        check->broken = fault;
    }
}

const char *fx_position_broken_law(const struct world *world)
{
    struct check check = {.world = world};
    world_each(world, DOCUMENT_FX_DRAW, check_draw, &check);
    world_each(world, DOCUMENT_FX_RECEIPT, check_receipt, &check);
    world_each(world, DOCUMENT_BOP_RECORD, check_record, &check);
    world_each(world, DOCUMENT_FX_POSITION, check_position, &check);
    return check.broken;
}
