#pragma once
/*
 * What the bank has said before: a question is known by institution, trace, time and retrieval
 * number (32, 11, 7, 37), within a scope (0 for money; management messages do not outlive their
 * connection). Remembered for a day at most, and no more than `capacity` of them.
 *
 * Pure: monotonic time is passed in; memory is sized once.
 */
#include <stddef.h>
#include <stdint.h>

#include "adapters/iso8583/iso8583.h"
#include "ledger/base/date.h"
#include "ledger/base/map.h"

enum duplicate_verdict {
    DUPLICATE_NEW,
    DUPLICATE_REPEAT,        /* the same again; its first may still wait for an answer */
    DUPLICATE_OTHER_CONTENT, /* the same key with something else in it */
};

struct duplicate_entry;

struct duplicates {
    struct duplicate_entry *entries;
    size_t capacity;
    uint64_t next; /* serial number of the next entry; its place is the rest by capacity */
    struct map by_key;
};

/* What is kept with an entry: the ticket of the question still being worked on, or 0, and the code
 * of the last answer. */
struct duplicate_note {
    uint64_t ticket;
    char code[3];
};

void duplicates_create(struct duplicates *duplicates, size_t capacity);
void duplicates_destroy(struct duplicates *duplicates);
/* NEW: remembered from now on. *serial_out names the entry, NEW or REPEAT. */
enum duplicate_verdict duplicates_see(struct duplicates *duplicates,
                                      uint64_t scope,
                                      const struct iso8583_message *message,
                                      instant_us now,
                                      uint64_t *serial_out);
/* NULL: forgotten. */
struct duplicate_note *duplicates_note(struct duplicates *duplicates, uint64_t serial);
