#include "adapters/customs/ceb_rule.h"

#include <assert.h>
#include <string.h>

#define MEMBER(type, member) offsetof(struct type, member), sizeof(((struct type *)NULL)->member)

/* The last argument is AT(member): offset and size. */
#define ROW(element, kind, presence, privacy, min, max, ...)                                       \
    {                                                                                              \
        element, CEB_KIND_##kind, CEB_##presence, CEB_##privacy, min, max, __VA_ARGS__, NULL       \
    }
#define TEXT(element, presence, min, max, ...)                                                     \
    ROW(element, TEXT, presence, PLAIN, min, max, __VA_ARGS__)
#define PERSONAL_TEXT(element, presence, min, max, ...)                                            \
    ROW(element, TEXT, presence, PERSONAL, min, max, __VA_ARGS__)
#define NOTE(element, presence, min, max, ...)                                                     \
    ROW(element, NOTE, presence, PLAIN, min, max, __VA_ARGS__)
#define PERSONAL_NOTE(element, presence, min, max, ...)                                            \
    ROW(element, NOTE, presence, PERSONAL, min, max, __VA_ARGS__)
#define CUT(element, presence, max, ...) ROW(element, CUT, presence, PLAIN, 1, max, __VA_ARGS__)
#define CODE(element, presence, min, max, ...)                                                     \
    ROW(element, CODE, presence, PLAIN, min, max, __VA_ARGS__)
#define DIGITS(element, presence, min, max, ...)                                                   \
    ROW(element, DIGITS, presence, PLAIN, min, max, __VA_ARGS__)
#define TIME(element, length, ...)      ROW(element, TIME, REQUIRED, PLAIN, length, length, __VA_ARGS__)
#define DATE(element, presence, ...)    ROW(element, DATE, presence, PLAIN, 8, 8, __VA_ARGS__)
#define DECIMAL(element, presence, ...) ROW(element, DECIMAL, presence, PLAIN, 1, 64, __VA_ARGS__)
#define NUMBER(element, presence, ...)  ROW(element, NUMBER, presence, PLAIN, 1, 18, __VA_ARGS__)
#define CONSTANT(element, kind, constant)                                                          \
    {                                                                                              \
        element, CEB_KIND_##kind, CEB_EXPECTED, CEB_PLAIN, 0, 64, 0, 0, constant                   \
    }
#define FIXED(element, constant)    CONSTANT(element, FIXED, constant)
#define STANDARD(element, constant) CONSTANT(element, STANDARD, constant)

static const struct ceb_field_rule order_head[] = {
#define AT(member) MEMBER(ceb_order, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    DIGITS("appType", REQUIRED, 1, 1, AT(app_type)),
    TIME("appTime", 14, AT(app_time)),
    STANDARD("appStatus", "2"),
    FIXED("orderType", "I"),
    TEXT("orderNo", REQUIRED, 1, 60, AT(order_no)),
    TEXT("ebpCode", REQUIRED, 1, 18, AT(ebp_code)),
    NOTE("ebpName", EXPECTED, 1, 100, AT(ebp_name)),
    TEXT("ebcCode", REQUIRED, 1, 18, AT(ebc_code)),
    NOTE("ebcName", EXPECTED, 1, 100, AT(ebc_name)),
    DECIMAL("goodsValue", REQUIRED, AT(goods_value)),
    DECIMAL("freight", REQUIRED, AT(freight)),
    DECIMAL("discount", REQUIRED, AT(discount)),
    DECIMAL("taxTotal", REQUIRED, AT(tax_total)),
    DECIMAL("acturalPaid", REQUIRED, AT(actual_paid)),
    FIXED("currency", "142"),
    PERSONAL_NOTE("buyerRegNo", EXPECTED, 1, 60, AT(buyer_reg_no)),
    PERSONAL_TEXT("buyerName", REQUIRED, 1, 60, AT(buyer_name)),
    PERSONAL_NOTE("buyerTelephone", EXPECTED, 1, 30, AT(buyer_telephone)),
    STANDARD("buyerIdType", "1"),
    PERSONAL_TEXT("buyerIdNumber", REQUIRED, 1, 60, AT(buyer_id_number)),
    TEXT("payCode", OPTIONAL, 1, 18, AT(pay_code)),
    TEXT("payTransactionId", OPTIONAL, 1, 60, AT(pay_transaction_id)),
    PERSONAL_TEXT("consignee", REQUIRED, 1, 100, AT(consignee)),
    PERSONAL_NOTE("consigneeTelephone", EXPECTED, 1, 50, AT(consignee_telephone)),
    PERSONAL_TEXT("consigneeAddress", REQUIRED, 1, 200, AT(consignee_address)),
#undef AT
};

