#include "gateway/config.h"

#include <cyaml/cyaml.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum key_type {
    KEY_TEXT,
    KEY_FILE, /* a path; required, it has no default */
    KEY_NUMBER,
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *text; /* default of a text */
    int64_t number;   /* default of a number */
    int64_t min;
    int64_t max;
    const char *meaning;
};

#define AT(field) offsetof(struct config, field)
/* clang-format off */
static const struct key keys[] = {
    {"listen_address", KEY_TEXT, AT(listen_address), "127.0.0.1", 0, 0, 0, "address the gateway listens on"},
    {"listen_port", KEY_NUMBER, AT(listen_port), NULL, 8443, 0, 65535, "port; 0 takes a free one and logs it"},
    {"threads", KEY_NUMBER, AT(threads), NULL, 2, 1, 64, "I/O threads"},
    {"certificate", KEY_FILE, AT(certificate), NULL, 0, 0, 0, "server certificate chain, PEM"},
    {"key", KEY_FILE, AT(key), NULL, 0, 0, 0, "server private key, PEM, mode 0600"},
    {"client_ca", KEY_FILE, AT(client_ca), NULL, 0, 0, 0, "the authority that signs client certificates, PEM"},
    {"crl", KEY_FILE, AT(crl), NULL, 0, 0, 0, "its revocation list, PEM; without it nobody is let in"},
    {"database", KEY_TEXT, AT(database), NULL, 0, 0, 0, "libpq connection string of the writer role"},
    {"vault", KEY_FILE, AT(vault), NULL, 0, 0, 0, "key file for personal data, mode 0600, made by kouan init"},
    {"links", KEY_TEXT, AT(links), "", 0, 0, 0, "directory of the banks' link files, such as bank-a.iso8583.yaml; empty: no links"},
    {"open_payments", KEY_NUMBER, AT(open_payments), NULL, 65536, 64, 1048576, "payments under way in all banks; more wait in the ledger"},
    {"bank_inquiries", KEY_NUMBER, AT(bank_inquiries), NULL, 3, 1, 100, "inquiries without an answer before a payment in doubt is reversed"},
    {"bank_retry_ms", KEY_NUMBER, AT(bank_retry_ms), NULL, 2000, 100, 600000, "before the second inquiry or reversal; doubled each time"},
    {"bank_retry_max_ms", KEY_NUMBER, AT(bank_retry_max_ms), NULL, 60000, 1000, 3600000, "between two of them at most"},
    {"connections", KEY_NUMBER, AT(connections), NULL, 4096, 1, 65536, "client connections at most"},
    {"connections_per_party", KEY_NUMBER, AT(connections_per_party), NULL, 2048, 1, 65536, "of one party at most"},
    {"queue", KEY_NUMBER, AT(queue), NULL, 8192, 1, 1048576, "requests waiting for the engine; more are answered 503"},
    {"documents", KEY_NUMBER, AT(documents), NULL, 262144, 1024, 67108864, "documents kept in memory"},
    {"accounts", KEY_NUMBER, AT(accounts), NULL, 4194304, 1024, 268435456, "accounts the book can hold"},
    {"pendings", KEY_NUMBER, AT(pendings), NULL, 1048576, 1024, 268435456, "open pending transfers the book can hold"},
    {"known_keys", KEY_NUMBER, AT(known_keys), NULL, 33554432, 65536, 4294967296, "keys the presence filter is sized for (2 bytes each)"},
    {"handshake_seconds", KEY_NUMBER, AT(handshake_seconds), NULL, 5, 1, 60, "TLS handshake, in all"},
    {"header_seconds", KEY_NUMBER, AT(header_seconds), NULL, 10, 1, 300, "request header, in all"},
    {"body_seconds", KEY_NUMBER, AT(body_seconds), NULL, 30, 1, 600, "request body, in all"},
    {"idle_seconds", KEY_NUMBER, AT(idle_seconds), NULL, 120, 1, 3600, "between two requests of a connection"},
    {"drain_seconds", KEY_NUMBER, AT(drain_seconds), NULL, 20, 1, 300, "for requests under way when told to stop"},
    {"partition_transfers", KEY_NUMBER, AT(partition_transfers), NULL, 4000000, 1000, 100000000, "transfers of one partition of ledger.transfer"},
    {"checkpoint_transfers", KEY_NUMBER, AT(checkpoint_transfers), NULL, 2000000, 1000, 100000000, "transfers between two balance checkpoints"},
    {"lease_seconds", KEY_NUMBER, AT(lease_seconds), NULL, 10, 2, 600, "a silent engine's lock may be taken over after this"},
    {"log_level", KEY_TEXT, AT(log_level), "info", 0, 0, 0, "debug, info, warning or error"},
};
/* clang-format on */

