#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "adapters/iso8583/value.h"

struct text {
    char *out;
    size_t size;
    size_t capacity;
};

static __attribute__((format(printf, 2, 3))) void
text_add(struct text *text, const char *format, ...)
{
    va_list arguments;
    size_t left = text->capacity - text->size;
    va_start(arguments, format);
    int size = vsnprintf(text->out + text->size, left, format, arguments);
    va_end(arguments);
    if (size > 0) {
        text->size += (size_t)size < left ? (size_t)size : left - 1;
    }
}

const char *iso8583_reason_text(enum iso8583_reason reason)
{
    switch (reason) {
    case ISO8583_REASON_NONE:
        return "no fault";
    case ISO8583_REASON_SHORT:
        return "the bytes end before the value does";
    case ISO8583_REASON_TRAILING:
        return "bytes are left after the last field";
    case ISO8583_REASON_SIZE:
        return "larger than there is room for";
    case ISO8583_REASON_HEADER:
        return "the header contradicts the message";
    case ISO8583_REASON_MTI:
        return "not a message type of this dialect";
    case ISO8583_REASON_BITMAP:
        return "not a bitmap";
    case ISO8583_REASON_FIELD_UNKNOWN:
        return "a field this dialect does not have";
    case ISO8583_REASON_LENGTH_DIGIT:
        return "a length that is not made of digits";
    case ISO8583_REASON_LENGTH:
        return "shorter or longer than the field may be";
    case ISO8583_REASON_CHARACTER:
        return "a character the field may not have";
    case ISO8583_REASON_PAD:
        return "padding that is not the dialect's";
    case ISO8583_REASON_LAYOUT:
        return "tags, lengths or parts that do not fill the value";
    }
    return "";
}

/* Characters shown at the front and at the end; a value too short to hide enough is hidden whole.
 */
static void mask_ends(enum iso8583_mask mask, size_t size, size_t *front_out, size_t *back_out)
{
    *front_out = 0;
    *back_out = 0;
    switch (mask) {
    case ISO8583_MASK_NONE:
        *front_out = size;
        break;
    case ISO8583_MASK_PAN:
        *front_out = size >= 13 ? 6 : 0;
        *back_out = size >= 13 ? 4 : 0;
        break;
    case ISO8583_MASK_TAIL:
        *back_out = size >= 9 ? 4 : 0;
        break;
    case ISO8583_MASK_ALL:
        break;
    }
}

enum {
    SHOWN_SIZE_MAX = 64
};

static void value_add(struct text *text,
                      const struct iso8583_rule *rule,
                      struct iso8583_view value,
                      size_t shown_size_max)
{
    size_t front;
    size_t back;
    bool is_binary = rule->kind == ISO8583_KIND_BINARY;
    mask_ends(rule->mask, value.size, &front, &back);
    if (rule->mask == ISO8583_MASK_ALL) {
        text_add(text, "****");
        return;
    }
    for (size_t i = 0; i < value.size && i < shown_size_max; i++) {
        uint8_t byte = value.data[i];
        if (i >= front && i < value.size - back) {
            text_add(text, "*");
        } else if (is_binary) {
            text_add(text, "%02X", byte);
        } else {
            text_add(text, byte >= 0x20 && byte < 0x7F ? "%c" : "\\x%02X", byte);
        }
    }
    text_add(text, value.size > shown_size_max ? "..." : "");
}

size_t iso8583_show(const struct iso8583_rule *rule,
                    struct iso8583_view value,
                    char *text_out,
                    size_t capacity)
{
    struct text text = {text_out, 0, capacity};
    text_out[0] = '\0';
    value_add(&text, rule, value, value.size);
    return text.size;
}

/* Tags and lengths are told even when the values are not. */
static void
elements_add(struct text *text, const struct iso8583_rule *rule, struct iso8583_view value)
{
    struct iso8583_tlv tlv;
    size_t at = 0;
    while (iso8583_tlv_next(rule, value, &at, &tlv) == ISO8583_STEP_OK) {
        text_add(text, "\n          ");
        for (size_t i = 0; i < tlv.tag.size; i++) {
            text_add(text, rule->layout == ISO8583_BER_TLV ? "%02X" : "%c", tlv.tag.data[i]);
        }
        text_add(text, " (%zu) ", tlv.value.size);
        value_add(text, rule, tlv.value, SHOWN_SIZE_MAX);
    }
}

