#pragma once
/*
 * One description per record. Commands, documents and answers are plain C structs, each described
 * once by a static table. From the table come the JSON and CBOR codecs, the SQL columns, the
 * validation with the failing field's path, masking, encryption of personal fields, and the OpenAPI
 * and CDDL documents.
 *
 * Zeroed memory means "absent": "" for text, 0 for numbers, dates and instants, CURRENCY_NONE for
 * money, an empty list. Absent fields are left out, never null; but a FIELD_REQUIRED integer,
 * boolean or decimal is always written and may be 0 or false, as long as it is said. Wire forms:
 *
 *   field            C                     JSON                      CBOR (RFC 8949 §4.2)   SQL
 *   FIELD_TEXT       char[size]            "text"                    tstr                   text
 *   FIELD_ENUM       int32_t               "name"                    tstr                   text
 *   FIELD_SET        uint32_t bits         ["name", …]               [tstr …] in bit order  text,
 * names joined by "," FIELD_INTEGER    int64_t               123                       int bigint
 *   FIELD_BOOLEAN    bool                  true                      bool                   boolean
 *   FIELD_MONEY      struct money          {"currency":"CNY","value":"69.18"}
 *                                                                    {"value": 4([-2, 6918]),
 * "currency": "CNY"} <name> bigint, <name>_currency text FIELD_DECIMAL    int64_t, scaled "7.0850"
 * 4([-scale, n])         bigint (scaled) FIELD_DATE       date_days             "2026-11-23" tag
 * 1004 tstr          date FIELD_INSTANT    instant_us            RFC 3339 UTC              tag 0
 * tstr             timestamptz FIELD_BYTES      struct bytes          base64url without padding
 * bstr                   bytea FIELD_RECORD     nested struct         {…}                       {…}
 * jsonb FIELD_LIST       struct list           […]                       […] jsonb
 *
 * Integers stay within ±(2^53 - 1) in both media, so that every reader of JSON sees the same
 * number. Personal fields (FIELD_PERSONAL) are text only; in SQL and in stored command bodies they
 * are bytea sealed by gateway/records/vault.h (inside jsonb: "v1:" and base64url), and masked in
 * every output unless asked otherwise. Secret fields are in no output and no stored command body; a
 * document stores them, as what the rule made of them.
 *
 * Input is refused beyond 16 MiB, 16 levels of nesting, and what the table allows. Text is visible
 * UTF-8: no controls, no direction overrides. All functions are thread-safe.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/money.h"
#include "ledger/journal/batch.h"

struct vault;
struct row_view;

enum field_type {
    FIELD_TEXT,
    FIELD_ENUM,
    FIELD_SET,
    FIELD_INTEGER,
    FIELD_BOOLEAN,
    FIELD_MONEY,
    FIELD_DECIMAL,
    FIELD_DATE,
    FIELD_INSTANT,
    FIELD_BYTES,
    FIELD_RECORD,
    FIELD_LIST,
};

enum {
    RECORD_LOOKUP_SIZE = 44 /* base64url of 32 bytes, and a NUL */
};

enum field_flags {
    FIELD_REQUIRED = 1, /* must be present and not empty */
    FIELD_PERSONAL = 2, /* ID numbers, phones, names, addresses: encrypted at rest, masked */
    FIELD_SECRET = 4,   /* never shown, stored only as what the rule makes of it */
    FIELD_KEY = 8,      /* document key; not a column, it is `key` */
    FIELD_CODE = 16,    /* text of A-Z a-z 0-9 . _ : / - only */
    FIELD_INDEX = 32,   /* listed and filtered by: gets an index (name, key) */
    FIELD_PREFIX = 64, /* filtered by as well; the key begins with it and a slash: needs no index */
    FIELD_LOOKUP = 128, /* char[RECORD_LOOKUP_SIZE]: made by record_look_up, never told from outside
                           and never shown */
};

struct name {
    int32_t value;
    const char *text;
    const char *meaning;
};

/* NULL when no name has the value. */
const char *name_by_value(const struct name *names, int32_t value);

