#pragma once
/*
 * ISO 20022 documents, read and written for what the house needs of them:
 *
 *   pacs.008.001.08  customer credit transfer        camt.056.001.08  recall
 *   pacs.028.001.03  request of a status
 *   pacs.009.001.08  transfer between institutions   camt.029.001.09  resolution of a recall
 *   pacs.002.001.10  status of a payment             camt.053.001.08  statement of an account
 *   pacs.004.001.09  return of a payment             camt.054.001.08  debit/credit notification
 *   cips.111.001.01 and .02: the customer transfer of CIPS in the shape of pacs.008; .02 adds the
 *   parties' countries, entity ids and types and the order id.
 *
 * Read: from a Document in one of the namespaces of mx_rule.c, alone or with a business application
 * header (head.001) inside one of the usual envelopes. Elements the house does not need are
 * ignored, wherever they are. White space around values is dropped; control characters inside
 * become blanks; empty elements are absent. Written: the versions above, with a header when
 * `header.message_id` is given.
 *
 * Source: message definitions of iso20022.org. The schemas of CIPS are not public: what its .02
 * version adds is placed where pacs.008 has room for it (see mx_pacs.c) and must be held against
 * the member bank's guide before it is used.
 *
 * Texts are UTF-8, NUL-terminated, NULL = absent. A zeroed member is an absent one. Names,
 * accounts, ids of persons and remittance texts are personal.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapters/xml/xml_walk.h"
#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/money.h"
#include "ledger/base/status.h"

enum {
    ISO20022_MESSAGE_SIZE_MAX = 96 << 20,
    ISO20022_DEPTH_MAX = 32,
    ISO20022_TRANSACTION_COUNT_MAX = 10000, /* of one pacs or camt.056/029 document */
    ISO20022_STATEMENT_COUNT_MAX = 100,
    ISO20022_BALANCE_COUNT_MAX = 100,  /* of one statement */
    ISO20022_ENTRY_COUNT_MAX = 100000, /* of one statement */
    ISO20022_DETAIL_COUNT_MAX = 10000, /* of one entry */
    ISO20022_REASON_COUNT_MAX = 16,
    ISO20022_LINE_COUNT_MAX = 16, /* of one text of several lines */
};

/* 18 digits with two decimals, as the standard allows. */
#define ISO20022_AMOUNT_MINOR_MAX INT64_C(999999999999999999)

enum iso20022_type {
    ISO20022_NONE,
    ISO20022_PACS_008,
    ISO20022_PACS_009,
    ISO20022_PACS_002,
    ISO20022_PACS_004,
    ISO20022_CAMT_056,
    ISO20022_CAMT_029,
    ISO20022_CAMT_053,
    ISO20022_CAMT_054,
    ISO20022_CIPS_111_01,
    ISO20022_CIPS_111_02,
    ISO20022_PACS_028,
};

/* All enums below follow the order of their codes in mx_rule.c; 0 = absent. */
enum iso20022_settlement {
    ISO20022_SETTLEMENT_INDA = 1, /* at the instructed agent */
    ISO20022_SETTLEMENT_INGA,     /* at the instructing agent */
    ISO20022_SETTLEMENT_COVE,     /* by cover */
    ISO20022_SETTLEMENT_CLRG,     /* through a clearing system */
};

enum iso20022_bearer {
    ISO20022_BEARER_DEBT = 1,
    ISO20022_BEARER_CRED,
    ISO20022_BEARER_SHAR,
    ISO20022_BEARER_SLEV,
};

enum iso20022_status {
    ISO20022_STATUS_ACCC = 1, /* settled on the creditor's account */
    ISO20022_STATUS_ACCP,     /* accepted, customer profile checked */
    ISO20022_STATUS_ACFC,     /* funds checked */
    ISO20022_STATUS_ACSC,     /* settled on the debtor's account */
    ISO20022_STATUS_ACSP,     /* settlement in process */
    ISO20022_STATUS_ACTC,     /* technically valid */
    ISO20022_STATUS_ACWC,     /* accepted with change */
    ISO20022_STATUS_ACWP,     /* accepted, not yet posted */
    ISO20022_STATUS_BLCK,     /* blocked */
    ISO20022_STATUS_CANC,     /* cancelled */
    ISO20022_STATUS_PART,     /* some of the transactions accepted */
    ISO20022_STATUS_PATC,     /* some of the authorisations there */
    ISO20022_STATUS_PDNG,     /* further checks are going on */
    ISO20022_STATUS_PRES,     /* presented */
    ISO20022_STATUS_RCVD,     /* received */
    ISO20022_STATUS_RJCT,     /* rejected */
};

