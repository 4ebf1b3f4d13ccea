#pragma once
/*
 * The normal form in which names and codes are compared: full-width forms become half-width, Latin
 * and Cyrillic letters capitals, blanks are left out (全半角、大小写、空格).
 */
#include <stddef.h>

/* `text` is UTF-8. What does not fit is cut at a whole character; the output ends in NUL. */
void normal_form(const char *text, char *normal_out, size_t size);
