#include "gateway/business/bank/difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

const struct name difference_kinds[] = {
    {DIFFERENCE_ONLY_HERE,  "only_here",  "we have it, the bank does not (短款)"},
    {DIFFERENCE_ONLY_THERE, "only_there", "the bank has it, we do not (长款)"   },
    {DIFFERENCE_AMOUNT,     "amount",     "the amounts differ (金额不符)"     },
    {0,                     NULL,         NULL                                    },
};

static const struct name states[] = {
    {DIFFERENCE_OPEN,     "open",     "waits for an explanation (待处理)" },
    {DIFFERENCE_PROPOSED, "proposed", "an adjustment is proposed (待复核)"},
    {DIFFERENCE_CLOSED,   "closed",   "explained and booked (已处理)"     },
    {0,                   NULL,       NULL                                   },
};

static const struct name adjustments[] = {
    {ADJUSTMENT_PAYABLE,    "payable",    "a merchant's money"            },
    {ADJUSTMENT_CHARGES,    "charges",    "the bank's charge (手续费)" },
    {ADJUSTMENT_INCOME,     "income",     "interest (利息)"             },
    {ADJUSTMENT_RECEIVABLE, "receivable", "owed to us by a party (应收)"},
    {ADJUSTMENT_BANK,       "bank",       "the bank has corrected itself" },
    {0,                     NULL,         NULL                            },
};

static const struct name decisions[] = {
    {DECISION_APPROVE, "approve", "book it"      },
    {DECISION_REFUSE,  "refuse",  "open it again"},
    {0,                NULL,      NULL           },
};

#define PROPOSAL_FIELDS(struct_, flags_)                                                           \
    FIELD(struct_,                                                                                 \
          adjustment,                                                                              \
          FIELD_ENUM,                                                                              \
          flags_,                                                                                  \
          .names = adjustments,                                                                    \
          .meaning = "where it belongs (调账方式)"),                                               \
        TEXT(struct_, party, 0, .meaning = "whose, for payable and receivable"),                   \
        TEXT(struct_, reason, flags_, .meaning = "why (原因)")

