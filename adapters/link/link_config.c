#include "adapters/link/link_config.h"

#include <cyaml/cyaml.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "adapters/link/link.h"
#include "adapters/link/material.h"
#include "adapters/settings/settings.h"

#define AT(member) SETTINGS_AT(struct link_config, member)
/* clang-format off */
static const struct settings_key keys[] = {
    {"name", SETTINGS_TEXT, AT(name), "bank", 0, 0, NULL, "what the log calls this link"},
    {"role", SETTINGS_WORD, AT(role), "client", 0, 0, "client server", "who connects: client = we do"},
    {"certificate", SETTINGS_TEXT, AT(certificate), "", 0, 0, NULL, "our TLS certificate chain, PEM; empty: plain TCP"},
    {"key", SETTINGS_TEXT, AT(key), "", 0, 0, NULL, "its private key, PEM"},
    {"ca", SETTINGS_TEXT, AT(ca), "", 0, 0, NULL, "the authority that signs the bank's certificate, PEM"},
    {"crl", SETTINGS_TEXT, AT(crl), "", 0, 0, NULL, "its revocation list, PEM; empty: none is looked at"},
    {"peer_name", SETTINGS_TEXT, AT(peer_name), "", 0, 0, NULL, "name the bank's certificate must hold; empty: any of the authority"},
    {"connect_ms", SETTINGS_NUMBER, AT(connect_ms), "5000", 10, 60000, NULL, "TCP and handshake, in all"},
    {"backoff_first_ms", SETTINGS_NUMBER, AT(backoff_first_ms), "500", 1, 60000, NULL, "first wait before connecting again"},
    {"backoff_max_ms", SETTINGS_NUMBER, AT(backoff_max_ms), "30000", 1, 600000, NULL, "longest wait"},
    {"dead_ms", SETTINGS_NUMBER, AT(dead_ms), "10000", 100, 600000, NULL, "unacknowledged bytes this old end the connection"},
    {"dialect", SETTINGS_TEXT, AT(dialect_name), "iso87-ascii", 0, 0, NULL, "a dialect of ours, or the path of a dialect file"},
    {"mac", SETTINGS_WORD, AT(mac), "none", 0, 0, "none unionpay_ecb x9_19 aes_cmac sm4_cbc", "code in field 64 or 128 of every message"},
    {"mac_key_file", SETTINGS_TEXT, AT(mac_key_file), "", 0, 0, NULL, "key of the code, hexadecimal; required with mac"},
    {"master_key_file", SETTINGS_TEXT, AT(master_key_file), "", 0, 0, NULL, "key that wraps new ones; empty: key exchange is refused"},
    {"institution", SETTINGS_DIGITS, AT(institution), NULL, 1, 11, NULL, "our institution number at this bank (field 32)"},
    {"forwarding", SETTINGS_DIGITS, AT(forwarding), "", 0, 11, NULL, "forwarding institution (field 33); empty: none"},
    {"terminal", SETTINGS_TEXT, AT(terminal), "KOUAN001", 0, 8, NULL, "field 41"},
    {"merchant", SETTINGS_TEXT, AT(merchant), "KOUAN", 0, 15, NULL, "field 42"},
    {"account", SETTINGS_TEXT, AT(account), "", 0, 28, NULL, "our account at this bank (field 102)"},
    {"account_name", SETTINGS_TEXT, AT(account_name), "", 0, 140, NULL, "who holds it, told as the debtor; empty: the payer is told"},
    {"payment_code", SETTINGS_DIGITS, AT(payment_code), "400000", 6, 6, NULL, "field 3 of a payment and its reversal"},
    {"inquiry_code", SETTINGS_DIGITS, AT(inquiry_code), "380000", 6, 6, NULL, "field 3 of an inquiry"},
    {"advice_code", SETTINGS_DIGITS, AT(advice_code), "210000", 6, 6, NULL, "field 3 of funds received"},
    {"return_code", SETTINGS_DIGITS, AT(return_code), "200000", 6, 6, NULL, "field 3 of a payment that comes back"},
    {"sign_on", SETTINGS_WORD, AT(sign_on), "us", 0, 0, "us bank", "who signs on"},
    {"key_exchange_every_hours", SETTINGS_NUMBER, AT(key_exchange_every_hours), "0", 0, 8760, NULL, "we send a new key after sign-on and this often; 0: only the bank does"},
    {"cut_over_hour", SETTINGS_NUMBER, AT(cut_over_hour), "-1", -1, 23, NULL, "hour (UTC+8) at which we announce the new day, from 12 on the next; -1: the bank does"},
    {"echo_ms", SETTINGS_NUMBER, AT(echo_ms), "60000", 10, 86400000, NULL, "silence of the bank before we send an echo"},
    {"reply_ms", SETTINGS_NUMBER, AT(reply_ms), "20000", 10, 600000, NULL, "an answer later than this is none: the outcome is unknown"},
    {"skew_seconds", SETTINGS_NUMBER, AT(skew_seconds), "900", 0, 86400, NULL, "field 7 may be this far from our clock; 0: anything"},
    {"window", SETTINGS_NUMBER, AT(window), "256", 1, 16384, NULL, "requests outstanding, and advices being booked, at most"},
    {"queue", SETTINGS_NUMBER, AT(queue), "1024", 1, 65536, NULL, "requests waiting to be sent, at most"},
    {"duplicates", SETTINGS_NUMBER, AT(duplicates), "65536", 16, 16777216, NULL, "messages of the bank remembered, for a day at most"},
    {"try_again", SETTINGS_WORD, AT(try_again), "code_96", 0, 0, "code_96 silent", "answer to an advice that cannot be booked now"},
};
/* clang-format on */

