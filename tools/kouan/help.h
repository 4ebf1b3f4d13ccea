#pragma once
/* Help, made from the tables of verbs, options, exit codes and commands. */
#include <stdio.h>

#include "gateway/business/rule.h"
#include "tools/kouan/verb.h"

void help_overview(FILE *stream);
void help_verb(const struct verb *verb, FILE *stream);
/* `kouan a b …` for the command a.b. */
void help_command(const struct command_type *type, FILE *stream);
/* The verb or command meant by a misspelt word, or NULL. */
const char *help_nearest(const char *word);
