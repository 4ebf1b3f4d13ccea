#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/iso8583/iso8583_dialect.h"

/* The file as libcyaml reads it. Enums are one more than ours: 0 means that the key is absent. */
struct part_text {
    char *name;
    char *type;
};

struct header_text {
    char *name;
    int encoding;
    int role;
    uint8_t size;
};

struct field_text {
    uint16_t number;
    char *name;
    char *type;
    int encoding;
    int length_encoding;
    int unit;
    int align;
    int mask;
    int layout;
    uint8_t *pad;
    uint16_t min;
    uint8_t tag_size;
    uint8_t length_size;
    struct part_text *parts;
    unsigned parts_count;
};

struct defaults_text {
    int digits;
    int text;
    int binary;
    int length_encoding;
    int unit;
    int align;
    uint8_t pad;
};

struct prefix_text {
    uint8_t size;
    int encoding;
    int unit;
    int counts;
};

struct dialect_text {
    char *name;
    char *source;
    struct prefix_text prefix;
    struct header_text *header;
    unsigned header_count;
    int mti_encoding;
    char *mti_version;
    int bitmap_encoding;
    int tertiary;
    struct defaults_text defaults;
    struct field_text *fields;
    unsigned fields_count;
};

#define WORD(text, value)                                                                          \
    {                                                                                              \
        text, (value) + 1                                                                          \
    }

static const cyaml_strval_t encodings[] = {
    WORD("ascii", ISO8583_ASCII),
    WORD("bcd", ISO8583_BCD),
    WORD("binary", ISO8583_BINARY),
    WORD("ebcdic", ISO8583_EBCDIC),
};
static const cyaml_strval_t units[] = {
    WORD("characters", ISO8583_CHARACTERS),
    WORD("bytes", ISO8583_BYTES),
    WORD("nibbles", ISO8583_NIBBLES),
};
static const cyaml_strval_t aligns[] = {
    WORD("left", ISO8583_LEFT),
    WORD("right", ISO8583_RIGHT),
};
static const cyaml_strval_t masks[] = {
    WORD("pan", ISO8583_MASK_PAN),
    WORD("tail", ISO8583_MASK_TAIL),
    WORD("all", ISO8583_MASK_ALL),
};
static const cyaml_strval_t layouts[] = {
    WORD("parts", ISO8583_PARTS),
    WORD("ber-tlv", ISO8583_BER_TLV),
    WORD("tags", ISO8583_TAGS),
};
static const cyaml_strval_t roles[] = {
    WORD("header-size", ISO8583_HEADER_SIZE),
    WORD("total-size", ISO8583_HEADER_TOTAL),
};
static const cyaml_strval_t counts[] = {
    WORD("exclusive", ISO8583_EXCLUSIVE),
    WORD("inclusive", ISO8583_INCLUSIVE),
};
static const cyaml_strval_t tertiaries[] = {
    WORD("none", ISO8583_TERTIARY_NONE),
    WORD("adjacent", ISO8583_TERTIARY_ADJACENT),
    WORD("in-field-65", ISO8583_TERTIARY_IN_FIELD_65),
};

#define ENUM(key, type, member, words, flags)                                                      \
    CYAML_FIELD_ENUM(key, flags, struct type, member, words, CYAML_ARRAY_LEN(words))
#define TEXT(key, type, member, flags)                                                             \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (flags), struct type, member, 1, 400)
#define UINT(key, type, member, flags) CYAML_FIELD_UINT(key, flags, struct type, member)
#define OPTIONAL                       CYAML_FLAG_OPTIONAL
#define REQUIRED                       CYAML_FLAG_DEFAULT

static const cyaml_schema_field_t part_keys[] = {
    TEXT("name", part_text, name, REQUIRED),
    TEXT("type", part_text, type, REQUIRED),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t part_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct part_text, part_keys),
};

static const cyaml_schema_field_t header_keys[] = {
    TEXT("name", header_text, name, REQUIRED),
    UINT("size", header_text, size, REQUIRED),
    ENUM("encoding", header_text, encoding, encodings, REQUIRED),
    ENUM("role", header_text, role, roles, OPTIONAL),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t header_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct header_text, header_keys),
};

