#pragma once
/* What the bank does later without being asked: pending payments are decided, some come back. */
#include "tools/bank/bank.h"

/* Plans what the script has for a payment just recorded. */
void chore_plan(struct bank *bank, size_t payment_index);
/* After a start: what was planned is planned anew. */
void chore_resume(struct bank *bank);
/* All that is due at `now`. */
void chore_run(struct bank *bank, instant_us now);
/* Decides a pending payment, and tells it where the bank tells without being asked. */
void chore_decide(struct bank *bank,
                  const struct payment *payment,
                  const char *code,
                  struct decision *decision_out);
