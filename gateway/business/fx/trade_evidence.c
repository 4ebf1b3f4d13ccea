#include "gateway/business/fx/trade_evidence.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/field.h"
#include "gateway/business/fx/fx_match.h"
#include "gateway/business/text.h"

static const struct name kinds[] = {
    {EVIDENCE_ORDER,     "order",     "told by the platform (订单)"              },
    {EVIDENCE_PAYMENT,   "payment",   "told by the payment institution (收款单)"},
    {EVIDENCE_LOGISTICS, "logistics", "told by the logistics firm (物流单)"     },
    {0,                  NULL,        NULL                                         },
};

#define LOOKUPS(struct_, flags_, lookup_of_)                                                       \
    TEXT(struct_, name_lookup, flags_, lookup_of_("name").meaning = "keyed hash"),                 \
        TEXT(struct_, id_number_lookup, flags_, lookup_of_("id_number").meaning = "keyed hash"),   \
        TEXT(struct_, goods_lookup, flags_, lookup_of_("goods").meaning = "keyed hash"),           \
        TEXT(struct_,                                                                              \
             enterprise_code_lookup,                                                               \
             flags_,                                                                               \
             lookup_of_("enterprise_code").meaning = "keyed hash")
#define MADE_FROM(name_) .lookup_of = (name_),
#define KEPT(name_)

#define EVIDENCE_FIELDS(struct_)                                                                   \
    FIELD(struct_,                                                                                 \
          kind,                                                                                    \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = kinds,                                                                          \
          .meaning = "which of the three (单证类型)"),                                             \
        TEXT(struct_,                                                                              \
             platform,                                                                             \
             FIELD_REQUIRED | FIELD_CODE,                                                          \
             .meaning = "where it was sold (电商平台)"),                                           \
        TEXT(struct_,                                                                              \
             order_no,                                                                             \
             FIELD_REQUIRED | FIELD_CODE,                                                          \
             .meaning = "the platform's number (订单编号)"),                                       \
        TEXT(struct_,                                                                              \
             payment_serial,                                                                       \
             FIELD_CODE,                                                                           \
             .meaning = "of a payment: its number (支付流水号)"),                                  \
        AMOUNT(struct_, amount, 0, "of an order, a payment (金额)"),                               \
        TEXT(struct_, goods, 0, .meaning = "of an order, a transport (商品)"),                     \
        FIELD(struct_,                                                                             \
              done_at,                                                                             \
              FIELD_INSTANT,                                                                       \
              FIELD_REQUIRED,                                                                      \
              .meaning = "ordered, paid, handed over at (时间)"),                                  \
        TEXT(struct_,                                                                              \
             enterprise_code,                                                                      \
             FIELD_CODE,                                                                           \
             .meaning = "of an order, a transport (企业代码)"),                                    \
        FIELD(struct_, bonded, FIELD_BOOLEAN, 0, .meaning = "out of a bonded zone (保税)"),        \
        FIELD(struct_, declared, FIELD_BOOLEAN, 0, .meaning = "declared to customs (已报关)")

#define PERSON_FIELDS(struct_)                                                                     \
    TEXT(struct_, name, FIELD_PERSONAL, .meaning = "the seller (姓名)"),                           \
        TEXT(struct_, id_number, FIELD_PERSONAL, .meaning = "the seller (证件号码)")

static const struct field submit_fields[] = {
    EVIDENCE_FIELDS(trade_evidence_submit),
    PERSON_FIELDS(trade_evidence_submit),
    LOOKUPS(trade_evidence_submit, FIELD_LOOKUP, MADE_FROM),
};
const struct record trade_evidence_submit_record =
    RECORD(trade_evidence_submit, submit_fields, "Tell a document of an export sale (交易单证)");

