#include "tools/bank/config.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/date.h"
#include "tools/bank/advise.h"

struct key {
    const char *name;
    size_t offset;
    const char *text; /* NULL: a number */
    int64_t number;
    int64_t min;
    int64_t max;
    const char *meaning;
};

#define AT(field) offsetof(struct bank_config, field)
/* clang-format off */
static const struct key keys[] = {
    {"listen", AT(listen), "127.0.0.1:7001", 0, 0, 0, "address and port; port 0 takes a free one"},
    {"connect", AT(connect), "", 0, 0, 0, "instead of listening: the gateway's host:port, several with commas"},
    {"dialect", AT(dialect), "iso87-ascii", 0, 0, 0, "name of a shipped dialect, or a file"},
    {"journal", AT(journal), "", 0, 0, 0, "file of the bank's memory; without it nothing survives"},
    {"script", AT(script), "", 0, 0, 0, "file of rules: what goes wrong, and when"},
    {"seed", AT(seed), NULL, 1, 0, INT64_MAX, "of all that is drawn"},
    {"institution", AT(institution), "", 0, 0, 0, "field 32 of the bank's own messages"},
    {"account", AT(account), "6222000000000001", 0, 0, 0, "the gateway's account at this bank: what comes in is booked there"},
    {"currency", AT(currency), NULL, 156, 1, 999, "of advices and statements, ISO 4217 number"},
    {"day", AT(day), "", 0, 0, 0, "first business day of a new journal; today if not given"},
    {"sign_on", AT(sign_on), "gateway", 0, 0, 0, "who signs on after connecting: gateway, bank or none (signed on at once)"},
    {"window", AT(window), NULL, 64, 1, ADVISE_WINDOW_MAX, "advices told and not answered at a time"},
    {"repeat_ms", AT(repeat_ms), NULL, 5000, 10, 3600000, "until an unanswered advice or cut-over is told again"},
    {"skew_seconds", AT(skew_seconds), NULL, 0, 0, 86400, "field 7 of a new payment may be this far from our clock; 0: anything"},
    {"items", AT(items), NULL, 50000000, 1000, 1000000000, "payments, and advices, at most"},
    {"fsync", AT(fsync), NULL, 0, 0, 1, "1: the journal survives power loss, too"},
    {"mac_algorithm", AT(mac_algorithm), "x919", 0, 0, 0, "unionpay_ecb, x919, aes_cmac or sm4_cbc"},
    {"mac_key_file", AT(mac_key_file), "", 0, 0, 0, "hexadecimal; with it every message carries a code"},
    {"mac_master_key_file", AT(mac_master_key_file), "", 0, 0, 0, "hexadecimal; for key exchange"},
    {"certificate", AT(certificate), "", 0, 0, 0, "PEM; with it connections are mutual TLS 1.3"},
    {"key", AT(key), "", 0, 0, 0, "PEM, of the certificate"},
    {"ca", AT(ca), "", 0, 0, 0, "PEM, the authority of the gateway's certificate"},
    {"crl", AT(crl), "", 0, 0, 0, "PEM, its revocation list"},
    {"peer_name", AT(peer_name), "", 0, 0, 0, "name the gateway's certificate must hold; any if not given"},
    {"control", AT(control), "", 0, 0, 0, "unix socket for commands"},
    {"stdin_control", AT(stdin_control), NULL, 0, 0, 1, "1: commands on standard input; its end is `quit`"},
    {"exchange_in", AT(exchange_in), "", 0, 0, 0, "directory of ISO 20022 documents to be answered"},
    {"exchange_out", AT(exchange_out), "", 0, 0, 0, "directory where the bank's documents go"},
    {"bic", AT(bic), "KOUACNBJXXX", 0, 0, 0, "of the bank, in its documents"},
    {"log_level", AT(log_level), "info", 0, 0, 0, "debug, info, warning or error"},
};
/* clang-format on */

enum {
    KEY_COUNT = sizeof keys / sizeof keys[0]
};

/* Before anything is checked: a text for each key, NULL = not given. */
struct given {
    char *text[KEY_COUNT];
};

static bool complain(char *reason_out, const char *name, const char *what)
{
    (void)snprintf(reason_out, CONFIG_REASON_SIZE, "%s: %s", name, what);
    return false;
}

__attribute__((format(printf, 3, 0))) static void
keep_first_error(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    char *reason = context;
    if (level == CYAML_LOG_ERROR && reason[0] == '\0') {
        (void)vsnprintf(reason, CONFIG_REASON_SIZE, format, arguments);
        reason[strcspn(reason, "\n")] = '\0';
    }
}

static bool file_load(const char *path, struct given *given, char *reason_out)
{
    cyaml_schema_field_t fields[KEY_COUNT + 1];
    memset(fields, 0, sizeof fields);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        fields[i].key = keys[i].name;
        fields[i].value.type = CYAML_STRING;
        fields[i].value.flags = CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER;
        fields[i].value.data_size = sizeof(char);
        fields[i].value.string.max = 4096;
        fields[i].data_offset = (uint32_t)(i * sizeof(char *));
    }
    const cyaml_schema_value_t schema = {
        .type = CYAML_MAPPING,
        .flags = CYAML_FLAG_POINTER,
        .data_size = sizeof(struct given),
        .mapping = {.fields = fields},
    };
    const cyaml_config_t cyaml = {
        .log_fn = keep_first_error,
        .log_ctx = reason_out,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
    };
    struct given *loaded = NULL;
    reason_out[0] = '\0';
    cyaml_err_t error = cyaml_load_file(path, &cyaml, &schema, (cyaml_data_t **)&loaded, NULL);
    if (error != CYAML_OK || loaded == NULL) {
        char what[200];
        (void)snprintf(what,
                       sizeof what,
                       "%.190s",
                       reason_out[0] == '\0' ? cyaml_strerror(error) : reason_out);
        return complain(reason_out, path, what);
    }
    for (size_t i = 0; i < KEY_COUNT; i++) {
        given->text[i] = loaded->text[i] == NULL ? NULL : strdup(loaded->text[i]);
    }
    cyaml_free(&cyaml, &schema, loaded, 0);
    return true;
}

