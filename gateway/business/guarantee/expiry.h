#pragma once
/*
 * How a guarantee ends: a warning before its last day, expiry after it, the end of claims, and
 * discharge by customs.
 */
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/time/deadline.h"

rule guarantee_warn_expiry;
rule guarantee_expire;
rule guarantee_close_claims;
rule guarantee_discharge;

/* Sets or moves the deadlines by valid_to and claim_until. */
void expiry_schedule(struct context *context, const struct guarantee *guarantee);
/* The day a guarantee ends is known and its deadlines fall away. */
void expiry_cancel(struct context *context, const struct guarantee *guarantee);
/* Marks a usable guarantee exhausted when nothing of it is left; the caller stores it. */
void expiry_exhaust(struct context *context, struct guarantee *guarantee, int64_t left_minor);
