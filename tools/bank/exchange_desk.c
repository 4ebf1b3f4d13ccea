#include "tools/bank/exchange_desk.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/hash.h"
#include "tools/bank/bank.h"
#include "tools/bank/chore.h"

/* The codes of DE 39 the desk uses, as reasons of ExternalStatusReason1Code. */
static const struct {
    const char *code;
    const char *reason;
} reasons[] = {
    {"12", "FF01"},
    {"13", "AM12"},
    {"14", "AC01"},
    {"30", "FF01"},
    {"51", "AM04"},
    {"54", "AC04"},
    {"57", "AG01"},
    {"61", "AM02"},
    {"68", "TM01"},
    {"94", "AM05"},
};

static void *take(struct arena *arena, size_t size)
{
    void *memory = arena_take(arena, size);
    assert(memory != NULL);
    return memory;
}

static const char *copy(struct arena *arena, const char *text)
{
    char *copied = arena_copy_text(arena, text, strlen(text));
    assert(copied != NULL);
    return copied;
}

/* A message id that the same words about the same thing always have. */
static const char *id_make(struct arena *arena, char kind, const char *about, const char *words)
{
    char id[35];
    uint64_t hash = hash_u64(hash_bytes(about, strlen(about)) + hash_bytes(words, strlen(words)));
    (void)snprintf(id, sizeof id, "%c%016" PRIx64, kind, hash);
    return copy(arena, id);
}

static void answer_start(const struct bank *bank,
                         enum iso20022_type type,
                         const struct iso20022_document *question,
                         struct iso20022_document *answer)
{
    *answer = (struct iso20022_document){
        .type = type,
        .created_at = question == NULL ? date_start(bank->books.day) : question->created_at,
        .sender = {.bic = bank->config->bic},
    };
    if (question != NULL) {
        answer->receiver = question->sender;
    }
}

static struct iso20022_reasons reason_of(struct arena *arena, const char *code, const char *info)
{
    struct iso20022_reason *reason = take(arena, sizeof *reason);
    *reason = (struct iso20022_reason){.proprietary = copy(arena, code)};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].code, code) == 0) {
            *reason = (struct iso20022_reason){.code = reasons[i].reason};
        }
    }
    if (info[0] != '\0') {
        reason->info = copy(arena, info);
    }
    return (struct iso20022_reasons){.items = reason, .count = 1};
}

static const char *reference_of(const struct iso20022_original *original)
{
    const char *const ids[] = {
        original->end_to_end_id, original->transaction_id, original->instruction_id};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] != NULL) {
            return ids[i];
        }
    }
    return "";
}

static void key_of(const char *reference, char key_out[FACT_KEY_SIZE])
{
    (void)snprintf(key_out, FACT_KEY_SIZE, EXCHANGE_KEY_START "%s", reference);
}

static const char *account_of(const struct iso20022_account *account)
{
    const char *number = account->iban == NULL ? account->other : account->iban;
    return number == NULL ? "" : number;
}

static void text_set(char *text_out, size_t size, const char *text)
{
    (void)snprintf(text_out, size, "%s", text == NULL ? "" : text);
}

static void order_read(const struct iso20022_transfer *transfer, struct order *order)
{
    const struct iso20022_agent *agent = &transfer->creditor.agent;
    *order = (struct order){.amount_minor = transfer->amount.minor,
                            .currency = (int64_t)transfer->amount.currency};
    key_of(transfer->end_to_end_id, order->key);
    text_set(order->reference, sizeof order->reference, transfer->end_to_end_id);
    text_set(
        order->debtor_account, sizeof order->debtor_account, account_of(&transfer->debtor.account));
    text_set(order->creditor_account,
             sizeof order->creditor_account,
             account_of(&transfer->creditor.account));
    text_set(order->creditor_bank,
             sizeof order->creditor_bank,
             agent->bic == NULL ? agent->member_id : agent->bic);
    (void)snprintf(order->rrn,
                   sizeof order->rrn,
                   "X%011" PRIu64,
                   hash_bytes(order->key, strlen(order->key)) % UINT64_C(100000000000));
}

