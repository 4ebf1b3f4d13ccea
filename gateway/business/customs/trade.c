#include "gateway/business/customs/trade.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

enum {
    APP_DELETE = '3',
};

bool trade_key(struct context *context,
               const char *code,
               const char *number,
               char key_out[DOCUMENT_KEY_SIZE])
{
    const struct party *party = identifier_party(context, code);
    int size = party == NULL || number[0] == '\0'
                   ? DOCUMENT_KEY_SIZE
                   : snprintf(key_out, DOCUMENT_KEY_SIZE, "%s/%s", party->id, number);
    bool has_fit = size < DOCUMENT_KEY_SIZE;
    if (!has_fit) {
        key_out[0] = '\0';
    }
    return has_fit;
}

/* The key of a document told by the company of `code`, or a refusal. */
static enum verdict own_key(struct context *context,
                            const char *code,
                            const char *code_pointer,
                            const char *number,
                            const char *number_pointer,
                            char key_out[DOCUMENT_KEY_SIZE])
{
    const struct party *party = identifier_party(context, code);
    if (party == NULL) {
        return refuse_field(context, REFUSAL_PARTY_UNKNOWN, code_pointer);
    }
    if (context->actor_role == ROLE_MERCHANT && !is_actor(context, party->id)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    return trade_key(context, code, number, key_out)
               ? VERDICT_DONE
               : refuse_field(context, REFUSAL_TRADE_NUMBER, number_pointer);
}

/* What a message does to the document that may be there already; the newest appTime counts. */
static enum declaration_effect
effect_of(const char *app_type, const char *app_time, const char *known_app_time)
{
    if (app_type[0] == APP_DELETE) {
        return EFFECT_PARKED; /* what has been compared is not unsaid */
    }
    if (known_app_time == NULL) {
        return EFFECT_APPLIED;
    }
    int order = strcmp(app_time, known_app_time);
    return order > 0 ? EFFECT_APPLIED : order == 0 ? EFFECT_UNCHANGED : EFFECT_LATE;
}

static enum verdict answer(struct context *context,
                           enum document document,
                           const char *key,
                           const void *data,
                           enum declaration_effect effect,
                           struct trade_answer *answer_out)
{
    if (effect == EFFECT_APPLIED) {
        state_put(context->state, document, data);
    }
    *answer_out = (struct trade_answer){.effect = (int32_t)effect};
    TEXT_PUT(answer_out->document, key);
    return rule_done(context);
}

enum verdict trade_order(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_order *told = command_;
    struct trade_order order = {0};
    enum verdict verdict =
        own_key(context, told->ebp_code, "/ebp_code", told->order_no, "/order_no", order.key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    order.goods_value = cny(told_fen(told->goods_value));
    order.freight = cny(told_fen(told->freight));
    order.discount = cny(told_fen(told->discount));
    order.tax_total = cny(told_fen(told->tax_total));
    order.actual_paid = cny(told_fen(told->actual_paid));
    (void)trade_key(context, told->pay_code, told->pay_transaction_id, order.payment);
    TEXT_PUT(order.app_time, told->app_time);
    TEXT_PUT(order.ebc_code, told->ebc_code);
    TEXT_PUT(order.buyer_id_lookup, told->buyer_id_lookup);
    TEXT_PUT(order.buyer_name_lookup, told->buyer_name_lookup);
    TEXT_PUT(order.consignee_address_lookup, told->consignee_address_lookup);
    const struct trade_order *known = state_find(context->state, DOCUMENT_TRADE_ORDER, order.key);
    enum declaration_effect effect =
        effect_of(told->app_type, told->app_time, known == NULL ? NULL : known->app_time);
    return answer(context, DOCUMENT_TRADE_ORDER, order.key, &order, effect, answer_out);
}

enum verdict trade_payment(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_payment *told = command_;
    struct trade_payment payment = {0};
    enum verdict verdict = own_key(context,
                                   told->pay_code,
                                   "/pay_code",
                                   told->pay_transaction_id,
                                   "/pay_transaction_id",
                                   payment.key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    (void)trade_key(context, told->ebp_code, told->order_no, payment.order);
    payment.amount_paid = cny(told_fen(told->amount_paid));
    TEXT_PUT(payment.app_time, told->app_time);
    TEXT_PUT(payment.pay_time, told->pay_time);
    TEXT_PUT(payment.payer_id_lookup, told->payer_id_lookup);
    TEXT_PUT(payment.payer_name_lookup, told->payer_name_lookup);
    const struct trade_payment *known =
        state_find(context->state, DOCUMENT_TRADE_PAYMENT, payment.key);
    enum declaration_effect effect =
        effect_of(told->app_type, told->app_time, known == NULL ? NULL : known->app_time);
    return answer(context, DOCUMENT_TRADE_PAYMENT, payment.key, &payment, effect, answer_out);
}

enum verdict trade_waybill(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_waybill *told = command_;
    struct trade_waybill waybill = {0};
    enum verdict verdict = own_key(context,
                                   told->logistics_code,
                                   "/logistics_code",
                                   told->logistics_no,
                                   "/logistics_no",
                                   waybill.key);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    waybill.freight = cny(told_fen(told->freight));
    waybill.insured_fee = cny(told_fen(told->insured_fee));
    TEXT_PUT(waybill.app_time, told->app_time);
    TEXT_PUT(waybill.order_no, told->order_no);
    TEXT_PUT(waybill.consignee_address_lookup, told->consignee_address_lookup);
    const struct trade_waybill *known =
        state_find(context->state, DOCUMENT_TRADE_WAYBILL, waybill.key);
    enum declaration_effect effect =
        effect_of(told->app_type, told->app_time, known == NULL ? NULL : known->app_time);
    return answer(context, DOCUMENT_TRADE_WAYBILL, waybill.key, &waybill, effect, answer_out);
}
