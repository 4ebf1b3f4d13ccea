#include "adapters/link/mapping.h"

#include <string.h>

#include "adapters/link/private.h"

/* ---- values ---- */

static uint8_t *draft_room(struct draft *draft, int field, size_t size)
{
    if (size > sizeof draft->text - draft->size) {
        draft->bad_field = draft->bad_field == 0 ? field : draft->bad_field;
        return NULL;
    }
    uint8_t *at = draft->text + draft->size;
    draft->size += size;
    iso8583_set(&draft->message, field, at, size);
    return at;
}

static void draft_put(struct draft *draft, int field, const void *data, size_t size)
{
    uint8_t *at = draft_room(draft, field, size);
    if (at != NULL) {
        memcpy(at, data, size);
    }
}

/* Fixed fields are filled up with blanks; "" leaves the field out. */
static void draft_text(struct draft *draft, int field, const char *text)
{
    size_t size = strlen(text);
    const struct iso8583_rule *rule = &draft->dialect->fields[field];
    if (size == 0) {
        return;
    }
    size_t width = rule->length_digits == 0 && size < rule->length_max ? rule->length_max : size;
    uint8_t *at = draft_room(draft, field, width);
    if (at != NULL) {
        for (size_t i = 0; i < width; i++) {
            at[i] = i < size ? (uint8_t)text[i] : ' ';
        }
    }
}

/* `size` digits with zeros before; false when the number has no such form. */
static bool number_write(int64_t number, uint8_t *at, size_t size)
{
    for (size_t i = size; i > 0; i--) {
        at[i - 1] = (uint8_t)('0' + number % 10);
        number /= 10;
    }
    return number == 0;
}

static void draft_number(struct draft *draft, int field, int64_t number, size_t digits)
{
    uint8_t *at = draft_room(draft, field, digits);
    if (at != NULL && (number < 0 || !number_write(number, at, digits))) {
        draft->bad_field = draft->bad_field == 0 ? field : draft->bad_field;
    }
}

static void draft_start(struct draft *draft, const struct iso8583_dialect *dialect, const char *mti)
{
    iso8583_clear(&draft->message);
    draft->dialect = dialect;
    draft->size = 0;
    draft->bad_field = 0;
    memcpy(draft->message.mti, mti, 5);
}

/* Fields 7, 11, 32, 33: of every message of ours. */
static void
draft_head(struct draft *draft, const struct link_config *config, instant_us sent_at, int64_t trace)
{
    uint8_t time[MOMENT_TIME_SIZE];
    moment_format_time(sent_at, time);
    draft_put(draft, 7, time, sizeof time);
    draft_number(draft, 11, trace, 6);
    draft_text(draft, 32, config->institution);
    draft_text(draft, 33, config->forwarding);
}

/* ---- payments ---- */

/* The last 12 letters and digits of the reference, zeros before them. */
static void put_retrieval_number(struct draft *draft, const char *reference)
{
    uint8_t number[12];
    size_t at = sizeof number;
    for (size_t i = strlen(reference); i > 0 && at > 0; i--) {
        char c = reference[i - 1];
        bool is_kept = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_kept) {
            number[--at] = (uint8_t)c;
        }
    }
    memset(number, '0', at);
    draft_put(draft, 37, number, sizeof number);
}

