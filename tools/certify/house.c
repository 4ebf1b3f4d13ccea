#include "tools/certify/house.h"

#include <string.h>

#include "adapters/link/advice.h"
#include "adapters/link/code.h"
#include "adapters/link/session.h"

enum {
    MEMORY_COUNT = 4096, /* messages of the bank */
};

void house_create(struct house *house, const struct link_config *config)
{
    *house = (struct house){.config = config, .bank_day = DATE_NONE};
    duplicates_create(&house->duplicates, MEMORY_COUNT);
}

void house_destroy(struct house *house)
{
    duplicates_destroy(&house->duplicates);
}

void house_connected(struct house *house)
{
    house->is_signed_on = false;
}

void house_refuse(struct house *house, const struct iso8583_message *question, const char *code)
{
    house->counts.refused++;
    memcpy(house->refused_code, code, sizeof house->refused_code);
    memcpy(house->refused_mti, question->mti, sizeof house->refused_mti);
}

static const char *hear_key(struct house *house,
                            const struct seal *seal,
                            const struct iso8583_message *question,
                            struct link_key *key_out)
{
    int field = iso8583_has(question, 62) ? 62 : 48;
    if (!seal_unwrap(seal, iso8583_get(question, field), key_out)) {
        return CODE_KEY;
    }
    house->counts.keys++;
    return CODE_DONE;
}

static const char *
hear_cut_over(struct house *house, const struct iso8583_message *question, struct moment now)
{
    date_days day;
    if (!advice_day(question, now.wall, &day) || day == DATE_NONE) {
        return CODE_FORMAT;
    }
    house->bank_day = day;
    house->counts.cut_overs++;
    return CODE_DONE;
}

static const char *hear_management(struct house *house,
                                   const struct seal *seal,
                                   const struct iso8583_message *question,
                                   struct moment now,
                                   struct link_key *key_out)
{
    switch (advice_network_code(question)) {
    case SESSION_SIGN_ON:
        house->is_signed_on = true;
        house->counts.sign_ons++;
        return CODE_DONE;
    case SESSION_SIGN_OFF:
        house->is_signed_on = false;
        return CODE_DONE;
    case SESSION_KEY_EXCHANGE:
        return hear_key(house, seal, question, key_out);
    case SESSION_CUT_OVER:
        return hear_cut_over(house, question, now);
    case SESSION_CUT_OVER_END:
    case SESSION_ECHO:
        return CODE_DONE;
    default:
        return CODE_NOT_OFFERED;
    }
}

/* A repeat is answered as the first was, and counted once. */
static const char *
hear_funds(struct house *house, const struct iso8583_message *question, struct moment now)
{
    uint64_t serial;
    struct adapter_advice advice;
    const char *code = advice_read_funds(house->config, question, now.wall, &advice);
    if (code != NULL) {
        return code;
    }
    enum duplicate_verdict verdict =
        duplicates_see(&house->duplicates, 0, question, now.monotonic, &serial);
    if (verdict == DUPLICATE_OTHER_CONTENT) {
        return CODE_OTHER;
    }
    if (verdict == DUPLICATE_REPEAT) {
        house->counts.repeats++;
        memcpy(house->repeat_mti, question->mti, sizeof house->repeat_mti);
    } else {
        house->advice = advice;
        house->counts.advices++;
        if (house->is_silent) {
            return NULL;
        }
    }
    struct duplicate_note *note = duplicates_note(&house->duplicates, serial);
    if (note->code[0] == '\0') {
        memcpy(note->code, CODE_DONE, sizeof note->code);
        bool is_return = advice.returned_reference[0] != '\0';
        int64_t *count = is_return ? &house->ours.reversed_count : &house->ours.received_count;
        int64_t *sum = is_return ? &house->ours.reversed_minor : &house->ours.received_minor;
        *count += 1;
        if (!amount_add(*sum, advice.amount.minor, sum)) {
            return CODE_AMOUNT;
        }
    }
    return CODE_DONE;
}

static bool totals_are_equal(const struct day_totals *a, const struct day_totals *b)
{
    return a->received_count == b->received_count && a->received_minor == b->received_minor &&
           a->paid_count - a->reversed_count == b->paid_count - b->reversed_count &&
           a->paid_minor - a->reversed_minor == b->paid_minor - b->reversed_minor;
}

static const char *
hear_totals(const struct house *house, const struct iso8583_message *question, struct moment now)
{
    struct day_totals theirs;
    struct day_totals ours = house_totals(house);
    const char *code = advice_read_totals(question, now.wall, &theirs);
    if (code != NULL) {
        return code;
    }
    return totals_are_equal(&ours, &theirs) ? CODE_DONE : CODE_TOTALS;
}

static const char *hear(struct house *house,
                        const struct seal *seal,
                        const struct iso8583_message *question,
                        struct moment now,
                        struct link_key *key_out)
{
    enum advice_kind kind = advice_kind(house->config, question);
    const char *code = advice_check(house->config, question, now.wall);
    if (code != NULL) {
        return code;
    }
    if (kind != ADVICE_MANAGEMENT && !house->is_signed_on) {
        return CODE_SIGN_ON;
    }
    switch (kind) {
    case ADVICE_MANAGEMENT:
        return hear_management(house, seal, question, now, key_out);
    case ADVICE_FUNDS:
        return hear_funds(house, question, now);
    case ADVICE_TOTALS:
        return hear_totals(house, question, now);
    case ADVICE_OTHER:
    case ADVICE_ANSWER:
        break;
    }
    return CODE_NOT_OFFERED;
}

const char *house_hear(struct house *house,
                       const struct seal *seal,
                       const struct iso8583_message *question,
                       struct moment now,
                       struct link_key *key_out)
{
    *key_out = (struct link_key){.size = 0};
    const char *code = hear(house, seal, question, now, key_out);
    if (code != NULL && strcmp(code, CODE_DONE) != 0) {
        house_refuse(house, question, code);
    }
    return code;
}

/* What the bank says it had is at most 18 digits, what we do far less. */
struct day_totals house_totals(const struct house *house)
{
    const struct day_totals *a = &house->base;
    const struct day_totals *b = &house->ours;
    return (struct day_totals){
        .day = house->base.day,
        .paid_count = a->paid_count + b->paid_count,
        .paid_minor = a->paid_minor + b->paid_minor,
        .reversed_count = a->reversed_count + b->reversed_count,
        .reversed_minor = a->reversed_minor + b->reversed_minor,
        .received_count = a->received_count + b->received_count,
        .received_minor = a->received_minor + b->received_minor,
    };
}
