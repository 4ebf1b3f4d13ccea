/* Names of payers: read once, remembered as long as their place is not taken. */
#include <stdio.h>
#include <string.h>

#include "gateway/banks/banks_p.h"
#include "gateway/business/party/party.h"
#include "ledger/base/hash.h"

struct reading {
    struct banks *banks;
    struct payer_name *name;
};

static void party_read(void *context, size_t kind, const struct row_view *row)
{
    struct reading *reading = context;
    struct party party;
    (void)kind;
    if (record_read_row(
            &party_record, reading->banks->vault, row, &reading->banks->scratch, &party)) {
        /* Cut where a character ends. */
        size_t size = strnlen(party.name, sizeof reading->name->name - 1);
        while (size > 0 && ((unsigned char)party.name[size] & 0xC0) == 0x80) {
            size--;
        }
        memcpy(reading->name->name, party.name, size);
        reading->name->name[size] = '\0';
    }
}

const char *name_of(struct banks *banks, const char *payer)
{
    struct payer_name *name = &banks->names[hash_bytes(payer, strlen(payer)) % NAME_COUNT];
    if (strcmp(name->payer, payer) == 0) {
        return name->name;
    }
    struct document_want want = {.kind = DOCUMENT_PARTY, .key = payer};
    struct reading reading = {.banks = banks, .name = name};
    *name = (struct payer_name){.payer = ""};
    arena_reset(&banks->scratch);
    if (journal_read_documents(banks->reader, &want, 1, party_read, &reading) == STATUS_OK &&
        name->name[0] != '\0') {
        (void)snprintf(name->payer, sizeof name->payer, "%s", payer);
    }
    return name->name;
}
