#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "adapters/iso8583/iso8583_dialect.h"

const char *iso8583_dialect_directory(void)
{
    static const char installed[] = ISO8583_DIALECTS_INSTALLED;
    return access(installed, R_OK | X_OK) == 0 ? installed : ISO8583_DIALECTS_SOURCE;
}

bool iso8583_dialect_file(const char *name, char *path_out, size_t path_size)
{
    bool is_file = strpbrk(name, "/.") != NULL;
    int size = is_file
                   ? snprintf(path_out, path_size, "%s", name)
                   : snprintf(path_out, path_size, "%s/%s.yaml", iso8583_dialect_directory(), name);
    return size >= 0 && (size_t)size < path_size;
}
