#include "gateway/records/describe.h"

#include <assert.h>
#include <string.h>

void record_set_add(struct record_set *set, const struct record *record)
{
    if (record == NULL) {
        return;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->records[i]->name, record->name) == 0) {
            assert(set->records[i] == record);
            return;
        }
    }
    for (size_t i = 0; i < record->field_count; i++) {
        record_set_add(set, record->fields[i].record);
    }
    assert(set->count < RECORD_SET_SIZE_MAX);
    set->records[set->count++] = record;
}

static bool is_bounded(const struct field *field)
{
    return field->min != 0 || field->max != 0;
}

static const int64_t integer_max = (INT64_C(1) << 53) - 1;

int64_t field_min(const struct field *field)
{
    return is_bounded(field) ? field->min : field->type == FIELD_INTEGER ? -integer_max : INT64_MIN;
}

int64_t field_max(const struct field *field)
{
    return is_bounded(field) ? field->max : field->type == FIELD_INTEGER ? integer_max : INT64_MAX;
}
