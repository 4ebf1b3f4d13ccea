/* The bank's files: each is handled once, and stays where it is until what it tells is booked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/exchange/exchange_p.h"
#include "ledger/base/log.h"

enum {
    SNIFF_SIZE = 4096,
    REASON_SIZE = 400,
};

struct file {
    const char *name;
    struct bytes content;
    struct iso20022_document document;
    struct spool_mark mark;
};

static struct exchange_rest *rest_find(struct exchange *exchange, const char *name)
{
    for (size_t i = 0; i < EXCHANGE_REST_COUNT_MAX; i++) {
        if (strcmp(exchange->rests[i].name, name) == 0) {
            return &exchange->rests[i];
        }
    }
    return NULL;
}

static void let_rest(struct exchange *exchange, const char *name)
{
    struct exchange_rest *rest = rest_find(exchange, name);
    rest = rest == NULL ? rest_find(exchange, "") : rest;
    if (rest != NULL) {
        snprintf(rest->name, sizeof rest->name, "%s", name);
        rest->until = clock_monotonic() + exchange->config.retry_ms * 1000;
    }
}

static bool is_resting(struct exchange *exchange, const char *name, instant_us now)
{
    struct exchange_rest *rest = rest_find(exchange, name);
    if (rest == NULL) {
        return false;
    }
    if (now < rest->until) {
        return true;
    }
    *rest = (struct exchange_rest){0};
    return false;
}

/* Out of the inbox; when that fails the file is left and told again, which changes nothing. */
static void
put_away(struct exchange *exchange, const char *name, enum spool_place place, const char *reason)
{
    if (!spool_move(&exchange->spool, name, place, reason)) {
        let_rest(exchange, name);
        LOG(LOG_ERROR,
            "a file cannot be put away",
            LOG_TEXT("exchange", exchange->config.name),
            LOG_TEXT("file", name));
    }
}

static void put_into_bad(struct exchange *exchange, const char *name, const char *reason)
{
    exchange->report.refused_count++;
    LOG(LOG_WARNING,
        "a file of the bank is bad",
        LOG_TEXT("exchange", exchange->config.name),
        LOG_TEXT("file", name),
        LOG_TEXT("reason", reason));
    put_away(exchange, name, SPOOL_BAD, reason);
}

static void finish(struct exchange *exchange, const char *name, const struct spool_mark *mark)
{
    if (spool_remember(&exchange->spool, mark)) {
        put_away(exchange, name, SPOOL_DONE, NULL);
    } else {
        let_rest(exchange, name);
    }
}

/* --- advices --- */

static void end_telling(struct exchange *exchange)
{
    struct exchange_telling *telling = &exchange->telling;
    char reason[REASON_SIZE];
    if (telling->again_count > 0) {
        let_rest(exchange, telling->name);
    } else if (telling->refused_count > 0) {
        snprintf(reason,
                 sizeof reason,
                 "%zu of %zu advices can never be booked\n",
                 telling->refused_count,
                 telling->news.advice_count);
        put_into_bad(exchange, telling->name, reason);
    } else {
        finish(exchange, telling->name, &telling->mark);
    }
    telling->number = 0;
    arena_reset(&exchange->telling_arena);
    exchange->next_scan = INSTANT_NONE; /* the next file's turn */
}

static void tell_more(struct exchange *exchange)
{
    struct exchange_telling *telling = &exchange->telling;
    while (telling->next < telling->news.advice_count && telling->again_count == 0 &&
           telling->open_count < EXCHANGE_ADVICE_WINDOW) {
        const struct adapter_ticket ticket = {.connection = telling->number,
                                              .number = telling->next};
        telling->told[telling->next] = ADVICE_TOLD;
        telling->open_count++;
        telling->next++;
        exchange->events.advised(
            exchange->events.context, &telling->news.advices[ticket.number], ticket);
    }
    if (telling->open_count == 0) {
        end_telling(exchange);
    }
}

void exchange_inbox_reply(struct exchange *exchange, const struct exchange_reply *reply)
{
    struct exchange_telling *telling = &exchange->telling;
    uint64_t index = reply->ticket.number;
    if (telling->number == 0 || reply->ticket.connection != telling->number ||
        index >= telling->news.advice_count || telling->told[index] != ADVICE_TOLD) {
        return;
    }
    telling->told[index] = ADVICE_REPLIED;
    telling->open_count--;
    telling->refused_count += reply->reply == ADAPTER_REFUSED ? 1 : 0;
    telling->again_count += reply->reply == ADAPTER_TRY_AGAIN ? 1 : 0;
    tell_more(exchange);
}

/* The document is read once more into the arena that lasts until all is replied to. */
static const char *begin_telling(struct exchange *exchange, const struct file *file)
{
    struct exchange_telling *telling = &exchange->telling;
    struct iso20022_document document;
    struct xml_fault fault;
    *telling = (struct exchange_telling){.mark = file->mark};
    snprintf(telling->name, sizeof telling->name, "%s", file->name);
    if (!iso20022_read(file->content, &exchange->telling_arena, &document, &fault)) {
        arena_reset(&exchange->telling_arena);
        return "too large";
    }
    const char *reason = exchange_read(&exchange->config,
                                       &document,
                                       exchange_desk_is_ours,
                                       exchange,
                                       &exchange->telling_arena,
                                       &telling->news);
    telling->told = reason != NULL
                        ? NULL
                        : arena_take(&exchange->telling_arena, telling->news.advice_count + 1);
    if (telling->told == NULL) {
        arena_reset(&exchange->telling_arena);
        return reason == NULL ? "too large" : reason;
    }
    telling->number = ++exchange->last_number;
    tell_more(exchange);
    return NULL;
}

