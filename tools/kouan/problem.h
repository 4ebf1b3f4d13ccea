#pragma once
/* Refusals explained: problem details (RFC 9457), their facts, and the exit code they mean. */
#include <jansson.h>

#include "tools/kouan/exit.h"

/* The exit code an HTTP status means. */
enum exit_code problem_exit_code(int http_status);
/* A problem read from CBOR (RFC 9290) with the members it has in JSON. */
void problem_flatten(json_t *problem);
/* Title, code, what went wrong where, and the facts, on standard error. */
void problem_explain(const json_t *problem);
