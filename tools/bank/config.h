#pragma once
/*
 * What the bank is told at start: options of the command line over keys of a YAML file over
 * defaults, all three by the one table in config.c.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ledger/base/status.h"
#include "tools/bank/fact.h"

enum {
    CONFIG_TEXT_SIZE = 512,
    CONFIG_REASON_SIZE = 300,
};

enum config_sign_on {
    CONFIG_SIGN_ON_GATEWAY,
    CONFIG_SIGN_ON_BANK,
    CONFIG_SIGN_ON_NONE,
};

/* Texts "" when not given. */
struct bank_config {
    char listen[CONFIG_TEXT_SIZE];
    char connect[CONFIG_TEXT_SIZE];
    char dialect[CONFIG_TEXT_SIZE];
    char journal[CONFIG_TEXT_SIZE];
    char script[CONFIG_TEXT_SIZE];
    char institution[12];
    char account[FACT_ACCOUNT_SIZE];
    char day[CONFIG_TEXT_SIZE];
    int64_t sign_on; /* enum config_sign_on */
    char mac_algorithm[CONFIG_TEXT_SIZE];
    char mac_key_file[CONFIG_TEXT_SIZE];
    char mac_master_key_file[CONFIG_TEXT_SIZE];
    char certificate[CONFIG_TEXT_SIZE];
    char key[CONFIG_TEXT_SIZE];
    char ca[CONFIG_TEXT_SIZE];
    char crl[CONFIG_TEXT_SIZE];
    char peer_name[CONFIG_TEXT_SIZE];
    char control[CONFIG_TEXT_SIZE];
    char exchange_in[CONFIG_TEXT_SIZE];
    char exchange_out[CONFIG_TEXT_SIZE];
    char exchange_listen[CONFIG_TEXT_SIZE];
    char exchange_post[CONFIG_TEXT_SIZE];
    char exchange_certificate[CONFIG_TEXT_SIZE];
    char exchange_key[CONFIG_TEXT_SIZE];
    char bic[CONFIG_TEXT_SIZE];
    int64_t log_level; /* enum log_level */
    int64_t seed;
    int64_t currency;
    int64_t window;
    int64_t repeat_ms;
    int64_t skew_seconds;
    int64_t items;
    int64_t fsync;
    int64_t stdin_control;
};

/* `arguments` are "--name value" pairs, --config FILE among them. False with one line of reason. */
MUST_CHECK bool config_load(int count,
                            char *const *arguments,
                            struct bank_config *config_out,
                            char reason_out[CONFIG_REASON_SIZE]);
/* Every key with default and meaning, as YAML. */
void config_print(FILE *file);
