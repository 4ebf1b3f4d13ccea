/* bill JSON: a tax bill, as customs would have made it (bills.h). leave JSON: out of it again. The
 * next line is `ok JSON` as after any command. */
#include <stdlib.h>
#include <string.h>

#include "tests/base/check.h"
#include "tests/business/bills.h"
#include "tests/business/table.h"

static void run_type(struct table *table, const struct command_type *type, const char *text)
{
    if (!table->is_judged) {
        TABLE_FAIL(table, "the command before has no expectation");
    }
    struct record_fault fault;
    size_t size = strlen(text);
    void *data = arena_take(&table->arena, type->command->size);
    char *exact = exact_copy(text, size);
    struct bytes input = {(const uint8_t *)exact, size};
    if (!record_read(type->command, MEDIA_JSON, input, &table->arena, data, &fault)) {
        TABLE_FAIL(table, "%s: %s at %s", fault.code, fault.detail, fault.pointer);
    }
    free(exact);
    table->last = world_run(table->world, (enum role)0, NULL, type, data);
    table->is_judged = false;
    table_seen.step_count++;
    const char *broken = world_broken_law(table->world);
    if (broken != NULL) {
        TABLE_FAIL(table, "broken law: %s", broken);
    }
}

void table_step_bill(struct table *table, char *line)
{
    run_type(table, &bill_make_type, line);
}

void table_step_leave(struct table *table, char *line)
{
    run_type(table, &bill_leave_type, line);
}
