/*
 * Answers of a bank that fitted nothing, kept for people. They change nothing, so one that cannot
 * be kept is only counted, and only so many of a day are sent to the engine at all.
 */
#include "gateway/business/bank/stray.h"

#include <string.h>

#include "gateway/banks/banks_p.h"

static void kept(struct banks *banks, struct errand *errand, const struct command *command);
static void not_kept(struct banks *banks, struct errand *errand);

static const struct errand_kind keep_kind = {"bank_link.stray", kept, not_kept};

static void kept(struct banks *banks, struct errand *errand, const struct command *command)
{
    (void)banks;
    if (command->result == COMMAND_REFUSED) {
        errand_log_refusal(errand, command);
    }
}

static void not_kept(struct banks *banks, struct errand *errand)
{
    (void)banks;
    (void)errand; /* the link has counted it */
}

static enum stray_kind kind_of(enum adapter_stray_kind kind)
{
    switch (kind) {
    case ADAPTER_STRAY_LATE:
        return STRAY_LATE;
    case ADAPTER_STRAY_UNMATCHED:
        return STRAY_UNMATCHED;
    case ADAPTER_STRAY_DUPLICATE:
        break;
    }
    return STRAY_DUPLICATE;
}

void stray_take(struct banks *banks, struct bank *bank, const struct adapter_stray *stray)
{
    if (!bank->is_link_known) {
        return;
    }
    if (bank->stray_day != bank->link.business_day) {
        bank->stray_day = bank->link.business_day;
        bank->stray_count = 0;
    }
    if (bank->stray_count++ >= STRAY_COUNT_MAX) {
        return;
    }
    struct stray_keep body = {
        .kind = (int32_t)kind_of(stray->kind),
        .received_at = stray->received_at,
    };
    memcpy(body.bank, bank->id, sizeof body.bank);
    memcpy(body.message, stray->message, sizeof stray->message);
    memcpy(body.explanation, stray->explanation, sizeof stray->explanation);
    errand_send(banks, &keep_kind, bank, &body);
}
