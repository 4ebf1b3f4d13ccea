#include "tools/bank/advise.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "tools/bank/answer.h"
#include "tools/bank/private.h"

#define TEXT_SET(member, text) (void)snprintf((member), sizeof(member), "%s", (text))

static const char *record(struct bank *bank, struct fact *fact)
{
    fact->kind = FACT_ADVICE;
    fact->day = bank->books.day;
    (void)snprintf(fact->bank_reference,
                   sizeof fact->bank_reference,
                   "B%011zu",
                   (bank->books.advice_count + 1) % 100000000000);
    return journal_record(bank->journal, fact);
}

const char *advise_funds(struct bank *bank,
                         const char *reference,
                         int64_t amount_minor,
                         const char *payer,
                         char bank_reference_out[FACT_RRN_SIZE])
{
    struct fact fact = {.amount_minor = amount_minor, .currency = bank->config->currency};
    TEXT_SET(fact.payment_reference, reference);
    TEXT_SET(fact.payer, payer);
    TEXT_SET(fact.creditor_account, bank->config->account);
    const char *why = record(bank, &fact);
    memcpy(bank_reference_out, fact.bank_reference, FACT_RRN_SIZE);
    return why;
}

const char *advise_return(struct bank *bank, const struct payment *payment)
{
    struct fact fact = {.amount_minor = payment->amount_minor, .currency = payment->currency};
    TEXT_SET(fact.payment_reference, payment->reference);
    TEXT_SET(fact.returned_key, payment->key);
    return record(bank, &fact);
}

const char *advise_generate(struct bank *bank, const struct advise_generator *generator)
{
    struct advising *advising = &bank->advising;
    if (advising->generator_count == ADVISE_GENERATOR_COUNT_MAX) {
        return "too many generators";
    }
    advising->generators[advising->generator_count] = *generator;
    advising->generators[advising->generator_count++].due = clock_monotonic();
    return NULL;
}

static void generator_make(struct bank *bank, struct advise_generator *generator)
{
    char reference[FACT_TEXT_SIZE];
    char bank_reference[FACT_RRN_SIZE];
    const char *mark = strchr(generator->reference, '#');
    generator->made++;
    if (mark == NULL) {
        TEXT_SET(reference, generator->reference);
    } else {
        (void)snprintf(reference,
                       sizeof reference,
                       "%.*s%" PRId64 "%s",
                       (int)(mark - generator->reference),
                       generator->reference,
                       generator->made,
                       mark + 1);
    }
    uint64_t identity =
        hash_bytes(generator->reference, strlen(generator->reference)) + (uint64_t)generator->made;
    int64_t amount_minor =
        judge_between(&bank->judge, generator->from_minor, generator->to_minor, identity);
    const char *why = advise_funds(bank, reference, amount_minor, generator->payer, bank_reference);
    if (why != NULL) {
        generator->made = generator->count;
    }
}

static void generators_run(struct bank *bank, instant_us now)
{
    struct advising *advising = &bank->advising;
    for (size_t i = 0; i < advising->generator_count;) {
        struct advise_generator *generator = &advising->generators[i];
        for (int made = 0; made < ADVISE_PER_TURN_MAX && generator->due <= now &&
                           generator->made < generator->count;
             made++) {
            generator_make(bank, generator);
            generator->due += generator->interval_us;
        }
        if (generator->made < generator->count) {
            i++;
        } else {
            *generator = advising->generators[--advising->generator_count];
        }
    }
}

static void tell(struct bank *bank, struct line_connection *to, struct advise_outgoing *outgoing)
{
    const struct advice *advice = &bank->books.advices[outgoing->advice];
    bool is_return = advice->returned_key[0] != '\0';
    struct draft draft;
    uint8_t private_bytes[999];
    struct writer private = writer_over(private_bytes, sizeof private_bytes);
    draft_start(&draft, outgoing->attempt == 1 ? "0220" : "0221");
    draft_text(&draft, 3, is_return ? "200000" : "210000");
    draft_number(&draft, 4, advice->amount_minor, 12);
    draft_bytes(&draft, 7, outgoing->stamp, 10);
    draft_bytes(&draft, 11, outgoing->stamp + 10, 6);
    draft_day(&draft, 15, advice->day);
    draft_text(&draft, 32, bank->config->institution);
    draft_text(&draft, 37, advice->bank_reference);
    private_write(&private, is_return ? "RET" : "REF", advice->payment_reference);
    private_write(&private, "PNM", advice->payer);
    draft_bytes(&draft, 48, private.data, private.size);
    draft_number(&draft, 49, advice->currency, 3);
    uint64_t identity = hash_bytes(advice->bank_reference, strlen(advice->bank_reference));
    struct verdict verdict = judge_draw(&bank->judge, SCRIPT_ADVICE, identity);
    answer_say(bank, to, &draft, &verdict);
    bank->advising.told_count++;
}

