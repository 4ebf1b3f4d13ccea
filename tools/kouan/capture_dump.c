#include "tools/kouan/capture_dump.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    OFFSET_DIGITS_MIN = 4,
    OFFSET_DIGITS_MAX = 16,
    PLAIN_DIGITS_MAX = 8, /* hexdump -C; od has 6 or 7, jPOS 4 */
    WORD_DIGITS = 7,      /* hexdump before 16-bit words */
    PROTOCOL_TCP = 6,
    IPV4_HEADER_SIZE_MIN = 20,
    IPV6_HEADER_SIZE = 40,
    TCP_HEADER_SIZE_MIN = 20,
};

/* A line that begins with an offset. */
struct dump_line {
    size_t offset;
    size_t digit_count;
    bool has_mark; /* 0x */
    bool has_colon;
    const char *rest;
    const char *end;
};

struct dump {
    enum dump_style style;
    struct capture *capture;
    size_t packet; /* where it starts in the capture's bytes */
    bool is_tcpdump;
    char *reason;
};

int capture_digit(char character)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *found = memchr(digits, character, sizeof digits - 1);
    int place = found ? (int)(found - digits) : -1;
    return place < 16 ? place : place - 6;
}

bool capture_line_next(const char **at, const char *end, struct capture_line *line)
{
    if (*at == end) {
        return false;
    }
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const char *stop = newline ? newline : end;
    *line = (struct capture_line){*at, (size_t)(stop - *at), line->number + 1};
    *at = newline ? newline + 1 : end;
    return true;
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r';
}

static const char *blanks_skip(const char *at, const char *end)
{
    while (at < end && is_blank(*at)) {
        at++;
    }
    return at;
}

static const char *digits_skip(const char *at, const char *end)
{
    while (at < end && capture_digit(*at) >= 0) {
        at++;
    }
    return at;
}

static bool dump_line_read(const struct capture_line *line, struct dump_line *out)
{
    const char *end = line->text + line->size;
    const char *at = blanks_skip(line->text, end);
    *out = (struct dump_line){.end = end};
    out->has_mark = end - at > 2 && at[0] == '0' && at[1] == 'x';
    at += out->has_mark ? 2 : 0;
    const char *behind = digits_skip(at, end);
    out->digit_count = (size_t)(behind - at);
    if (out->digit_count < OFFSET_DIGITS_MIN || out->digit_count > OFFSET_DIGITS_MAX) {
        return false;
    }
    for (; at < behind; at++) {
        out->offset = out->offset << 4 | (size_t)capture_digit(*at);
    }
    out->has_colon = behind < end && *behind == ':';
    behind += out->has_colon ? 1 : 0;
    out->rest = blanks_skip(behind, end);
    return behind == end || is_blank(*behind);
}

/* Hexadecimal in groups of eight looks alike: an offset starts at zero, before single bytes. */
static bool is_plain(const struct dump_line *line)
{
    size_t token = (size_t)(digits_skip(line->rest, line->end) - line->rest);
    bool is_byte = token == 2 && (line->rest + 2 == line->end || is_blank(line->rest[2]));
    return line->offset == 0 && line->digit_count <= PLAIN_DIGITS_MAX &&
           (is_byte || line->digit_count == WORD_DIGITS);
}

enum dump_style dump_style_of(const char *text, size_t size)
{
    struct capture_line line = {0};
    const char *at = text;
    bool is_first = true;
    while (capture_line_next(&at, text + size, &line)) {
        struct dump_line dump_line;
        bool has_offset = dump_line_read(&line, &dump_line);
        if (has_offset && dump_line.has_colon) {
            return DUMP_COLON;
        }
        if (is_first && has_offset && is_plain(&dump_line)) {
            return DUMP_PLAIN;
        }
        is_first =
            is_first && blanks_skip(line.text, line.text + line.size) == line.text + line.size;
    }
    return DUMP_NONE;
}

