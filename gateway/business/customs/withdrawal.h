#pragma once
/*
 * Withdrawals of declarations before release (撤销申请): CEB 623 applies, CEB 624 answers. Key: the
 * agent's party id and the number (copNo) of the application.
 *
 *   awaited (624 came first) -> applied -> accepted | refused
 */
#include "gateway/business/customs/application.h"

enum withdrawal_state {
    WITHDRAWAL_AWAITED = 1,
    WITHDRAWAL_APPLIED = 2,
    WITHDRAWAL_ACCEPTED = 3,
    WITHDRAWAL_REFUSED = 4,
};

struct withdrawal {
    char key[REFERENCE_SIZE]; /* "<agent>/<copNo>" */
    int32_t state;
    char agent[PARTY_ID_SIZE];
    int64_t agent_number;
    char declaration[REFERENCE_SIZE];
    char invt_no[19];
    char app_time[15];
    char last_status[11];
    char last_return_time[18];
    char parked_status[11];
    char parked_return_time[18];
};

struct withdrawal_answer {
    char key[REFERENCE_SIZE];
    int32_t effect; /* enum declaration_effect */
    int32_t state;
    char declaration[REFERENCE_SIZE];
    int32_t declaration_state;
};

extern const struct record withdrawal_record;
extern const struct record withdrawal_answer_record;

rule withdrawal_apply;
rule withdrawal_receive;
