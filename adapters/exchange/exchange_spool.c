#include "adapters/exchange/exchange_spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    RENAME_COUNT_MAX = 1000, /* of files that come under the same name */
    NAME_KEPT_MAX = 200,     /* of a name, so that there is room for what is put behind it */
};

static const char *const folders[SPOOL_PLACE_COUNT] = {
    [SPOOL_OUTBOX] = "outbox",
    [SPOOL_INBOX] = "inbox",
    [SPOOL_DONE] = "done",
    [SPOOL_BAD] = "bad",
    [SPOOL_STATEMENTS] = "statements",
    [SPOOL_SENT] = "sent",
    [SPOOL_WORDS] = "words",
    [SPOOL_SEEN] = "seen",
};

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);
    size_t end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

void spool_path(const struct spool *spool,
                enum spool_place place,
                const char *name,
                char path_out[SPOOL_PATH_SIZE])
{
    snprintf(path_out, SPOOL_PATH_SIZE, "%s/%s/%s", spool->root, folders[place], name);
}

static bool make_directory(const char *path)
{
    struct stat found;
    if (mkdir(path, 0700) == 0) {
        return true;
    }
    return errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode) &&
           access(path, W_OK | X_OK) == 0;
}

bool spool_open(struct spool *spool, const char *root, char *message_out, size_t message_size)
{
    char path[SPOOL_PATH_SIZE];
    snprintf(spool->root, sizeof spool->root, "%s", root);
    snprintf(path, sizeof path, "%s", root);
    bool is_made = make_directory(path);
    for (int place = 0; place < SPOOL_PLACE_COUNT && is_made; place++) {
        spool_path(spool, (enum spool_place)place, "", path);
        is_made = make_directory(path);
    }
    if (!is_made) {
        int error = errno;
        snprintf(message_out, message_size, "%s: %s", path, strerror(error));
    }
    return is_made;
}

static bool sync_folder(const struct spool *spool, enum spool_place place)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, place, "", path);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return false;
    }
    bool is_durable = fsync(folder) == 0;
    close(folder);
    return is_durable;
}

static bool write_all(int file, struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t size = write(file, bytes.data, bytes.size);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return false;
        }
        bytes.data += size;
        bytes.size -= (size_t)size;
    }
    return fsync(file) == 0;
}

bool spool_write(const struct spool *spool,
                 enum spool_place place,
                 const char *name,
                 struct bytes bytes)
{
    char path[SPOOL_PATH_SIZE];
    char part[SPOOL_PATH_SIZE + 8];
    spool_path(spool, place, name, path);
    snprintf(part, sizeof part, "%s.part", path);
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return false;
    }
    bool is_written = write_all(file, bytes);
    is_written = close(file) == 0 && is_written;
    if (!is_written || rename(part, path) != 0) {
        int error = errno;
        unlink(part);
        errno = error;
        return false;
    }
    return sync_folder(spool, place);
}

bool spool_has(const struct spool *spool, enum spool_place place, const char *name)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, place, name, path);
    return access(path, F_OK) == 0 || errno != ENOENT;
}

void spool_remove(const struct spool *spool, enum spool_place place, const char *name)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, place, name, path);
    unlink(path);
    (void)sync_folder(spool, place);
}

/* A name that is free: "a.xml", "a.xml.1" and so on. */
static bool find_free(const struct spool *spool,
                      enum spool_place place,
                      const char *name,
                      char name_out[SPOOL_NAME_SIZE])
{
    snprintf(name_out, SPOOL_NAME_SIZE, "%.*s", NAME_KEPT_MAX, name);
    for (int i = 1; spool_has(spool, place, name_out); i++) {
        snprintf(name_out, SPOOL_NAME_SIZE, "%.*s.%d", NAME_KEPT_MAX, name, i);
        if (i >= RENAME_COUNT_MAX) {
            errno = EEXIST;
            return false;
        }
    }
    return true;
}

