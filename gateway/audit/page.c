/* What the commands of a page did, kept until it has been compared. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/audit/audit_p.h"
#include "gateway/business/party/party.h"
#include "gateway/business/text.h"

void *made_add(struct made_list *list, size_t item_size)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        list->items = realloc(list->items, list->capacity * item_size);
        if (list->items == NULL) {
            fputs("out of memory: replay\n", stderr);
            abort();
        }
    }
    void *item = (char *)list->items + list->count++ * item_size;
    memset(item, 0, item_size);
    return item;
}

/* --- parties --- */

static int actor_order(const void *number_, const void *actor_)
{
    const int64_t *number = number_;
    const struct actor_name *actor = actor_;
    return (*number > actor->number) - (*number < actor->number);
}

struct actor_name *actor_find(const struct audit *audit, int64_t number)
{
    return audit->actors.count == 0 ? NULL
                                    : bsearch(&number,
                                              audit->actors.items,
                                              audit->actors.count,
                                              sizeof(struct actor_name),
                                              actor_order);
}

/* A party's number is the command that registered it, so they come in order. */
static void actor_note(struct audit *audit, const struct party *party)
{
    if (actor_find(audit, party->number) == NULL) {
        struct actor_name *actor = made_add(&audit->actors, sizeof *actor);
        actor->number = party->number;
        TEXT_PUT(actor->id, party->id);
    }
}

/* --- effects --- */

static void note_documents(struct audit *audit, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct state_change *change = state_change(audit->state, i);
        if (change->document == DOCUMENT_PARTY) {
            actor_note(audit, change->data);
        }
        struct made_document *made = made_add(&audit->page.documents, sizeof *made);
        *made = (struct made_document){
            .document = change->document,
            .batch = audit->batch->number,
            .command_seq = change->command_seq,
            .ordinal = audit->page.documents.count,
            .data = record_copy(document_types[change->document].record, change->data),
        };
    }
}

static void note_ledger(struct audit *audit, const struct state_effects *effects)
{
    for (size_t i = 0; i < effects->account_count; i++) {
        struct made_account *made = made_add(&audit->page.accounts, sizeof *made);
        *made = (struct made_account){
            .number = effects->accounts[i],
            .key = book_account(audit->book, effects->accounts[i])->key,
            .from_command = audit->command_seq,
            .to_command = audit->batch->last_command,
        };
    }
    for (size_t i = 0; i < effects->bounds_count; i++) {
        struct made_bounds *made = made_add(&audit->page.bounds, sizeof *made);
        *made = (struct made_bounds){
            .made = effects->bounds[i],
            .ordinal = audit->bounds_count++,
        };
    }
    for (size_t i = 0; i < effects->transfer_count; i++) {
        struct transfer *made = made_add(&audit->page.transfers, sizeof *made);
        *made = effects->transfers[i];
    }
}

static int event_order(const void *a_, const void *b_)
{
    const struct made_event *a = a_;
    const struct made_event *b = b_;
    if (a->event.party != b->event.party) {
        return a->event.party < b->event.party ? -1 : 1;
    }
    return (a->party_seq > b->party_seq) - (a->party_seq < b->party_seq);
}

static void note_events(struct audit *audit, const struct state_effects *effects)
{
    size_t first = audit->page.events.count;
    for (size_t i = 0; i < effects->event_count; i++) {
        struct made_event *made = made_add(&audit->page.events, sizeof *made);
        struct actor_name *party = actor_find(audit, effects->events[i].party);
        made->event = effects->events[i];
        made->party_seq = party == NULL ? 0 : ++party->event_count;
    }
    if (effects->event_count > 1) {
        struct made_event *events = audit->page.events.items;
        qsort(events + first, effects->event_count, sizeof *events, event_order);
    }
}

void page_note(struct audit *audit)
{
    struct state_effects effects = state_effects(audit->state);
    note_documents(audit, effects.change_count);
    note_ledger(audit, &effects);
    note_events(audit, &effects);
}

/* --- versions --- */

static const char *made_key(const struct made_document *made)
{
    return record_key(document_types[made->document].record, made->data);
}

static int batch_order(const void *a_, const void *b_)
{
    const struct made_document *a = a_;
    const struct made_document *b = b_;
    if (a->batch != b->batch) {
        return a->batch < b->batch ? -1 : 1;
    }
    if (a->document != b->document) {
        return a->document < b->document ? -1 : 1;
    }
    int order = strcmp(made_key(a), made_key(b));
    return order != 0 ? order : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static int store_order(const void *a_, const void *b_)
{
    const struct made_document *a = a_;
    const struct made_document *b = b_;
    if (a->document != b->document) {
        return a->document < b->document ? -1 : 1;
    }
    if (a->command_seq != b->command_seq) {
        return a->command_seq < b->command_seq ? -1 : 1;
    }
    return strcmp(made_key(a), made_key(b));
}

static bool is_superseded(const struct made_document *made, const struct made_document *next)
{
    return made->batch == next->batch && made->document == next->document &&
           strcmp(made_key(made), made_key(next)) == 0;
}

void page_settle(struct page *page)
{
    struct made_document *documents = page->documents.items;
    size_t count = page->documents.count;
    size_t kept = 0;
    if (count == 0) {
        return;
    }
    qsort(documents, count, sizeof *documents, batch_order);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && is_superseded(&documents[i], &documents[i + 1])) {
            free(documents[i].data);
        } else {
            documents[kept++] = documents[i];
        }
    }
    page->documents.count = kept;
    qsort(documents, kept, sizeof *documents, store_order);
}

void page_clear(struct page *page)
{
    struct made_document *documents = page->documents.items;
    for (size_t i = 0; i < page->documents.count; i++) {
        free(documents[i].data);
    }
    page->documents.count = 0;
    page->accounts.count = 0;
    page->bounds.count = 0;
    page->transfers.count = 0;
    page->events.count = 0;
}

void page_destroy(struct page *page)
{
    page_clear(page);
    free(page->documents.items);
    free(page->accounts.items);
    free(page->bounds.items);
    free(page->transfers.items);
    free(page->events.items);
}