static __attribute__((format(printf, 2, 3))) bool
dump_fail(const struct dump *dump, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(dump->reason, CAPTURE_REASON_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/* --- what TCP carries --- */

static size_t number16(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

/* The size of the IP header before TCP, 0 when it is none; *end_out is where the packet ends. */
static size_t ip_header_size(const uint8_t *packet, size_t size, size_t *end_out)
{
    if (size >= IPV4_HEADER_SIZE_MIN && packet[0] >> 4 == 4 && packet[9] == PROTOCOL_TCP) {
        *end_out = number16(packet + 2);
        return 4 * (size_t)(packet[0] & 0x0F);
    }
    if (size >= IPV6_HEADER_SIZE && packet[0] >> 4 == 6 && packet[6] == PROTOCOL_TCP) {
        *end_out = IPV6_HEADER_SIZE + number16(packet + 4);
        return IPV6_HEADER_SIZE;
    }
    return 0;
}

/* tcpdump -X prints packets from the IP header on; only what TCP carries is the capture. */
static void packet_end(struct dump *dump)
{
    struct capture *capture = dump->capture;
    uint8_t *packet = capture->bytes + dump->packet;
    size_t size = capture->size - dump->packet;
    size_t end = 0;
    size_t tcp = dump->is_tcpdump ? ip_header_size(packet, size, &end) : 0;
    if (tcp >= IPV4_HEADER_SIZE_MIN && end <= size && tcp + TCP_HEADER_SIZE_MIN <= end) {
        size_t header = 4 * (size_t)(packet[tcp + 12] >> 4);
        size_t start = header >= TCP_HEADER_SIZE_MIN && tcp + header <= end ? tcp + header : end;
        memmove(packet, packet + start, end - start);
        capture->size = dump->packet + end - start;
    }
    capture_end_piece(capture);
    dump->packet = capture->size;
}

/* --- lines --- */

static void group_add(struct dump *dump, const char *group, size_t digit_count)
{
    struct capture *capture = dump->capture;
    for (size_t i = 0; i < digit_count; i += 2) {
        capture->bytes[capture->size++] =
            (uint8_t)(capture_digit(group[i]) << 4 | capture_digit(group[i + 1]));
    }
}

/* Where the text column begins: behind more blanks or bytes than these, or at a '|'. */
static const struct {
    size_t gap_max;
    size_t byte_count_max;
} columns[] = {
    [DUMP_COLON] = {1, CAPTURE_SIZE_MAX},
    [DUMP_PLAIN] = {2, 16              },
};

static bool groups_read(struct dump *dump, const struct dump_line *line, size_t number)
{
    const char *at = line->rest;
    size_t start = dump->capture->size;
    size_t gap = 0;
    while (at < line->end && *at != '|' && gap <= columns[dump->style].gap_max &&
           dump->capture->size - start < columns[dump->style].byte_count_max) {
        const char *behind = digits_skip(at, line->end);
        size_t count = (size_t)(behind - at);
        if (count == 0 || count % 2 != 0 || (behind < line->end && !is_blank(*behind))) {
            return dump_fail(dump, "line %zu: not hexadecimal bytes", number);
        }
        if (dump->style == DUMP_PLAIN && count != 2) {
            return dump_fail(dump,
                             "line %zu: 16-bit words do not tell the order of their bytes: "
                             "dump with hexdump -C or xxd",
                             number);
        }
        group_add(dump, at, count);
        at = blanks_skip(behind, line->end);
        gap = (size_t)(at - behind);
    }
    return true;
}

static bool offset_line(struct dump *dump, const struct dump_line *line, size_t number)
{
    size_t due = dump->capture->size - dump->packet;
    if (line->offset == 0 && due > 0) {
        packet_end(dump);
        due = 0;
    }
    if (line->offset != due) {
        return dump_fail(dump, "line %zu: offset %zx where %zx is due", number, line->offset, due);
    }
    dump->is_tcpdump = line->has_mark;
    return groups_read(dump, line, number);
}

/* Lines without offset are tcpdump's about each packet; in other dumps they are a fault. */
static bool line_take(struct dump *dump, const struct capture_line *line)
{
    struct dump_line dump_line;
    const char *end = line->text + line->size;
    const char *start = blanks_skip(line->text, end);
    if (dump_line_read(line, &dump_line) && dump_line.has_colon == (dump->style == DUMP_COLON)) {
        return offset_line(dump, &dump_line, line->number);
    }
    if (start == end) {
        return true;
    }
    if (*start == '*') {
        return dump_fail(dump, "line %zu: repeated lines are left out: dump with -v", line->number);
    }
    bool may_be_about = dump->is_tcpdump || dump->capture->size == 0;
    return may_be_about || dump_fail(dump, "line %zu: no offset", line->number);
}

bool dump_read(enum dump_style style,
               const char *text,
               size_t size,
               struct capture *capture,
               char reason_out[CAPTURE_REASON_SIZE])
{
    struct dump dump = {.style = style, .capture = capture, .reason = reason_out};
    struct capture_line line = {0};
    const char *at = text;
    while (capture_line_next(&at, text + size, &line)) {
        if (!line_take(&dump, &line)) {
            return false;
        }
    }
    packet_end(&dump);
    return true;
}
