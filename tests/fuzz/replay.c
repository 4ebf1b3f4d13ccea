/* Runs a fuzz target over every file of the directories given: the corpus as an ordinary test. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    enum {
        SIZE_MAX_OF_INPUT = 1 << 22
    };
    uint8_t *data = malloc(SIZE_MAX_OF_INPUT);
    if (data == NULL) {
        fclose(file);
        return -1;
    }
    size_t size = fread(data, 1, SIZE_MAX_OF_INPUT, file);
    fclose(file);
    /* An exact-size copy, so that the sanitizer sees a read past the end. */
    uint8_t *exact = malloc(size + 1);
    if (exact != NULL) {
        for (size_t i = 0; i < size; i++) {
            exact[i] = data[i];
        }
        uint8_t *trimmed = realloc(exact, size == 0 ? 1 : size);
        LLVMFuzzerTestOneInput(trimmed == NULL ? exact : trimmed, size);
        free(trimmed == NULL ? exact : trimmed);
    }
    free(data);
    return 0;
}

static int replay_directory(const char *path)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        perror(path);
        return -1;
    }
    int count = 0;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char file[4096];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (replay_file(file) == 0) {
            count++;
        }
    }
    closedir(directory);
    return count;
}

int main(int argument_count, char **arguments)
{
    int total = 0;
    for (int i = 1; i < argument_count; i++) {
        int count = replay_directory(arguments[i]);
        if (count <= 0) {
            fprintf(stderr, "%s: no input replayed\n", arguments[i]);
            return 1;
        }
        total += count;
    }
    printf("%d inputs replayed\n", total);
    return 0;
}
