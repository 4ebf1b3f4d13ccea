#pragma once
/*
 * What shows that an export sale is real (交易电子信息): the order, the payment for it and its
 * transport, each told by who has it: the platform, the payment institution, the logistics firm.
 *
 *   nothing -> incomplete -> agrees | differs        compared again with each document
 *
 * On such information a bank may take in and convert the seller's money without amount proof, and
 * the yearly quota is left alone (SAFE 汇发〔2020〕11号, articles I and IV). Who tells a document
 * may correct it until the order is drawn for a receipt. Blanks, case and full-width forms do not
 * count where texts are compared.
 */
#include "gateway/business/party/party.h"
#include "gateway/business/rule.h"

enum {
    EVIDENCE_NUMBER_SIZE = 41,
    EVIDENCE_GOODS_SIZE = 201,
};

enum evidence_kind {
    EVIDENCE_ORDER = 1,
    EVIDENCE_PAYMENT = 2,
    EVIDENCE_LOGISTICS = 3,
};

/* Bits of trade_evidence_match.missing. */
enum evidence_missing {
    EVIDENCE_NO_ORDER = 1,
    EVIDENCE_NO_PAYMENT = 2,
    EVIDENCE_NO_LOGISTICS = 4,
};

enum evidence_state {
    EVIDENCE_INCOMPLETE = 1,
    EVIDENCE_AGREES = 2,
    EVIDENCE_DIFFERS = 3,
};

/* trade_evidence.submit: which fields are wanted depends on the kind. */
struct trade_evidence_submit {
    int32_t kind;
    char platform[PARTY_ID_SIZE];
    char order_no[EVIDENCE_NUMBER_SIZE];
    char payment_serial[EVIDENCE_NUMBER_SIZE];
    char name[201];     /* the seller: personal */
    char id_number[61]; /* personal; 18 full-width characters fit */
    struct money amount;
    char goods[EVIDENCE_GOODS_SIZE];
    instant_us done_at; /* ordered, paid, handed over */
    char enterprise_code[19];
    bool bonded;   /* sold out of a bonded zone */
    bool declared; /* declared to customs, so in its statistics */
    char name_lookup[RECORD_LOOKUP_SIZE];
    char id_number_lookup[RECORD_LOOKUP_SIZE];
    char goods_lookup[RECORD_LOOKUP_SIZE];
    char enterprise_code_lookup[RECORD_LOOKUP_SIZE];
};

struct trade_evidence {
    char key[DOCUMENT_KEY_SIZE]; /* "<platform>/<order no>/<kind>" */
    int32_t kind;
    char platform[PARTY_ID_SIZE];
    char submitter[PARTY_ID_SIZE];
    char order_no[EVIDENCE_NUMBER_SIZE];
    char payment_serial[EVIDENCE_NUMBER_SIZE];
    char name[201];     /* the seller: personal */
    char id_number[61]; /* personal */
    struct money amount;
    char goods[EVIDENCE_GOODS_SIZE];
    instant_us done_at;
    char enterprise_code[19];
    bool bonded;
    bool declared;
    char name_lookup[RECORD_LOOKUP_SIZE];
    char id_number_lookup[RECORD_LOOKUP_SIZE];
    char goods_lookup[RECORD_LOOKUP_SIZE];
    char enterprise_code_lookup[RECORD_LOOKUP_SIZE];
};

/* One field of two documents side by side; of persons only the verdict. */
struct evidence_comparison {
    int32_t field; /* enum in trade_evidence_compare.c, by name */
    bool agrees;
    char ours[81]; /* the order says; for a time: the document before it */
    char theirs[81];
};

enum {
    EVIDENCE_COMPARISON_COUNT_MAX = 16
};

struct trade_evidence_match {
    char key[DOCUMENT_KEY_SIZE]; /* "<platform>/<order no>" */
    char platform[PARTY_ID_SIZE];
    int32_t state;
    uint32_t missing;
    struct list comparisons; /* of struct evidence_comparison */
    date_days matched_on;
};

struct trade_evidence_answer {
    char document[DOCUMENT_KEY_SIZE]; /* of trade_evidence_match */
    int32_t state;
    uint32_t missing;
    int64_t difference_count;
};

extern const struct name evidence_state_names[];
extern const struct record trade_evidence_submit_record;
extern const struct record trade_evidence_record;
extern const struct record trade_evidence_match_record;
extern const struct record trade_evidence_answer_record;

rule trade_evidence_submit;

/* "<platform>/<order no>/<kind>" */
void evidence_key(const char *platform,
                  const char *order_no,
                  int32_t kind,
                  char key_out[DOCUMENT_KEY_SIZE]);
/* Compares what there is of an order and keeps the verdict. */
void trade_evidence_compare(struct context *context,
                            const char *platform,
                            const char *order_no,
                            struct trade_evidence_answer *answer_out);
/* To the minor unit, unless the terms allow more. */
bool evidence_amounts_agree(struct context *context, struct money ours, struct money theirs);
