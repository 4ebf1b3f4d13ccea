#pragma once
/*
 * What a measurement needs on a running gateway, made through its API: parties for the four
 * certificates, and a deposit of the merchant's that customs may reserve from. Safe to repeat.
 */
#include <stdbool.h>
#include <stddef.h>

#include "ledger/base/date.h"
#include "ledger/base/status.h"
#include "tools/kouan/exit.h"

enum {
    BENCH_PATH_SIZE = 512,
    BENCH_NAME_SIZE = 48
};

struct bench_target {
    const char *gateway; /* https://address:port */
    const char *folder;  /* ca.pem; operator, bank, customs, merchant: .pem and .key */
    const char *scope;   /* of the deposit: "aggregate", "retail_import" */
    char host[64];
    char port[6];
    char ca_file[BENCH_PATH_SIZE];
    char certificate_file[BENCH_PATH_SIZE]; /* of customs, who reserves */
    char key_file[BENCH_PATH_SIZE];
    char run[BENCH_NAME_SIZE]; /* begins every key and reference of this run */
    char grn[BENCH_NAME_SIZE]; /* of the deposit */
};

/* The merchant's customs code. */
#define BENCH_AGENT_CODE "9999BENCH0"

/* Fills the rest of a target whose gateway, folder and scope are set; failures are explained. */
MUST_CHECK enum exit_code bench_prepare(struct bench_target *target);
/* Sets the rates of an HS code, from the beginning of 2020. */
MUST_CHECK enum exit_code bench_tariff(struct bench_target *target,
                                       const char *hs_code,
                                       const char *consumption_percent,
                                       const char *vat_percent);
