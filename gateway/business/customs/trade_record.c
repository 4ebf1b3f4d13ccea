#include "gateway/business/customs/told.h"
#include "gateway/business/customs/trade.h"

#define PERSON(struct_, member_, meaning_)                                                         \
    TEXT(struct_, member_, FIELD_PERSONAL, .meaning = (meaning_))

#define LOOKUP(struct_, member_, source_)                                                          \
    TEXT(struct_, member_, FIELD_LOOKUP, .lookup_of = (source_), .meaning = "keyed hash")

#define KEPT_LOOKUP(struct_, member_)                                                              \
    TEXT(struct_, member_, FIELD_SECRET, .meaning = "keyed hash, to be compared")

#define APPLICATION(struct_)                                                                       \
    TEXT(struct_, app_type, FIELD_REQUIRED, .meaning = "1 add, 2 change, 3 delete (报送类型)"),    \
        TEXT(struct_, app_time, FIELD_REQUIRED, .meaning = "YYYYMMDDhhmmss (报送时间)")

static const struct field order_line_fields[] = {
    FIELD(ceb_order_line, gnum, FIELD_INTEGER, FIELD_REQUIRED, .meaning = "line (商品序号)"),
    TEXT(ceb_order_line, item_name, 0, .meaning = "goods (商品名称)"),
    TOLD_DECIMAL(ceb_order_line, qty, 0, "quantity (数量)"),
    TOLD_DECIMAL(ceb_order_line, total_price, 0, "price of the line, CNY (总价)"),
};
static const struct record order_line_record =
    RECORD(ceb_order_line, order_line_fields, "A line of an order (OrderList)");

static const struct field order_told_fields[] = {
    APPLICATION(ceb_order),
    TEXT(ceb_order, order_no, FIELD_REQUIRED, .meaning = "order (订单编号)"),
    TEXT(ceb_order, ebp_code, FIELD_REQUIRED, .meaning = "platform (电商平台代码)"),
    TEXT(ceb_order, ebc_code, 0, .meaning = "e-commerce enterprise (电商企业代码)"),
    TOLD_DECIMAL(ceb_order, goods_value, 0, "goods, CNY (商品价格)"),
    TOLD_DECIMAL(ceb_order, freight, 0, "freight and insurance, CNY (运杂费)"),
    TOLD_DECIMAL(ceb_order, discount, 0, "what was not paid in cash, CNY (非现金抵扣金额)"),
    TOLD_DECIMAL(ceb_order, tax_total, 0, "tax withheld, CNY (代扣税款)"),
    TOLD_DECIMAL(ceb_order, actual_paid, 0, "paid, CNY (实际支付金额)"),
    PERSON(ceb_order, buyer_name, "buyer (订购人姓名)"),
    PERSON(ceb_order, buyer_id_number, "buyer (订购人证件号码)"),
    TEXT(ceb_order, pay_code, 0, .meaning = "payment institution (支付企业代码)"),
    TEXT(ceb_order, pay_transaction_id, 0, .meaning = "its number (支付交易编号)"),
    PERSON(ceb_order, consignee, "receiver (收货人姓名)"),
    PERSON(ceb_order, consignee_address, "receiver (收货地址)"),
    LOOKUP(ceb_order, buyer_id_lookup, "buyer_id_number"),
    LOOKUP(ceb_order, buyer_name_lookup, "buyer_name"),
    LOOKUP(ceb_order, consignee_address_lookup, "consignee_address"),
    FIELD(ceb_order,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &order_line_record,
          .meaning = "the goods (商品)"),
};
const struct record trade_order_told_record =
    RECORD(ceb_order, order_told_fields, "An order as CEB 311 gives it (订单)");

static const struct field payment_told_fields[] = {
    APPLICATION(ceb_payment),
    TEXT(ceb_payment, pay_code, FIELD_REQUIRED, .meaning = "payment institution (支付企业代码)"),
    TEXT(ceb_payment, pay_transaction_id, FIELD_REQUIRED, .meaning = "its number (支付交易编号)"),
    TEXT(ceb_payment, order_no, 0, .meaning = "order paid for (订单编号)"),
    TEXT(ceb_payment, ebp_code, 0, .meaning = "platform (电商平台代码)"),
    PERSON(ceb_payment, payer_id_number, "who paid (支付人证件号码)"),
    PERSON(ceb_payment, payer_name, "who paid (支付人姓名)"),
    TOLD_DECIMAL(ceb_payment, amount_paid, 0, "paid, CNY (支付金额)"),
    TEXT(ceb_payment, pay_time, 0, .meaning = "YYYYMMDDhhmmss (支付时间)"),
    LOOKUP(ceb_payment, payer_id_lookup, "payer_id_number"),
    LOOKUP(ceb_payment, payer_name_lookup, "payer_name"),
};
const struct record trade_payment_told_record =
    RECORD(ceb_payment, payment_told_fields, "A payment as CEB 411 gives it (支付单)");

