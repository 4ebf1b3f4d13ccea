#pragma once
/* Requests of the gateway and the bank's answers to them. */
#include "tools/bank/bank.h"

void answer_request(struct bank *bank,
                    struct line_connection *connection,
                    const struct iso8583_message *request,
                    enum line_proof proof);
/* Says `draft` as the verdict wants it: late, twice, spoilt or not at all. */
void answer_say(struct bank *bank,
                struct line_connection *connection,
                struct draft *draft,
                const struct verdict *verdict);
