#include "gateway/business/customs/application.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/customs/told.h"
#include "gateway/business/field.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

/* The lines of a ceb_application lie as a struct list does. */
static_assert(offsetof(struct ceb_application, line_count) -
                      offsetof(struct ceb_application, lines) ==
                  offsetof(struct list, count),
              "line_count follows lines");

static const struct field line_fields[] = {
    FIELD(ceb_refund_line,
          gnum,
          FIELD_INTEGER,
          FIELD_REQUIRED,
          .min = 1,
          .max = 9999,
          .meaning = "line of the declaration (序号)"),
    TEXT(ceb_refund_line, gcode, FIELD_REQUIRED | FIELD_CODE, .meaning = "HS code (商品编码)"),
    TOLD_DECIMAL(ceb_refund_line, qty, FIELD_REQUIRED, "quantity (数量)"),
};
const struct record application_line_record =
    RECORD(ceb_refund_line, line_fields, "A line of a return (InvtRefundList)");

static const struct field application_fields[] = {
    TEXT(ceb_application, app_type, FIELD_REQUIRED, .meaning = "1 add (报送类型)"),
    TEXT(ceb_application, app_time, FIELD_REQUIRED, .meaning = "YYYYMMDDhhmmss (报送时间)"),
    TEXT(ceb_application, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(ceb_application, order_no, 0, .meaning = "order (订单编号)"),
    TEXT(ceb_application, ebp_code, 0, .meaning = "platform (电商平台代码)"),
    TEXT(ceb_application, ebc_code, 0, .meaning = "e-commerce enterprise (电商企业代码)"),
    TEXT(ceb_application, agent_code, FIELD_REQUIRED, .meaning = "declarant (申报企业代码)"),
    TEXT(ceb_application,
         cop_no,
         0,
         .meaning = "the declarant's number of the application (企业内部编号)"),
    TEXT(ceb_application, pre_no, 0, .meaning = "number given by the e-port (预录入编号)"),
    TEXT(ceb_application,
         invt_no,
         FIELD_REQUIRED,
         .meaning = "number of the declaration (清单编号)"),
    TEXT(ceb_application, buyer_id_number, FIELD_PERSONAL, .meaning = "buyer (订购人证件号码)"),
    FIELD(ceb_application,
          lines,
          FIELD_LIST,
          0,
          .size = CEB_LINE_COUNT_MAX,
          .record = &application_line_record,
          .meaning = "the goods returned, CEB 625 only (商品)"),
};
const struct record application_record =
    RECORD(ceb_application,
           application_fields,
           "A withdrawal or a return applied for, CEB 623 and 625 (撤销申请单, 退货申请单)");

static const struct field answer_fields[] = {
    TEXT(ceb_application_return,
         relayed_status,
         0,
         .meaning = "what the relay wrote, where it numbers in its own way"),
    TEXT(ceb_application_return, customs_code, 0, .meaning = "customs district (申报海关代码)"),
    TEXT(ceb_application_return, agent_code, 0, .meaning = "declarant (申报企业代码)"),
    TEXT(ceb_application_return,
         cop_no,
         0,
         .meaning = "the declarant's number of the application (企业内部编号)"),
    TEXT(ceb_application_return, pre_no, 0, .meaning = "number given by the e-port (预录入编号)"),
    TEXT(ceb_application_return, invt_no, 0, .meaning = "number of the declaration (清单编号)"),
    TEXT(ceb_application_return,
         return_status,
         FIELD_REQUIRED,
         .meaning = "what happened (回执状态)"),
    TEXT(ceb_application_return,
         return_time,
         FIELD_REQUIRED,
         .meaning = "YYYYMMDDhhmmssSSS, Beijing time (回执时间)"),
};
const struct record application_answer_record =
    RECORD(ceb_application_return,
           answer_fields,
           "What customs says to an application, CEB 624 and 626 (撤销回执, 退货回执)");

/* Specification 202205, tables 3-42 and 3-49; 300 and 800 are seen from relays. */
static const struct {
    const char *status;
    enum application_effect effect;
} statuses[] = {
    {"1",   APPLICATION_KEEP    }, /* stored by the e-port */
    {"2",   APPLICATION_KEEP    }, /* being declared */
    {"3",   APPLICATION_KEEP    }, /* sent to customs */
    {"4",   APPLICATION_KEEP    }, /* sending failed; may be sent again */
    {"100", APPLICATION_REFUSED },
    {"120", APPLICATION_KEEP    }, /* taken in */
    {"300", APPLICATION_KEEP    }, /* checked by hand */
    {"399", APPLICATION_APPROVED},
    {"800", APPLICATION_APPROVED},
};

enum application_effect application_effect(const char *return_status)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (strcmp(statuses[i].status, return_status) == 0) {
            return statuses[i].effect;
        }
    }
    return told_is_error(return_status) ? APPLICATION_REFUSED : APPLICATION_UNKNOWN;
}

enum verdict application_check(struct context *context,
                               const struct ceb_application *application,
                               struct declaration *declaration_out,
                               char key_out[REFERENCE_SIZE])
{
    enum {
        APP_ADD = '1'
    };
    const struct party *agent = NULL;
    enum verdict verdict =
        declaration_key(context, application->agent_code, application->cop_no, &agent, key_out);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    assert(agent != NULL);
    if (context->actor_role == ROLE_MERCHANT && !is_actor(context, agent->id)) {
        return refuse(context, REFUSAL_PARTY_FORBIDDEN);
    }
    if (application->app_type[0] != APP_ADD) {
        return refuse_field(context, REFUSAL_APPLICATION_APP_TYPE, "/app_type");
    }
    if (!declaration_find_number(context, application->invt_no, declaration_out)) {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/invt_no");
    }
    return strcmp(declaration_out->agent, agent->id) == 0
               ? VERDICT_DONE
               : refuse_field(context, REFUSAL_PARTY_FORBIDDEN, "/invt_no");
}

enum verdict application_answer_key(struct context *context,
                                    const struct ceb_application_return *answer,
                                    const struct party **agent_out,
                                    char key_out[REFERENCE_SIZE])
{
    struct declaration declaration;
    if (answer->agent_code[0] != '\0') {
        return declaration_key(context, answer->agent_code, answer->cop_no, agent_out, key_out);
    }
    if (!declaration_find_number(context, answer->invt_no, &declaration)) {
        return refuse_field(context, REFUSAL_DECLARATION_UNKNOWN, "/invt_no");
    }
    if (answer->cop_no[0] == '\0' || strlen(answer->cop_no) >= COP_NO_SIZE) {
        return refuse_field(context, REFUSAL_DECLARATION_NUMBER, "/cop_no");
    }
    snprintf(
        key_out, REFERENCE_SIZE, "%s/%.*s", declaration.agent, COP_NO_SIZE - 1, answer->cop_no);
    *agent_out = party_find(context, declaration.agent);
    return *agent_out != NULL ? VERDICT_DONE : refuse(context, REFUSAL_PARTY_UNKNOWN);
}
