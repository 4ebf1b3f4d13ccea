#include "tools/bank/config.h"

#include <string.h>

#include "adapters/settings/settings.h"
#include "ledger/base/date.h"
#include "tools/bank/advise.h"

#define AT(member) SETTINGS_AT(struct bank_config, member)
/* clang-format off */
static const struct settings_key keys[] = {
    {"listen", SETTINGS_TEXT, AT(listen), "127.0.0.1:7001", 0, 0, NULL, "address and port; port 0 takes a free one"},
    {"connect", SETTINGS_TEXT, AT(connect), "", 0, 0, NULL, "instead of listening: the gateway's host:port, several with commas"},
    {"dialect", SETTINGS_TEXT, AT(dialect), "iso87-ascii", 0, 0, NULL, "name of a shipped dialect, or a file"},
    {"journal", SETTINGS_TEXT, AT(journal), "", 0, 0, NULL, "file of the bank's memory; without it nothing survives"},
    {"script", SETTINGS_TEXT, AT(script), "", 0, 0, NULL, "file of rules: what goes wrong, and when"},
    {"seed", SETTINGS_NUMBER, AT(seed), "1", 0, INT64_MAX, NULL, "of all that is drawn"},
    {"institution", SETTINGS_DIGITS, AT(institution), "", 0, 11, NULL, "field 32 of the bank's own messages"},
    {"account", SETTINGS_TEXT, AT(account), "6222000000000001", 0, 0, NULL, "the gateway's account at this bank: what comes in is booked there"},
    {"currency", SETTINGS_NUMBER, AT(currency), "156", 1, 999, NULL, "of advices and statements, ISO 4217 number"},
    {"day", SETTINGS_TEXT, AT(day), "", 0, 0, NULL, "first business day of a new journal; today if not given"},
    {"sign_on", SETTINGS_WORD, AT(sign_on), "gateway", 0, 0, "gateway bank none", "who signs on after connecting; none: signed on at once"},
    {"window", SETTINGS_NUMBER, AT(window), "64", 1, ADVISE_WINDOW_MAX, NULL, "advices told and not answered at a time"},
    {"repeat_ms", SETTINGS_NUMBER, AT(repeat_ms), "5000", 10, 3600000, NULL, "until an unanswered advice or cut-over is told again"},
    {"skew_seconds", SETTINGS_NUMBER, AT(skew_seconds), "0", 0, 86400, NULL, "field 7 of a new payment may be this far from our clock; 0: anything"},
    {"items", SETTINGS_NUMBER, AT(items), "50000000", 1000, 1000000000, NULL, "payments, and advices, at most"},
    {"fsync", SETTINGS_NUMBER, AT(fsync), "0", 0, 1, NULL, "1: the journal survives power loss, too"},
    {"mac_algorithm", SETTINGS_TEXT, AT(mac_algorithm), "x919", 0, 0, NULL, "unionpay_ecb, x919, aes_cmac or sm4_cbc"},
    {"mac_key_file", SETTINGS_TEXT, AT(mac_key_file), "", 0, 0, NULL, "hexadecimal; with it every message carries a code"},
    {"mac_master_key_file", SETTINGS_TEXT, AT(mac_master_key_file), "", 0, 0, NULL, "hexadecimal; for key exchange"},
    {"certificate", SETTINGS_TEXT, AT(certificate), "", 0, 0, NULL, "PEM; with it connections are mutual TLS 1.3"},
    {"key", SETTINGS_TEXT, AT(key), "", 0, 0, NULL, "PEM, of the certificate"},
    {"ca", SETTINGS_TEXT, AT(ca), "", 0, 0, NULL, "PEM, the authority of the gateway's certificate"},
    {"crl", SETTINGS_TEXT, AT(crl), "", 0, 0, NULL, "PEM, its revocation list"},
    {"peer_name", SETTINGS_TEXT, AT(peer_name), "", 0, 0, NULL, "name the gateway's certificate must hold; any if not given"},
    {"control", SETTINGS_TEXT, AT(control), "", 0, 0, NULL, "unix socket for commands"},
    {"stdin_control", SETTINGS_NUMBER, AT(stdin_control), "0", 0, 1, NULL, "1: commands on standard input; its end is `quit`"},
    {"exchange_in", SETTINGS_TEXT, AT(exchange_in), "", 0, 0, NULL, "directory of ISO 20022 documents to be answered"},
    {"exchange_out", SETTINGS_TEXT, AT(exchange_out), "", 0, 0, NULL, "directory where the bank's documents go"},
    {"exchange_listen", SETTINGS_TEXT, AT(exchange_listen), "", 0, 0, NULL, "instead of exchange_in: address and port of an HTTPS door for documents"},
    {"exchange_post", SETTINGS_TEXT, AT(exchange_post), "", 0, 0, NULL, "the gateway's door, such as https://127.0.0.1:8443/v1/bank/documents: what lies in exchange_out is posted there"},
    {"exchange_certificate", SETTINGS_TEXT, AT(exchange_certificate), "", 0, 0, NULL, "PEM, the bank's as a party of the gateway, for exchange_post"},
    {"exchange_key", SETTINGS_TEXT, AT(exchange_key), "", 0, 0, NULL, "PEM, of that certificate"},
    {"bic", SETTINGS_TEXT, AT(bic), "KOUACNBJXXX", 0, 0, NULL, "of the bank, in its documents"},
    {"log_level", SETTINGS_WORD, AT(log_level), "info", 0, 0, "debug info warning error", "what is logged: this, and worse"},
};
/* clang-format on */

