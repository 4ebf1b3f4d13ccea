#include "tools/kouan/problem.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tools/kouan/output.h"

enum exit_code problem_exit_code(int http_status)
{
    if (http_status < 300) {
        return EXIT_DONE;
    }
    if (http_status == 429 || http_status == 503) {
        return EXIT_BUSY;
    }
    return http_status < 500 ? EXIT_REFUSED : EXIT_IN_DOUBT;
}

static const char *text_of(const json_t *problem, const char *name)
{
    const char *text = json_string_value(json_object_get(problem, name));
    return text ? text : "";
}

static bool is_said_already(const char *name)
{
    static const char *const names[] = {
        "title", "code", "detail", "pointer", "status", "type", "instance", "facts"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The numbers that explain the refusal: `facts` and every extension member, as one record. */
static json_t *problem_facts(const json_t *problem)
{
    json_t *facts = json_object();
    json_t *given = json_object_get(problem, "facts");
    const char *name = NULL;
    json_t *value = NULL;
    if (json_is_object(given)) {
        json_object_update(facts, given);
    }
    json_object_foreach((json_t *)(uintptr_t)problem, name, value)
    {
        if (!is_said_already(name)) {
            json_object_set(facts, name, value);
        }
    }
    return facts;
}

/* RFC 9290 keeps what is ours in an entry of its own. */
void problem_flatten(json_t *problem)
{
    json_t *ours = json_incref(json_object_get(problem, "urn:kouan:problem"));
    if (json_is_object(ours)) {
        json_object_update(problem, ours);
        json_object_del(problem, "urn:kouan:problem");
    }
    json_decref(ours);
}

void problem_explain(const json_t *problem)
{
    const char *title = text_of(problem, "title");
    const char *code = text_of(problem, "code");
    const char *detail = text_of(problem, "detail");
    const char *pointer = text_of(problem, "pointer");
    message("%s%s%s%s", *title ? title : "refused", *code ? " (" : "", code, *code ? ")" : "");
    if (*detail) {
        message("%s", detail);
    }
    if (*pointer) {
        message("at %s", pointer);
    }
    json_t *facts = problem_facts(problem);
    output_record(facts, stderr);
    json_decref(facts);
}
