#include "adapters/wire/wire.h"

#include <assert.h>
#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/wire/wire_p.h"
#include "adapters/wire/wire_tls.h"

static bool has_tls(const struct wire_tls *files)
{
    return files->certificate_file != NULL || files->key_file != NULL || files->ca_file != NULL ||
           files->crl_file != NULL;
}

static bool start(struct wire *wire, char *message_out, size_t size)
{
    const struct wire_config *config = &wire->config;
    if (has_tls(&config->tls)) {
        wire->credentials = wire_tls_load(config->role, &config->tls, message_out, size);
        if (wire->credentials == NULL) {
            return false;
        }
    }
    return config->role == WIRE_SERVER ? wire_server_create(wire, message_out, size)
                                       : wire_client_create(wire, message_out, size);
}

struct wire *wire_create(struct event_base *base,
                         const struct wire_config *config,
                         const struct wire_events *events,
                         char *message_out,
                         size_t message_size)
{
    assert(config->host_count >= 1 && config->host_count <= WIRE_HOST_COUNT_MAX);
    assert(config->connect_timeout_us > 0 && config->dead_after_us > 0);
    assert(config->backoff_first_us > 0 && config->backoff_max_us >= config->backoff_first_us);
    assert(config->output_size_max > 0);
    struct wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL) {
        abort();
    }
    *wire = (struct wire){.base = base, .config = *config, .events = *events};
    wire->slot_count = config->role == WIRE_SERVER ? config->connection_count_max : 1;
    assert(wire->slot_count > 0);
    wire->slots = calloc(wire->slot_count, sizeof(void *));
    if (wire->slots == NULL) {
        abort();
    }
    if (!start(wire, message_out, message_size)) {
        wire_destroy(wire);
        return NULL;
    }
    return wire;
}

bool wire_slot(const struct wire *wire, size_t *slot_out)
{
    for (size_t slot = 0; slot < wire->slot_count; slot++) {
        if (wire->slots[slot] == NULL) {
            *slot_out = slot;
            return true;
        }
    }
    return false;
}

uint64_t wire_number(struct wire *wire, size_t slot)
{
    wire->sequence++;
    return wire->sequence * wire->slot_count + slot;
}

static struct wire_connection *find(const struct wire *wire, uint64_t number)
{
    struct wire_connection *found = wire->slots[number % wire->slot_count];
    return found != NULL && found->number == number ? found : NULL;
}

enum status wire_send(struct wire *wire, uint64_t connection, struct bytes bytes)
{
    const struct wire_connection *to = find(wire, connection);
    if (to == NULL || to->stage != WIRE_OPEN) {
        return STATUS_REJECTED;
    }
    struct evbuffer *output = bufferevent_get_output(to->stream);
    size_t waiting = evbuffer_get_length(output);
    if (waiting > wire->config.output_size_max ||
        bytes.size > wire->config.output_size_max - waiting) {
        return STATUS_LIMIT;
    }
    if (evbuffer_add(output, bytes.data, bytes.size) != 0) {
        abort();
    }
    return STATUS_OK;
}

void wire_close(struct wire *wire, uint64_t connection, const char *reason)
{
    struct wire_connection *found = find(wire, connection);
    if (found != NULL) {
        wire_connection_close(found, reason);
    }
}

bool wire_session_read(const struct wire *wire,
                       uint64_t connection,
                       struct wire_session *session_out)
{
    const struct wire_connection *found = find(wire, connection);
    return found != NULL && found->ssl != NULL && wire_tls_session(found->ssl, session_out);
}

uint16_t wire_port(const struct wire *wire)
{
    return wire->server.port;
}

void wire_destroy(struct wire *wire)
{
    for (size_t slot = 0; slot < wire->slot_count; slot++) {
        if (wire->slots[slot] != NULL) {
            wire_connection_destroy(wire->slots[slot]);
        }
    }
    wire_client_destroy(wire);
    wire_server_destroy(wire);
    wire_tls_free(wire->credentials);
    free(wire->slots);
    free(wire);
}
