#pragma once
/*
 * ISO 8583 messages, read and written strictly, in the caller's memory.
 *
 *   bytes --iso8583_framer_feed--> frame --iso8583_decode--> message --iso8583_describe--> text
 *                                     message --iso8583_encode--> bytes
 *
 * A dialect is a table (a plain value, loaded with iso8583_dialect.h or written in C) that says how
 * each field looks on the wire. Decoded values do not depend on the dialect: characters are ASCII
 * (tracks as 0x30 + nibble, so that the separator is '='), amounts with sign are 'C' or 'D' and
 * digits, binary fields are raw bytes. So a message decoded in one dialect encodes in another.
 *
 * No allocation, no global state, no dependency but the C library; safe from any thread as long as
 * each object is used by one thread at a time. A dialect is only read.
 *
 * Follows ISO 8583:1987 and ISO 8583:1993.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ISO8583_MUST_CHECK __attribute__((warn_unused_result))

enum {
    ISO8583_FIELD_MAX = 192,
    ISO8583_MESSAGE_SIZE_MAX = 65535,
    ISO8583_NAME_SIZE = 40,
    ISO8583_PART_COUNT_MAX = 64,
    ISO8583_HEADER_PART_COUNT_MAX = 16,
};

/* What iso8583_decode needs at most for `size` bytes of message. */
#define ISO8583_SCRATCH_SIZE(size) (2 * (size))

struct iso8583_view {
    const uint8_t *data;
    size_t size;
};

/* ---- dialects ---- */

/* The characters a value is made of. */
enum iso8583_kind {
    ISO8583_KIND_NONE,   /* the field does not exist in this dialect */
    ISO8583_KIND_A,      /* letters */
    ISO8583_KIND_N,      /* digits */
    ISO8583_KIND_AN,     /* letters and digits */
    ISO8583_KIND_ANP,    /* letters, digits and blanks */
    ISO8583_KIND_NS,     /* printable ASCII without letters */
    ISO8583_KIND_ANS,    /* printable ASCII */
    ISO8583_KIND_TEXT,   /* any byte from 0x20, for national character sets such as GB 18030 */
    ISO8583_KIND_TRACK,  /* z: 0x30 to 0x3F */
    ISO8583_KIND_SIGNED, /* x+n: C or D, then digits; lengths include the sign */
    ISO8583_KIND_BINARY, /* b: bytes */
};

enum iso8583_encoding {
    ISO8583_ASCII,  /* binary fields and bitmaps: two hexadecimal characters per byte */
    ISO8583_BCD,    /* two digits per byte; the sign of x+n is one ASCII byte before them */
    ISO8583_BINARY, /* binary fields, bitmaps and lengths (LL one byte, LLL and LLLL two) */
    ISO8583_EBCDIC, /* code page 037; binary fields and bitmaps as in ISO8583_ASCII */
};

/* What the length of a variable field counts. */
enum iso8583_unit {
    ISO8583_CHARACTERS, /* of the value: digits, letters; bytes of a binary field */
    ISO8583_BYTES,      /* on the wire */
    ISO8583_NIBBLES,    /* on the wire, without the padding of an odd number of digits */
};

/* Where an odd number of BCD digits stands in its bytes. */
enum iso8583_align {
    ISO8583_LEFT,  /* padding behind */
    ISO8583_RIGHT, /* padding before */
};

/* What a value is made of inside. */
enum iso8583_layout {
    ISO8583_PLAIN,
    ISO8583_PARTS,   /* by position; may end after any part */
    ISO8583_BER_TLV, /* ISO/IEC 8825-1 tags and lengths, as in EMV */
    ISO8583_TAGS,    /* tag_size characters, length_size digits, value */
};

/* What a description shows. */
enum iso8583_mask {
    ISO8583_MASK_NONE,
    ISO8583_MASK_PAN,  /* first six and last four */
    ISO8583_MASK_TAIL, /* last four */
    ISO8583_MASK_ALL,
};

