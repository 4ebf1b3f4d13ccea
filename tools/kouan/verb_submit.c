#include <stdio.h>
#include <string.h>

#include "gateway/business/rule.h"
#include "tools/kouan/output.h"
#include "tools/kouan/problem.h"
#include "tools/kouan/session.h"
#include "tools/kouan/submit.h"
#include "tools/kouan/verb.h"

enum {
    EXPLAINED_COUNT_MAX = 10
};

/* Of an atomic batch: well in itself, but another was refused. */
static bool is_aborted(const json_t *problem)
{
    const char *code = json_string_value(json_object_get(problem, "code"));
    return code && strcmp(code, "batch.aborted") == 0;
}

/* Explains the refused commands of a batch; how many were not done. */
static size_t results_explain(const json_t *results)
{
    size_t refused_count = 0;
    size_t aborted_count = 0;
    size_t index = 0;
    json_t *result = NULL;
    json_array_foreach(results, index, result)
    {
        json_t *problem = json_object_get(result, "problem");
        if (!problem) {
            continue;
        }
        problem_flatten(problem);
        if (is_aborted(problem)) {
            aborted_count++;
        } else if (++refused_count <= EXPLAINED_COUNT_MAX) {
            message("command %zu:", index);
            problem_explain(problem);
        }
    }
    if (refused_count > EXPLAINED_COUNT_MAX) {
        message("and %zu more; --json shows them", refused_count - EXPLAINED_COUNT_MAX);
    }
    if (aborted_count > 0) {
        message("so none of the batch was done");
    }
    return refused_count + aborted_count;
}

static enum exit_code batch_print(const struct arguments *arguments, const json_t *body)
{
    const json_t *results = json_object_get(body, "results");
    size_t not_done_count = results_explain(results);
    if (arguments->values[OPTION_JSON]) {
        output_json(body);
    } else {
        size_t count = json_array_size(results);
        printf("done      %zu\nnot done  %zu\n", count - not_done_count, not_done_count);
    }
    return not_done_count > 0 ? EXIT_REFUSED : EXIT_DONE;
}

static enum exit_code answer_print(const struct arguments *arguments,
                                   const struct session_answer *answer)
{
    if (arguments->values[OPTION_DRY_RUN]) {
        message("dry run: nothing was changed");
    } else if (answer->is_replayed) {
        message("was done before; this is the answer it had then");
    }
    if (json_is_array(json_object_get(answer->body, "results"))) {
        return batch_print(arguments, answer->body);
    }
    if (arguments->values[OPTION_JSON] && answer->body) {
        output_json(answer->body);
    } else if (answer->body) {
        output_record(answer->body, stdout);
    }
    return EXIT_DONE;
}

static enum exit_code submission_send(const struct arguments *arguments,
                                      const struct submission *submission)
{
    struct session session;
    enum exit_code code = session_open(&session, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    bool is_message = submission->kind == SUBMISSION_MESSAGE;
    struct client_request request = {
        .method = "POST",
        .path = submission->path,
        .content_type = submission->media,
        .accept = is_message ? "application/json" : submission->media,
        .idempotency_key = submission->idempotency_key,
        .body = {submission->content, submission->content_size},
    };
    struct session_answer answer;
    message("idempotency key %s", submission->idempotency_key);
    code = session_exchange(&session, &request, &answer);
    if (code == EXIT_DONE) {
        code = answer_print(arguments, &answer);
    }
    json_decref(answer.body);
    session_close(&session);
    return code;
}

enum exit_code verb_submit(const struct arguments *arguments)
{
    char reason[400];
    struct submission submission;
    if (!submission_read(arguments, &submission, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    enum exit_code code = submission_send(arguments, &submission);
    submission_close(&submission);
    return code;
}

static void command_print(struct table *table, const struct command_type *type)
{
    char roles[80] = "";
    for (unsigned role = 1; role < ROLE_ANYONE; role <<= 1) {
        const char *name = type->roles & role ? role_name((enum role)role) : NULL;
        if (name && type->roles != ROLE_ANYONE) {
            size_t used = strlen(roles);
            snprintf(roles + used, sizeof roles - used, "%s%s", used ? "," : "", name);
        }
    }
    const char *who = type->roles == ROLE_ANYONE ? "anyone" : type->roles ? roles : "the system";
    table_add(table, (const char *const[]){type->name, who, type->meaning});
}

enum exit_code verb_commands(const struct arguments *arguments)
{
    static const struct table_column columns[] = {
        {"command", ALIGN_LEFT},
        {"who may", ALIGN_LEFT},
        {"meaning", ALIGN_LEFT}
    };
    if (!arguments->values[OPTION_JSON]) {
        struct table *table = table_create(columns, 3);
        for (size_t i = 0; i < command_type_count; i++) {
            command_print(table, &command_types[i]);
        }
        table_finish(table);
        return EXIT_DONE;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < command_type_count; i++) {
        json_array_append_new(
            list,
            json_pack(
                "{s:s,s:s}", "name", command_types[i].name, "meaning", command_types[i].meaning));
    }
    output_json(list);
    json_decref(list);
    return EXIT_DONE;
}
