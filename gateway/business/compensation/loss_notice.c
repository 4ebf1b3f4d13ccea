#include "gateway/business/compensation/loss_notice.h"

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/guarantee/guarantee.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"
#include "gateway/business/time/calendar.h"

#define LOSS_FIELDS(struct_, flags_)                                                               \
    TEXT(struct_, shipment, FIELD_REQUIRED | (flags_), .meaning = "exporter/invoice (出运)"),      \
        FIELD(struct_,                                                                             \
              cause,                                                                               \
              FIELD_ENUM,                                                                          \
              FIELD_REQUIRED,                                                                      \
              .names = loss_causes,                                                                \
              .meaning = "why it is not paid (致损原因)"),                                         \
        AMOUNT(struct_, loss, FIELD_REQUIRED, "what is lost (损失金额)")

static const struct field fields[] = {
    LOSS_FIELDS(loss_notice, FIELD_KEY),
    TEXT(loss_notice, insurer, FIELD_REQUIRED | FIELD_INDEX, .meaning = "who is told"),
    TEXT(loss_notice, insured, FIELD_REQUIRED | FIELD_PREFIX, .meaning = "the exporter"),
    FIELD(loss_notice, began_on, FIELD_DATE, 0, .meaning = "due date or event (致损日)"),
    FIELD(loss_notice, notified_on, FIELD_DATE, 0, .meaning = "told on (通知日)"),
    FIELD(loss_notice, notify_by, FIELD_DATE, 0, .meaning = "last day in time (通知截止)"),
};
const struct record loss_notice_record =
    RECORD(loss_notice, fields, "Notice of a possible loss (可损通知)");

static const struct field file_fields[] = {
    LOSS_FIELDS(loss_notice_file, FIELD_CODE),
    FIELD(loss_notice_file,
          happened_on,
          FIELD_DATE,
          0,
          .meaning = "when it happened; absent for a default: the due date"),
};
const struct record loss_notice_file_record =
    RECORD(loss_notice_file, file_fields, "Give notice of a possible loss (可损通知)");

static enum verdict check_file(struct context *context,
                               const struct loss_notice_file *command,
                               const struct shipment *shipment,
                               date_days began_on)
{
    enum verdict verdict = check_cny(context, command->loss, "/loss/currency");
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    if (state_find(context->state, DOCUMENT_LOSS_NOTICE, shipment->key) != NULL) {
        return refuse_field(context, REFUSAL_LOSS_NOTICE_EXISTS, "/shipment");
    }
    if (command->loss.minor > shipment->amount.minor) {
        verdict = refuse_field(context, REFUSAL_LOSS_NOTICE_AMOUNT, "/loss");
        refusal_money(context, "amount", shipment->amount);
        return verdict;
    }
    if (began_on == DATE_NONE || began_on < shipment->shipped_on || began_on > context->today) {
        return refuse_field(context, REFUSAL_DATE_ORDER, "/happened_on");
    }
    return VERDICT_DONE;
}

enum verdict loss_notice_file(struct context *context, const void *command_, void *answer_out)
{
    const struct loss_notice_file *command = command_;
    struct shipment shipment;
    struct policy policy;
    enum verdict verdict = shipment_get_own(context, command->shipment, &shipment);
    if (verdict == VERDICT_DONE) {
        verdict = policy_get(context, shipment.policy, &policy);
    }
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    bool is_default = command->cause == CAUSE_DEFAULT;
    date_days began_on = is_default ? shipment.due_on : command->happened_on;
    verdict = check_file(context, command, &shipment, began_on);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    const struct policy_cover *cover = policy_cover_of(&policy, command->cause);
    if (cover == NULL) {
        return refuse_field(context, REFUSAL_POLICY_CAUSE, "/cause");
    }
    struct loss_notice loss = {
        .cause = command->cause,
        .loss = command->loss,
        .began_on = began_on,
        .notified_on = context->today,
        .notify_by = cover->counts_working_days
                         ? calendar_add_working(context, began_on, (int)cover->notice_days)
                         : began_on + (date_days)cover->notice_days,
    };
    TEXT_PUT(loss.shipment, shipment.key);
    TEXT_PUT(loss.insurer, shipment.insurer);
    TEXT_PUT(loss.insured, shipment.insured);
    state_put(context->state, DOCUMENT_LOSS_NOTICE, &loss);
    struct notice notice;
    notice_begin(&notice, "loss_notice.filed", loss.shipment);
    notice_money(&notice, "loss", loss.loss);
    notice_date(&notice, "notify_by", loss.notify_by);
    notice_to(&notice, policy.insurer_number);
    notice_to(&notice, policy.insured_number);
    notice_send(context, &notice);
    *(struct loss_notice *)answer_out = loss;
    return rule_done(context);
}