static const struct field fields[] = {
    TEXT(trade_evidence, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "platform, order and kind"),
    TEXT(trade_evidence, submitter, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who told it"),
    EVIDENCE_FIELDS(trade_evidence),
    PERSON_FIELDS(trade_evidence),
    LOOKUPS(trade_evidence, FIELD_SECRET, KEPT),
};
const struct record trade_evidence_record =
    RECORD(trade_evidence, fields, "A document of an export sale (交易单证)");

void evidence_key(const char *platform,
                  const char *order_no,
                  int32_t kind,
                  char key_out[DOCUMENT_KEY_SIZE])
{
    snprintf(
        key_out, DOCUMENT_KEY_SIZE, "%s/%s/%s", platform, order_no, name_by_value(kinds, kind));
}

/* Who tells a document of a kind, and what it cannot be without. */
enum wanted {
    WANTED_PAYMENT_SERIAL = 1,
    WANTED_NAME = 2,
    WANTED_ID_NUMBER = 4,
    WANTED_AMOUNT = 8,
    WANTED_GOODS = 16,
    WANTED_ENTERPRISE = 32,
};

static const struct {
    enum party_kind teller;
    unsigned wanted;
} tellers[] = {
    [EVIDENCE_ORDER] = {PARTY_PLATFORM,
                        WANTED_NAME | WANTED_ID_NUMBER | WANTED_AMOUNT | WANTED_GOODS |
                            WANTED_ENTERPRISE                                                    },
    [EVIDENCE_PAYMENT] = {PARTY_PAYMENT_INSTITUTION,
                        WANTED_PAYMENT_SERIAL | WANTED_NAME | WANTED_ID_NUMBER | WANTED_AMOUNT   },
    [EVIDENCE_LOGISTICS] = {PARTY_LOGISTICS,           WANTED_NAME | WANTED_GOODS | WANTED_ENTERPRISE},
};

static enum verdict check_wanted(struct context *context,
                                 const struct trade_evidence_submit *command)
{
    const struct {
        enum wanted bit;
        bool is_there;
        const char *pointer;
    } given[] = {
        {WANTED_PAYMENT_SERIAL, command->payment_serial[0] != '\0',        "/payment_serial" },
        {WANTED_NAME,           command->name[0] != '\0',                  "/name"           },
        {WANTED_ID_NUMBER,      command->id_number[0] != '\0',             "/id_number"      },
        {WANTED_AMOUNT,         command->amount.currency != CURRENCY_NONE, "/amount"         },
        {WANTED_GOODS,          command->goods[0] != '\0',                 "/goods"          },
        {WANTED_ENTERPRISE,     command->enterprise_code[0] != '\0',       "/enterprise_code"},
    };
    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        if ((tellers[command->kind].wanted & (unsigned)given[i].bit) != 0 && !given[i].is_there) {
            return refuse_field(context, REFUSAL_TRADE_EVIDENCE_FIELD, given[i].pointer);
        }
    }
    return VERDICT_DONE;
}

/* A company tells what it has itself: the platform its own orders, the others of their kind. */
static enum verdict check_teller(struct context *context,
                                 const struct trade_evidence_submit *command)
{
    const struct party *platform = NULL;
    enum verdict verdict =
        party_check(context, command->platform, 1U << PARTY_PLATFORM, "/platform", &platform);
    if (verdict != VERDICT_DONE || context->actor_role == ROLE_OPERATOR) {
        return verdict;
    }
    if (context->actor->kind != (int32_t)tellers[command->kind].teller) {
        return refuse_field(context, REFUSAL_PARTY_KIND, "/kind");
    }
    if (command->kind == EVIDENCE_ORDER && !is_actor(context, command->platform)) {
        return refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/platform");
    }
    return VERDICT_DONE;
}

static void
keep(struct context *context, const char *key, const struct trade_evidence_submit *command)
{
    struct trade_evidence evidence = {
        .kind = command->kind,
        .amount = command->amount,
        .done_at = command->done_at,
        .bonded = command->bonded,
        .declared = command->declared,
    };
    TEXT_PUT(evidence.key, key);
    TEXT_PUT(evidence.platform, command->platform);
    TEXT_PUT(evidence.submitter, context->actor->id);
    TEXT_PUT(evidence.order_no, command->order_no);
    TEXT_PUT(evidence.payment_serial, command->payment_serial);
    TEXT_PUT(evidence.name, command->name);
    TEXT_PUT(evidence.id_number, command->id_number);
    TEXT_PUT(evidence.goods, command->goods);
    TEXT_PUT(evidence.enterprise_code, command->enterprise_code);
    TEXT_PUT(evidence.name_lookup, command->name_lookup);
    TEXT_PUT(evidence.id_number_lookup, command->id_number_lookup);
    TEXT_PUT(evidence.goods_lookup, command->goods_lookup);
    TEXT_PUT(evidence.enterprise_code_lookup, command->enterprise_code_lookup);
    state_put(context->state, DOCUMENT_TRADE_EVIDENCE, &evidence);
}

enum verdict trade_evidence_submit(struct context *context, const void *command_, void *answer_out)
{
    const struct trade_evidence_submit *command = command_;
    enum verdict verdict = check_teller(context, command);
    if (verdict == VERDICT_DONE) {
        verdict = check_wanted(context, command);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    char key[DOCUMENT_KEY_SIZE];
    evidence_key(command->platform, command->order_no, command->kind, key);
    const struct trade_evidence *known = state_find(context->state, DOCUMENT_TRADE_EVIDENCE, key);
    if (known != NULL && !is_actor(context, known->submitter)) {
        return refuse_field(context, REFUSAL_TRADE_EVIDENCE_TAKEN, "/order_no");
    }
    if (fx_match_is_drawn(context, command->platform, command->order_no)) {
        return refuse_field(context, REFUSAL_TRADE_EVIDENCE_DRAWN, "/order_no");
    }
    keep(context, key, command);
    trade_evidence_compare(context, command->platform, command->order_no, answer_out);
    return rule_done(context);
}
