#pragma once
/* Why the rules of this room say no: rows of REFUSAL_LIST (gateway/business/refusal.h). */

#define COMPENSATION_REFUSALS(ROW) ROW(POLICY_UNKNOWN, "policy.unknown", 422, "No such policy")