struct code_text {
    char *code;
    int act;
    int outcome;
};

/* As libcyaml fills it; absent lists are NULL. */
struct loaded {
    char **hosts;
    unsigned hosts_count;
    uint8_t *match;
    unsigned match_count;
    struct code_text *codes;
    unsigned codes_count;
};

static const cyaml_strval_t acts[] = {
    {"pay",     ADAPTER_PAY    },
    {"inquire", ADAPTER_INQUIRE},
    {"reverse", ADAPTER_REVERSE},
    {"totals",  ADAPTER_TOTALS },
};
static const cyaml_strval_t outcomes[] = {
    {"confirmed", ADAPTER_CONFIRMED},
    {"rejected",  ADAPTER_REJECTED },
    {"not_found", ADAPTER_NOT_FOUND},
    {"reversed",  ADAPTER_REVERSED },
    {"pending",   ADAPTER_PENDING  },
    {"unknown",   ADAPTER_UNKNOWN  },
};

static const cyaml_schema_value_t host_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, LINK_TEXT_SIZE - 1)};
static const cyaml_schema_value_t match_value = {CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint8_t)};
static const cyaml_schema_field_t code_keys[] = {
    CYAML_FIELD_STRING_PTR("code", CYAML_FLAG_POINTER, struct code_text, code, 2, 2),
    CYAML_FIELD_ENUM("act", CYAML_FLAG_STRICT, struct code_text, act, acts, CYAML_ARRAY_LEN(acts)),
    CYAML_FIELD_ENUM("outcome",
                     CYAML_FLAG_STRICT,
                     struct code_text,
                     outcome,
                     outcomes,
                     CYAML_ARRAY_LEN(outcomes)),
    CYAML_FIELD_END};
static const cyaml_schema_value_t code_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct code_text, code_keys)};

static const cyaml_schema_field_t list_keys[] = {
    CYAML_FIELD_SEQUENCE("hosts",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct loaded,
                         hosts,
                         &host_value,
                         1,
                         LINK_HOST_COUNT_MAX),
    CYAML_FIELD_SEQUENCE("match",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct loaded,
                         match,
                         &match_value,
                         1,
                         LINK_MATCH_COUNT_MAX),
    CYAML_FIELD_SEQUENCE("codes",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct loaded,
                         codes,
                         &code_value,
                         0,
                         LINK_CODE_COUNT_MAX),
    CYAML_FIELD_END,
};

