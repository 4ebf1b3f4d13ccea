#pragma once
/*
 * What the bank is told at start: options of the command line over keys of a YAML file over
 * defaults, all three by the one table in config.c.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ledger/base/status.h"

enum {
    CONFIG_REASON_SIZE = 300
};

/* Texts "" when not given; they live until config_destroy. */
struct bank_config {
    char *listen;
    char *connect;
    char *dialect;
    char *journal;
    char *script;
    char *institution;
    char *account;
    char *day;
    char *sign_on;
    char *mac_algorithm;
    char *mac_key_file;
    char *mac_master_key_file;
    char *certificate;
    char *key;
    char *ca;
    char *crl;
    char *peer_name;
    char *control;
    char *exchange_in;
    char *exchange_out;
    char *bic;
    char *log_level;
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
void config_destroy(struct bank_config *config);
/* Every key with default and meaning, as YAML. */
void config_print(FILE *file);
