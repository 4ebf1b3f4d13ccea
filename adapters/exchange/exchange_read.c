/* Documents as words and advices. Tables say what a code of the bank means for money; where they
 * leave a doubt, it stays one. */
#include <stdio.h>
#include <string.h>

#include "adapters/exchange/exchange_meaning.h"

struct meaning {
    const char *code;
    enum adapter_outcome outcome;
};

/* ExternalPaymentTransactionStatus1Code. Settled is paid, rejected is not, all others wait. */
static const struct meaning statuses[] = {
    [ISO20022_STATUS_ACCC] = {"ACCC", ADAPTER_CONFIRMED},
    [ISO20022_STATUS_ACCP] = {"ACCP", ADAPTER_PENDING  },
    [ISO20022_STATUS_ACFC] = {"ACFC", ADAPTER_PENDING  },
    [ISO20022_STATUS_ACSC] = {"ACSC", ADAPTER_CONFIRMED},
    [ISO20022_STATUS_ACSP] = {"ACSP", ADAPTER_PENDING  },
    [ISO20022_STATUS_ACTC] = {"ACTC", ADAPTER_PENDING  },
    [ISO20022_STATUS_ACWC] = {"ACWC", ADAPTER_PENDING  },
    [ISO20022_STATUS_ACWP] = {"ACWP", ADAPTER_PENDING  },
    [ISO20022_STATUS_BLCK] = {"BLCK", ADAPTER_PENDING  },
    [ISO20022_STATUS_CANC] = {"CANC", ADAPTER_REVERSED },
    [ISO20022_STATUS_PART] = {"PART", ADAPTER_PENDING  },
    [ISO20022_STATUS_PATC] = {"PATC", ADAPTER_PENDING  },
    [ISO20022_STATUS_PDNG] = {"PDNG", ADAPTER_PENDING  },
    [ISO20022_STATUS_PRES] = {"PRES", ADAPTER_PENDING  },
    [ISO20022_STATUS_RCVD] = {"RCVD", ADAPTER_PENDING  },
    [ISO20022_STATUS_RJCT] = {"RJCT", ADAPTER_REJECTED },
};

/* The payment stands, whatever else the reason of the refusal says; but see `recall_refusals`. */
static const struct meaning recalls[] = {
    [ISO20022_RECALL_RJCR] = {"RJCR", ADAPTER_CONFIRMED},
    [ISO20022_RECALL_ACCR] = {"ACCR", ADAPTER_REVERSED },
    [ISO20022_RECALL_PDCR] = {"PDCR", ADAPTER_PENDING  },
};

static const struct meaning confirmations[] = {
    [ISO20022_CONFIRMATION_CNCL] = {"CNCL", ADAPTER_REVERSED },
    [ISO20022_CONFIRMATION_PDCR] = {"PDCR", ADAPTER_PENDING  },
    [ISO20022_CONFIRMATION_RJCR] = {"RJCR", ADAPTER_CONFIRMED},
    [ISO20022_CONFIRMATION_PECR] = {"PECR", ADAPTER_UNKNOWN  },
    [ISO20022_CONFIRMATION_UWFW] = {"UWFW", ADAPTER_PENDING  },
    [ISO20022_CONFIRMATION_INFO] = {"INFO", ADAPTER_UNKNOWN  },
};

/* ExternalPaymentCancellationRejection1Code: refused because there is nothing to take back. */
static const struct meaning recall_refusals[] = {
    {"ARDT", ADAPTER_REVERSED }, /* already returned */
    {"NOOR", ADAPTER_NOT_FOUND}, /* original never received */
};

bool exchange_word_is_final(const struct exchange_word *word)
{
    switch (word->outcome) {
    case ADAPTER_CONFIRMED:
    case ADAPTER_REVERSED:
    case ADAPTER_NOT_FOUND:
        return true;
    case ADAPTER_REJECTED:
        return word->subject == EXCHANGE_PAYMENT;
    case ADAPTER_PENDING:
    case ADAPTER_UNKNOWN:
    case ADAPTER_NOT_SENT:
        return false;
    }
    return false;
}

static bool text_copy(char *out, size_t size, const char *text)
{
    size_t needed = text == NULL ? 0 : strlen(text);
    if (needed >= size) {
        return false;
    }
    memcpy(out, text == NULL ? "" : text, needed + 1);
    return true;
}