static const uint8_t match_default[] = {7, 11, 32, 41};

static bool match_apply(const struct loaded *loaded,
                        struct link_config *config,
                        struct settings_problem *problem)
{
    const uint8_t *match = loaded->match == NULL ? match_default : loaded->match;
    config->match_count = loaded->match == NULL ? sizeof match_default : loaded->match_count;
    for (size_t i = 0; i < config->match_count; i++) {
        if (match[i] < 2 || match[i] > 63) {
            return settings_complain(problem, "match: fields from 2 to 63");
        }
        config->match[i] = match[i];
    }
    return memchr(match, 11, config->match_count) != NULL ||
           settings_complain(problem, "match: must have field 11");
}

static bool lists_apply(const void *lists, void *target, struct settings_problem *problem)
{
    const struct loaded *loaded = lists;
    struct link_config *config = target;
    if (loaded->hosts_count == 0) {
        return settings_complain(problem,
                                 "hosts: is required, a list such as [\"127.0.0.1:7001\"]");
    }
    for (size_t i = 0; i < loaded->hosts_count; i++) {
        memcpy(config->hosts[i], loaded->hosts[i], strlen(loaded->hosts[i]) + 1);
    }
    config->host_count = loaded->hosts_count;
    for (size_t i = 0; i < loaded->codes_count; i++) {
        config->codes[i].act = (enum adapter_act)loaded->codes[i].act;
        config->codes[i].outcome = (enum adapter_outcome)loaded->codes[i].outcome;
        memcpy(config->codes[i].code, loaded->codes[i].code, 3);
    }
    config->code_count = loaded->codes_count;
    return match_apply(loaded, config, problem);
}

static const struct settings_lists lists = {list_keys, sizeof(struct loaded), lists_apply};
static const struct settings settings = {keys, sizeof keys / sizeof keys[0], &lists};

static bool config_check(const struct link_config *config, struct settings_problem *problem)
{
    if ((config->certificate[0] == '\0') != (config->key[0] == '\0') ||
        (config->certificate[0] == '\0') != (config->ca[0] == '\0')) {
        return settings_complain(problem, "certificate, key and ca: all or none");
    }
    if (config->backoff_max_ms < config->backoff_first_ms) {
        return settings_complain(problem, "backoff_max_ms: not below backoff_first_ms");
    }
    if (config->key_exchange_every_hours != 0 && config->master_key_file[0] == '\0') {
        return settings_complain(problem, "key_exchange_every_hours: needs master_key_file");
    }
    return true;
}

bool link_config_load(const char *file,
                      struct link_config *config_out,
                      char *message_out,
                      size_t message_size)
{
    struct settings_problem problem = {.text = message_out, .size = message_size};
    memset(config_out, 0, sizeof *config_out);
    bool is_good = settings_load(&settings, file, config_out, &problem) &&
                   config_check(config_out, &problem) && material_load(config_out, &problem);
    if (!is_good) {
        link_config_clear(config_out);
    }
    return is_good;
}

void link_config_clear(struct link_config *config)
{
    OPENSSL_cleanse(config, sizeof *config);
}

void link_print_config(void)
{
    fprintf(stdout,
            "# addresses of the bank, tried in order; a server listens on the first\n"
            "# required\n# hosts: [\"127.0.0.1:7001\"]\n\n"
            "# fields in which an answer must equal its question\nmatch: [7, 11, 32, 41]\n\n"
            "# what a code of the bank (field 39) means, where it is not as usual\n"
            "# act: pay, inquire, reverse, totals\n"
            "# outcome: confirmed, rejected, not_found, reversed, pending, unknown\n"
            "# codes: [{code: \"12\", act: reverse, outcome: confirmed}]\n\n");
    settings_print(&settings, stdout);
}