struct iso8583_rule {
    enum iso8583_kind kind;
    enum iso8583_encoding encoding;
    enum iso8583_encoding length_encoding;
    enum iso8583_unit length_unit;
    enum iso8583_align align;
    enum iso8583_layout layout;
    enum iso8583_mask mask;
    uint8_t length_digits; /* 0 = fixed at length_max, 2 = LLVAR, up to 4 */
    uint8_t pad;           /* nibble: 0 or 15 */
    uint8_t part_first;    /* ISO8583_PARTS: into dialect.parts */
    uint8_t part_count;
    uint8_t tag_size; /* ISO8583_TAGS */
    uint8_t length_size;
    uint16_t length_min; /* in characters, for binary fields in bytes */
    uint16_t length_max;
};

struct iso8583_part {
    char name[ISO8583_NAME_SIZE];
    enum iso8583_kind kind;
    uint16_t length; /* 0, only as the last part: all the rest */
};

enum iso8583_header_role {
    ISO8583_HEADER_PLAIN,
    ISO8583_HEADER_SIZE,  /* holds the size of the header itself */
    ISO8583_HEADER_TOTAL, /* holds the size of header and message */
};

struct iso8583_header_part {
    char name[ISO8583_NAME_SIZE];
    enum iso8583_header_role role;
    enum iso8583_encoding encoding; /* BCD and ASCII are checked to be digits */
    uint8_t size;                   /* bytes */
};

enum iso8583_prefix_counts {
    ISO8583_EXCLUSIVE, /* what follows the prefix */
    ISO8583_INCLUSIVE, /* the prefix too */
};

/* The length that stands before each message in a stream. */
struct iso8583_prefix {
    uint8_t size; /* bytes, 0 = none, at most 4 */
    enum iso8583_encoding encoding;
    enum iso8583_unit
        unit; /* ISO8583_BYTES, or ISO8583_NIBBLES (hexadecimal digits of the frame) */
    enum iso8583_prefix_counts counts;
};

enum iso8583_tertiary {
    ISO8583_TERTIARY_NONE,        /* field 65 is an ordinary field */
    ISO8583_TERTIARY_ADJACENT,    /* the third bitmap follows the second */
    ISO8583_TERTIARY_IN_FIELD_65, /* the third bitmap stands where field 65 stands */
};

struct iso8583_dialect {
    char name[ISO8583_NAME_SIZE];
    struct iso8583_prefix prefix;
    enum iso8583_encoding mti_encoding;
    enum iso8583_encoding bitmap_encoding;
    enum iso8583_tertiary tertiary;
    struct iso8583_header_part header_parts[ISO8583_HEADER_PART_COUNT_MAX];
    struct iso8583_part parts[ISO8583_PART_COUNT_MAX];
    struct iso8583_rule fields[ISO8583_FIELD_MAX + 1]; /* by field number, from 2 */
    char names[ISO8583_FIELD_MAX + 1][ISO8583_NAME_SIZE];
    uint8_t header_part_count;
    uint8_t part_count;
    char mti_version; /* first digit, 0 = any */
};

/*
 * Whether the table is one the codec can hold to, e.g. that no length exceeds its prefix. False:
 * field_out is the field (0: not a field) and *problem_out says what is wrong.
 */
ISO8583_MUST_CHECK bool iso8583_dialect_check(const struct iso8583_dialect *dialect,
                                              int *field_out,
                                              const char **problem_out);
size_t iso8583_header_size(const struct iso8583_dialect *dialect);

/* ---- messages ---- */

