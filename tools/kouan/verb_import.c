/*
 * `kouan import KIND FILE`: dated reference data from CSV through the public door. All of it is
 * tried in dry runs first; only a file without a fault is sent.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/business/rule.h"
#include "tools/kouan/output.h"
#include "tools/kouan/problem.h"
#include "tools/kouan/row_file.h"
#include "tools/kouan/session.h"
#include "tools/kouan/verb.h"

enum {
    BATCH_COUNT = 1000,
    KEY_SIZE = 256,
    EXPLAINED_COUNT_MAX = 10,
};

struct import {
    struct session session;
    const char *command;
    const char *path;
    const char *key; /* what idempotency keys begin with */
    struct row_file file;
    size_t refused_count;
    size_t replayed_count;
};

static json_t *batch_make(const struct import *import, size_t first, size_t count)
{
    json_t *commands = json_array();
    for (size_t i = first; i < first + count; i++) {
        char key[KEY_SIZE];
        (void)snprintf(key, sizeof key, "import/%.200s/%zu", import->key, import->file.lines[i]);
        json_array_append_new(commands,
                              json_pack("{s:s,s:s,s:O}",
                                        "command",
                                        import->command,
                                        "idempotency_key",
                                        key,
                                        "body",
                                        json_array_get(import->file.bodies, i)));
    }
    return json_pack("{s:s,s:o}", "mode", "independent", "commands", commands);
}

static void results_take(struct import *import, const json_t *results, size_t first)
{
    size_t index;
    json_t *result;
    json_array_foreach(results, index, result)
    {
        json_t *problem = json_object_get(result, "problem");
        import->replayed_count += json_is_true(json_object_get(result, "replayed")) ? 1 : 0;
        if (problem != NULL && ++import->refused_count <= EXPLAINED_COUNT_MAX) {
            message("%s: line %zu:", import->path, import->file.lines[first + index]);
            problem_explain(problem);
        }
    }
}

static enum exit_code batch_send(struct import *import, const char *path, size_t first)
{
    size_t rest = json_array_size(import->file.bodies) - first;
    size_t count = rest < BATCH_COUNT ? rest : BATCH_COUNT;
    char key[KEY_SIZE];
    (void)snprintf(key, sizeof key, "import/%.200s/from-%zu", import->key, first);
    struct session_answer answer;
    enum exit_code code =
        session_post(&import->session, path, key, batch_make(import, first, count), &answer);
    if (code == EXIT_DONE) {
        results_take(import, json_object_get(answer.body, "results"), first);
        json_decref(answer.body);
    }
    return code;
}

static enum exit_code all_send(struct import *import, const char *path)
{
    enum exit_code code = EXIT_DONE;
    size_t count = json_array_size(import->file.bodies);
    for (size_t first = 0; first < count && code == EXIT_DONE; first += BATCH_COUNT) {
        code = batch_send(import, path, first);
    }
    return code == EXIT_DONE && import->refused_count > 0 ? EXIT_REFUSED : code;
}

static enum exit_code tell(const struct import *import, enum exit_code code)
{
    size_t count = json_array_size(import->file.bodies);
    if (code == EXIT_REFUSED) {
        message("%zu of %zu lines refused", import->refused_count, count);
    }
    if (import->replayed_count > 0) {
        message("%zu lines were set by this very file before and are left as they are now",
                import->replayed_count);
    }
    return code;
}

static enum exit_code import_run(struct import *import, const struct arguments *arguments)
{
    enum exit_code code = session_open(&import->session, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    code = all_send(import, "/v1/batch?dry_run=true");
    if (code != EXIT_DONE) {
        message("nothing was set");
    } else if (!arguments->values[OPTION_DRY_RUN]) {
        bool is_proposal = arguments->values[OPTION_PROPOSE] != NULL;
        code = all_send(import, is_proposal ? "/v1/batch?propose=true" : "/v1/batch");
    }
    code = tell(import, code);
    session_close(&import->session);
    if (code == EXIT_DONE) {
        printf("%s  %zu\n",
               arguments->values[OPTION_DRY_RUN]   ? "tried"
               : arguments->values[OPTION_PROPOSE] ? "proposed"
                                                   : "set",
               json_array_size(import->file.bodies) - import->replayed_count);
    }
    return code;
}

enum exit_code verb_import(const struct arguments *arguments)
{
    static const char *const kinds[][2] = {
        {"tariff",    "tariff.set"   },
        {"calendar",  "calendar.set" },
        {"terms",     "terms.set"    },
        {"rates",     "fx_rate.set"  },
        {"screening", "screening.set"},
    };
    struct import import = {.path = arguments->positionals[1]};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(arguments->positionals[0], kinds[i][0]) == 0) {
            import.command = kinds[i][1];
        }
    }
    if (import.command == NULL) {
        message("import tariff, calendar, terms, rates or screening, not %s",
                arguments->positionals[0]);
        return EXIT_USAGE;
    }
    char reason[512];
    const struct record *record = command_type_find(import.command)->command;
    if (!row_file_read(record, import.path, &import.file, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_LOCAL;
    }
    const char *given = arguments->values[OPTION_IDEMPOTENCY_KEY];
    import.key = given != NULL ? given : import.file.digest;
    enum exit_code code = import_run(&import, arguments);
    row_file_close(&import.file);
    return code;
}
