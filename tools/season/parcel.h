#pragma once
/*
 * A season of parcels, invented: what each is, which agent declares it where, and what becomes of
 * it, all from a seed and its number. The same number is the same parcel in every message.
 * Districts 9991 to 9995, companies 99…P and the persons do not exist.
 */
#include <stdbool.h>
#include <stdint.h>

#include "adapters/customs/ceb.h"
#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"

enum {
    SEASON_AGENT_COUNT = 50,
    SEASON_DISTRICT_COUNT = 5,
    SEASON_GOODS_COUNT = 3,
    PARCEL_LINE_COUNT_MAX = 3,
    PARCEL_PER_MESSAGE_MAX = 100,
    SEASON_CODE_SIZE = 11,
};

struct season {
    uint64_t seed;
    uint64_t parcel_count;
    date_days from; /* the first day of declaring */
    int64_t day_count;
    uint64_t agent_count;   /* SEASON_AGENT_COUNT at most */
    const char *agent_code; /* declares everything; NULL: the fifty agents */
};

/* What becomes of a parcel; shares are of a thousand. */
enum parcel_fate {
    FATE_STAYS,          /* 960: its tax is paid with its statement */
    FATE_RETURNED,       /* 14: whole, in time */
    FATE_RETURNED_PART,  /* 13: the first line only, in time */
    FATE_RETURNED_TWICE, /* 6: whole, and every message of it repeated */
    FATE_RETURNED_LATE,  /* 4: applied for in time, back after day 45 */
    FATE_APPLIED_LATE,   /* 3: applied for on day 31 or later */
};

struct parcel {
    uint64_t number;
    int agent;
    int district;
    date_days released_on;
    enum parcel_fate fate;
    date_days applied_on; /* a return's, DATE_NONE for those that stay */
    date_days back_on;
    size_t line_count;
    struct {
        int goods;
        int64_t qty;         /* pieces */
        int64_t price_minor; /* of the line */
    } lines[PARCEL_LINE_COUNT_MAX];
    uint64_t buyer;
};

struct season_goods {
    const char *hs_code;
    const char *tariff_percent;
    const char *consumption_percent;
    const char *vat_percent;
};
extern const struct season_goods season_goods[SEASON_GOODS_COUNT];

/* The numbers of the parcels released on a day: [first, end). */
void season_day(const struct season *season, int64_t day, uint64_t *first_out, uint64_t *end_out);
void parcel_make(const struct season *season, uint64_t number, struct parcel *parcel_out);
struct parcel_tax {
    int64_t consumption_minor;
    int64_t vat_minor;
};
/* As customs assesses a line, within the limits; the tariff is 0. */
struct parcel_tax parcel_line_tax(const struct parcel *parcel, size_t line);
/* Of the lines from there on. */
int64_t parcel_tax_minor(const struct parcel *parcel, size_t first_line);
/* What of the tax stays due in the end, and what of the value counts in the buyer's year. */
int64_t parcel_tax_due_minor(const struct parcel *parcel);
int64_t parcel_value_kept_minor(const struct parcel *parcel);
/* "9999P0A001" of an agent, "9991" of a district. */
void season_agent_code(int agent, char code_out[SEASON_CODE_SIZE]);
void season_district_code(int district, char code_out[5]);
/* 10-character codes of the platform, the enterprise and the logistics firm they all use. */
#define SEASON_PLATFORM   "9999P0EBP1"
#define SEASON_ENTERPRISE "9999P0EBC1"
#define SEASON_LOGISTICS  "9999P0LOG1"

/* Whether a message of the type about this parcel is sent on that day. */
bool parcel_is_told(const struct parcel *parcel, enum ceb_type type, date_days on);
/*
 * One message of the type for these parcels, as sent on a day: a return's messages come again on
 * the day after when it is returned twice, with other words. On DATE_NONE every message is sent on
 * its own day.
 * At most PARCEL_PER_MESSAGE_MAX parcels. The arena is used and given back as it was. `out` fails
 * when it is too small.
 */
void parcel_message(const struct season *season,
                    enum ceb_type type,
                    date_days on,
                    const uint64_t *numbers,
                    size_t count,
                    struct arena *arena,
                    struct writer *out);
