/* What a claim needs (赔付条件): each condition is judged, and has its own reason to say no. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/compensation/claim.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/text.h"

const struct name claim_conditions[] = {
    {CONDITION_POLICY_LIVE, "policy_live",  "shipped on `day`, covered until `bound` (保单有效)"},
    {CONDITION_DECLARED,    "declared",     "declared on `day`, by `bound` (按期申报)"          },
    {CONDITION_BUYER_LIMIT, "buyer_limit",  "`amount` within the buyer's limit (限额有效)"      },
    {CONDITION_EVIDENCE,    "evidence",     "`count` documents agree (贸易真实)"                },
    {CONDITION_UNDISPUTED,  "undisputed",   "the buyer does not dispute it (债权清晰)"          },
    {CONDITION_NOTICE,      "notice",       "notice on `day`, by `bound` (按期可损通知)"      },
    {CONDITION_WAITING,     "waiting_over", "filed on `day`, from `bound` on (等待期满)"        },
    {CONDITION_IN_TIME,     "in_time",      "filed on `day`, by `bound` (索赔期内)"             },
    {0,                     NULL,           NULL                                                    },
};

static const enum refusal_code reasons[CONDITION_COUNT + 1] = {
    [CONDITION_POLICY_LIVE] = REFUSAL_CLAIM_POLICY_NOT_LIVE,
    [CONDITION_DECLARED] = REFUSAL_CLAIM_DECLARED_LATE,
    [CONDITION_BUYER_LIMIT] = REFUSAL_CLAIM_BUYER_LIMIT,
    [CONDITION_EVIDENCE] = REFUSAL_CLAIM_EVIDENCE,
    [CONDITION_UNDISPUTED] = REFUSAL_CLAIM_DISPUTED,
    [CONDITION_NOTICE] = REFUSAL_CLAIM_NOTICE,
    [CONDITION_WAITING] = REFUSAL_CLAIM_WAITING,
    [CONDITION_IN_TIME] = REFUSAL_CLAIM_LATE,
};

static enum verdict refuse_first(struct context *context, const struct claim_verdict *conditions)
{
    const struct claim_verdict *first = NULL;
    char failed[96] = "";
    size_t size = 0;
    for (size_t i = 0; i < CONDITION_COUNT; i++) {
        if (!conditions[i].is_met) {
            first = first == NULL ? &conditions[i] : first;
            const char *name = name_by_value(claim_conditions, conditions[i].condition);
            size += (size_t)snprintf(
                failed + size, sizeof failed - size, "%s%s", size == 0 ? "" : ",", name);
            assert(size < sizeof failed);
        }
    }
    if (first == NULL) {
        return VERDICT_DONE;
    }
    enum verdict verdict = refuse(context, reasons[first->condition]);
    refusal_text(context, "failed", failed);
    if (first->day != DATE_NONE) {
        refusal_date(context, "day", first->day);
    }
    if (first->bound != DATE_NONE) {
        refusal_date(context, "bound", first->bound);
    }
    if (first->condition == CONDITION_EVIDENCE) {
        refusal_integer(context, "count", first->count);
        refusal_integer(context, "needed", CLAIM_EVIDENCE_KIND_COUNT);
    }
    if (first->condition == CONDITION_BUYER_LIMIT) {
        refusal_money(context, "covered", first->amount);
    }
    return verdict;
}

enum verdict claim_judge(struct context *context,
                         const struct policy *policy,
                         const struct shipment *shipment,
                         struct loss_notice *loss_out,
                         struct claim_verdict conditions_out[CONDITION_COUNT])
{
    const struct loss_notice *found =
        state_find(context->state, DOCUMENT_LOSS_NOTICE, shipment->key);
    *loss_out = found == NULL ? (struct loss_notice){0} : *found;
    const struct policy_cover *cover = policy_cover_of(policy, loss_out->cause);
    bool has_notice = found != NULL && cover != NULL;
    date_days wait_until =
        has_notice ? loss_out->began_on + (date_days)cover->waiting_days : DATE_NONE;
    date_days claim_by =
        has_notice ? loss_out->began_on + (date_days)policy->terms.claim_days : DATE_NONE;
    int count = claim_evidence_count(context, shipment);
    const struct claim_verdict judged[CONDITION_COUNT] = {
        {.condition = CONDITION_POLICY_LIVE,
         .is_met = policy_is_live(policy,              shipment->shipped_on),
         .day = shipment->shipped_on,
         .bound =
             policy->cancelled_on != DATE_NONE ? policy->cancelled_on - 1 : policy->terms.valid_to},
        {.condition = CONDITION_DECLARED,
         .is_met = shipment->declared_on <= shipment->declare_by,
         .day = shipment->declared_on,
         .bound = shipment->declare_by                                                },
        {.condition = CONDITION_BUYER_LIMIT,
         .is_met = shipment->covered.minor > 0,
         .amount = shipment->covered                                     },
        {.condition = CONDITION_EVIDENCE,
         .is_met = count == CLAIM_EVIDENCE_KIND_COUNT,
         .count = count                                                            },
        {.condition = CONDITION_UNDISPUTED,  .is_met = !shipment->is_disputed        },
        {.condition = CONDITION_NOTICE,
         .is_met = has_notice && loss_out->notified_on <= loss_out->notify_by,
         .day = loss_out->notified_on,
         .bound = loss_out->notify_by                                                 },
        {.condition = CONDITION_WAITING,
         .is_met = has_notice && context->today >= wait_until,
         .day = context->today,
         .bound = wait_until},
        {.condition = CONDITION_IN_TIME,
         .is_met = has_notice && context->today <= claim_by,
         .day = context->today,
         .bound = claim_by        },
    };
    memcpy(conditions_out, judged, sizeof judged);
    return refuse_first(context, conditions_out);
}
