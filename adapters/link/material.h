#pragma once
/* What a link's file names but does not hold: its dialect and its keys. */
#include "adapters/link/link_config.h"

/* False: message_out names the key and what is wrong. */
MUST_CHECK bool material_load(struct link_config *config, char *message_out, size_t message_size);
