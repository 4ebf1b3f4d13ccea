#include "tools/season/parcel.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct season_goods season_goods[SEASON_GOODS_COUNT] = {
    {"1901101000", "10.00", "0.00",  "13.00"},
    {"3303000010", "10.00", "15.00", "13.00"},
    {"4901990000", "0.00",  "0.00",  "9.00" },
};

/* A generator with a state of one word (Steele, Lea and Flood, SplitMix, OOPSLA 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t value = *state += UINT64_C(0x9E3779B97F4A7C15);
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

static int64_t below(uint64_t *state, uint64_t bound)
{
    return (int64_t)(next(state) % bound);
}

void season_day(const struct season *season, int64_t day, uint64_t *first_out, uint64_t *end_out)
{
    uint64_t days = (uint64_t)season->day_count;
    assert(day >= 0 && day < season->day_count);
    *first_out = season->parcel_count * (uint64_t)day / days;
    *end_out = season->parcel_count * ((uint64_t)day + 1) / days;
}

static int64_t day_of(const struct season *season, uint64_t number)
{
    uint64_t days = (uint64_t)season->day_count;
    int64_t day = (int64_t)(number * days / season->parcel_count);
    uint64_t first;
    uint64_t end;
    season_day(season, day, &first, &end);
    while (number >= end) {
        season_day(season, ++day, &first, &end);
    }
    return day;
}

static enum parcel_fate fate_of(int64_t share)
{
    static const struct {
        int64_t share;
        enum parcel_fate fate;
    } fates[] = {
        {960,  FATE_STAYS         },
        {974,  FATE_RETURNED      },
        {987,  FATE_RETURNED_PART },
        {993,  FATE_RETURNED_TWICE},
        {997,  FATE_RETURNED_LATE },
        {1000, FATE_APPLIED_LATE  },
    };
    size_t i = 0;
    while (share >= fates[i].share) {
        i++;
    }
    return fates[i].fate;
}

static void fate_make(struct parcel *parcel, uint64_t *state)
{
    parcel->fate = fate_of(below(state, 1000));
    if (parcel->fate == FATE_STAYS) {
        return;
    }
    if (parcel->fate == FATE_RETURNED_PART && parcel->line_count == 1) {
        parcel->fate = FATE_RETURNED; /* the first line is all there is */
    }
    bool is_applied_late = parcel->fate == FATE_APPLIED_LATE;
    bool is_back_late = parcel->fate == FATE_RETURNED_LATE;
    int64_t applied = is_applied_late ? 31 + below(state, 10) : 1 + below(state, 28);
    int64_t back = is_back_late ? 46 + below(state, 5) : applied + 1 + below(state, 3);
    parcel->applied_on = parcel->released_on + (date_days)applied;
    parcel->back_on = parcel->released_on + (date_days)back;
}

/* Most parcels cost a hundred or two; some cost two thousand. */
static int64_t price_make(uint64_t *state)
{
    int64_t dear = below(state, 20) == 0 ? 100000 : 15000;
    return 500 + below(state, (uint64_t)dear);
}

void parcel_make(const struct season *season, uint64_t number, struct parcel *parcel_out)
{
    uint64_t state = season->seed ^ (number + 1) * UINT64_C(0xD1342543DE82EF95);
    struct parcel parcel = {.number = number};
    assert(number < season->parcel_count);
    parcel.agent = (int)below(&state, season->agent_count);
    /* An agent works at two districts. */
    parcel.district = (parcel.agent + (int)below(&state, 2)) % SEASON_DISTRICT_COUNT;
    parcel.released_on = season->from + (date_days)day_of(season, number);
    parcel.line_count = 1 + (size_t)below(&state, PARCEL_LINE_COUNT_MAX);
    for (size_t i = 0; i < parcel.line_count; i++) {
        parcel.lines[i].goods = (int)below(&state, SEASON_GOODS_COUNT);
        parcel.lines[i].qty = 1 + below(&state, 4);
        parcel.lines[i].price_minor = price_make(&state);
    }
    parcel.buyer = next(&state) % (season->parcel_count / 2 + 1);
    fate_make(&parcel, &state);
    *parcel_out = parcel;
}

void season_agent_code(int agent, char code_out[SEASON_CODE_SIZE])
{
    (void)snprintf(code_out, SEASON_CODE_SIZE, "9999P0A%03u", (unsigned)agent % 1000U);
}

void season_district_code(int district, char code_out[5])
{
    (void)snprintf(code_out, 5, "999%u", 1 + (unsigned)district % SEASON_DISTRICT_COUNT);
}

/* half up: value * numerator / denominator */
static int64_t share(int64_t value, int64_t numerator, int64_t denominator)
{
    return (2 * value * numerator + denominator) / (2 * denominator);
}

/* Within the limits: CT = p*r/(1-r)*70 %, VAT = (p + p*r/(1-r))*v*70 %, by the rates of
 * season_goods. */
struct parcel_tax parcel_line_tax(const struct parcel *parcel, size_t line)
{
    static const struct {
        int64_t consumption[2];
        int64_t vat[2];
    } shares[SEASON_GOODS_COUNT] = {
        {{0, 1},    {91, 1000}   },
        {{21, 170}, {1820, 17000}},
        {{0, 1},    {63, 1000}   },
    };
    int goods = parcel->lines[line].goods;
    int64_t price = parcel->lines[line].price_minor;
    return (struct parcel_tax){
        share(price, shares[goods].consumption[0], shares[goods].consumption[1]),
        share(price, shares[goods].vat[0], shares[goods].vat[1]),
    };
}

/* Lines that stay with the buyer: those from here on. */
static size_t first_kept_line(const struct parcel *parcel)
{
    switch (parcel->fate) {
    case FATE_RETURNED:
    case FATE_RETURNED_TWICE:
        return parcel->line_count;
    case FATE_RETURNED_PART:
        return 1;
    case FATE_STAYS:
    case FATE_RETURNED_LATE:
    case FATE_APPLIED_LATE:
        break;
    }
    return 0;
}

int64_t parcel_tax_minor(const struct parcel *parcel, size_t first_line)
{
    int64_t sum = 0;
    for (size_t i = first_line; i < parcel->line_count; i++) {
        struct parcel_tax tax = parcel_line_tax(parcel, i);
        sum += tax.consumption_minor + tax.vat_minor;
    }
    return sum;
}

int64_t parcel_tax_due_minor(const struct parcel *parcel)
{
    return parcel_tax_minor(parcel, first_kept_line(parcel));
}

int64_t parcel_value_kept_minor(const struct parcel *parcel)
{
    int64_t sum = 0;
    for (size_t i = first_kept_line(parcel); i < parcel->line_count; i++) {
        sum += parcel->lines[i].price_minor;
    }
    return sum;
}

bool parcel_is_told(const struct parcel *parcel, enum ceb_type type, date_days on)
{
    bool is_twice = parcel->fate == FATE_RETURNED_TWICE;
    bool is_return = parcel->applied_on != DATE_NONE;
    if (type == CEB_625) {
        return is_return &&
               (on == parcel->applied_on || (is_twice && on == parcel->applied_on + 1));
    }
    if (type == CEB_626) {
        return is_return && (on == parcel->back_on || (is_twice && on == parcel->back_on + 1));
    }
    return on == parcel->released_on;
}
