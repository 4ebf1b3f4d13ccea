/*
 * CEB 622, what customs says about a declaration. Receipts may repeat and come late: their order
 * is that of returnTime, and of two of the same moment the larger status counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/customs/buyer_year.h"
#include "gateway/business/customs/told.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/text.h"

enum status_effect {
    STATUS_UNKNOWN,
    STATUS_KEEP,
    STATUS_FREE,
    STATUS_RELEASE,
    STATUS_RETURN,
};

#define STATUS_RELEASED "800"
#define STATUS_FINAL    "899"

/* Specification 202205, table 3-35. The effect on the guarantee is ours. */
static const struct {
    const char *status;
    enum status_effect effect;
} statuses[] = {
    {"1",             STATUS_KEEP   }, /* stored by the e-port */
    {"2",             STATUS_KEEP   }, /* being declared */
    {"3",             STATUS_KEEP   }, /* sent to customs */
    {"4",             STATUS_KEEP   }, /* sending failed; may be sent again */
    {"100",           STATUS_FREE   }, /* refused */
    {"120",           STATUS_KEEP   }, /* taken in */
    {"300",           STATUS_KEEP   }, /* checked by hand */
    {"399",           STATUS_KEEP   }, /* approved, not yet released */
    {"500",           STATUS_KEEP   }, /* inspection */
    {"501",           STATUS_KEEP   }, /* detained */
    {"502",           STATUS_KEEP   },
    {"503",           STATUS_KEEP   },
    {"599",           STATUS_KEEP   },
    {"700",           STATUS_RETURN }, /* goods go back */
    {STATUS_RELEASED, STATUS_RELEASE},
    {STATUS_FINAL,    STATUS_KEEP   },
};

static enum status_effect status_effect(const char *status)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (strcmp(statuses[i].status, status) == 0) {
            return statuses[i].effect;
        }
    }
    return told_is_error(status) ? STATUS_FREE : STATUS_UNKNOWN;
}

/* "20261101093000123" -> 2026-11-01 */
bool declaration_time_date(const char *time, size_t digit_count, date_days *date_out)
{
    if (strlen(time) != digit_count || strspn(time, "0123456789") != digit_count ||
        strncmp(time + 8, "24", 2) >= 0 || time[10] > '5' || time[12] > '5') {
        return false;
    }
    char text[DATE_TEXT_SIZE + 1];
    snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", time, time + 4, time + 6);
    return date_parse(text, DATE_TEXT_SIZE - 1, date_out);
}

/* Its declaration's key, by the agent's number or by that of customs. */
static enum verdict find_key(struct context *context,
                             const struct ceb_inventory_return *receipt,
                             const struct party **agent_out,
                             char key_out[REFERENCE_SIZE])
{
    if (receipt->agent_code[0] != '\0') {
        return declaration_key(context, receipt->agent_code, receipt->cop_no, agent_out, key_out);
    }
    const struct declaration_number *number =
        receipt->invt_no[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_DECLARATION_NUMBER, receipt->invt_no);
    if (number == NULL || number->declaration[0] == '\0') {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/invt_no");
    }
    text_put(key_out, REFERENCE_SIZE, number->declaration);
    return VERDICT_DONE;
}

static enum declaration_effect park(struct context *context,
                                    const struct ceb_inventory_return *receipt,
                                    struct declaration *declaration)
{
    bool is_repeat = strcmp(declaration->parked_status, receipt->return_status) == 0 &&
                     strcmp(declaration->parked_return_time, receipt->return_time) == 0;
    if (is_repeat) {
        return EFFECT_UNCHANGED;
    }
    TEXT_PUT(declaration->parked_status, receipt->return_status);
    TEXT_PUT(declaration->parked_return_time, receipt->return_time);
    declaration_put(context, declaration);
    declaration_tell(context, "declaration.parked", declaration);
    return EFFECT_PARKED;
}

static enum verdict release(struct context *context, struct declaration *declaration)
{
    if (declaration->state == DECLARATION_REJECTED || declaration->state == DECLARATION_DELETED) {
        /* Released after all: customs' word counts, cover it if anything can. */
        bool is_covered = false;
        enum verdict verdict =
            declaration_cover(context, declaration, declaration->tax_due.minor, &is_covered);
        if (verdict == VERDICT_DONE) {
            verdict = buyer_year_count(context, declaration, declaration->taxable.minor);
        }
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        declaration->state = is_covered ? DECLARATION_PROVISIONAL : DECLARATION_REVIEW;
        if (!is_covered) {
            declaration->review_reason = REVIEW_UNCOVERED;
            declaration_tell(context, "declaration.review", declaration);
        }
    }
    declaration_confirm(context, declaration);
    if (declaration->state == DECLARATION_PROVISIONAL) {
        declaration->state = DECLARATION_RELEASED;
    }
    return VERDICT_DONE;
}

static enum verdict
end(struct context *context, struct declaration *declaration, enum status_effect effect)
{
    enum restore_reason reason = effect == STATUS_RETURN ? RESTORE_RETURN : RESTORE_VOID;
    enum verdict verdict = declaration_uncover(context, declaration, reason);
    if (verdict == VERDICT_DONE) {
        verdict = buyer_year_count(context, declaration, 0);
    }
    if (declaration->state != DECLARATION_AWAITED) {
        declaration->state = effect == STATUS_RETURN ? DECLARATION_RETURNED : DECLARATION_REJECTED;
    }
    return verdict;
}

