/*
 * Errands: commands of the banks on their way through the engine, many in one unit. An errand is
 * repeated under its own key until the engine says what became of it.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

enum {
    COMMAND_ROOM = 8192, /* names and answers beside the bodies */
};

/* What the unit of some errands is owned by. */
struct parcel {
    struct banks *banks;
    size_t count;
    struct errand *errands[PARCEL_COUNT_MAX];
};

static void list_append(struct errand_list *list, struct errand *errand)
{
    errand->next = NULL;
    if (list->tail == NULL) {
        list->head = errand;
    } else {
        list->tail->next = errand;
    }
    list->tail = errand;
    list->count++;
}

static struct errand *list_take(struct errand_list *list)
{
    struct errand *errand = list->head;
    list->head = errand->next;
    if (list->head == NULL) {
        list->tail = NULL;
    }
    list->count--;
    return errand;
}

static struct errand *
errand_create(const struct errand_kind *kind, struct bank *bank, const void *body)
{
    const struct command_type *type = command_type_find(kind->command);
    assert(type != NULL);
    struct errand *errand = calloc(1, sizeof *errand + type->command->size);
    assert(errand != NULL);
    errand->kind = kind;
    errand->type = type;
    errand->bank = bank;
    memcpy(errand->body, body, type->command->size);
    return errand;
}

struct errand *errand_send(struct banks *banks,
                           const struct errand_kind *kind,
                           struct bank *bank,
                           const void *body)
{
    struct errand *errand = errand_create(kind, bank, body);
    struct errands *errands = &banks->errands;
    (void)snprintf(errand->key,
                   sizeof errand->key,
                   "%s/%" PRIx64 "-%" PRId64,
                   kind->command,
                   (uint64_t)errands->run,
                   ++errands->serial);
    errand->list = &errands->waiting;
    list_append(errand->list, errand);
    return errand;
}

struct errand *errand_send_as_bank(struct banks *banks,
                                   const struct errand_kind *kind,
                                   struct bank *bank,
                                   const char *key,
                                   const void *body)
{
    (void)banks;
    struct errand *errand = errand_create(kind, bank, body);
    (void)snprintf(errand->key, sizeof errand->key, "%s", key);
    errand->list = &bank->advices;
    list_append(errand->list, errand);
    return errand;
}

/* --- to the engine --- */

/* On the engine's thread. */
static void unit_done(struct unit *unit)
{
    const struct parcel *parcel = unit->owner;
    inbox_put_unit(&parcel->banks->inbox, unit);
}

static struct unit *
parcel_pack(struct banks *banks, struct errand_list *list, const struct bank *actor)
{
    size_t count = list->count < banks->errands.parcel_count_max ? list->count
                                                                 : banks->errands.parcel_count_max;
    struct parcel *parcel = calloc(1, sizeof *parcel);
    assert(parcel != NULL);
    *parcel = (struct parcel){.banks = banks, .count = count};
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        struct errand *errand = list_take(list);
        parcel->errands[i] = errand;
        size += errand->type->command->size * 5 + errand->type->answer->size + COMMAND_ROOM;
    }
    struct unit *unit = unit_create(count, size);
    assert(unit != NULL);
    unit->mode = UNIT_INDEPENDENT;
    unit->owner = parcel;
    unit->done = unit_done;
    if (actor != NULL) {
        unit->actor_role = ROLE_BANK;
        memcpy(unit->actor, actor->id, sizeof unit->actor);
    }
    for (size_t i = 0; i < count; i++) {
        const struct errand *errand = parcel->errands[i];
        bool is_filled = unit_fill(unit, i, errand->type, errand->body, errand->key, banks->vault);
        assert(is_filled);
    }
    return unit;
}

static void parcel_destroy(struct unit *unit)
{
    free(unit->owner);
    unit_destroy(unit);
}

static void errand_lose(struct banks *banks, struct errand *errand)
{
    if (errand->kind->lost == NULL) {
        list_append(errand->list, errand);
        return;
    }
    errand->kind->lost(banks, errand);
    free(errand);
}

static void parcel_lose(struct banks *banks, struct unit *unit)
{
    struct parcel *parcel = unit->owner;
    banks->errands.not_before_us = banks->now_us + BANKS_REPEAT_US;
    for (size_t i = 0; i < parcel->count; i++) {
        errand_lose(banks, parcel->errands[i]);
    }
    parcel_destroy(unit);
}

/* False: the engine takes nothing just now. */
static bool list_submit(struct banks *banks, struct errand_list *list, const struct bank *actor)
{
    struct errands *errands = &banks->errands;
    while (list->count > 0 && errands->under_way_count < PARCELS_UNDER_WAY_MAX) {
        struct unit *unit = parcel_pack(banks, list, actor);
        if (engine_submit(banks->engine, unit) != STATUS_OK) {
            parcel_lose(banks, unit);
            return false;
        }
        errands->under_way_count++;
    }
    return true; /* more goes when one of them is answered */
}

void errands_submit(struct banks *banks)
{
    if (banks->now_us < banks->errands.not_before_us) {
        return;
    }
    bool is_taken = list_submit(banks, &banks->errands.waiting, NULL);
    for (size_t i = 0; i < banks->bank_count && is_taken; i++) {
        struct bank *bank = &banks->banks[i];
        is_taken = list_submit(banks, &bank->advices, bank);
    }
}

/* --- back from it --- */

void errands_answered(struct banks *banks, struct unit *unit)
{
    struct parcel *parcel = unit->owner;
    struct errands *errands = &banks->errands;
    errands->under_way_count--;
    if (unit->status == UNIT_TOO_LARGE && errands->parcel_count_max > 1) {
        errands->parcel_count_max /= 2;
    }
    if (unit->status != UNIT_ANSWERED) {
        parcel_lose(banks, unit);
        return;
    }
    for (size_t i = 0; i < parcel->count; i++) {
        struct errand *errand = parcel->errands[i];
        errand->kind->done(banks, errand, &unit->commands[i]);
        free(errand);
    }
    parcel_destroy(unit);
}

bool errands_are_idle(const struct banks *banks)
{
    size_t waiting = banks->errands.waiting.count;
    for (size_t i = 0; i < banks->bank_count; i++) {
        waiting += banks->banks[i].advices.count;
    }
    return waiting == 0 && banks->errands.under_way_count == 0;
}

static void list_destroy(struct errand_list *list)
{
    while (list->count > 0) {
        free(list_take(list));
    }
}

/* Those the engine has not taken any more. */
void errands_destroy(struct banks *banks)
{
    list_destroy(&banks->errands.waiting);
    for (size_t i = 0; i < banks->bank_count; i++) {
        list_destroy(&banks->banks[i].advices);
    }
}

void errands_discard(struct unit *unit)
{
    struct parcel *parcel = unit->owner;
    for (size_t i = 0; i < parcel->count; i++) {
        free(parcel->errands[i]);
    }
    parcel_destroy(unit);
}

void errand_log_refusal(const struct errand *errand, const struct command *command)
{
    LOG(LOG_WARNING,
        "command of the banks refused",
        LOG_TEXT("bank", errand->bank->id),
        LOG_TEXT("command", errand->kind->command),
        LOG_TEXT("payment", errand->order == NULL ? "" : errand->order->payment.id),
        LOG_TEXT("code", refusal_code_text(command->refusal.code)),
        LOG_TEXT("pointer", command->refusal.pointer));
}
