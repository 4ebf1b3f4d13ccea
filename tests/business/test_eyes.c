/* What every command that takes two people must be like, whoever adds it to the table. */
#include "gateway/business/approval.h"
#include "gateway/business/rule.h"
#include "tests/base/check.h"

/* The body lies in the approval as it came, for another to read. */
static size_t hidden_fields(const struct record *record)
{
    size_t count = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        count += (field->flags & (FIELD_PERSONAL | FIELD_SECRET)) != 0;
        if (field->type == FIELD_RECORD || field->type == FIELD_LIST) {
            count += hidden_fields(field->record);
        }
    }
    return count;
}

static void commands_of_two(void **state)
{
    (void)state;
    size_t count = 0;
    for (size_t i = 0; i < command_type_count; i++) {
        const struct command_type *type = &command_types[i];
        if (type->eyes != EYES_TWO_PAIRS) {
            continue;
        }
        count++;
        assert_int_equal(hidden_fields(type->command), 0);
        assert_int_equal(hidden_fields(type->answer), 0);
        /* Somebody makes it, and approval.c knows who checks each of them. */
        assert_true(type->roles != 0);
        assert_int_equal(type->roles & ~(unsigned)APPROVAL_ROLES, 0);
        assert_true(strlen(type->name) < APPROVAL_COMMAND_SIZE);
        /* Body, answer and result of one must fit the scratch of a rule. */
        assert_true(type->command->size + type->answer->size * 5 < RULE_SCRATCH_SIZE / 4);
    }
    assert_true(count >= 6);
}

/* An approval is itself of one pair of eyes: there is no approving of approvals. */
static void approvals_take_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_type_count; i++) {
        const struct command_type *type = &command_types[i];
        if (strncmp(type->name, "approval.", 9) == 0) {
            assert_int_equal(type->eyes, EYES_ONE_PAIR);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_of_two),
        cmocka_unit_test(approvals_take_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
