#pragma once
/* The standard's types of text: what may stand in them. */
#include <stdbool.h>
#include <stddef.h>

size_t mx_character_count(const char *text, size_t size);
bool mx_is_digits(const char *text, size_t size);
bool mx_is_code(const char *text, size_t size); /* visible ASCII, no blanks */
bool mx_is_country(const char *text, size_t size);
/* BICFIDec2014Identifier: [A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})? */
bool mx_is_bic(const char *text, size_t size);
/* IBAN2007Identifier with its check digits (ISO 7064 MOD 97-10). */
bool mx_is_iban(const char *text, size_t size);
/* UUIDv4Identifier */
bool mx_is_uetr(const char *text, size_t size);
/* Comes back as it is when it is written into XML and read: UTF-8, no control characters, nothing
 * that is no XML character, no blank at either end, not empty. */
bool mx_is_stable(const char *text, size_t size);
