#include "tools/bank/totals.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static const struct {
    int field;
    int digits;
    size_t offset;
} fields[] = {
    {74, 10, offsetof(struct totals, received.count)},
    {76, 10, offsetof(struct totals, paid.count)    },
    {77, 10, offsetof(struct totals, reversed.count)},
    {86, 16, offsetof(struct totals, received.minor)},
    {88, 16, offsetof(struct totals, paid.minor)    },
    {89, 16, offsetof(struct totals, reversed.minor)},
};

struct totals totals_of(const struct books *books, date_days day)
{
    const struct books_day *known = books_day(books, day);
    if (known == NULL) {
        return (struct totals){.paid = {0}};
    }
    return (struct totals){
        .received = known->received, .paid = known->paid, .reversed = known->reversed};
}

bool totals_agree(const struct totals *ours, const struct totals *theirs)
{
    return ours->received.count == theirs->received.count &&
           ours->received.minor == theirs->received.minor &&
           ours->paid.count - ours->reversed.count == theirs->paid.count - theirs->reversed.count &&
           ours->paid.minor - ours->reversed.minor == theirs->paid.minor - theirs->reversed.minor;
}

bool totals_read(const struct iso8583_message *message, struct totals *totals_out)
{
    struct totals totals;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int64_t number = field_number(message, fields[i].field);
        if (number < 0) {
            return false;
        }
        *(int64_t *)((char *)&totals + fields[i].offset) = number;
    }
    *totals_out = totals;
    return true;
}

void totals_write(const struct totals *totals, struct draft *draft)
{
    char net[24];
    int64_t net_minor = totals->received.minor + totals->reversed.minor - totals->paid.minor;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int64_t number = *(const int64_t *)((const char *)totals + fields[i].offset);
        draft_number(draft, fields[i].field, number, fields[i].digits);
    }
    draft_number(draft, 75, 0, 10);
    draft_number(draft, 87, 0, 16);
    (void)snprintf(net,
                   sizeof net,
                   "%c%016" PRId64,
                   net_minor < 0 ? 'D' : 'C',
                   net_minor < 0 ? -net_minor : net_minor);
    draft_text(draft, 97, net);
}
