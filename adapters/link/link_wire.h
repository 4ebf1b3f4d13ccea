#pragma once
/* The connection a link's file asks for. */
#include "adapters/link/link_config.h"
#include "adapters/wire/wire.h"

/* All but output_size_max, which is the caller's. Texts are the configuration's: it must outlive
 * the wire. */
struct wire_config link_wire_config(const struct link_config *config);
