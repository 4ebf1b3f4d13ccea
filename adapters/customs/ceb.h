#pragma once
/*
 * CEB messages of the import unified edition (跨境电子商务进口统一版), edition 202205 of the
 * customs enterprise interface specification, read from XML exactly as customs systems and
 * enterprises send them, and written as they must be.
 *
 *   311 order (订单)            411 payment (支付凭证)       511 waybill (物流运单)
 *   621 inventory (清单)        622 its receipt
 *   623 withdrawal (撤销申请)   624 its receipt
 *   625 return (退货申请)       626 its receipt
 *   816 tax bill (电子税单)     818 its status               900 format error (报文格式校验回执)
 *
 * Elements are found by namespace URI http://www.chinaport.gov.cn/ceb (or none at all, as some
 * relays send) and local name, in any order; unknown elements are ignored; empty optional elements
 * are absent; values are trimmed of white space. DTDs and entities are refused; size, depth and
 * node counts are bounded. Lengths are characters, not bytes; text sizes here are characters * 4 +
 * 1. All elements outside Signature and unknown elements are in the namespace of the root. The
 * Signature is not checked here.
 *
 * A `const char *` member is a text in the arena, NULL when absent: what a message says beside the
 * business, kept so that it can be written again. Commands do not keep it and no rule may ask it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

struct writer;

enum {
    CEB_MESSAGE_SIZE_MAX = 4 << 20,
    CEB_DEPTH_MAX = 16,
    CEB_NODE_COUNT_MAX = 100, /* business nodes in one message */
    CEB_TAX_COUNT_MAX = 1000, /* the same in 816 and 818, which the schema does not bound */
    CEB_LINE_COUNT_MAX = 99,
    CEB_LOOKUP_SIZE = 44,
    CEB_DECIMALS = 5, /* N19,5: amounts and quantities are integers of 10^-5 */
    CEB_DECIMAL_ONE = 100000,
    CEB_INFO_SIZE = 2001, /* 500 characters */
};

enum ceb_type {
    CEB_311 = 311,
    CEB_411 = 411,
    CEB_511 = 511,
    CEB_621 = 621,
    CEB_622 = 622,
    CEB_623 = 623,
    CEB_624 = 624,
    CEB_625 = 625,
    CEB_626 = 626,
    CEB_816 = 816,
    CEB_818 = 818,
    CEB_900 = 900,
};

/* 311 Order: OrderHead with OrderList. Amounts are 10^-5 CNY. */
struct ceb_order_line {
    int64_t gnum;
    char item_name[1001];
    int64_t qty;
    int64_t total_price;
    int64_t price;
    const char *gmodel;
    const char *unit;
    const char *country;
};

struct ceb_order {
    char app_type[2];
    char app_time[15];
    char order_no[241];
    char ebp_code[73];
    char ebc_code[73];
    int64_t goods_value;
    int64_t freight;
    int64_t discount;
    int64_t tax_total;
    int64_t actual_paid;       /* acturalPaid */
    char buyer_name[241];      /* personal */
    char buyer_id_number[241]; /* personal */
    char pay_code[73];
    char pay_transaction_id[241];
    char consignee[401];         /* personal */
    char consignee_address[801]; /* personal */
    /* Keyed hashes, made by the gateway: not of the message. */
    char buyer_id_lookup[CEB_LOOKUP_SIZE];
    char buyer_name_lookup[CEB_LOOKUP_SIZE];
    char consignee_address_lookup[CEB_LOOKUP_SIZE];
    struct ceb_order_line *lines;
    size_t line_count;
    const char *guid;
    const char *ebp_name;
    const char *ebc_name;
    const char *buyer_reg_no;        /* personal */
    const char *buyer_telephone;     /* personal */
    const char *consignee_telephone; /* personal */
};

/* 411 Payment: PaymentHead. */
struct ceb_payment {
    char app_type[2];
    char app_time[15];
    char pay_code[73];
    char pay_transaction_id[241];
    char order_no[241];
    char ebp_code[73];
    char payer_id_number[241]; /* personal */
    char payer_name[241];      /* personal */
    /* Keyed hashes, made by the gateway: not of the message. */
    char payer_id_lookup[CEB_LOOKUP_SIZE];
    char payer_name_lookup[CEB_LOOKUP_SIZE];
    int64_t amount_paid;
    char pay_time[15];
    const char *guid;
    const char *pay_name;
    const char *ebp_name;
    const char *telephone; /* personal */
};

