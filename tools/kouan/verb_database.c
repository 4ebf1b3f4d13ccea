#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/business/documents.h"
#include "gateway/records/vault.h"
#include "tools/kouan/database.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

static enum exit_code migrate(const char *conninfo)
{
    struct document_kind kinds[DOCUMENT_COUNT];
    char reason[400] = "";
    for (size_t i = 0; i < DOCUMENT_COUNT; i++) {
        kinds[i] = *record_document_kind(document_types[i].record);
    }
    enum status status = journal_migrate(conninfo, kinds, DOCUMENT_COUNT, reason, sizeof reason);
    if (status != STATUS_OK) {
        message("%s", *reason ? reason : status_name(status));
        return status == STATUS_CORRUPT ? EXIT_FAULT_FOUND : EXIT_UNREACHABLE;
    }
    message("roles, schemas and %d kinds of documents are up to date", (int)DOCUMENT_COUNT);
    return EXIT_DONE;
}

enum exit_code verb_migrate(const struct arguments *arguments)
{
    const char *conninfo = database_conninfo(arguments);
    return conninfo ? migrate(conninfo) : EXIT_USAGE;
}

/* Keeps a key file that is already there: a new one could not read what the old one sealed. */
static enum exit_code vault_prepare(const char *path)
{
    char reason[256] = "";
    if (access(path, F_OK) != 0) {
        if (!vault_create_file(path, reason, sizeof reason)) {
            message("%s", reason);
            return EXIT_LOCAL;
        }
        message("%s holds the keys of personal data: back it up apart from the database", path);
        return EXIT_DONE;
    }
    struct vault *vault = vault_open(path, reason, sizeof reason);
    if (!vault) {
        message("%s", reason);
        return EXIT_LOCAL;
    }
    vault_close(vault);
    message("%s is there already and stays as it is", path);
    return EXIT_DONE;
}

enum exit_code verb_init(const struct arguments *arguments)
{
    const char *conninfo = database_conninfo(arguments);
    const char *vault_file = arguments->values[OPTION_VAULT];
    if (!conninfo || !vault_file) {
        if (!vault_file) {
            message("--vault is missing (or KOUAN_VAULT, or a line in --config)");
        }
        return EXIT_USAGE;
    }
    enum exit_code code = migrate(conninfo);
    if (code == EXIT_DONE) {
        code = vault_prepare(vault_file);
    }
    if (code == EXIT_DONE) {
        message("next: start the gateway and register the first party with an operator's "
                "certificate: kouan party register");
    }
    return code;
}
