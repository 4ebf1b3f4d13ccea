#pragma once
/*
 * The directories of an exchange (exchange.h draws them). What is written is durable under its name
 * or not there: temporary name, fsync, rename, fsync of the directory.
 */
#include <stdbool.h>
#include <stddef.h>

#include "adapters/exchange/exchange_meaning.h"
#include "ledger/base/bytes.h"
#include "ledger/base/date.h"
#include "ledger/base/status.h"

enum {
    SPOOL_NAME_SIZE = 264, /* any name of a file */
    SPOOL_FILE_SIZE_MAX = 32 << 20,
    SPOOL_TAKEN_COUNT_MAX = 4096, /* in the inbox: beyond it nothing more is taken */
    SPOOL_PATH_SIZE = EXCHANGE_TEXT_SIZE + SPOOL_NAME_SIZE + 32,
};

enum spool_place {
    SPOOL_OUTBOX,
    SPOOL_INBOX,
    SPOOL_DONE,
    SPOOL_BAD,
    SPOOL_STATEMENTS,
    SPOOL_SENT,
    SPOOL_WORDS,
    SPOOL_SEEN,
    SPOOL_PLACE_COUNT,
};

struct spool {
    char root[EXCHANGE_TEXT_SIZE];
};

/* Makes the directories that are missing. */
MUST_CHECK bool
spool_open(struct spool *spool, const char *root, char *message_out, size_t message_size);
void spool_path(const struct spool *spool,
                enum spool_place place,
                const char *name,
                char path_out[SPOOL_PATH_SIZE]);

/* False: errno. */
MUST_CHECK bool spool_write(const struct spool *spool,
                            enum spool_place place,
                            const char *name,
                            struct bytes bytes);
/* Also when it cannot be told: what may have been sent is never sent again. */
bool spool_has(const struct spool *spool, enum spool_place place, const char *name);
void spool_remove(const struct spool *spool, enum spool_place place, const char *name);
/* From the inbox; under another name when that one is taken. `reason` NULL, or what stands in the
 * .reason beside it. */
MUST_CHECK bool
spool_move(const struct spool *spool, const char *name, enum spool_place to, const char *reason);

/* Names in a place, `count_max` when there are more. */
size_t spool_count(const struct spool *spool, enum spool_place place, size_t count_max);
/* Removes files of a place that were last written before `before` (wall clock); looks at
 * `count_max` of them at most, in no order. How many went. */
size_t
spool_prune(const struct spool *spool, enum spool_place place, instant_us before, size_t count_max);
/* What waits in the inbox, in the order of names, at most `count_max`; the number of names. */
size_t spool_list(const struct spool *spool, char (*names_out)[SPOOL_NAME_SIZE], size_t count_max);
/* A regular file of the inbox; free `data_out`. NULL, or why it cannot be read: "gone" when it is
 * no longer there. */
const char *
spool_read(const struct spool *spool, const char *name, unsigned char **data_out, size_t *size_out);

/* The last word about a reference, UNKNOWN when there is none. False: there may be one, but it
 * cannot be read. */
MUST_CHECK bool spool_read_word(const struct spool *spool,
                                enum exchange_subject subject,
                                const char *reference,
                                struct exchange_word *word_out);
MUST_CHECK bool spool_write_word(const struct spool *spool, const struct exchange_word *word);

/* A document that came in another way, under a name made of its content. LIMIT: the inbox is full
 * or the disk fails. From any thread. */
MUST_CHECK enum status spool_take(const struct spool *spool, struct bytes document);

enum spool_seen {
    SPOOL_NEW,
    SPOOL_SAME,  /* the same message, byte for byte */
    SPOOL_OTHER, /* its id, with other content */
};

/* Names of what was seen: of the message's type and id, and of its content. */
struct spool_mark {
    char id[65];
    char content[65];
};

void spool_mark(int type,
                const char *message_id,
                struct bytes content,
                struct spool_mark *mark_out);
enum spool_seen spool_seen(const struct spool *spool, const struct spool_mark *mark);
MUST_CHECK bool spool_remember(const struct spool *spool, const struct spool_mark *mark);
