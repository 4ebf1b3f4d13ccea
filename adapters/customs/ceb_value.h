#pragma once
/*
 * The text of one element into the member its rule names, and back.
 */
#include "adapters/customs/ceb_rule.h"

/*
 * `text` is valid UTF-8 of `size` bytes, already trimmed, not empty. Returns NULL when stored at
 * record + rule->offset (a note: copied into `arena`), else the code of ceb_fault; *detail_out then
 * says what was expected and never repeats the value.
 */
MUST_CHECK const char *ceb_value_store(const struct ceb_field_rule *rule,
                                       const char *text,
                                       size_t size,
                                       char *record,
                                       struct arena *arena,
                                       const char **detail_out);

enum {
    CEB_VALUE_TEXT_SIZE = 64
};

/*
 * What to write for a member: its own text, `text_out`, or a constant; NULL: leave the element out.
 */
const char *ceb_value_show(const struct ceb_field_rule *rule,
                           const char *record,
                           char text_out[CEB_VALUE_TEXT_SIZE]);
