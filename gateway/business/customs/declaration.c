#include "gateway/business/customs/declaration.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/customs/buyer_year.h"
#include "gateway/business/customs/trade_match.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/assessment.h"
#include "gateway/business/text.h"

enum verdict declaration_key(struct context *context,
                             const char *agent_code,
                             const char *cop_no,
                             const struct party **agent_out,
                             char key_out[REFERENCE_SIZE])
{
    const struct party *agent = identifier_party(context, agent_code);
    if (agent == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, "/agent_code");
    }
    size_t size = strlen(cop_no);
    if (size == 0 || size >= COP_NO_SIZE) {
        return refuse_field(context, REFUSAL_DECLARATION_NUMBER, "/cop_no");
    }
    snprintf(key_out, REFERENCE_SIZE, "%s/%s", agent->id, cop_no);
    *agent_out = agent;
    return VERDICT_DONE;
}

void declaration_put(struct context *context, const struct declaration *declaration)
{
    state_put(context->state, DOCUMENT_DECLARATION, declaration);
    if (declaration->invt_no[0] == '\0') {
        return;
    }
    const struct declaration_number *found =
        state_find(context->state, DOCUMENT_DECLARATION_NUMBER, declaration->invt_no);
    struct declaration_number number = {0};
    if (found != NULL) {
        number = *found;
    }
    if (number.declaration[0] == '\0') {
        TEXT_PUT(number.invt_no, declaration->invt_no);
        TEXT_PUT(number.declaration, declaration->key);
        state_put(context->state, DOCUMENT_DECLARATION_NUMBER, &number);
    }
}

bool declaration_find_number(struct context *context,
                             const char *invt_no,
                             struct declaration *declaration_out)
{
    const struct declaration_number *number =
        invt_no[0] == '\0' ? NULL
                           : state_find(context->state, DOCUMENT_DECLARATION_NUMBER, invt_no);
    const struct declaration *found =
        number == NULL || number->declaration[0] == '\0'
            ? NULL
            : state_find(context->state, DOCUMENT_DECLARATION, number->declaration);
    bool is_its = found != NULL && strcmp(found->invt_no, invt_no) == 0;
    if (is_its) {
        *declaration_out = *found;
    }
    return is_its;
}

bool declaration_may_have_number(struct context *context,
                                 const struct declaration *declaration,
                                 const char *invt_no)
{
    if (invt_no[0] == '\0' || declaration->invt_no[0] == '\0' ||
        strcmp(invt_no, declaration->invt_no) == 0) {
        return true;
    }
    const struct declaration_number *number =
        state_find(context->state, DOCUMENT_DECLARATION_NUMBER, declaration->invt_no);
    return declaration->released_on == DATE_NONE && (number == NULL || number->bills.count == 0);
}

void declaration_tell(struct context *context,
                      const char *type,
                      const struct declaration *declaration)
{
    struct notice notice;
    notice_begin(&notice, type, declaration->key);
    notice_text(&notice, "declaration", declaration->key);
    notice_text(&notice, "status", declaration->last_status);
    notice_text(&notice, "parked_status", declaration->parked_status);
    notice_text(&notice, "grn", declaration->grn);
    notice_money(&notice, "tax_total", cny(declaration->tax_total.minor));
    notice_date(&notice, "payment_due", declaration->payment_due);
    notice_to(&notice, declaration->agent_number);
    notice_to(&notice, declaration->principal_number);
    notice_send(context, &notice);
}

void declaration_answer_fill(const struct declaration *declaration,
                             enum declaration_effect effect,
                             void *answer_out)
{
    struct declaration_answer *answer = answer_out;
    *answer = (struct declaration_answer){
        .effect = (int32_t)effect,
        .state = declaration->state,
        .review_reason = declaration->review_reason,
        .taxable = declaration->taxable,
        .tariff = declaration->tariff,
        .consumption_tax = declaration->consumption_tax,
        .vat = declaration->vat,
        .tax_total = declaration->tax_total,
        .tax_due = declaration->tax_due,
        .released_on = declaration->released_on,
        .payment_due = declaration->payment_due,
    };
    TEXT_PUT(answer->declaration, declaration->key);
    TEXT_PUT(answer->grn, declaration->grn);
}

/* --- what a 621 says --- */

