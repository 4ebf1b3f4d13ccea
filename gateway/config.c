#include "gateway/config.h"

#include <stdio.h>

#include "adapters/settings/settings.h"
#include "gateway/business/rule.h"
#include "gateway/engine/engine.h"

#define AT(member) SETTINGS_AT(struct config, member)
/* clang-format off */
static const struct settings_key keys[] = {
    {"listen_address", SETTINGS_TEXT, AT(listen_address), "127.0.0.1", 1, 255, NULL, "address the gateway listens on"},
    {"listen_port", SETTINGS_NUMBER, AT(listen_port), "8443", 0, 65535, NULL, "port; 0 takes a free one and logs it"},
    {"threads", SETTINGS_NUMBER, AT(threads), "2", 1, 64, NULL, "I/O threads"},
    {"certificate", SETTINGS_FILE, AT(certificate), NULL, 0, 0, NULL, "server certificate chain, PEM"},
    {"key", SETTINGS_FILE, AT(key), NULL, 0, 0, NULL, "server private key, PEM, mode 0600"},
    {"client_ca", SETTINGS_FILE, AT(client_ca), NULL, 0, 0, NULL, "the authority that signs client certificates, PEM"},
    {"crl", SETTINGS_FILE, AT(crl), NULL, 0, 0, NULL, "its revocation list, PEM; without it nobody is let in"},
    {"database", SETTINGS_TEXT, AT(database), NULL, 0, 0, NULL, "libpq connection string of the writer role"},
    {"vault", SETTINGS_FILE, AT(vault), NULL, 0, 0, NULL, "key file for personal data, mode 0600, made by kouan init"},
    {"customs_channels", SETTINGS_TEXT, AT(customs_channels), "", 0, 0, NULL, "file of the channels customs messages come through; empty: none"},
    {"links", SETTINGS_TEXT, AT(links), "", 0, 0, NULL, "directory of the banks' link files, such as bank-a.iso8583.yaml; empty: no links"},
    {"open_payments", SETTINGS_NUMBER, AT(open_payments), "65536", 64, 1048576, NULL, "payments under way in all banks; more wait in the ledger"},
    {"bank_inquiries", SETTINGS_NUMBER, AT(bank_inquiries), "3", 1, 100, NULL, "inquiries without an answer before a payment in doubt is reversed"},
    {"bank_retry_ms", SETTINGS_NUMBER, AT(bank_retry_ms), "2000", 100, 600000, NULL, "before the second inquiry or reversal; doubled each time"},
    {"bank_retry_max_ms", SETTINGS_NUMBER, AT(bank_retry_max_ms), "60000", 1000, 3600000, NULL, "between two of them at most"},
    {"webhook_ca", SETTINGS_TEXT, AT(webhook_ca), "", 0, 0, NULL, "authorities of receivers beside the system's, PEM; empty: none"},
    {"webhook_allow", SETTINGS_TEXT, AT(webhook_allow), "", 0, 0, NULL, "ranges such as 10.1.0.0/16, separated by blanks, that events may be posted to although they are not public"},
    {"webhook_connect_ms", SETTINGS_NUMBER, AT(webhook_connect_ms), "3000", 10, 60000, NULL, "to connect to a receiver of events"},
    {"webhook_reply_ms", SETTINGS_NUMBER, AT(webhook_reply_ms), "10000", 10, 120000, NULL, "for the whole of a post"},
    {"webhook_retry_ms", SETTINGS_NUMBER, AT(webhook_retry_ms), "5000", 10, 3600000, NULL, "before the second post of an event; doubled each time"},
    {"webhook_retry_max_ms", SETTINGS_NUMBER, AT(webhook_retry_max_ms), "21600000", 10, 86400000, NULL, "between two of them at most"},
    {"webhook_attempts", SETTINGS_NUMBER, AT(webhook_attempts), "15", 1, 100, NULL, "posts of an event before it is a dead letter; with the defaults after about a day"},
    {"customs_signature", SETTINGS_WORD, AT(customs_signature), "when_present", 0, 0, "off when_present required", "XML signatures of merchants' customs messages: not looked at, right where there is one, or by a registered certificate"},
    {"customs_signature_spelling", SETTINGS_WORD, AT(customs_signature_spelling), "exact", 0, 0, "exact old_too", "old_too: http://www.w3.org/2000/09/xmldsig#sm2-sm3 is read too"},
    {"customs_rsa_bits", SETTINGS_NUMBER, AT(customs_rsa_bits), "2048", 1024, 4096, NULL, "least RSA key of a signature; cards of the first years have 1024"},
    {"connections", SETTINGS_NUMBER, AT(connections), "4096", 1, 65536, NULL, "client connections at most"},
    {"connections_per_party", SETTINGS_NUMBER, AT(connections_per_party), "2048", 1, 65536, NULL, "of one party at most"},
    {"queue", SETTINGS_NUMBER, AT(queue), "8192", 1, 1048576, NULL, "requests waiting for the engine; more are answered 503"},
    {"documents", SETTINGS_NUMBER, AT(documents), "262144", 1024, 67108864, NULL, "documents kept in memory"},
    {"accounts", SETTINGS_NUMBER, AT(accounts), "4194304", 1024, 268435456, NULL, "accounts the book can hold"},
    {"pendings", SETTINGS_NUMBER, AT(pendings), "1048576", 1024, 268435456, NULL, "open pending transfers the book can hold"},
    {"known_keys", SETTINGS_NUMBER, AT(known_keys), "33554432", 65536, 4294967296, NULL, "keys the presence filter is sized for (2 bytes each)"},
    {"handshake_seconds", SETTINGS_NUMBER, AT(handshake_seconds), "5", 1, 60, NULL, "TLS handshake, in all"},
    {"header_seconds", SETTINGS_NUMBER, AT(header_seconds), "10", 1, 300, NULL, "request header, in all"},
    {"body_seconds", SETTINGS_NUMBER, AT(body_seconds), "30", 1, 600, NULL, "request body, in all"},
    {"idle_seconds", SETTINGS_NUMBER, AT(idle_seconds), "120", 1, 3600, NULL, "between two requests of a connection"},
    {"drain_seconds", SETTINGS_NUMBER, AT(drain_seconds), "20", 1, 300, NULL, "for requests under way when told to stop"},
    {"partition_transfers", SETTINGS_NUMBER, AT(partition_transfers), "4000000", 1000, 100000000, NULL, "transfers of one partition of ledger.transfer"},
    {"checkpoint_transfers", SETTINGS_NUMBER, AT(checkpoint_transfers), "2000000", 1000, 100000000, NULL, "transfers between two balance checkpoints"},
    {"lease_seconds", SETTINGS_NUMBER, AT(lease_seconds), "10", 2, 600, NULL, "a silent engine's lock may be taken over after this"},
    {"environment", SETTINGS_WORD, AT(environment), "production", 0, 0, "production sandbox", "a sandbox may have a virtual clock; its database never becomes production"},
    {"clock", SETTINGS_WORD, AT(clock), "system", 0, 0, "system virtual", "virtual: stands still until an operator's clock.move; in a sandbox only"},
    {"four_eyes", SETTINGS_WORD, AT(four_eyes), "on", 0, 0, "on off", "some commands take two people; off lets one do them, in a sandbox only"},
    {"log_level", SETTINGS_WORD, AT(log_level), "info", 0, 0, "debug info warning error", "what is logged: this, and worse"},
};
/* clang-format on */

static const struct settings settings = {keys, sizeof keys / sizeof keys[0], NULL};

bool config_load(const char *path,
                 struct config *config_out,
                 char *message_out,
                 size_t message_size)
{
    struct settings_problem problem = {.text = message_out, .size = message_size};
    *config_out = (struct config){.threads = 0};
    if (!settings_load(&settings, path, config_out, &problem)) {
        return false;
    }
    if (config_out->environment == SANDBOX) {
        return true;
    }
    if (config_out->clock != CLOCK_SYSTEM) {
        return settings_complain(&problem, "clock: virtual, but environment: production");
    }
    return config_out->four_eyes == FOUR_EYES_ON ||
           settings_complain(&problem, "four_eyes: off, but environment: production");
}

void config_print(void)
{
    settings_print(&settings, stdout);
}
