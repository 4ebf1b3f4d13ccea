#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

/* clang-format off */
#define COMPENSATION_REFUSALS(ROW) \
    ROW(POLICY_UNKNOWN, "policy.unknown", 422, "No such policy") \
    ROW(POLICY_STATE, "policy.state", 409, "The policy is not in a state that allows this") \
    ROW(POLICY_SHARES, "policy.shares", 422, "The insurers' shares are not 10000 in all, each named once") \
    ROW(POLICY_COVERS, "policy.covers", 422, "A cause is named twice") \
    ROW(POLICY_CAUSE, "policy.cause", 409, "The policy does not cover this cause") \
    ROW(BUYER_LIMIT_UNKNOWN, "buyer_limit.unknown", 422, "No limit was ever set for this buyer") \
    ROW(BUYER_LIMIT_ROWS, "buyer_limit.rows", 409, "The limit was changed too often") \
    ROW(SHIPMENT_UNKNOWN, "shipment.unknown", 422, "No such shipment was declared") \
    ROW(SHIPMENT_EXISTS, "shipment.exists", 409, "This invoice was declared") \
    ROW(SHIPMENT_STATE, "shipment.state", 409, "The shipment is not in a state that allows this") \
    ROW(LOSS_NOTICE_EXISTS, "loss_notice.exists", 409, "Notice was given") \
    ROW(LOSS_NOTICE_AMOUNT, "loss_notice.amount", 422, "The loss is more than the buyer owed") \
    ROW(CLAIM_EVIDENCE_SUBMITTER, "claim_evidence.submitter", 403, "This document has to come from somebody else") \
    ROW(CLAIM_EVIDENCE_EXISTS, "claim_evidence.exists", 409, "A document of this kind is there and agrees") \
    ROW(CLAIM_UNKNOWN, "claim.unknown", 422, "No such claim") \
    ROW(CLAIM_STATE, "claim.state", 409, "The claim is not in a state that allows this") \
    ROW(CLAIM_POLICY_NOT_LIVE, "claim.policy_not_live", 409, "The policy did not cover the day of shipment") \
    ROW(CLAIM_DECLARED_LATE, "claim.declared_late", 409, "The shipment was declared too late") \
    ROW(CLAIM_BUYER_LIMIT, "claim.buyer_limit", 409, "The buyer had no limit left on the day of shipment") \
    ROW(CLAIM_EVIDENCE, "claim.evidence", 409, "The trade is not shown to be real") \
    ROW(CLAIM_DISPUTED, "claim.disputed", 409, "The buyer disputes the debt") \
    ROW(CLAIM_NOTICE, "claim.notice", 409, "Notice of the loss was not given in time") \
    ROW(CLAIM_WAITING, "claim.waiting", 409, "The waiting period is not over") \
    ROW(CLAIM_LATE, "claim.late", 409, "The time to claim is over") \
    ROW(CLAIM_NOTHING_PAYABLE, "claim.nothing_payable", 409, "Nothing of the limits is left") \
    ROW(CLAIM_AMOUNT, "claim.amount", 422, "More than the loss, or than the policy has left") \
    ROW(INSURER_FUND_INSUFFICIENT, "insurer_fund.insufficient", 409, "An insurer's fund does not hold its part") \
    ROW(RECOVERY_AMOUNT, "recovery.amount", 409, "Nothing to share, or the cost is more than that")
/* clang-format on */
