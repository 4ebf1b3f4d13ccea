#pragma once
/*
 * The bank's documents on their way to the gateway's door: files of the outgoing directory, in the
 * order of their names, one at a time, each posted until it is answered 202 and then removed.
 */
#include "ledger/base/date.h"
#include "tools/bank/config.h"

struct post;

/* NULL: out of memory. */
struct post *post_open(const struct bank_config *config);
void post_close(struct post *post);
/* Goes on with what is under way, and begins with the next. */
void post_run(struct post *post, instant_us now);
instant_us post_due(const struct post *post);
