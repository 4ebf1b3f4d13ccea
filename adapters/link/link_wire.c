#include "adapters/link/link_wire.h"

static const char *text_or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

struct wire_config link_wire_config(const struct link_config *config)
{
    struct wire_config wire = {
        .role = config->role == LINK_SERVER ? WIRE_SERVER : WIRE_CLIENT,
        .host_count = config->host_count,
        .tls =
            {
                  .certificate_file = text_or_null(config->certificate),
                  .key_file = text_or_null(config->key),
                  .ca_file = text_or_null(config->ca),
                  .crl_file = text_or_null(config->crl),
                  .peer_name = text_or_null(config->peer_name),
                  },
        .connect_timeout_us = config->connect_ms * 1000,
        .backoff_first_us = config->backoff_first_ms * 1000,
        .backoff_max_us = config->backoff_max_ms * 1000,
        .dead_after_us = config->dead_ms * 1000,
        .connection_count_max = 2, /* the one in use, and the one that replaces it */
    };
    for (size_t i = 0; i < config->host_count; i++) {
        wire.hosts[i] = config->hosts[i];
    }
    return wire;
}