enum iso8583_reason {
    ISO8583_REASON_NONE,
    ISO8583_REASON_SHORT,         /* the bytes end before the value does */
    ISO8583_REASON_TRAILING,      /* bytes are left after the last field */
    ISO8583_REASON_SIZE,          /* larger than a message, the output or the scratch may be */
    ISO8583_REASON_HEADER,        /* a part of the header contradicts the message */
    ISO8583_REASON_MTI,           /* not four digits of the dialect's version */
    ISO8583_REASON_BITMAP,        /* not hexadecimal, or a bitmap that may not be there */
    ISO8583_REASON_FIELD_UNKNOWN, /* a field the dialect does not have */
    ISO8583_REASON_LENGTH_DIGIT,  /* a length that is not made of digits */
    ISO8583_REASON_LENGTH,        /* shorter or longer than the field may be */
    ISO8583_REASON_CHARACTER,     /* a character the field may not have */
    ISO8583_REASON_PAD,           /* padding that is not the dialect's */
    ISO8583_REASON_LAYOUT,        /* tags, lengths or parts that do not fill the value */
};

struct iso8583_fault {
    enum iso8583_reason reason;
    int field;     /* 0: header, MTI or bitmap */
    size_t offset; /* of the byte in the message; iso8583_encode: in the output */
};

struct iso8583_field {
    const uint8_t *data; /* the value; into the message, the scratch or the setter's memory */
    uint32_t size;
    uint32_t offset; /* decoded: of the field's first byte, its length included */
};

/* Open to read; to change it use the functions. 3 kB: fields that are absent are left untouched. */
struct iso8583_message {
    struct iso8583_view raw;    /* decoded: the whole message */
    struct iso8583_view header; /* empty on encode: zeros, with the sizes filled in */
    char mti[5];
    uint64_t present[3]; /* bit 63 of [0] = field 1 */
    struct iso8583_field fields[ISO8583_FIELD_MAX + 1];
};

void iso8583_clear(struct iso8583_message *message);
bool iso8583_has(const struct iso8583_message *message, int field);
/* Data is NULL when the field is absent. */
struct iso8583_view iso8583_get(const struct iso8583_message *message, int field);
/* The value is not copied: it must live as long as the message is used. Fields 2 to 192. */
void iso8583_set(struct iso8583_message *message, int field, const void *data, size_t size);
void iso8583_remove(struct iso8583_message *message, int field);

/*
 * `bytes` is one message with its header, without length prefix. `scratch` takes values that are
 * not ASCII on the wire: ISO8583_SCRATCH_SIZE bytes, or nothing for a dialect that is all ASCII.
 * Both must live as long as the message is used. False: fault_out has the first fault, and
 * message_out holds the fields before it.
 */
ISO8583_MUST_CHECK bool iso8583_decode(const struct iso8583_dialect *dialect,
                                       struct iso8583_view bytes,
                                       uint8_t *scratch,
                                       size_t scratch_size,
                                       struct iso8583_message *message_out,
                                       struct iso8583_fault *fault_out);

/* Bitmaps come from the fields set; nothing is padded or cut to fit. */
ISO8583_MUST_CHECK bool iso8583_encode(const struct iso8583_dialect *dialect,
                                       const struct iso8583_message *message,
                                       uint8_t *buffer,
                                       size_t capacity,
                                       size_t *size_out,
                                       struct iso8583_fault *fault_out);

/* ---- inside a field ---- */

/* Part `index` (from 0) of a field with ISO8583_PARTS; data is NULL when it is not there. */
struct iso8583_view iso8583_part(const struct iso8583_dialect *dialect,
                                 const struct iso8583_message *message,
                                 int field,
                                 int index);

struct iso8583_tlv {
    struct iso8583_view tag;
    struct iso8583_view value;
};

enum iso8583_step {
    ISO8583_STEP_OK,
    ISO8583_STEP_END,
    ISO8583_STEP_BAD, /* *at is where */
};

/*
 * The next element of a value of layout ISO8583_BER_TLV or ISO8583_TAGS; *at starts at 0. A
 * constructed BER value is walked by a walk of its own.
 */
enum iso8583_step iso8583_tlv_next(const struct iso8583_rule *rule,
                                   struct iso8583_view value,
                                   size_t *at,
                                   struct iso8583_tlv *tlv_out);
