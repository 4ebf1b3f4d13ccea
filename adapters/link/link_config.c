#include "adapters/link/link_config.h"

#include <cyaml/cyaml.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/link/link.h"
#include "adapters/link/material.h"

enum key_type {
    KEY_TEXT,   /* any, or none */
    KEY_DIGITS, /* `min` to `max` digits */
    KEY_NUMBER, /* `min` to `max` */
    KEY_WORD,   /* one of `words`, separated by blanks; the value is its place */
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *text; /* default of a text or word */
    int64_t number;   /* default of a number */
    int64_t min;
    int64_t max;
    const char *words;
    const char *meaning;
};

#define AT(field) offsetof(struct link_config, field)
/* clang-format off */
static const struct key keys[] = {
    {"name", KEY_TEXT, AT(name), "bank", 0, 0, 0, NULL, "what the log calls this link"},
    {"role", KEY_WORD, AT(role), "client", 0, 0, 0, "client server", "who connects: client = we do"},
    {"certificate", KEY_TEXT, AT(certificate), "", 0, 0, 0, NULL, "our TLS certificate chain, PEM; empty: plain TCP"},
    {"key", KEY_TEXT, AT(key), "", 0, 0, 0, NULL, "its private key, PEM"},
    {"ca", KEY_TEXT, AT(ca), "", 0, 0, 0, NULL, "the authority that signs the bank's certificate, PEM"},
    {"crl", KEY_TEXT, AT(crl), "", 0, 0, 0, NULL, "its revocation list, PEM; empty: none is looked at"},
    {"peer_name", KEY_TEXT, AT(peer_name), "", 0, 0, 0, NULL, "name the bank's certificate must hold; empty: any of the authority"},
    {"connect_ms", KEY_NUMBER, AT(connect_ms), NULL, 5000, 10, 60000, NULL, "TCP and handshake, in all"},
    {"backoff_first_ms", KEY_NUMBER, AT(backoff_first_ms), NULL, 500, 1, 60000, NULL, "first wait before connecting again"},
    {"backoff_max_ms", KEY_NUMBER, AT(backoff_max_ms), NULL, 30000, 1, 600000, NULL, "longest wait"},
    {"dead_ms", KEY_NUMBER, AT(dead_ms), NULL, 10000, 100, 600000, NULL, "unacknowledged bytes this old end the connection"},
    {"dialect", KEY_TEXT, AT(dialect_name), "iso87-ascii", 0, 0, 0, NULL, "a dialect of ours, or the path of a dialect file"},
    {"mac", KEY_WORD, AT(mac), "none", 0, 0, 0, "none unionpay_ecb x9_19 aes_cmac sm4_cbc", "code in field 64 or 128 of every message"},
    {"mac_key_file", KEY_TEXT, AT(mac_key_file), "", 0, 0, 0, NULL, "key of the code, hexadecimal; required with mac"},
    {"master_key_file", KEY_TEXT, AT(master_key_file), "", 0, 0, 0, NULL, "key that wraps new ones; empty: key exchange is refused"},
    {"institution", KEY_DIGITS, AT(institution), NULL, 0, 1, 11, NULL, "our institution number at this bank (field 32)"},
    {"forwarding", KEY_DIGITS, AT(forwarding), "", 0, 0, 11, NULL, "forwarding institution (field 33); empty: none"},
    {"terminal", KEY_TEXT, AT(terminal), "KOUAN001", 0, 0, 8, NULL, "field 41"},
    {"merchant", KEY_TEXT, AT(merchant), "KOUAN", 0, 0, 15, NULL, "field 42"},
    {"account", KEY_TEXT, AT(account), "", 0, 0, 28, NULL, "our account at this bank (field 102)"},
    {"account_name", KEY_TEXT, AT(account_name), "", 0, 0, 140, NULL, "who holds it, told as the debtor; empty: the payer is told"},
    {"payment_code", KEY_DIGITS, AT(payment_code), "400000", 0, 6, 6, NULL, "field 3 of a payment and its reversal"},
    {"inquiry_code", KEY_DIGITS, AT(inquiry_code), "380000", 0, 6, 6, NULL, "field 3 of an inquiry"},
    {"advice_code", KEY_DIGITS, AT(advice_code), "210000", 0, 6, 6, NULL, "field 3 of funds received"},
    {"return_code", KEY_DIGITS, AT(return_code), "200000", 0, 6, 6, NULL, "field 3 of a payment that comes back"},
    {"sign_on", KEY_WORD, AT(sign_on), "us", 0, 0, 0, "us bank", "who signs on"},
    {"echo_ms", KEY_NUMBER, AT(echo_ms), NULL, 60000, 10, 86400000, NULL, "silence of the bank before we send an echo"},
    {"reply_ms", KEY_NUMBER, AT(reply_ms), NULL, 20000, 10, 600000, NULL, "an answer later than this is none: the outcome is unknown"},
    {"skew_seconds", KEY_NUMBER, AT(skew_seconds), NULL, 900, 0, 86400, NULL, "field 7 may be this far from our clock; 0: anything"},
    {"window", KEY_NUMBER, AT(window), NULL, 256, 1, 16384, NULL, "requests outstanding, and advices being booked, at most"},
    {"queue", KEY_NUMBER, AT(queue), NULL, 1024, 1, 65536, NULL, "requests waiting to be sent, at most"},
    {"duplicates", KEY_NUMBER, AT(duplicates), NULL, 65536, 16, 16777216, NULL, "messages of the bank remembered, for a day at most"},
    {"try_again", KEY_WORD, AT(try_again), "code_96", 0, 0, 0, "code_96 silent", "answer to an advice that cannot be booked now"},
};
/* clang-format on */

