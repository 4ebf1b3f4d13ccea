#include "adapters/exchange/exchange_config.h"

#include <cyaml/cyaml.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "adapters/exchange/exchange.h"

enum key_type {
    KEY_TEXT,
    KEY_NUMBER, /* `min` to `max` */
    KEY_WORD,   /* one of `words`, separated by blanks; the value is its place */
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *text; /* default of a text or word; NULL: required */
    int64_t number;   /* default of a number */
    int64_t min;
    int64_t max;
    const char *words;
    const char *meaning;
};

#define AT(field) offsetof(struct exchange_config, field)
/* clang-format off */
static const struct key keys[] = {
    {"name", KEY_TEXT, AT(name), "bank", 0, 0, 0, NULL, "what the log calls this exchange"},
    {"transport", KEY_WORD, AT(transport), "directory", 0, 0, 0, "directory https", "how our messages leave"},
    {"directory", KEY_TEXT, AT(directory), NULL, 0, 0, 0, NULL, "holds outbox, inbox and the rest; made when missing"},
    {"message", KEY_WORD, AT(payment), "pacs.008", 0, 0, 0, "pacs.008 cips.111", "the message of a payment"},
    {"header", KEY_WORD, AT(header), "no", 0, 0, 0, "no yes", "whether a business application header goes with each message"},
    {"url", KEY_TEXT, AT(url), "", 0, 0, 0, NULL, "where messages are posted, https://...; required with https"},
    {"certificate", KEY_TEXT, AT(certificate), "", 0, 0, 0, NULL, "our TLS certificate chain, PEM; required with https"},
    {"key", KEY_TEXT, AT(key), "", 0, 0, 0, NULL, "its private key, PEM"},
    {"ca", KEY_TEXT, AT(ca), "", 0, 0, 0, NULL, "the authority that signs the bank's certificate, PEM"},
    {"crl", KEY_TEXT, AT(crl), "", 0, 0, 0, NULL, "its revocation list, PEM; empty: none is looked at"},
    {"connect_ms", KEY_NUMBER, AT(connect_ms), NULL, 5000, 10, 60000, NULL, "TCP and handshake, in all"},
    {"reply_ms", KEY_NUMBER, AT(reply_ms), NULL, 20000, 10, 86400000, NULL, "a word of the bank later than this is none yet"},
    {"scan_ms", KEY_NUMBER, AT(scan_ms), NULL, 1000, 10, 60000, NULL, "inbox is looked at when it changes, and this often"},
    {"retry_ms", KEY_NUMBER, AT(retry_ms), NULL, 5000, 10, 3600000, NULL, "a file that could not be booked is told again after this"},
    {"window", KEY_NUMBER, AT(window), NULL, 256, 1, 4096, NULL, "requests outstanding at most"},
    {"queue", KEY_NUMBER, AT(queue), NULL, 1024, 1, 65536, NULL, "requests waiting to be sent, at most"},
    {"our_bic", KEY_TEXT, AT(our_bic), "", 0, 0, 0, NULL, "whom we speak for: BIC, or ..."},
    {"our_member", KEY_TEXT, AT(our_member), "", 0, 0, 0, NULL, "... number in the clearing system"},
    {"bank_bic", KEY_TEXT, AT(bank_bic), "", 0, 0, 0, NULL, "the bank: BIC, or ..."},
    {"bank_member", KEY_TEXT, AT(bank_member), "", 0, 0, 0, NULL, "... number in the clearing system"},
    {"account", KEY_TEXT, AT(account), "", 0, 0, 0, NULL, "our account at this bank, which pays; at most 34 characters"},
    {"account_name", KEY_TEXT, AT(account_name), "", 0, 0, 0, NULL, "who holds it, told as the debtor; empty: the payer is told"},
    {"clearing", KEY_TEXT, AT(clearing), "CNAPS", 0, 0, 0, NULL, "the clearing system of these numbers"},
    {"settlement", KEY_WORD, AT(settlement), "CLRG", 0, 0, 0, "INDA INGA COVE CLRG", "settlement method"},
    {"bearer", KEY_WORD, AT(bearer), "SHAR", 0, 0, 0, "DEBT CRED SHAR SLEV", "who bears the charges"},
    {"returns", KEY_WORD, AT(returns), "pacs.004", 0, 0, 0, "pacs.004 camt.054", "which of the two books a payment that comes back; the other is only noted"},
    {"recall_unknown", KEY_WORD, AT(recall_unknown), "unknown", 0, 0, 0, "unknown not_found", "a recall refused as 'no such payment' (NOOR); not_found: the bank will refuse the payment should it come late"},
};
/* clang-format on */

enum {
    KEY_COUNT = sizeof keys / sizeof keys[0],
};

/* As libcyaml fills it: every key optional, absent ones NULL. */
struct loaded {
    char *text[KEY_COUNT];
    int64_t *number[KEY_COUNT];
};

struct message {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static bool
complain(struct message *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message->text, message->size, format, arguments);
    va_end(arguments);
    return false;
}

__attribute__((format(printf, 3, 0))) static void
keep_first_error(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    struct message *message = context;
    if (level == CYAML_LOG_ERROR && message->text[0] == '\0') {
        (void)vsnprintf(message->text, message->size, format, arguments);
        message->text[strcspn(message->text, "\n")] = '\0';
    }
}

