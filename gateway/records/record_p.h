#pragma once
/* What the files of this folder share and nobody else sees. */
#include "gateway/records/medium.h"
#include "gateway/records/record.h"

enum {
    RECORD_FIELD_COUNT_MAX = 128,
    RECORD_PERSONAL_SIZE_MAX = 1024,  /* one personal text */
    RECORD_INPUT_SIZE_MAX = 16 << 20, /* callers bound it further */
    RECORD_KEY_SIZE_MAX = 63,         /* a name with what is around it */
    RECORD_MEDIA_COUNT = MEDIA_CBOR + 1,
    RECORD_SEAL_NAME_SIZE = 160, /* "record.field", authenticated with a sealed value */
};

/* What every reader of JSON sees as the same number. */
#define RECORD_INTEGER_MAX ((INT64_C(1) << 53) - 1)

/* The forms of one record. Those who send and those who store want different fields. */
enum record_form {
    FORM_MASKED, /* no secrets, personal fields masked */
    FORM_CLEAR,  /* no secrets */
    FORM_WHOLE,  /* everything; read with all checks */
    FORM_SEALED, /* no secrets, personal fields as sealed bytes: command bodies */
    FORM_ROW,    /* everything, personal fields as "v1:" text: jsonb of documents */
};

/* A field's name as a medium writes it in front of the value. */
struct made_key {
    uint8_t size;
    uint8_t data[RECORD_KEY_SIZE_MAX];
};

/* What is worked out once per record and kept. */
struct record_layout {
    const struct record *record;
    struct record_layout *next;
    uint8_t cbor_order[RECORD_FIELD_COUNT_MAX]; /* field indexes as RFC 8949 §4.2.1 sorts keys */
    struct made_key *keys[RECORD_MEDIA_COUNT];  /* of each field */
    struct document_kind kind;
};

/* Thread-safe; asserts that the table makes sense when it is seen for the first time. */
const struct record_layout *record_layout(const struct record *record);

bool field_is_present(const struct field *field, const void *data);
/* A number that is demanded may be zero: it is there when it was said. */
bool field_may_be_zero(const struct field *field);
const struct name *name_by_text(const struct name *names, struct bytes text);
/* The text a FIELD_LOOKUP field is made from; NULL when the table is wrong. */
const struct field *lookup_source(const struct record *record, const struct field *field);
void record_seal_name(const struct record *record,
                      const struct field *field,
                      char name_out[RECORD_SEAL_NAME_SIZE]);

/* --- the walks: a field of `data`; a whole record is the value of record_root --- */

struct field record_root(const struct record *record);

struct record_reading {
    struct source *source;
    struct arena *arena;
    enum record_form form;
    struct vault *vault;
    const struct record *record; /* the one being read */
    struct record_fault *fault;
    size_t pointer_size;
};

MUST_CHECK bool
record_read_value(struct record_reading *reading, const struct field *field, void *data);
MUST_CHECK bool record_refuse(struct record_reading *reading, const char *code, const char *detail);

struct record_writing {
    struct sink sink;
    enum record_form form;
    struct vault *vault;
    const struct record *record;
};

void record_write_value(struct record_writing *writing,
                        const struct field *field,
                        const void *data);

/* Writes into `space`, then into ever larger blocks: *owned_out is the last one, to be freed, or
 * NULL. writing->sink.media says which medium. */
struct writer record_write_grown(struct record_writing *writing,
                                 const struct field *value,
                                 const void *data,
                                 struct writer space,
                                 void **owned_out);

/* The field we are in, as a JSON pointer of the fault; what to give back to record_pop. */
size_t record_push(struct record_reading *reading, const char *name, size_t size);
size_t record_push_index(struct record_reading *reading, size_t index);
void record_pop(struct record_reading *reading, size_t before);

/* --- checks of one value, made on FORM_WHOLE only --- */

MUST_CHECK bool
validate_text(struct record_reading *reading, const struct field *field, struct bytes text);
MUST_CHECK bool
validate_number(struct record_reading *reading, const struct field *field, int64_t value);
/* The names a field takes, as a refusal. */
MUST_CHECK bool validate_refuse_name(struct record_reading *reading, const struct field *field);

/* Opens, reads, closes. `value` of `data_out`, which the caller zeroed. */
MUST_CHECK bool record_read_bytes(struct record_reading *reading,
                                  enum media media,
                                  struct bytes input,
                                  const struct field *value,
                                  void *data_out);
