#pragma once
/*
 * CEB messages of the import unified edition (跨境电子商务进口统一版), edition 202205 of the
 * customs enterprise interface specification: 621 清单 (inventory) and 622 清单回执 (its receipt),
 * read from XML exactly as customs systems and enterprises send them.
 *
 * Elements are found by namespace URI http://www.chinaport.gov.cn/ceb (or none at all, as some
 * relays send) and local name, in any order; unknown elements are ignored; empty optional elements
 * are absent; values are trimmed of white space. DTDs and entities are refused; size, depth and
 * node counts are bounded. Lengths are characters, not bytes. All elements outside Signature and
 * unknown elements are in the namespace of the root. The Signature is not checked here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/arena.h"
#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    CEB_MESSAGE_SIZE_MAX = 4 << 20,
    CEB_DEPTH_MAX = 16,
    CEB_NODE_COUNT_MAX = 100, /* business nodes in one message */
    CEB_LINE_COUNT_MAX = 99,
    CEB_DECIMALS = 5, /* N19,5: amounts and quantities are integers of 10^-5 */
};

enum ceb_type {
    CEB_621 = 621,
    CEB_622 = 622,
};

/* One line of an inventory (InventoryList). */
struct ceb_inventory_line {
    int64_t gnum;        /* line number from 1 */
    char gcode[11];      /* 10-digit HS code */
    int64_t qty;         /* 10^-5 */
    int64_t total_price; /* 10^-5 CNY */
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
    date_days decl_date;
    int64_t freight;     /* 10^-5 CNY */
    int64_t insured_fee; /* 10^-5 CNY */
    struct ceb_inventory_line *lines;
    size_t line_count;
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
};

struct ceb_message {
    enum ceb_type type;
    size_t count;
    struct ceb_inventory *inventories;    /* type 621 */
    struct ceb_inventory_return *returns; /* type 622 */
};

struct ceb_fault {
    int line;         /* of the XML, 0 = unknown */
    char element[64]; /* local name */
    /* "malformed", "dtd", "too_large", "too_deep", "too_many", "namespace", "message_unknown",
     * "missing", "repeated", "too_short", "too_long", "character", "decimal", "negative", "number",
     * "time" */
    const char *code;
    char detail[160]; /* never quotes personal values */
};

/* Everything found is put into `arena`. False: fault_out says why, message_out is empty. */
MUST_CHECK bool ceb_read(struct bytes xml,
                         struct arena *arena,
                         struct ceb_message *message_out,
                         struct ceb_fault *fault_out);

/* returnTime (17 digits) or appTime (14 digits), Beijing time -> instant; false when it is not a
 * time. */
MUST_CHECK bool ceb_time_parse(const char *text, instant_us *at_out);
