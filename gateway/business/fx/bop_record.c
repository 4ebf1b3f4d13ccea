#include "gateway/business/fx/bop_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/fx/fx_rate.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"
#include "gateway/business/time/terms.h"

static void
tell(struct context *context, const char *event, const struct bop_record *record, int64_t also)
{
    struct notice notice;
    notice_begin(&notice, event, record->key);
    notice_text(&notice, "record", record->key);
    notice_text(&notice, "code", record->code);
    notice_money(&notice, "actual", record->actual);
    notice_money(&notice, "restored", record->restored);
    notice_date(&notice, "due_on", record->due_on);
    notice_to(&notice, record->holder_number);
    notice_to(&notice, record->bank_number);
    notice_to(&notice, also);
    notice_send(context, &notice);
}

/* Up to so many USD an individual's receipt is not declared itemised (等值5000美元以下免申报).
 * Without a rate it is declared. */
static bool is_exempt(struct context *context, struct money amount, date_days day)
{
    struct money worth;
    return fx_rate_value(context, amount, CURRENCY_USD, day, &worth) == VERDICT_DONE &&
           worth.minor <= terms_of(context, day).bop_exempt_minor;
}

/* DATE_NONE: no longer due. */
static void plan(struct context *context, const struct bop_record *record, date_days due_on)
{
    struct terms terms = terms_of(context, context->today);
    const struct deadline_stage stages[] = {
        {"bop_record.remind",       -terms.bop_remind_days, COUNT_WORKING_DAYS},
        {"bop_record.fall_overdue", 1,                      COUNT_DAYS        },
    };
    deadline_plan(context, stages, 2, record->key, due_on);
}

/* To be declared within the working days after `from`, or not at all. */
static void settle(struct context *context, struct bop_record *record, date_days from)
{
    struct terms terms = terms_of(context, from);
    bool was_open = record->state == BOP_OPEN;
    record->state =
        is_exempt(context, record->restored, record->credited_on) ? BOP_EXEMPT : BOP_OPEN;
    record->due_on = record->state == BOP_EXEMPT
                         ? DATE_NONE
                         : calendar_add_working(context, from, terms.bop_due_days);
    if (!record->is_late) {
        plan(context, record, record->due_on);
    }
    state_put(context->state, DOCUMENT_BOP_RECORD, record);
    if (record->state == BOP_OPEN && !was_open) {
        tell(context, "bop_record.due", record, 0);
    }
}

static struct bop_record
begin(struct context *context, const struct fx_receipt *receipt, struct money amount)
{
    struct bop_record record = {
        .holder_number = receipt->holder_number,
        .bank_number = receipt->bank_number,
        .actual = amount,
        .restored = amount,
        .credited_on = context->today,
    };
    TEXT_PUT(record.receipt, receipt->id);
    TEXT_PUT(record.holder, receipt->holder);
    TEXT_PUT(record.bank, receipt->bank);
    TEXT_PUT(record.code, BOP_CODE_ONLINE);
    TEXT_PUT(record.country, receipt->payer_country);
    return record;
}

static const struct bop_record *find(struct context *context, const char *key)
{
    return state_find(context->state, DOCUMENT_BOP_RECORD, key);
}

void bop_record_open(struct context *context, const struct fx_receipt *receipt)
{
    struct bop_record record = begin(context, receipt, receipt->amount);
    TEXT_PUT(record.key, receipt->id);
    settle(context, &record, context->today);
}

void bop_record_refund(struct context *context,
                       const struct fx_receipt *receipt,
                       struct money amount)
{
    struct bop_record record = begin(context, receipt, amount);
    snprintf(record.key, sizeof(record.key), "%s-%012" PRId64, receipt->id, context->command_seq);
    TEXT_PUT(record.original, receipt->id);
    const struct bop_record *original = find(context, receipt->id);
    if (original != NULL) {
        TEXT_PUT(record.code, original->code);
        TEXT_PUT(record.platform, original->platform);
    }
    settle(context, &record, context->today);
}

void bop_record_match(struct context *context,
                      const struct fx_receipt *receipt,
                      const struct trade_evidence *order)
{
    const struct bop_record *found = find(context, receipt->id);
    if (found == NULL) {
        return;
    }
    struct bop_record record = *found;
    const char *code = order->declared ? BOP_CODE_CUSTOMS : BOP_CODE_ONLINE;
    bool is_wrong = record.state == BOP_REPORTED && strcmp(record.code, code) != 0;
    TEXT_PUT(record.code, code);
    TEXT_PUT(record.platform, order->platform);
    if (is_wrong) {
        settle(context, &record, context->today);
    } else {
        state_put(context->state, DOCUMENT_BOP_RECORD, &record);
    }
}