static struct iso20022_original
original_of(struct arena *arena, const char *reference, const char *message_id)
{
    const char *id = copy(arena, reference);
    return (struct iso20022_original){
        .message_id = message_id == NULL ? id : message_id,
        .message_name = "pacs.008.001.08",
        .instruction_id = id,
        .end_to_end_id = id,
        .transaction_id = id,
    };
}

static void result_fill(struct iso20022_result *result,
                        struct arena *arena,
                        const char *code,
                        const char *detail,
                        const char *bank_reference)
{
    if (strcmp(code, "00") == 0) {
        result->status = ISO20022_STATUS_ACSC;
        result->bank_reference = copy(arena, bank_reference);
    } else if (strcmp(code, "09") == 0) {
        result->status = ISO20022_STATUS_PDNG;
    } else {
        result->status = ISO20022_STATUS_RJCT;
        result->reasons = reason_of(arena, code, detail);
    }
}

static unsigned transfer_pay(struct bank *bank,
                             const struct iso20022_document *document,
                             const struct iso20022_transfer *transfer,
                             struct arena *arena,
                             struct iso20022_result *result)
{
    struct order order;
    struct decision decision;
    order_read(transfer, &order);
    struct verdict verdict =
        judge_draw(&bank->judge, SCRIPT_PAY, hash_bytes(order.key, strlen(order.key)));
    if (verdict_has(&verdict, SCRIPT_DROP_REQUEST)) {
        return verdict.actions;
    }
    const char *code = verdict_has(&verdict, SCRIPT_CODE)      ? verdict.code
                       : verdict_has(&verdict, SCRIPT_PENDING) ? "09"
                                                               : "00";
    size_t payment_count = bank->books.payment_count;
    order.decide_us = verdict.decide_us;
    desk_pay(&bank->desk, &order, code, &decision);
    if (bank->books.payment_count > payment_count) {
        chore_plan(bank, payment_count);
    }
    result->original = original_of(arena, order.reference, document->message_id);
    result_fill(result, arena, decision.code, decision.detail, order.rrn);
    return verdict.actions;
}

static unsigned recall_reverse(struct bank *bank,
                               const struct iso20022_recall *recall,
                               struct arena *arena,
                               struct iso20022_resolution *resolution)
{
    char key[FACT_KEY_SIZE];
    struct decision decision;
    key_of(reference_of(&recall->original), key);
    struct verdict verdict = judge_draw(&bank->judge, SCRIPT_REVERSE, hash_bytes(key, strlen(key)));
    if (verdict_has(&verdict, SCRIPT_DROP_REQUEST)) {
        return verdict.actions;
    }
    if (verdict_has(&verdict, SCRIPT_CODE)) {
        decision = (struct decision){.code = "21"};
    } else {
        desk_reverse(&bank->desk, key, &decision);
    }
    *resolution = (struct iso20022_resolution){
        .original = recall->original,
        .inquiry = recall->inquiry,
        .status = ISO20022_RECALL_RJCR,
        .original_amount = recall->original_amount,
        .original_date = recall->original_date,
    };
    struct iso20022_reason *reason = take(arena, sizeof *reason);
    resolution->reasons = (struct iso20022_reasons){.items = reason, .count = 1};
    if (strcmp(decision.code, "00") == 0) {
        resolution->status = ISO20022_RECALL_ACCR;
        resolution->reasons.count = 0;
    } else {
        reason->code = strcmp(decision.code, "25") == 0 ? "NOOR" : "AGNT";
    }
    return verdict.actions;
}

static enum exchange_reply reply_of(unsigned actions)
{
    if ((actions & (1U << SCRIPT_DROP_REQUEST | 1U << SCRIPT_DROP_REPLY)) != 0) {
        return EXCHANGE_HUSH;
    }
    return (actions & 1U << SCRIPT_DUPLICATE) != 0 ? EXCHANGE_SAY_TWICE : EXCHANGE_SAY;
}