static void take_content(const struct ceb_inventory *inventory, struct declaration *declaration)
{
    TEXT_PUT(declaration->cop_no, inventory->cop_no);
    TEXT_PUT(declaration->order_no, inventory->order_no);
    TEXT_PUT(declaration->customs_code, inventory->customs_code);
    TEXT_PUT(declaration->trade_mode, inventory->trade_mode);
    TEXT_PUT(declaration->ebp_code, inventory->ebp_code);
    TEXT_PUT(declaration->ebc_code, inventory->ebc_code);
    TEXT_PUT(declaration->logistics_code, inventory->logistics_code);
    TEXT_PUT(declaration->logistics_no, inventory->logistics_no);
    TEXT_PUT(declaration->assure_code, inventory->assure_code);
    TEXT_PUT(declaration->app_time, inventory->app_time);
    TEXT_PUT(declaration->buyer_id_number, inventory->buyer_id_number);
    TEXT_PUT(declaration->buyer_name, inventory->buyer_name);
    TEXT_PUT(declaration->buyer_id_lookup, inventory->buyer_id_lookup);
    TEXT_PUT(declaration->buyer_name_lookup, inventory->buyer_name_lookup);
    TEXT_PUT(declaration->consignee_address_lookup, inventory->consignee_address_lookup);
    declaration->freight = inventory->freight;
    declaration->insured_fee = inventory->insured_fee;
    if (inventory->invt_no[0] != '\0') {
        TEXT_PUT(declaration->invt_no, inventory->invt_no);
    }
    declaration->decl_date = inventory->decl_date;
    declaration->lines = (struct list){.items = inventory->lines, .count = inventory->line_count};
}

static enum verdict estimate(struct context *context,
                             const struct ceb_inventory *inventory,
                             struct declaration *declaration)
{
    struct estimate_base base = {
        .lines = inventory->lines,
        .line_count = inventory->line_count,
        .date = inventory->decl_date == DATE_NONE ? context->today : inventory->decl_date,
    };
    if (!amount_add(inventory->freight, inventory->insured_fee, &base.charges)) {
        return refuse_field(context, REFUSAL_TAX_AMOUNT, "/freight");
    }
    struct tax tax = {0};
    enum verdict verdict = declaration_estimate(context, &base, &tax);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    declaration->taxable = cny(tax.taxable_minor);
    declaration->tariff = cny(tax.tariff_minor);
    declaration->consumption_tax = cny(tax.consumption_minor);
    declaration->vat = cny(tax.vat_minor);
    declaration->tax_total = cny(tax.total_minor);
    declaration->tax_due = cny(tax.total_minor);
    return VERDICT_DONE;
}

/*
 * Who stands for the tax. The texts of the specification differ (platform, enterprise, logistics;
 * or declarant), so any company of the declaration may; a company is the same under its customs
 * code and its USCC.
 */
static void resolve_principal(struct context *context,
                              const struct ceb_inventory *inventory,
                              struct declaration *declaration)
{
    const char *const codes[] = {
        inventory->ebp_code, inventory->ebc_code, inventory->logistics_code, inventory->agent_code};
    declaration->review_reason = REVIEW_ASSURE_UNKNOWN;
    declaration->principal[0] = '\0';
    declaration->principal_number = 0;
    const struct party *principal = identifier_party(context, inventory->assure_code);
    if (principal == NULL) {
        return;
    }
    char id[PARTY_ID_SIZE];
    int64_t number = principal->number;
    TEXT_PUT(id, principal->id);
    declaration->review_reason = REVIEW_ASSURE_MISMATCH;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        const struct party *company = identifier_party(context, codes[i]);
        if (company != NULL && company->number == number) {
            declaration->review_reason = 0;
            declaration->principal_number = number;
            TEXT_PUT(declaration->principal, id);
            return;
        }
    }
}

/* --- what is done about it --- */

static enum verdict reserve(struct context *context, struct declaration *declaration)
{
    enum verdict verdict = reservation_check_principal(context, declaration->principal);
    bool is_covered = false;
    if (verdict == VERDICT_DONE) {
        verdict =
            declaration_cover(context, declaration, declaration->tax_total.minor, &is_covered);
    }
    if (verdict == VERDICT_DONE && !is_covered) {
        verdict = state_is_missing(context->state) ? VERDICT_FETCH : VERDICT_REFUSED;
    }
    return verdict;
}

/* A receipt that came first may have decided already. */
static enum declaration_state decided_state(const struct declaration *declaration)
{
    if (declaration->state != DECLARATION_AWAITED) {
        return DECLARATION_PROVISIONAL;
    }
    if (declaration->withdrawn) {
        return DECLARATION_DELETED;
    }
    if (strcmp(declaration->last_status, "700") == 0) {
        return DECLARATION_RETURNED;
    }
    if (declaration->last_status[0] == '-' || strcmp(declaration->last_status, "100") == 0) {
        return DECLARATION_REJECTED;
    }
    return DECLARATION_PROVISIONAL;
}