static void parts_add(struct text *text,
                      const struct iso8583_dialect *dialect,
                      const struct iso8583_message *message,
                      int field)
{
    const struct iso8583_rule *rule = &dialect->fields[field];
    for (int i = 0; i < rule->part_count; i++) {
        struct iso8583_view part = iso8583_part(dialect, message, field, i);
        if (part.data != NULL) {
            const char *name = dialect->parts[rule->part_first + i].name;
            text_add(text, "\n          %-24.24s ", name);
            value_add(text, rule, part, SHOWN_SIZE_MAX);
        }
    }
}

static void field_add(struct text *text,
                      const struct iso8583_dialect *dialect,
                      const struct iso8583_message *message,
                      int field)
{
    const struct iso8583_rule *rule = &dialect->fields[field];
    struct iso8583_view value = iso8583_get(message, field);
    text_add(text, "%5d  %-32.32s (%zu) ", field, dialect->names[field], value.size);
    switch (rule->layout) {
    case ISO8583_PLAIN:
        value_add(text, rule, value, SHOWN_SIZE_MAX);
        break;
    case ISO8583_PARTS:
        parts_add(text, dialect, message, field);
        break;
    case ISO8583_BER_TLV:
    case ISO8583_TAGS:
        elements_add(text, rule, value);
        break;
    }
    text_add(text, "\n");
}

/* Whether byte `at` of the message may be shown: not inside a masked field, nor past the fault. */
static bool is_shown(const struct iso8583_dialect *dialect,
                     const struct iso8583_message *message,
                     const struct iso8583_fault *fault,
                     size_t at)
{
    int owner = fault->field;
    size_t owner_offset = 0;
    if (at > fault->offset) {
        return false;
    }
    bool has_later = false;
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(message, field)) {
            size_t offset = message->fields[field].offset;
            if (offset <= at && offset >= owner_offset) {
                owner = field;
                owner_offset = offset;
            }
            has_later = has_later || offset > at;
        }
    }
    /* Past the last decoded field's value stands the field at fault. */
    if (!has_later && owner != fault->field && fault->field != 0) {
        const struct iso8583_rule *rule = &dialect->fields[owner];
        size_t size = iso8583_value_wire_size(rule, message->fields[owner].size) +
                      iso8583_length_wire_size(rule);
        owner = at >= owner_offset + size ? fault->field : owner;
    }
    return dialect->fields[owner].mask == ISO8583_MASK_NONE;
}

static void fault_add(struct text *text,
                      const struct iso8583_dialect *dialect,
                      const struct iso8583_message *message,
                      const struct iso8583_fault *fault)
{
    enum {
        BEFORE = 8,
        AFTER = 4
    };
    size_t from = fault->offset > BEFORE ? fault->offset - BEFORE : 0;
    size_t to = fault->offset + AFTER;
    text_add(text, "fault: %s, ", iso8583_reason_text(fault->reason));
    text_add(text, "field %d", fault->field);
    if (fault->field != 0) {
        text_add(text, " %s", dialect->names[fault->field]);
    }
    text_add(text, ", byte %zu of %zu\n  ", fault->offset, message->raw.size);
    for (size_t i = from; i < to && i < message->raw.size; i++) {
        if (is_shown(dialect, message, fault, i)) {
            text_add(text, " %02X", message->raw.data[i]);
        } else {
            text_add(text, " **");
        }
    }
    text_add(text, "\n%*s^^\n", (int)(3 + 3 * (fault->offset - from)), "");
}

size_t iso8583_describe(const struct iso8583_dialect *dialect,
                        const struct iso8583_message *message,
                        const struct iso8583_fault *fault,
                        char *text_out,
                        size_t capacity)
{
    struct text text = {text_out, 0, capacity};
    text_out[0] = '\0';
    text_add(&text, "%s, message type %s\n", dialect->name, message->mti);
    for (int field = 2; field <= ISO8583_FIELD_MAX; field++) {
        if (iso8583_has(message, field)) {
            field_add(&text, dialect, message, field);
        }
    }
    if (fault != NULL && fault->reason != ISO8583_REASON_NONE) {
        fault_add(&text, dialect, message, fault);
    }
    return text.size;
}