static void
code_copy(char out[ADAPTER_CODE_SIZE], const struct iso20022_reasons *reasons, const char *status)
{
    const char *reason = reasons->count > 0 ? reasons->items[0].code : NULL;
    if (!text_copy(out, ADAPTER_CODE_SIZE, reason == NULL ? status : reason)) {
        (void)text_copy(out, ADAPTER_CODE_SIZE, status);
    }
}

/* The bank may repeat any of the ids we gave; we gave the same everywhere. */
static const char *reference_of(const struct iso20022_original *original)
{
    const char *const ids[] = {
        original->end_to_end_id, original->transaction_id, original->instruction_id};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] != NULL) {
            return ids[i];
        }
    }
    return NULL;
}

/* "P1-R2", our recall, is about P1. */
static void cut_attempt(char reference[ADAPTER_REFERENCE_SIZE])
{
    char *mark = strrchr(reference, '-');
    if (mark != NULL && mark[1] == 'R') {
        *mark = '\0';
    }
}

static bool is_of_recall(const char *message_name)
{
    return message_name != NULL && strncmp(message_name, "camt.056", 8) == 0;
}

/* NOOR: no original transaction received; or the question itself was not taken. */
static bool is_unknown_there(const struct iso20022_reasons *reasons, const char *original_name)
{
    bool is_of_question = original_name != NULL && strncmp(original_name, "pacs.028", 8) == 0;
    for (size_t i = 0; i < reasons->count; i++) {
        const char *code = reasons->items[i].code;
        is_of_question = is_of_question || (code != NULL && strcmp(code, "NOOR") == 0);
    }
    return is_of_question;
}

/* A status of our recall is about the message: refused, it says nothing of the money. */
static void take_status(struct exchange_word *word,
                        enum iso20022_status status,
                        const struct iso20022_reasons *reasons,
                        const char *original_name)
{
    word->outcome = statuses[status].outcome;
    code_copy(word->code, reasons, statuses[status].code);
    if (is_of_recall(original_name)) {
        word->subject = EXCHANGE_RECALL;
        word->outcome = status == ISO20022_STATUS_RJCT ? ADAPTER_REJECTED : ADAPTER_PENDING;
    } else if (status == ISO20022_STATUS_RJCT && is_unknown_there(reasons, original_name)) {
        /* Our question is refused, for the payment may still be on its way. */
        word->outcome = ADAPTER_UNKNOWN;
    }
}

static void read_result(const struct iso20022_document *document,
                        const struct iso20022_result *result,
                        struct exchange_word *word_out)
{
    const char *name = result->original.message_name;
    if (name == NULL && document->group_result_count == 1) {
        name = document->group_results[0].message_name;
    }
    (void)text_copy(
        word_out->reference, sizeof word_out->reference, reference_of(&result->original));
    (void)text_copy(
        word_out->bank_reference, sizeof word_out->bank_reference, result->bank_reference);
    take_status(word_out, result->status, &result->reasons, name);
}

static struct exchange_word *make_words(struct arena *arena, size_t count)
{
    return count == 0 ? NULL : arena_take(arena, count * sizeof(struct exchange_word));
}

/* A status of the whole group is ours when it is about a message of one payment, as ours all are.
 */
static const char *read_results(const struct iso20022_document *document,
                                struct arena *arena,
                                struct exchange_news *news_out)
{
    size_t group_count = document->result_count > 0 ? 0 : document->group_result_count;
    size_t count = document->result_count + group_count;
    news_out->words = make_words(arena, count);
    if (news_out->words == NULL) {
        return count == 0 ? "says nothing" : "too large";
    }
    for (size_t i = 0; i < document->result_count; i++) {
        read_result(document, &document->results[i], &news_out->words[i]);
    }
    for (size_t i = 0; i < group_count; i++) {
        const struct iso20022_group_result *group = &document->group_results[i];
        struct exchange_word *word = &news_out->words[i];
        if (group->status == 0) {
            return "a group without a status";
        }
        (void)text_copy(word->reference, sizeof word->reference, group->message_id);
        take_status(word, group->status, &group->reasons, group->message_name);
        if (word->subject == EXCHANGE_RECALL) {
            cut_attempt(word->reference);
        }
    }
    news_out->kind = EXCHANGE_WORDS;
    news_out->word_count = count;
    return NULL;
}

