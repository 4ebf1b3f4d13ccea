#pragma once
/* Rows of FIELD tables: who is to get the money, in every command that ends in a payment. */
#include "gateway/business/field.h"

#define CREDITOR_FIELDS(struct_)                                                                   \
    TEXT(struct_,                                                                                  \
         creditor_name,                                                                            \
         FIELD_REQUIRED | FIELD_PERSONAL,                                                          \
         .meaning = "who is to get it (收款人)"),                                                  \
        TEXT(struct_,                                                                              \
             creditor_account,                                                                     \
             FIELD_REQUIRED | FIELD_PERSONAL | FIELD_CODE,                                         \
             .meaning = "on which account (收款账号)"),                                            \
        TEXT(struct_,                                                                              \
             creditor_bank,                                                                        \
             FIELD_REQUIRED | FIELD_CODE,                                                          \
             .meaning = "at which bank: CNAPS number or BIC (收款行)")
