#include "gateway/business/guarantee/letter.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/guarantee/assurance.h"
#include "gateway/business/guarantee/expiry.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "ledger/base/arena.h"
#include "ledger/proof/cose.h"

enum {
    SCRATCH_SIZE = 64 * 1024
};

static const struct field content_fields[] = {
    TEXT(letter_content,
         letter_number,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "the guarantor's own number (保函编号)"),
    TEXT(letter_content,
         principal,
         FIELD_REQUIRED | FIELD_CODE,
         .meaning = "whose taxes (被担保人)"),
    TEXT(letter_content, beneficiary, FIELD_REQUIRED | FIELD_CODE, .meaning = "customs (受益人)"),
    AMOUNT(letter_content, amount, FIELD_REQUIRED, "face amount, tax and late fee (担保金额)"),
    FIELD(letter_content,
          liability_percentage,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = 100,
          .meaning = "share of it that counts (责任比例)"),
    FIELD(letter_content,
          scopes,
          FIELD_SET,
          FIELD_REQUIRED,
          .names = scope_names,
          .meaning = "what it may be used for (适用范围)"),
    FIELD(letter_content, valid_from, FIELD_DATE, FIELD_REQUIRED, .meaning = "first day (生效日)"),
    FIELD(letter_content, valid_to, FIELD_DATE, FIELD_REQUIRED, .meaning = "last day (到期日)"),
    FIELD(letter_content,
          claim_until,
          FIELD_DATE,
          FIELD_REQUIRED,
          .meaning = "last day to call it (索赔截止日)"),
    FIELD(letter_content,
          revolving,
          FIELD_BOOLEAN,
          0,
          .meaning = "what was paid comes back to the limit (循环)"),
};
const struct record letter_content_record =
    RECORD(letter_content, content_fields, "What a letter promises (保函内容)");

static const struct field lodge_fields[] = {
    FIELD(letter_lodge,
          letter,
          FIELD_BYTES,
          FIELD_REQUIRED,
          .size = LETTER_SIZE_MAX,
          .meaning = "COSE_Sign1 by the guarantor's registered key"),
};
const struct record letter_lodge_record =
    RECORD(letter_lodge, lodge_fields, "Lodge a signed letter (提交保函)");

static const struct field letter_fields[] = {
    TEXT(letter, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "guarantor and letter number"),
    TEXT(letter, guarantor, FIELD_REQUIRED, .meaning = "who signed (担保人)"),
    TEXT(letter, principal, FIELD_REQUIRED, .meaning = "whose taxes (被担保人)"),
    TEXT(letter, beneficiary, FIELD_REQUIRED, .meaning = "customs (受益人)"),
    TEXT(letter, grn, FIELD_REQUIRED | FIELD_INDEX, .meaning = "the guarantee it made"),
    FIELD(letter,
          signed_letter,
          FIELD_BYTES,
          FIELD_REQUIRED,
          .size = LETTER_SIZE_MAX,
          .meaning = "the signed bytes as they came (原件)"),
    FIELD(letter, lodged_on, FIELD_DATE, 0, .meaning = "lodged on"),
};
const struct record letter_record = RECORD(letter, letter_fields, "A signed letter (保函原件)");

static enum verdict refuse_fault(struct context *context, const struct record_fault *fault)
{
    enum verdict verdict = refuse_field(context, REFUSAL_LETTER_MALFORMED, "/letter");
    refusal_text(context, "field", fault->pointer);
    refusal_text(context, "fault", fault->code);
    return verdict;
}

enum verdict letter_read(struct context *context,
                         struct bytes letter,
                         const struct record *content,
                         void *content_out)
{
    struct cose_sign1 parsed;
    if (!cose_parse(letter, &parsed)) {
        return refuse_field(context, REFUSAL_LETTER_MALFORMED, "/letter");
    }
    const struct signing_key *key = signing_key_find(context, context->actor->id, parsed.key_id);
    if (key == NULL) {
        return refuse_field(context, REFUSAL_KEY_UNKNOWN, "/letter");
    }
    if (!cose_verify(&parsed, key->public_key)) {
        return refuse_field(context, REFUSAL_LETTER_SIGNATURE, "/letter");
    }
    struct arena scratch;
    arena_create(&scratch, SCRATCH_SIZE);
    struct record_fault fault;
    bool is_read = record_read(content, MEDIA_CBOR, parsed.payload, &scratch, content_out, &fault);
    arena_destroy(&scratch);
    return is_read ? VERDICT_DONE : refuse_fault(context, &fault);
}

static enum verdict check_dates(struct context *context, const struct letter_content *content)
{
    bool is_ordered = content->valid_from <= content->valid_to &&
                      content->valid_to <= content->claim_until &&
                      content->valid_to >= context->today;
    if (is_ordered) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse_field(context, REFUSAL_DATE_ORDER, "/letter");
    refusal_date(context, "valid_from", content->valid_from);
    refusal_date(context, "valid_to", content->valid_to);
    refusal_date(context, "claim_until", content->claim_until);
    return verdict;
}

