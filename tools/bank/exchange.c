#include "tools/bank/exchange.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/base/log.h"
#include "tools/bank/bank.h"
#include "tools/bank/door.h"
#include "tools/bank/exchange_desk.h"
#include "tools/bank/post.h"

enum {
    ARENA_SIZE = 32 << 20,
    FILE_SIZE_MAX = 8 << 20,
    FILE_COUNT_MAX = 1024, /* of one look */
    LOOK_US = 100 * 1000,
};

struct exchange {
    struct bank *bank;
    struct arena arena;
    instant_us due;
    uint8_t *bytes;    /* FILE_SIZE_MAX, for reading and writing */
    struct door *door; /* NULL: documents come as files */
    struct post *post; /* NULL: files are fetched */
};

/* The ways by HTTPS, as far as they are configured. */
static bool ways_open(struct exchange *exchange, char *reason_out, size_t reason_size)
{
    struct bank *bank = exchange->bank;
    if (bank->config->exchange_post[0] != '\0') {
        exchange->post = post_open(bank->config);
        if (exchange->post == NULL) {
            (void)snprintf(reason_out, reason_size, "exchange: out of memory");
            return false;
        }
    }
    if (bank->config->exchange_listen[0] == '\0') {
        return true;
    }
    exchange->door = door_open(bank, bank->base, reason_out, reason_size);
    return exchange->door != NULL;
}

struct exchange *exchange_open(struct bank *bank, char *reason_out, size_t reason_size)
{
    const char *const places[] = {bank->config->exchange_in, bank->config->exchange_out};
    for (size_t i = 0; i < 2; i++) {
        struct stat place;
        bool is_needed = i == 1 || bank->config->exchange_listen[0] == '\0';
        if (is_needed && (stat(places[i], &place) != 0 || !S_ISDIR(place.st_mode))) {
            (void)snprintf(reason_out, reason_size, "exchange: %.200s: no directory", places[i]);
            return NULL;
        }
    }
    struct exchange *exchange = calloc(1, sizeof *exchange);
    uint8_t *bytes = malloc(FILE_SIZE_MAX);
    if (exchange == NULL || bytes == NULL) {
        (void)snprintf(reason_out, reason_size, "exchange: out of memory");
        free(exchange);
        free(bytes);
        return NULL;
    }
    exchange->bank = bank;
    exchange->bytes = bytes;
    arena_create(&exchange->arena, ARENA_SIZE);
    if (!ways_open(exchange, reason_out, reason_size)) {
        exchange_close(exchange);
        return NULL;
    }
    return exchange;
}

void exchange_close(struct exchange *exchange)
{
    if (exchange != NULL) {
        door_close(exchange->door);
        post_close(exchange->post);
        arena_destroy(&exchange->arena);
        free(exchange->bytes);
        free(exchange);
    }
}

/* Complete under its name, or not there. */
static bool file_put(struct exchange *exchange, const char *name, struct bytes bytes)
{
    char part[EXCHANGE_PATH_SIZE];
    char path[EXCHANGE_PATH_SIZE];
    const char *place = exchange->bank->config->exchange_out;
    int size = snprintf(part, sizeof part, "%s/%s.xml.part", place, name);
    (void)snprintf(path, sizeof path, "%s/%s.xml", place, name);
    FILE *file = size < (int)sizeof part ? fopen(part, "wb") : NULL;
    bool is_written = file != NULL && fwrite(bytes.data, 1, bytes.size, file) == bytes.size;
    is_written = file != NULL && fclose(file) == 0 && is_written;
    return is_written && rename(part, path) == 0;
}

enum times {
    ONCE = 1,
    TWICE,
};

/* What the document tells is in the journal before anybody sees it. */
static bool document_write(struct exchange *exchange,
                           const struct iso20022_document *document,
                           struct bytes *bytes_out)
{
    struct xml_fault fault;
    struct writer writer = writer_over(exchange->bytes, FILE_SIZE_MAX);
    if (!iso20022_write(document, &writer, &fault)) {
        LOG(LOG_ERROR,
            "bank.cannot_write",
            LOG_TEXT("code", fault.code),
            LOG_TEXT("element", fault.element));
        return false;
    }
    journal_flush(exchange->bank->journal);
    *bytes_out = (struct bytes){writer.data, writer.size};
    return true;
}

static bool
document_put(struct exchange *exchange, const struct iso20022_document *document, enum times times)
{
    struct bytes bytes;
    if (!document_write(exchange, document, &bytes)) {
        return false;
    }
    bool is_put = true;
    for (int time = ONCE; time <= (int)times && is_put; time++) {
        char name[64];
        (void)snprintf(
            name, sizeof name, "%s%s", document->message_id, time == ONCE ? "" : "-again");
        is_put = file_put(exchange, name, bytes);
    }
    if (!is_put) {
        LOG(LOG_ERROR, "bank.cannot_write", LOG_TEXT("reason", strerror(errno)));
    }
    return is_put;
}

bool exchange_advise(struct exchange *exchange, const struct advice *advice)
{
    struct iso20022_document document;
    arena_reset(&exchange->arena);
    exchange_desk_advise(exchange->bank, advice, &exchange->arena, &document);
    return document_put(exchange, &document, ONCE);
}