static const struct ceb_field_rule order_list[] = {
#define AT(member) MEMBER(ceb_order_line, member)
    NUMBER("gnum", REQUIRED, AT(gnum)),
    TEXT("itemName", REQUIRED, 1, 250, AT(item_name)),
    NOTE("gmodel", EXPECTED, 1, 510, AT(gmodel)),
    NOTE("unit", EXPECTED, 3, 3, AT(unit)),
    DECIMAL("qty", REQUIRED, AT(qty)),
    DECIMAL("price", EXPECTED, AT(price)),
    DECIMAL("totalPrice", REQUIRED, AT(total_price)),
    FIXED("currency", "142"),
    NOTE("country", EXPECTED, 3, 3, AT(country)),
#undef AT
};

static const struct ceb_field_rule payment_head[] = {
#define AT(member) MEMBER(ceb_payment, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    DIGITS("appType", REQUIRED, 1, 1, AT(app_type)),
    TIME("appTime", 14, AT(app_time)),
    STANDARD("appStatus", "2"),
    TEXT("payCode", REQUIRED, 1, 18, AT(pay_code)),
    NOTE("payName", EXPECTED, 1, 100, AT(pay_name)),
    TEXT("payTransactionId", REQUIRED, 1, 60, AT(pay_transaction_id)),
    TEXT("orderNo", REQUIRED, 1, 60, AT(order_no)),
    TEXT("ebpCode", REQUIRED, 1, 18, AT(ebp_code)),
    NOTE("ebpName", EXPECTED, 1, 100, AT(ebp_name)),
    STANDARD("payerIdType", "1"),
    PERSONAL_TEXT("payerIdNumber", REQUIRED, 1, 60, AT(payer_id_number)),
    PERSONAL_TEXT("payerName", REQUIRED, 1, 60, AT(payer_name)),
    PERSONAL_NOTE("telephone", OPTIONAL, 1, 60, AT(telephone)),
    DECIMAL("amountPaid", REQUIRED, AT(amount_paid)),
    FIXED("currency", "142"),
    TIME("payTime", 14, AT(pay_time)),
#undef AT
};

static const struct ceb_field_rule waybill_head[] = {
#define AT(member) MEMBER(ceb_waybill, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    DIGITS("appType", REQUIRED, 1, 1, AT(app_type)),
    TIME("appTime", 14, AT(app_time)),
    STANDARD("appStatus", "2"),
    TEXT("logisticsCode", REQUIRED, 1, 18, AT(logistics_code)),
    NOTE("logisticsName", EXPECTED, 1, 100, AT(logistics_name)),
    TEXT("logisticsNo", REQUIRED, 1, 60, AT(logistics_no)),
    TEXT("billNo", OPTIONAL, 1, 37, AT(bill_no)),
    TEXT("orderNo", REQUIRED, 1, 60, AT(order_no)),
    DECIMAL("freight", EXPECTED, AT(freight)),
    DECIMAL("insuredFee", EXPECTED, AT(insured_fee)),
    FIXED("currency", "142"),
    DECIMAL("weight", REQUIRED, AT(weight)),
    STANDARD("packNo", "1"),
    NOTE("goodsInfo", OPTIONAL, 1, 200, AT(goods_info)),
    PERSONAL_TEXT("consignee", REQUIRED, 1, 100, AT(consignee)),
    PERSONAL_TEXT("consigneeAddress", REQUIRED, 1, 200, AT(consignee_address)),
    PERSONAL_NOTE("consigneeTelephone", EXPECTED, 1, 50, AT(consignee_telephone)),
#undef AT
};