/* What contradicts the state of the declaration is left to people. */
static bool is_contradiction(const struct declaration *declaration, enum status_effect effect)
{
    if (effect == STATUS_FREE) {
        return declaration->state == DECLARATION_RELEASED ||
               declaration->state == DECLARATION_RETURNED || declaration->released_on != DATE_NONE;
    }
    if (effect == STATUS_RETURN) {
        return declaration->tax_bill_open;
    }
    return effect == STATUS_RELEASE && declaration->state == DECLARATION_RETURNED;
}

static enum verdict
apply(struct context *context, struct declaration *declaration, enum status_effect effect)
{
    switch (effect) {
    case STATUS_RELEASE:
        return release(context, declaration);
    case STATUS_FREE:
    case STATUS_RETURN:
        return end(context, declaration, effect);
    case STATUS_KEEP:
    case STATUS_UNKNOWN:
        break;
    }
    return VERDICT_DONE;
}

static const char *event_type(const struct declaration *declaration, enum status_effect effect)
{
    if (effect == STATUS_RELEASE) {
        return "declaration.released";
    }
    if (effect == STATUS_RETURN) {
        return "declaration.returned";
    }
    return effect == STATUS_FREE && declaration->state == DECLARATION_REJECTED
               ? "declaration.rejected"
               : "declaration.status";
}

/* True when the number of customs is new. */
static bool take_numbers(const struct ceb_inventory_return *receipt,
                         struct declaration *declaration)
{
    bool is_new =
        receipt->invt_no[0] != '\0' && strcmp(receipt->invt_no, declaration->invt_no) != 0;
    if (receipt->pre_no[0] != '\0') {
        TEXT_PUT(declaration->pre_no, receipt->pre_no);
    }
    if (receipt->invt_no[0] != '\0') {
        TEXT_PUT(declaration->invt_no, receipt->invt_no);
    }
    return is_new;
}

static enum verdict receive(struct context *context,
                            const struct ceb_inventory_return *receipt,
                            date_days date,
                            struct declaration *declaration,
                            void *answer_out)
{
    enum status_effect effect = status_effect(receipt->return_status);
    enum declaration_effect order = told_order(receipt->return_time,
                                               receipt->return_status,
                                               declaration->last_return_time,
                                               declaration->last_status);
    /* Closing (899) overtook the release: the clock still has to start. */
    bool is_overtaken = order == EFFECT_LATE && effect == STATUS_RELEASE &&
                        declaration->released_on == DATE_NONE &&
                        strcmp(declaration->last_status, STATUS_FINAL) == 0;
    bool is_for_people = effect == STATUS_UNKNOWN ||
                         !declaration_may_have_number(context, declaration, receipt->invt_no) ||
                         (order == EFFECT_APPLIED && is_contradiction(declaration, effect));
    if (is_for_people) {
        order = park(context, receipt, declaration);
    } else if (order == EFFECT_APPLIED || is_overtaken) {
        order = EFFECT_APPLIED;
        bool is_numbered = take_numbers(receipt, declaration);
        if (!is_overtaken) {
            TEXT_PUT(declaration->last_status, receipt->return_status);
            TEXT_PUT(declaration->last_return_time, receipt->return_time);
        }
        if (effect == STATUS_RELEASE && declaration->released_on == DATE_NONE) {
            declaration->released_on = date;
        } else if (effect == STATUS_RELEASE) {
            effect = STATUS_KEEP; /* released once: its clock runs */
        }
        enum verdict verdict = apply(context, declaration, effect);
        if (verdict == VERDICT_DONE && (effect == STATUS_RELEASE || is_numbered)) {
            verdict = assessment_settle(context, declaration);
        }
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        declaration_put(context, declaration);
        declaration_tell(context, event_type(declaration, effect), declaration);
    }
    declaration_answer_fill(declaration, order, answer_out);
    return rule_done(context);
}

enum verdict
declaration_receive_status(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_inventory_return *receipt = command_;
    const struct party *agent = NULL;
    char key[REFERENCE_SIZE];
    enum verdict verdict = find_key(context, receipt, &agent, key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    date_days date;
    if (!declaration_time_date(receipt->return_time, RETURN_TIME_DIGITS, &date)) {
        return refuse_field(context, REFUSAL_DECLARATION_TIME, "/return_time");
    }
    struct declaration declaration = {.state = DECLARATION_AWAITED};
    const struct declaration *found = state_find(context->state, DOCUMENT_DECLARATION, key);
    if (found != NULL) {
        declaration = *found;
    } else if (agent != NULL) {
        TEXT_PUT(declaration.key, key);
        TEXT_PUT(declaration.agent, agent->id);
        TEXT_PUT(declaration.cop_no, receipt->cop_no);
        declaration.agent_number = agent->number;
    } else {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/invt_no");
    }
    return receive(context, receipt, date, &declaration, answer_out);
}
