#include <inttypes.h>
#include <stdio.h>

#include "gateway/audit/audit.h"
#include "gateway/records/vault.h"
#include "ledger/journal/journal.h"
#include "tools/kouan/database.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

struct findings {
    struct verify_report sealed;
    enum status sealed_status;
    struct audit_report replayed;
    enum status replayed_status;
};

static json_t *replay_counts(const struct audit_report *report)
{
    json_t *counts = json_pack("{s:I,s:I,s:I,s:I,s:I}",
                               "commands",
                               (json_int_t)report->command_count,
                               "documents",
                               (json_int_t)report->document_count,
                               "accounts",
                               (json_int_t)report->account_count,
                               "transfers",
                               (json_int_t)report->transfer_count,
                               "events",
                               (json_int_t)report->event_count);
    if (report->first_difference[0]) {
        json_object_set_new(counts, "first_difference", json_string(report->first_difference));
    }
    return counts;
}

static void findings_print(const struct arguments *arguments, const struct findings *findings)
{
    const struct verify_report *sealed = &findings->sealed;
    json_t *counts = json_pack("{s:I,s:I,s:I}",
                               "batches",
                               (json_int_t)sealed->batch_count,
                               "commands",
                               (json_int_t)sealed->command_count,
                               "transfers",
                               (json_int_t)sealed->transfer_count);
    if (sealed->first_bad[0]) {
        json_object_set_new(counts, "first_bad", json_string(sealed->first_bad));
    }
    if (arguments->values[OPTION_REPLAY]) {
        json_object_set_new(counts, "replayed", replay_counts(&findings->replayed));
    }
    if (arguments->values[OPTION_JSON]) {
        output_json(counts);
    } else {
        output_record(counts, stdout);
    }
    json_decref(counts);
}

/* Both are looked at whatever the other says: rows sealed as they are may still be wrong. */
static enum exit_code findings_judge(const struct findings *findings, bool is_replayed)
{
    enum exit_code code = EXIT_DONE;
    if (findings->sealed_status == STATUS_OK) {
        message("every batch hashes to its seal and every law holds");
    } else {
        message("the journal is not what was sealed: %s", findings->sealed.first_bad);
        code = EXIT_FAULT_FOUND;
    }
    if (!is_replayed) {
        return code;
    }
    if (findings->replayed_status == STATUS_OK) {
        message(
            "replayed, the commands give every document, event, transfer and balance as stored");
    } else {
        message("the rows are not what the commands give: %s", findings->replayed.first_difference);
        code = EXIT_FAULT_FOUND;
    }
    return code;
}

static bool is_read(enum status status)
{
    return status == STATUS_OK || status == STATUS_CORRUPT;
}

/* The rules read personal fields, so there is no replaying without the key file. */
static struct vault *key_open(const struct arguments *arguments)
{
    char reason[256] = "";
    const char *file = arguments->values[OPTION_VAULT];
    if (!file) {
        message("--replay needs --vault: commands hold personal fields, and rules read them");
        return NULL;
    }
    struct vault *vault = vault_open(file, reason, sizeof reason);
    if (!vault) {
        message("%s", reason);
    }
    return vault;
}

enum exit_code verb_verify(const struct arguments *arguments)
{
    const char *conninfo = database_conninfo(arguments);
    struct findings findings = {.replayed_status = STATUS_OK};
    struct vault *vault = NULL;
    bool is_replayed = arguments->values[OPTION_REPLAY] != NULL;
    if (!conninfo) {
        return EXIT_USAGE;
    }
    if (is_replayed) {
        vault = key_open(arguments);
        if (!vault) {
            return EXIT_USAGE;
        }
    }
    findings.sealed_status = journal_verify(conninfo, &findings.sealed);
    if (is_replayed && is_read(findings.sealed_status)) {
        findings.replayed_status = audit_replay(conninfo, vault, &findings.replayed);
    }
    if (vault) {
        vault_close(vault);
    }
    if (!is_read(findings.sealed_status)) {
        return database_failed(findings.sealed_status);
    }
    if (!is_read(findings.replayed_status)) {
        return database_failed(findings.replayed_status);
    }
    findings_print(arguments, &findings);
    return findings_judge(&findings, is_replayed);
}
