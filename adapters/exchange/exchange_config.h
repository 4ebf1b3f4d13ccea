#pragma once
/* One exchange as its file describes it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum {
    EXCHANGE_TEXT_SIZE = 256,
};

/* In the order of the words in exchange_config.c. */
enum exchange_transport {
    EXCHANGE_BY_DIRECTORY,
    EXCHANGE_BY_HTTPS,
};

enum exchange_payment {
    EXCHANGE_PACS_008,
    EXCHANGE_CIPS_111,
};

enum exchange_header {
    EXCHANGE_HEADER_NO,
    EXCHANGE_HEADER_YES,
};

enum exchange_returns {
    EXCHANGE_RETURNS_PACS_004,
    EXCHANGE_RETURNS_CAMT_054,
};

enum exchange_inquiry {
    EXCHANGE_INQUIRY_NONE,
    EXCHANGE_INQUIRY_PACS_028,
};

enum exchange_recall_unknown {
    EXCHANGE_RECALL_UNKNOWN,
    EXCHANGE_RECALL_NOT_FOUND,
};

struct exchange_config {
    char name[EXCHANGE_TEXT_SIZE];
    int64_t transport; /* enum exchange_transport */
    char directory[EXCHANGE_TEXT_SIZE];
    int64_t payment; /* enum exchange_payment */
    int64_t header;  /* enum exchange_header */
    char url[EXCHANGE_TEXT_SIZE];
    char certificate[EXCHANGE_TEXT_SIZE];
    char key[EXCHANGE_TEXT_SIZE];
    char ca[EXCHANGE_TEXT_SIZE];
    char crl[EXCHANGE_TEXT_SIZE];
    int64_t connect_ms;
    int64_t reply_ms;
    int64_t scan_ms;
    int64_t retry_ms;
    int64_t keep_days;
    int64_t window;
    int64_t queue;
    char our_bic[EXCHANGE_TEXT_SIZE];
    char our_member[EXCHANGE_TEXT_SIZE];
    char bank_bic[EXCHANGE_TEXT_SIZE];
    char bank_member[EXCHANGE_TEXT_SIZE];
    char account[EXCHANGE_TEXT_SIZE];
    char account_name[EXCHANGE_TEXT_SIZE];
    char clearing[EXCHANGE_TEXT_SIZE];
    int64_t settlement; /* enum iso20022_settlement, from 0 */
    int64_t bearer;     /* enum iso20022_bearer, from 0 */
    int64_t returns;    /* enum exchange_returns */
    int64_t recall_unknown;
    int64_t inquiry; /* enum exchange_inquiry */
};

/* False: message_out names file, key and what is allowed. */
MUST_CHECK bool exchange_config_load(const char *file,
                                     struct exchange_config *config_out,
                                     char *message_out,
                                     size_t message_size);