static const struct ceb_field_rule inventory_head[] = {
#define AT(member) MEMBER(ceb_inventory, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    DIGITS("appType", REQUIRED, 1, 1, AT(app_type)),
    TIME("appTime", 14, AT(app_time)),
    STANDARD("appStatus", "2"),
    TEXT("orderNo", REQUIRED, 1, 60, AT(order_no)),
    TEXT("ebpCode", REQUIRED, 1, 18, AT(ebp_code)),
    NOTE("ebpName", EXPECTED, 1, 100, AT(ebp_name)),
    TEXT("ebcCode", REQUIRED, 1, 18, AT(ebc_code)),
    NOTE("ebcName", EXPECTED, 1, 100, AT(ebc_name)),
    TEXT("logisticsNo", REQUIRED, 1, 60, AT(logistics_no)),
    TEXT("logisticsCode", REQUIRED, 1, 18, AT(logistics_code)),
    NOTE("logisticsName", EXPECTED, 1, 100, AT(logistics_name)),
    TEXT("copNo", OPTIONAL, 1, 20, AT(cop_no)),
    NOTE("preNo", OPTIONAL, 1, 18, AT(pre_no)),
    TEXT("assureCode", REQUIRED, 1, 30, AT(assure_code)),
    NOTE("emsNo", OPTIONAL, 1, 30, AT(ems_no)),
    CODE("invtNo", OPTIONAL, 1, 18, AT(invt_no)),
    FIXED("ieFlag", "I"),
    DATE("declTime", REQUIRED, AT(decl_date)),
    CODE("customsCode", REQUIRED, 4, 4, AT(customs_code)),
    NOTE("portCode", EXPECTED, 4, 4, AT(port_code)),
    STANDARD("buyerIdType", "1"),
    PERSONAL_TEXT("buyerIdNumber", REQUIRED, 1, 60, AT(buyer_id_number)),
    PERSONAL_TEXT("buyerName", REQUIRED, 1, 60, AT(buyer_name)),
    PERSONAL_TEXT("buyerTelephone", REQUIRED, 1, 30, AT(buyer_telephone)),
    PERSONAL_TEXT("consigneeAddress", REQUIRED, 1, 200, AT(consignee_address)),
    TEXT("agentCode", REQUIRED, 1, 18, AT(agent_code)),
    NOTE("agentName", EXPECTED, 1, 100, AT(agent_name)),
    NOTE("areaCode", OPTIONAL, 1, 18, AT(area_code)),
    NOTE("areaName", OPTIONAL, 1, 100, AT(area_name)),
    CODE("tradeMode", REQUIRED, 4, 4, AT(trade_mode)),
    NOTE("trafMode", EXPECTED, 1, 1, AT(traf_mode)),
    NOTE("trafNo", OPTIONAL, 1, 100, AT(traf_no)),
    NOTE("voyageNo", OPTIONAL, 1, 32, AT(voyage_no)),
    NOTE("billNo", OPTIONAL, 1, 37, AT(bill_no)),
    NOTE("country", EXPECTED, 3, 3, AT(country)),
    DECIMAL("freight", REQUIRED, AT(freight)),
    DECIMAL("insuredFee", REQUIRED, AT(insured_fee)),
    FIXED("currency", "142"),
    STANDARD("packNo", "1"),
    DECIMAL("grossWeight", EXPECTED, AT(gross_weight)),
    DECIMAL("netWeight", EXPECTED, AT(net_weight)),
#undef AT
};

static const struct ceb_field_rule inventory_list[] = {
#define AT(member) MEMBER(ceb_inventory_line, member)
    NUMBER("gnum", REQUIRED, AT(gnum)),
    NOTE("itemRecordNo", OPTIONAL, 1, 30, AT(item_record_no)),
    DIGITS("gcode", REQUIRED, 10, 10, AT(gcode)),
    NOTE("gname", EXPECTED, 1, 250, AT(gname)),
    NOTE("gmodel", EXPECTED, 1, 510, AT(gmodel)),
    NOTE("country", EXPECTED, 3, 3, AT(country)),
    FIXED("currency", "142"),
    DECIMAL("qty", REQUIRED, AT(qty)),
    NOTE("unit", EXPECTED, 3, 3, AT(unit)),
    DECIMAL("qty1", EXPECTED, AT(qty1)),
    NOTE("unit1", EXPECTED, 3, 3, AT(unit1)),
    DECIMAL("price", EXPECTED, AT(price)),
    DECIMAL("totalPrice", REQUIRED, AT(total_price)),
#undef AT
};

