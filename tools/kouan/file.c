#include "tools/kouan/file.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Grows by doubling; aborts when the process has no memory left. */
static char *file_drain(FILE *file, size_t *size_out)
{
    size_t capacity = 65536;
    size_t size = 0;
    char *content = malloc(capacity + 1);
    while (content) {
        size += fread(content + size, 1, capacity - size, file);
        if (size < capacity || size > FILE_SIZE_MAX) {
            content[size] = '\0';
            *size_out = size;
            return content;
        }
        capacity *= 2;
        char *grown = realloc(content, capacity + 1);
        if (!grown) {
            free(content);
        }
        content = grown;
    }
    abort();
}

bool file_read(
    const char *path, char **content_out, size_t *size_out, char *message_out, size_t message_size)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file) {
        snprintf(message_out, message_size, "%s: %s", path, strerror(errno));
        return false;
    }
    char *content = file_drain(file, size_out);
    const char *fault = ferror(file)                ? "cannot be read"
                        : *size_out > FILE_SIZE_MAX ? "is too large"
                                                    : NULL;
    if (!is_stdin) {
        fclose(file);
    }
    if (fault) {
        snprintf(message_out, message_size, "%s: %s", path, fault);
        free(content);
        return false;
    }
    *content_out = content;
    return true;
}

json_t *file_base64url(const void *content, size_t size)
{
    char *text = malloc((size + 2) / 3 * 4 + 1);
    if (!text) {
        abort();
    }
    EVP_EncodeBlock((unsigned char *)text, content, (int)size);
    for (char *at = text; *at; at++) {
        *at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
    }
    json_t *value = json_stringn(text, strcspn(text, "="));
    free(text);
    return value;
}
