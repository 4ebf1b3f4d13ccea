#pragma once
/*
 * Short forms for the field tables of gateway/records/record.h: FIELD for any type, TEXT for
 * char arrays (their size is the bound). The last arguments are designated initialisers.
 */
#include <stddef.h>

#include "gateway/records/record.h"

#define FIELD(struct_, member_, type_, flags_, ...)                                                \
    {                                                                                              \
        .name = #member_, .type = (type_), .flags = (flags_),                                      \
        .offset = offsetof(struct struct_, member_), __VA_ARGS__                                   \
    }

#define TEXT(struct_, member_, flags_, ...)                                                        \
    {                                                                                              \
        .name = #member_, .type = FIELD_TEXT, .flags = (flags_),                                   \
        .offset = offsetof(struct struct_, member_),                                               \
        .size = sizeof(((struct struct_ *)0)->member_), __VA_ARGS__                                \
    }

/* A record named after its struct, with the fields of `fields_`. */
#define RECORD(struct_, fields_, meaning_)                                                         \
    {                                                                                              \
        .name = #struct_, .meaning = (meaning_), .size = sizeof(struct struct_),                   \
        .fields = (fields_), .field_count = sizeof(fields_) / sizeof((fields_)[0])                 \
    }

/* Amounts in commands: at least one fen, at most ten trillion. */
#define AMOUNT_MINOR_MAX INT64_C(1000000000000000)

/* A money field in fen. */
#define AMOUNT(struct_, member_, flags_, meaning_)                                                 \
    FIELD(struct_,                                                                                 \
          member_,                                                                                 \
          FIELD_MONEY,                                                                             \
          (flags_),                                                                                \
          .min = 1,                                                                                \
          .max = AMOUNT_MINOR_MAX,                                                                 \
          .meaning = (meaning_))
