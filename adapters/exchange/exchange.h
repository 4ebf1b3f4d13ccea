#pragma once
/*
 * An exchange: one bank over ISO 20022, as adapters/adapter.h wants it. One YAML file an exchange;
 * every key has a default and a meaning (exchange_config.c).
 *
 *   pay      pacs.008 (or cips.111)      pacs.002  what became of it: answered
 *   reverse  camt.056                    camt.029  what became of that: answered
 *   inquire  pacs.028, or nothing: by    pacs.004  a payment comes back: advised
 *            the bank's last word        camt.054  money received: advised, one by one
 *   totals   ADAPTER_NOT_SENT            camt.053  laid aside in statements/
 *
 * What is sent leaves by HTTPS (a new connection for each message, so that the library never
 * repeats one) or by a directory. What the bank sends comes as the body of its answer or as a file
 * in inbox/. `directory` holds
 *
 *   outbox/  ours, for the bank's connector; complete under their names, "*.part" are not
 *   inbox/   the bank's; "*.part" and names with a dot in front are not looked at
 *   done/ bad/ statements/   where each of them ends; bad ones with a .reason beside them
 *   sent/ words/ seen/       what we sent, what the bank last said of it, which messages came
 *
 * done/ is cleared after keep_days, the last three 400 days after that; bad/ and statements/ are
 * people's. A document that comes by the gateway's own door is laid into inbox/.
 * A file leaves inbox/ once all it tells is booked (adapter_reply); ADAPTER_TRY_AGAIN leaves it for
 * a while. The same message again changes nothing; the same id with other content is bad.
 */
#include "adapters/adapter.h"

/* NULL with one line naming file, key and what is allowed. Starts its thread. */
struct adapter *exchange_create(const char *file,
                                const struct adapter_events *events,
                                char *message_out,
                                size_t message_size);
/* All keys with defaults and meanings, as YAML. */
void exchange_print_config(void);