static const struct field waybill_told_fields[] = {
    APPLICATION(ceb_waybill),
    TEXT(ceb_waybill, logistics_code, FIELD_REQUIRED, .meaning = "logistics (物流企业代码)"),
    TEXT(ceb_waybill, logistics_no, FIELD_REQUIRED, .meaning = "its number (物流运单编号)"),
    TEXT(ceb_waybill, bill_no, 0, .meaning = "bill of lading (提运单号)"),
    TEXT(ceb_waybill, order_no, 0, .meaning = "order carried (订单编号)"),
    TOLD_DECIMAL(ceb_waybill, freight, 0, "freight, CNY (运费)"),
    TOLD_DECIMAL(ceb_waybill, insured_fee, 0, "insurance, CNY (保价费)"),
    TOLD_DECIMAL(ceb_waybill, weight, 0, "gross weight, kg (毛重)"),
    PERSON(ceb_waybill, consignee, "receiver (收货人姓名)"),
    PERSON(ceb_waybill, consignee_address, "receiver (收货地址)"),
    LOOKUP(ceb_waybill, consignee_address_lookup, "consignee_address"),
};
const struct record trade_waybill_told_record =
    RECORD(ceb_waybill, waybill_told_fields, "A waybill as CEB 511 gives it (运单)");

static const struct field order_fields[] = {
    TEXT(trade_order, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "platform and order number"),
    TEXT(trade_order, app_time, FIELD_REQUIRED, .meaning = "of the newest 311 (报送时间)"),
    TEXT(trade_order, ebc_code, 0, .meaning = "e-commerce enterprise (电商企业代码)"),
    FIELD(trade_order, goods_value, FIELD_MONEY, 0, .meaning = "goods (商品价格)"),
    FIELD(trade_order, freight, FIELD_MONEY, 0, .meaning = "freight and insurance (运杂费)"),
    FIELD(trade_order, discount, FIELD_MONEY, 0, .meaning = "not paid in cash (非现金抵扣金额)"),
    FIELD(trade_order, tax_total, FIELD_MONEY, 0, .meaning = "tax withheld (代扣税款)"),
    FIELD(trade_order, actual_paid, FIELD_MONEY, 0, .meaning = "paid (实际支付金额)"),
    TEXT(trade_order, payment, 0, .meaning = "its payment"),
    KEPT_LOOKUP(trade_order, buyer_id_lookup),
    KEPT_LOOKUP(trade_order, buyer_name_lookup),
    KEPT_LOOKUP(trade_order, consignee_address_lookup),
};
const struct record trade_order_record = RECORD(trade_order, order_fields, "An order (订单)");

static const struct field payment_fields[] = {
    TEXT(trade_payment,
         key,
         FIELD_KEY | FIELD_REQUIRED,
         .meaning = "payment institution and its number"),
    TEXT(trade_payment, app_time, FIELD_REQUIRED, .meaning = "of the newest 411 (报送时间)"),
    TEXT(trade_payment, order, 0, .meaning = "the order paid for"),
    FIELD(trade_payment, amount_paid, FIELD_MONEY, 0, .meaning = "paid (支付金额)"),
    TEXT(trade_payment, pay_time, 0, .meaning = "YYYYMMDDhhmmss (支付时间)"),
    KEPT_LOOKUP(trade_payment, payer_id_lookup),
    KEPT_LOOKUP(trade_payment, payer_name_lookup),
};
const struct record trade_payment_record =
    RECORD(trade_payment, payment_fields, "The payment of an order (支付单)");

static const struct field waybill_fields[] = {
    TEXT(trade_waybill, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "logistics and its number"),
    TEXT(trade_waybill, app_time, FIELD_REQUIRED, .meaning = "of the newest 511 (报送时间)"),
    TEXT(trade_waybill, order_no, 0, .meaning = "order carried (订单编号)"),
    FIELD(trade_waybill, freight, FIELD_MONEY, 0, .meaning = "freight (运费)"),
    FIELD(trade_waybill, insured_fee, FIELD_MONEY, 0, .meaning = "insurance (保价费)"),
    KEPT_LOOKUP(trade_waybill, consignee_address_lookup),
};
const struct record trade_waybill_record =
    RECORD(trade_waybill, waybill_fields, "The waybill of an order (运单)");

static const struct field answer_fields[] = {
    TEXT(trade_answer, document, FIELD_REQUIRED, .meaning = "under which it is kept"),
    FIELD(trade_answer,
          effect,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = declaration_effects,
          .meaning = "what the message did"),
};
const struct record trade_answer_record =
    RECORD(trade_answer, answer_fields, "One of the three documents, taken in");