enum {
    KEY_COUNT = sizeof keys / sizeof keys[0],
    WORD_SIZE_MAX = 32,
};

struct code_text {
    char *code;
    int act;
    int outcome;
};

/* As libcyaml fills it: every key optional, absent ones NULL. */
struct loaded {
    char *text[KEY_COUNT];
    int64_t *number[KEY_COUNT];
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

enum {
    LIST_COUNT = sizeof list_keys / sizeof list_keys[0] /* with the end */
};

static const uint8_t match_default[] = {7, 11, 32, 41};

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

static void schema_make(cyaml_schema_field_t fields[KEY_COUNT + LIST_COUNT])
{
    memset(fields, 0, (KEY_COUNT + LIST_COUNT) * sizeof fields[0]);
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
            field->value.string.max = LINK_TEXT_SIZE - 1;
            field->data_offset = (uint32_t)(offsetof(struct loaded, text) + i * sizeof(char *));
        }
    }
    memcpy(fields + KEY_COUNT, list_keys, sizeof list_keys);
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

static bool number_apply(const struct key *key,
                         const int64_t *number,
                         struct link_config *config,
                         struct message *message)
{
    int64_t value = number == NULL ? key->number : *number;
    if (value < key->min || value > key->max) {
        return complain(
            message, "%s: must be %" PRId64 " to %" PRId64, key->name, key->min, key->max);
    }
    memcpy((char *)config + key->offset, &value, sizeof value);
    return true;
}

static bool key_apply(const struct key *key,
                      const struct loaded *loaded,
                      struct link_config *config,
                      struct message *message)
{
    size_t index = (size_t)(key - keys);
    if (key->type == KEY_NUMBER) {
        return number_apply(key, loaded->number[index], config, message);
    }
    const char *text = loaded->text[index] == NULL ? key->text : loaded->text[index];
    if (text == NULL) {
        return complain(message, "%s: is required", key->name);
    }
    size_t size = strlen(text);
    if (key->type == KEY_WORD) {
        int64_t place = word_place(key->words, text);
        if (place < 0) {
            return complain(message, "%s: one of %s", key->name, key->words);
        }
        memcpy((char *)config + key->offset, &place, sizeof place);
        return true;
    }
    if (key->max > 0 && (size < (size_t)key->min || size > (size_t)key->max)) {
        return complain(message,
                        "%s: must have %" PRId64 " to %" PRId64 " characters",
                        key->name,
                        key->min,
                        key->max);
    }
    if (key->type == KEY_DIGITS && strspn(text, "0123456789") != size) {
        return complain(message, "%s: must be digits", key->name);
    }
    memcpy((char *)config + key->offset, text, size + 1);
    return true;
}

static bool
match_apply(const struct loaded *loaded, struct link_config *config, struct message *message)
{
    const uint8_t *match = loaded->match == NULL ? match_default : loaded->match;
    config->match_count = loaded->match == NULL ? sizeof match_default : loaded->match_count;
    for (size_t i = 0; i < config->match_count; i++) {
        if (match[i] < 2 || match[i] > 63) {
            return complain(message, "match: fields from 2 to 63");
        }
        config->match[i] = match[i];
    }
    return memchr(match, 11, config->match_count) != NULL ||
           complain(message, "match: must have field 11");
}

static bool
lists_apply(const struct loaded *loaded, struct link_config *config, struct message *message)
{
    if (loaded->hosts_count == 0) {
        return complain(message, "hosts: is required, a list such as [\"127.0.0.1:7001\"]");
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
    return match_apply(loaded, config, message);
}

static bool
loaded_apply(const struct loaded *loaded, struct link_config *config, struct message *message)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (!key_apply(&keys[i], loaded, config, message)) {
            return false;
        }
    }
    if ((config->certificate[0] == '\0') != (config->key[0] == '\0') ||
        (config->certificate[0] == '\0') != (config->ca[0] == '\0')) {
        return complain(message, "certificate, key and ca: all or none");
    }
    if (config->backoff_max_ms < config->backoff_first_ms) {
        return complain(message, "backoff_max_ms: not below backoff_first_ms");
    }
    return lists_apply(loaded, config, message) &&
           material_load(config, message->text, message->size);
}

bool link_config_load(const char *file,
                      struct link_config *config_out,
                      char *message_out,
                      size_t message_size)
{
    char text[2 * LINK_TEXT_SIZE] = "";
    struct message message = {.text = text, .size = sizeof text};
    cyaml_schema_field_t fields[KEY_COUNT + LIST_COUNT];
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
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const struct key *key = &keys[i];
        fprintf(stdout, "# %s\n", key->meaning);
        switch (key->type) {
        case KEY_NUMBER:
            fprintf(stdout,
                    "# %" PRId64 " to %" PRId64 "\n%s: %" PRId64 "\n\n",
                    key->min,
                    key->max,
                    key->name,
                    key->number);
            break;
        case KEY_WORD:
            fprintf(stdout, "# one of %s\n%s: %s\n\n", key->words, key->name, key->text);
            break;
        case KEY_TEXT:
        case KEY_DIGITS:
            fprintf(stdout,
                    key->text == NULL ? "# required\n# %s: \"%s\"\n\n" : "%s: \"%s\"\n\n",
                    key->name,
                    key->text == NULL ? "" : key->text);
            break;
        }
    }
}
