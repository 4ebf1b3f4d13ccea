#pragma once
/* Texts in records are arrays with their NUL; what is put there has been measured before. */
#include <stddef.h>

/* Copies `source` into an array; longer than it is a bug. */
#define TEXT_PUT(array_, source_) text_put((array_), sizeof(array_), (source_))

void text_put(char *text_out, size_t size, const char *source);