static const cyaml_schema_field_t field_keys[] = {
    UINT("field", field_text, number, REQUIRED),
    TEXT("name", field_text, name, REQUIRED),
    TEXT("type", field_text, type, REQUIRED),
    ENUM("encoding", field_text, encoding, encodings, OPTIONAL),
    ENUM("length", field_text, length_encoding, encodings, OPTIONAL),
    ENUM("unit", field_text, unit, units, OPTIONAL),
    ENUM("align", field_text, align, aligns, OPTIONAL),
    ENUM("mask", field_text, mask, masks, OPTIONAL),
    ENUM("layout", field_text, layout, layouts, OPTIONAL),
    CYAML_FIELD_UINT_PTR("pad", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct field_text, pad),
    UINT("min", field_text, min, OPTIONAL),
    UINT("tag_size", field_text, tag_size, OPTIONAL),
    UINT("length_size", field_text, length_size, OPTIONAL),
    CYAML_FIELD_SEQUENCE("parts",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct field_text,
                         parts,
                         &part_value,
                         0,
                         ISO8583_PART_COUNT_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t field_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct field_text, field_keys),
};

static const cyaml_schema_field_t defaults_keys[] = {
    ENUM("digits", defaults_text, digits, encodings, REQUIRED),
    ENUM("text", defaults_text, text, encodings, REQUIRED),
    ENUM("binary", defaults_text, binary, encodings, REQUIRED),
    ENUM("length", defaults_text, length_encoding, encodings, REQUIRED),
    ENUM("unit", defaults_text, unit, units, REQUIRED),
    ENUM("align", defaults_text, align, aligns, OPTIONAL),
    UINT("pad", defaults_text, pad, OPTIONAL),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t prefix_keys[] = {
    UINT("size", prefix_text, size, REQUIRED),
    ENUM("encoding", prefix_text, encoding, encodings, REQUIRED),
    ENUM("unit", prefix_text, unit, units, REQUIRED),
    ENUM("counts", prefix_text, counts, counts, REQUIRED),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t dialect_keys[] = {
    TEXT("name", dialect_text, name, REQUIRED),
    TEXT("source", dialect_text, source, REQUIRED),
    CYAML_FIELD_MAPPING("prefix", OPTIONAL, struct dialect_text, prefix, prefix_keys),
    CYAML_FIELD_SEQUENCE("header",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct dialect_text,
                         header,
                         &header_value,
                         0,
                         ISO8583_HEADER_PART_COUNT_MAX),
    ENUM("mti", dialect_text, mti_encoding, encodings, REQUIRED),
    TEXT("mti_version", dialect_text, mti_version, OPTIONAL),
    ENUM("bitmap", dialect_text, bitmap_encoding, encodings, REQUIRED),
    ENUM("tertiary", dialect_text, tertiary, tertiaries, OPTIONAL),
    CYAML_FIELD_MAPPING("defaults", REQUIRED, struct dialect_text, defaults, defaults_keys),
    CYAML_FIELD_SEQUENCE("fields",
                         CYAML_FLAG_POINTER,
                         struct dialect_text,
                         fields,
                         &field_value,
                         1,
                         ISO8583_FIELD_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t dialect_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct dialect_text, dialect_keys),
};

struct loader {
    struct iso8583_dialect *dialect;
    char *problem;
};

static __attribute__((format(printf, 2, 3))) bool
loader_fail(struct loader *loader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(loader->problem, ISO8583_PROBLEM_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

static bool name_copy(struct loader *loader, const char *name, char name_out[ISO8583_NAME_SIZE])
{
    size_t size = strlen(name);
    if (size >= ISO8583_NAME_SIZE) {
        return loader_fail(loader, "a name longer than %d: %s", ISO8583_NAME_SIZE - 1, name);
    }
    memcpy(name_out, name, size + 1);
    return true;
}

struct kind_word {
    const char *word;
    enum iso8583_kind kind;
};

static const struct kind_word kind_words[] = {
    {"a",    ISO8583_KIND_A     },
    {"n",    ISO8583_KIND_N     },
    {"an",   ISO8583_KIND_AN    },
    {"anp",  ISO8583_KIND_ANP   },
    {"ns",   ISO8583_KIND_NS    },
    {"ans",  ISO8583_KIND_ANS   },
    {"text", ISO8583_KIND_TEXT  },
    {"z",    ISO8583_KIND_TRACK },
    {"x+n",  ISO8583_KIND_SIGNED},
    {"b",    ISO8583_KIND_BINARY},
};

struct type {
    enum iso8583_kind kind;
    uint8_t length_digits;
    uint16_t length;
};

/* The notation of the standard: "n6", "n..19" (two length digits), "ans...999", "b8" (bytes). */
static bool type_parse(const char *text, struct type *type_out)
{
    size_t word_size = strcspn(text, ".0123456789");
    size_t dot_count = strspn(text + word_size, ".");
    const char *number = text + word_size + dot_count;
    size_t digit_count = strspn(number, "0123456789");
    *type_out = (struct type){ISO8583_KIND_NONE, (uint8_t)dot_count, 0};
    for (size_t i = 0; i < sizeof kind_words / sizeof kind_words[0]; i++) {
        const char *word = kind_words[i].word;
        if (strlen(word) == word_size && memcmp(word, text, word_size) == 0) {
            type_out->kind = kind_words[i].kind;
        }
    }
    if (number[digit_count] != '\0' || digit_count > 4 || dot_count > 4 || dot_count == 1) {
        return false;
    }
    for (size_t i = 0; i < digit_count; i++) {
        type_out->length = (uint16_t)(type_out->length * 10 + (number[i] - '0'));
    }
    if (type_out->kind == ISO8583_KIND_SIGNED) {
        type_out->length++;
    }
    return type_out->kind != ISO8583_KIND_NONE;
}

static int chosen(int own, int inherited)
{
    return (own != 0 ? own : inherited) - 1;
}

static int inherited_encoding(const struct defaults_text *defaults, enum iso8583_kind kind)
{
    if (kind == ISO8583_KIND_BINARY) {
        return defaults->binary;
    }
    bool is_digits =
        kind == ISO8583_KIND_N || kind == ISO8583_KIND_TRACK || kind == ISO8583_KIND_SIGNED;
    return is_digits ? defaults->digits : defaults->text;
}

static bool
parts_read(struct loader *loader, const struct field_text *text, struct iso8583_rule *rule)
{
    struct iso8583_dialect *dialect = loader->dialect;
    rule->part_first = dialect->part_count;
    rule->part_count = (uint8_t)text->parts_count;
    if (text->parts_count > ISO8583_PART_COUNT_MAX - (unsigned)dialect->part_count) {
        return loader_fail(loader, "more than %d parts", ISO8583_PART_COUNT_MAX);
    }
    for (unsigned i = 0; i < text->parts_count; i++) {
        struct iso8583_part *part = &dialect->parts[dialect->part_count++];
        struct type type;
        if (!name_copy(loader, text->parts[i].name, part->name)) {
            return false;
        }
        if (!type_parse(text->parts[i].type, &type) || type.length_digits != 0) {
            return loader_fail(loader, "field %u: not a part: %s", text->number, part->name);
        }
        part->kind = type.kind;
        part->length = type.length;
    }
    return true;
}

static bool field_read(struct loader *loader,
                       const struct defaults_text *defaults,
                       const struct field_text *text)
{
    struct type type;
    if (text->number < 2 || text->number > ISO8583_FIELD_MAX) {
        return loader_fail(loader, "no field %u", text->number);
    }
    struct iso8583_rule *rule = &loader->dialect->fields[text->number];
    if (rule->kind != ISO8583_KIND_NONE) {
        return loader_fail(loader, "field %u is given twice", text->number);
    }
    if (!type_parse(text->type, &type)) {
        return loader_fail(loader, "field %u: not a type: %s", text->number, text->type);
    }
    *rule = (struct iso8583_rule){
        .kind = type.kind,
        .encoding =
            (enum iso8583_encoding)chosen(text->encoding, inherited_encoding(defaults, type.kind)),
        .length_encoding =
            (enum iso8583_encoding)chosen(text->length_encoding, defaults->length_encoding),
        .length_unit = (enum iso8583_unit)chosen(text->unit, defaults->unit),
        .align =
            (enum iso8583_align)chosen(text->align, defaults->align == 0 ? 1 : defaults->align),
        .layout = (enum iso8583_layout)chosen(text->layout, ISO8583_PLAIN + 1),
        .mask = (enum iso8583_mask)chosen(text->mask, ISO8583_MASK_NONE + 1),
        .length_digits = type.length_digits,
        .pad = text->pad != NULL ? *text->pad : defaults->pad,
        .tag_size = text->tag_size,
        .length_size = text->length_size,
        .length_min = text->min,
        .length_max = type.length,
    };
    return name_copy(loader, text->name, loader->dialect->names[text->number]) &&
           parts_read(loader, text, rule);
}

static bool header_read(struct loader *loader, const struct dialect_text *text)
{
    struct iso8583_dialect *dialect = loader->dialect;
    for (unsigned i = 0; i < text->header_count; i++) {
        struct iso8583_header_part *part = &dialect->header_parts[dialect->header_part_count++];
        const struct header_text *from = &text->header[i];
        part->encoding = (enum iso8583_encoding)(from->encoding - 1);
        part->role = (enum iso8583_header_role)chosen(from->role, ISO8583_HEADER_PLAIN + 1);
        part->size = from->size;
        if (!name_copy(loader, from->name, part->name)) {
            return false;
        }
    }
    return true;
}

static bool dialect_read(struct loader *loader, const struct dialect_text *text)
{
    struct iso8583_dialect *dialect = loader->dialect;
    const char *version = text->mti_version == NULL ? "" : text->mti_version;
    *dialect = (struct iso8583_dialect){
        .prefix = {.size = text->prefix.size,
                   .encoding = (enum iso8583_encoding)chosen(text->prefix.encoding, 1),
                   .unit = (enum iso8583_unit)chosen(text->prefix.unit, ISO8583_BYTES + 1),
                   .counts = (enum iso8583_prefix_counts)chosen(text->prefix.counts, 1)},
        .mti_encoding = (enum iso8583_encoding)(text->mti_encoding - 1),
        .mti_version = version[0],
        .bitmap_encoding = (enum iso8583_encoding)(text->bitmap_encoding - 1),
        .tertiary = (enum iso8583_tertiary)chosen(text->tertiary, ISO8583_TERTIARY_NONE + 1),
    };
    if (version[0] != '\0' && version[1] != '\0') {
        return loader_fail(loader, "mti_version is one digit");
    }
    if (!name_copy(loader, text->name, dialect->name) || !header_read(loader, text)) {
        return false;
    }
    for (unsigned i = 0; i < text->fields_count; i++) {
        if (!field_read(loader, &text->defaults, &text->fields[i])) {
            return false;
        }
    }
    int field;
    const char *problem;
    if (!iso8583_dialect_check(dialect, &field, &problem)) {
        return loader_fail(loader, "field %d: %s", field, problem);
    }
    return true;
}

/* libcyaml tells line and key through its log only; the first line is kept. */
static __attribute__((format(printf, 3, 0))) void
keep_first(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    char *problem = context;
    if (level >= CYAML_LOG_ERROR && problem[0] == '\0') {
        vsnprintf(problem, ISO8583_PROBLEM_SIZE, format, arguments);
        problem[strcspn(problem, "\n")] = '\0';
    }
}

bool iso8583_dialect_load(const char *path,
                          struct iso8583_dialect *dialect_out,
                          char problem_out[ISO8583_PROBLEM_SIZE])
{
    const cyaml_config_t config = {
        .log_fn = keep_first,
        .log_ctx = problem_out,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    struct loader loader = {dialect_out, problem_out};
    struct dialect_text *text = NULL;
    problem_out[0] = '\0';
    cyaml_err_t result =
        cyaml_load_file(path, &config, &dialect_value, (cyaml_data_t **)&text, NULL);
    if (result != CYAML_OK) {
        if (problem_out[0] == '\0') {
            (void)loader_fail(&loader, "%s: %s", path, cyaml_strerror(result));
        }
        return false;
    }
    bool is_read = dialect_read(&loader, text);
    cyaml_free(&config, &dialect_value, text, 0);
    return is_read;
}
