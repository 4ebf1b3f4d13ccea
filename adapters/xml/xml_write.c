#include "adapters/xml/xml_write.h"

#include <stdbool.h>
#include <string.h>

#include "ledger/base/utf8.h"

static const struct {
    char from;
    const char *to;
} escapes[] = {
    {'&',  "&amp;" },
    {'<',  "&lt;"  },
    {'>',  "&gt;"  },
    {'"',  "&quot;"},
    {'\'', "&apos;"},
    {'\r', "&#13;" },
};

static const char *escape_find(char c)
{
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (escapes[i].from == c) {
            return escapes[i].to;
        }
    }
    return NULL;
}

/* XML 1.0, production Char. */
static bool is_xml_character(uint32_t code_point)
{
    return code_point == '\t' || code_point == '\n' || code_point == '\r' ||
           (code_point >= 0x20 && code_point != 0xFFFE && code_point != 0xFFFF);
}

void xml_write_text(struct writer *writer, const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        uint32_t code_point;
        size_t step = utf8_decode((const uint8_t *)text + at, size - at, &code_point);
        if (step == 0 || !is_xml_character(code_point)) {
            writer->has_failed = true;
            return;
        }
        const char *escape = escape_find(text[at]);
        if (escape != NULL) {
            write_text(writer, escape);
        } else {
            write_bytes(writer, text + at, step);
        }
        at += step;
    }
}

void xml_write_open(struct writer *writer, const char *prefix, const char *name)
{
    write_text(writer, "<");
    write_text(writer, prefix);
    write_text(writer, name);
    write_text(writer, ">");
}

void xml_write_close(struct writer *writer, const char *prefix, const char *name)
{
    write_text(writer, "</");
    write_text(writer, prefix);
    write_text(writer, name);
    write_text(writer, ">");
}

void xml_write_element(struct writer *writer,
                       const char *prefix,
                       const char *name,
                       const char *text)
{
    xml_write_open(writer, prefix, name);
    xml_write_text(writer, text, strlen(text));
    xml_write_close(writer, prefix, name);
}
