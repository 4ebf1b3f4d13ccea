/* GET /openapi.json and /kouan.cddl: written once at start from the tables of commands. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/records/cddl.h"
#include "gateway/records/openapi.h"

enum {
    DESCRIPTION_SIZE_MAX = 4 << 20
};

static struct bytes keep(struct writer *written)
{
    assert(!written->has_failed);
    uint8_t *data = realloc(written->data, written->size);
    assert(data != NULL);
    return (struct bytes){.data = data, .size = written->size};
}
