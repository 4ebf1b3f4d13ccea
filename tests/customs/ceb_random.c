#include "tests/customs/ceb_random.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "adapters/customs/ceb_value.h"

uint64_t ceb_random_next(struct ceb_random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = random->state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

uint64_t ceb_random_below(struct ceb_random *random, uint64_t bound)
{
    return ceb_random_next(random) % bound;
}

static size_t size_between(struct ceb_random *random, size_t min, size_t max)
{
    size_t reach = ceb_random_below(random, 8) == 0 ? max : min + 20;
    reach = reach > max ? max : reach;
    return min + (size_t)ceb_random_below(random, reach - min + 1);
}

void ceb_random_code(struct ceb_random *random, size_t size, char *text_out)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (size_t i = 0; i < size; i++) {
        text_out[i] = letters[ceb_random_below(random, sizeof letters - 1)];
    }
    text_out[size] = '\0';
}

static void digits_make(struct ceb_random *random, size_t size, char *text_out)
{
    for (size_t i = 0; i < size; i++) {
        text_out[i] = (char)('0' + ceb_random_below(random, 10));
    }
    text_out[size] = '\0';
}

/* Characters of every length, and all that XML escapes; blanks only inside. */
static void text_make(struct ceb_random *random, size_t count, char *text_out)
{
    static const char *const inner[] = {
        "a",
        "Z",
        "7",
        "-",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "]]>",
        "é",
        "税",
        "单",
        "𠮷",
        " ",
        "\t",
        "\r",
        "\n",
    };
    static const size_t widths[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    enum {
        INNER_COUNT = sizeof inner / sizeof inner[0],
        BLANK_COUNT = 4
    };
    char *end = text_out;
    *end = '\0';
    for (size_t i = 0; i < count;) {
        bool is_edge = i == 0 || i + 1 == count;
        size_t pick =
            (size_t)ceb_random_below(random, is_edge ? INNER_COUNT - BLANK_COUNT : INNER_COUNT);
        if (widths[pick] > count - i) {
            continue;
        }
        end = stpcpy(end, inner[pick]);
        i += widths[pick];
    }
}

static void time_make(struct ceb_random *random, size_t size, char *text_out)
{
    char text[32];
    (void)snprintf(text,
                   sizeof text,
                   "20%02u%02u%02u%02u%02u%02u%03u",
                   (unsigned)ceb_random_below(random, 100),
                   1 + (unsigned)ceb_random_below(random, 12),
                   1 + (unsigned)ceb_random_below(random, 28),
                   (unsigned)ceb_random_below(random, 24),
                   (unsigned)ceb_random_below(random, 60),
                   (unsigned)ceb_random_below(random, 60),
                   (unsigned)ceb_random_below(random, 1000));
    memcpy(text_out, text, size);
    text_out[size] = '\0';
}

static int64_t decimal_make(struct ceb_random *random)
{
    static const int64_t steps[] = {1, 10, 1000, CEB_DECIMAL_ONE};
    int64_t step = steps[ceb_random_below(random, 4)];
    switch (ceb_random_below(random, 8)) {
    case 0:
        return 0;
    case 1:
        return INT64_MAX;
    default:
        return (int64_t)ceb_random_below(random, 1000000) * step;
    }
}

static const char *note_make(struct ceb_random *random, size_t count)
{
    char *text = arena_take(random->arena, count * 4 + 1);
    assert(text != NULL);
    text_make(random, count, text);
    return text;
}

static void
number_set(const struct ceb_field_rule *field, char *record, const void *value, size_t size)
{
    assert(size == field->size);
    memcpy(record + field->offset, value, size);
}

static void field_make(struct ceb_random *random, const struct ceb_field_rule *field, char *record)
{
    char *member = record + field->offset;
    if (field->presence == CEB_OPTIONAL && ceb_random_below(random, 3) == 0) {
        return;
    }
    size_t size = size_between(random, field->length_min, field->length_max);
    switch (field->kind) {
    case CEB_KIND_TEXT:
    case CEB_KIND_CUT:
        text_make(random, size, member);
        break;
    case CEB_KIND_NOTE: {
        const char *note = note_make(random, size);
        number_set(field, record, &note, sizeof note);
        break;
    }
    case CEB_KIND_CODE:
        ceb_random_code(random, size, member);
        break;
    case CEB_KIND_DIGITS:
        digits_make(random, size, member);
        break;
    case CEB_KIND_TIME:
        time_make(random, size, member);
        break;
    case CEB_KIND_DATE: {
        date_days date = 1 + (date_days)ceb_random_below(random, 40000);
        number_set(field, record, &date, sizeof date);
        break;
    }
    case CEB_KIND_DECIMAL: {
        int64_t value = decimal_make(random);
        number_set(field, record, &value, sizeof value);
        break;
    }
    case CEB_KIND_NUMBER: {
        int64_t value = 1 + (int64_t)ceb_random_below(random, INT32_MAX);
        number_set(field, record, &value, sizeof value);
        break;
    }
    case CEB_KIND_FIXED:
    case CEB_KIND_STANDARD:
        break;
    }
}

static void
record_make(struct ceb_random *random, const struct ceb_record_rule *record, char *target)
{
    for (size_t i = 0; i < record->field_count; i++) {
        field_make(random, &record->fields[i], target);
    }
}

static void lines_make(struct ceb_random *random,
                       const struct ceb_message_rule *rule,
                       size_t line_count_max,
                       char *node)
{
    size_t count = 1 + (size_t)ceb_random_below(random, line_count_max);
    char *lines = arena_take(random->arena, count * rule->line_size);
    assert(lines != NULL);
    for (size_t i = 0; i < count; i++) {
        record_make(random, &rule->line, lines + i * rule->line_size);
    }
    memcpy(node + rule->lines_offset, &lines, sizeof lines);
    memcpy(node + rule->line_count_offset, &count, sizeof count);
}

struct ceb_message ceb_random_message(struct ceb_random *random,
                                      enum ceb_type type,
                                      size_t node_count_max,
                                      size_t line_count_max)
{
    const struct ceb_message_rule *rule = ceb_rule_of(type);
    size_t most = node_count_max < rule->node_count_max ? node_count_max : rule->node_count_max;
    struct ceb_message message = {.type = type,
                                  .count = 1 + (size_t)ceb_random_below(random, most)};
    char *nodes = arena_take(random->arena, message.count * rule->node_size);
    assert(nodes != NULL);
    for (size_t i = 0; i < message.count; i++) {
        char *node = nodes + i * rule->node_size;
        record_make(random, &rule->head, node);
        if (rule->line.element != NULL) {
            lines_make(random, rule, line_count_max, node);
        }
    }
    message.nodes = nodes;
    return message;
}

static const char *
record_difference(const struct ceb_record_rule *record, const char *left, const char *right)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct ceb_field_rule *field = &record->fields[i];
        char left_text[CEB_VALUE_TEXT_SIZE];
        char right_text[CEB_VALUE_TEXT_SIZE];
        const char *left_value = ceb_value_show(field, left, left_text);
        const char *right_value = ceb_value_show(field, right, right_text);
        if ((left_value == NULL) != (right_value == NULL) ||
            (left_value != NULL && strcmp(left_value, right_value) != 0)) {
            return field->element;
        }
    }
    return NULL;
}

static const char *
node_difference(const struct ceb_message_rule *rule, const char *left, const char *right)
{
    const char *found = record_difference(&rule->head, left, right);
    struct ceb_lines left_lines = ceb_rule_lines(rule, left);
    struct ceb_lines right_lines = ceb_rule_lines(rule, right);
    if (found == NULL && left_lines.count != right_lines.count) {
        return rule->line.element;
    }
    for (size_t i = 0; i < left_lines.count && found == NULL; i++) {
        size_t at = i * rule->line_size;
        found = record_difference(&rule->line, left_lines.items + at, right_lines.items + at);
    }
    return found;
}

const char *ceb_difference(const struct ceb_message *left, const struct ceb_message *right)
{
    const struct ceb_message_rule *rule = ceb_rule_of(left->type);
    if (left->type != right->type || left->count != right->count) {
        return rule->node;
    }
    const char *found = NULL;
    for (size_t i = 0; i < left->count && found == NULL; i++) {
        size_t at = i * rule->node_size;
        found =
            node_difference(rule, (const char *)left->nodes + at, (const char *)right->nodes + at);
    }
    return found;
}
