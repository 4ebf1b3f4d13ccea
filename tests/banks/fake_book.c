#include "tests/banks/fake_book.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ledger/base/hash.h"

struct fake_book *fake_book_open(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct fake_book)) != 0) {
        perror(path);
        abort();
    }
    void *book = mmap(NULL, sizeof(struct fake_book), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (book == MAP_FAILED) {
        perror(path);
        abort();
    }
    (void)close(file);
    return book;
}

void fake_book_close(struct fake_book *book)
{
    (void)munmap(book, sizeof *book);
}

struct fake_entry *fake_book_entry(struct fake_book *book, const char *reference)
{
    size_t at = hash_bytes(reference, strlen(reference)) & (FAKE_ENTRY_COUNT - 1);
    for (size_t i = 0; i < FAKE_ENTRY_COUNT; i++) {
        struct fake_entry *entry = &book->entries[(at + i) & (FAKE_ENTRY_COUNT - 1)];
        if (atomic_load(&entry->state) == 0) {
            (void)snprintf(entry->reference, sizeof entry->reference, "%s", reference);
            atomic_store(&entry->state, FAKE_UNKNOWN);
            return entry;
        }
        if (strcmp(entry->reference, reference) == 0) {
            return entry;
        }
    }
    fputs("the fake bank's book is full\n", stderr);
    abort();
}

static void note_trace(struct fake_book *book, const struct payment_order *order)
{
    int64_t day = order->business_day - book->first_day;
    assert(day >= 0 && day < FAKE_DAY_COUNT && order->trace > 0 && order->trace < FAKE_TRACE_COUNT);
    uint8_t *byte = &book->traces[day][order->trace / 8];
    uint8_t bit = (uint8_t)(1 << order->trace % 8);
    book->trace_twice_count += (*byte & bit) != 0 ? 1 : 0;
    *byte |= bit;
}

void fake_book_note(struct fake_book *book, const struct payment_order *order)
{
    struct fake_entry *entry = fake_book_entry(book, order->reference);
    note_trace(book, order);
    book->pay_count++;
    book->sent_twice_count += entry->is_sent ? 1 : 0;
    entry->is_sent = true;
    entry->amount_minor = order->amount.minor;
}

void fake_book_pay(struct fake_book *book, struct fake_entry *entry)
{
    book->paid_twice_count += entry->state == FAKE_PAID || entry->state == FAKE_REVERSED ? 1 : 0;
    atomic_store(&entry->state, FAKE_PAID);
}

enum adapter_outcome fake_book_reverse(struct fake_entry *entry)
{
    switch ((enum fake_state)entry->state) {
    case FAKE_UNKNOWN:
    case FAKE_LATE:
    case FAKE_REFUSED:
        atomic_store(&entry->state, FAKE_REFUSED);
        return ADAPTER_NOT_FOUND;
    case FAKE_PAID:
        if (entry->stands_by) {
            return ADAPTER_CONFIRMED;
        }
        atomic_store(&entry->state, FAKE_REVERSED);
        return ADAPTER_REVERSED;
    case FAKE_PENDING:
        atomic_store(&entry->state, FAKE_REVERSED);
        return ADAPTER_REVERSED;
    case FAKE_REVERSED:
        return ADAPTER_REVERSED;
    case FAKE_REJECTED:
        return ADAPTER_NOT_FOUND;
    }
    return ADAPTER_UNKNOWN;
}
