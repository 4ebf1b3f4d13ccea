#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/fx/trade_evidence.h"
#include "gateway/business/text.h"
#include "gateway/business/time/terms.h"

enum aspect {
    ASPECT_NAME,
    ASPECT_ID_NUMBER,
    ASPECT_AMOUNT,
    ASPECT_GOODS,
    ASPECT_ENTERPRISE,
    ASPECT_TIME,
};

/* What is compared: a field of a document with one told before it. */
#define COMPARISONS(ROW)                                                                           \
    ROW(PAYMENT_NAME, "payment.name", ORDER, PAYMENT, NAME, "the seller (姓名)")                   \
    ROW(PAYMENT_ID, "payment.id_number", ORDER, PAYMENT, ID_NUMBER, "the seller (证件号码)")       \
    ROW(PAYMENT_AMOUNT, "payment.amount", ORDER, PAYMENT, AMOUNT, "as ordered (金额)")             \
    ROW(PAYMENT_TIME, "payment.done_at", ORDER, PAYMENT, TIME, "not before the order (时间)")      \
    ROW(LOGISTICS_NAME, "logistics.name", ORDER, LOGISTICS, NAME, "the seller (姓名)")             \
    ROW(LOGISTICS_GOODS, "logistics.goods", ORDER, LOGISTICS, GOODS, "as ordered (商品)")          \
    ROW(LOGISTICS_ENTERPRISE,                                                                      \
        "logistics.enterprise_code",                                                               \
        ORDER,                                                                                     \
        LOGISTICS,                                                                                 \
        ENTERPRISE,                                                                                \
        "as ordered (企业代码)")                                                                   \
    ROW(LOGISTICS_TIME, "logistics.done_at", ORDER, LOGISTICS, TIME, "not before the order (时间)")

enum comparison_field {
    FIELD_COMPARED_NONE,
#define SYMBOL(symbol, text, ours, theirs, aspect, meaning) FIELD_##symbol,
    COMPARISONS(SYMBOL)
#undef SYMBOL
};

/* clang-format off */
static const struct name comparison_fields[] = {
#define NAME(symbol, text, ours, theirs, aspect, meaning) {FIELD_##symbol, text, meaning},
    COMPARISONS(NAME)
#undef NAME
    {0, NULL, NULL},
};

