#include "adapters/link/material.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "adapters/iso8583/iso8583_dialect.h"
#include "adapters/iso8583/iso8583_mac.h"
#include "adapters/link/hex.h"
#include "adapters/link/mapping.h"
#include "adapters/link/seal.h"

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

static bool key_load(const char *what,
                     const char *path,
                     enum link_mac mac,
                     struct link_key *key_out,
                     struct message *message)
{
    char text[4 * LINK_KEY_SIZE_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return complain(message, "%s: file cannot be read", what);
    }
    size_t size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    while (size > 0 && strchr(" \r\n\t", text[size - 1]) != NULL) {
        size--;
    }
    bool is_good = seal_key_fits(mac, size / 2) && hex_read(text, size, key_out->data);
    key_out->size = is_good ? size / 2 : 0;
    OPENSSL_cleanse(text, sizeof text);
    return is_good || complain(message,
                               "%s: %s",
                               what,
                               mac == LINK_MAC_AES_CMAC ? "32 or 64 hexadecimal digits are expected"
                                                        : "32 hexadecimal digits are expected");
}

static bool read_keys(struct link_config *config, struct message *message)
{
    enum link_mac mac = (enum link_mac)config->mac;
    if (mac == LINK_MAC_NONE) {
        return true;
    }
    const struct iso8583_rule *rule = &config->dialect.fields[128];
    if (rule->kind != ISO8583_KIND_BINARY || rule->length_max != ISO8583_MAC_SIZE) {
        return complain(message, "mac: field 128 of the dialect must hold 8 bytes");
    }
    if (config->mac_key_file[0] == '\0') {
        return complain(message, "mac_key_file: is required with mac");
    }
    return key_load("mac_key_file", config->mac_key_file, mac, &config->mac_key, message) &&
           (config->master_key_file[0] == '\0' ||
            key_load(
                "master_key_file", config->master_key_file, mac, &config->master_key, message));
}

static bool read_dialect(struct link_config *config, struct message *message)
{
    char path[1024];
    char problem[ISO8583_PROBLEM_SIZE];
    int field;
    if (!iso8583_dialect_file(config->dialect_name, path, sizeof path)) {
        return complain(message, "dialect: too long a path");
    }
    if (!iso8583_dialect_load(path, &config->dialect, problem)) {
        return complain(message, "dialect: %s", problem);
    }
    if (config->dialect.prefix.size == 0) {
        return complain(message, "dialect: has no length prefix, which a stream needs");
    }
    if (!mapping_fits(&config->dialect, &field)) {
        return complain(message, "dialect: field %d has not the form of ISO 8583:1987", field);
    }
    return true;
}

bool material_load(struct link_config *config, char *message_out, size_t message_size)
{
    struct message message = {.text = message_out, .size = message_size};
    return read_dialect(config, &message) && read_keys(config, &message);
}
