#pragma once
#include "gateway/records/record.h"

/* Reads a demonstration record, writes it in the other medium, reads that: equal, or abort. */
void record_again(enum media media, enum media other, const uint8_t *data, size_t size);
