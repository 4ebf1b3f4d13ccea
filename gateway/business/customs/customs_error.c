#include "gateway/business/customs/customs_error.h"

#include <inttypes.h>
#include <stdio.h>

#include "gateway/business/event.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

static const struct field fields[] = {
    TEXT(customs_error, id, FIELD_KEY | FIELD_REQUIRED, .meaning = "its number"),
    TEXT(customs_error, message, 0, .meaning = "the message's own id (oriCopMsgId)"),
    TEXT(customs_error, type, 0, .meaning = "its type, such as CEB621Message (oriMessageType)"),
    TEXT(customs_error, return_status, FIELD_REQUIRED, .meaning = "what is wrong (回执状态)"),
    TEXT(customs_error, info, 0, .meaning = "in words (回执信息)"),
    TEXT(customs_error,
         return_time,
         FIELD_REQUIRED,
         .meaning = "when, as customs wrote it (回执时间)"),
    TEXT(customs_error, reporter, FIELD_INDEX, .meaning = "who brought it here"),
};
const struct record customs_error_record =
    RECORD(customs_error, fields, "A message that customs could not read (格式校验回执)");

static const struct field report_fields[] = {
    TEXT(ceb_format_error, return_status, FIELD_REQUIRED, .meaning = "what is wrong (回执状态)"),
    TEXT(ceb_format_error, return_info, 0, .meaning = "in words (回执信息)"),
    TEXT(ceb_format_error,
         return_time,
         FIELD_REQUIRED,
         .meaning = "YYYYMMDDhhmmssSSS, Beijing time (回执时间)"),
    TEXT(ceb_format_error, original_message_id, 0, .meaning = "the message's own id (oriCopMsgId)"),
    TEXT(ceb_format_error, original_type, 0, .meaning = "its type (oriMessageType)"),
};
const struct record customs_error_report_record =
    RECORD(ceb_format_error, report_fields, "A format error as CEB 900 gives it (格式校验回执)");

static const struct field answer_fields[] = {
    TEXT(customs_error_answer, id, FIELD_REQUIRED, .meaning = "its number here"),
};
const struct record customs_error_answer_record =
    RECORD(customs_error_answer, answer_fields, "The format error is on record");

static void tell(struct context *context, const struct customs_error *error)
{
    struct notice notice;
    notice_begin(&notice, "customs.format_error", error->id);
    notice_text(&notice, "type", error->type);
    notice_text(&notice, "return_status", error->return_status);
    notice_to(&notice, context->actor == NULL ? 0 : context->actor->number);
    notice_send(context, &notice);
}

enum verdict
customs_report_format_error(struct context *context, const void *command_, void *answer_out)
{
    const struct ceb_format_error *command = command_;
    struct customs_error error = {0};
    (void)snprintf(error.id, sizeof error.id, "E%012" PRId64, context->command_seq);
    TEXT_PUT(error.message, command->original_message_id);
    TEXT_PUT(error.type, command->original_type);
    TEXT_PUT(error.return_status, command->return_status);
    TEXT_PUT(error.info, command->return_info);
    TEXT_PUT(error.return_time, command->return_time);
    if (context->actor != NULL) {
        TEXT_PUT(error.reporter, context->actor->id);
    }
    state_put(context->state, DOCUMENT_CUSTOMS_ERROR, &error);
    tell(context, &error);
    struct customs_error_answer *answer = answer_out;
    TEXT_PUT(answer->id, error.id);
    return rule_done(context);
}
