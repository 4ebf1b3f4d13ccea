#include "tools/kouan/help.h"

#include <string.h>

#include "tools/kouan/fields.h"

enum {
    WORD_SIZE_MAX = 40,
    DISTANCE_MAX = 2
};

static void options_print(uint64_t options, FILE *stream)
{
    fputs("\noptions:\n", stream);
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        char form[80];
        if (!(options & OPTION_BIT(i))) {
            continue;
        }
        snprintf(form,
                 sizeof form,
                 "--%s%s%s",
                 row->name,
                 row->value ? " " : "",
                 row->value ? row->value : "");
        fprintf(stream, "    %-24s %s", form, row->meaning);
        fprintf(stream,
                "%s%s%s\n",
                row->environment ? " [" : "",
                row->environment ? row->environment : "",
                row->environment ? "]" : "");
    }
}

static void exit_codes_print(FILE *stream)
{
    fputs("\nexit codes:\n", stream);
    for (int i = 0; i < EXIT_CODE_COUNT; i++) {
        fprintf(stream, "    %d  %-12s %s\n", i, exit_rows[i].name, exit_rows[i].meaning);
    }
}

void help_overview(FILE *stream)
{
    fputs("usage: kouan VERB [arguments]\n"
          "       kouan SUBJECT ACTION --field value …   (any command: kouan party register)\n\n"
          "verbs:\n",
          stream);
    for (size_t i = 0; i < verb_count; i++) {
        char form[80];
        snprintf(
            form, sizeof form, "%s %s", verbs[i].name, verbs[i].program ? "" : verbs[i].arguments);
        fprintf(stream, "    %-20s %s\n", form, verbs[i].meaning);
    }
    fputs("    help [VERB]          explain a verb or a command\n", stream);
    exit_codes_print(stream);
}

void help_verb(const struct verb *verb, FILE *stream)
{
    fprintf(stream,
            "usage: kouan %s%s%s [options]\n\n%s\n",
            verb->name,
            *verb->arguments ? " " : "",
            verb->arguments,
            verb->meaning);
    if (verb->run) {
        options_print(verb->options | OPTION_BIT(OPTION_HELP), stream);
    }
    exit_codes_print(stream);
}

void help_command(const struct command_type *type, FILE *stream)
{
    char words[64];
    snprintf(words, sizeof words, "%s", type->name);
    for (char *at = words; *at; at++) {
        *at = (char)(*at == '.' ? ' ' : *at);
    }
    fprintf(stream, "usage: kouan %s --field value … [options]\n\n%s\n", words, type->meaning);
    fputs("\nfields:\n", stream);
    fields_explain(type->command, stream);
    fputs("\noptions: as for `kouan submit`\n", stream);
}

/* Edit distance (insert, delete, replace), one row of the table at a time. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_SIZE_MAX + 1];
    size_t size = strlen(b);
    if (size > WORD_SIZE_MAX) {
        return WORD_SIZE_MAX;
    }
    for (size_t j = 0; j <= size; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < size; j++) {
            size_t replaced = diagonal + (a[i] != b[j] ? 1 : 0);
            size_t inserted = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;
            diagonal = row[j + 1];
            row[j + 1] = replaced < inserted ? replaced : inserted;
        }
    }
    return row[size];
}

const char *help_nearest(const char *word)
{
    const char *nearest = NULL;
    size_t best = DISTANCE_MAX + 1;
    for (size_t i = 0; i < verb_count + command_type_count; i++) {
        const char *name = i < verb_count ? verbs[i].name : command_types[i - verb_count].name;
        size_t far = distance(word, name);
        if (far < best) {
            best = far;
            nearest = name;
        }
    }
    return nearest;
}
