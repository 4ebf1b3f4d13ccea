/* What an exchange must remember beyond its own life: the bank's last words, the messages seen. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/exchange/exchange_spool.h"

enum {
    TEXT_SIZE = 128,
};

static const char *const outcomes[] = {
    [ADAPTER_CONFIRMED] = "confirmed",
    [ADAPTER_REJECTED] = "rejected",
    [ADAPTER_NOT_FOUND] = "not_found",
    [ADAPTER_REVERSED] = "reversed",
    [ADAPTER_PENDING] = "pending",
    [ADAPTER_UNKNOWN] = "unknown",
    [ADAPTER_NOT_SENT] = "not_sent",
};

enum found {
    FOUND,
    FOUND_NONE,
    FOUND_UNREADABLE,
};

static enum found read_small(const struct spool *spool,
                             enum spool_place place,
                             const char *name,
                             char text_out[TEXT_SIZE])
{
    char path[SPOOL_PATH_SIZE];
    spool_path(spool, place, name, path);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return errno == ENOENT ? FOUND_NONE : FOUND_UNREADABLE;
    }
    ssize_t size = read(file, text_out, TEXT_SIZE - 1);
    close(file);
    text_out[size < 0 ? 0 : size] = '\0';
    return size > 0 ? FOUND : FOUND_UNREADABLE;
}

static void
word_name(enum exchange_subject subject, const char *reference, char name_out[SPOOL_NAME_SIZE])
{
    snprintf(name_out,
             SPOOL_NAME_SIZE,
             "%s.%s",
             reference,
             subject == EXCHANGE_PAYMENT ? "payment" : "recall");
}

/* Cuts `*text` at the next line end. */
static const char *next_line(char **text)
{
    char *line = *text;
    size_t size = strcspn(line, "\n");
    *text = line + size + (line[size] == '\n' ? 1 : 0);
    line[size] = '\0';
    return line;
}

bool spool_read_word(const struct spool *spool,
                     enum exchange_subject subject,
                     const char *reference,
                     struct exchange_word *word_out)
{
    char name[SPOOL_NAME_SIZE];
    char text[TEXT_SIZE];
    char *rest = text;
    *word_out = (struct exchange_word){.subject = subject, .outcome = ADAPTER_UNKNOWN};
    snprintf(word_out->reference, sizeof word_out->reference, "%s", reference);
    word_name(subject, reference, name);
    enum found found = read_small(spool, SPOOL_WORDS, name, text);
    if (found != FOUND) {
        return found == FOUND_NONE;
    }
    const char *outcome = next_line(&rest);
    for (int i = ADAPTER_CONFIRMED; i <= ADAPTER_NOT_SENT; i++) {
        if (strcmp(outcome, outcomes[i]) == 0) {
            word_out->outcome = (enum adapter_outcome)i;
        }
    }
    snprintf(word_out->code, sizeof word_out->code, "%s", next_line(&rest));
    snprintf(word_out->bank_reference, sizeof word_out->bank_reference, "%s", next_line(&rest));
    return true;
}

bool spool_write_word(const struct spool *spool, const struct exchange_word *word)
{
    char name[SPOOL_NAME_SIZE];
    char text[TEXT_SIZE];
    word_name(word->subject, word->reference, name);
    int size = snprintf(text,
                        sizeof text,
                        "%s\n%s\n%s\n",
                        outcomes[word->outcome],
                        word->code,
                        word->bank_reference);
    const struct bytes bytes = {.data = (const uint8_t *)text, .size = (size_t)size};
    return spool_write(spool, SPOOL_WORDS, name, bytes);
}

static void digest(const void *data, size_t size, char hex_out[65])
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int hash_size = 0;
    if (EVP_Digest(data, size, hash, &hash_size, EVP_sha256(), NULL) != 1) {
        abort();
    }
    for (unsigned int i = 0; i < hash_size; i++) {
        snprintf(hex_out + (size_t)2 * i, 3, "%02x", hash[i]);
    }
}

void spool_mark(int type, const char *message_id, struct bytes content, struct spool_mark *mark_out)
{
    char id[256];
    int size = snprintf(id, sizeof id, "%d %s", type, message_id);
    digest(id, (size_t)size, mark_out->id);
    digest(content.data, content.size, mark_out->content);
}

enum spool_seen spool_seen(const struct spool *spool, const struct spool_mark *mark)
{
    char text[TEXT_SIZE];
    if (read_small(spool, SPOOL_SEEN, mark->id, text) != FOUND) {
        return SPOOL_NEW;
    }
    return strcmp(text, mark->content) == 0 ? SPOOL_SAME : SPOOL_OTHER;
}

bool spool_remember(const struct spool *spool, const struct spool_mark *mark)
{
    const struct bytes bytes = {.data = (const uint8_t *)mark->content,
                                .size = strlen(mark->content)};
    return spool_write(spool, SPOOL_SEEN, mark->id, bytes);
}

enum status spool_take(const struct spool *spool, struct bytes document)
{
    char hex[65];
    char name[SPOOL_NAME_SIZE];
    if (spool_count(spool, SPOOL_INBOX, SPOOL_TAKEN_COUNT_MAX) >= SPOOL_TAKEN_COUNT_MAX) {
        return STATUS_LIMIT;
    }
    digest(document.data, document.size, hex);
    (void)snprintf(name, sizeof name, "https-%.32s.xml", hex);
    return spool_write(spool, SPOOL_INBOX, name, document) ? STATUS_OK : STATUS_LIMIT;
}
