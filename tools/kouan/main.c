#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/rule.h"
#include "tools/kouan/help.h"
#include "tools/kouan/output.h"
#include "tools/kouan/verb.h"

enum {
    NAME_SIZE = 80
};

struct meant {
    const struct verb *verb;
    const struct command_type *command; /* verb is then `submit` */
    size_t word_count;                  /* words that name it */
};

static const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < verb_count; i++) {
        if (strcmp(verbs[i].name, name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* The longest run of words that names a verb or a command. */
static bool meant_find(char **words, size_t count, struct meant *meant_out)
{
    for (size_t taken = count < 2 ? count : 2; taken > 0; taken--) {
        char name[NAME_SIZE];
        const char *second = taken == 2 ? words[1] : "";
        const char *gap = taken == 2 ? " " : "";
        snprintf(name, sizeof name, "%s%s%s", words[0], gap, second);
        *meant_out = (struct meant){verb_find(name), NULL, taken};
        if (meant_out->verb) {
            return true;
        }
        snprintf(name, sizeof name, "%s%s%s", words[0], taken == 2 ? "." : "", second);
        meant_out->command = command_type_find(name);
        if (meant_out->command) {
            meant_out->verb = verb_find("submit");
            return true;
        }
    }
    return false;
}

/* "party get a" means "get party a". */
static void words_turn(char **words, size_t count)
{
    if (count >= 2 && (strcmp(words[1], "get") == 0 || strcmp(words[1], "list") == 0)) {
        char *kind = words[0];
        words[0] = words[1];
        words[1] = kind;
    }
}

static enum exit_code unknown(char **words, size_t count)
{
    char name[NAME_SIZE];
    bool is_pair = count > 1 && words[1][0] != '-';
    snprintf(name, sizeof name, "%s%s%s", words[0], is_pair ? "." : "", is_pair ? words[1] : "");
    const char *nearest = help_nearest(name);
    nearest = nearest ? nearest : help_nearest(words[0]);
    message("there is no verb %s%s%s%s",
            words[0],
            nearest ? "; did you mean " : "",
            nearest ? nearest : "",
            nearest ? "?" : "; see kouan help");
    return EXIT_USAGE;
}

static enum exit_code explain(char **words, size_t count)
{
    struct meant meant;
    if (count == 0) {
        help_overview(stdout);
        return EXIT_DONE;
    }
    if (!meant_find(words, count, &meant)) {
        return unknown(words, count);
    }
    if (meant.command) {
        help_command(meant.command, stdout);
    } else {
        help_verb(meant.verb, stdout);
    }
    return EXIT_DONE;
}

static enum exit_code verb_start(const struct meant *meant, struct arguments *arguments)
{
    const struct verb *verb = meant->verb;
    if (arguments->positional_count < verb->positional_count_min ||
        arguments->positional_count > verb->positional_count_max) {
        message("usage: kouan %s %s", verb->name, verb->arguments);
        return EXIT_USAGE;
    }
    if (meant->command && arguments->values[OPTION_COMMAND]) {
        message("the command is %s already: --command has no place here", meant->command->name);
        return EXIT_USAGE;
    }
    if (meant->command) {
        arguments->values[OPTION_COMMAND] = meant->command->name;
    }
    return verb->run(arguments);
}

static int run(char **words, size_t count)
{
    static struct arguments arguments;
    char reason[256];
    struct meant meant;
    if (!meant_find(words, count, &meant)) {
        return (int)unknown(words, count);
    }
    if (meant.verb->program) {
        size_t skipped = meant.word_count - 1;
        return meant.verb->program((int)(count - skipped), words + skipped);
    }
    if (!arguments_parse(&arguments,
                         words + meant.word_count,
                         count - meant.word_count,
                         meant.verb->options | OPTION_BIT(OPTION_HELP),
                         meant.verb->fields,
                         reason,
                         sizeof reason)) {
        message("%s", reason);
        return EXIT_USAGE;
    }
    bool is_help = arguments.values[OPTION_HELP];
    return (int)(is_help ? explain(words, meant.word_count) : verb_start(&meant, &arguments));
}

int main(int argc, char **argv)
{
    char **words = argv + 1;
    size_t count = argc > 0 ? (size_t)argc - 1 : 0;
    /* A gateway that hangs up is an answer, not the end of this process. */
    signal(SIGPIPE, SIG_IGN);
    if (count == 0) {
        help_overview(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(words[0], "--version") == 0) {
        puts("kouan " KOUAN_VERSION);
        return EXIT_DONE;
    }
    bool is_help = strcmp(words[0], "help") == 0 || strcmp(words[0], "--help") == 0;
    if (!is_help) {
        words_turn(words, count);
    }
    int code = is_help ? (int)explain(words + 1, count - 1) : run(words, count);
    bool is_written = fflush(stdout) == 0 && !ferror(stdout);
    if (!is_written && code == EXIT_DONE) {
        message("standard output could not be written");
        return EXIT_LOCAL;
    }
    return code;
}