bool spool_move(const struct spool *spool,
                const char *name,
                enum spool_place to,
                const char *reason)
{
    char from_path[SPOOL_PATH_SIZE];
    char to_path[SPOOL_PATH_SIZE];
    char free_name[SPOOL_NAME_SIZE];
    char reason_name[SPOOL_NAME_SIZE + 8];
    if (!find_free(spool, to, name, free_name)) {
        return false;
    }
    if (reason != NULL) {
        const struct bytes text = {.data = (const uint8_t *)reason, .size = strlen(reason)};
        snprintf(reason_name, sizeof reason_name, "%s.reason", free_name);
        if (!spool_write(spool, to, reason_name, text)) {
            return false;
        }
    }
    spool_path(spool, SPOOL_INBOX, name, from_path);
    spool_path(spool, to, free_name, to_path);
    return rename(from_path, to_path) == 0 && sync_folder(spool, to) &&
           sync_folder(spool, SPOOL_INBOX);
}

static bool is_waiting(const char *name)
{
    return name[0] != '.' && !ends_with(name, ".part");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

size_t spool_list(const struct spool *spool, char (*names_out)[SPOOL_NAME_SIZE], size_t count_max)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, SPOOL_INBOX, "", path);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return 0;
    }
    size_t count = 0;
    const struct dirent *each = readdir(folder);
    while (each != NULL && count < count_max) {
        if (is_waiting(each->d_name)) {
            snprintf(names_out[count], SPOOL_NAME_SIZE, "%s", each->d_name);
            count++;
        }
        each = readdir(folder);
    }
    closedir(folder);
    qsort(names_out, count, SPOOL_NAME_SIZE, compare_names);
    return count;
}

size_t spool_count(const struct spool *spool, enum spool_place place, size_t count_max)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, place, "", path);
    DIR *folder = opendir(path);
    size_t count = 0;
    if (folder != NULL) {
        while (count < count_max && readdir(folder) != NULL) {
            count++;
        }
        closedir(folder);
    }
    return count;
}

static bool is_old_file(int folder, const char *name, instant_us before)
{
    struct stat found;
    return fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(found.st_mode) &&
           found.st_mtim.tv_sec < before / INSTANT_US_PER_SECOND;
}

size_t
spool_prune(const struct spool *spool, enum spool_place place, instant_us before, size_t count_max)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, place, "", path);
    DIR *folder = opendir(path);
    size_t count = 0;
    const struct dirent *each = folder == NULL ? NULL : readdir(folder);
    for (size_t seen = 0; each != NULL && seen < count_max; seen++) {
        if (is_old_file(dirfd(folder), each->d_name, before)) {
            count += unlinkat(dirfd(folder), each->d_name, 0) == 0;
        }
        each = readdir(folder);
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return count;
}

static bool read_all(int file, unsigned char *data, size_t size)
{
    while (size > 0) {
        ssize_t part = read(file, data, size);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part <= 0) {
            return false;
        }
        data += part;
        size -= (size_t)part;
    }
    return true;
}

static const char *read_open(int file, unsigned char **data_out, size_t *size_out)
{
    struct stat found;
    if (fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) {
        return "not a file";
    }
    if (found.st_size > SPOOL_FILE_SIZE_MAX) {
        return "too large";
    }
    size_t size = (size_t)found.st_size;
    unsigned char *data = malloc(size == 0 ? 1 : size);
    if (data == NULL) {
        abort();
    }
    if (!read_all(file, data, size)) {
        free(data);
        return "cannot be read";
    }
    *data_out = data;
    *size_out = size;
    return NULL;
}

const char *
spool_read(const struct spool *spool, const char *name, unsigned char **data_out, size_t *size_out)
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, SPOOL_INBOX, name, path);
    /* Not to wait for the writer of a pipe that somebody put there. */
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT ? "gone" : "cannot be opened";
    }
    const char *reason = read_open(file, data_out, size_out);
    close(file);
    return reason;
}
