/* The undo record: changes in the order they were made, taken back from the end. */
#include <assert.h>

#include "ledger/book/book_p.h"

void undo_back_to(struct book *book, size_t change_count)
{
    while (book->change_count > change_count) {
        const struct change *change = &book->changes[--book->change_count];
        switch ((enum change_kind)change->kind) {
        case CHANGE_ACCOUNT:
            account_remove_last(book);
            break;
        case CHANGE_BOUNDS:
            book->accounts[change->bounds.account].bounds = change->bounds.before;
            break;
        case CHANGE_TRANSFER:
            transfer_unmake(book, change);
            break;
        }
    }
}

struct book_mark book_mark(struct book *book)
{
    book->recording = RECORDING_ON;
    return (struct book_mark){
        .seq = book->seq,
        .account_count = book->account_count,
        .undo_count = book->change_count,
    };
}

void book_undo_to(struct book *book, const struct book_mark *mark)
{
    assert(book->recording == RECORDING_ON && mark->undo_count <= book->change_count);
    undo_back_to(book, mark->undo_count);
    assert(book->seq == mark->seq && book->account_count == mark->account_count);
}

void book_forget(struct book *book)
{
    book->recording = RECORDING_OFF;
    book->change_count = 0;
}
