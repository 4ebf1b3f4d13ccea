#pragma once
/* Every message both ways, as people may see it: described field by field, accounts, names, keys
 * and card numbers masked whatever the dialect says. */
#include <stdio.h>

#include "adapters/iso8583/iso8583.h"
#include "ledger/base/date.h"

enum {
    TRANSCRIPT_ENTRY_COUNT_MAX = 4096,
};

enum transcript_side {
    TRANSCRIPT_US,
    TRANSCRIPT_BANK,
};

struct transcript_entry {
    enum transcript_side side;
    instant_us at;
    char mti[5];
    char *text;
};

struct transcript {
    struct iso8583_dialect shown; /* with our masks */
    struct transcript_entry entries[TRANSCRIPT_ENTRY_COUNT_MAX];
    size_t entry_count;
};

struct transcript *transcript_create(const struct iso8583_dialect *dialect);
void transcript_destroy(struct transcript *transcript);
/* Of a decoded message; its fault, when it has one, is shown with a caret. Returns the entry. */
size_t transcript_add(struct transcript *transcript,
                      enum transcript_side side,
                      const struct iso8583_message *message,
                      const struct iso8583_fault *fault,
                      instant_us at);
/* A caret and `note` under the value of a field, or a line that it is missing. */
void transcript_mark(struct transcript *transcript, size_t entry, int field, const char *note);
/* "from us 0200 at …" and the fields, each line behind `margin`. */
void transcript_print(const struct transcript_entry *entry, const char *margin, FILE *file);
