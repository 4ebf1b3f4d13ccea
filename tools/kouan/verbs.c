#include "tools/bench_iso8583.h"
#include "tools/bench_ledger.h"
#include "tools/bench_statement.h"
#include "tools/kouan/database.h"
#include "tools/kouan/session.h"
#include "tools/kouan/trace.h"
#include "tools/kouan/verb.h"

#define SUBMIT_OPTIONS                                                                             \
    (SESSION_OPTIONS | OPTION_BIT(OPTION_COMMAND) | OPTION_BIT(OPTION_IDEMPOTENCY_KEY) |           \
     OPTION_BIT(OPTION_DRY_RUN) | OPTION_BIT(OPTION_PROPOSE) | OPTION_BIT(OPTION_CBOR) |           \
     OPTION_BIT(OPTION_INDEPENDENT))
#define BENCH_HTTP_OPTIONS                                                                         \
    (OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_GATEWAY) | OPTION_BIT(OPTION_CERTS) |           \
     OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_CONNECTIONS) | OPTION_BIT(OPTION_SECONDS) |       \
     OPTION_BIT(OPTION_BATCH))
#define BENCH_CUSTOMS_OPTIONS (BENCH_HTTP_OPTIONS & ~OPTION_BIT(OPTION_CONNECTIONS))
#define MIGRATE_OPTIONS       (OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_DATABASE))
#define CERTIFY_OPTIONS                                                                            \
    (OPTION_BIT(OPTION_SCRIPT) | OPTION_BIT(OPTION_REPORT) | OPTION_BIT(OPTION_CONTROL) |          \
     OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_JSON))
#define JSON_OPTION OPTION_BIT(OPTION_JSON)
#define ENCODE_OPTIONS                                                                             \
    (OPTION_BIT(OPTION_DIALECT) | OPTION_BIT(OPTION_BINARY) | OPTION_BIT(OPTION_BARE))
#define REDACT_OPTIONS (TRACE_OPTIONS & ~JSON_OPTION)