struct money bop_record_restored(struct context *context, const struct fx_receipt *receipt)
{
    const struct bop_record *record = find(context, receipt->id);
    return record == NULL ? receipt->amount : record->restored;
}

static enum verdict
get(struct context *context, const char *key, const char *pointer, struct bop_record *record_out)
{
    const struct bop_record *found = find(context, key);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_BOP_RECORD_UNKNOWN, pointer);
    }
    *record_out = *found;
    return VERDICT_DONE;
}

/* Adds one cost; false when it is in another currency, or too much. */
static bool add_cost(struct money cost, struct money *restored, bool *has_cost)
{
    if (cost.currency == CURRENCY_NONE) {
        return true;
    }
    *has_cost = true;
    return cost.currency == restored->currency &&
           amount_add(restored->minor, cost.minor, &restored->minor);
}

enum verdict
bop_record_declare_costs(struct context *context, const void *command_, void *answer_out)
{
    const struct bop_costs *command = command_;
    struct bop_record record = {0};
    struct fx_receipt receipt = {0};
    enum verdict verdict = fx_receipt_get(context, command->receipt, &receipt);
    if (verdict == VERDICT_DONE) {
        verdict = get(context, command->receipt, "/receipt", &record);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, record.holder)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/receipt");
    }
    if (record.state == BOP_REPORTED) {
        return refuse(context, REFUSAL_BOP_RECORD_STATE);
    }
    /* The order was held against the restored amount as it was. */
    if (receipt.basis == FX_BASIS_EVIDENCE) {
        return refuse_field(context, REFUSAL_FX_MATCH_BASIS, "/receipt");
    }
    bool has_cost = false;
    record.restored = record.actual;
    bool fits = add_cost(command->warehousing, &record.restored, &has_cost) &&
                add_cost(command->logistics, &record.restored, &has_cost) &&
                add_cost(command->tax, &record.restored, &has_cost);
    if (!fits || !has_cost) {
        return refuse(context, REFUSAL_BOP_RECORD_COSTS);
    }
    record.warehousing = command->warehousing;
    record.logistics = command->logistics;
    record.tax = command->tax;
    settle(context, &record, record.credited_on);
    *(struct bop_record *)answer_out = record;
    return rule_done(context);
}

enum verdict bop_record_report(struct context *context, const void *command_, void *answer_out)
{
    const struct bop_report *command = command_;
    struct bop_record record = {0};
    enum verdict verdict = get(context, command->record, "/record", &record);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (context->actor_role != ROLE_OPERATOR && !is_actor(context, record.bank)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/record");
    }
    if (record.state != BOP_OPEN) {
        verdict = refuse(context, REFUSAL_BOP_RECORD_STATE);
        refusal_text(context, "state", name_by_value(bop_state_names, record.state));
        return verdict;
    }
    record.state = BOP_REPORTED;
    record.reported_on = context->today;
    TEXT_PUT(record.report_number, command->report_number);
    plan(context, &record, DATE_NONE);
    state_put(context->state, DOCUMENT_BOP_RECORD, &record);
    tell(context, "bop_record.reported", &record, 0);
    *(struct bop_record *)answer_out = record;
    return rule_done(context);
}

/* --- its day --- */

static enum verdict
take(struct context *context, const char *name, const void *command_, struct bop_record *record_out)
{
    const struct deadline_run *command = command_;
    enum verdict verdict = deadline_take(context, name, command);
    return verdict == VERDICT_DONE ? get(context, command->subject, "/subject", record_out)
                                   : verdict;
}

enum verdict bop_record_remind(struct context *context, const void *command, void *answer_out)
{
    struct bop_record record = {0};
    enum verdict verdict = take(context, "bop_record.remind", command, &record);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    tell(context, "bop_record.due_soon", &record, 0);
    *(struct bop_record *)answer_out = record;
    return rule_done(context);
}

enum verdict bop_record_fall_overdue(struct context *context, const void *command, void *answer_out)
{
    struct bop_record record = {0};
    enum verdict verdict = take(context, "bop_record.fall_overdue", command, &record);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    record.is_late = true;
    state_put(context->state, DOCUMENT_BOP_RECORD, &record);
    tell(context, "bop_record.overdue", &record, PARTY_NUMBER_FIRST_OPERATOR);
    *(struct bop_record *)answer_out = record;
    return rule_done(context);
}
