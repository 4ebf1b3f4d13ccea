#pragma once
/*
 * One block of memory given out in pieces and taken back all at once.
 * Under AddressSanitizer the part that is not given out is poisoned, so that overruns are caught.
 */
#include <stddef.h>

#include "ledger/base/status.h"

struct arena {
    char *block;
    size_t capacity;
    size_t used;
};

/* Aborts when the process has no memory left: arenas are made at start. */
void arena_create(struct arena *arena, size_t capacity);
void arena_destroy(struct arena *arena);
/* Zeroed, aligned for any type; NULL when the arena is full. */
MUST_CHECK void *arena_take(struct arena *arena, size_t size);
/* The same, not zeroed: what large arrays hold is written before it is read. */
MUST_CHECK void *arena_take_unset(struct arena *arena, size_t size);
/* A NUL-terminated copy; NULL when the arena is full. */
MUST_CHECK char *arena_copy_text(struct arena *arena, const char *text, size_t size);
void arena_reset(struct arena *arena);