/* 511 Logistics: LogisticsHead. */
struct ceb_waybill {
    char app_type[2];
    char app_time[15];
    char logistics_code[73];
    char logistics_no[241];
    char bill_no[149];
    char order_no[241];
    int64_t freight;
    int64_t insured_fee;
    int64_t weight;
    char consignee[401];         /* personal */
    char consignee_address[801]; /* personal */
    const char *guid;
    const char *logistics_name;
    const char *goods_info;
    const char *consignee_telephone; /* personal */
    /* A keyed hash, made by the gateway: not of the message. */
    char consignee_address_lookup[CEB_LOOKUP_SIZE];
};

/* One line of an inventory (InventoryList). */
struct ceb_inventory_line {
    int64_t gnum;        /* line number from 1 */
    char gcode[11];      /* 10-digit HS code */
    int64_t qty;         /* 10^-5 */
    int64_t total_price; /* 10^-5 CNY */
    int64_t price;       /* 10^-5 CNY */
    int64_t qty1;        /* in the legal unit (法定数量) */
    const char *item_record_no;
    const char *gname;
    const char *gmodel;
    const char *country;
    const char *unit;
    const char *unit1;
};

/* InventoryHead with its lines. Text sizes are characters * 4 + 1. */
struct ceb_inventory {
    char app_type[2]; /* 1 add, 2 change, 3 delete */
    char app_time[15];
    char order_no[241];
    char ebp_code[73];
    char ebc_code[73];
    char logistics_code[73];
    char logistics_no[241];
    char agent_code[73];
    char cop_no[81];
    char assure_code[121]; /* the company whose guarantee is used */
    char invt_no[19];
    char customs_code[5];
    char trade_mode[5];
    char buyer_id_number[241];   /* personal */
    char buyer_name[241];        /* personal */
    char buyer_telephone[121];   /* personal */
    char consignee_address[801]; /* personal */
    /* Keyed hashes, made by the gateway: not of the message. */
    char buyer_id_lookup[CEB_LOOKUP_SIZE];
    char buyer_name_lookup[CEB_LOOKUP_SIZE];
    char consignee_address_lookup[CEB_LOOKUP_SIZE];
    date_days decl_date;
    int64_t freight;     /* 10^-5 CNY */
    int64_t insured_fee; /* 10^-5 CNY */
    struct ceb_inventory_line *lines;
    size_t line_count;
    int64_t gross_weight; /* 10^-5 kg */
    int64_t net_weight;
    const char *guid;
    const char *ebp_name;
    const char *ebc_name;
    const char *logistics_name;
    const char *agent_name;
    const char *pre_no;
    const char *ems_no; /* bonded goods, as the area's company */
    const char *area_code;
    const char *area_name;
    const char *port_code;
    const char *traf_mode;
    const char *traf_no; /* direct import, as voyage and bill */
    const char *voyage_no;
    const char *bill_no;
    const char *country;
};

/* InventoryReturn. */
struct ceb_inventory_return {
    char customs_code[5];
    char agent_code[73];
    char cop_no[81];
    char pre_no[19];
    char invt_no[19];
    char return_status[11];
    char return_time[18]; /* YYYYMMDDhhmmssSSS, Beijing time; order of receipts is the order of this
                           */
    char relayed_status[11]; /* not in the message: what a relay wrote for return_status */
    const char *guid;
    const char *ebp_code;
    const char *ebc_code;
    const char *return_info;
};

/* 623 InvtCancel. 625 InvtRefund: InvtRefundHead with InvtRefundList. */
struct ceb_refund_line {
    int64_t gnum; /* of the inventory */
    char gcode[11];
    int64_t qty; /* 10^-5 */
    const char *gname;
    const char *unit;
};

struct ceb_application {
    char app_type[2];
    char app_time[15];
    char customs_code[5];
    char order_no[241];
    char ebp_code[73];
    char ebc_code[73];
    char agent_code[73];
    char cop_no[81]; /* of this application, not of the inventory */
    char pre_no[19];
    char invt_no[19];              /* of the inventory */
    char buyer_id_number[241];     /* personal */
    struct ceb_refund_line *lines; /* 625 only */
    size_t line_count;
    const char *guid;
    const char *ebp_name;
    const char *ebc_name;
    const char *logistics_no;
    const char *logistics_code;
    const char *logistics_name;
    const char *buyer_name;      /* personal */
    const char *buyer_telephone; /* personal */
    const char *agent_name;
    const char *reason;
};

