#pragma once
/*
 * A tax guarantee (税款担保): a limit and its three parts, kept in memo accounts of the principal.
 *
 *   draft -> lodged -> active <-> suspended -> expired | discharged | exhausted
 *               \-> rejected
 *
 *   limit = available + reserved + called, each >= 0
 *   cash: deposit.held = limit - called
 *
 * The document mirrors the four balances; guarantee_move is the only way to change either.
 * Called: demanded. A letter's called amount leaves when the guarantor has paid; a deposit pays at
 * once, its called amount leaves when the guarantee is discharged.
 */
#include "gateway/business/event.h"
#include "gateway/business/guarantee/grn.h"
#include "gateway/business/party/identifier.h"
#include "gateway/business/rule.h"
#include "gateway/business/transfer_code.h"

enum guarantee_kind {
    GUARANTEE_CASH_DEPOSIT = 1,
    GUARANTEE_BANK_LETTER = 2,
    GUARANTEE_SURETY_INSURANCE = 3,
};

enum guarantee_state {
    GUARANTEE_DRAFT = 1,
    GUARANTEE_LODGED = 2,
    GUARANTEE_ACTIVE = 3,
    GUARANTEE_SUSPENDED = 4,
    GUARANTEE_EXPIRED = 5,
    GUARANTEE_DISCHARGED = 6,
    GUARANTEE_EXHAUSTED = 7,
    GUARANTEE_REJECTED = 8,
};

/* GACC 2021-100: one guarantee may serve several. */
enum scope {
    SCOPE_RETAIL_IMPORT = 1,
    SCOPE_AGGREGATE = 2,
    SCOPE_PAYMENT_PERIOD = 4,
    SCOPE_TAX_ELEMENT = 8,
};

enum {
    REASON_SIZE = 201
};

struct guarantee {
    char grn[GRN_SIZE];
    char principal[PARTY_ID_SIZE];
    char guarantor[PARTY_ID_SIZE];   /* "" for cash */
    char beneficiary[PARTY_ID_SIZE]; /* customs */
    char letter_number[41];
    char payment_reference[21];
    char open_amendment[29];  /* key; "" = none */
    char reason[REASON_SIZE]; /* of the last rejection or suspension */
    bool revolving;
    bool claims_closed;
    int32_t kind;
    int32_t state;
    uint32_t scopes;
    date_days valid_from;
    date_days valid_to; /* DATE_NONE: open-ended (cash) */
    date_days claim_until;
    date_days latest_deadline; /* of all reservations ever confirmed or made */
    int64_t principal_number;
    int64_t guarantor_number;
    int64_t beneficiary_number;
    int64_t liability_percentage;
    int64_t utilisation_level; /* percent, the highest crossed; 0 = below all */
    int64_t amendment_count;
    struct money face_amount; /* cash: what was announced */
    struct money limit;
    struct money available;
    struct money reserved;
    struct money called;
};

extern const struct record guarantee_record;
extern const struct name scope_names[];
extern const struct name guarantee_kinds[];
extern const struct name guarantee_states[];

/* Commands that name a guarantee and perhaps a reason. */
struct guarantee_named {
    char grn[GRN_SIZE];
    char reason[REASON_SIZE];
};
extern const struct record guarantee_named_record;

struct guarantee_answer {
    char grn[GRN_SIZE];
    int32_t state;
    struct money limit;
    struct money available;
    struct money reserved;
    struct money called;
    char payment_reference[21];
    char amendment[29];
};
extern const struct record guarantee_answer_record;

rule guarantee_suspend;
rule guarantee_resume;

/* A copy of the guarantee; refuses GUARANTEE_UNKNOWN at /grn. */
enum verdict
guarantee_get(struct context *context, const char *grn, struct guarantee *guarantee_out);
/* Refuses unless the state is among `states` (bits 1 << state); names the state. */
enum verdict
guarantee_check_state(struct context *context, const struct guarantee *guarantee, unsigned states);
/* Of the actor's own: copy it, or refuse. `owner` picks the field that must be the actor. */
enum guarantee_owner {
    OWNER_PRINCIPAL,
    OWNER_GUARANTOR,
    OWNER_BENEFICIARY,
};
enum verdict guarantee_get_own(struct context *context,
                               const char *grn,
                               enum guarantee_owner owner,
                               struct guarantee *guarantee_out);

/* A change of the law's four parts, or of the money behind them. */
struct movement {
    enum purpose debit;
    enum purpose credit;
    enum transfer_code code;
    int64_t amount; /* > 0, except that zero is left out */
};

enum {
    MOVEMENT_COUNT_MAX = 4
};

/*
 * Posts the movements as one group, refreshes the mirrored balances, tells of utilisation levels
 * crossed, and stores the guarantee. `bank` is the owner of bank.settlement where that is used,
 * else 0.
 */
enum verdict guarantee_move(struct context *context,
                            struct guarantee *guarantee,
                            int64_t bank,
                            const struct movement *movements,
                            size_t count);
void guarantee_put(struct context *context, const struct guarantee *guarantee);
void guarantee_answer_fill(const struct guarantee *guarantee, void *answer_out);

/* Refuses GUARANTEE_INSUFFICIENT with the numbers when less than `needed` is available. */
enum verdict guarantee_check_available(struct context *context,
                                       const struct guarantee *guarantee,
                                       int64_t needed_minor);
/* The same refusal, whatever is available. */
enum verdict guarantee_refuse_insufficient(struct context *context,
                                           const struct guarantee *guarantee,
                                           int64_t needed_minor);

/* Starts a notice with grn and state, addressed to principal, guarantor and customs. */
void guarantee_notice(struct notice *notice, const char *type, const struct guarantee *guarantee);
/* The whole of it, when nothing else is to be said. */
void guarantee_tell(struct context *context, const char *type, const struct guarantee *guarantee);

struct money cny(int64_t minor);
/* Refuses CURRENCY at `pointer` unless it is CNY. */
enum verdict check_cny(struct context *context, struct money amount, const char *pointer);
