/* What is reserved for the bills of a statement: kept under the declaration before, and under the
 * statement's id while the bill is in it. On the same guarantee, so nothing moves in the ledger. */
#include <assert.h>
#include <string.h>

#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"

static bool has_cover(const struct statement_draft *draft, const char *grn)
{
    for (size_t i = 0; i < draft->it.covers.count; i++) {
        if (strcmp(draft->covers[i].grn, grn) == 0) {
            return true;
        }
    }
    return false;
}

bool statement_covers_fit(const struct statement_draft *draft, const struct tax_bill *bill)
{
    size_t count = draft->it.covers.count;
    char grn[GRN_SIZE];
    for (const char *at = bill->grn; grn_list_next(&at, grn);) {
        count += has_cover(draft, grn) ? 0 : 1;
    }
    return count <= STATEMENT_COVER_COUNT_MAX;
}

/* The statement's own reservation, new or as it stands. */
static enum verdict
get_kept(struct context *context, const char *grn, const char *id, struct reservation *kept_out)
{
    const struct reservation *found = reservation_find(context, grn, id);
    if (found != NULL) {
        *kept_out = *found;
        return VERDICT_DONE;
    }
    struct guarantee guarantee = {0};
    enum verdict verdict = guarantee_get(context, grn, &guarantee);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    reservation_fill(&guarantee, id, kept_out);
    kept_out->amount = cny(0);
    kept_out->scope = SCOPE_RETAIL_IMPORT;
    kept_out->reserved_on = context->today;
    return VERDICT_DONE;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool has_siblings(const struct context *context, const struct tax_bill *bill)
{
    const struct declaration_number *number =
        state_find(context->state, DOCUMENT_DECLARATION_NUMBER, bill->invt_no);
    return number != NULL && number->bills.count > 1;
}

/* The bill's part of what there is, of which it still lacks so much. What is more than it needs
 * is for the declaration's other bills; when there is none it goes along. */
static int64_t part_of(const struct context *context,
                       const struct tax_bill *bill,
                       int64_t amount_minor,
                       int64_t lacking_minor)
{
    bool is_all = amount_minor <= lacking_minor || !has_siblings(context, bill);
    return is_all ? amount_minor : lacking_minor;
}

static enum verdict take_one(struct context *context,
                             struct statement_draft *draft,
                             struct tax_bill *bill,
                             const char *grn,
                             int64_t *lacking_minor)
{
    const struct reservation *found = reservation_find(context, grn, bill->declaration);
    bool is_open =
        found != NULL && found->amount.minor > 0 &&
        (found->state == RESERVATION_RESERVED || found->state == RESERVATION_PROVISIONAL);
    if (!is_open) {
        return VERDICT_DONE; /* not covered: the tax is due all the same */
    }
    int64_t part_minor = part_of(context, bill, found->amount.minor, *lacking_minor);
    if (part_minor == 0) {
        return VERDICT_DONE;
    }
    struct reservation from = *found;
    struct reservation kept = {0};
    enum verdict verdict = get_kept(context, grn, draft->it.id, &kept);
    if (verdict != VERDICT_DONE) {
        return verdict;
    }
    *lacking_minor -= smaller(part_minor, *lacking_minor);
    bill->covered = cny(bill->covered.minor + part_minor);
    kept.state = RESERVATION_RESERVED;
    kept.amount.minor += part_minor; /* both are parts of one account */
    if (kept.payment_due == DATE_NONE || from.payment_due < kept.payment_due) {
        kept.payment_due = from.payment_due;
    }
    from.amount.minor -= part_minor;
    from.stated = cny(from.stated.minor + part_minor);
    if (from.amount.minor == 0) {
        from.state = RESERVATION_STATED;
    }
    TEXT_PUT(from.statement, draft->it.id);
    reservation_put(context, &from);
    reservation_put(context, &kept);
    if (!has_cover(draft, grn)) {
        assert(draft->it.covers.count < STATEMENT_COVER_COUNT_MAX);
        struct tax_statement_cover *cover = &draft->covers[draft->it.covers.count++];
        *cover = (struct tax_statement_cover){0};
        TEXT_PUT(cover->grn, grn);
    }
    return VERDICT_DONE;
}

enum verdict
statement_covers_take(struct context *context, struct statement_draft *draft, struct tax_bill *bill)
{
    enum verdict verdict = VERDICT_DONE;
    bill->covered = cny(0);
    int64_t lacking_minor = bill->total.minor;
    char grn[GRN_SIZE];
    for (const char *at = bill->grn; verdict == VERDICT_DONE && grn_list_next(&at, grn);) {
        verdict = take_one(context, draft, bill, grn, &lacking_minor);
    }
    return verdict;
}

void statement_covers_give_back(struct context *context, struct tax_bill *bill)
{
    int64_t left_minor = bill->covered.minor;
    bill->covered = cny(0);
    char grn[GRN_SIZE];
    for (const char *at = bill->grn; grn_list_next(&at, grn);) {
        const struct reservation *found = reservation_find(context, grn, bill->declaration);
        const struct reservation *kept_found = reservation_find(context, grn, bill->statement);
        if (found == NULL || kept_found == NULL || found->stated.minor == 0 || left_minor == 0) {
            continue;
        }
        struct reservation back = *found;
        struct reservation kept = *kept_found;
        int64_t part_minor = smaller(back.stated.minor, left_minor);
        left_minor -= part_minor;
        back.stated.minor -= part_minor;
        /* Customs may have given some of it back by hand. */
        part_minor = smaller(part_minor, kept.amount.minor);
        back.amount.minor += part_minor;
        kept.amount.minor -= part_minor;
        if (kept.amount.minor == 0) {
            kept.state = RESERVATION_RESTORED;
        }
        if (back.amount.minor > 0) {
            back.state = RESERVATION_RESERVED;
        } else {
            back.state = back.stated.minor > 0 ? RESERVATION_STATED : RESERVATION_RESTORED;
        }
        if (back.stated.minor == 0) {
            back.statement[0] = '\0';
        }
        reservation_put(context, &back);
        reservation_put(context, &kept);
    }
}