enum iso20022_confirmation {
    ISO20022_CONFIRMATION_CNCL = 1, /* cancelled as requested */
    ISO20022_CONFIRMATION_PDCR,     /* recall pending */
    ISO20022_CONFIRMATION_RJCR,     /* recall rejected */
    ISO20022_CONFIRMATION_PECR,     /* partially executed */
    ISO20022_CONFIRMATION_UWFW,     /* unable to apply, will follow */
    ISO20022_CONFIRMATION_INFO,     /* information only */
};

enum iso20022_recall_status {
    ISO20022_RECALL_RJCR = 1, /* rejected */
    ISO20022_RECALL_ACCR,     /* accepted */
    ISO20022_RECALL_PDCR,     /* pending */
};

enum iso20022_side {
    ISO20022_SIDE_CREDIT = 1,
    ISO20022_SIDE_DEBIT,
};

enum iso20022_entry_status {
    ISO20022_ENTRY_BOOK = 1,
    ISO20022_ENTRY_PDNG,
    ISO20022_ENTRY_INFO,
    ISO20022_ENTRY_FUTR,
};

enum iso20022_answer {
    ISO20022_ANSWER_NO = 1,
    ISO20022_ANSWER_YES,
};

/* An institution: by BIC, by its number in a clearing system (CNAPS, CIPS), or by both. */
struct iso20022_agent {
    const char *bic;
    const char *clearing_code; /* of the clearing system, e.g. "CNAPS"; or ... */
    const char *clearing_name; /* ... its proprietary name */
    const char *member_id;
};

struct iso20022_account {
    const char *iban;  /* either this */
    const char *other; /* or this */
};

struct iso20022_party {
    const char *name;
    const char *organisation_id; /* an entity, or ... */
    const char *person_id;       /* ... a person */
    const char *country;         /* of residence, in statements of the address; two letters */
    struct iso20022_account account;
    struct iso20022_agent agent;
};

/* Why something was rejected, returned or recalled. */
struct iso20022_reason {
    const char *code; /* e.g. "AC04", or ... */
    const char *proprietary;
    const char *info; /* lines separated by '\n' */
};

struct iso20022_reasons {
    struct iso20022_reason *items;
    size_t count;
};

/* What a later message says of the payment it is about. */
struct iso20022_original {
    const char *message_id;
    const char *message_name; /* e.g. "pacs.008.001.08" */
    const char *instruction_id;
    const char *end_to_end_id;
    const char *transaction_id;
    const char *uetr;
};

/* pacs.008, cips.111; in pacs.009 the parties are their agents and have no names. */
struct iso20022_transfer {
    const char *instruction_id;
    const char *end_to_end_id;
    const char *transaction_id;
    const char *uetr;
    struct money amount; /* > 0, like all amounts but balances and entries */
    date_days value_date;
    enum iso20022_bearer charge_bearer;
    struct iso20022_agent instructing;
    struct iso20022_agent instructed;
    struct iso20022_party debtor;
    struct iso20022_party creditor;
    const char *purpose_code; /* e.g. "CGODDR" is proprietary, "GDDS" is a code */
    const char *purpose_text;
    const char *order_id;
    const char *remittance; /* lines separated by '\n' */
};

struct iso20022_group_result {
    const char *message_id; /* original */
    const char *message_name;
    enum iso20022_status status;
    struct iso20022_reasons reasons;
};

/* pacs.028: what became of a transfer is asked. */
struct iso20022_question {
    const char *question_id;
    struct iso20022_original original;
};

struct iso20022_result {
    const char *status_id;
    struct iso20022_original original;
    enum iso20022_status status;
    struct iso20022_reasons reasons;
    instant_us accepted_at;
    const char *bank_reference;
};

struct iso20022_return {
    const char *return_id;
    struct iso20022_original original;
    struct money original_amount;
    date_days original_date;
    struct money amount; /* returned, at most the original amount when that is given */
    date_days value_date;
    enum iso20022_bearer charge_bearer;
    struct iso20022_reasons reasons;
};

struct iso20022_case {
    const char *id;
    struct iso20022_agent creator;
};

struct iso20022_recall {
    const char *recall_id;
    struct iso20022_case inquiry;
    struct iso20022_original original;
    struct money original_amount;
    date_days original_date;
    struct iso20022_reasons reasons;
};

struct iso20022_resolution {
    const char *status_id;
    struct iso20022_case inquiry;
    struct iso20022_original original;
    enum iso20022_recall_status status;
    struct iso20022_reasons reasons;
    struct money original_amount;
    date_days original_date;
};

struct iso20022_balance {
    const char *code; /* OPBD, CLBD, PRCD, ITBD, CLAV ..., or ... */
    const char *proprietary;
    struct money amount; /* >= 0 */
    enum iso20022_side side;
    date_days date;
};