static bool is_digits(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

/* The account that pays and the name it is held under belong together. */
static bool is_our_account(const struct link_config *config, const struct payment_order *order)
{
    return order->debtor_account[0] == '\0' && config->account[0] != '\0';
}

static const char *debtor_name(const struct link_config *config, const struct payment_order *order)
{
    bool is_held = is_our_account(config, order) && config->account_name[0] != '\0';
    return is_held ? config->account_name : order->debtor_name;
}

static void put_private(struct draft *draft,
                        const struct link_config *config,
                        const struct payment_order *order,
                        enum adapter_act act)
{
    uint8_t buffer[MAPPING_DRAFT_SIZE];
    struct writer writer = writer_over(buffer, sizeof buffer);
    enum iso8583_kind kind = draft->dialect->fields[PRIVATE_FIELD].kind;
    private_write(&writer, kind, "REF", order->reference);
    if (act == ADAPTER_PAY) {
        private_write(&writer, kind, "DNM", debtor_name(config, order));
        private_write(&writer, kind, "CNM", order->creditor_name);
        private_write(&writer, kind, "CBK", order->creditor_bank);
        private_write(&writer, kind, "RMK", order->remittance);
    }
    if (writer.has_failed) {
        draft->bad_field = draft->bad_field == 0 ? PRIVATE_FIELD : draft->bad_field;
        return;
    }
    draft_put(draft, PRIVATE_FIELD, buffer, writer.size);
}

/* Field 90: which message of ours is meant. */
static void put_original(struct draft *draft,
                         const struct link_config *config,
                         const struct payment_order *order)
{
    static const uint8_t mti[] = {'0', '2', '0', '0'};
    uint8_t original[42];
    memset(original, '0', sizeof original);
    memcpy(original, mti, sizeof mti);
    bool is_trace = order->trace >= 0 && number_write(order->trace, original + 4, 6);
    moment_format_time(order->sent_at, original + 10);
    size_t institution = strlen(config->institution);
    size_t forwarding = strlen(config->forwarding);
    memcpy(original + 31 - institution, config->institution, institution);
    memcpy(original + 42 - forwarding, config->forwarding, forwarding);
    draft_put(draft, 90, original, sizeof original);
    if (!is_trace && draft->bad_field == 0) {
        draft->bad_field = 90;
    }
}

/* What payment, inquiry and reversal share. */
static void put_payment(struct draft *draft,
                        const struct link_config *config,
                        const struct adapter_request *request)
{
    const struct payment_order *order = &request->order;
    uint8_t time[MOMENT_TIME_SIZE];
    moment_format_time(order->sent_at, time);
    draft_text(
        draft, 3, request->act == ADAPTER_INQUIRE ? config->inquiry_code : config->payment_code);
    draft_number(draft, 4, order->amount.minor, 12);
    draft_put(draft, 12, time + 4, 6);
    draft_put(draft, 13, time, 4);
    put_retrieval_number(draft, order->reference);
    draft_text(draft, 41, config->terminal);
    draft_text(draft, 42, config->merchant);
    put_private(draft, config, order, request->act);
    draft_number(draft, 49, (int64_t)order->amount.currency, 3);
    if (request->act != ADAPTER_PAY) {
        put_original(draft, config, order);
        return;
    }
    size_t bank_size = strlen(order->creditor_bank);
    if (bank_size <= 11 && is_digits(order->creditor_bank)) {
        draft_text(draft, 100, order->creditor_bank);
    }
    draft_text(draft, 102, is_our_account(config, order) ? config->account : order->debtor_account);
    draft_text(draft, 103, order->creditor_account);
}

/* ---- totals ---- */

static void
put_totals(struct draft *draft, const struct link_config *config, const struct day_totals *totals)
{
    const struct {
        int field;
        int64_t number;
        size_t digits;
    } sums[] = {
        {74, totals->received_count, 10},
        {75, 0,                      10},
        {76, totals->paid_count,     10},
        {77, totals->reversed_count, 10},
        {86, totals->received_minor, 16},
        {87, 0,                      16},
        {88, totals->paid_minor,     16},
        {89, totals->reversed_minor, 16},
    };
    uint8_t day[MOMENT_DAY_SIZE];
    moment_format_day(totals->day, day);
    draft_put(draft, 15, day, sizeof day);
    draft_text(draft, 42, config->merchant);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        draft_number(draft, sums[i].field, sums[i].number, sums[i].digits);
    }
    int64_t net;
    uint8_t *at = draft_room(draft, 97, 17);
    if (at == NULL) {
        return;
    }
    bool is_sum = amount_subtract(totals->received_minor, totals->paid_minor, &net) &&
                  amount_add(net, totals->reversed_minor, &net) && net != INT64_MIN;
    if (!is_sum || !number_write(net < 0 ? -net : net, at + 1, 16)) {
        draft->bad_field = draft->bad_field == 0 ? 97 : draft->bad_field;
        return;
    }
    at[0] = net < 0 ? 'D' : 'C';
}

/* ---- messages ---- */

/* All attempts of one reversal carry one trace and time, made of what the ledger keeps. */
static int64_t reversal_trace(const struct payment_order *order)
{
    return MAPPING_TRACE_FIRST + order->trace % MAPPING_TRACE_COUNT;
}

static bool is_repeat(const struct link_config *config,
                      const struct adapter_request *request,
                      const struct mapping_call *call)
{
    int64_t age_us = call->now - request->order.sent_at;
    return request->attempt > 1 ||
           (config->skew_seconds > 0 && age_us > config->skew_seconds * INSTANT_US_PER_SECOND / 2);
}

