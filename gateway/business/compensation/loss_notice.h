#pragma once
/* Notice of a possible loss (可损通知): which cause, how much; its days count from the due date
 * (default) or from the day it happened. */
#include "gateway/business/compensation/shipment.h"

struct loss_notice {
    char shipment[DOCUMENT_KEY_SIZE];
    char insurer[PARTY_ID_SIZE];
    char insured[PARTY_ID_SIZE];
    int32_t cause;
    struct money loss;
    date_days began_on; /* its days count from here */
    date_days notified_on;
    date_days notify_by; /* the last day in time */
};

struct loss_notice_file {
    char shipment[DOCUMENT_KEY_SIZE];
    int32_t cause;
    struct money loss;
    date_days happened_on; /* DATE_NONE for a default: it is the due date */
};

extern const struct record loss_notice_record;
extern const struct record loss_notice_file_record;

rule loss_notice_file;
