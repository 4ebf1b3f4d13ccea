#pragma once
/*
 * What an order leaves behind besides its declaration: the order (订单, CEB 311), its payment
 * (支付单, CEB 411) and its waybill (运单, CEB 511). Kept as told, the newest appTime counts; of
 * persons only keyed hashes are kept. Key: the company that told it and its number.
 */
#include "adapters/customs/ceb.h"
#include "gateway/business/customs/declaration.h"

struct trade_order {
    char key[DOCUMENT_KEY_SIZE]; /* "<platform>/<orderNo>" */
    char app_time[15];
    char ebc_code[73];
    struct money goods_value;
    struct money freight;
    struct money discount;
    struct money tax_total;
    struct money actual_paid;
    char
        payment[DOCUMENT_KEY_SIZE]; /* of its trade_payment; "" when the payer's code is nobody's */
    char buyer_id_lookup[RECORD_LOOKUP_SIZE];
    char buyer_name_lookup[RECORD_LOOKUP_SIZE];
    char consignee_address_lookup[RECORD_LOOKUP_SIZE];
};

struct trade_payment {
    char key[DOCUMENT_KEY_SIZE]; /* "<payment institution>/<payTransactionId>" */
    char app_time[15];
    char order[DOCUMENT_KEY_SIZE]; /* "" when the platform's code is nobody's */
    struct money amount_paid;
    char pay_time[15];
    char payer_id_lookup[RECORD_LOOKUP_SIZE];
    char payer_name_lookup[RECORD_LOOKUP_SIZE];
};

struct trade_waybill {
    char key[DOCUMENT_KEY_SIZE]; /* "<logistics>/<logisticsNo>" */
    char app_time[15];
    char order_no[241];
    struct money freight;
    struct money insured_fee;
    char consignee_address_lookup[RECORD_LOOKUP_SIZE];
};

struct trade_answer {
    char document[DOCUMENT_KEY_SIZE];
    int32_t effect; /* enum declaration_effect */
};

extern const struct record trade_order_record;
extern const struct record trade_payment_record;
extern const struct record trade_waybill_record;
extern const struct record trade_order_told_record;   /* of struct ceb_order */
extern const struct record trade_payment_told_record; /* of struct ceb_payment */
extern const struct record trade_waybill_told_record; /* of struct ceb_waybill */
extern const struct record trade_answer_record;

/* trade.order, trade.payment, trade.waybill: by the company itself (its role merchant), customs or
 * an operator. */
rule trade_order;
rule trade_payment;
rule trade_waybill;

/* "<party>/<number>"; false when the code is nobody's or the number is missing or too long. */
bool trade_key(struct context *context,
               const char *code,
               const char *number,
               char key_out[DOCUMENT_KEY_SIZE]);
