#include "adapters/link/material.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "adapters/iso8583/iso8583_dialect.h"
#include "adapters/iso8583/iso8583_mac.h"
#include "adapters/link/hex.h"
#include "adapters/link/mapping.h"
#include "adapters/link/seal.h"

static bool key_load(const char *what,
                     const char *path,
                     enum link_mac mac,
                     struct link_key *key_out,
                     struct settings_problem *problem)
{
    char text[4 * LINK_KEY_SIZE_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return settings_complain(problem, "%s: file cannot be read", what);
    }
    size_t size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    while (size > 0 && strchr(" \r\n\t", text[size - 1]) != NULL) {
        size--;
    }
    bool is_good = seal_key_fits(mac, size / 2) && hex_read(text, size, key_out->data);
    key_out->size = is_good ? size / 2 : 0;
    OPENSSL_cleanse(text, sizeof text);
    return is_good ||
           settings_complain(problem,
                             "%s: %s",
                             what,
                             mac == LINK_MAC_AES_CMAC ? "32 or 64 hexadecimal digits are expected"
                                                      : "32 hexadecimal digits are expected");
}

static bool read_keys(struct link_config *config, struct settings_problem *problem)
{
    enum link_mac mac = (enum link_mac)config->mac;
    if (mac == LINK_MAC_NONE) {
        return true;
    }
    const struct iso8583_rule *rule = &config->dialect.fields[128];
    if (rule->kind != ISO8583_KIND_BINARY || rule->length_max != ISO8583_MAC_SIZE) {
        return settings_complain(problem, "mac: field 128 of the dialect must hold 8 bytes");
    }
    if (config->mac_key_file[0] == '\0') {
        return settings_complain(problem, "mac_key_file: is required with mac");
    }
    return key_load("mac_key_file", config->mac_key_file, mac, &config->mac_key, problem) &&
           (config->master_key_file[0] == '\0' ||
            key_load(
                "master_key_file", config->master_key_file, mac, &config->master_key, problem));
}

static bool read_dialect(struct link_config *config, struct settings_problem *problem)
{
    char path[1024];
    char reason[ISO8583_PROBLEM_SIZE];
    int field;
    if (!iso8583_dialect_file(config->dialect_name, path, sizeof path)) {
        return settings_complain(problem, "dialect: too long a path");
    }
    if (!iso8583_dialect_load(path, &config->dialect, reason)) {
        return settings_complain(problem, "dialect: %s", reason);
    }
    if (config->dialect.prefix.size == 0) {
        return settings_complain(problem, "dialect: has no length prefix, which a stream needs");
    }
    if (!mapping_fits(&config->dialect, &field)) {
        return settings_complain(
            problem, "dialect: field %d has not the form of ISO 8583:1987", field);
    }
    return true;
}

bool material_load(struct link_config *config, struct settings_problem *problem)
{
    return read_dialect(config, problem) && read_keys(config, problem);
}