static const struct {
    enum comparison_field field;
    enum evidence_kind ours;
    enum evidence_kind theirs;
    enum aspect aspect;
} comparisons[] = {
#define ROW(symbol, text, ours, theirs, aspect, meaning) \
    {FIELD_##symbol, EVIDENCE_##ours, EVIDENCE_##theirs, ASPECT_##aspect},
    COMPARISONS(ROW)
#undef ROW
};
/* clang-format on */

const struct name evidence_state_names[] = {
    {EVIDENCE_INCOMPLETE, "incomplete", "a document is missing (单证不全)"},
    {EVIDENCE_AGREES,     "agrees",     "all three agree (比对一致)"      },
    {EVIDENCE_DIFFERS,    "differs",    "some fields differ (比对不符)"   },
    {0,                   NULL,         NULL                                  },
};

static const struct name missing_names[] = {
    {EVIDENCE_NO_ORDER,     "order",     "of the platform (订单)"              },
    {EVIDENCE_NO_PAYMENT,   "payment",   "of the payment institution (收款单)"},
    {EVIDENCE_NO_LOGISTICS, "logistics", "of the logistics firm (物流单)"     },
    {0,                     NULL,        NULL                                    },
};

#define VERDICT_FIELDS(struct_)                                                                    \
    FIELD(struct_,                                                                                 \
          state,                                                                                   \
          FIELD_ENUM,                                                                              \
          FIELD_REQUIRED,                                                                          \
          .names = evidence_state_names,                                                           \
          .meaning = "the verdict (比对结果)"),                                                    \
        FIELD(struct_, missing, FIELD_SET, 0, .names = missing_names, .meaning = "not there yet")

static const struct field comparison_record_fields[] = {
    FIELD(evidence_comparison,
          field,
          FIELD_ENUM,
          FIELD_REQUIRED,
          .names = comparison_fields,
          .meaning = "which field"),
    FIELD(evidence_comparison, agrees, FIELD_BOOLEAN, FIELD_REQUIRED, .meaning = "the same"),
    TEXT(evidence_comparison, ours, 0, .meaning = "as ordered; absent for persons"),
    TEXT(evidence_comparison, theirs, 0, .meaning = "as told; absent for persons"),
};
static const struct record comparison_record =
    RECORD(evidence_comparison, comparison_record_fields, "One field of two documents");

static const struct field match_fields[] = {
    TEXT(trade_evidence_match, key, FIELD_KEY | FIELD_REQUIRED, .meaning = "platform and order"),
    TEXT(trade_evidence_match,
         platform,
         FIELD_REQUIRED | FIELD_PREFIX,
         .meaning = "where it was sold (电商平台)"),
    VERDICT_FIELDS(trade_evidence_match),
    FIELD(trade_evidence_match,
          comparisons,
          FIELD_LIST,
          0,
          .size = EVIDENCE_COMPARISON_COUNT_MAX,
          .record = &comparison_record,
          .meaning = "field by field (逐项比对)"),
    FIELD(trade_evidence_match, matched_on, FIELD_DATE, 0, .meaning = "compared on"),
};
const struct record trade_evidence_match_record =
    RECORD(trade_evidence_match, match_fields, "Three documents of an export sale (三单比对)");

static const struct field answer_fields[] = {
    TEXT(trade_evidence_answer, document, FIELD_REQUIRED, .meaning = "platform and order"),
    VERDICT_FIELDS(trade_evidence_answer),
    FIELD(trade_evidence_answer,
          difference_count,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .meaning = "fields that differ; trade_evidence_match has them"),
};
const struct record trade_evidence_answer_record =
    RECORD(trade_evidence_answer, answer_fields, "The verdict on a sale's documents");

bool evidence_amounts_agree(struct context *context, struct money ours, struct money theirs)
{
    int64_t difference = 0;
    bool has_fit =
        ours.currency == theirs.currency && amount_subtract(ours.minor, theirs.minor, &difference);
    int64_t tolerance = terms_of(context, context->today).fx_match_tolerance_minor;
    return has_fit && difference <= tolerance && difference >= -tolerance;
}

static void put_money(char text_out[81], struct money money)
{
    char amount[MONEY_TEXT_SIZE];
    (void)amount_format(money.minor, amount);
    snprintf(text_out, 81, "%s %s", currency_code(money.currency), amount);
}

static void put_texts(struct evidence_comparison *comparison, const char *ours, const char *theirs)
{
    snprintf(comparison->ours, sizeof(comparison->ours), "%.80s", ours);
    snprintf(comparison->theirs, sizeof(comparison->theirs), "%.80s", theirs);
}

static struct evidence_comparison compare(struct context *context,
                                          enum aspect aspect,
                                          const struct trade_evidence *ours,
                                          const struct trade_evidence *theirs)
{
    struct evidence_comparison result = {0};
    switch (aspect) {
    case ASPECT_NAME:
        result.agrees = strcmp(ours->name_lookup, theirs->name_lookup) == 0;
        break;
    case ASPECT_ID_NUMBER:
        result.agrees = strcmp(ours->id_number_lookup, theirs->id_number_lookup) == 0;
        break;
    case ASPECT_AMOUNT:
        result.agrees = evidence_amounts_agree(context, ours->amount, theirs->amount);
        put_money(result.ours, ours->amount);
        put_money(result.theirs, theirs->amount);
        break;
    case ASPECT_GOODS:
        result.agrees = strcmp(ours->goods_lookup, theirs->goods_lookup) == 0;
        break;
    case ASPECT_ENTERPRISE:
        result.agrees = strcmp(ours->enterprise_code_lookup, theirs->enterprise_code_lookup) == 0;
        put_texts(&result, ours->enterprise_code, theirs->enterprise_code);
        break;
    case ASPECT_TIME:
        result.agrees = ours->done_at <= theirs->done_at;
        (void)instant_format(ours->done_at, result.ours);
        (void)instant_format(theirs->done_at, result.theirs);
        break;
    }
    return result;
}

static void tell(struct context *context,
                 const struct trade_evidence_match *match,
                 const struct trade_evidence_answer *answer)
{
    const struct party *platform = party_find(context, match->platform);
    struct notice notice;
    notice_begin(&notice, "trade_evidence.compared", match->key);
    notice_text(&notice, "verdict", name_by_value(evidence_state_names, match->state));
    notice_integer(&notice, "difference_count", answer->difference_count);
    notice_to(&notice, platform == NULL ? 0 : platform->number);
    notice_to(&notice, context->actor->number);
    notice_send(context, &notice);
}

void trade_evidence_compare(struct context *context,
                            const char *platform,
                            const char *order_no,
                            struct trade_evidence_answer *answer_out)
{
    struct trade_evidence_match match = {.matched_on = context->today};
    snprintf(match.key, sizeof(match.key), "%s/%s", platform, order_no);
    TEXT_PUT(match.platform, platform);
    const struct trade_evidence *told[EVIDENCE_LOGISTICS + 1] = {NULL};
    for (int32_t kind = EVIDENCE_ORDER; kind <= EVIDENCE_LOGISTICS; kind++) {
        char key[DOCUMENT_KEY_SIZE];
        evidence_key(platform, order_no, kind, key);
        told[kind] = state_find(context->state, DOCUMENT_TRADE_EVIDENCE, key);
        match.missing |= told[kind] == NULL ? 1U << (kind - EVIDENCE_ORDER) : 0U;
    }
    struct evidence_comparison results[EVIDENCE_COMPARISON_COUNT_MAX];
    size_t count = 0;
    *answer_out = (struct trade_evidence_answer){.missing = match.missing};
    for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
        const struct trade_evidence *ours = told[comparisons[i].ours];
        const struct trade_evidence *theirs = told[comparisons[i].theirs];
        if (ours != NULL && theirs != NULL) {
            assert(count < EVIDENCE_COMPARISON_COUNT_MAX);
            results[count] = compare(context, comparisons[i].aspect, ours, theirs);
            results[count].field = (int32_t)comparisons[i].field;
            answer_out->difference_count += results[count++].agrees ? 0 : 1;
        }
    }
    match.state = answer_out->difference_count > 0 ? EVIDENCE_DIFFERS
                  : match.missing != 0             ? EVIDENCE_INCOMPLETE
                                                   : EVIDENCE_AGREES;
    match.comparisons = (struct list){.items = results, .count = count};
    answer_out->state = match.state;
    TEXT_PUT(answer_out->document, match.key);
    state_put(context->state, DOCUMENT_TRADE_EVIDENCE_MATCH, &match);
    tell(context, &match, answer_out);
}