struct record;

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    size_t offset;
    size_t size;                 /* text: bytes with the NUL; list: items at most; bytes: at most */
    int64_t min;                 /* integer, money (minor units), decimal: min..max; */
    int64_t max;                 /*   both 0 = any; money without bounds: any sign */
    int scale;                   /* decimal */
    const struct name *names;    /* enum, set; ends with text == NULL; value 0 is absent, so not
                                  * among them; set: the bit itself (1, 2, 4, …), ascending */
    const struct record *record; /* record, list */
    const char *lookup_of;       /* FIELD_LOOKUP: the text field of this record it is made from */
    const char *meaning;         /* one line for the documents; the Chinese term where it helps */
};

struct record {
    const char *name; /* "guarantee_reserve" */
    const char *meaning;
    size_t size; /* sizeof the struct */
    const struct field *fields;
    size_t field_count;
};

/* Items lie one after another, record->size bytes each. */
struct list {
    void *items;
    size_t count;
};

enum media {
    MEDIA_JSON,
    MEDIA_CBOR,
};

/* Why bytes were refused: JSON pointer of the field ("/amount/value") and a stable code. */
struct record_fault {
    char pointer[128];
    const char *code; /* "malformed", "unknown_field", "missing", "too_long", "range", "charset",
                         "duplicate", "type", "not_deterministic", "too_deep", "too_large" */
    char detail[160]; /* one sentence for people; never quotes a personal or secret value */
};

/* Reads and validates. `data_out` has record->size bytes; lists and bytes go into `arena`.
 * False: `fault_out` says why and data_out is zeroed. */
MUST_CHECK bool record_read(const struct record *record,
                            enum media media,
                            struct bytes input,
                            struct arena *arena,
                            void *data_out,
                            struct record_fault *fault_out);

/* Whether record_read would take the record as record_write gives it, with the same pointer when
 * not; nothing is written, read or allocated. */
MUST_CHECK bool
record_check(const struct record *record, const void *data, struct record_fault *fault_out);

enum record_view {
    RECORD_MASKED, /* personal fields as "110***********0014" */
    RECORD_CLEAR,  /* for the party itself */
    RECORD_WHOLE,  /* secrets too: for a client that sends the record */
};

/* Sticky failure in the writer when it is full. CBOR is always deterministic; JSON has no blanks.
 */
void record_write(const struct record *record,
                  enum media media,
                  enum record_view view,
                  const void *data,
                  struct writer *writer);

/* Turns a CBOR item of the record into JSON or back (stored answers). */
MUST_CHECK bool record_translate(const struct record *record,
                                 struct bytes cbor,
                                 enum media media,
                                 struct arena *scratch,
                                 struct writer *writer);

/* Fills the FIELD_LOOKUP fields: a keyed hash by which one person is found again without the number
 * being read. Blanks, case and full-width forms do not count. "" of "". Before the body is sealed.
 */
void record_look_up(const struct record *record, struct vault *vault, void *data);

/* Stored form: deterministic CBOR with personal fields sealed by the vault; and back. */
void record_seal(const struct record *record,
                 struct vault *vault,
                 const void *data,
                 struct writer *writer);
MUST_CHECK bool record_unseal(const struct record *record,
                              struct vault *vault,
                              struct bytes sealed,
                              struct arena *arena,
                              void *data_out);

/* HMAC-SHA256 by the vault's key over type and whole deterministic CBOR: equal for JSON and CBOR.
 * `scratch` is given back as it was. */
void record_fingerprint(const struct record *record,
                        struct vault *vault,
                        const char *type,
                        const void *data,
                        struct arena *scratch,
                        uint8_t fingerprint_out[32]);

/* A deep copy in one malloc'd block (free it with free()), lists and bytes included. */
void *record_copy(const struct record *record, const void *data);
bool record_equal(const struct record *record, const void *a, const void *b);
/* The document key: text of the FIELD_KEY field. */
const char *record_key(const struct record *record, const void *data);

/* SQL: the kind of a document record (columns owned by the record module, made once at start). */
const struct document_kind *record_document_kind(const struct record *record);
void record_write_row(const struct record *record,
                      struct vault *vault,
                      const void *data,
                      struct row_writer *row);
/* Columns start at 2 (0 key, 1 version). */
MUST_CHECK bool record_read_row(const struct record *record,
                                struct vault *vault,
                                const struct row_view *row,
                                struct arena *arena,
                                void *data_out);
