#pragma once
/* Pieces of an XML document into a bounded buffer. */
#include "ledger/base/bytes.h"

/*
 * Character data with what XML reserves escaped, so that a reader gets the same characters back (a
 * carriage return as well). What XML 1.0 cannot say (controls, bytes that are not UTF-8) fails the
 * writer.
 */
void xml_write_text(struct writer *writer, const char *text, size_t size);

/* <prefix:name> and </prefix:name>; `prefix` is "" or ends with its colon. */
void xml_write_open(struct writer *writer, const char *prefix, const char *name);
void xml_write_close(struct writer *writer, const char *prefix, const char *name);
/* An element with text and nothing else. */
void xml_write_element(struct writer *writer,
                       const char *prefix,
                       const char *name,
                       const char *text);