/* clang-format off */
const struct verb verbs[] = {
    {"init", "", "make roles, schemas, tables and the key file of personal data",
     MIGRATE_OPTIONS | OPTION_BIT(OPTION_VAULT), 0, 0, FIELDS_NONE, verb_init, NULL},
    {"migrate", "", "bring the database up to date with this version",
     MIGRATE_OPTIONS, 0, 0, FIELDS_NONE, verb_migrate, NULL},
    {"statistics", "FROM TO", "count what was released, by mode, chapter, district and day",
     DATABASE_OPTIONS | OPTION_BIT(OPTION_BY), 2, 2, FIELDS_NONE, verb_statistics, NULL},
    {"verify", "", "recompute every hash and every law of the ledger from SQL",
     DATABASE_OPTIONS | OPTION_BIT(OPTION_VAULT) | OPTION_BIT(OPTION_REPLAY), 0, 0, FIELDS_NONE,
     verb_verify, NULL},
    {"submit", "[FILE|-]", "send a command, an array of commands, or a customs message",
     SUBMIT_OPTIONS, 0, 1, FIELDS_ALLOWED, verb_submit, NULL},
    {"approve", "ID", "do what somebody else has proposed, and show the answer",
     SESSION_OPTIONS | OPTION_BIT(OPTION_REASON), 1, 1, FIELDS_NONE, verb_approve, NULL},
    {"reject", "ID", "do not do what somebody else has proposed",
     SESSION_OPTIONS | OPTION_BIT(OPTION_REASON), 1, 1, FIELDS_NONE, verb_reject, NULL},
    {"commands", "", "list the commands; `kouan help a b` explains the fields of a.b",
     JSON_OPTION, 0, 0, FIELDS_NONE, verb_commands, NULL},
    {"get", "KIND KEY", "show one document or account",
     SESSION_OPTIONS, 2, 2, FIELDS_NONE, verb_get, NULL},
    {"list", "KIND", "list documents",
     SESSION_OPTIONS | OPTION_BIT(OPTION_FILTER) | OPTION_BIT(OPTION_LIMIT), 1, 1, FIELDS_NONE,
     verb_list, NULL},
    {"statement", "ACCOUNT", "the entries of an account with the balance after each",
     DATABASE_OPTIONS | OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
         OPTION_BIT(OPTION_FORMAT), 1, 1, FIELDS_NONE, verb_statement, NULL},
    {"balances", "", "the balance of every account",
     DATABASE_OPTIONS | OPTION_BIT(OPTION_ALL), 0, 0, FIELDS_NONE, verb_balances, NULL},
    {"export", "", "every transfer, as an hledger journal or CSV",
     MIGRATE_OPTIONS | OPTION_BIT(OPTION_FORMAT), 0, 0, FIELDS_NONE, verb_export, NULL},
    {"reconcile", "BANK DAY FILE", "hold a bank's statement (camt.053 or CSV) against the books",
     SESSION_OPTIONS, 3, 3, FIELDS_NONE, verb_reconcile, NULL},
    {"import", "tariff|calendar|terms|rates|screening FILE", "set dated reference data from a CSV file",
     SESSION_OPTIONS | OPTION_BIT(OPTION_IDEMPOTENCY_KEY) | OPTION_BIT(OPTION_DRY_RUN) |
         OPTION_BIT(OPTION_PROPOSE), 2, 2,
     FIELDS_NONE, verb_import, NULL},
    {"letter sign", "FILE", "sign a guarantee letter's content (COSE_Sign1) to standard output",
     OPTION_BIT(OPTION_KEY) | OPTION_BIT(OPTION_KID), 1, 1, FIELDS_NONE, verb_letter_sign, NULL},
    {"letter show", "FILE", "show the content of a signed letter",
     JSON_OPTION, 1, 1, FIELDS_NONE, verb_letter_show, NULL},
    {"customs read", "FILE", "show a customs message, bare or in its envelope, as JSON, masked",
     0, 1, 1, FIELDS_NONE, verb_customs_read, NULL},
    {"customs check", "FILE", "say whether a customs message can be read, or where it cannot",
     0, 1, 1, FIELDS_NONE, verb_customs_check, NULL},
    {"customs sign", "FILE", "sign a customs message (XML signature) to standard output",
     OPTION_BIT(OPTION_CERT) | OPTION_BIT(OPTION_KEY), 1, 1, FIELDS_NONE, verb_customs_sign, NULL},
    {"customs verify", "FILE", "say who signed a customs message, or why nobody did",
     JSON_OPTION, 1, 1, FIELDS_NONE, verb_customs_verify, NULL},
    {"cert show", "FILE", "show a client certificate: party, role, validity",
     JSON_OPTION, 1, 1, FIELDS_NONE, verb_cert_show, NULL},
    {"cert check", "FILE", "say why the gateway would refuse a client certificate",
     JSON_OPTION, 1, 1, FIELDS_NONE, verb_cert_check, NULL},
    {"certify", "LINK", "try a bank step by step over a link's file, and write a report to sign",
     CERTIFY_OPTIONS, 1, 1, FIELDS_NONE, verb_certify, NULL},
    {"link keys", "", "every key of a link's file with its default and meaning",
     0, 0, 0, FIELDS_NONE, verb_link_keys, NULL},
    {"link script", "", "the steps of `kouan certify`, as a script to change",
     0, 0, 0, FIELDS_NONE, verb_link_script, NULL},
    {"iso8583 decode", "[FILE|-]", "show the ISO 8583 messages of a capture, masked",
     TRACE_OPTIONS, 0, 1, FIELDS_NONE, verb_iso8583_decode, NULL},
    {"iso8583 encode", "[FILE|-]", "make messages of the JSON that `iso8583 decode --json` shows",
     ENCODE_OPTIONS, 0, 1, FIELDS_NONE, verb_iso8583_encode, NULL},
    {"iso8583 doctor", "[FILE|-]", "say which dialect a capture is written in",
     TRACE_OPTIONS, 0, 1, FIELDS_NONE, verb_iso8583_doctor, NULL},
    {"iso8583 diff", "A B", "compare two captures field by field; exit 1 when they differ",
     TRACE_OPTIONS, 2, 2, FIELDS_NONE, verb_iso8583_diff, NULL},
    {"iso8583 redact", "[FILE|-]", "the same capture without card numbers, tracks, PINs and MACs",
     REDACT_OPTIONS, 0, 1, FIELDS_NONE, verb_iso8583_redact, NULL},
    {"simulate", "", "show the days ahead: windows, statements, utilisation, calls; only reads",
     SESSION_OPTIONS | OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_DAYS), 0, 0, FIELDS_NONE, verb_simulate, NULL},
    {"bench http", "", "measure single commands and batches against a running gateway",
     BENCH_HTTP_OPTIONS, 0, 0, FIELDS_NONE, verb_bench_http, NULL},
    {"bench business", "", "measure a command of each business against a running gateway",
     BENCH_HTTP_OPTIONS, 0, 0, FIELDS_NONE, verb_bench_business, NULL},
    {"bench customs", "", "measure customs messages in XML against a running gateway",
     BENCH_CUSTOMS_OPTIONS, 0, 0, FIELDS_NONE, verb_bench_customs, NULL},
    {"bench ledger", "[--json] [--transfers N] [--batch N] [--accounts N] …",
     "measure durable transfers on a private PostgreSQL",
     0, 0, 0, FIELDS_NONE, NULL, bench_ledger_main},
    {"bench statement", "[--json] [--bills N]",
     "measure a tax statement, cut and paid, on a private PostgreSQL",
     0, 0, 0, FIELDS_NONE, NULL, bench_statement_main},
    {"bench iso8583", "[--json] [--seconds N] [--dialect FILE]", "measure the codec on one core",
     0, 0, 0, FIELDS_NONE, NULL, bench_iso8583_main},
};
/* clang-format on */

const size_t verb_count = sizeof verbs / sizeof verbs[0];
