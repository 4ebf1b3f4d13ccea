#pragma once
/* What a link's file names but does not hold: its dialect and its keys. */
#include "adapters/link/link_config.h"
#include "adapters/settings/settings.h"

/* False: `problem` names the key and what is wrong. */
MUST_CHECK bool material_load(struct link_config *config, struct settings_problem *problem);