static void take_resolution(const struct exchange_config *config,
                            const struct iso20022_document *document,
                            const struct iso20022_resolution *resolution,
                            struct exchange_word *word_out)
{
    struct meaning meaning = {"", ADAPTER_UNKNOWN};
    if (resolution->status != 0) {
        meaning = recalls[resolution->status];
    } else if (document->confirmation != 0) {
        meaning = confirmations[document->confirmation];
    }
    word_out->subject = EXCHANGE_RECALL;
    word_out->outcome = meaning.outcome;
    code_copy(word_out->code, &resolution->reasons, meaning.code);
    for (size_t i = 0; i < sizeof recall_refusals / sizeof recall_refusals[0]; i++) {
        if (meaning.outcome == ADAPTER_CONFIRMED &&
            strcmp(word_out->code, recall_refusals[i].code) == 0) {
            word_out->outcome = recall_refusals[i].outcome;
        }
    }
    /* That it is not there today does not say that it will be refused tomorrow. */
    if (word_out->outcome == ADAPTER_NOT_FOUND &&
        config->recall_unknown == EXCHANGE_RECALL_UNKNOWN) {
        word_out->outcome = ADAPTER_UNKNOWN;
    }
}

static const char *read_resolutions(const struct exchange_config *config,
                                    const struct iso20022_document *document,
                                    struct arena *arena,
                                    struct exchange_news *news_out)
{
    static const struct iso20022_resolution none;
    bool is_of_case = document->resolution_count == 0;
    size_t count = is_of_case ? 1 : document->resolution_count;
    news_out->words = make_words(arena, count);
    if (news_out->words == NULL) {
        return "too large";
    }
    for (size_t i = 0; i < count; i++) {
        const struct iso20022_resolution *resolution =
            is_of_case ? &none : &document->resolutions[i];
        const char *reference =
            is_of_case ? document->inquiry.id : reference_of(&resolution->original);
        struct exchange_word *word = &news_out->words[i];
        (void)text_copy(word->reference, sizeof word->reference, reference);
        take_resolution(config, document, resolution, word);
    }
    news_out->kind = EXCHANGE_WORDS;
    news_out->word_count = count;
    return NULL;
}

static const char *read_returns(const struct exchange_config *config,
                                const struct iso20022_document *document,
                                struct arena *arena,
                                struct exchange_news *news_out)
{
    news_out->kind = EXCHANGE_ADVICES;
    if (config->returns != EXCHANGE_RETURNS_PACS_004) {
        return NULL;
    }
    news_out->advices = arena_take(arena, document->return_count * sizeof(struct adapter_advice));
    if (news_out->advices == NULL) {
        return "too large";
    }
    for (size_t i = 0; i < document->return_count; i++) {
        const struct iso20022_return *item = &document->returns[i];
        struct adapter_advice *advice = &news_out->advices[i];
        const char *reference = reference_of(&item->original);
        /* An id too long for one of ours names none of ours. */
        (void)text_copy(advice->returned_reference, sizeof advice->returned_reference, reference);
        (void)text_copy(advice->payment_reference, sizeof advice->payment_reference, reference);
        if (item->return_id == NULL ||
            !text_copy(advice->bank_reference, sizeof advice->bank_reference, item->return_id)) {
            return "a return without its id";
        }
        advice->amount = item->amount;
        advice->value_date =
            item->value_date == DATE_NONE ? document->value_date : item->value_date;
    }
    news_out->advice_count = document->return_count;
    return NULL;
}

struct notices {
    const struct exchange_config *config;
    exchange_is_ours *is_ours;
    void *context;
    struct exchange_news *news;
};

static bool is_return(const struct notices *notices,
                      const struct iso20022_entry *entry,
                      const struct iso20022_detail *detail)
{
    const char *reference = detail->end_to_end_id;
    bool is_ours = reference != NULL && notices->is_ours(notices->context, reference);
    return entry->is_reversal || is_ours;
}

static date_days day_of(const struct iso20022_entry *entry)
{
    return entry->value_date == DATE_NONE ? entry->booking_date : entry->value_date;
}