/* preNo is required by the schema and optional by the specification's text: absent is accepted. */
static const struct ceb_field_rule inventory_return[] = {
#define AT(member) MEMBER(ceb_inventory_return, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    CODE("customsCode", OPTIONAL, 4, 4, AT(customs_code)),
    NOTE("ebpCode", OPTIONAL, 1, 18, AT(ebp_code)),
    NOTE("ebcCode", OPTIONAL, 1, 18, AT(ebc_code)),
    TEXT("agentCode", OPTIONAL, 1, 18, AT(agent_code)),
    TEXT("copNo", REQUIRED, 1, 20, AT(cop_no)),
    CODE("preNo", EXPECTED, 18, 18, AT(pre_no)),
    CODE("invtNo", OPTIONAL, 18, 18, AT(invt_no)),
    CODE("returnStatus", REQUIRED, 1, 10, AT(return_status)),
    TIME("returnTime", 17, AT(return_time)),
    NOTE("returnInfo", EXPECTED, 1, 1000, AT(return_info)),
#undef AT
};

static const struct ceb_field_rule application[] = {
#define AT(member) MEMBER(ceb_application, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    DIGITS("appType", REQUIRED, 1, 1, AT(app_type)),
    TIME("appTime", 14, AT(app_time)),
    STANDARD("appStatus", "2"),
    CODE("customsCode", REQUIRED, 4, 4, AT(customs_code)),
    TEXT("orderNo", REQUIRED, 1, 60, AT(order_no)),
    TEXT("ebpCode", REQUIRED, 1, 18, AT(ebp_code)),
    NOTE("ebpName", EXPECTED, 1, 100, AT(ebp_name)),
    TEXT("ebcCode", REQUIRED, 1, 18, AT(ebc_code)),
    NOTE("ebcName", EXPECTED, 1, 100, AT(ebc_name)),
    NOTE("logisticsNo", EXPECTED, 1, 60, AT(logistics_no)),
    NOTE("logisticsCode", EXPECTED, 1, 18, AT(logistics_code)),
    NOTE("logisticsName", EXPECTED, 1, 100, AT(logistics_name)),
    TEXT("copNo", OPTIONAL, 1, 20, AT(cop_no)),
    CODE("preNo", OPTIONAL, 1, 18, AT(pre_no)),
    CODE("invtNo", REQUIRED, 1, 18, AT(invt_no)),
    STANDARD("buyerIdType", "1"),
    PERSONAL_TEXT("buyerIdNumber", REQUIRED, 1, 60, AT(buyer_id_number)),
    PERSONAL_NOTE("buyerName", EXPECTED, 1, 60, AT(buyer_name)),
    PERSONAL_NOTE("buyerTelephone", EXPECTED, 1, 30, AT(buyer_telephone)),
    TEXT("agentCode", REQUIRED, 1, 18, AT(agent_code)),
    NOTE("agentName", EXPECTED, 1, 100, AT(agent_name)),
    NOTE("reason", EXPECTED, 1, 1000, AT(reason)),
#undef AT
};

static const struct ceb_field_rule refund_list[] = {
#define AT(member) MEMBER(ceb_refund_line, member)
    NUMBER("gnum", REQUIRED, AT(gnum)),
    DIGITS("gcode", REQUIRED, 10, 10, AT(gcode)),
    NOTE("gname", EXPECTED, 1, 250, AT(gname)),
    DECIMAL("qty", REQUIRED, AT(qty)),
    NOTE("unit", EXPECTED, 3, 3, AT(unit)),
#undef AT
};

/* As in 622, but agentCode stands before ebpCode. */
static const struct ceb_field_rule application_return[] = {
#define AT(member) MEMBER(ceb_application_return, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    CODE("customsCode", OPTIONAL, 4, 4, AT(customs_code)),
    TEXT("agentCode", OPTIONAL, 1, 18, AT(agent_code)),
    NOTE("ebpCode", OPTIONAL, 1, 18, AT(ebp_code)),
    NOTE("ebcCode", OPTIONAL, 1, 18, AT(ebc_code)),
    TEXT("copNo", REQUIRED, 1, 20, AT(cop_no)),
    CODE("preNo", EXPECTED, 18, 18, AT(pre_no)),
    CODE("invtNo", OPTIONAL, 18, 18, AT(invt_no)),
    CODE("returnStatus", REQUIRED, 1, 10, AT(return_status)),
    TIME("returnTime", 17, AT(return_time)),
    NOTE("returnInfo", EXPECTED, 1, 1000, AT(return_info)),
#undef AT
};

