#include "gateway/business/refusal.h"

#include <assert.h>

static const struct {
    const char *code;
    int http_status;
    const char *title;
} rows[REFUSAL_COUNT] = {
#define REFUSAL_ROW(symbol, code, status, title) [REFUSAL_##symbol] = {code, status, title},
    REFUSAL_LIST(REFUSAL_ROW)
#undef REFUSAL_ROW
};

const char *refusal_code_text(enum refusal_code code)
{
    assert(code < REFUSAL_COUNT);
    return rows[code].code;
}

int refusal_http_status(enum refusal_code code)
{
    assert(code < REFUSAL_COUNT);
    return rows[code].http_status;
}

const char *refusal_title(enum refusal_code code)
{
    assert(code < REFUSAL_COUNT);
    return rows[code].title;
}
