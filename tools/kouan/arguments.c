#include "tools/kouan/arguments.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_row option_rows[OPTION_COUNT] = {
    [OPTION_HELP] = {"help",            NULL,          NULL,             "explain the verb"                              },
    [OPTION_JSON] = {"json",            NULL,          NULL,             "print JSON on standard output"                 },
    [OPTION_CONFIG] = {"config",          "FILE",        NULL,             "read missing options from FILE (name = value)" },
    [OPTION_GATEWAY] = {"gateway",         "URL",         "KOUAN_GATEWAY",  "the gateway, https://host:port"                },
    [OPTION_CA] = {"ca",              "FILE",        "KOUAN_CA",       "certificates the gateway's must chain to"      },
    [OPTION_CERT] = {"cert",            "FILE",        "KOUAN_CERT",     "our client certificate, with its chain"        },
    [OPTION_KEY] = {"key",             "FILE",        "KOUAN_KEY",      "the private key: of --cert, or to sign with"   },
    [OPTION_DATABASE] = {"database",        "CONNINFO",    "KOUAN_DATABASE", "libpq connection string"                       },
    [OPTION_VAULT] = {"vault",           "FILE",        "KOUAN_VAULT",    "the key file of personal data"                 },
    [OPTION_COMMAND] = {"command",         "NAME",        NULL,             "the command, such as guarantee.reserve"        },
    [OPTION_IDEMPOTENCY_KEY] = {"idempotency-key",
                     "KEY",                            NULL,
                     "name of this attempt; else made from the content"                                                  },
    [OPTION_DRY_RUN] = {"dry-run",         NULL,          NULL,             "say what would happen, change nothing"         },
    [OPTION_PROPOSE] = {"propose",         NULL,          NULL,             "put it before a second person, who approves it"},
    [OPTION_REASON] = {"reason",          "TEXT",        NULL,             "why it is decided so"                          },
    [OPTION_CBOR] = {"cbor",            NULL,          NULL,             "send and receive CBOR instead of JSON"         },
    [OPTION_INDEPENDENT] = {"independent",     NULL,          NULL,             "each command of an array for itself"           },
    [OPTION_FILTER] = {"filter",          "FIELD=VALUE", NULL,             "only documents like this"                      },
    [OPTION_LIMIT] = {"limit",           "N",           NULL,             "at most N rows"                                },
    [OPTION_ALL] = {"all",             NULL,          NULL,             "also accounts whose balances are zero"         },
    [OPTION_FORMAT] = {"format",
                     "NAME",                           NULL,
                     "hledger or csv; of a statement: table, json, csv, camt053, html"                                   },
    [OPTION_KID] = {"kid",             "ID",          NULL,             "the registered id of the signing key"          },
    [OPTION_CERTS] = {"certs",           "DIR",         NULL,             "certificates and keys made by certs/make-ca"   },
    [OPTION_CONNECTIONS] = {"connections",     "N[,N…]",    NULL,             "how many connections, run by run"              },
    [OPTION_SECONDS] = {"seconds",         "S",           NULL,             "how long each run measures"                    },
    [OPTION_BATCH] = {"batch",           "N",           NULL,             "commands in one batch"                         },
    [OPTION_DIALECT] = {"dialect",         "NAME|FILE",   NULL,             "the dialect; else the one that reads most"     },
    [OPTION_HEX] = {"hex",             NULL,          NULL,             "the input is hexadecimal text"                 },
    [OPTION_BINARY] = {"binary",          NULL,          NULL,             "the bytes themselves, not hexadecimal text"    },
    [OPTION_BARE] = {"bare",            NULL,          NULL,             "without the length before each message"        },
    [OPTION_SCRIPT] = {"script",          "FILE",        NULL,             "the steps; else those of kouan link script"    },
    [OPTION_REPORT] = {"report",          "FILE",        NULL,             "write the report there; else standard output"  },
    [OPTION_CONTROL] = {"control",         "SOCKET",      NULL,             "of kouan-bank; else the tester is asked"       },
    [OPTION_WAIT] = {"wait",            "S",           NULL,             "seconds to wait for what the bank begins"      },
    [OPTION_BY] = {"by",              "LIST",        NULL,             "counted by: mode,chapter,district,day"         },
    [OPTION_REPLAY] = {"replay",          NULL,          NULL,             "run every command again and compare"           },
    [OPTION_FROM] = {"from",            "DATE",        NULL,             "the first day; else today"                     },
    [OPTION_DAYS] = {"days",            "N",           NULL,             "how many days"                                 },
    [OPTION_TO] = {"to",              "DATE",        NULL,             "the last day"                                  },
};

static enum option option_find(const char *name, size_t size)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strlen(option_rows[i].name) == size && memcmp(option_rows[i].name, name, size) == 0) {
            return (enum option)i;
        }
    }
    return OPTION_COUNT;
}

struct parse {
    struct arguments *arguments;
    char *const *words;
    size_t count;
    size_t at;
    uint64_t allowed;
    enum fields_mode mode;
    char *message;
    size_t message_size;
};

__attribute__((format(printf, 2, 3))) static bool
parse_fail(const struct parse *parse, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    vsnprintf(parse->message, parse->message_size, format, words);
    va_end(words);
    return false;
}

/* The value of the option at `word`: after its '=', or the next word. */
static const char *parse_value(struct parse *parse, const char *word)
{
    const char *equals = strchr(word, '=');
    if (equals) {
        return equals + 1;
    }
    if (parse->at == parse->count) {
        return NULL;
    }
    return parse->words[parse->at++];
}