static void schema_make(cyaml_schema_field_t fields[KEY_COUNT + 1])
{
    memset(fields, 0, (KEY_COUNT + 1) * sizeof fields[0]);
    for (size_t i = 0; i < KEY_COUNT; i++) {
        cyaml_schema_field_t *field = &fields[i];
        field->key = keys[i].name;
        field->value.flags = CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER;
        if (keys[i].type == KEY_NUMBER) {
            field->value.type = CYAML_INT;
            field->value.data_size = sizeof(int64_t);
            field->data_offset =
                (uint32_t)(offsetof(struct loaded, number) + i * sizeof(int64_t *));
        } else {
            field->value.type = CYAML_STRING;
            field->value.data_size = sizeof(char);
            field->value.string.max = EXCHANGE_TEXT_SIZE - 1;
            field->data_offset = (uint32_t)(offsetof(struct loaded, text) + i * sizeof(char *));
        }
    }
}

/* The place of `text` among `words`, or -1. */
static int64_t word_place(const char *words, const char *text)
{
    int64_t place = 0;
    size_t size = strlen(text);
    while (*words != '\0') {
        size_t word_size = strcspn(words, " ");
        if (word_size == size && memcmp(words, text, size) == 0) {
            return place;
        }
        words += word_size;
        words += *words == ' ' ? 1 : 0;
        place++;
    }
    return -1;
}

static bool key_apply(const struct key *key,
                      const struct loaded *loaded,
                      struct exchange_config *config,
                      struct message *message)
{
    size_t index = (size_t)(key - keys);
    char *at = (char *)config + key->offset;
    if (key->type == KEY_NUMBER) {
        int64_t value = loaded->number[index] == NULL ? key->number : *loaded->number[index];
        memcpy(at, &value, sizeof value);
        return (value >= key->min && value <= key->max) ||
               complain(
                   message, "%s: must be %" PRId64 " to %" PRId64, key->name, key->min, key->max);
    }
    const char *text = loaded->text[index] == NULL ? key->text : loaded->text[index];
    if (text == NULL || (key->text == NULL && text[0] == '\0')) {
        return complain(message, "%s: is required", key->name);
    }
    if (key->type == KEY_WORD) {
        int64_t place = word_place(key->words, text);
        memcpy(at, &place, sizeof place);
        return place >= 0 || complain(message, "%s: one of %s", key->name, key->words);
    }
    memcpy(at, text, strlen(text) + 1);
    return true;
}

static bool config_check(const struct exchange_config *config, struct message *message)
{
    if (config->our_bic[0] == '\0' && config->our_member[0] == '\0') {
        return complain(message, "our_bic or our_member: is required");
    }
    if (config->bank_bic[0] == '\0' && config->bank_member[0] == '\0') {
        return complain(message, "bank_bic or bank_member: is required");
    }
    if (strlen(config->account) > 34 || strlen(config->account_name) > 140) {
        return complain(message, "account, account_name: at most 34 and 140 characters");
    }
    if (config->transport == EXCHANGE_BY_DIRECTORY) {
        return true;
    }
    if (strncmp(config->url, "https://", 8) != 0) {
        return complain(message, "url: must begin with https://");
    }
    if (config->certificate[0] == '\0' || config->key[0] == '\0' || config->ca[0] == '\0') {
        return complain(message, "certificate, key and ca: are required with https");
    }
    return true;
}

static bool
loaded_apply(const struct loaded *loaded, struct exchange_config *config, struct message *message)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (!key_apply(&keys[i], loaded, config, message)) {
            return false;
        }
    }
    return config_check(config, message);
}

bool exchange_config_load(const char *file,
                          struct exchange_config *config_out,
                          char *message_out,
                          size_t message_size)
{
    char text[2 * EXCHANGE_TEXT_SIZE] = "";
    struct message message = {.text = text, .size = sizeof text};
    cyaml_schema_field_t fields[KEY_COUNT + 1];
    schema_make(fields);
    const cyaml_schema_value_t top = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct loaded, fields)};
    const cyaml_config_t cyaml = {
        .log_fn = keep_first_error,
        .log_ctx = &message,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = cyaml_mem,
    };
    struct loaded *loaded = NULL;
    memset(config_out, 0, sizeof *config_out);
    cyaml_err_t error = cyaml_load_file(file, &cyaml, &top, (cyaml_data_t **)&loaded, NULL);
    bool is_good = error == CYAML_OK;
    if (is_good) {
        is_good = loaded_apply(loaded, config_out, &message);
        (void)cyaml_free(&cyaml, &top, loaded, 0);
    } else if (text[0] == '\0') {
        (void)complain(&message, "%s", cyaml_strerror(error));
    }
    if (!is_good) {
        (void)snprintf(message_out, message_size, "%s: %s", file, text);
    }
    return is_good;
}

static void print_key(const struct key *key)
{
    fprintf(stdout, "# %s\n", key->meaning);
    switch (key->type) {
    case KEY_NUMBER:
        fprintf(stdout,
                "# %" PRId64 " to %" PRId64 "\n%s: %" PRId64 "\n\n",
                key->min,
                key->max,
                key->name,
                key->number);
        return;
    case KEY_WORD:
        fprintf(stdout, "# one of %s\n%s: %s\n\n", key->words, key->name, key->text);
        return;
    case KEY_TEXT:
        if (key->text == NULL) {
            fprintf(stdout, "# required\n# %s: \"\"\n\n", key->name);
        } else {
            fprintf(stdout, "%s: \"%s\"\n\n", key->name, key->text);
        }
        return;
    }
}

void exchange_print_config(void)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        print_key(&keys[i]);
    }
}
