#pragma once
/*
 * What customs could not read (CEB 900, 报文格式校验回执): one document for each word of it, so
 * that somebody sends the message again. No rule acts on it: the message it names was never taken
 * in.
 */
#include "adapters/customs/ceb.h"
#include "gateway/business/rule.h"

enum {
    CUSTOMS_ERROR_ID_SIZE = 14, /* "E000000000042" */
};

struct customs_error {
    char id[CUSTOMS_ERROR_ID_SIZE];
    char message[1021]; /* the id its sender gave it (copMsgId) */
    char type[61];
    char return_status[11];
    char info[CEB_INFO_SIZE];
    char return_time[18];
    char reporter[PARTY_ID_SIZE];
};

struct customs_error_answer {
    char id[CUSTOMS_ERROR_ID_SIZE];
};

extern const struct record customs_error_record;
extern const struct record customs_error_report_record; /* of struct ceb_format_error */
extern const struct record customs_error_answer_record;

rule customs_report_format_error;
