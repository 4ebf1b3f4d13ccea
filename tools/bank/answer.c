#include "tools/bank/answer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "tools/bank/chore.h"
#include "tools/bank/private.h"
#include "tools/bank/tell.h"
#include "tools/bank/totals.h"

enum {
    INSTITUTION_SIZE = 11,
    ORIGINAL_SIZE = 42,
    OLD_KEY_US = 10 * 1000 * 1000,
};

struct question {
    struct bank *bank;
    struct line_connection *connection;
    const struct iso8583_message *request;
    struct verdict verdict;
};

struct kind {
    const char *mti;        /* repeats included: the last digit is not looked at */
    const char *processing; /* DE 3, NULL: any */
    enum script_event event;
    bool is_open_to_all; /* before sign-on */
    void (*answer)(const struct question *question, struct draft *reply);
};

static void code_set(struct draft *reply, const char *code)
{
    draft_text(reply, 39, code);
}

/* An institution in its width of 11, zeros before; 11 zeros when it is not named. */
static void write_institution(struct writer *writer, struct iso8583_view id)
{
    static const char zeros[] = "00000000000";
    size_t size = id.size > INSTITUTION_SIZE ? INSTITUTION_SIZE : id.size;
    write_bytes(writer, zeros, INSTITUTION_SIZE - size);
    if (size > 0) {
        write_bytes(writer, id.data, size);
    }
}

static void key_write(char key_out[FACT_KEY_SIZE],
                      struct iso8583_view institution,
                      struct iso8583_view trace,
                      struct iso8583_view sent_at)
{
    struct writer writer = writer_over(key_out, FACT_KEY_SIZE - 1);
    write_institution(&writer, institution);
    write_u8(&writer, '.');
    write_bytes(&writer, trace.data, trace.size);
    write_u8(&writer, '.');
    write_bytes(&writer, sent_at.data, sent_at.size);
    assert(!writer.has_failed);
    key_out[writer.size] = '\0';
}

/* The key of the message itself; false without fields 7 and 11. */
static bool key_own(const struct iso8583_message *request, char key_out[FACT_KEY_SIZE])
{
    struct iso8583_view trace = iso8583_get(request, 11);
    struct iso8583_view sent_at = iso8583_get(request, 7);
    if (trace.data == NULL || sent_at.data == NULL) {
        return false;
    }
    key_write(key_out, iso8583_get(request, 32), trace, sent_at);
    return true;
}

/* The key of the payment that field 90 names: MTI, trace, time, institution, forwarder. */
static bool key_original(const struct iso8583_message *request, char key_out[FACT_KEY_SIZE])
{
    struct iso8583_view original = iso8583_get(request, 90);
    if (original.size != ORIGINAL_SIZE || memcmp(original.data, "0200", 4) != 0) {
        return false;
    }
    key_write(key_out,
              (struct iso8583_view){original.data + 20, INSTITUTION_SIZE},
              (struct iso8583_view){original.data + 4, 6},
              (struct iso8583_view){original.data + 10, 10});
    return true;
}

/* False when a field is missing or malformed. */
static bool order_read(const struct iso8583_message *request, struct order *order)
{
    struct iso8583_view private = iso8583_get(request, 48);
    *order = (struct order){.amount_minor = field_number(request, 4),
                            .currency = field_number(request, 49)};
    field_text(request, 37, order->rrn, sizeof order->rrn);
    field_text(request, 102, order->debtor_account, sizeof order->debtor_account);
    field_text(request, 103, order->creditor_account, sizeof order->creditor_account);
    bool is_private_right =
        private_read(private, "REF", order->reference, sizeof order->reference) == PRIVATE_FOUND &&
        private_read(private, "CBK", order->creditor_bank, sizeof order->creditor_bank) !=
            PRIVATE_BAD;
    return key_own(request, order->key) && is_private_right && order->reference[0] != '\0' &&
           order->amount_minor > 0 && order->currency > 0;
}

static void decision_say(const struct decision *decision, struct draft *reply)
{
    code_set(reply, decision->code);
    draft_day(reply, 15, decision->day);
    draft_text(reply, 38, decision->authorization);
    draft_text(reply, 44, decision->detail);
}

/* A payment the bank does not know, with a field 7 further from now than it puts up with: a replay,
 * or a clock gone wrong. It reaches no books. */