static const struct ceb_field_rule tax_head[] = {
#define AT(member) MEMBER(ceb_tax, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    TIME("returnTime", 17, AT(return_time)),
    CODE("invtNo", REQUIRED, 1, 18, AT(invt_no)),
    CODE("taxNo", REQUIRED, 1, 50, AT(tax_no)),
    DECIMAL("customsTax", REQUIRED, AT(customs_tax)),
    DECIMAL("valueAddedTax", REQUIRED, AT(value_added_tax)),
    DECIMAL("consumptionTax", REQUIRED, AT(consumption_tax)),
    DIGITS("status", REQUIRED, 1, 1, AT(status)),
    CODE("entDutyNo", OPTIONAL, 1, 50, AT(ent_duty_no)),
    NOTE("note", OPTIONAL, 1, 1000, AT(note)),
    TEXT("assureCode", OPTIONAL, 1, 64, AT(assure_code)),
    TEXT("ebcCode", OPTIONAL, 1, 64, AT(ebc_code)),
    TEXT("logisticsCode", OPTIONAL, 1, 64, AT(logistics_code)),
    TEXT("agentCode", OPTIONAL, 1, 18, AT(agent_code)),
    CODE("customsCode", OPTIONAL, 4, 4, AT(customs_code)),
#undef AT
};

static const struct ceb_field_rule tax_list[] = {
#define AT(member) MEMBER(ceb_tax_line, member)
    NUMBER("gnum", REQUIRED, AT(gnum)),
    DIGITS("gcode", REQUIRED, 10, 10, AT(gcode)),
    DECIMAL("taxPrice", REQUIRED, AT(tax_price)),
    DECIMAL("customsTax", REQUIRED, AT(customs_tax)),
    DECIMAL("valueAddedTax", REQUIRED, AT(value_added_tax)),
    DECIMAL("consumptionTax", REQUIRED, AT(consumption_tax)),
#undef AT
};

static const struct ceb_field_rule tax_status[] = {
#define AT(member) MEMBER(ceb_tax_status, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    TIME("returnTime", 17, AT(return_time)),
    CODE("invtNo", REQUIRED, 1, 18, AT(invt_no)),
    CODE("taxNo", REQUIRED, 1, 50, AT(tax_no)),
    DIGITS("status", REQUIRED, 1, 1, AT(status)),
    CODE("entDutyNo", OPTIONAL, 1, 50, AT(ent_duty_no)),
    TEXT("assureCode", OPTIONAL, 1, 64, AT(assure_code)),
#undef AT
};

static const struct ceb_field_rule format_error[] = {
#define AT(member) MEMBER(ceb_format_error, member)
    NOTE("guid", EXPECTED, 36, 36, AT(guid)),
    CODE("returnStatus", REQUIRED, 1, 10, AT(return_status)),
    CUT("returnInfo", EXPECTED, 500, AT(return_info)),
    TIME("returnTime", 17, AT(return_time)),
    TEXT("oriCopMsgId", EXPECTED, 1, 255, AT(original_message_id)),
    TEXT("oriMessageType", EXPECTED, 1, 15, AT(original_type)),
    STANDARD("oriBizMessage", ""),
#undef AT
};

#define FIELDS(table) (table), sizeof(table) / sizeof(table)[0]
#define LINES(node, line)                                                                          \
    .line_size = sizeof(struct line), .lines_offset = offsetof(struct node, lines),                \
    .line_count_offset = offsetof(struct node, line_count)

