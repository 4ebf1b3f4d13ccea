#pragma once
/*
 * Field 48: elements of a tag of three letters, a length of three digits and that many bytes. Text
 * the dialect cannot carry is written as hexadecimal under a tag that ends in X
 * (adapters/link/conventions.md has the list).
 */
#include "adapters/iso8583/iso8583.h"
#include "ledger/base/bytes.h"
#include "ledger/base/status.h"

enum private_result {
    PRIVATE_FOUND,
    PRIVATE_ABSENT,
    PRIVATE_BAD, /* not elements, or one too long for its place */
};

/* `tag` is the plain one; the one in X is taken too. text_out gets a NUL. */
MUST_CHECK enum private_result
private_read(struct iso8583_view field, const char *tag, char *text_out, size_t size);
/* "" is not written. */
void private_write(struct writer *writer, const char *tag, const char *text);
