#pragma once
/*
 * The message types as tables: which elements make a record, in the order of the schema, where each
 * value goes, what it may be. Reading and writing follow the same tables. A new message type is a
 * new table in ceb_rule.c and a struct in ceb.h.
 */
#include <stddef.h>

#include "adapters/customs/ceb.h"

enum ceb_kind {
    CEB_KIND_TEXT,     /* any characters, counted as characters */
    CEB_KIND_NOTE,     /* the same, read at any length, as a copy: the member is a const char * */
    CEB_KIND_CUT,      /* any characters, as many as length_max says; the rest is not kept */
    CEB_KIND_CODE,     /* visible ASCII */
    CEB_KIND_DIGITS,   /* 0-9 */
    CEB_KIND_TIME,     /* YYYYMMDDhhmmss or YYYYMMDDhhmmssSSS, kept as text */
    CEB_KIND_DATE,     /* YYYYMMDD into date_days */
    CEB_KIND_DECIMAL,  /* N19,5 >= 0 into int64_t of 10^-5 */
    CEB_KIND_NUMBER,   /* whole number >= 1 into int64_t */
    CEB_KIND_FIXED,    /* nothing but `constant` is accepted, and it is written */
    CEB_KIND_STANDARD, /* anything is accepted and nothing kept; `constant` is written */
};

enum ceb_presence {
    CEB_REQUIRED,
    CEB_OPTIONAL, /* left out when empty or 0 */
    CEB_EXPECTED, /* the schema requires it, we do not: read as optional, written as required */
};

enum ceb_privacy {
    CEB_PLAIN,
    CEB_PERSONAL, /* masked wherever it is shown */
};

struct ceb_field_rule {
    const char *element;
    enum ceb_kind kind;
    enum ceb_presence presence;
    enum ceb_privacy privacy;
    size_t length_min; /* characters after trimming; an empty value counts as absent */
    size_t length_max;
    size_t offset;
    size_t size; /* of the member, for texts with its NUL */
    const char *constant;
};

struct ceb_record_rule {
    const char *element;
    const struct ceb_field_rule *fields; /* at most 64 */
    size_t field_count;
};

enum ceb_sender {
    CEB_FROM_CUSTOMS,
    CEB_FROM_COMPANY, /* with BaseTransfer behind the nodes */
};

struct ceb_message_rule {
    enum ceb_type type;
    enum ceb_sender sender;
    const char *root;
    const char *node;
    size_t node_count_max;
    size_t node_size;
    struct ceb_record_rule head; /* element NULL: the fields sit in the node itself */
    struct ceb_record_rule line; /* element NULL: no lines */
    size_t line_size;
    size_t lines_offset;
    size_t line_count_offset;
};

#define CEB_NAMESPACE "http://www.chinaport.gov.cn/ceb"

struct ceb_lines {
    const char *items;
    size_t count;
};

/* Of a node; none when the type has no lines. */
struct ceb_lines ceb_rule_lines(const struct ceb_message_rule *rule, const char *node);

/* NULL when the root element is of no message known here. */
const struct ceb_message_rule *ceb_rule_find(const char *root);
/* Of a type of enum ceb_type. */
const struct ceb_message_rule *ceb_rule_of(enum ceb_type type);
