#include "gateway/server/target.h"

#include <assert.h>
#include <string.h>

#include "ledger/base/utf8.h"

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* RFC 3986 pchar, slash and question mark; '%' is looked at by the caller. */
static bool is_plain(uint8_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        return true;
    }
    return c != '\0' && strchr("-._~!$&'()*+,;=:@/?", c) != NULL;
}

static bool is_escape_refused(int decoded, bool is_in_query)
{
    if (decoded < 0x20 || decoded == 0x7f) {
        return true;
    }
    return !is_in_query && (decoded == '.' || decoded == '/' || decoded == '\\');
}

static bool is_dot_segment(const uint8_t *segment, size_t size)
{
    return (size == 1 && segment[0] == '.') ||
           (size == 2 && segment[0] == '.' && segment[1] == '.');
}

bool target_is_valid(const uint8_t *data, size_t size)
{
    if (size == 0 || data[0] != '/') {
        return false;
    }
    bool is_in_query = false;
    size_t segment_at = 1;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = data[i];
        if (c == '%') {
            if (size - i < 3 || hex_value(data[i + 1]) < 0 || hex_value(data[i + 2]) < 0) {
                return false;
            }
            if (is_escape_refused(hex_value(data[i + 1]) * 16 + hex_value(data[i + 2]),
                                  is_in_query)) {
                return false;
            }
            i += 2;
        } else if (!is_plain(c)) {
            return false;
        } else if (!is_in_query && (c == '/' || c == '?')) {
            if (i > 0 && is_dot_segment(data + segment_at, i - segment_at)) {
                return false;
            }
            segment_at = i + 1;
            is_in_query = c == '?';
        }
    }
    return is_in_query || !is_dot_segment(data + segment_at, size - segment_at);
}

enum plus {
    PLUS_IS_PLUS,
    PLUS_IS_SPACE, /* the query form of HTML, which browsers' URLSearchParams writes */
};

/* Decodes in place up to `end`, terminates, and tells whether the text is UTF-8. */
static bool decode(char *text, const char *end, enum plus plus)
{
    char *out = text;
    for (const char *in = text; in < end; in++) {
        if (*in == '%') {
            int value = hex_value((uint8_t)in[1]) * 16 + hex_value((uint8_t)in[2]);
            *out++ = (char)(unsigned char)value;
            in += 2;
        } else {
            *out = *in;
            if (*in == '+' && plus == PLUS_IS_SPACE) {
                *out = ' ';
            }
            out++;
        }
    }
    *out = '\0';
    return utf8_is_valid(
        (struct bytes){.data = (const uint8_t *)text, .size = (size_t)(out - text)});
}

static bool add_parameter(struct target *target, char *text, char *end)
{
    if (text == end) {
        return true;
    }
    if (target->parameter_count == TARGET_PARAMETER_COUNT_MAX) {
        return false;
    }
    char *equals = memchr(text, '=', (size_t)(end - text));
    char *value = equals == NULL ? end : equals + 1;
    bool is_text = decode(value, end, PLUS_IS_SPACE);
    is_text = decode(text, equals == NULL ? end : equals, PLUS_IS_SPACE) && is_text;
    if (!is_text || target_parameter(target, text) != NULL) {
        return false;
    }
    target->parameters[target->parameter_count++] =
        (struct target_parameter){.name = text, .value = value};
    return true;
}

bool target_split(char *text, size_t size, struct target *target_out)
{
    assert(size > 0 && text[0] == '/');
    target_out->parameter_count = 0;
    target_out->path = text;
    char *end = text + size;
    char *question = memchr(text, '?', size);
    if (question != NULL) {
        for (char *at = question + 1; at < end;) {
            char *ampersand = memchr(at, '&', (size_t)(end - at));
            char *stop = ampersand == NULL ? end : ampersand;
            char *next = stop + 1;
            if (!add_parameter(target_out, at, stop)) {
                return false;
            }
            at = next;
        }
    }
    return decode(text, question == NULL ? end : question, PLUS_IS_PLUS);
}

const char *target_parameter(const struct target *target, const char *name)
{
    for (size_t i = 0; i < target->parameter_count; i++) {
        if (strcmp(target->parameters[i].name, name) == 0) {
            return target->parameters[i].value;
        }
    }
    return NULL;
}
