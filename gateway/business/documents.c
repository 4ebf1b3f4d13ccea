#include "gateway/business/documents.h"

#include "gateway/business/amendment.h"
#include "gateway/business/assurance.h"
#include "gateway/business/bank_link.h"
#include "gateway/business/calendar.h"
#include "gateway/business/call.h"
#include "gateway/business/deadline.h"
#include "gateway/business/declaration.h"
#include "gateway/business/funds.h"
#include "gateway/business/letter.h"
#include "gateway/business/party.h"
#include "gateway/business/reconciliation.h"
#include "gateway/business/reservation.h"
#include "gateway/business/tariff.h"
#include "gateway/business/tax_bill.h"

#define VIEWERS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOBODY       ((const char *const[]){NULL})

const struct document_type document_types[DOCUMENT_COUNT] = {
    [DOCUMENT_PARTY] = {&party_record,              VIEWERS("id")                    },
    [DOCUMENT_IDENTIFIER] = {&identifier_record,         VIEWERS("party")                 },
    [DOCUMENT_SIGNING_KEY] = {&signing_key_record,        VIEWERS("party")                 },
    [DOCUMENT_GUARANTEE] = {&guarantee_record,          VIEWERS("principal",               "guarantor", "beneficiary")},
    [DOCUMENT_ASSURANCE] = {&assurance_record,            VIEWERS("principal")                                            },
    [DOCUMENT_LETTER] = {&letter_record,VIEWERS("principal","guarantor", "beneficiary")},
    [DOCUMENT_AMENDMENT] = {&amendment_record,             VIEWERS("principal",                                                    "guarantor", "beneficiary")},
    [DOCUMENT_RESERVATION] = {&reservation_record,
                        VIEWERS("principal",                                           "guarantor", "beneficiary")},
    [DOCUMENT_CALL] = {&call_record,               VIEWERS("principal","guarantor", "beneficiary")},
    [DOCUMENT_FUNDS] = {&funds_record,        VIEWERS("bank",                                           "principal")},
    [DOCUMENT_PAYMENT_REFERENCE] = {&payment_reference_record,            NOBODY                                            },
    [DOCUMENT_DEADLINE] = {&deadline_record,NOBODY                                },
    [DOCUMENT_TARIFF] = {&tariff_record,                          NOBODY                                              },
    [DOCUMENT_DECLARATION] = {&declaration_record,              VIEWERS("agent",     "principal")},
    [DOCUMENT_DECLARATION_NUMBER] = {&declaration_number_record,         NOBODY},
    [DOCUMENT_BANK_LINK] = {&bank_link_record,                            VIEWERS("bank")                            },
    [DOCUMENT_BANK_DAY] = {&bank_day_record,VIEWERS("bank")},
    [DOCUMENT_PAYMENT] = {&payment_record,VIEWERS("payer",               "bank")},
    [DOCUMENT_PAYMENT_NUMBER] = {&payment_number_record, NOBODY                   },
    [DOCUMENT_BANK_STATEMENT] = {&bank_statement_record,          VIEWERS("bank")},
    [DOCUMENT_STATEMENT_LINE] = {&statement_line_record,           VIEWERS("bank")                                  },
    [DOCUMENT_DIFFERENCE] = {&difference_record,            VIEWERS("bank")                                },
    [DOCUMENT_TAX_BILL] = {&tax_bill_record,                          VIEWERS("agent")                                     },
    [DOCUMENT_CALENDAR_DAY] = {&calendar_day_record,                          NOBODY                                     },
};