/* The key "--repeat-ms" or "--repeat_ms" names; KEY_COUNT when there is none. */
static size_t key_of(const char *option)
{
    char name[40];
    if (strncmp(option, "--", 2) != 0 || strlen(option) >= sizeof name) {
        return KEY_COUNT;
    }
    (void)snprintf(name, sizeof name, "%s", option + 2);
    for (char *at = strchr(name, '-'); at != NULL; at = strchr(at, '-')) {
        *at = '_';
    }
    size_t key = 0;
    while (key < KEY_COUNT && strcmp(keys[key].name, name) != 0) {
        key++;
    }
    return key;
}

static bool options_load(int count, char *const *arguments, struct given *given, char *reason_out)
{
    for (int i = 0; i < count; i += 2) {
        size_t key = key_of(arguments[i]);
        bool is_config = strcmp(arguments[i], "--config") == 0;
        if (key == KEY_COUNT && !is_config) {
            return complain(reason_out, arguments[i], "no such option (see kouan-bank options)");
        }
        if (i + 1 == count) {
            return complain(reason_out, arguments[i], "needs a value");
        }
        if (!is_config) {
            free(given->text[key]);
            given->text[key] = strdup(arguments[i + 1]);
        }
    }
    return true;
}

static bool number_apply(const struct key *key, const char *text, int64_t *at, char *reason_out)
{
    char *end = NULL;
    errno = 0;
    long long number = text == NULL ? key->number : strtoll(text, &end, 10);
    bool is_number = text == NULL || (end != text && *end == '\0' && errno == 0);
    if (!is_number || number < key->min || number > key->max) {
        char what[96];
        (void)snprintf(what, sizeof what, "must be %" PRId64 " to %" PRId64, key->min, key->max);
        return complain(reason_out, key->name, what);
    }
    *at = number;
    return true;
}

static bool given_apply(const struct given *given, struct bank_config *config, char *reason_out)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        char *at = (char *)config + keys[i].offset;
        if (keys[i].text == NULL) {
            if (!number_apply(&keys[i], given->text[i], (int64_t *)(void *)at, reason_out)) {
                return false;
            }
            continue;
        }
        char *text = strdup(given->text[i] == NULL ? keys[i].text : given->text[i]);
        memcpy(at, &text, sizeof text);
        if (text == NULL) {
            return complain(reason_out, keys[i].name, "out of memory");
        }
    }
    return true;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool config_check(const struct bank_config *config, char *reason_out)
{
    static const char *const sides[] = {"gateway", "bank", "none", NULL};
    static const char *const levels[] = {"debug", "info", "warning", "error", NULL};
    date_days day;
    if (!is_one_of(config->sign_on, sides)) {
        return complain(reason_out, "sign_on", "must be gateway, bank or none");
    }
    if (!is_one_of(config->log_level, levels)) {
        return complain(reason_out, "log_level", "must be debug, info, warning or error");
    }
    if (config->day[0] != '\0' && !date_parse(config->day, strlen(config->day), &day)) {
        return complain(reason_out, "day", "must be a date such as 2026-11-23");
    }
    if (strlen(config->institution) > 11 ||
        strspn(config->institution, "0123456789") != strlen(config->institution)) {
        return complain(reason_out, "institution", "must be at most 11 digits");
    }
    if (strlen(config->account) >= FACT_ACCOUNT_SIZE) {
        return complain(reason_out, "account", "must be at most 34 characters");
    }
    return true;
}

bool config_load(int count,
                 char *const *arguments,
                 struct bank_config *config_out,
                 char reason_out[CONFIG_REASON_SIZE])
{
    struct given given = {.text = {0}};
    bool is_loaded = true;
    *config_out = (struct bank_config){.seed = 0};
    for (int i = 0; is_loaded && i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--config") == 0) {
            is_loaded = file_load(arguments[i + 1], &given, reason_out);
        }
    }
    is_loaded = is_loaded && options_load(count, arguments, &given, reason_out) &&
                given_apply(&given, config_out, reason_out) && config_check(config_out, reason_out);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        free(given.text[i]);
    }
    if (!is_loaded) {
        config_destroy(config_out);
    }
    return is_loaded;
}

void config_destroy(struct bank_config *config)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].text != NULL) {
            char *text;
            memcpy(&text, (char *)config + keys[i].offset, sizeof text);
            free(text);
        }
    }
    *config = (struct bank_config){.seed = 0};
}

void config_print(FILE *file)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        fprintf(file, "# %s\n", keys[i].meaning);
        if (keys[i].text == NULL) {
            fprintf(file, "%s: %" PRId64 "\n", keys[i].name, keys[i].number);
        } else {
            fprintf(file, "%s: \"%s\"\n", keys[i].name, keys[i].text);
        }
    }
}
