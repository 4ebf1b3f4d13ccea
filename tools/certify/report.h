#pragma once
/* What came of a certification, for people to sign (Markdown) and for programs (JSON). */
#include <jansson.h>
#include <stdio.h>

#include "tools/certify/run.h"

struct report {
    const struct run *run;
    const char *version; /* of this software */
    char *transcript;    /* verdicts and messages, masked */
    size_t transcript_size;
    char digest[65]; /* SHA-256 of it */
};

void report_create(struct report *report, const struct run *run, const char *version);
void report_destroy(struct report *report);
void report_write(const struct report *report, FILE *file);
json_t *report_json(const struct report *report);