/* Adds one element to buffer[*size]; false, and nothing added, when it does not fit or is
 * malformed. */
ISO8583_MUST_CHECK bool iso8583_tlv_add(const struct iso8583_rule *rule,
                                        const struct iso8583_tlv *tlv,
                                        uint8_t *buffer,
                                        size_t capacity,
                                        size_t *size);

/* ---- streams ---- */

enum iso8583_frame {
    ISO8583_FRAME_MORE,  /* all bytes taken, no complete frame yet */
    ISO8583_FRAME_READY, /* may be empty: an idle message */
    ISO8583_FRAME_BAD,   /* the stream cannot be followed any more; close it */
};

struct iso8583_framer {
    struct iso8583_prefix prefix;
    uint8_t *buffer;
    size_t capacity; /* the largest frame taken */
    size_t size;
    size_t body_size;
    uint8_t prefix_bytes[4];
    uint8_t prefix_taken;
    bool has_failed;
};

void iso8583_framer_start(struct iso8583_framer *framer,
                          const struct iso8583_prefix *prefix,
                          uint8_t *buffer,
                          size_t capacity);
/*
 * Takes bytes up to the end of one frame; *used_out says how many. frame_out is valid until the
 * next call.
 */
enum iso8583_frame iso8583_framer_feed(struct iso8583_framer *framer,
                                       struct iso8583_view bytes,
                                       size_t *used_out,
                                       struct iso8583_view *frame_out);
/* The prefix of a frame of `size` bytes; false when it does not fit the prefix or the buffer. */
ISO8583_MUST_CHECK bool iso8583_prefix_write(const struct iso8583_prefix *prefix,
                                             size_t size,
                                             uint8_t *buffer,
                                             size_t capacity);

/* ---- people ---- */

const char *iso8583_reason_text(enum iso8583_reason reason);

/*
 * One line per field with sensitive values masked and, when `fault` is not NULL, its place with the
 * bytes around it and a caret. NUL-terminated, cut at `capacity` (> 0). Returns the length.
 */
size_t iso8583_describe(const struct iso8583_dialect *dialect,
                        const struct iso8583_message *message,
                        const struct iso8583_fault *fault,
                        char *text_out,
                        size_t capacity);

/*
 * The value as people may see it: masked as the rule says, a binary one in hexadecimal, bytes that
 * are not printable ASCII as \xNN. NUL-terminated, cut at `capacity` (> 0). Returns the length.
 */
size_t iso8583_show(const struct iso8583_rule *rule,
                    struct iso8583_view value,
                    char *text_out,
                    size_t capacity);

/*
 * Makes `bytes`, a copy of message->raw, fit to be shown: in masked fields and the codes of fields
 * 64 and 128 digits become 0, letters X and bytes zero (tags, lengths, separators and padding
 * stay), and so do card numbers of masked fields wherever else they stand. Every other byte stays.
 * With a fault all fields are treated so, and what was not read because of it becomes zeros.
 */
void iso8583_redact(const struct iso8583_dialect *dialect,
                    const struct iso8583_message *message,
                    const struct iso8583_fault *fault,
                    uint8_t *bytes);

struct iso8583_score {
    const struct iso8583_dialect *dialect;
    size_t frame_count;   /* found by the dialect's prefix; 1 when read as one bare message */
    size_t decoded_count; /* without fault */
    bool is_framed;
    uint32_t permille;          /* of the capture's bytes that the dialect explains */
    struct iso8583_fault fault; /* the first */
};

/*
 * Which dialect is this capture written in? Fills `count` scores, best first. `scratch` as for
 * iso8583_decode of the whole capture.
 */
void iso8583_doctor(const struct iso8583_dialect *const *dialects,
                    size_t count,
                    struct iso8583_view capture,
                    uint8_t *scratch,
                    size_t scratch_size,
                    struct iso8583_score *scores_out);

#ifdef __cplusplus
}
#endif
