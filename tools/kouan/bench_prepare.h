#pragma once
/*
 * What a measurement needs on a running gateway, made through its API: parties for the four
 * certificates, and a deposit of the merchant's that customs may reserve from. Safe to repeat.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway/business/role.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"
#include "tools/kouan/exit.h"

enum {
    BENCH_PATH_SIZE = 512,
    BENCH_NAME_SIZE = 48
};

/* The names of their certificates' files are those of the roles; of the insurer's only who
 * measures insurance has need. */
enum bench_role {
    BENCH_OPERATOR,
    BENCH_BANK,
    BENCH_CUSTOMS,
    BENCH_MERCHANT,
    BENCH_INSURER,
    BENCH_ROLE_COUNT,
};

struct bench_target {
    const char *gateway; /* https://address:port */
    const char *folder;  /* ca.pem; operator, bank, customs, merchant: .pem and .key */
    const char *scope;   /* of the deposit: "aggregate", "retail_import" */
    char host[64];
    char port[6];
    char ca_file[BENCH_PATH_SIZE];
    char ids[BENCH_ROLE_COUNT][PARTY_ID_SIZE];
    char run[BENCH_NAME_SIZE]; /* begins every key and reference of this run */
    char grn[BENCH_NAME_SIZE]; /* of the deposit */
};

/* The merchant's customs code. */
#define BENCH_AGENT_CODE "9999BENCH0"

/* Fills the rest of a target whose gateway, folder and scope are set; failures are explained. */
MUST_CHECK enum exit_code bench_prepare(struct bench_target *target);
/* Registers and activates the party of a role that bench_prepare does not need. */
MUST_CHECK enum exit_code bench_party(struct bench_target *target, enum bench_role role);
void bench_files(const struct bench_target *target,
                 enum bench_role role,
                 char certificate_out[BENCH_PATH_SIZE],
                 char key_out[BENCH_PATH_SIZE]);
/*
 * Posts `body` (which is taken) as the role, under a key of this run and `step`. A problem that
 * says it was done in an earlier run is none. The answer is the caller's, NULL when there was none.
 */
MUST_CHECK enum exit_code bench_post(const struct bench_target *target,
                                     enum bench_role role,
                                     const char *path,
                                     const char *step,
                                     json_t *body,
                                     json_t **answer_out);
/* Sets the rates of an HS code, from the beginning of 2020. */
MUST_CHECK enum exit_code bench_tariff(struct bench_target *target,
                                       const char *hs_code,
                                       const char *consumption_percent,
                                       const char *vat_percent);