enum {
    KEY_COUNT = sizeof keys / sizeof keys[0]
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

__attribute__((format(printf, 3, 0))) static void
keep_first_error(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    struct message *message = context;
    if (level == CYAML_LOG_ERROR && message->text[0] == '\0') {
        (void)vsnprintf(message->text, message->size, format, arguments);
        message->text[strcspn(message->text, "\n")] = '\0';
    }
}

/* The schema of libcyaml, made from the table of keys. */
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
            field->value.string.max = 4096;
            field->data_offset = (uint32_t)(offsetof(struct loaded, text) + i * sizeof(char *));
        }
    }
}

static bool complain(struct message *message, const struct key *key, const char *what)
{
    (void)snprintf(message->text, message->size, "%s: %s", key->name, what);
    return false;
}

static bool key_apply(const struct key *key,
                      const char *text,
                      const int64_t *number,
                      struct config *config,
                      struct message *message)
{
    char *at = (char *)config + key->offset;
    if (key->type == KEY_NUMBER) {
        int64_t value = number == NULL ? key->number : *number;
        if (value < key->min || value > key->max) {
            char what[96];
            (void)snprintf(
                what, sizeof what, "must be %" PRId64 " to %" PRId64, key->min, key->max);
            return complain(message, key, what);
        }
        memcpy(at, &value, sizeof value);
        return true;
    }
    const char *value = text == NULL ? key->text : text;
    bool may_be_empty = key->text != NULL && key->text[0] == '\0';
    if (value == NULL || (value[0] == '\0' && !may_be_empty)) {
        return complain(message, key, "is required");
    }
    if (key->type == KEY_FILE) {
        FILE *file = fopen(value, "rb");
        if (file == NULL) {
            return complain(message, key, "file cannot be read");
        }
        fclose(file);
    }
    char *copy = strdup(value);
    memcpy(at, &copy, sizeof copy);
    return copy != NULL;
}

static bool log_level_is_known(const char *level)
{
    static const char *const levels[] = {"debug", "info", "warning", "error"};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(level, levels[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool config_load(const char *path,
                 struct config *config_out,
                 char *message_out,
                 size_t message_size)
{
    struct message message = {.text = message_out, .size = message_size};
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
    *config_out = (struct config){0};
    message_out[0] = '\0';
    cyaml_err_t error = cyaml_load_file(path, &cyaml, &top, (cyaml_data_t **)&loaded, NULL);
    if (error != CYAML_OK) {
        if (message_out[0] == '\0') {
            (void)snprintf(message_out, message_size, "%s", cyaml_strerror(error));
        }
        return false;
    }
    bool is_good = true;
    for (size_t i = 0; i < KEY_COUNT && is_good; i++) {
        is_good = key_apply(&keys[i], loaded->text[i], loaded->number[i], config_out, &message);
    }
    if (is_good && !log_level_is_known(config_out->log_level)) {
        (void)snprintf(message_out, message_size, "log_level: debug, info, warning or error");
        is_good = false;
    }
    (void)cyaml_free(&cyaml, &top, loaded, 0);
    return is_good;
}

void config_destroy(struct config *config)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].type != KEY_NUMBER) {
            char *text;
            memcpy(&text, (char *)config + keys[i].offset, sizeof text);
            free(text);
        }
    }
    *config = (struct config){0};
}

void config_print(void)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const struct key *key = &keys[i];
        printf("# %s\n", key->meaning);
        if (key->type == KEY_NUMBER) {
            printf("# %" PRId64 " to %" PRId64 "\n%s: %" PRId64 "\n\n",
                   key->min,
                   key->max,
                   key->name,
                   key->number);
        } else if (key->text != NULL) {
            printf("%s: %s\n\n", key->name, key->text[0] == '\0' ? "\"\"" : key->text);
        } else {
            printf("# required\n# %s:\n\n", key->name);
        }
    }
}
