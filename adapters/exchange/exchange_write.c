/* Requests as documents. What names a payment in them comes from its reference alone, so that
 * everything after a crash names the same. */
#include <stdio.h>
#include <string.h>

#include "adapters/exchange/exchange_meaning.h"

enum {
    BIC_SIZE_LONG = 11,
};

bool exchange_reference_is_good(const char *reference)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t size = strlen(reference);
    return size > 0 && size < ADAPTER_REFERENCE_SIZE && reference[0] != '.' &&
           strspn(reference, safe) == size;
}

bool exchange_message_id(const struct adapter_request *request, char id_out[EXCHANGE_ID_SIZE])
{
    const char *reference = request->order.reference;
    int size = request->act == ADAPTER_PAY ? snprintf(id_out, EXCHANGE_ID_SIZE, "%s", reference)
                                           : snprintf(id_out,
                                                      EXCHANGE_ID_SIZE,
                                                      "%s-%c%lld",
                                                      reference,
                                                      request->act == ADAPTER_REVERSE ? 'R' : 'Q',
                                                      (long long)request->attempt);
    return size > 0 && size < EXCHANGE_ID_SIZE;
}

static struct iso20022_agent
agent_of(const struct exchange_config *config, const char *bic, const char *member)
{
    return (struct iso20022_agent){.bic = bic[0] == '\0' ? NULL : bic,
                                   .clearing_code = member[0] == '\0' ? NULL : config->clearing,
                                   .member_id = member[0] == '\0' ? NULL : member};
}

static struct iso20022_agent us(const struct exchange_config *config)
{
    return agent_of(config, config->our_bic, config->our_member);
}

static struct iso20022_agent bank(const struct exchange_config *config)
{
    return agent_of(config, config->bank_bic, config->bank_member);
}

/* A number of the clearing system, or a BIC. */
static struct iso20022_agent creditor_bank(const struct exchange_config *config, const char *name)
{
    bool is_number = strspn(name, "0123456789") == strlen(name);
    return is_number ? agent_of(config, "", name) : agent_of(config, name, "");
}

static const char *or_absent(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static const char *message_name(const struct exchange_config *config)
{
    return config->payment == EXCHANGE_CIPS_111 ? "cips.111.001.01" : "pacs.008.001.08";
}

static struct iso20022_original original_of(const struct exchange_config *config,
                                            const struct payment_order *order)
{
    return (struct iso20022_original){.message_id = order->reference,
                                      .message_name = message_name(config),
                                      .instruction_id = order->reference,
                                      .end_to_end_id = order->reference,
                                      .transaction_id = order->reference};
}

/* The account that pays and the name it is held under belong together. */
static struct iso20022_party debtor_of(const struct exchange_config *config,
                                       const struct payment_order *order)
{
    bool is_ours = order->debtor_account[0] == '\0' && config->account[0] != '\0';
    bool is_held = is_ours && config->account_name[0] != '\0';
    return (struct iso20022_party){
        .name = is_held ? config->account_name : order->debtor_name,
        .account = {.other = or_absent(is_ours ? config->account : order->debtor_account)},
        .agent = us(config),
    };
}

/* Accounts in the shape of an IBAN with the right check digits are one; the writer knows. */
static bool write_payment(const struct exchange_config *config,
                          const struct payment_order *order,
                          struct iso20022_document document,
                          struct writer *writer,
                          struct xml_fault *fault_out)
{
    struct iso20022_transfer transfer = {
        .instruction_id = order->reference,
        .end_to_end_id = order->reference,
        .transaction_id = order->reference,
        .amount = order->amount,
        .value_date = order->business_day,
        .charge_bearer = (enum iso20022_bearer)(config->bearer + 1),
        .instructing = us(config),
        .instructed = bank(config),
        .debtor = debtor_of(config, order),
        .creditor = {.name = order->creditor_name,
                     .account = {.iban = or_absent(order->creditor_account)},
                     .agent = order->creditor_bank[0] == '\0'
                                  ? bank(config)
                                  : creditor_bank(config, order->creditor_bank)},
        .remittance = or_absent(order->remittance),
    };
    struct writer empty = *writer;
    document.type = config->payment == EXCHANGE_CIPS_111 ? ISO20022_CIPS_111_01 : ISO20022_PACS_008;
    document.settlement = (enum iso20022_settlement)(config->settlement + 1);
    document.transfers = &transfer;
    document.transfer_count = 1;
    if (iso20022_write(&document, writer, fault_out)) {
        return true;
    }
    if (strcmp(fault_out->code, "iban") != 0) {
        return false;
    }
    *writer = empty;
    transfer.creditor.account =
        (struct iso20022_account){.other = or_absent(order->creditor_account)};
    return iso20022_write(&document, writer, fault_out);
}

static bool write_recall(const struct exchange_config *config,
                         const struct payment_order *order,
                         struct iso20022_document document,
                         struct writer *writer,
                         struct xml_fault *fault_out)
{
    struct iso20022_reason reason = {.code = "TECH"};
    struct iso20022_recall recall = {
        .recall_id = document.message_id,
        .inquiry = {.id = order->reference, .creator = us(config)},
        .original = original_of(config, order),
        .original_amount = order->amount,
        .original_date = order->business_day,
        .reasons = {.items = &reason,       .count = 1           },
    };
    document.type = ISO20022_CAMT_056;
    document.recalls = &recall;
    document.recall_count = 1;
    return iso20022_write(&document, writer, fault_out);
}

static bool write_question(const struct exchange_config *config,
                           const struct payment_order *order,
                           struct iso20022_document document,
                           struct writer *writer,
                           struct xml_fault *fault_out)
{
    struct iso20022_question question = {
        .question_id = document.message_id,
        .original = original_of(config, order),
    };
    document.type = ISO20022_PACS_028;
    document.questions = &question;
    document.question_count = 1;
    return iso20022_write(&document, writer, fault_out);
}

static const char *name_of(const struct exchange_config *config, enum adapter_act act)
{
    switch (act) {
    case ADAPTER_PAY:
        return message_name(config);
    case ADAPTER_INQUIRE:
        return "pacs.028.001.03";
    case ADAPTER_REVERSE:
    case ADAPTER_TOTALS:
        break;
    }
    return "camt.056.001.08";
}

bool exchange_write(const struct exchange_config *config,
                    const struct adapter_request *request,
                    instant_us now,
                    struct writer *writer,
                    struct xml_fault *fault_out)
{
    char id[EXCHANGE_ID_SIZE];
    if (!exchange_message_id(request, id)) {
        *fault_out = (struct xml_fault){.code = "too_long", .element = "MsgId"};
        return false;
    }
    const struct payment_order *order = &request->order;
    instant_us created_at = request->act == ADAPTER_PAY ? order->sent_at : now;
    struct iso20022_document document = {
        .message_id = id,
        .created_at = created_at,
        .sender = us(config),
        .receiver = bank(config),
    };
    if (config->header == EXCHANGE_HEADER_YES) {
        document.header = (struct iso20022_header){
            .from = us(config),
            .to = bank(config),
            .message_id = id,
            .message_name = name_of(config, request->act),
            .created_at = created_at,
        };
    }
    if (request->act == ADAPTER_INQUIRE) {
        return write_question(config, order, document, writer, fault_out);
    }
    return request->act == ADAPTER_PAY ? write_payment(config, order, document, writer, fault_out)
                                       : write_recall(config, order, document, writer, fault_out);
}