static const char *add_credit(const struct notices *notices,
                              const struct iso20022_entry *entry,
                              const struct iso20022_detail *detail)
{
    struct exchange_news *news = notices->news;
    struct adapter_advice *advice = &news->advices[news->advice_count];
    const char *own = detail->bank_reference;
    bool is_back = is_return(notices, entry, detail);
    if (is_back && notices->config->returns == EXCHANGE_RETURNS_PACS_004) {
        return NULL;
    }
    /* Payments of one batch share the entry's number. */
    if (own == NULL && entry->detail_count < 2) {
        own = entry->bank_reference == NULL ? entry->reference : entry->bank_reference;
    }
    if (own == NULL || !text_copy(advice->bank_reference, sizeof advice->bank_reference, own)) {
        return "a credit without the bank's reference";
    }
    const char *given = detail->remittance == NULL ? detail->end_to_end_id : detail->remittance;
    if (!text_copy(advice->payment_reference, sizeof advice->payment_reference, given)) {
        (void)text_copy(
            advice->payment_reference, sizeof advice->payment_reference, detail->end_to_end_id);
    }
    if (is_back) {
        (void)text_copy(
            advice->returned_reference, sizeof advice->returned_reference, detail->end_to_end_id);
    }
    (void)text_copy(advice->payer_name, sizeof advice->payer_name, detail->debtor.name);
    (void)text_copy(advice->payer_bank, sizeof advice->payer_bank, detail->debtor.agent.bic);
    (void)text_copy(advice->payer_country, sizeof advice->payer_country, detail->debtor.country);
    advice->amount = entry->detail_count < 2 ? entry->amount : detail->amount;
    advice->value_date = day_of(entry);
    if (advice->amount.currency == CURRENCY_NONE || advice->amount.minor <= 0) {
        return "a credit without an amount";
    }
    news->advice_count++;
    return NULL;
}

/* What is pending, to come, or told for information only (INFO) is not on the account. */
static bool is_credit(const struct iso20022_entry *entry)
{
    return entry->side == ISO20022_SIDE_CREDIT && entry->status == ISO20022_ENTRY_BOOK;
}

static const char *add_entry(const struct notices *notices, const struct iso20022_entry *entry)
{
    static const struct iso20022_detail none;
    if (!is_credit(entry)) {
        return NULL;
    }
    if (entry->detail_count == 0) {
        return add_credit(notices, entry, &none);
    }
    const char *reason = NULL;
    for (size_t i = 0; i < entry->detail_count && reason == NULL; i++) {
        reason = add_credit(notices, entry, &entry->details[i]);
    }
    return reason;
}

static size_t count_credits(const struct iso20022_document *document)
{
    size_t count = 0;
    for (size_t i = 0; i < document->statement_count; i++) {
        const struct iso20022_statement *notice = &document->statements[i];
        for (size_t n = 0; n < notice->entry_count; n++) {
            count += notice->entries[n].detail_count == 0 ? 1 : notice->entries[n].detail_count;
        }
    }
    return count;
}

static const char *read_notices(const struct iso20022_document *document,
                                const struct notices *notices,
                                struct arena *arena)
{
    size_t count = count_credits(document);
    notices->news->kind = EXCHANGE_ADVICES;
    if (count == 0) {
        return NULL;
    }
    notices->news->advices = arena_take(arena, count * sizeof(struct adapter_advice));
    if (notices->news->advices == NULL) {
        return "too large";
    }
    const char *reason = NULL;
    for (size_t i = 0; i < document->statement_count; i++) {
        const struct iso20022_statement *notice = &document->statements[i];
        for (size_t n = 0; n < notice->entry_count && reason == NULL; n++) {
            reason = add_entry(notices, &notice->entries[n]);
        }
    }
    return reason;
}

const char *exchange_read(const struct exchange_config *config,
                          const struct iso20022_document *document,
                          exchange_is_ours *is_ours,
                          void *context,
                          struct arena *arena,
                          struct exchange_news *news_out)
{
    const struct notices notices = {
        .config = config, .is_ours = is_ours, .context = context, .news = news_out};
    *news_out = (struct exchange_news){.kind = EXCHANGE_ADVICES};
    switch (document->type) {
    case ISO20022_PACS_002:
        return read_results(document, arena, news_out);
    case ISO20022_CAMT_029:
        return read_resolutions(config, document, arena, news_out);
    case ISO20022_PACS_004:
        return read_returns(config, document, arena, news_out);
    case ISO20022_CAMT_054:
        return read_notices(document, &notices, arena);
    case ISO20022_CAMT_053:
        news_out->kind = EXCHANGE_STATEMENT;
        return NULL;
    case ISO20022_NONE:
    case ISO20022_PACS_008:
    case ISO20022_PACS_009:
    case ISO20022_PACS_028:
    case ISO20022_CAMT_056:
    case ISO20022_CIPS_111_01:
    case ISO20022_CIPS_111_02:
        return "a message that only we send, or that nobody here reads";
    }
    return "unknown";
}