static bool
is_stale(const struct bank *bank, const struct iso8583_message *request, const char *key)
{
    instant_us now = clock_now();
    instant_us sent_at = field_instant(request, 7, now);
    int64_t skew_us = bank->config->skew_seconds * INSTANT_US_PER_SECOND;
    bool is_near = sent_at != INSTANT_NONE && sent_at - now <= skew_us && now - sent_at <= skew_us;
    return skew_us > 0 && !is_near && books_payment(&bank->books, key) == NULL;
}

static void answer_pay(const struct question *question, struct draft *reply)
{
    struct bank *bank = question->bank;
    struct order order;
    struct decision decision;
    if (!order_read(question->request, &order) || is_stale(bank, question->request, order.key)) {
        code_set(reply, "30");
        return;
    }
    const char *code = "00";
    if (verdict_has(&question->verdict, SCRIPT_CODE)) {
        code = question->verdict.code;
    } else if (verdict_has(&question->verdict, SCRIPT_PENDING)) {
        code = "09";
    }
    size_t payment_count = bank->books.payment_count;
    order.decide_us = question->verdict.decide_us;
    desk_pay(&bank->desk, &order, code, &decision);
    decision_say(&decision, reply);
    if (bank->books.payment_count > payment_count) {
        chore_plan(bank, payment_count);
    }
}

static void answer_inquire(const struct question *question, struct draft *reply)
{
    char key[FACT_KEY_SIZE];
    struct decision decision;
    if (!key_original(question->request, key)) {
        code_set(reply, "30");
        return;
    }
    desk_inquire(&question->bank->desk, key, &decision);
    decision_say(&decision, reply);
}

static void answer_reverse(const struct question *question, struct draft *reply)
{
    char key[FACT_KEY_SIZE];
    struct decision decision;
    if (!key_original(question->request, key)) {
        code_set(reply, "30");
        return;
    }
    desk_reverse(&question->bank->desk, key, &decision);
    decision_say(&decision, reply);
}

static void answer_totals(const struct question *question, struct draft *reply)
{
    const struct books *books = &question->bank->books;
    date_days day = field_day(question->request, 15, books->day);
    struct totals theirs;
    if (day == DATE_NONE || !totals_read(question->request, &theirs)) {
        code_set(reply, "30");
        return;
    }
    struct totals ours = totals_of(books, day);
    totals_write(&ours, reply);
    code_set(reply, totals_agree(&ours, &theirs) ? "00" : "79");
}

/* With a key it is the gateway's; without, the gateway asks for ours. */
static const char *exchange_key(const struct question *question)
{
    char text[SEAL_TEXT_SIZE];
    struct seal *seal = &question->connection->seal;
    field_text(question->request, iso8583_has(question->request, 62) ? 62 : 48, text, sizeof text);
    if (text[0] == '\0') {
        return tell_key_exchange(question->bank, question->connection);
    }
    if (seal_is_renewing(seal, clock_monotonic())) {
        return "96";
    }
    return seal_take(seal, text) ? "00" : "89";
}

/* The gateway's announcement of a day, which is ours from then on. */
static const char *go_over(const struct question *question)
{
    struct bank *bank = question->bank;
    date_days day = field_day(question->request, 15, bank->books.day);
    if (day == DATE_NONE) {
        return "30";
    }
    if (day < bank->books.day) {
        return "12";
    }
    if (day > bank->books.day && tell_cut_over(bank, day) != NULL) {
        return "96";
    }
    bank->telling.announced_day = day;
    return "00";
}

static void answer_management(const struct question *question, struct draft *reply)
{
    const char *code = "00";
    switch (field_number(question->request, 70)) {
    case 1:
        question->connection->is_signed_on = true;
        break;
    case 2:
        question->connection->is_signed_on = false;
        break;
    case 161:
        code = exchange_key(question);
        break;
    case 201:
        code = go_over(question);
        break;
    case 202:
    case 301:
        break;
    default:
        code = "40";
        break;
    }
    code_set(reply, code);
}

static const struct kind kinds[] = {
    {"0200", "400000", SCRIPT_PAY,        false, answer_pay       },
    {"0200", "380000", SCRIPT_INQUIRE,    false, answer_inquire   },
    {"0400", "400000", SCRIPT_REVERSE,    false, answer_reverse   },
    {"0420", "400000", SCRIPT_REVERSE,    false, answer_reverse   },
    {"0500", NULL,     SCRIPT_TOTALS,     false, answer_totals    },
    {"0520", NULL,     SCRIPT_TOTALS,     false, answer_totals    },
    {"0800", NULL,     SCRIPT_MANAGEMENT, true,  answer_management},
    {"0820", NULL,     SCRIPT_MANAGEMENT, true,  answer_management},
};

