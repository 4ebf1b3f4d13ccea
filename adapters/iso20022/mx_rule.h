#pragma once
/*
 * The messages as tables, one row for each element that is needed: where it stands in the document,
 * what it may hold, where it goes. Reader and writer follow the same rows, so rows stand in the
 * order of the schema, and rows of one element stand together.
 */
#include <stddef.h>

#include "adapters/iso20022/iso20022.h"

enum mx_kind {
    MX_TEXT,  /* any characters, at most length_max of them */
    MX_LINES, /* a text element that is repeated: lines separated by '\n' */
    MX_CODE,  /* visible ASCII */
    MX_BIC,   /* ISO 9362 */
    MX_IBAN,  /* ISO 13616 */
    MX_UETR,  /* UUID version 4 in small letters */
    MX_COUNTRY,
    MX_WORD,     /* one of `words`, into an enum from 1 */
    MX_FLAG,     /* true or false, into bool; false is not written */
    MX_ANSWER,   /* true or false, into enum iso20022_answer */
    MX_NUMBER,   /* 1 to 10^length_max - 1, into int64_t */
    MX_DATE,     /* into date_days */
    MX_DAY,      /* a date and time, its day in Beijing into date_days */
    MX_TIME,     /* into instant_us */
    MX_CURRENCY, /* into enum currency */
    MX_AMOUNT,   /* with Ccy >= 0, into struct money */
    MX_PAYMENT,  /* the same, > 0 */
    MX_LIST,     /* a record for each element, into an array */
};

enum mx_flag {
    MX_REQUIRED = 1,
    MX_OR_NEXT = 2,    /* this row or the next, never both; with MX_REQUIRED one of them */
    MX_READ_ONLY = 4,  /* another form of its neighbour, read but not written */
    MX_FIRST = 8,      /* may be repeated, the first counts */
    MX_EXTENSION = 16, /* not in cips.111.001.01 */
};

struct mx_row {
    const char *path; /* from the record's element, e.g. "PmtId/EndToEndId" */
    enum mx_kind kind;
    unsigned flags;
    size_t length_max; /* of texts in characters, of lists in elements */
    size_t offset;
    size_t count_offset; /* of lists */
    const char *const *words;
    const struct mx_record *child; /* of lists */
};

struct mx_record {
    const struct mx_row *rows; /* at most 64 */
    size_t row_count;
    size_t size;
    /* What holds between the values; false: the fault's code, element and detail are filled. */
    bool (*check)(const void *record, struct xml_fault *fault_out);
};

struct mx_namespace {
    const char *uri;
    enum iso20022_type type;
    int version;
};

#define MX_HEADER_URI  "urn:iso:std:iso:20022:tech:xsd:head.001.001.02"
#define MX_HEADER_NAME "AppHdr"
#define MX_ROOT_NAME   "Document"
/* Around header and document, as SWIFT's samples have it. */
#define MX_ENVELOPE_NAME "RequestPayload"

/* NULL when the namespace is not listed; *is_family_out: another version of it is. */
const struct mx_namespace *mx_namespace_find(const char *uri, bool *is_family_out);
/* The namespace written; `type` is one of the messages. */
const struct mx_namespace *mx_namespace_of(enum iso20022_type type);
/* "pacs.008.001.08" of its namespace. */
const char *mx_namespace_name(const struct mx_namespace *space);
const struct mx_record *mx_document_of(enum iso20022_type type);
bool mx_is_header(const char *uri);
bool mx_is_envelope(const char *name);
/* Does the row belong to messages of this type? */
bool mx_row_applies(const struct mx_row *row, enum iso20022_type type);
/* The name of the row's own element. */
const char *mx_row_element(const struct mx_row *row);
/* What is required is there and of alternatives only one; bit i of `given` is row i. */
MUST_CHECK bool
mx_given_check(const struct mx_record *record, uint64_t given, struct xml_fault *fault_out);

extern const struct mx_record mx_header;
extern const struct mx_record mx_pacs_008;
extern const struct mx_record mx_pacs_009;
extern const struct mx_record mx_pacs_002;
extern const struct mx_record mx_pacs_004;
extern const struct mx_record mx_pacs_028;
extern const struct mx_record mx_camt_056;
extern const struct mx_record mx_camt_029;
extern const struct mx_record mx_camt_053;
extern const struct mx_record mx_camt_054;

extern const char *const mx_settlement_words[];
extern const char *const mx_bearer_words[];
extern const char *const mx_status_words[];
extern const char *const mx_confirmation_words[];
extern const char *const mx_recall_words[];
extern const char *const mx_side_words[];
extern const char *const mx_entry_words[];

/* Fills the fault; always false. */
bool mx_refuse(struct xml_fault *fault, const char *code, const char *element, const char *detail);
bool mx_is_absent(const char *text);