static const struct field fields[] = {
    TEXT(difference, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number (差异编号)"),
    TEXT(difference, bank, FIELD_REQUIRED | FIELD_INDEX, .meaning = "at which bank"),
    FIELD(difference, day, FIELD_DATE, FIELD_REQUIRED, .meaning = "of which bank day"),
    FIELD(
        difference, kind, FIELD_ENUM, FIELD_REQUIRED, .names = difference_kinds, .meaning = "kind"),
    FIELD(difference,
          state,
          FIELD_ENUM,
          FIELD_REQUIRED | FIELD_INDEX,
          .names = states,
          .meaning = "how far it is explained"),
    FIELD(difference,
          is_lack,
          FIELD_BOOLEAN,
          FIELD_REQUIRED,
          .meaning = "the bank holds less than we did"),
    FIELD(difference, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "how much (差额)"),
    TEXT(difference, subject, 0, .meaning = "our payment or funds"),
    TEXT(difference, line, 0, .meaning = "the line of the statement"),
    FIELD(difference, opened_on, FIELD_DATE, FIELD_REQUIRED, .meaning = "its age counts from here"),
    PROPOSAL_FIELDS(difference, 0),
    TEXT(difference, maker, 0, .meaning = "who proposed (经办)"),
    TEXT(difference, checker, 0, .meaning = "who decided (复核)"),
    FIELD(difference, closed_on, FIELD_DATE, 0, .meaning = "when it was closed"),
};
const struct record difference_record =
    RECORD(difference, fields, "A difference between the bank's books and ours (差异)");

static const struct field propose_fields[] = {
    TEXT(difference_propose, difference, FIELD_REQUIRED | FIELD_CODE, .meaning = "the difference"),
    PROPOSAL_FIELDS(difference_propose, FIELD_REQUIRED),
};
const struct record difference_propose_record =
    RECORD(difference_propose, propose_fields, "Say where a difference belongs");

static const struct field decide_fields[] = {
    TEXT(difference_decide, difference, FIELD_REQUIRED | FIELD_CODE, .meaning = "the difference"),
    FIELD(difference_decide,
          decision,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = decisions,
          .meaning = "yes or no"),
};
const struct record difference_decide_record =
    RECORD(difference_decide, decide_fields, "Decide about a proposed adjustment");

static const struct field answer_fields[] = {
    TEXT(difference_answer, difference, FIELD_REQUIRED, .meaning = "the difference"),
    FIELD(difference_answer, state, FIELD_ENUM, FIELD_REQUIRED, .names = states, .meaning = "now"),
    FIELD(difference_answer, amount, FIELD_MONEY, FIELD_REQUIRED, .meaning = "how much"),
};
const struct record difference_answer_record =
    RECORD(difference_answer, answer_fields, "Where the difference stands");

const struct difference *difference_find(struct context *context, const char *id)
{
    return state_find(context->state, DOCUMENT_DIFFERENCE, id);
}

static struct account_key
account_of(const struct difference *difference, enum purpose purpose, int64_t owner)
{
    struct account_key key = {
        .purpose = purpose,
        .currency = difference->amount.currency,
        .owner = owner,
    };
    if (purpose == PURPOSE_RECONCILIATION_DIFFERENCE) {
        TEXT_PUT(key.subject, difference->id);
    }
    return key;
}

/* Between bank.settlement and where the difference waits. */
static enum verdict book(struct context *context,
                         const struct difference *difference,
                         int64_t bank_number,
                         enum transfer_code code)
{
    struct account_key bank = account_of(difference, PURPOSE_BANK_SETTLEMENT, bank_number);
    struct account_key waiting =
        account_of(difference, PURPOSE_RECONCILIATION_DIFFERENCE, bank_number);
    bool bank_rises = difference->is_lack == (code == TRANSFER_CODE_DIFFERENCE_WITHDRAWN);
    return rule_move(context,
                     bank_rises ? &bank : &waiting,
                     bank_rises ? &waiting : &bank,
                     difference->amount.minor,
                     code);
}

static void
tell(struct context *context, const struct difference *difference, const char *type, int64_t bank)
{
    struct notice notice;
    notice_begin(&notice, type, difference->id);
    notice_money(&notice, "amount", difference->amount);
    notice_date(&notice, "day", difference->day);
    notice_to(&notice, bank);
    notice_send(context, &notice);
}

enum verdict difference_open(struct context *context,
                             const struct difference_found *found,
                             char id_out[DIFFERENCE_ID_SIZE])
{
    bool is_lack = found->excess_minor < 0;
    struct difference difference = {
        .day = found->day,
        .kind = (int32_t)found->kind,
        .state = DIFFERENCE_OPEN,
        .is_lack = is_lack,
        .amount = {.minor = is_lack ? -found->excess_minor : found->excess_minor,
                   .currency = CURRENCY_CNY},
        .opened_on = context->today,
    };
    snprintf(difference.id, sizeof difference.id, "X%012" PRId64, context->command_seq);
    TEXT_PUT(difference.bank, found->bank);
    TEXT_PUT(difference.subject, found->subject);
    TEXT_PUT(difference.line, found->line);
    enum verdict verdict =
        book(context, &difference, found->bank_number, TRANSFER_CODE_DIFFERENCE_OPENED);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    state_put(context->state, DOCUMENT_DIFFERENCE, &difference);
    tell(context, &difference, "difference.opened", found->bank_number);
    memcpy(id_out, difference.id, DIFFERENCE_ID_SIZE);
    return VERDICT_DONE;
}

enum verdict difference_tolerate(struct context *context, int64_t bank_number, int64_t excess_minor)
{
    bool is_lack = excess_minor < 0;
    struct account_key bank = {
        .purpose = PURPOSE_BANK_SETTLEMENT,
        .currency = CURRENCY_CNY,
        .owner = bank_number,
    };
    struct account_key charges = bank;
    charges.purpose = PURPOSE_BANK_CHARGES;
    return rule_move(context,
                     is_lack ? &charges : &bank,
                     is_lack ? &bank : &charges,
                     is_lack ? -excess_minor : excess_minor,
                     TRANSFER_CODE_DIFFERENCE_TOLERATED);
}

enum verdict difference_withdraw(struct context *context, const char *id)
{
    struct difference difference = *difference_find(context, id);
    const struct party *bank = party_find(context, difference.bank);
    if (bank == NULL) {
        return rule_done(context); /* not in memory yet */
    }
    int64_t bank_number = bank->number;
    enum verdict verdict =
        book(context, &difference, bank_number, TRANSFER_CODE_DIFFERENCE_WITHDRAWN);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    difference.state = DIFFERENCE_CLOSED;
    difference.closed_on = context->today;
    difference.adjustment = 0; /* what was proposed is not booked any more */
    difference.party[0] = '\0';
    TEXT_PUT(difference.reason, "a later line of the bank has it");
    state_put(context->state, DOCUMENT_DIFFERENCE, &difference);
    tell(context, &difference, "difference.closed", bank_number);
    return VERDICT_DONE;
}

static void answer(const struct difference *difference, struct difference_answer *answer_out)
{
    *answer_out =
        (struct difference_answer){.state = difference->state, .amount = difference->amount};
    TEXT_PUT(answer_out->difference, difference->id);
}

static enum verdict get(struct context *context,
                        const char *id,
                        enum difference_state state,
                        struct difference *difference_out)
{
    const struct difference *found = difference_find(context, id);
    if (found == NULL) {
        return refuse_field(context, REFUSAL_DIFFERENCE_UNKNOWN, "/difference");
    }
    if (found->state != (int32_t)state) {
        return refuse_field(context, REFUSAL_DIFFERENCE_STATE, "/difference");
    }
    *difference_out = *found;
    return VERDICT_DONE;
}

/* What each adjustment needs, and the account it moves the difference to. */
struct adjustment_row {
    enum purpose purpose;
    unsigned kinds; /* of the party named; 0: none is named, the bank's own account */
    bool may_lack;
    bool may_exceed;
};

static const struct adjustment_row rows[] = {
    [ADJUSTMENT_PAYABLE] = {PURPOSE_MERCHANT_PAYABLE, PARTY_COMPANY_KINDS, true,  true },
    [ADJUSTMENT_CHARGES] = {PURPOSE_BANK_CHARGES,     0,                   true,  true },
    [ADJUSTMENT_INCOME] = {PURPOSE_FEE_INCOME,       0,                   false, true },
    [ADJUSTMENT_RECEIVABLE] = {PURPOSE_PARTY_RECEIVABLE,
                            PARTY_COMPANY_KINDS | 1U << PARTY_BANK,
                            true,                                                 false},
    [ADJUSTMENT_BANK] = {PURPOSE_BANK_SETTLEMENT,  0,                   true,  true },
};

enum verdict difference_propose(struct context *context, const void *command_, void *answer_out)
{
    const struct difference_propose *command = command_;
    const struct adjustment_row *row = &rows[command->adjustment];
    struct difference difference = {0};
    enum verdict verdict = get(context, command->difference, DIFFERENCE_OPEN, &difference);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (!(difference.is_lack ? row->may_lack : row->may_exceed)) {
        return refuse_field(context, REFUSAL_DIFFERENCE_ADJUSTMENT, "/adjustment");
    }
    const struct party *party = NULL;
    if (row->kinds != 0) {
        verdict = party_check(context, command->party, row->kinds, "/party", &party);
    } else if (command->party[0] != '\0') {
        verdict = refuse_field(context, REFUSAL_DIFFERENCE_ADJUSTMENT, "/party");
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    difference.state = DIFFERENCE_PROPOSED;
    difference.adjustment = command->adjustment;
    TEXT_PUT(difference.party, command->party);
    TEXT_PUT(difference.reason, command->reason);
    TEXT_PUT(difference.maker, context->actor->id);
    state_put(context->state, DOCUMENT_DIFFERENCE, &difference);
    answer(&difference, answer_out);
    return rule_done(context);
}

/* From where it waits to where it belongs. */
static enum verdict adjust(struct context *context, const struct difference *difference)
{
    const struct adjustment_row *row = &rows[difference->adjustment];
    const struct party *bank = party_find(context, difference->bank);
    const struct party *owner = row->kinds == 0 ? bank : party_find(context, difference->party);
    if (bank == NULL || owner == NULL) {
        return rule_done(context); /* not in memory yet */
    }
    struct account_key waiting =
        account_of(difference, PURPOSE_RECONCILIATION_DIFFERENCE, bank->number);
    struct account_key target = account_of(difference, row->purpose, owner->number);
    int64_t bank_number = bank->number;
    enum verdict verdict = rule_move(context,
                                     difference->is_lack ? &target : &waiting,
                                     difference->is_lack ? &waiting : &target,
                                     difference->amount.minor,
                                     TRANSFER_CODE_DIFFERENCE_ADJUSTED);
    if (verdict == VERDICT_DONE) {
        tell(context, difference, "difference.closed", bank_number);
    }
    return verdict;
}

enum verdict difference_decide(struct context *context, const void *command_, void *answer_out)
{
    const struct difference_decide *command = command_;
    struct difference difference = {0};
    enum verdict verdict = get(context, command->difference, DIFFERENCE_PROPOSED, &difference);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (is_actor(context, difference.maker)) {
        return refuse(context, REFUSAL_APPROVAL_FOUR_EYES);
    }
    bool is_approved = command->decision == DECISION_APPROVE;
    if (is_approved) {
        verdict = adjust(context, &difference);
        if (verdict != VERDICT_DONE) {
            return verdict;
        }
        difference.closed_on = context->today;
    }
    difference.state = is_approved ? DIFFERENCE_CLOSED : DIFFERENCE_OPEN;
    TEXT_PUT(difference.checker, context->actor->id);
    state_put(context->state, DOCUMENT_DIFFERENCE, &difference);
    answer(&difference, answer_out);
    return rule_done(context);
}
