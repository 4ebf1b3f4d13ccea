#pragma once
/*
 * Four eyes (四眼复核): a command of EYES_TWO_PAIRS is proposed by one person, the maker (经办),
 * and done when another, the checker (复核), approves it.
 *
 *   proposed -> approved | rejected | withdrawn | expired
 *
 * A person is a party and a user of it, both from the certificate. Who may check follows from the
 * maker's role:
 *
 *   customs    another user of the same customs party
 *   operator   another user of the same operator, or another operator
 *   merchant   an operator
 *   insurer    another user of the same insurer
 *
 * When it is proposed, the command is run and taken back, so that nothing is proposed that would be
 * refused. When it is approved, it is run as the maker's, at that time: if it is refused then, so
 * is the approval, and the proposal stays open. Undecided proposals expire.
 */
#include "gateway/business/rule.h"
#include "gateway/business/time/deadline.h"
#include "ledger/base/bytes.h"

enum {
    APPROVAL_ID_SIZE = 14, /* "A" and 12 digits of the command that proposed it */
    APPROVAL_COMMAND_SIZE = 33,
    APPROVAL_TEXT_SIZE = 201,
    APPROVAL_CONTENT_SIZE_MAX = 16384,
    APPROVAL_RESULT_SIZE_MAX = 65536,
    APPROVAL_DAYS = 7,
    /* Every role that may make a command of two pairs of eyes. */
    APPROVAL_ROLES = ROLE_CUSTOMS | ROLE_OPERATOR | ROLE_MERCHANT | ROLE_INSURER,
};

enum approval_state {
    APPROVAL_PROPOSED = 1,
    APPROVAL_APPROVED = 2,
    APPROVAL_REJECTED = 3,
    APPROVAL_WITHDRAWN = 4,
    APPROVAL_EXPIRED = 5,
};

enum approval_decision {
    APPROVAL_APPROVE = 1,
    APPROVAL_REJECT = 2,
};

struct approval {
    char id[APPROVAL_ID_SIZE];
    int32_t state;
    char command[APPROVAL_COMMAND_SIZE];
    struct bytes content; /* the command's body: deterministic CBOR of its record */
    char summary[APPROVAL_TEXT_SIZE];
    char maker[PARTY_ID_SIZE];
    char maker_user[PARTY_ID_SIZE];
    int32_t maker_role; /* enum role */
    char checker[PARTY_ID_SIZE];
    char checker_user[PARTY_ID_SIZE];
    date_days proposed_on;
    date_days expires_on; /* the first day on which it is too late to decide */
    date_days decided_on;
    char reason[APPROVAL_TEXT_SIZE];
    struct bytes result; /* when approved: the command's answer, deterministic CBOR */
};

struct approval_propose {
    char command[APPROVAL_COMMAND_SIZE];
    struct bytes content;
    char summary[APPROVAL_TEXT_SIZE];
};

struct approval_decide {
    char approval[APPROVAL_ID_SIZE];
    int32_t decision;
    char reason[APPROVAL_TEXT_SIZE];
};

struct approval_withdraw {
    char approval[APPROVAL_ID_SIZE];
    char reason[APPROVAL_TEXT_SIZE];
};

struct approval_answer {
    char approval[APPROVAL_ID_SIZE];
    int32_t state;
    char command[APPROVAL_COMMAND_SIZE];
    date_days expires_on;
};

extern const struct record approval_record;
extern const struct record approval_propose_record;
extern const struct record approval_decide_record;
extern const struct record approval_withdraw_record;
extern const struct record approval_answer_record;

rule approval_propose;
rule approval_decide;
rule approval_withdraw;
rule approval_expire;
