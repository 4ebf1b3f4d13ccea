#include "adapters/iso20022/mx_check.h"

#include <inttypes.h>
#include <stdio.h>

#include "adapters/iso20022/mx_rule.h"

static bool is_agent_absent(const struct iso20022_agent *agent)
{
    return mx_is_absent(agent->bic) && mx_is_absent(agent->member_id);
}

/* The clearing system alone names nobody. */
static bool agent_is_sound(const struct iso20022_agent *agent, struct xml_fault *fault)
{
    if (mx_is_absent(agent->member_id) &&
        (!mx_is_absent(agent->clearing_code) || !mx_is_absent(agent->clearing_name))) {
        return mx_refuse(
            fault, "missing", "MmbId", "a clearing system without its member's number");
    }
    return true;
}

static bool
agent_is_given(const struct iso20022_agent *agent, const char *element, struct xml_fault *fault)
{
    if (is_agent_absent(agent)) {
        return mx_refuse(fault, "missing", element, "an institution by BIC or clearing number");
    }
    return agent_is_sound(agent, fault);
}

static bool agents_are_sound(const struct iso20022_agent *first,
                             const struct iso20022_agent *second,
                             struct xml_fault *fault)
{
    return agent_is_sound(first, fault) && agent_is_sound(second, fault);
}

static bool case_is_sound(const struct iso20022_case *inquiry, struct xml_fault *fault)
{
    bool has_creator = !is_agent_absent(&inquiry->creator);
    if (mx_is_absent(inquiry->id) && has_creator) {
        return mx_refuse(fault, "missing", "Id", "a case without its id");
    }
    if (!mx_is_absent(inquiry->id) && !has_creator) {
        return mx_refuse(fault, "missing", "Cretr", "a case without who opened it");
    }
    return agent_is_sound(&inquiry->creator, fault);
}

static bool original_is_sound(const struct iso20022_original *original, struct xml_fault *fault)
{
    if (mx_is_absent(original->message_id) != mx_is_absent(original->message_name)) {
        return mx_refuse(
            fault, "missing", "OrgnlGrpInf", "an original message has an id and a name");
    }
    if (mx_is_absent(original->instruction_id) && mx_is_absent(original->end_to_end_id) &&
        mx_is_absent(original->transaction_id) && mx_is_absent(original->uetr)) {
        return mx_refuse(
            fault, "missing", "OrgnlEndToEndId", "nothing says which payment is meant");
    }
    return true;
}

bool mx_check_header(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_header *header = record;
    return agents_are_sound(&header->from, &header->to, fault_out);
}

bool mx_check_transfer(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_transfer *transfer = record;
    return agents_are_sound(&transfer->instructing, &transfer->instructed, fault_out) &&
           agent_is_given(&transfer->debtor.agent, "DbtrAgt", fault_out) &&
           agent_is_given(&transfer->creditor.agent, "CdtrAgt", fault_out);
}

bool mx_check_result(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_result *result = record;
    return original_is_sound(&result->original, fault_out);
}

bool mx_check_return(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_return *item = record;
    if (item->original_amount.currency == item->amount.currency &&
        item->amount.minor > item->original_amount.minor) {
        return mx_refuse(
            fault_out, "exceeds", "RtrdIntrBkSttlmAmt", "more is returned than was paid");
    }
    return original_is_sound(&item->original, fault_out);
}

bool mx_check_question(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_question *question = record;
    return original_is_sound(&question->original, fault_out);
}

bool mx_check_recall(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_recall *recall = record;
    return case_is_sound(&recall->inquiry, fault_out) &&
           original_is_sound(&recall->original, fault_out);
}

bool mx_check_resolution(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_resolution *resolution = record;
    return case_is_sound(&resolution->inquiry, fault_out) &&
           original_is_sound(&resolution->original, fault_out);
}

static bool
count_is(const struct iso20022_document *document, size_t count, struct xml_fault *fault)
{
    if (document->transaction_count == (int64_t)count) {
        return true;
    }
    char detail[sizeof fault->detail];
    snprintf(detail,
             sizeof detail,
             "%" PRId64 " transactions announced, %zu found",
             document->transaction_count,
             count);
    return mx_refuse(fault, "count", "NbOfTxs", detail);
}

/* The members of one list of payments that the group's header speaks of. */
struct payment {
    const struct money *amount;
    date_days value_date;
};

static struct payment payment_at(const struct iso20022_document *document, size_t index)
{
    if (document->transfer_count > 0) {
        const struct iso20022_transfer *transfer = &document->transfers[index];
        return (struct payment){&transfer->amount, transfer->value_date};
    }
    const struct iso20022_return *item = &document->returns[index];
    return (struct payment){&item->amount, item->value_date};
}

static bool total_is(const struct money *total, int64_t sum_minor, struct xml_fault *fault)
{
    if (total->currency == CURRENCY_NONE || total->minor == sum_minor) {
        return true;
    }
    char announced[MONEY_TEXT_SIZE];
    char found[MONEY_TEXT_SIZE];
    char detail[sizeof fault->detail];
    amount_format(total->minor, announced);
    amount_format(sum_minor, found);
    snprintf(detail,
             sizeof detail,
             "total %s, sum of the payments %s %s",
             announced,
             found,
             currency_code(total->currency));
    return mx_refuse(fault, "unbalanced", "GrpHdr", detail);
}

static bool
payments_are_sound(const struct iso20022_document *document, size_t count, struct xml_fault *fault)
{
    int64_t sum_minor = 0;
    for (size_t i = 0; i < count; i++) {
        struct payment payment = payment_at(document, i);
        if (payment.value_date == DATE_NONE && document->value_date == DATE_NONE) {
            return mx_refuse(
                fault, "missing", "IntrBkSttlmDt", "neither payment nor group has a date");
        }
        if (document->total.currency != CURRENCY_NONE &&
            payment.amount->currency != document->total.currency) {
            return mx_refuse(
                fault, "currency", "GrpHdr", "a payment in another currency than the total");
        }
        if (!amount_add(sum_minor, payment.amount->minor, &sum_minor)) {
            return mx_refuse(fault, "amount", "GrpHdr", "the sum of the payments does not fit");
        }
    }
    return count_is(document, count, fault) &&
           agents_are_sound(&document->sender, &document->receiver, fault) &&
           total_is(&document->total, sum_minor, fault);
}

bool mx_check_transfers(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_document *document = record;
    return payments_are_sound(document, document->transfer_count, fault_out);
}

bool mx_check_returns(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_document *document = record;
    return payments_are_sound(document, document->return_count, fault_out);
}

bool mx_check_questions(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_document *document = record;
    return agents_are_sound(&document->sender, &document->receiver, fault_out);
}

bool mx_check_results(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_document *document = record;
    if (document->group_result_count == 0 && document->result_count == 0) {
        return mx_refuse(fault_out, "missing", "TxInfAndSts", "a status of nothing");
    }
    return agents_are_sound(&document->sender, &document->receiver, fault_out);
}

static bool assignment_is_sound(const struct iso20022_document *document, struct xml_fault *fault)
{
    return agent_is_given(&document->sender, "Assgnr", fault) &&
           agent_is_given(&document->receiver, "Assgne", fault) &&
           case_is_sound(&document->inquiry, fault);
}

bool mx_check_recalls(const void *record, struct xml_fault *fault_out)
{
    const struct iso20022_document *document = record;
    return assignment_is_sound(document, fault_out) &&
           (document->transaction_count == 0 ||
            count_is(document, document->recall_count, fault_out));
}

bool mx_check_resolutions(const void *record, struct xml_fault *fault_out)
{
    return assignment_is_sound(record, fault_out);
}
