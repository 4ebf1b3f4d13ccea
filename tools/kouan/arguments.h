#pragma once
/*
 * The command line, taken apart by the option table: a value each at most once, and `--field value`
 * of a command's record where the verb has fields.
 * A value missing on the command line comes from the environment, then from the file --config.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/base/status.h"

enum option {
    OPTION_HELP,
    OPTION_JSON,
    OPTION_CONFIG,
    OPTION_GATEWAY,
    OPTION_CA,
    OPTION_CERT,
    OPTION_KEY,
    OPTION_DATABASE,
    OPTION_VAULT,
    OPTION_COMMAND,
    OPTION_IDEMPOTENCY_KEY,
    OPTION_DRY_RUN,
    OPTION_PROPOSE,
    OPTION_REASON,
    OPTION_CBOR,
    OPTION_INDEPENDENT,
    OPTION_FILTER,
    OPTION_LIMIT,
    OPTION_ALL,
    OPTION_FORMAT,
    OPTION_KID,
    OPTION_CERTS,
    OPTION_CONNECTIONS,
    OPTION_SECONDS,
    OPTION_BATCH,
    OPTION_DIALECT,
    OPTION_HEX,
    OPTION_BINARY,
    OPTION_BARE,
    OPTION_SCRIPT,
    OPTION_REPORT,
    OPTION_CONTROL,
    OPTION_WAIT,
    OPTION_BY,
    OPTION_REPLAY,
    OPTION_FROM,
    OPTION_DAYS,
    OPTION_TO,
    OPTION_COUNT,
};

#define OPTION_BIT(option) (UINT64_C(1) << (option))

struct option_row {
    const char *name;
    const char *value;       /* what to call the value in help; NULL: a switch */
    const char *environment; /* such options may also stand in the file --config; or NULL */
    const char *meaning;
};

/* Indexed by enum option. */
extern const struct option_row option_rows[OPTION_COUNT];

enum {
    ARGUMENT_COUNT_MAX = 8,
    PAIR_COUNT_MAX = 64,
    SETTINGS_SIZE_MAX = 8192
};

struct pair {
    const char *name; /* `name_size` bytes, not terminated */
    size_t name_size;
    const char *value;
};

struct arguments {
    const char *values[OPTION_COUNT]; /* NULL: absent; a switch that is on: "" */
    const char *positionals[ARGUMENT_COUNT_MAX];
    size_t positional_count;
    struct pair fields[PAIR_COUNT_MAX];
    size_t field_count;
    char settings[SETTINGS_SIZE_MAX]; /* the file --config, cut into texts */
};

enum fields_mode {
    FIELDS_NONE,
    FIELDS_ALLOWED, /* unknown options are fields of a record */
};

/*
 * Reads `count` words. False: message_out says what is wrong. Views into `words` stay in the
 * result, and into itself: do not copy it.
 */
MUST_CHECK bool arguments_parse(struct arguments *arguments,
                                char *const *words,
                                size_t count,
                                uint64_t allowed,
                                enum fields_mode mode,
                                char *message_out,
                                size_t message_size);

/* A positive whole number up to `max`, `otherwise` when absent. False when it is something else. */
MUST_CHECK bool arguments_number(const struct arguments *arguments,
                                 enum option option,
                                 int64_t max,
                                 int64_t otherwise,
                                 int64_t *number_out);
