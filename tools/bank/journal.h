#pragma once
/*
 * The bank's memory: an append-only file, one fact a line. A fact is applied to the books as it is
 * recorded; journal_flush writes what was recorded since the last flush, and nothing is told to
 * anybody before that.
 *
 * A process that is killed loses nothing that was flushed (the page cache keeps it); against power
 * loss there is JOURNAL_SYNC. A line cut short at the end of the file was never told and is cut
 * off at the next start.
 */
#include "tools/bank/books.h"

enum {
    JOURNAL_REASON_SIZE = 200
};

enum journal_mode {
    JOURNAL_READ, /* replay only, the file is left alone */
    JOURNAL_WRITE,
    JOURNAL_SYNC,
};

struct journal;

/* Replays `path` into `books`. NULL with a reason naming file and line; no path: memory only. */
struct journal *journal_open(const char *path,
                             enum journal_mode mode,
                             struct books *books,
                             char reason_out[JOURNAL_REASON_SIZE]);
/* NULL, or why the books refuse it; then nothing happened. */
MUST_CHECK const char *journal_record(struct journal *journal, const struct fact *fact);
/* Exits the process when the file cannot be written: a bank without memory must not answer. */
void journal_flush(struct journal *journal);
void journal_close(struct journal *journal);
