#include "adapters/link/code.h"

#include <string.h>

#include "adapters/link/link_config.h"

struct code_row {
    char code[3];
    enum adapter_outcome pay;
    enum adapter_outcome inquire;
    enum adapter_outcome reverse;
};

#define CONF ADAPTER_CONFIRMED
#define REJ  ADAPTER_REJECTED
#define PEND ADAPTER_PENDING
#define NONE ADAPTER_NOT_FOUND
#define BACK ADAPTER_REVERSED
#define UNKN ADAPTER_UNKNOWN

/* ISO 8583:1987, action codes, as banks use them. An inquiry is answered with the payment's code,
 * so a code that may speak of the inquiry itself (12, 30, 40, 97, 99, A0) says nothing there. */
/* clang-format off */
static const struct code_row rows[] = {
    {"00", CONF, CONF, BACK},
    {"03", REJ,  REJ,  UNKN},
    {"05", REJ,  REJ,  UNKN},
    {"09", PEND, PEND, PEND},
    {"12", REJ,  UNKN, UNKN},
    {"13", REJ,  REJ,  UNKN},
    {"14", REJ,  REJ,  UNKN},
    {"21", REJ,  REJ,  CONF},
    {"25", UNKN, NONE, NONE},
    {"30", REJ,  UNKN, UNKN},
    {"40", REJ,  UNKN, UNKN},
    {"51", REJ,  REJ,  UNKN},
    {"54", REJ,  REJ,  UNKN},
    {"55", REJ,  REJ,  UNKN},
    {"57", REJ,  REJ,  UNKN},
    {"58", REJ,  REJ,  UNKN},
    {"61", REJ,  REJ,  UNKN},
    {"65", REJ,  REJ,  UNKN},
    {"97", REJ,  UNKN, UNKN},
    {"99", REJ,  UNKN, UNKN},
    {"A0", REJ,  UNKN, UNKN},
};
/* clang-format on */

static enum adapter_outcome totals_outcome(struct iso8583_view code)
{
    if (memcmp(code.data, CODE_DONE, 2) == 0) {
        return ADAPTER_CONFIRMED;
    }
    return memcmp(code.data, CODE_TOTALS, 2) == 0 ? ADAPTER_REJECTED : ADAPTER_UNKNOWN;
}

static enum adapter_outcome row_outcome(const struct code_row *row, enum adapter_act act)
{
    switch (act) {
    case ADAPTER_PAY:
        return row->pay;
    case ADAPTER_INQUIRE:
        return row->inquire;
    case ADAPTER_REVERSE:
        return row->reverse;
    case ADAPTER_TOTALS:
        break;
    }
    return ADAPTER_UNKNOWN;
}

enum adapter_outcome
code_outcome(const struct link_config *config, enum adapter_act act, struct iso8583_view code)
{
    if (code.data == NULL || code.size != 2) {
        return ADAPTER_UNKNOWN;
    }
    for (size_t i = 0; i < config->code_count; i++) {
        const struct link_code *own = &config->codes[i];
        if (own->act == act && memcmp(own->code, code.data, 2) == 0) {
            return own->outcome;
        }
    }
    if (act == ADAPTER_TOTALS) {
        return totals_outcome(code);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (memcmp(rows[i].code, code.data, 2) == 0) {
            return row_outcome(&rows[i], act);
        }
    }
    return ADAPTER_UNKNOWN;
}