static const struct ceb_message_rule messages[] = {
    {
     .type = CEB_311,
     .sender = CEB_FROM_COMPANY,
     .root = "CEB311Message",
     .node = "Order",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_order),
     .head = {"OrderHead", FIELDS(order_head)},
     .line = {"OrderList", FIELDS(order_list)},
     LINES(ceb_order, ceb_order_line),
     },
    {
     .type = CEB_411,
     .sender = CEB_FROM_COMPANY,
     .root = "CEB411Message",
     .node = "Payment",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_payment),
     .head = {"PaymentHead", FIELDS(payment_head)},
     },
    {
     .type = CEB_511,
     .sender = CEB_FROM_COMPANY,
     .root = "CEB511Message",
     .node = "Logistics",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_waybill),
     .head = {"LogisticsHead", FIELDS(waybill_head)},
     },
    {
     .type = CEB_621,
     .sender = CEB_FROM_COMPANY,
     .root = "CEB621Message",
     .node = "Inventory",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_inventory),
     .head = {"InventoryHead", FIELDS(inventory_head)},
     .line = {"InventoryList", FIELDS(inventory_list)},
     LINES(ceb_inventory, ceb_inventory_line),
     },
    {
     .type = CEB_622,
     .sender = CEB_FROM_CUSTOMS,
     .root = "CEB622Message",
     .node = "InventoryReturn",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_inventory_return),
     .head = {NULL, FIELDS(inventory_return)},
     },
    {
     .type = CEB_623,
     .sender = CEB_FROM_COMPANY,
     .root = "CEB623Message",
     .node = "InvtCancel",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_application),
     .head = {NULL, FIELDS(application)},
     },
    {
     .type = CEB_624,
     .sender = CEB_FROM_CUSTOMS,
     .root = "CEB624Message",
     .node = "InvtCancelReturn",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_application_return),
     .head = {NULL, FIELDS(application_return)},
     },
    {
     .type = CEB_625,
     .sender = CEB_FROM_COMPANY,
     .root = "CEB625Message",
     .node = "InvtRefund",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_application),
     .head = {"InvtRefundHead", FIELDS(application)},
     .line = {"InvtRefundList", FIELDS(refund_list)},
     LINES(ceb_application, ceb_refund_line),
     },
    {
     .type = CEB_626,
     .sender = CEB_FROM_CUSTOMS,
     .root = "CEB626Message",
     .node = "InvtRefundReturn",
     .node_count_max = CEB_NODE_COUNT_MAX,
     .node_size = sizeof(struct ceb_application_return),
     .head = {NULL, FIELDS(application_return)},
     },
    {
     .type = CEB_816,
     .sender = CEB_FROM_CUSTOMS,
     .root = "CEB816Message",
     .node = "Tax",
     .node_count_max = CEB_TAX_COUNT_MAX,
     .node_size = sizeof(struct ceb_tax),
     .head = {"TaxHeadRd", FIELDS(tax_head)},
     .line = {"TaxListRd", FIELDS(tax_list)},
     LINES(ceb_tax, ceb_tax_line),
     },
    {
     .type = CEB_818,
     .sender = CEB_FROM_CUSTOMS,
     .root = "CEB818Message",
     .node = "Tax",
     .node_count_max = CEB_TAX_COUNT_MAX,
     .node_size = sizeof(struct ceb_tax_status),
     .head = {"TaxHeadStatus", FIELDS(tax_status)},
     },
    {
     .type = CEB_900,
     .sender = CEB_FROM_CUSTOMS,
     .root = "CEB900Message",
     .node = "MessageReturn",
     .node_count_max = 1,
     .node_size = sizeof(struct ceb_format_error),
     .head = {NULL, FIELDS(format_error)},
     },
};

enum {
    MESSAGE_COUNT = sizeof messages / sizeof messages[0]
};

const struct ceb_message_rule *ceb_rule_find(const char *root)
{
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        if (strcmp(messages[i].root, root) == 0) {
            return &messages[i];
        }
    }
    return NULL;
}

const struct ceb_message_rule *ceb_rule_of(enum ceb_type type)
{
    size_t i = 0;
    while (i < MESSAGE_COUNT && messages[i].type != type) {
        i++;
    }
    assert(i < MESSAGE_COUNT);
    return &messages[i];
}

struct ceb_lines ceb_rule_lines(const struct ceb_message_rule *rule, const char *node)
{
    struct ceb_lines lines = {0};
    if (rule->line.element != NULL) {
        memcpy(&lines.items, node + rule->lines_offset, sizeof lines.items);
        memcpy(&lines.count, node + rule->line_count_offset, sizeof lines.count);
    }
    return lines;
}
