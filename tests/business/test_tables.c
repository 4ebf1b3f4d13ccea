/*
 * Runs the tables: rules as text. `test_tables FILE…` runs each file twice, once with every
 * document in memory and once fetching all of them anew for each command, then asks that every
 * command and every refusal has been seen. The language is in tests/business/README.md.
 */
#include <stdio.h>

#include "tests/business/table.h"

/* Tested elsewhere: those of the engine and the door there, the last number of a day in
 * test_trace.c; a bill is only asked for by those who hold its number. */
static bool is_of_others(enum refusal_code code)
{
    static const enum refusal_code others[] = {
        REFUSAL_IDEMPOTENCY_MISMATCH,
        REFUSAL_BATCH_ABORTED,
        REFUSAL_APPROVAL_REQUIRED,
        REFUSAL_ACCOUNT_UNKNOWN,
        REFUSAL_BANK_LINK_TRACE_EXHAUSTED,
        REFUSAL_TAX_BILL_UNKNOWN,
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (others[i] == code) {
            return true;
        }
    }
    return false;
}

static int report_unseen(void)
{
    int missing = 0;
    for (int i = REFUSAL_LEDGER; i < REFUSAL_COUNT; i++) {
        if (!table_seen.refusals[i] && !is_of_others((enum refusal_code)i)) {
            fprintf(stderr, "no table refuses %s\n", refusal_code_text((enum refusal_code)i));
            missing++;
        }
    }
    for (size_t i = 0; i < command_type_count; i++) {
        if (!table_seen.commands[i]) {
            fprintf(stderr, "no table runs %s\n", command_types[i].name);
            missing++;
        }
    }
    return missing;
}

int main(int argument_count, char **arguments)
{
    for (int i = 1; i < argument_count; i++) {
        table_run(arguments[i], MEMORY_KEEPS);
        table_run(arguments[i], MEMORY_FORGETS);
    }
    printf("%zu commands in %d tables\n", table_seen.step_count, argument_count - 1);
    return report_unseen() == 0 ? 0 : 1;
}