void exchange_decided(struct exchange *exchange, const struct payment *payment)
{
    struct iso20022_document document;
    if (strncmp(payment->key, EXCHANGE_KEY_START, strlen(EXCHANGE_KEY_START)) == 0) {
        arena_reset(&exchange->arena);
        exchange_desk_status(exchange->bank, payment, &exchange->arena, &document);
        if (!document_put(exchange, &document, ONCE)) {
            LOG(LOG_ERROR, "bank.not_told", LOG_TEXT("reference", payment->reference));
        }
    }
}

/* False when it is not there whole. */
static bool file_get(struct exchange *exchange, const char *path, struct bytes *bytes_out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t size = fread(exchange->bytes, 1, FILE_SIZE_MAX, file);
    bool is_whole = ferror(file) == 0 && size < FILE_SIZE_MAX;
    fclose(file);
    *bytes_out = (struct bytes){exchange->bytes, size};
    return is_whole;
}

static void put_aside(const char *path, const char *why)
{
    char aside[EXCHANGE_PATH_SIZE + 8];
    (void)snprintf(aside, sizeof aside, "%s.bad", path);
    LOG(LOG_WARNING, "bank.bad_document", LOG_TEXT("reason", why));
    if (rename(path, aside) != 0) {
        LOG(LOG_ERROR, "bank.cannot_rename", LOG_TEXT("reason", strerror(errno)));
    }
}

static void file_answer(struct exchange *exchange, const char *path)
{
    struct bytes bytes;
    struct iso20022_document question;
    struct iso20022_document answer;
    struct xml_fault fault;
    arena_reset(&exchange->arena);
    if (!file_get(exchange, path, &bytes)) {
        return;
    }
    if (!iso20022_read(bytes, &exchange->arena, &question, &fault)) {
        put_aside(path, fault.code);
        return;
    }
    bool is_done = true;
    switch (exchange_desk_take(exchange->bank, &question, &exchange->arena, &answer)) {
    case EXCHANGE_SAY:
        is_done = document_put(exchange, &answer, ONCE);
        break;
    case EXCHANGE_SAY_TWICE:
        is_done = document_put(exchange, &answer, TWICE);
        break;
    case EXCHANGE_HUSH:
        journal_flush(exchange->bank->journal);
        break;
    case EXCHANGE_NOT_OURS:
        put_aside(path, "nobody answers this");
        return;
    }
    if (is_done) {
        (void)unlink(path);
    }
}

enum exchange_said
exchange_answer(struct exchange *exchange, struct bytes document, struct bytes *words_out)
{
    struct iso20022_document question;
    struct iso20022_document answer;
    struct xml_fault fault;
    arena_reset(&exchange->arena);
    if (!iso20022_read(document, &exchange->arena, &question, &fault)) {
        LOG(LOG_WARNING, "bank.bad_document", LOG_TEXT("reason", fault.code));
        return EXCHANGE_UNREADABLE;
    }
    bool is_said = false;
    switch (exchange_desk_take(exchange->bank, &question, &exchange->arena, &answer)) {
    case EXCHANGE_SAY_TWICE:
        is_said =
            document_put(exchange, &answer, ONCE) && document_write(exchange, &answer, words_out);
        break;
    case EXCHANGE_SAY:
        is_said = document_write(exchange, &answer, words_out);
        break;
    case EXCHANGE_HUSH:
        journal_flush(exchange->bank->journal);
        break;
    case EXCHANGE_NOT_OURS:
        return EXCHANGE_UNREADABLE;
    }
    return is_said ? EXCHANGE_ANSWERED : EXCHANGE_SILENT;
}

static bool is_document(const char *name)
{
    size_t size = strlen(name);
    return name[0] != '.' && size > 4 && strcmp(name + size - 4, ".xml") == 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void exchange_run(struct exchange *exchange, instant_us now)
{
    char *names[FILE_COUNT_MAX];
    size_t count = 0;
    if (exchange->post != NULL) {
        post_run(exchange->post, now);
    }
    const char *place = exchange->bank->config->exchange_in;
    if (exchange->due > now || place[0] == '\0') {
        return;
    }
    exchange->due = now + LOOK_US;
    DIR *directory = opendir(place);
    const struct dirent *entry;
    while (directory != NULL && count < FILE_COUNT_MAX && (entry = readdir(directory)) != NULL) {
        if (is_document(entry->d_name) && (names[count] = strdup(entry->d_name)) != NULL) {
            count++;
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    qsort(names, count, sizeof names[0], compare_names);
    for (size_t i = 0; i < count; i++) {
        char path[EXCHANGE_PATH_SIZE];
        if (snprintf(path, sizeof path, "%s/%s", place, names[i]) < (int)sizeof path) {
            file_answer(exchange, path);
        }
        free(names[i]);
    }
}

instant_us exchange_due(const struct exchange *exchange)
{
    instant_us due = exchange->bank->config->exchange_in[0] == '\0' ? INT64_MAX : exchange->due;
    instant_us post = exchange->post == NULL ? INT64_MAX : post_due(exchange->post);
    return due < post ? due : post;
}
