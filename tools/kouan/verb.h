#pragma once
/* The verbs of `kouan`: one row each drives parsing, help and the check of the man page. */
#include <stddef.h>
#include <stdint.h>

#include "tools/kouan/arguments.h"
#include "tools/kouan/exit.h"

typedef enum exit_code verb_run(const struct arguments *arguments);
/* A measurement with a main of its own: its words, beginning with the verb's, are read by itself.
 */
typedef int verb_program(int word_count, char **words);

struct verb {
    const char *name;      /* "get", "letter sign" */
    const char *arguments; /* "KIND KEY" */
    const char *meaning;   /* one line */
    uint64_t options;      /* OPTION_BIT(…) | … */
    size_t positional_count_min;
    size_t positional_count_max;
    enum fields_mode fields;
    verb_run *run;
    verb_program *program; /* instead of `run` */
};

extern const struct verb verbs[];
extern const size_t verb_count;

verb_run verb_init;
verb_run verb_migrate;
verb_run verb_verify;
verb_run verb_submit;
verb_run verb_approve;
verb_run verb_simulate;
verb_run verb_reject;
verb_run verb_get;
verb_run verb_list;
verb_run verb_commands;
verb_run verb_statement;
verb_run verb_balances;
verb_run verb_export;
verb_run verb_letter_sign;
verb_run verb_letter_show;
verb_run verb_customs_sign;
verb_run verb_customs_read;
verb_run verb_customs_check;
verb_run verb_customs_verify;
verb_run verb_cert_show;
verb_run verb_cert_check;
verb_run verb_bench_business;
verb_run verb_bench_customs;
verb_run verb_statistics;
verb_run verb_bench_http;
verb_run verb_reconcile;
verb_run verb_import;
verb_run verb_iso8583_decode;
verb_run verb_iso8583_encode;
verb_run verb_iso8583_doctor;
verb_run verb_iso8583_diff;
verb_run verb_iso8583_redact;
verb_run verb_certify;
verb_run verb_link_keys;
verb_run verb_link_script;
