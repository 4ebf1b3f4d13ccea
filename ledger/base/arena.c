#include "ledger/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

enum {
    ARENA_ALIGNMENT = 16
};

void arena_create(struct arena *arena, size_t capacity)
{
    arena->block = malloc(capacity);
    if (arena->block == NULL) {
        fprintf(stderr, "out of memory: arena of %zu bytes\n", capacity);
        abort();
    }
    arena->capacity = capacity;
    arena->used = 0;
    ASAN_POISON_MEMORY_REGION(arena->block, capacity);
}

void arena_destroy(struct arena *arena)
{
    ASAN_UNPOISON_MEMORY_REGION(arena->block, arena->capacity);
    free(arena->block);
    *arena = (struct arena){0};
}

void *arena_take_unset(struct arena *arena, size_t size)
{
    size_t start = (arena->used + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    if (start > arena->capacity || size > arena->capacity - start) {
        return NULL;
    }
    arena->used = start + size;
    ASAN_UNPOISON_MEMORY_REGION(arena->block + start, size);
    return arena->block + start;
}

void *arena_take(struct arena *arena, size_t size)
{
    void *taken = arena_take_unset(arena, size);
    return taken == NULL ? NULL : memset(taken, 0, size);
}

char *arena_copy_text(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_take(arena, size + 1);
    if (copy != NULL && size > 0) {
        memcpy(copy, text, size);
    }
    return copy;
}

void arena_reset(struct arena *arena)
{
    arena->used = 0;
    ASAN_POISON_MEMORY_REGION(arena->block, arena->capacity);
}
