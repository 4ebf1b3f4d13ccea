#pragma once
/*
 * A record's JSON object from `--field value` options, and the help that lists them. `-` in an
 * option stands for `_` in a field's name. Money is written "1234.56 CNY", sets as "a,b", bytes as
 * @FILE, nested records and lists as JSON text or @FILE.
 */
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "gateway/records/record.h"
#include "tools/kouan/arguments.h"

/* NULL: message_out names the field at fault. The gateway validates again, and more. */
json_t *fields_object(const struct record *record,
                      const struct pair *pairs,
                      size_t pair_count,
                      char *message_out,
                      size_t message_size);

/* One line a field: option, form, meaning; the names an enumeration allows below it. */
void fields_explain(const struct record *record, FILE *stream);