/* 624 InvtCancelReturn, 626 InvtRefundReturn. */
struct ceb_application_return {
    char customs_code[5];
    char agent_code[73];
    char cop_no[81];
    char pre_no[19];
    char invt_no[19];
    char return_status[11];
    char return_time[18];
    char relayed_status[11]; /* as in 622 */
    const char *guid;
    const char *ebp_code;
    const char *ebc_code;
    const char *return_info;
};

/* 816 Tax: TaxHeadRd with TaxListRd. Amounts are 10^-5 CNY. */
struct ceb_tax_line {
    int64_t gnum;
    char gcode[11];
    int64_t tax_price; /* taxPrice (完税总价格) */
    int64_t customs_tax;
    int64_t value_added_tax;
    int64_t consumption_tax;
};

struct ceb_tax {
    char return_time[18];
    char invt_no[19];
    char tax_no[51];
    int64_t customs_tax;
    int64_t value_added_tax;
    int64_t consumption_tax;
    char status[2]; /* 1 made (已生成), 2 summarised (已汇总), 3 void (作废) */
    char ent_duty_no[51];
    char assure_code[257];
    char ebc_code[257];
    char logistics_code[257];
    char agent_code[73];
    char customs_code[5];
    struct ceb_tax_line *lines;
    size_t line_count;
    const char *guid;
    const char *note;
};

/* 818 Tax: TaxHeadStatus. No amounts. */
struct ceb_tax_status {
    char return_time[18];
    char invt_no[19];
    char tax_no[51];
    char status[2];
    char ent_duty_no[51];
    char assure_code[257];
    const char *guid;
};

/* 900 MessageReturn. The original content (oriBizMessage) is not kept. */
struct ceb_format_error {
    char return_status[11];
    char return_info[CEB_INFO_SIZE]; /* cut when longer */
    char return_time[18];
    char original_message_id[1021]; /* oriCopMsgId */
    char original_type[61];         /* oriMessageType */
    const char *guid;
};

struct ceb_message {
    enum ceb_type type;
    size_t count;
    void *nodes; /* `count` structs of the type, one after another */
};

struct ceb_fault {
    int line;         /* of the XML, 0 = unknown */
    char element[64]; /* local name */
    /* "malformed", "dtd", "too_large", "too_deep", "too_many", "namespace", "message_unknown",
     * "missing", "repeated", "too_short", "too_long", "character", "decimal", "negative", "number",
     * "time", "fixed"; of an envelope (dxp.h) also "base64", "type_mismatch" */
    const char *code;
    char detail[160]; /* never quotes personal values */
};

/* Everything found is put into `arena`. False: fault_out says why, message_out is empty. */
MUST_CHECK bool ceb_read(struct bytes xml,
                         struct arena *arena,
                         struct ceb_message *message_out,
                         struct ceb_fault *fault_out);

enum ceb_form {
    CEB_FORM_DEFAULT, /* default namespace, as customs sends */
    CEB_FORM_PREFIX,  /* ceb:, as companies send */
};

/* Who sends a message, and the number of the message itself. Nothing is NULL. */
struct ceb_transfer {
    const char *guid;     /* 36 characters */
    const char *cop_code; /* this and the rest: in what companies send (BaseTransfer) */
    const char *cop_name;
    const char *dxp_id;
};

/*
 * Writes the message in the order of the schema, with the constants it demands (currency 142, one
 * package, appStatus 2 …). Texts that are empty are left out, so whoever wants a message the schema
 * accepts fills in what it requires; 621, 623 and 625 want a Signature besides. `out` fails when it
 * is too small, or a text cannot stand in XML.
 */
void ceb_write(const struct ceb_message *message,
               const struct ceb_transfer *transfer,
               enum ceb_form form,
               struct writer *out);

/* returnTime (17 digits) or appTime (14 digits), Beijing time -> instant; false when it is not a
 * time. */
MUST_CHECK bool ceb_time_parse(const char *text, instant_us *at_out);
