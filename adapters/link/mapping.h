#pragma once
/*
 * Neutral words to fields: what we ask, what we answer. Bytes, codes and times only; nothing here
 * is sent or remembered. See conventions.md.
 */
#include "adapters/adapter.h"
#include "adapters/iso8583/iso8583.h"
#include "adapters/link/link_config.h"
#include "adapters/link/moment.h"

enum {
    MAPPING_TRACE_FIRST = 900001, /* 1 to 899999 are the ledger's */
    MAPPING_TRACE_COUNT = 99999,
    MAPPING_DRAFT_SIZE = 2048,
};

/* A message being made, with the memory of its values. */
struct draft {
    struct iso8583_message message;
    const struct iso8583_dialect *dialect;
    uint8_t text[MAPPING_DRAFT_SIZE];
    size_t size;
    int bad_field; /* the first value that had no room or no form; 0 = none */
};

/* What the message of a request is made of beside the request itself. */
struct mapping_call {
    int64_t trace; /* field 11 of messages the ledger has not named */
    instant_us now;
};

/* An 0800, or its repeat. */
struct mapping_note {
    int network_code; /* field 70 */
    const char *mti;  /* 0800 or 0801 */
    const char *key;  /* key exchange: field 62, or 48 where there is none; else "" */
    date_days day;    /* cut-over: field 15; else DATE_NONE */
};

/* False: draft_out->bad_field. */
MUST_CHECK bool mapping_request(const struct link_config *config,
                                const struct adapter_request *request,
                                const struct mapping_call *call,
                                struct draft *draft_out);
void mapping_management(const struct link_config *config,
                        const struct mapping_note *note,
                        const struct mapping_call *call,
                        struct draft *draft_out);
/* The answer to `question`, whose memory it uses; `code` is field 39. */
void mapping_answer(const struct link_config *config,
                    const struct iso8583_message *question,
                    const char *code,
                    struct draft *draft_out);

/* The MTI of the answer to `mti`; a repeat is answered like the first. False: nothing answers it.
 */
bool mapping_answer_mti(const char mti[5], char mti_out[5]);

/* Whether the dialect has the fields a link needs, in the shapes it needs. False: the field. */
bool mapping_fits(const struct iso8583_dialect *dialect, int *field_out);
