#include "adapters/exchange/exchange_config.h"

#include <stdio.h>
#include <string.h>

#include "adapters/exchange/exchange.h"
#include "adapters/settings/settings.h"

#define AT(member) SETTINGS_AT(struct exchange_config, member)
/* clang-format off */
static const struct settings_key keys[] = {
    {"name", SETTINGS_TEXT, AT(name), "bank", 0, 0, NULL, "what the log calls this exchange"},
    {"transport", SETTINGS_WORD, AT(transport), "directory", 0, 0, "directory https", "how our messages leave"},
    {"directory", SETTINGS_TEXT, AT(directory), NULL, 0, 0, NULL, "holds outbox, inbox and the rest; made when missing"},
    {"message", SETTINGS_WORD, AT(payment), "pacs.008", 0, 0, "pacs.008 cips.111", "the message of a payment"},
    {"header", SETTINGS_WORD, AT(header), "no", 0, 0, "no yes", "whether a business application header goes with each message"},
    {"url", SETTINGS_TEXT, AT(url), "", 0, 0, NULL, "where messages are posted, https://...; required with https"},
    {"certificate", SETTINGS_TEXT, AT(certificate), "", 0, 0, NULL, "our TLS certificate chain, PEM; required with https"},
    {"key", SETTINGS_TEXT, AT(key), "", 0, 0, NULL, "its private key, PEM"},
    {"ca", SETTINGS_TEXT, AT(ca), "", 0, 0, NULL, "the authority that signs the bank's certificate, PEM"},
    {"crl", SETTINGS_TEXT, AT(crl), "", 0, 0, NULL, "its revocation list, PEM; empty: none is looked at"},
    {"connect_ms", SETTINGS_NUMBER, AT(connect_ms), "5000", 10, 60000, NULL, "TCP and handshake, in all"},
    {"reply_ms", SETTINGS_NUMBER, AT(reply_ms), "20000", 10, 86400000, NULL, "a word of the bank later than this is none yet"},
    {"scan_ms", SETTINGS_NUMBER, AT(scan_ms), "1000", 10, 60000, NULL, "inbox is looked at when it changes, and this often"},
    {"retry_ms", SETTINGS_NUMBER, AT(retry_ms), "5000", 10, 3600000, NULL, "a file that could not be booked is told again after this"},
    {"keep_days", SETTINGS_NUMBER, AT(keep_days), "30", 1, 36500, NULL, "files in done/ are removed after so many days"},
    {"window", SETTINGS_NUMBER, AT(window), "256", 1, 4096, NULL, "requests outstanding at most"},
    {"queue", SETTINGS_NUMBER, AT(queue), "1024", 1, 65536, NULL, "requests waiting to be sent, at most"},
    {"our_bic", SETTINGS_TEXT, AT(our_bic), "", 0, 0, NULL, "whom we speak for: BIC, or ..."},
    {"our_member", SETTINGS_TEXT, AT(our_member), "", 0, 0, NULL, "... number in the clearing system"},
    {"bank_bic", SETTINGS_TEXT, AT(bank_bic), "", 0, 0, NULL, "the bank: BIC, or ..."},
    {"bank_member", SETTINGS_TEXT, AT(bank_member), "", 0, 0, NULL, "... number in the clearing system"},
    {"account", SETTINGS_TEXT, AT(account), "", 0, 0, NULL, "our account at this bank, which pays; at most 34 characters"},
    {"account_name", SETTINGS_TEXT, AT(account_name), "", 0, 0, NULL, "who holds it, told as the debtor; empty: the payer is told"},
    {"clearing", SETTINGS_TEXT, AT(clearing), "CNAPS", 0, 0, NULL, "the clearing system of these numbers"},
    {"settlement", SETTINGS_WORD, AT(settlement), "CLRG", 0, 0, "INDA INGA COVE CLRG", "settlement method"},
    {"bearer", SETTINGS_WORD, AT(bearer), "SHAR", 0, 0, "DEBT CRED SHAR SLEV", "who bears the charges"},
    {"returns", SETTINGS_WORD, AT(returns), "pacs.004", 0, 0, "pacs.004 camt.054", "which of the two books a payment that comes back; the other is only noted"},
    {"recall_unknown", SETTINGS_WORD, AT(recall_unknown), "unknown", 0, 0, "unknown not_found", "a recall refused as 'no such payment' (NOOR); not_found: the bank will refuse the payment should it come late"},
    {"inquiry", SETTINGS_WORD, AT(inquiry), "none", 0, 0, "none pacs_028", "what a payment in doubt is asked after with; none: the bank's word is waited for"},
};
/* clang-format on */

static const struct settings settings = {keys, sizeof keys / sizeof keys[0], NULL};

static bool config_check(const struct exchange_config *config, struct settings_problem *problem)
{
    if (config->our_bic[0] == '\0' && config->our_member[0] == '\0') {
        return settings_complain(problem, "our_bic or our_member: is required");
    }
    if (config->bank_bic[0] == '\0' && config->bank_member[0] == '\0') {
        return settings_complain(problem, "bank_bic or bank_member: is required");
    }
    if (strlen(config->account) > 34 || strlen(config->account_name) > 140) {
        return settings_complain(problem, "account, account_name: at most 34 and 140 characters");
    }
    if (config->transport == EXCHANGE_BY_DIRECTORY) {
        return true;
    }
    if (strncmp(config->url, "https://", 8) != 0) {
        return settings_complain(problem, "url: must begin with https://");
    }
    if (config->certificate[0] == '\0' || config->key[0] == '\0' || config->ca[0] == '\0') {
        return settings_complain(problem, "certificate, key and ca: are required with https");
    }
    return true;
}

bool exchange_config_load(const char *file,
                          struct exchange_config *config_out,
                          char *message_out,
                          size_t message_size)
{
    struct settings_problem problem = {.text = message_out, .size = message_size};
    memset(config_out, 0, sizeof *config_out);
    return settings_load(&settings, file, config_out, &problem) &&
           config_check(config_out, &problem);
}

void exchange_print_config(void)
{
    settings_print(&settings, stdout);
}
