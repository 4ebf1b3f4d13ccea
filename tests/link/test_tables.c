/* Every table of tests/link/tables, played against a dialogue. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/link/transcript.h"

static void write_key(const char *folder, const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
}

int main(void)
{
    char folder[] = "/tmp/link-tables-XXXXXX";
    static const char tables[] = TESTS_DIR "/link/tables";
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    /* Of the published examples of these codes; no secrets. */
    write_key(folder, "mac.key", "55036372B17543ECB173730768B8D6C4\n");
    write_key(folder, "master.key", "0123456789ABCDEFFEDCBA9876543210\n");
    write_key(folder, "short.key", "0123\n");
    size_t failure_count = 0;
    size_t table_count = 0;
    DIR *directory = opendir(tables);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char path[512];
        if (strstr(entry->d_name, ".table") == NULL) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", tables, entry->d_name);
        failure_count += transcript_play(path, folder);
        table_count++;
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
    static const char *const files[] = {"mac.key", "master.key", "short.key", "link.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    printf("%zu tables, %zu failures\n", table_count, failure_count);
    return failure_count == 0 && table_count > 0 ? 0 : 1;
}