static enum verdict declare(struct context *context,
                            const struct ceb_inventory *inventory,
                            struct declaration *declaration,
                            void *answer_out)
{
    if (!declaration_may_have_number(context, declaration, inventory->invt_no)) {
        return refuse_field(context, REFUSAL_DECLARATION_STATE, "/invt_no");
    }
    enum verdict verdict = declaration_uncover(context, declaration, RESTORE_VOID);
    if (verdict == VERDICT_DONE) {
        verdict = buyer_year_count(context, declaration, 0);
    }
    if (verdict == VERDICT_DONE) {
        take_content(inventory, declaration);
        resolve_principal(context, inventory, declaration);
        verdict = estimate(context, inventory, declaration);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    enum declaration_state state = decided_state(declaration);
    const char *event = "declaration.declared";
    if (state == DECLARATION_PROVISIONAL) {
        verdict = buyer_year_count(context, declaration, declaration->taxable.minor);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
    }
    if (state == DECLARATION_PROVISIONAL && declaration->review_reason != 0) {
        state = DECLARATION_REVIEW;
        event = "declaration.review";
    } else if (state == DECLARATION_PROVISIONAL) {
        verdict = reserve(context, declaration);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        if (declaration->released_on != DATE_NONE) {
            state = DECLARATION_RELEASED;
            declaration_confirm(context, declaration);
        }
    }
    declaration->state = (int32_t)state;
    declaration->withdrawn = false;
    verdict = assessment_settle(context, declaration);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    declaration_put(context, declaration);
    declaration_tell(context, event, declaration);
    trade_match_make(context, declaration);
    declaration_answer_fill(declaration, EFFECT_APPLIED, answer_out);
    return rule_done(context);
}

static enum verdict unchanged(const struct context *context,
                              const struct declaration *declaration,
                              enum declaration_effect effect,
                              void *answer_out)
{
    declaration_answer_fill(declaration, effect, answer_out);
    return rule_done(context);
}

static enum verdict delete_it(struct context *context,
                              const struct ceb_inventory *inventory,
                              struct declaration *declaration,
                              void *answer_out)
{
    if (declaration->state == DECLARATION_DELETED || declaration->state == DECLARATION_REJECTED) {
        return unchanged(context, declaration, EFFECT_UNCHANGED, answer_out);
    }
    enum verdict verdict = declaration_uncover(context, declaration, RESTORE_VOID);
    if (verdict == VERDICT_DONE) {
        verdict = buyer_year_count(context, declaration, 0);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    declaration->state = DECLARATION_DELETED;
    TEXT_PUT(declaration->app_time, inventory->app_time);
    declaration_put(context, declaration);
    declaration_tell(context, "declaration.deleted", declaration);
    declaration_answer_fill(declaration, EFFECT_APPLIED, answer_out);
    return rule_done(context);
}

enum app_type {
    APP_ADD = '1',
    APP_CHANGE = '2',
    APP_DELETE = '3',
};

enum {
    OPEN_STATES = 1U << DECLARATION_PROVISIONAL | 1U << DECLARATION_REVIEW,
    /* Nothing stands: the same number may be declared again. */
    GONE_STATES = 1U << DECLARATION_REJECTED | 1U << DECLARATION_DELETED,
};

/* A message about a declaration whose content is known. */
static enum verdict redeclare(struct context *context,
                              const struct ceb_inventory *inventory,
                              struct declaration *declaration,
                              void *answer_out)
{
    unsigned state = 1U << declaration->state;
    bool is_add = inventory->app_type[0] == APP_ADD;
    int order = strcmp(inventory->app_time, declaration->app_time);
    if (order == 0 || (is_add && (state & GONE_STATES) == 0)) {
        return unchanged(context, declaration, EFFECT_UNCHANGED, answer_out);
    }
    if (order < 0) {
        return unchanged(context, declaration, EFFECT_LATE, answer_out);
    }
    if ((state & (OPEN_STATES | GONE_STATES)) == 0) {
        return refuse(context, REFUSAL_DECLARATION_STATE);
    }
    return inventory->app_type[0] == APP_DELETE
               ? delete_it(context, inventory, declaration, answer_out)
               : declare(context, inventory, declaration, answer_out);
}

enum verdict declaration_submit(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_inventory *inventory = command_;
    const struct party *agent = NULL;
    char key[REFERENCE_SIZE];
    enum verdict verdict =
        declaration_key(context, inventory->agent_code, inventory->cop_no, &agent, key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    assert(agent != NULL);
    if (context->actor_role == ROLE_MERCHANT && !is_actor(context, agent->id)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (inventory->app_type[0] < APP_ADD || inventory->app_type[0] > APP_DELETE) {
        return refuse_field(context, REFUSAL_DECLARATION_APP_TYPE, "/app_type");
    }
    const struct declaration *found = state_find(context->state, DOCUMENT_DECLARATION, key);
    struct declaration declaration = {.agent_number = agent->number};
    TEXT_PUT(declaration.key, key);
    TEXT_PUT(declaration.agent, agent->id);
    if (found != NULL) {
        declaration = *found;
    }
    if (found != NULL && found->state != DECLARATION_AWAITED) {
        return redeclare(context, inventory, &declaration, answer_out);
    }
    if (inventory->app_type[0] == APP_DELETE) {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/cop_no");
    }
    return declare(context, inventory, &declaration, answer_out);
}
