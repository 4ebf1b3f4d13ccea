#include "adapters/link/advice.h"

#include <string.h>

#include "adapters/link/code.h"
#include "adapters/link/moment.h"
#include "adapters/link/private.h"

enum {
    REPEAT_SECONDS_MAX = 86400
};

static bool has_text(const struct iso8583_message *message, int field, const char *text)
{
    struct iso8583_view value = iso8583_get(message, field);
    return value.data != NULL && value.size == strlen(text) &&
           memcmp(value.data, text, value.size) == 0;
}

/* -1: absent, not digits, or too large for an amount. */
static int64_t get_number(const struct iso8583_message *message, int field)
{
    struct iso8583_view value = iso8583_get(message, field);
    int64_t number = 0;
    if (value.data == NULL || value.size > 18) {
        return -1;
    }
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return -1;
        }
        number = 10 * number + (value.data[i] - '0');
    }
    return number;
}

enum advice_kind advice_kind(const struct link_config *config,
                             const struct iso8583_message *message)
{
    const char *mti = message->mti;
    if ((mti[2] - '0') % 2 != 0) {
        return ADVICE_ANSWER;
    }
    bool is_asked = mti[2] == '0' || mti[2] == '2';
    if (!is_asked || mti[3] > '1') {
        return ADVICE_OTHER;
    }
    switch (mti[1]) {
    case '2':
        return has_text(message, 3, config->advice_code) ||
                       has_text(message, 3, config->return_code)
                   ? ADVICE_FUNDS
                   : ADVICE_OTHER;
    case '5':
        return ADVICE_TOTALS;
    case '8':
        return ADVICE_MANAGEMENT;
    default:
        return ADVICE_OTHER;
    }
}

const char *advice_check(const struct link_config *config,
                         const struct iso8583_message *message,
                         instant_us now)
{
    struct iso8583_view time = iso8583_get(message, 7);
    instant_us sent_at;
    if (time.size != MOMENT_TIME_SIZE || !iso8583_has(message, 11) ||
        !moment_parse_time(time.data, now, &sent_at)) {
        return CODE_FORMAT;
    }
    int64_t seconds = config->skew_seconds;
    if (message->mti[3] == '1' && seconds < REPEAT_SECONDS_MAX) {
        seconds = REPEAT_SECONDS_MAX;
    }
    int64_t distance = sent_at > now ? sent_at - now : now - sent_at;
    bool is_stale = config->skew_seconds > 0 && distance > seconds * INSTANT_US_PER_SECOND;
    return is_stale ? CODE_FORMAT : NULL;
}

bool advice_day(const struct iso8583_message *message, instant_us now, date_days *day_out)
{
    struct iso8583_view day = iso8583_get(message, 15);
    *day_out = DATE_NONE;
    return day.data == NULL ||
           (day.size == MOMENT_DAY_SIZE && moment_parse_day(day.data, date_of(now), day_out));
}

void advice_text(const struct iso8583_message *message, int field, char *text_out, size_t size)
{
    struct iso8583_view value = iso8583_get(message, field);
    text_out[0] = '\0';
    if (value.data == NULL) {
        return;
    }
    size_t length = value.size;
    while (length > 0 && value.data[length - 1] == ' ') {
        length--;
    }
    length = length < size ? length : size - 1;
    memcpy(text_out, value.data, length);
    text_out[length] = '\0';
}

int advice_network_code(const struct iso8583_message *message)
{
    return (int)get_number(message, 70);
}

static bool currency_is_known(int64_t number)
{
    static const enum currency known[] = {
        CURRENCY_CNY, CURRENCY_MNT, CURRENCY_RUB, CURRENCY_USD, CURRENCY_EUR};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (number == (int64_t)known[i]) {
            return true;
        }
    }
    return false;
}

static const char *read_private(const struct link_config *config,
                                const struct iso8583_message *message,
                                struct adapter_advice *advice)
{
    struct private_values values = {0};
    struct iso8583_view field = iso8583_get(message, PRIVATE_FIELD);
    if (field.data != NULL && !private_read(field, &values)) {
        return CODE_FORMAT;
    }
    memcpy(advice->payment_reference, values.reference, sizeof values.reference);
    memcpy(advice->payer_name, values.payer, sizeof values.payer);
    if (!has_text(message, 3, config->return_code)) {
        return NULL;
    }
    const char *returned = values.returned[0] != '\0' ? values.returned : values.reference;
    size_t size = strlen(returned);
    if (size == 0 || size >= sizeof advice->returned_reference) {
        return CODE_NO_ORIGINAL;
    }
    memcpy(advice->returned_reference, returned, size);
    return NULL;
}

const char *advice_read_funds(const struct link_config *config,
                              const struct iso8583_message *message,
                              instant_us now,
                              struct adapter_advice *advice_out)
{
    *advice_out = (struct adapter_advice){.amount.minor = get_number(message, 4)};
    int64_t currency = get_number(message, 49);
    date_days day;
    advice_text(message, 37, advice_out->bank_reference, sizeof advice_out->bank_reference);
    if (advice_out->amount.minor < 0 || currency < 0 || advice_out->bank_reference[0] == '\0' ||
        !advice_day(message, now, &day)) {
        return CODE_FORMAT;
    }
    if (advice_out->amount.minor == 0) {
        return CODE_AMOUNT;
    }
    if (!currency_is_known(currency)) {
        return CODE_REFUSED;
    }
    advice_out->amount.currency = (enum currency)currency;
    advice_out->value_date = day == DATE_NONE ? date_of(now) : day;
    return read_private(config, message, advice_out);
}

/* Field 97 says the same as the others, and must. */
static bool net_agrees(const struct iso8583_message *message, const struct day_totals *totals)
{
    struct iso8583_view field = iso8583_get(message, 97);
    int64_t stated = 0;
    int64_t net;
    if (field.data == NULL) {
        return true;
    }
    for (size_t i = 1; i < field.size; i++) {
        stated = 10 * stated + (field.data[i] - '0');
    }
    return amount_subtract(totals->received_minor, totals->paid_minor, &net) &&
           amount_add(net, totals->reversed_minor, &net) &&
           net == (field.data[0] == 'D' ? -stated : stated);
}

const char *advice_read_totals(const struct iso8583_message *message,
                               instant_us now,
                               struct day_totals *totals_out)
{
    *totals_out = (struct day_totals){
        .paid_count = get_number(message, 76),
        .paid_minor = get_number(message, 88),
        .reversed_count = get_number(message, 77),
        .reversed_minor = get_number(message, 89),
        .received_count = get_number(message, 74),
        .received_minor = get_number(message, 86),
    };
    if (!advice_day(message, now, &totals_out->day) || totals_out->day == DATE_NONE ||
        totals_out->paid_count < 0 || totals_out->paid_minor < 0 ||
        totals_out->reversed_count < 0 || totals_out->reversed_minor < 0 ||
        totals_out->received_count < 0 || totals_out->received_minor < 0 ||
        !net_agrees(message, totals_out)) {
        return CODE_FORMAT;
    }
    return NULL;
}