static const struct kind *kind_of(const struct iso8583_message *request)
{
    struct iso8583_view processing = iso8583_get(request, 3);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bool is_named = kinds[i].processing == NULL ||
                        (processing.size == 6 &&
                         memcmp(processing.data, kinds[i].processing, processing.size) == 0);
        if (memcmp(request->mti, kinds[i].mti, 3) == 0 && is_named) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* What a message is drawn by: the payment it is about, or itself. */
static uint64_t identity_of(const struct iso8583_message *request)
{
    char key[FACT_KEY_SIZE] = "";
    if (!key_original(request, key)) {
        (void)key_own(request, key);
    }
    return hash_bytes(key, strlen(key));
}

static void amount_spoil(struct draft *draft)
{
    int64_t amount_minor = field_number(&draft->message, 4);
    if (amount_minor >= 0) {
        draft_number(draft, 4, (amount_minor + 1) % INT64_C(1000000000000), 12);
    }
}

static void put(struct bank *bank,
                struct line_connection *connection,
                const uint8_t *bytes,
                size_t size,
                enum line_damage damage,
                int64_t delay_us)
{
    if (delay_us <= 0) {
        line_put(&bank->line, connection, bytes, size, damage);
        return;
    }
    struct later_item item = {
        .due = clock_monotonic() + delay_us,
        .kind = LATER_FRAME,
        .damage = (int)damage,
        .connection = connection->number,
        .bytes = malloc(size),
        .size = size,
    };
    if (item.bytes != NULL) {
        memcpy(item.bytes, bytes, size);
        later_add(&bank->later, item);
    }
}

void answer_say(struct bank *bank,
                struct line_connection *connection,
                struct draft *draft,
                const struct verdict *verdict)
{
    uint8_t bytes[LINE_FRAME_SIZE_MAX];
    enum line_damage damage = LINE_SOUND;
    if (verdict_has(verdict, SCRIPT_DROP_REPLY) || verdict_has(verdict, SCRIPT_DROP_REQUEST)) {
        return;
    }
    if (verdict_has(verdict, SCRIPT_WRONG_AMOUNT)) {
        amount_spoil(draft);
    }
    if (verdict_has(verdict, SCRIPT_WRONG_MAC)) {
        damage = LINE_WRONG_CODE;
    }
    if (verdict_has(verdict, SCRIPT_DISCONNECT_MID_MESSAGE)) {
        damage = LINE_CUT;
    }
    size_t size = line_encode(&bank->line, connection, draft, damage, bytes);
    if (size == 0) {
        return;
    }
    put(bank, connection, bytes, size, damage, verdict->delay_us);
    if (verdict_has(verdict, SCRIPT_DUPLICATE)) {
        put(bank, connection, bytes, size, damage, verdict->delay_us);
    }
}

static void
answer_known(const struct kind *kind, const struct question *question, struct draft *reply)
{
    bool is_code_scripted =
        verdict_has(&question->verdict, SCRIPT_CODE) && kind->event != SCRIPT_PAY;
    if (!kind->is_open_to_all && !question->connection->is_signed_on) {
        code_set(reply, "77");
    } else if (is_code_scripted) {
        code_set(reply, question->verdict.code);
    } else {
        kind->answer(question, reply);
    }
}

void answer_request(struct bank *bank,
                    struct line_connection *connection,
                    const struct iso8583_message *request,
                    enum line_proof proof)
{
    const struct kind *kind = kind_of(request);
    struct question question = {.bank = bank, .connection = connection, .request = request};
    struct draft reply;
    draft_answer(&reply, request);
    if (proof == LINE_UNPROVEN) {
        code_set(&reply, "A0");
    } else if (kind == NULL) {
        code_set(&reply, "40");
    } else {
        question.verdict = judge_draw(&bank->judge, kind->event, identity_of(request));
        if (verdict_has(&question.verdict, SCRIPT_DROP_REQUEST)) {
            return;
        }
        answer_known(kind, &question, &reply);
    }
    answer_say(bank, connection, &reply, &question.verdict);
    /* Under the key it was asked with. */
    seal_settle(&connection->seal, clock_monotonic() + OLD_KEY_US);
}