/* One payment of an entry (TxDtls). */
struct iso20022_detail {
    const char *message_id;
    const char *bank_reference;
    const char *instruction_id;
    const char *end_to_end_id;
    const char *transaction_id;
    const char *uetr;
    struct money amount;
    enum iso20022_side side;
    struct iso20022_party debtor;   /* name, country, account, and of its agent the BIC */
    struct iso20022_party creditor; /* name, country and account */
    const char *remittance;
};

struct iso20022_entry {
    const char *reference; /* NtryRef */
    struct money amount;   /* >= 0 */
    enum iso20022_side side;
    bool is_reversal; /* `side` is already that of the reversal */
    enum iso20022_entry_status status;
    date_days booking_date;
    date_days value_date;
    const char *bank_reference; /* AcctSvcrRef */
    const char *domain;         /* bank transaction code, ISO ... */
    const char *family;
    const char *sub_family;
    const char *bank_code; /* ... or the bank's own, or both */
    struct iso20022_detail *details;
    size_t detail_count; /* more than one: booked as a batch */
    const char *info;
};

/* camt.053: what is booked; camt.054: a notification has no balances. */
struct iso20022_statement {
    const char *id;
    int64_t page; /* 0: not in pages */
    enum iso20022_answer is_last_page;
    int64_t sequence;
    instant_us created_at;
    instant_us from;
    instant_us to;
    struct iso20022_account account;
    enum currency currency;
    const char *owner_name;
    struct iso20022_agent servicer;
    struct iso20022_balance *balances;
    size_t balance_count;
    struct iso20022_entry *entries;
    size_t entry_count;
};

/* The business application header. */
struct iso20022_header {
    struct iso20022_agent from;
    struct iso20022_agent to;
    const char *message_id;   /* BizMsgIdr; NULL = no header */
    const char *message_name; /* MsgDefIdr: that of the document */
    const char *service;
    instant_us created_at;
};

struct iso20022_document {
    enum iso20022_type type;
    int version; /* the last part of the namespace when read; ignored when written */
    struct iso20022_header header;
    const char *message_id; /* of the group header or of the assignment */
    instant_us created_at;
    struct iso20022_agent sender;   /* InstgAgt of the group, Assgnr */
    struct iso20022_agent receiver; /* InstdAgt of the group, Assgne */
    int64_t transaction_count;      /* NbOfTxs: checked when read, counted when written */
    struct money total;             /* of the group: checked when given */
    date_days value_date;           /* of the group: holds for transfers and returns without one */
    enum iso20022_settlement settlement;
    struct iso20022_case inquiry;            /* camt.056 and camt.029 */
    enum iso20022_confirmation confirmation; /* camt.029 */

    struct iso20022_transfer *transfers; /* pacs.008, pacs.009, cips.111 */
    size_t transfer_count;
    struct iso20022_group_result *group_results; /* pacs.002 */
    size_t group_result_count;
    struct iso20022_result *results; /* pacs.002 */
    size_t result_count;
    struct iso20022_return *returns; /* pacs.004 */
    size_t return_count;
    struct iso20022_question *questions; /* pacs.028 */
    size_t question_count;
    struct iso20022_recall *recalls; /* camt.056 */
    size_t recall_count;
    struct iso20022_resolution *resolutions; /* camt.029 */
    size_t resolution_count;
    struct iso20022_statement *statements; /* camt.053, camt.054 */
    size_t statement_count;
};

/*
 * Faults: `code` is one of the walk's (xml_walk.h) or
 *   "namespace" "version" "message_unknown"   which document
 *   "missing" "repeated" "too_many" "choice" "unsupported"   which elements
 *   "too_long" "character" "code" "bic" "iban" "country" "uetr" "number" "flag" "date" "time"
 *   "amount" "negative" "zero" "currency"   which value
 *   "header" "count" "unbalanced" "exceeds"   which values contradict each other
 * Details never quote personal values. When writing, `line` is 0.
 */

/* Everything found is put into `arena`. False: fault_out says why, document_out is empty. */
MUST_CHECK bool iso20022_read(struct bytes xml,
                              struct arena *arena,
                              struct iso20022_document *document_out,
                              struct xml_fault *fault_out);

/* What would be refused when read is refused here: "too_large" when the writer is full. What has
 * been written until then is of no use. */
MUST_CHECK bool iso20022_write(const struct iso20022_document *document,
                               struct writer *writer,
                               struct xml_fault *fault_out);

/* The booked balances of a statement, debit < 0. False when it has none: a notification. */
MUST_CHECK bool iso20022_statement_balances(const struct iso20022_statement *statement,
                                            struct money *opening_out,
                                            struct money *closing_out);

/* Who is on the other side: the debtor of a credit, the creditor of a debit; a reversal turns it.
 */
const struct iso20022_party *iso20022_counterparty(const struct iso20022_entry *entry,
                                                   const struct iso20022_detail *detail);