static bool parse_field(struct parse *parse, const char *word, size_t name_size)
{
    struct arguments *arguments = parse->arguments;
    struct pair pair = {word + 2, name_size, parse_value(parse, word)};
    if (!pair.value) {
        return parse_fail(parse, "%s wants a value", word);
    }
    if (arguments->field_count == PAIR_COUNT_MAX) {
        return parse_fail(parse, "too many fields at \"%s\"", word);
    }
    arguments->fields[arguments->field_count++] = pair;
    return true;
}

static bool parse_option(struct parse *parse, const char *word)
{
    size_t name_size = strcspn(word + 2, "=");
    enum option option = option_find(word + 2, name_size);
    if (option == OPTION_COUNT || !(parse->allowed & OPTION_BIT(option))) {
        if (parse->mode == FIELDS_ALLOWED) {
            return parse_field(parse, word, name_size);
        }
        return parse_fail(parse, "%s is not an option of this verb", word);
    }
    const char *value = "";
    if (option_rows[option].value) {
        value = parse_value(parse, word);
        if (!value || !*value) {
            return parse_fail(parse, "%s wants a value", word);
        }
    } else if (word[2 + name_size] == '=') {
        return parse_fail(parse, "%s: this option takes no value", word);
    }
    if (parse->arguments->values[option]) {
        return parse_fail(parse, "%s is given twice", word);
    }
    parse->arguments->values[option] = value;
    return true;
}

static bool parse_positional(struct parse *parse, const char *word)
{
    struct arguments *arguments = parse->arguments;
    if (arguments->positional_count == ARGUMENT_COUNT_MAX) {
        return parse_fail(parse, "too many arguments at \"%s\"", word);
    }
    arguments->positionals[arguments->positional_count++] = word;
    return true;
}

static bool parse_words(struct parse *parse)
{
    bool options_ended = false;
    while (parse->at < parse->count) {
        const char *word = parse->words[parse->at++];
        bool is_option = !options_ended && word[0] == '-' && word[1] != '\0';
        if (is_option && strcmp(word, "--") == 0) {
            options_ended = true;
        } else if (is_option && strncmp(word, "--", 2) != 0) {
            return parse_fail(parse, "%s: options are written with two dashes", word);
        } else if (!(is_option ? parse_option(parse, word) : parse_positional(parse, word))) {
            return false;
        }
    }
    return true;
}

static void trim(char **text, char *end)
{
    while (end > *text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) {
        end--;
    }
    *end = '\0';
    *text += strspn(*text, " \t");
}

/* One line "name = value"; blank lines and those that begin with '#' say nothing. */
static bool settings_line(struct parse *parse, char *line, char *end)
{
    trim(&line, end);
    if (*line == '\0' || *line == '#') {
        return true;
    }
    char *equals = strchr(line, '=');
    if (!equals) {
        return parse_fail(parse, "configuration: no '=' in the line \"%s\"", line);
    }
    char *value = equals + 1;
    trim(&value, value + strlen(value));
    trim(&line, equals);
    enum option option = option_find(line, strlen(line));
    if (option == OPTION_COUNT || !option_rows[option].environment) {
        return parse_fail(parse, "configuration: \"%s\" is not a setting", line);
    }
    if ((parse->allowed & OPTION_BIT(option)) && !parse->arguments->values[option]) {
        parse->arguments->values[option] = value;
    }
    return true;
}

static bool settings_read(struct parse *parse, const char *path)
{
    char *text = parse->arguments->settings;
    FILE *file = fopen(path, "r");
    if (!file) {
        return parse_fail(parse, "cannot read the configuration %s", path);
    }
    size_t size = fread(text, 1, SETTINGS_SIZE_MAX, file);
    bool is_whole = !ferror(file) && size < SETTINGS_SIZE_MAX;
    fclose(file);
    if (!is_whole) {
        return parse_fail(parse, "the configuration %s is too long", path);
    }
    text[size] = '\0';
    for (char *line = text; *line;) {
        char *end = line + strcspn(line, "\n");
        char *next = *end ? end + 1 : end;
        if (!settings_line(parse, line, end)) {
            return false;
        }
        line = next;
    }
    return true;
}

bool arguments_parse(struct arguments *arguments,
                     char *const *words,
                     size_t count,
                     uint64_t allowed,
                     enum fields_mode mode,
                     char *message_out,
                     size_t message_size)
{
    memset(arguments, 0, sizeof *arguments);
    struct parse parse = {
        arguments,
        words,
        count,
        0,
        allowed,
        mode,
        message_out,
        message_size,
    };
    if (!parse_words(&parse)) {
        return false;
    }
    for (int i = 0; i < OPTION_COUNT; i++) {
        const char *environment = option_rows[i].environment;
        if (environment && (allowed & OPTION_BIT(i)) && !arguments->values[i]) {
            const char *value = getenv(environment);
            arguments->values[i] = value && *value ? value : NULL;
        }
    }
    return !arguments->values[OPTION_CONFIG] ||
           settings_read(&parse, arguments->values[OPTION_CONFIG]);
}

bool arguments_number(const struct arguments *arguments,
                      enum option option,
                      int64_t max,
                      int64_t otherwise,
                      int64_t *number_out)
{
    const char *text = arguments->values[option];
    *number_out = otherwise;
    if (!text) {
        return true;
    }
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number < 1 || number > max) {
        return false;
    }
    *number_out = number;
    return true;
}
