#pragma once
/*
 * The channels customs messages come through (customs_channels, a YAML file): a relay may number
 * the states of a receipt in its own way. Without a channel nothing is translated.
 *
 *   channels:
 *     - name: relay-a                       # POST /v1/customs/messages?channel=relay-a
 *       signature: required                 # or optional; a message of companies must be signed
 *       statuses:
 *         - {from: "34", to: "800"}         # 放行
 */
#include <stddef.h>

#include "adapters/customs/ceb.h"

enum {
    CHANNEL_NAME_SIZE = 65,
    CHANNEL_COUNT_MAX = 32,
    CHANNEL_STATUS_COUNT_MAX = 64,
};

enum channel_signature {
    CHANNEL_SIGNATURE_OPTIONAL,
    CHANNEL_SIGNATURE_REQUIRED,
};

struct channel_status {
    char from[11];
    char to[11];
};

struct customs_channel {
    char name[CHANNEL_NAME_SIZE];
    enum channel_signature signature;
    struct channel_status statuses[CHANNEL_STATUS_COUNT_MAX];
    size_t status_count;
};

struct customs_channels;

/* `file` "" has no channels. NULL with one line of what is wrong; free with customs_channels_free.
 */
struct customs_channels *
customs_channels_load(const char *file, char *message_out, size_t message_size);
void customs_channels_free(struct customs_channels *channels);
/* NULL when there is none of this name. */
const struct customs_channel *customs_channel_find(const struct customs_channels *channels,
                                                   const char *name);

/*
 * The states of receipts (622, 624, 626) as customs numbers them; what the channel said stays in
 * relayed_status. A state that is not in the channel's table stays as it is.
 */
void customs_channel_translate(const struct customs_channel *channel, struct ceb_message *message);