static enum exchange_reply pay(struct bank *bank,
                               const struct iso20022_document *document,
                               struct arena *arena,
                               struct iso20022_document *answer)
{
    size_t count = document->transfer_count;
    unsigned actions = 0;
    char words[17];
    uint64_t hash = 0;
    answer_start(bank, ISO20022_PACS_002, document, answer);
    answer->results = take(arena, count * sizeof *answer->results);
    for (size_t i = 0; i < count; i++) {
        struct iso20022_result *result = &answer->results[answer->result_count];
        unsigned drawn = transfer_pay(bank, document, &document->transfers[i], arena, result);
        answer->result_count += (drawn & (1U << SCRIPT_DROP_REQUEST)) == 0;
        actions |= count == 1 ? drawn : 0;
        hash = hash_u64(hash + (uint64_t)result->status);
    }
    (void)snprintf(words, sizeof words, "%016" PRIx64, hash);
    answer->message_id = id_make(arena, 'S', document->message_id, words);
    return answer->result_count == 0 ? EXCHANGE_HUSH : reply_of(actions);
}

static enum exchange_reply recall(struct bank *bank,
                                  const struct iso20022_document *document,
                                  struct arena *arena,
                                  struct iso20022_document *answer)
{
    size_t count = document->recall_count;
    unsigned actions = 0;
    answer_start(bank, ISO20022_CAMT_029, document, answer);
    answer->resolutions = take(arena, count * sizeof *answer->resolutions);
    answer->inquiry = document->inquiry;
    answer->confirmation = ISO20022_CONFIRMATION_CNCL;
    for (size_t i = 0; i < count; i++) {
        struct iso20022_resolution *resolution = &answer->resolutions[answer->resolution_count];
        unsigned drawn = recall_reverse(bank, &document->recalls[i], arena, resolution);
        answer->resolution_count += (drawn & (1U << SCRIPT_DROP_REQUEST)) == 0;
        actions |= count == 1 ? drawn : 0;
        if (resolution->status != ISO20022_RECALL_ACCR) {
            answer->confirmation = ISO20022_CONFIRMATION_RJCR;
        }
    }
    answer->message_id = id_make(arena, 'C', document->message_id, "");
    return answer->resolution_count == 0 ? EXCHANGE_HUSH : reply_of(actions);
}

/* What is not known here is not answered for: it may still be on its way. */
static enum exchange_reply tell(struct bank *bank,
                                const struct iso20022_document *document,
                                struct arena *arena,
                                struct iso20022_document *answer)
{
    size_t count = document->question_count;
    answer_start(bank, ISO20022_PACS_002, document, answer);
    answer->results = take(arena, count * sizeof *answer->results);
    for (size_t i = 0; i < count; i++) {
        struct iso20022_result *result = &answer->results[i];
        struct iso20022_reason *reason = take(arena, sizeof *reason);
        const struct iso20022_original *original = &document->questions[i].original;
        const struct payment *payment;
        char key[FACT_KEY_SIZE];
        key_of(reference_of(original), key);
        payment = books_payment(&bank->books, key);
        *result = (struct iso20022_result){.original = *original};
        if (payment == NULL) {
            *reason = (struct iso20022_reason){.code = "NOOR"};
            result->status = ISO20022_STATUS_RJCT;
            result->reasons = (struct iso20022_reasons){.items = reason, .count = 1};
        } else {
            result_fill(result, arena, payment->code, "", payment->rrn);
        }
    }
    answer->result_count = count;
    answer->message_id = id_make(arena, 'Q', document->message_id, "");
    return EXCHANGE_SAY;
}

