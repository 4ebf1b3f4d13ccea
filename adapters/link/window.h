#pragma once
/*
 * What we asked and have no answer to yet. A reply belongs to the request that expects its MTI and
 * is equal in every field of `match` (absent in both is equal); fields 3, 4 and 49 must be equal
 * too where the reply has them. Every request has the same time to be answered, so the oldest is
 * the first to be given up.
 *
 * Pure: monotonic time is passed in; memory is sized once.
 */
#include <stddef.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "adapters/iso8583/iso8583.h"
#include "ledger/base/map.h"

enum {
    WINDOW_KEY_SIZE = 256,
    WINDOW_ALSO_SIZE = 40,
    WINDOW_EXPLAIN_SIZE = 120,
    WINDOW_PAST_FACTOR = 4, /* finished requests remembered, in windows */
};

/* Who asked. */
struct window_asked {
    enum adapter_act act;
    int64_t attempt;
    char reference[ADAPTER_REFERENCE_SIZE];
    char trace[7]; /* field 11, for people */
    instant_us deadline;
};

struct window_slot;

struct window_past {
    uint64_t hash;
    uint64_t was_answered;
};

struct window {
    const uint8_t *match;
    size_t match_count;
    struct window_slot *slots;
    size_t capacity;
    size_t count;
    uint32_t free_first;
    uint32_t oldest;
    uint32_t newest;
    struct map by_key;
    struct window_past *past;
    size_t past_capacity;
    size_t past_next;
};

enum window_fit {
    WINDOW_FITS,      /* the request is taken out: asked_out */
    WINDOW_REPEATED,  /* answered before */
    WINDOW_LATE,      /* given up before */
    WINDOW_UNMATCHED, /* nothing like it was asked */
};

/* `match` lives as long as the window. */
void window_create(struct window *window,
                   size_t capacity,
                   const uint8_t *match,
                   size_t match_count);
void window_destroy(struct window *window);

/* OK: outstanding until asked->deadline, which never decreases from call to call. LIMIT: full.
 * REJECTED: its answer could not be told from that of another outstanding request. */
MUST_CHECK enum status window_add(struct window *window,
                                  const struct iso8583_message *request,
                                  const struct window_asked *asked,
                                  uint32_t *slot_out);
/* The request did not leave after all. */
void window_cancel(struct window *window, uint32_t slot);
enum window_fit window_take(struct window *window,
                            const struct iso8583_message *reply,
                            struct window_asked *asked_out);
/* What an unmatched reply nearly answers: "equals request 000123 except field 41, which is
 * missing"; numbers of fields, never values. */
void window_explain(const struct window *window,
                    const struct iso8583_message *reply,
                    char text_out[WINDOW_EXPLAIN_SIZE]);
/* Gives up the oldest request when its time has come (INT64_MAX: whatever its time). */
MUST_CHECK bool
window_give_up(struct window *window, instant_us now, struct window_asked *asked_out);
/* Of the oldest request; INSTANT_NONE when there is none. */
instant_us window_deadline(const struct window *window);