static void repeat_due(struct bank *bank, struct line_connection *to, instant_us now)
{
    struct advising *advising = &bank->advising;
    for (size_t i = 0; i < advising->outgoing_count; i++) {
        struct advise_outgoing *outgoing = &advising->outgoing[i];
        if (outgoing->due <= now) {
            outgoing->attempt++;
            outgoing->due = now + advising->repeat_us;
            tell(bank, to, outgoing);
        }
    }
}

static void tell_new(struct bank *bank, struct line_connection *to, instant_us now)
{
    struct advising *advising = &bank->advising;
    const struct books *books = &bank->books;
    while (advising->outgoing_count < advising->window && advising->next < books->advice_count) {
        size_t index = advising->next++;
        if (books->advices[index].code[0] != '\0') {
            continue;
        }
        struct advise_outgoing *outgoing = &advising->outgoing[advising->outgoing_count++];
        *outgoing = (struct advise_outgoing){
            .advice = index, .attempt = 1, .told_at = now, .due = now + advising->repeat_us};
        tell_stamp(bank, outgoing->stamp);
        tell(bank, to, outgoing);
    }
}

/* By file an advice is told once: what lies there stays there until the gateway takes it. */
static void put_new(struct bank *bank)
{
    struct advising *advising = &bank->advising;
    for (; advising->next < bank->books.advice_count; advising->next++) {
        const struct advice *advice = &bank->books.advices[advising->next];
        struct fact fact = {.kind = FACT_ANSWER, .day = bank->books.day, .code = "00"};
        if (advice->code[0] != '\0') {
            continue;
        }
        TEXT_SET(fact.bank_reference, advice->bank_reference);
        if (!exchange_advise(bank->exchange, advice) ||
            journal_record(bank->journal, &fact) != NULL) {
            return;
        }
        advising->told_count++;
    }
}

void advise_run(struct bank *bank, instant_us now)
{
    struct advising *advising = &bank->advising;
    generators_run(bank, now);
    if (bank->exchange != NULL) {
        put_new(bank);
        return;
    }
    struct line_connection *to = line_signed_on(&bank->line);
    if (to != NULL && (advising->outgoing_count > 0 || advising->next < bank->books.advice_count)) {
        repeat_due(bank, to, now);
        tell_new(bank, to, now);
    }
}

instant_us advise_due(const struct bank *bank)
{
    const struct advising *advising = &bank->advising;
    instant_us due = INT64_MAX;
    for (size_t i = 0; i < advising->generator_count; i++) {
        instant_us at = advising->generators[i].due;
        due = at < due ? at : due;
    }
    bool is_told = line_signed_on(&bank->line) != NULL;
    for (size_t i = 0; is_told && i < advising->outgoing_count; i++) {
        instant_us at = advising->outgoing[i].due;
        due = at < due ? at : due;
    }
    return due;
}

static bool is_final(const char *code)
{
    static const char *const finals[] = {"00", "12", "13", "25", "40", "94"};
    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++) {
        if (strcmp(code, finals[i]) == 0) {
            return true;
        }
    }
    return false;
}

static struct advise_outgoing *outgoing_find(struct advising *advising,
                                             const struct iso8583_message *answer)
{
    struct iso8583_view sent_at = iso8583_get(answer, 7);
    struct iso8583_view trace = iso8583_get(answer, 11);
    if (sent_at.size != 10 || trace.size != 6) {
        return NULL;
    }
    for (size_t i = 0; i < advising->outgoing_count; i++) {
        const char *stamp = advising->outgoing[i].stamp;
        if (memcmp(stamp + 10, trace.data, 6) == 0 && memcmp(stamp, sent_at.data, 10) == 0) {
            return &advising->outgoing[i];
        }
    }
    return NULL;
}

void advise_answered(struct bank *bank, const struct iso8583_message *answer)
{
    struct advising *advising = &bank->advising;
    struct advise_outgoing *outgoing = outgoing_find(advising, answer);
    struct fact fact = {.kind = FACT_ANSWER, .day = bank->books.day};
    field_text(answer, 39, fact.code, sizeof fact.code);
    if (outgoing == NULL) {
        advising->unmatched_count++;
        return;
    }
    if (strcmp(fact.code, "30") == 0) {
        tell_stamp(bank, outgoing->stamp);
        outgoing->attempt = 0;
        return;
    }
    if (!is_final(fact.code)) {
        return;
    }
    TEXT_SET(fact.bank_reference, bank->books.advices[outgoing->advice].bank_reference);
    if (journal_record(bank->journal, &fact) == NULL) {
        timing_count(&advising->timing, outgoing->told_at, clock_monotonic());
        *outgoing = advising->outgoing[--advising->outgoing_count];
    }
}
