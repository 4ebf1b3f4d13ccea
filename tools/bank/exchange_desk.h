#pragma once
/* Documents of the gateway put to the desk, and the documents that answer them. */
#include "adapters/iso20022/iso20022.h"
#include "tools/bank/books.h"

/* Of the keys of payments that came by file. */
#define EXCHANGE_KEY_START "file."

enum exchange_reply {
    EXCHANGE_SAY,       /* `document_out` */
    EXCHANGE_SAY_TWICE, /* scripted */
    EXCHANGE_HUSH,      /* scripted */
    EXCHANGE_NOT_OURS,  /* a document nobody answers */
};

struct bank;

/* What the documents made here need to live; texts point into the arena and the books. */
enum exchange_reply exchange_desk_take(struct bank *bank,
                                       const struct iso20022_document *document,
                                       struct arena *arena,
                                       struct iso20022_document *document_out);
/* pacs.002 of one payment. */
void exchange_desk_status(struct bank *bank,
                          const struct payment *payment,
                          struct arena *arena,
                          struct iso20022_document *document_out);
/* camt.054 of funds, pacs.004 of a return. */
void exchange_desk_advise(struct bank *bank,
                          const struct advice *advice,
                          struct arena *arena,
                          struct iso20022_document *document_out);