bool mapping_request(const struct link_config *config,
                     const struct adapter_request *request,
                     const struct mapping_call *call,
                     struct draft *draft_out)
{
    const struct iso8583_dialect *dialect = &config->dialect;
    const struct payment_order *order = &request->order;
    switch (request->act) {
    case ADAPTER_PAY:
        draft_start(draft_out, dialect, "0200");
        draft_head(draft_out, config, order->sent_at, order->trace);
        put_payment(draft_out, config, request);
        break;
    case ADAPTER_INQUIRE:
        draft_start(draft_out, dialect, "0200");
        draft_head(draft_out, config, call->now, call->trace);
        put_payment(draft_out, config, request);
        break;
    case ADAPTER_REVERSE:
        draft_start(draft_out, dialect, is_repeat(config, request, call) ? "0421" : "0420");
        draft_head(draft_out, config, order->sent_at, reversal_trace(order));
        put_payment(draft_out, config, request);
        break;
    case ADAPTER_TOTALS:
        draft_start(draft_out, dialect, "0520");
        draft_head(draft_out, config, call->now, call->trace);
        put_totals(draft_out, config, &request->totals);
        break;
    }
    return draft_out->bad_field == 0;
}

void mapping_management(const struct link_config *config,
                        const struct mapping_note *note,
                        const struct mapping_call *call,
                        struct draft *draft_out)
{
    bool has_key_field = config->dialect.fields[62].kind != ISO8583_KIND_NONE;
    draft_start(draft_out, &config->dialect, note->mti);
    draft_head(draft_out, config, call->now, call->trace);
    draft_number(draft_out, 70, note->network_code, 3);
    draft_text(draft_out, has_key_field ? 62 : 48, note->key);
    if (note->day != DATE_NONE) {
        uint8_t day[MOMENT_DAY_SIZE];
        moment_format_day(note->day, day);
        draft_put(draft_out, 15, day, sizeof day);
    }
}

bool mapping_answer_mti(const char mti[5], char mti_out[5])
{
    if (mti[2] != '0' && mti[2] != '2') {
        return false;
    }
    memcpy(mti_out, mti, 5);
    mti_out[2] = (char)(mti[2] + 1);
    mti_out[3] = '0';
    return true;
}

void mapping_answer(const struct link_config *config,
                    const struct iso8583_message *question,
                    const char *code,
                    struct draft *draft_out)
{
    static const uint8_t echoed[] = {3, 4, 7, 11, 12, 13, 15, 32, 33, 37, 41, 42, 49, 70, 90, 100};
    char mti[5];
    bool is_question = mapping_answer_mti(question->mti, mti);
    draft_start(draft_out, &config->dialect, is_question ? mti : question->mti);
    for (size_t i = 0; i < sizeof echoed; i++) {
        struct iso8583_view value = iso8583_get(question, echoed[i]);
        if (value.data != NULL) {
            iso8583_set(&draft_out->message, echoed[i], value.data, value.size);
        }
    }
    draft_put(draft_out, 39, code, 2);
}

bool mapping_fits(const struct iso8583_dialect *dialect, int *field_out)
{
    static const struct {
        uint8_t field;
        uint8_t length; /* characters of a fixed field; 0: a variable one */
    } needed[] = {
        {3,   6 },
        {4,   12},
        {7,   10},
        {11,  6 },
        {12,  6 },
        {13,  4 },
        {15,  4 },
        {32,  0 },
        {33,  0 },
        {37,  12},
        {39,  2 },
        {41,  8 },
        {42,  15},
        {48,  0 },
        {49,  3 },
        {70,  3 },
        {74,  10},
        {75,  10},
        {76,  10},
        {77,  10},
        {86,  16},
        {87,  16},
        {88,  16},
        {89,  16},
        {90,  42},
        {97,  17},
        {100, 0 },
        {102, 0 },
        {103, 0 },
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const struct iso8583_rule *rule = &dialect->fields[needed[i].field];
        bool is_fixed = rule->length_digits == 0;
        if (rule->kind == ISO8583_KIND_NONE || is_fixed != (needed[i].length != 0) ||
            (is_fixed && rule->length_max != needed[i].length)) {
            *field_out = needed[i].field;
            return false;
        }
    }
    return true;
}
