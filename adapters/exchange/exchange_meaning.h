#pragma once
/* What our requests look like as documents, and what the bank's documents tell us. Pure. */
#include <stdbool.h>

#include "adapters/adapter.h"
#include "adapters/exchange/exchange_config.h"
#include "adapters/iso20022/iso20022.h"

enum {
    EXCHANGE_ID_SIZE = 36, /* Max35Text */
    EXCHANGE_ORDER_SIZE_MAX = 16384,
};

/* What a word of the bank is about. */
enum exchange_subject {
    EXCHANGE_PAYMENT,
    EXCHANGE_RECALL,
};

/* The bank's word on one of our messages. */
struct exchange_word {
    enum exchange_subject subject;
    char reference[ADAPTER_REFERENCE_SIZE]; /* as the bank wrote it: may be anything */
    enum adapter_outcome outcome;
    char code[ADAPTER_CODE_SIZE];
    char bank_reference[ADAPTER_REFERENCE_SIZE];
};

enum exchange_kind {
    EXCHANGE_WORDS,
    EXCHANGE_ADVICES, /* perhaps none */
    EXCHANGE_STATEMENT,
};

struct exchange_news {
    enum exchange_kind kind;
    struct exchange_word *words;
    size_t word_count;
    struct adapter_advice *advices;
    size_t advice_count;
};

/* Letters, digits, '-', '_' and '.', not in front: such a reference is safe as a file's name. */
bool exchange_reference_is_good(const char *reference);
/* Whether nothing that comes later changes it. A recall that was refused as a message is no word on
 * the money, and may be sent again. */
bool exchange_word_is_final(const struct exchange_word *word);

/* The id of the message that PAY or REVERSE is sent as; false when the reference is too long. */
MUST_CHECK bool exchange_message_id(const struct adapter_request *request,
                                    char id_out[EXCHANGE_ID_SIZE]);
/* PAY or REVERSE as a document. False: the fault says which value the standard has no room for. */
MUST_CHECK bool exchange_write(const struct exchange_config *config,
                               const struct adapter_request *request,
                               instant_us now,
                               struct writer *writer,
                               struct xml_fault *fault_out);

/* Whether a payment of ours has this reference. */
typedef bool exchange_is_ours(void *context, const char *reference);

/* Lists are put into `arena`. NULL, or why nothing is to be done with the document. */
const char *exchange_read(const struct exchange_config *config,
                          const struct iso20022_document *document,
                          exchange_is_ours *is_ours,
                          void *context,
                          struct arena *arena,
                          struct exchange_news *news_out);