static enum verdict check_content(struct context *context,
                                  const struct letter_content *content,
                                  const struct party **principal_out,
                                  const struct party **customs_out)
{
    enum verdict verdict = check_cny(context, content->amount, "/letter");
    if (verdict == VERDICT_DONE) {
        verdict = check_dates(context, content);
    }
    if (verdict == VERDICT_DONE) {
        verdict =
            party_check(context, content->principal, PARTY_COMPANY_KINDS, "/letter", principal_out);
    }
    if (verdict == VERDICT_DONE) {
        verdict =
            party_check(context, content->beneficiary, 1U << PARTY_CUSTOMS, "/letter", customs_out);
    }
    return verdict;
}

static void fill_guarantee(const struct context *context,
                           const struct letter_content *content,
                           struct guarantee *guarantee)
{
    bool is_insurer = context->actor->kind == PARTY_INSURER;
    *guarantee = (struct guarantee){
        .kind = is_insurer ? GUARANTEE_SURETY_INSURANCE : GUARANTEE_BANK_LETTER,
        .state = GUARANTEE_LODGED,
        .scopes = content->scopes,
        .guarantor_number = context->actor->number,
        .face_amount = content->amount,
        .liability_percentage = content->liability_percentage,
        .valid_from = content->valid_from,
        .valid_to = content->valid_to,
        .claim_until = content->claim_until,
        .revolving = content->revolving,
    };
    grn_make(context->today, context->command_seq, guarantee->grn);
    TEXT_PUT(guarantee->principal, content->principal);
    TEXT_PUT(guarantee->guarantor, context->actor->id);
    TEXT_PUT(guarantee->beneficiary, content->beneficiary);
    TEXT_PUT(guarantee->letter_number, content->letter_number);
}

enum verdict guarantee_lodge_letter(struct context *context, const void *command_, void *answer_out)
{
    const struct letter_lodge *command = command_;
    struct letter_content content = {0};
    enum verdict verdict = letter_read(context, command->letter, &letter_content_record, &content);
    const struct party *principal = NULL;
    const struct party *customs = NULL;
    if (verdict == VERDICT_DONE) {
        verdict = check_content(context, &content, &principal, &customs);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    struct letter letter = {.signed_letter = command->letter, .lodged_on = context->today};
    snprintf(letter.key, sizeof(letter.key), "%s/%s", context->actor->id, content.letter_number);
    const struct letter *lodged = state_find(context->state, DOCUMENT_LETTER, letter.key);
    if (lodged != NULL) {
        verdict = refuse_field(context, REFUSAL_LETTER_EXISTS, "/letter");
        refusal_text(context, "grn", lodged->grn);
        return verdict;
    }
    struct guarantee guarantee = {0};
    fill_guarantee(context, &content, &guarantee);
    guarantee.principal_number = principal->number;
    guarantee.beneficiary_number = customs->number;
    TEXT_PUT(letter.guarantor, guarantee.guarantor);
    TEXT_PUT(letter.principal, guarantee.principal);
    TEXT_PUT(letter.beneficiary, guarantee.beneficiary);
    TEXT_PUT(letter.grn, guarantee.grn);
    state_put(context->state, DOCUMENT_LETTER, &letter);
    verdict = guarantee_move(context, &guarantee, 0, NULL, 0);
    guarantee_tell(context, "guarantee.lodged", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return verdict != VERDICT_DONE ? verdict : rule_done(context);
}

static enum verdict get_lodged(struct context *context,
                               const struct guarantee_named *command,
                               struct guarantee *guarantee_out)
{
    enum verdict verdict =
        guarantee_get_own(context, command->grn, OWNER_BENEFICIARY, guarantee_out);
    return verdict != VERDICT_DONE
               ? verdict
               : guarantee_check_state(context, guarantee_out, 1U << GUARANTEE_LODGED);
}

enum verdict guarantee_accept(struct context *context, const void *command, void *answer_out)
{
    struct guarantee guarantee = {0};
    enum verdict verdict = get_lodged(context, command, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (guarantee.valid_to < context->today) {
        verdict = refuse(context, REFUSAL_GUARANTEE_VALIDITY);
        refusal_date(context, "valid_to", guarantee.valid_to);
        return verdict;
    }
    verdict = assurance_add(context, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    int64_t limit;
    if (!amount_scale(guarantee.face_amount.minor, guarantee.liability_percentage, 100, &limit)) {
        return refuse_outcome(context, OUTCOME_AMOUNT_OVERFLOW);
    }
    guarantee.state = GUARANTEE_ACTIVE;
    const struct movement raised = {
        PURPOSE_GUARANTEE_LIMIT, PURPOSE_GUARANTEE_AVAILABLE, TRANSFER_CODE_LIMIT_RAISED, limit};
    verdict = guarantee_move(context, &guarantee, 0, &raised, 1);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    expiry_schedule(context, &guarantee);
    guarantee_tell(context, "guarantee.accepted", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}

enum verdict guarantee_reject(struct context *context, const void *command_, void *answer_out)
{
    const struct guarantee_named *command = command_;
    struct guarantee guarantee = {0};
    enum verdict verdict = get_lodged(context, command, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    guarantee.state = GUARANTEE_REJECTED;
    TEXT_PUT(guarantee.reason, command->reason);
    guarantee_put(context, &guarantee);
    guarantee_tell(context, "guarantee.rejected", &guarantee);
    guarantee_answer_fill(&guarantee, answer_out);
    return rule_done(context);
}
