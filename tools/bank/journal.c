#include "tools/bank/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 1 << 20
};

struct journal {
    struct books *books;
    int file; /* -1: memory only */
    enum journal_mode mode;
    struct writer writer;
    uint8_t buffer[BUFFER_SIZE];
};

static bool explain(char *reason_out, const char *path, size_t line, const char *why)
{
    (void)snprintf(reason_out, JOURNAL_REASON_SIZE, "%s:%zu: %s", path, line, why);
    return false;
}

static bool line_replay(struct books *books, const char *line, size_t size, const char **why_out)
{
    json_error_t error;
    struct fact fact;
    json_t *json = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
    bool is_read = json != NULL && fact_read(json, &fact);
    json_decref(json);
    if (!is_read) {
        *why_out = "not a fact";
        return false;
    }
    *why_out = books_refuse(books, &fact);
    if (*why_out != NULL) {
        return false;
    }
    books_apply(books, &fact);
    return true;
}

/* *size_out: up to the end of the last whole line. */
static bool
replay(FILE *file, const char *path, struct books *books, off_t *size_out, char *reason_out)
{
    char line[FACT_LINE_SIZE_MAX];
    for (size_t number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        size_t size = strlen(line);
        if (size == 0 || line[size - 1] != '\n') {
            return feof(file) ? true : explain(reason_out, path, number, "line too long");
        }
        const char *why;
        if (!line_replay(books, line, size, &why)) {
            return explain(reason_out, path, number, why);
        }
        *size_out += (off_t)size;
    }
    return ferror(file) ? explain(reason_out, path, 0, strerror(errno)) : true;
}

static bool file_open(struct journal *journal, const char *path, char *reason_out)
{
    bool is_read_only = journal->mode == JOURNAL_READ;
    int flags = is_read_only ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND;
    journal->file = open(path, flags | O_CLOEXEC, 0600);
    if (journal->file < 0) {
        return explain(reason_out, path, 0, strerror(errno));
    }
    int copy = dup(journal->file);
    FILE *file = copy < 0 ? NULL : fdopen(copy, "r");
    if (file == NULL) {
        return explain(reason_out, path, 0, strerror(errno));
    }
    off_t size = 0;
    bool is_replayed = replay(file, path, journal->books, &size, reason_out);
    fclose(file);
    if (is_replayed && !is_read_only && ftruncate(journal->file, size) != 0) {
        return explain(reason_out, path, 0, strerror(errno));
    }
    return is_replayed;
}

struct journal *journal_open(const char *path,
                             enum journal_mode mode,
                             struct books *books,
                             char reason_out[JOURNAL_REASON_SIZE])
{
    struct journal *journal = malloc(sizeof *journal);
    if (journal == NULL) {
        (void)explain(reason_out, path == NULL ? "" : path, 0, "out of memory");
        return NULL;
    }
    journal->books = books;
    journal->mode = mode;
    journal->file = -1;
    journal->writer = writer_over(journal->buffer, sizeof journal->buffer);
    if (path != NULL && !file_open(journal, path, reason_out)) {
        journal_close(journal);
        return NULL;
    }
    return journal;
}

const char *journal_record(struct journal *journal, const struct fact *fact)
{
    const char *why = books_refuse(journal->books, fact);
    if (why != NULL) {
        return why;
    }
    assert(journal->mode != JOURNAL_READ);
    if (journal->writer.capacity - journal->writer.size < FACT_LINE_SIZE_MAX) {
        journal_flush(journal);
    }
    fact_write(fact, &journal->writer);
    assert(!journal->writer.has_failed);
    books_apply(journal->books, fact);
    return NULL;
}

static void die(void)
{
    fprintf(stderr, "kouan-bank: journal: %s\n", strerror(errno));
    exit(1);
}

void journal_flush(struct journal *journal)
{
    const uint8_t *at = journal->writer.data;
    size_t left = journal->file < 0 ? 0 : journal->writer.size;
    bool is_sync_due = left > 0 && journal->mode == JOURNAL_SYNC;
    while (left > 0) {
        ssize_t written = write(journal->file, at, left);
        if (written < 0 && errno != EINTR) {
            die();
        }
        if (written > 0) {
            at += written;
            left -= (size_t)written;
        }
    }
    if (is_sync_due && fdatasync(journal->file) != 0) {
        die();
    }
    journal->writer.size = 0;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL) {
        return;
    }
    if (journal->file >= 0) {
        if (journal->mode != JOURNAL_READ) {
            journal_flush(journal);
        }
        close(journal->file);
    }
    free(journal);
}
