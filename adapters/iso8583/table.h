#pragma once
/* Constant tables of the codec. Private to the library. */
#include <stdint.h>

extern const uint16_t iso8583_table_kinds[256];
extern const uint8_t iso8583_table_from_ebcdic[256];
extern const uint8_t iso8583_table_to_ebcdic[256];
