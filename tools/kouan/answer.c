#include "tools/kouan/answer.h"

#include <string.h>
#include <strings.h>

struct line {
    const char *text;
    size_t size;
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool line_is(const struct line *line, const char *name)
{
    return line->size == strlen(name) && strncasecmp(line->text, name, line->size) == 0;
}

static bool status_line_parse(const struct line *line, struct answer_head *head)
{
    const char *text = line->text;
    if (line->size < 13 || memcmp(text, "HTTP/1.1 ", 9) != 0 || text[12] != ' ') {
        return false;
    }
    if (!is_digit(text[9]) || !is_digit(text[10]) || !is_digit(text[11]) || text[9] < '2') {
        return false;
    }
    head->status = (text[9] - '0') * 100 + (text[10] - '0') * 10 + (text[11] - '0');
    return head->status < 600;
}

static bool length_parse(const struct line *value, size_t *size_out)
{
    size_t size = 0;
    if (value->size == 0 || value->size > 10) {
        return false;
    }
    for (size_t i = 0; i < value->size; i++) {
        if (!is_digit(value->text[i])) {
            return false;
        }
        size = size * 10 + (size_t)(value->text[i] - '0');
    }
    *size_out = size;
    return true;
}

static bool content_type_parse(const struct line *value, struct answer_head *head)
{
    size_t size = 0;
    while (size < value->size && value->text[size] != ';' && value->text[size] != ' ') {
        size++;
    }
    if (size >= sizeof head->content_type) {
        return false;
    }
    memcpy(head->content_type, value->text, size);
    head->content_type[size] = '\0';
    return true;
}

static bool header_cut(const struct line *line, struct line *name_out, struct line *value_out)
{
    const char *colon = memchr(line->text, ':', line->size);
    if (!colon || colon == line->text || colon[-1] == ' ') {
        return false;
    }
    *name_out = (struct line){line->text, (size_t)(colon - line->text)};
    const char *end = line->text + line->size;
    const char *start = colon + 1;
    while (start < end && (*start == ' ' || *start == '\t')) {
        start++;
    }
    while (end > start && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    *value_out = (struct line){start, (size_t)(end - start)};
    return true;
}

struct lengths {
    size_t count;
    size_t size;
};

static bool header_parse(const struct line *line, struct answer_head *head, struct lengths *lengths)
{
    struct line name;
    struct line value;
    if (!header_cut(line, &name, &value) || line_is(&name, "transfer-encoding")) {
        return false;
    }
    if (line_is(&name, "content-length")) {
        lengths->count++;
        return length_parse(&value, &lengths->size);
    }
    if (line_is(&name, "content-type")) {
        return content_type_parse(&value, head);
    }
    if (line_is(&name, "idempotency-replayed")) {
        head->is_replayed = line_is(&value, "true");
    }
    if (line_is(&name, "connection")) {
        head->is_last = line_is(&value, "close");
    }
    return true;
}

/* The line at *at; false when there is no whole one. */
static bool line_next(struct bytes input, size_t *at, struct line *line_out)
{
    const char *start = (const char *)input.data + *at;
    const char *end = memchr(start, '\n', input.size - *at);
    if (!end) {
        return false;
    }
    *line_out = (struct line){start, (size_t)(end - start)};
    *at += line_out->size + 1;
    return true;
}

static bool line_chop(struct line *line)
{
    if (line->size == 0 || line->text[line->size - 1] != '\r') {
        return false;
    }
    line->size--;
    return !memchr(line->text, '\r', line->size) && !memchr(line->text, '\0', line->size);
}

static enum status head_finish(struct answer_head *head, const struct lengths *lengths)
{
    bool may_have_body = head->status != 204 && head->status != 304;
    if (lengths->count != (may_have_body ? 1 : 0) && !(lengths->count == 1 && lengths->size == 0)) {
        return STATUS_CORRUPT;
    }
    head->body_size = lengths->size;
    return head->body_size <= ANSWER_BODY_SIZE_MAX ? STATUS_OK : STATUS_LIMIT;
}

enum status answer_parse(struct bytes input, struct answer_head *head_out)
{
    struct lengths lengths = {0};
    struct line line;
    size_t at = 0;
    memset(head_out, 0, sizeof *head_out);
    for (size_t count = 0; input.size > 0 && line_next(input, &at, &line); count++) {
        if (at > ANSWER_HEAD_SIZE_MAX) {
            return STATUS_LIMIT;
        }
        if (!line_chop(&line)) {
            return STATUS_CORRUPT;
        }
        if (count > 0 && line.size == 0) {
            head_out->head_size = at;
            return head_finish(head_out, &lengths);
        }
        if (!(count == 0 ? status_line_parse(&line, head_out)
                         : header_parse(&line, head_out, &lengths))) {
            return STATUS_CORRUPT;
        }
    }
    return input.size < ANSWER_HEAD_SIZE_MAX ? STATUS_AGAIN : STATUS_LIMIT;
}
