#pragma once
/*
 * One YAML file a link, with the dialect and the keys it names already loaded. Every key has a
 * default and a meaning in the table of link_config.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/adapter.h"
#include "adapters/iso8583/iso8583.h"

enum {
    LINK_TEXT_SIZE = 256,
    LINK_HOST_COUNT_MAX = 8,
    LINK_MATCH_COUNT_MAX = 8,
    LINK_CODE_COUNT_MAX = 64,
    LINK_KEY_SIZE_MAX = 32,
    LINK_MESSAGE_SIZE_MAX = 8192,
};

enum link_role {
    LINK_CLIENT,
    LINK_SERVER,
};

enum link_side {
    LINK_US,
    LINK_BANK,
};

enum link_mac {
    LINK_MAC_NONE,
    LINK_MAC_UNIONPAY_ECB,
    LINK_MAC_X9_19,
    LINK_MAC_AES_CMAC,
    LINK_MAC_SM4_CBC,
};

/* How an advice that cannot be booked now is answered. */
enum link_delay {
    LINK_DELAY_96,
    LINK_DELAY_SILENT,
};

struct link_key {
    uint8_t data[LINK_KEY_SIZE_MAX];
    size_t size;
};

/* What a code of the bank (field 39) means for one act, where it is not what code.c says. */
struct link_code {
    char code[3];
    enum adapter_act act;
    enum adapter_outcome outcome;
};

struct link_config {
    char name[LINK_TEXT_SIZE];
    int64_t role; /* enum link_role */
    char hosts[LINK_HOST_COUNT_MAX][LINK_TEXT_SIZE];
    size_t host_count;
    char certificate[LINK_TEXT_SIZE];
    char key[LINK_TEXT_SIZE];
    char ca[LINK_TEXT_SIZE];
    char crl[LINK_TEXT_SIZE];
    char peer_name[LINK_TEXT_SIZE];
    int64_t connect_ms;
    int64_t backoff_first_ms;
    int64_t backoff_max_ms;
    int64_t dead_ms;

    char dialect_name[LINK_TEXT_SIZE];
    struct iso8583_dialect dialect;
    int64_t mac; /* enum link_mac */
    char mac_key_file[LINK_TEXT_SIZE];
    char master_key_file[LINK_TEXT_SIZE];
    struct link_key mac_key;
    struct link_key master_key; /* empty: key exchange is refused */

    char institution[LINK_TEXT_SIZE];
    char forwarding[LINK_TEXT_SIZE];
    char terminal[LINK_TEXT_SIZE];
    char merchant[LINK_TEXT_SIZE];
    char account[LINK_TEXT_SIZE];
    char account_name[LINK_TEXT_SIZE];
    char payment_code[LINK_TEXT_SIZE];
    char inquiry_code[LINK_TEXT_SIZE];
    char advice_code[LINK_TEXT_SIZE];
    char return_code[LINK_TEXT_SIZE];

    int64_t sign_on;                  /* enum link_side */
    int64_t key_exchange_every_hours; /* 0: only the bank exchanges keys */
    int64_t cut_over_hour;            /* of Asia/Shanghai; -1: the bank cuts over */
    int64_t echo_ms;
    int64_t reply_ms;
    int64_t skew_seconds;
    int64_t window;
    int64_t queue;
    int64_t duplicates;
    int64_t try_again; /* enum link_delay */
    uint8_t match[LINK_MATCH_COUNT_MAX];
    size_t match_count;
    struct link_code codes[LINK_CODE_COUNT_MAX];
    size_t code_count;
};

/* False: message_out names file, key and what is allowed. */
MUST_CHECK bool link_config_load(const char *file,
                                 struct link_config *config_out,
                                 char *message_out,
                                 size_t message_size);
/* Wipes the keys. */
void link_config_clear(struct link_config *config);
