#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/link/link.h"
#include "tools/certify/report.h"
#include "tools/kouan/file.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    WAIT_SECONDS = 60,
    WAIT_SECONDS_MAX = 3600,
    REASON_SIZE = 768,
};

static bool plan_read(const char *path, struct plan *plan_out)
{
    char reason[REASON_SIZE];
    char *content = NULL;
    size_t size = 0;
    if (path == NULL) {
        return plan_parse("the built-in script", plan_default, plan_out, reason);
    }
    if (!file_read(path, &content, &size, reason, sizeof reason)) {
        message("%s", reason);
        return false;
    }
    bool is_good = plan_parse(path, content, plan_out, reason);
    free(content);
    if (!is_good) {
        message("%s", reason);
    }
    return is_good;
}

static void tell(const struct result *result)
{
    message("%-16s %-7s %s",
            plan_rows[result->step->kind].name,
            verdict_name(result->verdict),
            result->came);
}

static void ask_tester(const char *text)
{
    message("%s", text);
}

static void report_print(const struct run *run, const struct arguments *arguments, FILE *file)
{
    struct report report;
    report_create(&report, run, "kouan " KOUAN_VERSION);
    if (arguments->values[OPTION_JSON]) {
        json_t *json = report_json(&report);
        json_dumpf(json, file, JSON_INDENT(2));
        fputc('\n', file);
        json_decref(json);
    } else {
        report_write(&report, file);
    }
    report_destroy(&report);
}

static enum exit_code verdict_of(const struct run *run)
{
    if (!run->was_connected) {
        return EXIT_UNREACHABLE;
    }
    return run_count(run, VERDICT_FAIL) == 0 ? EXIT_DONE : EXIT_FAULT_FOUND;
}

static enum exit_code certify(const struct run_setting *setting, const struct arguments *arguments)
{
    /* Before anything is sent: a report that cannot be kept is found out now. */
    const char *path = arguments->values[OPTION_REPORT];
    FILE *file = path == NULL ? stdout : fopen(path, "w");
    if (file == NULL) {
        message("%s: %s", path, strerror(errno));
        return EXIT_LOCAL;
    }
    struct run *run = run_create(setting);
    run_all(run);
    report_print(run, arguments, file);
    enum exit_code code = verdict_of(run);
    message("%zu passed, %zu failed, %zu skipped",
            run_count(run, VERDICT_PASS),
            run_count(run, VERDICT_FAIL),
            run_count(run, VERDICT_SKIP));
    run_destroy(run);
    bool is_written = fflush(file) == 0 && !ferror(file);
    if (path != NULL && (fclose(file) != 0 || !is_written)) {
        message("%s could not be written", path);
        return EXIT_LOCAL;
    }
    return code;
}

enum exit_code verb_certify(const struct arguments *arguments)
{
    static struct link_config config;
    static struct plan plan;
    char reason[REASON_SIZE];
    int64_t wait_seconds;
    if (!arguments_number(arguments, OPTION_WAIT, WAIT_SECONDS_MAX, WAIT_SECONDS, &wait_seconds)) {
        message("--wait: 1 to %d seconds", WAIT_SECONDS_MAX);
        return EXIT_USAGE;
    }
    if (!plan_read(arguments->values[OPTION_SCRIPT], &plan)) {
        return EXIT_USAGE;
    }
    if (!link_config_load(arguments->positionals[0], &config, reason, sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    const struct run_setting setting = {
        .config = &config,
        .plan = &plan,
        .lever = {.control = arguments->values[OPTION_CONTROL], .say = ask_tester},
        .wait_us = wait_seconds * INSTANT_US_PER_SECOND,
        .told = tell,
    };
    enum exit_code code = certify(&setting, arguments);
    link_config_clear(&config);
    return code;
}

enum exit_code verb_link_keys(const struct arguments *arguments)
{
    (void)arguments;
    link_print_config();
    return EXIT_DONE;
}

enum exit_code verb_link_script(const struct arguments *arguments)
{
    (void)arguments;
    plan_print(stdout);
    return EXIT_DONE;
}
