#include "tests/customs/vector_file.h"

#include <stdio.h>
#include <stdlib.h>

struct bytes vector_load(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/customs/vectors/%s", TESTS_DIR, name);
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
