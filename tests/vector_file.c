#include "tests/vector_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes vector_load(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", TESTS_DIR, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc((size_t)size);
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return (struct bytes){data, (size_t)size};
}

void vector_release(struct bytes bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

size_t vector_each_row(const char *name, void (*check)(char *words[3]))
{
    struct bytes bytes = vector_load(name);
    char *text = malloc(bytes.size + 1);
    if (text == NULL) {
        perror(name);
        exit(1);
    }
    memcpy(text, bytes.data, bytes.size);
    text[bytes.size] = '\0';
    size_t count = 0;
    char *line_state = NULL;
    for (char *line = strtok_r(text, "\n", &line_state); line != NULL;
         line = strtok_r(NULL, "\n", &line_state)) {
        char *word_state = NULL;
        char *words[3] = {strtok_r(line, " ", &word_state)};
        words[1] = strtok_r(NULL, " ", &word_state);
        words[2] = strtok_r(NULL, " ", &word_state);
        if (words[0] != NULL && words[0][0] != '#') {
            check(words);
            count++;
        }
    }
    free(text);
    vector_release(bytes);
    return count;
}
