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
    char host[64];
    char port[6];
    char ca_file[BENCH_PATH_SIZE];
    char certificate_file[BENCH_PATH_SIZE]; /* of customs, who reserves */
    char key_file[BENCH_PATH_SIZE];
    char run[BENCH_NAME_SIZE]; /* begins every key and reference of this run */
    char grn[BENCH_NAME_SIZE]; /* of the deposit */
};

/* Fills the rest of a target whose gateway and folder are set; failures are explained. */
MUST_CHECK enum exit_code bench_prepare(struct bench_target *target);
