#include "adapters/customs/ceb_rule.h"

#include <string.h>

#define MEMBER(type, member) offsetof(struct type, member), sizeof(((struct type *)NULL)->member)

static const struct ceb_field_rule inventory_head[] = {
#define HEAD(member) MEMBER(ceb_inventory, member)
    {"appType",          CEB_KIND_DIGITS,  CEB_REQUIRED, 1,  1,   HEAD(app_type)         },
    {"appTime",          CEB_KIND_TIME,    CEB_REQUIRED, 14, 14,  HEAD(app_time)         },
    {"orderNo",          CEB_KIND_TEXT,    CEB_REQUIRED, 1,  60,  HEAD(order_no)         },
    {"ebpCode",          CEB_KIND_TEXT,    CEB_REQUIRED, 1,  18,  HEAD(ebp_code)         },
    {"ebcCode",          CEB_KIND_TEXT,    CEB_REQUIRED, 1,  18,  HEAD(ebc_code)         },
    {"logisticsCode",    CEB_KIND_TEXT,    CEB_REQUIRED, 1,  18,  HEAD(logistics_code)   },
    {"logisticsNo",      CEB_KIND_TEXT,    CEB_REQUIRED, 1,  60,  HEAD(logistics_no)     },
    {"agentCode",        CEB_KIND_TEXT,    CEB_REQUIRED, 1,  18,  HEAD(agent_code)       },
    {"copNo",            CEB_KIND_TEXT,    CEB_OPTIONAL, 1,  20,  HEAD(cop_no)           },
    {"assureCode",       CEB_KIND_TEXT,    CEB_REQUIRED, 1,  30,  HEAD(assure_code)      },
    {"invtNo",           CEB_KIND_CODE,    CEB_OPTIONAL, 1,  18,  HEAD(invt_no)          },
    {"customsCode",      CEB_KIND_CODE,    CEB_REQUIRED, 4,  4,   HEAD(customs_code)     },
    {"tradeMode",        CEB_KIND_CODE,    CEB_REQUIRED, 4,  4,   HEAD(trade_mode)       },
    {"buyerIdNumber",    CEB_KIND_TEXT,    CEB_REQUIRED, 1,  60,  HEAD(buyer_id_number)  },
    {"buyerName",        CEB_KIND_TEXT,    CEB_REQUIRED, 1,  60,  HEAD(buyer_name)       },
    {"buyerTelephone",   CEB_KIND_TEXT,    CEB_REQUIRED, 1,  30,  HEAD(buyer_telephone)  },
    {"consigneeAddress", CEB_KIND_TEXT,    CEB_REQUIRED, 1,  200, HEAD(consignee_address)},
    {"declTime",         CEB_KIND_DATE,    CEB_REQUIRED, 8,  8,   HEAD(decl_date)        },
    {"freight",          CEB_KIND_DECIMAL, CEB_REQUIRED, 1,  64,  HEAD(freight)          },
    {"insuredFee",       CEB_KIND_DECIMAL, CEB_REQUIRED, 1,  64,  HEAD(insured_fee)      },
#undef HEAD
};

static const struct ceb_field_rule inventory_list[] = {
#define LINE(member) MEMBER(ceb_inventory_line, member)
    {"gnum",       CEB_KIND_NUMBER,  CEB_REQUIRED, 1,  18, LINE(gnum)       },
    {"gcode",      CEB_KIND_DIGITS,  CEB_REQUIRED, 10, 10, LINE(gcode)      },
    {"qty",        CEB_KIND_DECIMAL, CEB_REQUIRED, 1,  64, LINE(qty)        },
    {"totalPrice", CEB_KIND_DECIMAL, CEB_REQUIRED, 1,  64, LINE(total_price)},
#undef LINE
};

/* preNo is required by the schema and optional by the specification's text: absent is accepted. */
static const struct ceb_field_rule inventory_return[] = {
#define RETURN(member) MEMBER(ceb_inventory_return, member)
    {"customsCode",  CEB_KIND_CODE, CEB_OPTIONAL, 4,  4,  RETURN(customs_code) },
    {"agentCode",    CEB_KIND_TEXT, CEB_OPTIONAL, 1,  18, RETURN(agent_code)   },
    {"copNo",        CEB_KIND_TEXT, CEB_REQUIRED, 1,  20, RETURN(cop_no)       },
    {"preNo",        CEB_KIND_CODE, CEB_OPTIONAL, 18, 18, RETURN(pre_no)       },
    {"invtNo",       CEB_KIND_CODE, CEB_OPTIONAL, 18, 18, RETURN(invt_no)      },
    {"returnStatus", CEB_KIND_CODE, CEB_REQUIRED, 1,  10, RETURN(return_status)},
    {"returnTime",   CEB_KIND_TIME, CEB_REQUIRED, 17, 17, RETURN(return_time)  },
#undef RETURN
};

#define FIELDS(table) (table), sizeof(table) / sizeof(table)[0]

static const struct ceb_message_rule messages[] = {
    {
     .type = CEB_621,
     .root = "CEB621Message",
     .node = "Inventory",
     .node_size = sizeof(struct ceb_inventory),
     .head = {"InventoryHead", FIELDS(inventory_head)},
     .line = {"InventoryList", FIELDS(inventory_list)},
     .line_size = sizeof(struct ceb_inventory_line),
     .lines_offset = offsetof(struct ceb_inventory, lines),
     .line_count_offset = offsetof(struct ceb_inventory, line_count),
     },
    {
     .type = CEB_622,
     .root = "CEB622Message",
     .node = "InventoryReturn",
     .node_size = sizeof(struct ceb_inventory_return),
     .head = {NULL, FIELDS(inventory_return)},
     .line = {NULL, NULL, 0},
     },
};

const struct ceb_message_rule *ceb_rule_find(const char *root)
{
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        if (strcmp(messages[i].root, root) == 0) {
            return &messages[i];
        }
    }
    return NULL;
}