static const struct settings settings = {keys, sizeof keys / sizeof keys[0], NULL};

/* The key "--repeat-ms" or "--repeat_ms" names; NULL when there is none. */
static const struct settings_key *key_of(const char *option)
{
    char name[40];
    if (strncmp(option, "--", 2) != 0 || strlen(option) >= sizeof name) {
        return NULL;
    }
    (void)snprintf(name, sizeof name, "%s", option + 2);
    for (char *at = strchr(name, '-'); at != NULL; at = strchr(at, '-')) {
        *at = '_';
    }
    return settings_find(&settings, name);
}

static bool options_load(int count,
                         char *const *arguments,
                         struct bank_config *config,
                         struct settings_problem *problem)
{
    for (int i = 0; i < count; i += 2) {
        const struct settings_key *key = key_of(arguments[i]);
        bool is_config = strcmp(arguments[i], "--config") == 0;
        if (key == NULL && !is_config) {
            return settings_complain(
                problem, "%s: no such option (see kouan-bank options)", arguments[i]);
        }
        if (i + 1 == count) {
            return settings_complain(problem, "%s: needs a value", arguments[i]);
        }
        if (!is_config && !settings_set(key, arguments[i + 1], config, problem)) {
            return false;
        }
    }
    return true;
}

static bool config_check(const struct bank_config *config, struct settings_problem *problem)
{
    date_days day;
    if (config->day[0] != '\0' && !date_parse(config->day, strlen(config->day), &day)) {
        return settings_complain(problem, "day: must be a date such as 2026-11-23");
    }
    if (config->exchange_listen[0] != '\0' && config->certificate[0] == '\0') {
        return settings_complain(problem, "exchange_listen: needs certificate, key and ca");
    }
    if (config->exchange_post[0] != '\0' &&
        (config->ca[0] == '\0' || config->exchange_certificate[0] == '\0' ||
         config->exchange_key[0] == '\0' || config->exchange_out[0] == '\0')) {
        return settings_complain(
            problem,
            "exchange_post: needs ca, exchange_certificate, exchange_key and exchange_out");
    }
    return true;
}

bool config_load(int count,
                 char *const *arguments,
                 struct bank_config *config_out,
                 char reason_out[CONFIG_REASON_SIZE])
{
    struct settings_problem problem = {.text = reason_out, .size = CONFIG_REASON_SIZE};
    bool is_good = settings_load(&settings, NULL, config_out, &problem);
    for (int i = 0; is_good && i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--config") == 0) {
            is_good = settings_load(&settings, arguments[i + 1], config_out, &problem);
        }
    }
    problem.file = NULL;
    return is_good && options_load(count, arguments, config_out, &problem) &&
           config_check(config_out, &problem);
}

void config_print(FILE *file)
{
    settings_print(&settings, file);
}
