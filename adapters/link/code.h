#pragma once
/* What the bank's code (field 39) says about what was asked. A code nobody listed says nothing. */
#include "adapters/adapter.h"
#include "adapters/iso8583/iso8583.h"

struct link_config;

#define CODE_DONE        "00"
#define CODE_REFUSED     "12"
#define CODE_AMOUNT      "13"
#define CODE_NO_ORIGINAL "25"
#define CODE_FORMAT      "30"
#define CODE_NOT_OFFERED "40"
#define CODE_SIGN_ON     "77"
#define CODE_TOTALS      "79"
#define CODE_KEY         "89"
#define CODE_OTHER       "94" /* the same key with other content */
#define CODE_NOT_NOW     "96"
#define CODE_MAC         "A0"

enum adapter_outcome
code_outcome(const struct link_config *config, enum adapter_act act, struct iso8583_view code);
