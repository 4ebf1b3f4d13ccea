#include "gateway/links.h"

#include <assert.h>
#include <stdlib.h>

#include "adapters/exchange/exchange.h"
#include "adapters/exchange/exchange_config.h"
#include "adapters/link/link.h"
#include "adapters/link/link_config.h"

static bool iso8583_check(const char *file, char *message_out, size_t message_size)
{
    struct link_config *config = calloc(1, sizeof *config);
    assert(config != NULL);
    bool is_good = link_config_load(file, config, message_out, message_size);
    link_config_clear(config);
    free(config);
    return is_good;
}

static bool iso20022_check(const char *file, char *message_out, size_t message_size)
{
    struct exchange_config config;
    return exchange_config_load(file, &config, message_out, message_size);
}

const struct bank_opener link_openers[] = {
    {".iso8583.yaml",  iso8583_check,  link_create    },
    {".iso20022.yaml", iso20022_check, exchange_create},
};
const size_t link_opener_count = sizeof link_openers / sizeof link_openers[0];
