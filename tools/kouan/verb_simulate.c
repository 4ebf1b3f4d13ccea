#include "tools/kouan/verb_simulate.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/kouan/exit.h"
#include "tools/kouan/output.h"

enum {
    PATH_SIZE = 4096,
    ARGUMENT_COUNT_SIMULATE_MAX = 16,
};

/* build/release/tools/kouan/kouan -> build/release */
static bool build_find(char directory_out[PATH_SIZE])
{
    ssize_t size = readlink("/proc/self/exe", directory_out, PATH_SIZE - 1);
    if (size <= 0) {
        return false;
    }
    directory_out[size] = '\0';
    for (int i = 0; i < 3; i++) {
        (void)dirname(directory_out);
    }
    return true;
}

int simulate_main(int argument_count, char **arguments)
{
    char build[PATH_SIZE];
    char option[] = "--build";
    char script[] = KOUAN_SIMULATE;
    char *words[ARGUMENT_COUNT_SIMULATE_MAX + 4] = {script};
    int count = 1;
    if (argument_count - 1 > ARGUMENT_COUNT_SIMULATE_MAX || !build_find(build)) {
        message("simulate takes --from DATE, --days N and --input DIR");
        return EXIT_USAGE;
    }
    words[count++] = option;
    words[count++] = build;
    for (int i = 1; i < argument_count; i++) {
        words[count++] = arguments[i];
    }
    execv(script, words);
    message("%s: %s", script, strerror(errno));
    return EXIT_LOCAL;
}
