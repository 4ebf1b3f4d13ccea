#include "gateway/banks/banks.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/banks/banks_p.h"

enum {
    SCRATCH_SIZE = 65536
};

/* --- link files --- */

static bool complain(const char *what, const char *name, char *message_out, size_t size)
{
    (void)snprintf(message_out, size, "%s: %s", name, what);
    return false;
}

/* The opener whose suffix the name ends in; `id_size_out` is what stands before it. */
static const struct bank_opener *
opener_of(const struct banks_config *config, const char *name, size_t *id_size_out)
{
    size_t size = strlen(name);
    for (size_t i = 0; i < config->opener_count; i++) {
        size_t suffix = strlen(config->openers[i].suffix);
        if (size > suffix && strcmp(name + size - suffix, config->openers[i].suffix) == 0) {
            *id_size_out = size - suffix;
            return &config->openers[i];
        }
    }
    return NULL;
}

static bool is_yaml(const char *name)
{
    size_t size = strlen(name);
    return size > 5 && strcmp(name + size - 5, ".yaml") == 0;
}

static bool file_take(struct banks *banks, const char *name, char *message_out, size_t size)
{
    size_t id_size = 0;
    const struct bank_opener *opener = opener_of(&banks->config, name, &id_size);
    if (opener == NULL) {
        return !is_yaml(name) ||
               complain("no kind of link has files of this ending", name, message_out, size);
    }
    if (id_size >= PARTY_ID_SIZE) {
        return complain("the name must begin with the id of a bank", name, message_out, size);
    }
    if (banks->bank_count == BANKS_COUNT_MAX) {
        return complain("too many link files", name, message_out, size);
    }
    struct bank *bank = &banks->banks[banks->bank_count];
    memcpy(bank->id, name, id_size);
    if (banks_find(banks, bank->id) != NULL) {
        return complain("the bank has another link file", name, message_out, size);
    }
    size_t file_size = strlen(banks->config.directory) + strlen(name) + 2;
    bank->banks = banks;
    bank->opener = opener;
    bank->window = WINDOW_FIRST;
    bank->file = malloc(file_size);
    assert(bank->file != NULL);
    (void)snprintf(bank->file, file_size, "%s/%s", banks->config.directory, name);
    memcpy(bank->report.bank, bank->id, sizeof bank->id);
    (void)snprintf(bank->report.adapter.reason, ADAPTER_REASON_SIZE, "the engine is not active");
    banks->bank_count++;
    return opener->check(bank->file, message_out, size);
}

static bool directory_read(struct banks *banks, char *message_out, size_t size)
{
    const char *path = banks->config.directory;
    if (path[0] == '\0') {
        return true;
    }
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        return complain(strerror(errno), path, message_out, size);
    }
    bool is_good = true;
    for (int i = 0; i < count; i++) {
        is_good = is_good && file_take(banks, entries[i]->d_name, message_out, size);
        free(entries[i]);
    }
    free(entries);
    return is_good;
}

struct bank *banks_find(struct banks *banks, const char *id)
{
    for (size_t i = 0; i < banks->bank_count; i++) {
        if (strcmp(banks->banks[i].id, id) == 0) {
            return &banks->banks[i];
        }
    }
    return NULL;
}

/* --- life --- */

struct banks *banks_create(const struct banks_config *config, char *message_out, size_t size)
{
    struct banks *banks = calloc(1, sizeof *banks);
    assert(banks != NULL);
    banks->config = *config;
    banks->errands.run = clock_now();
    banks->errands.parcel_count_max = PARCEL_COUNT_MAX;
    inbox_create(&banks->inbox);
    orders_create(&banks->orders, config->open_count_max);
    banks->names = calloc(NAME_COUNT, sizeof *banks->names);
    assert(banks->names != NULL);
    arena_create(&banks->scratch, SCRATCH_SIZE);
    pthread_mutex_init(&banks->document_lock, NULL);
    pthread_mutex_init(&banks->report_lock, NULL);
    if (!directory_read(banks, message_out, size)) {
        banks_destroy(banks);
        return NULL;
    }
    return banks;
}

struct engine_news banks_news(struct banks *banks)
{
    return inbox_news(banks);
}

bool banks_start(struct banks *banks, struct engine *engine, char *message_out, size_t size)
{
    banks->engine = engine;
    banks->vault = vault_open(banks->config.vault_file, message_out, size);
    if (banks->vault == NULL) {
        return false;
    }
    banks->reader = journal_reader_create(engine_journal_config(engine));
    if (pthread_create(&banks->thread, NULL, teller_run, banks) != 0) {
        (void)snprintf(message_out, size, "cannot start a thread");
        return false;
    }
    banks->is_running = true;
    return true;
}

void banks_stop(struct banks *banks)
{
    if (banks->is_running) {
        inbox_stop(&banks->inbox);
        pthread_join(banks->thread, NULL);
        banks->is_running = false;
    }
}

void banks_destroy(struct banks *banks)
{
    assert(!banks->is_running);
    errands_destroy(banks);
    inbox_destroy(&banks->inbox);
    orders_destroy(&banks->orders);
    if (banks->reader != NULL) {
        journal_reader_destroy(banks->reader);
    }
    if (banks->vault != NULL) {
        vault_close(banks->vault);
    }
    arena_destroy(&banks->scratch);
    free(banks->names);
    for (size_t i = 0; i < BANKS_COUNT_MAX; i++) {
        free(banks->banks[i].file);
    }
    pthread_mutex_destroy(&banks->report_lock);
    pthread_mutex_destroy(&banks->document_lock);
    free(banks);
}
