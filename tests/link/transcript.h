#pragma once
/*
 * A dialogue played from a text table; see README.md for the words. The bank's side of each line is
 * encoded and signed here, with keys of its own.
 */
#include <stddef.h>

/* The failures of one table, each printed with its line; `folder` takes configuration files. */
size_t transcript_play(const char *path, const char *folder);