/* --- words --- */

static void
hear_words(struct exchange *exchange, const struct file *file, const struct exchange_news *news)
{
    size_t strange_count = 0;
    char reason[REASON_SIZE];
    for (size_t i = 0; i < news->word_count; i++) {
        enum exchange_heard heard = exchange_desk_word(exchange, &news->words[i]);
        if (heard == EXCHANGE_NOT_KEPT) {
            let_rest(exchange, file->name);
            return;
        }
        strange_count += heard == EXCHANGE_NOT_OURS ? 1 : 0;
    }
    if (strange_count > 0) {
        snprintf(reason,
                 sizeof reason,
                 "%zu of %zu references are of no payment of ours\n",
                 strange_count,
                 news->word_count);
        put_into_bad(exchange, file->name, reason);
    } else {
        finish(exchange, file->name, &file->mark);
    }
}

/* --- files --- */

static void handle(struct exchange *exchange, const struct file *file)
{
    struct exchange_news news;
    const char *reason = exchange_read(&exchange->config,
                                       &file->document,
                                       exchange_desk_is_ours,
                                       exchange,
                                       &exchange->reading_arena,
                                       &news);
    if (reason == NULL) {
        switch (news.kind) {
        case EXCHANGE_STATEMENT:
            put_away(exchange, file->name, SPOOL_STATEMENTS, NULL);
            return;
        case EXCHANGE_WORDS:
            hear_words(exchange, file, &news);
            return;
        case EXCHANGE_ADVICES:
            if (exchange->telling.number != 0) {
                return; /* its turn comes */
            }
            reason = begin_telling(exchange, file);
            break;
        }
    }
    if (reason != NULL) {
        put_into_bad(exchange, file->name, reason);
    }
}

/* Only words are answers; an advice that is repeated was booked before. */
static void duplicate_strays(struct exchange *exchange, enum iso20022_type type)
{
    if (type == ISO20022_PACS_002 || type == ISO20022_CAMT_029) {
        exchange_desk_stray(exchange,
                            ADAPTER_STRAY_DUPLICATE,
                            type == ISO20022_PACS_002 ? "pacs.002" : "camt.029",
                            "a message of this id and content was read before");
    }
}

static void handle_once(struct exchange *exchange, struct file *file)
{
    spool_mark((int)file->document.type, file->document.message_id, file->content, &file->mark);
    switch (spool_seen(&exchange->spool, &file->mark)) {
    case SPOOL_NEW:
        handle(exchange, file);
        return;
    case SPOOL_SAME:
        exchange->report.duplicate_count++;
        duplicate_strays(exchange, file->document.type);
        put_away(exchange, file->name, SPOOL_DONE, NULL);
        return;
    case SPOOL_OTHER:
        put_into_bad(exchange, file->name, "the id of an earlier message with other content\n");
        return;
    }
}

static bool has_word(struct bytes content, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= content.size && i < SNIFF_SIZE; i++) {
        if (memcmp(content.data + i, word, size) == 0) {
            return true;
        }
    }
    return false;
}

/* While advices are being told, only what may be an answer is worth reading. */
static bool may_answer(struct bytes content)
{
    return has_word(content, "pacs.002") || has_word(content, "camt.029");
}

static void read_content(struct exchange *exchange, struct file *file)
{
    struct xml_fault fault;
    char reason[REASON_SIZE];
    if (exchange->telling.number != 0 && !may_answer(file->content)) {
        return;
    }
    arena_reset(&exchange->reading_arena);
    if (iso20022_read(file->content, &exchange->reading_arena, &file->document, &fault)) {
        exchange->report.received_count++;
        handle_once(exchange, file);
        return;
    }
    snprintf(reason,
             sizeof reason,
             "%s, element %s, line %d: %s\n",
             fault.code,
             fault.element[0] == '\0' ? "-" : fault.element,
             fault.line,
             fault.detail);
    put_into_bad(exchange, file->name, reason);
}

static void read_file(struct exchange *exchange, const char *name)
{
    unsigned char *data = NULL;
    size_t size = 0;
    const char *reason = spool_read(&exchange->spool, name, &data, &size);
    if (reason == NULL) {
        struct file file = {
            .name = name, .content = {.data = data, .size = size}
        };
        read_content(exchange, &file);
        free(data);
    } else if (strcmp(reason, "gone") != 0) {
        put_into_bad(exchange, name, reason);
    }
}

void exchange_inbox_scan(struct exchange *exchange)
{
    instant_us now = clock_monotonic();
    exchange->next_scan = now + exchange->config.scan_ms * 1000;
    size_t count = spool_list(&exchange->spool, exchange->names, EXCHANGE_LIST_COUNT_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *name = exchange->names[i];
        bool is_told = exchange->telling.number != 0 && strcmp(exchange->telling.name, name) == 0;
        if (!is_told && !is_resting(exchange, name, now)) {
            read_file(exchange, name);
        }
    }
}
