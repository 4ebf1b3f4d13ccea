#pragma once
/*
 * What people, tests and scripts tell the bank to do: one line, answered by one line that starts
 * with "ok" or "error:". Amounts are minor units.
 */
#include <stdbool.h>
#include <stdio.h>

struct bank;

bool command_is_known(const char *word);
/* `line` is taken apart. */
void command_run(struct bank *bank, char *line, FILE *answer);
/* One line a command: how it is written and what it does. */
void command_print(FILE *file);