enum exchange_reply exchange_desk_take(struct bank *bank,
                                       const struct iso20022_document *document,
                                       struct arena *arena,
                                       struct iso20022_document *document_out)
{
    switch (document->type) {
    case ISO20022_PACS_008:
    case ISO20022_PACS_009:
    case ISO20022_CIPS_111_01:
    case ISO20022_CIPS_111_02:
        return pay(bank, document, arena, document_out);
    case ISO20022_PACS_028:
        return tell(bank, document, arena, document_out);
    case ISO20022_CAMT_056:
        return recall(bank, document, arena, document_out);
    case ISO20022_NONE:
    case ISO20022_PACS_002:
    case ISO20022_PACS_004:
    case ISO20022_CAMT_029:
    case ISO20022_CAMT_053:
    case ISO20022_CAMT_054:
        break;
    }
    return EXCHANGE_NOT_OURS;
}

void exchange_desk_status(struct bank *bank,
                          const struct payment *payment,
                          struct arena *arena,
                          struct iso20022_document *document_out)
{
    struct iso20022_result *result = take(arena, sizeof *result);
    result->original = original_of(arena, payment->reference, NULL);
    result_fill(result, arena, payment->code, "", payment->rrn);
    answer_start(bank, ISO20022_PACS_002, NULL, document_out);
    document_out->message_id = id_make(arena, 'D', payment->key, payment->code);
    document_out->results = result;
    document_out->result_count = 1;
}

static void return_by_file(const struct bank *bank,
                           const struct advice *advice,
                           struct arena *arena,
                           struct iso20022_document *document)
{
    struct iso20022_return *item = take(arena, sizeof *item);
    struct iso20022_reason *reason = take(arena, sizeof *reason);
    reason->code = "AC04";
    answer_start(bank, ISO20022_PACS_004, NULL, document);
    item->return_id = copy(arena, advice->bank_reference);
    item->original = original_of(arena, advice->payment_reference, NULL);
    item->amount = (struct money){advice->amount_minor, (enum currency)advice->currency};
    item->value_date = advice->day;
    item->reasons = (struct iso20022_reasons){.items = reason, .count = 1};
    document->settlement = ISO20022_SETTLEMENT_CLRG;
    document->returns = item;
    document->return_count = 1;
}

static void funds_by_file(const struct bank *bank,
                          const struct advice *advice,
                          struct arena *arena,
                          struct iso20022_document *document)
{
    struct iso20022_statement *notice = take(arena, sizeof *notice);
    struct iso20022_entry *entry = take(arena, sizeof *entry);
    struct iso20022_detail *detail = take(arena, sizeof *detail);
    const char *number = copy(arena, advice->bank_reference);
    struct money amount = {advice->amount_minor, (enum currency)advice->currency};
    answer_start(bank, ISO20022_CAMT_054, NULL, document);
    *detail = (struct iso20022_detail){
        .bank_reference = number,
        .amount = amount,
        .side = ISO20022_SIDE_CREDIT,
        .remittance = copy(arena, advice->payment_reference),
        .debtor = {.name = advice->payer[0] == '\0' ? NULL : copy(arena, advice->payer)},
    };
    *entry = (struct iso20022_entry){
        .reference = number,
        .amount = amount,
        .side = ISO20022_SIDE_CREDIT,
        .status = ISO20022_ENTRY_BOOK,
        .booking_date = advice->day,
        .value_date = advice->day,
        .bank_reference = number,
        .domain = "PMNT",
        .family = "RCDT",
        .sub_family = "DMCT",
        .details = detail,
        .detail_count = 1,
    };
    *notice = (struct iso20022_statement){
        .id = number,
        .created_at = document->created_at,
        .account = {.other = bank->config->account},
        .currency = amount.currency,
        .servicer = {.bic = bank->config->bic},
        .entries = entry,
        .entry_count = 1,
    };
    document->statements = notice;
    document->statement_count = 1;
}

void exchange_desk_advise(struct bank *bank,
                          const struct advice *advice,
                          struct arena *arena,
                          struct iso20022_document *document_out)
{
    if (advice->returned_key[0] == '\0') {
        funds_by_file(bank, advice, arena, document_out);
    } else {
        return_by_file(bank, advice, arena, document_out);
    }
    document_out->message_id = id_make(arena, 'A', advice->bank_reference, "");
    document_out->created_at = date_start(advice->day);
}
