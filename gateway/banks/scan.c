/*
 * What the store says: read when the engine becomes active and whenever news may have been missed,
 * and when there is room again for payments that were left there.
 *
 * A bank is read while none of its payment.send commands is with the engine, so that a payment
 * found sent is either one the adapter was asked about, or one whose news were missed, or one of a
 * former life: nobody will answer for that.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/banks/banks_p.h"
#include "ledger/base/log.h"

enum {
    PAGE_COUNT = 256
};

/* Keys found by an index, then the documents under them. */
struct page {
    struct banks *banks;
    size_t count;
    char keys[PAGE_COUNT][DOCUMENT_KEY_SIZE];
    struct document_want wants[PAGE_COUNT];
    struct payment payments[PAGE_COUNT];
    struct bank_day days[PAGE_COUNT];
    size_t read_count;
    bool is_unreadable;
};

static void key_found(void *context, const struct row_view *row)
{
    struct page *page = context;
    struct bytes key = view_bytes(row, 0);
    assert(page->count < PAGE_COUNT);
    (void)snprintf(page->keys[page->count++],
                   DOCUMENT_KEY_SIZE,
                   "%.*s",
                   (int)key.size,
                   (const char *)key.data);
}

static void document_found(void *context, size_t kind, const struct row_view *row)
{
    struct page *page = context;
    struct banks *banks = page->banks;
    void *place = kind == DOCUMENT_PAYMENT ? (void *)&page->payments[page->read_count]
                                           : (void *)&page->days[page->read_count];
    arena_reset(&banks->scratch);
    if (record_read_row(document_types[kind].record, banks->vault, row, &banks->scratch, place)) {
        page->read_count++;
    } else {
        page->is_unreadable = true;
    }
}

static enum status page_read(struct page *page, enum document document)
{
    for (size_t i = 0; i < page->count; i++) {
        page->wants[i] = (struct document_want){.kind = document, .key = page->keys[i]};
    }
    page->read_count = 0;
    page->is_unreadable = false;
    enum status status =
        page->count == 0 ? STATUS_OK
                         : journal_read_documents(
                               page->banks->reader, page->wants, page->count, document_found, page);
    return status == STATUS_OK && page->is_unreadable ? STATUS_CORRUPT : status;
}

/* --- payments --- */

static void payment_met(struct banks *banks, struct bank *bank, const struct payment *payment)
{
    struct order *order = orders_find(&banks->orders, payment->id);
    if (order == NULL) {
        order = order_admit(banks, bank, payment);
        if (order != NULL) {
            order->seen_scan = bank->scan;
            order_step(banks, order);
        }
        return;
    }
    order->seen_scan = bank->scan;
    order_found(banks, order, payment);
}

static enum status page_meet(struct banks *banks, struct bank *bank, struct page *page)
{
    enum status status = page_read(page, DOCUMENT_PAYMENT);
    for (size_t i = 0; i < page->read_count && status == STATUS_OK; i++) {
        payment_met(banks, bank, &page->payments[i]);
    }
    return status;
}

/* Of the states, $3 is the first that counts: "approved", or "sent" alone. */
static const char open_query[] =
    "SELECT p.key FROM business.payment p WHERE p.key >= $1 AND p.bank = $2"
    " AND p.state IN ($3, 'sent', 'in_doubt') AND NOT EXISTS (SELECT FROM business.payment n"
    " WHERE n.key = p.key AND n.version > p.version) ORDER BY p.key LIMIT 256";

static enum status
open_read(struct banks *banks, struct bank *bank, struct page *page, const char *from)
{
    char after[DOCUMENT_KEY_SIZE];
    enum status status = STATUS_OK;
    (void)snprintf(after, sizeof after, "%s", from);
    do {
        /* Behind the first that has no room, approved ones have none either. */
        bool is_full = bank->more_from[0] != '\0';
        const char *parameters[] = {after, bank->id, is_full ? "sent" : "approved"};
        if (is_full && bank->is_refill) {
            break;
        }
        page->count = 0;
        status = journal_read(banks->reader, open_query, parameters, 3, key_found, page);
        size_t count = page->count;
        if (status == STATUS_OK) {
            status = page_meet(banks, bank, page);
        }
        if (count < PAGE_COUNT) {
            break;
        }
        /* The first key after the last one met. */
        (void)snprintf(after, sizeof after, "%s!", page->keys[count - 1]);
    } while (status == STATUS_OK);
    return status;
}

/* Those of the table that the store no longer has among the open ones. */
static enum status
closed_read(struct banks *banks, struct bank *bank, struct page *page, const char *from)
{
    enum status status = STATUS_OK;
    page->count = 0;
    for (size_t i = 0; i < banks->orders.used_count && status == STATUS_OK; i++) {
        const struct order *order = &banks->orders.slots[i];
        if (order->phase == ORDER_FREE || order->bank != bank || order->seen_scan == bank->scan ||
            strcmp(order->payment.id, from) < 0) {
            continue;
        }
        (void)snprintf(page->keys[page->count++], DOCUMENT_KEY_SIZE, "%s", order->payment.id);
        if (page->count == PAGE_COUNT) {
            status = page_meet(banks, bank, page);
            page->count = 0;
        }
    }
    return status == STATUS_OK ? page_meet(banks, bank, page) : status;
}

/* --- the link and its days --- */

static void link_found(void *context, size_t kind, const struct row_view *row)
{
    struct bank *bank = context;
    struct banks *banks = bank->banks;
    struct bank_link link;
    (void)kind;
    arena_reset(&banks->scratch);
    if (record_read_row(&bank_link_record, banks->vault, row, &banks->scratch, &link)) {
        outbox_link_news(banks, &link);
    }
}

static enum status days_read(struct banks *banks, struct bank *bank, struct page *page)
{
    const char *parameters[] = {bank->id};
    page->count = 0;
    enum status status = journal_read(banks->reader,
                                      "SELECT d.key FROM business.bank_day d WHERE d.bank = $1"
                                      " AND d.state = 'closed' AND NOT EXISTS (SELECT FROM"
                                      " business.bank_day n WHERE n.key = d.key"
                                      " AND n.version > d.version) ORDER BY d.key DESC LIMIT 8",
                                      parameters,
                                      1,
                                      key_found,
                                      page);
    if (status == STATUS_OK) {
        status = page_read(page, DOCUMENT_BANK_DAY);
    }
    for (size_t i = 0; i < page->read_count && status == STATUS_OK; i++) {
        day_news(banks, &page->days[i]);
    }
    return status;
}

/* --- one bank --- */

static enum status bank_read(struct banks *banks, struct bank *bank, struct page *page)
{
    struct document_want want = {.kind = DOCUMENT_BANK_LINK, .key = bank->id};
    enum status status = journal_read_documents(banks->reader, &want, 1, link_found, bank);
    if (status != STATUS_OK) {
        return status;
    }
    char from[PAYMENT_ID_SIZE];
    memcpy(from, bank->more_from, sizeof from);
    if (strcmp(from, bank->link.open_from) < 0) {
        memcpy(from, bank->link.open_from, sizeof from);
    }
    bank->more_from[0] = '\0';
    bank->is_doubt_left = false;
    bank->scan++;
    status = open_read(banks, bank, page, from);
    if (status == STATUS_OK && !bank->is_refill) {
        status = closed_read(banks, bank, page, from);
    }
    if (status == STATUS_OK && !bank->is_refill) {
        status = days_read(banks, bank, page);
    }
    if (status != STATUS_OK) {
        scan_from(bank, from);
    }
    return status;
}

static void lower(struct bank *bank, const char *payment_id)
{
    if (bank->more_from[0] == '\0' || strcmp(payment_id, bank->more_from) < 0) {
        (void)snprintf(bank->more_from, sizeof bank->more_from, "%s", payment_id);
    }
}

void scan_leave(struct bank *bank, const struct payment *payment)
{
    lower(bank, payment->id);
    bank->is_doubt_left = bank->is_doubt_left || payment->state != PAYMENT_APPROVED;
    bank->more_due_us = bank->banks->now_us + BANKS_MORE_US;
}

void scan_from(struct bank *bank, const char *payment_id)
{
    lower(bank, payment_id);
    bank->is_scan_due = true;
    bank->is_refill = false;
}

void scan_run(struct banks *banks)
{
    for (size_t i = 0; i < banks->bank_count && banks->now_us >= banks->scan_not_before_us; i++) {
        struct bank *bank = &banks->banks[i];
        if (!bank->is_scan_due || bank->sending_count > 0) {
            continue;
        }
        struct page *page = malloc(sizeof *page);
        assert(page != NULL);
        page->banks = banks;
        bank->is_scan_due = false;
        enum status status = bank_read(banks, bank, page);
        free(page);
        if (status != STATUS_OK) {
            bank->is_scan_due = true;
            banks->scan_not_before_us = banks->now_us + BANKS_REPEAT_US;
            LOG(LOG_WARNING,
                "open payments not read",
                LOG_TEXT("bank", bank->id),
                LOG_TEXT("status", status_name(status)));
        }
    }
}

enum status scan_open_from(struct banks *banks, struct bank *bank, char id_out[PAYMENT_ID_SIZE])
{
    struct engine_report report;
    struct page *page = malloc(sizeof *page);
    assert(page != NULL);
    page->banks = banks;
    page->count = 0;
    /* First how far the store has come: whatever is created later has a higher number. */
    engine_read_report(banks->engine, &report);
    const char *parameters[] = {bank->link.open_from, bank->id};
    enum status status =
        journal_read(banks->reader,
                     "SELECT p.key FROM business.payment p WHERE p.key >= $1 AND p.bank = $2"
                     " AND p.state IN ('created', 'approved', 'sent', 'in_doubt')"
                     " AND NOT EXISTS (SELECT FROM business.payment n"
                     " WHERE n.key = p.key AND n.version > p.version)"
                     " ORDER BY p.key LIMIT 1",
                     parameters,
                     2,
                     key_found,
                     page);
    (void)snprintf(id_out, PAYMENT_ID_SIZE, "P%012" PRId64, report.command_seq + 1);
    if (page->count > 0 && strcmp(page->keys[0], id_out) < 0) {
        (void)snprintf(id_out, PAYMENT_ID_SIZE, "%.*s", PAYMENT_ID_SIZE - 1, page->keys[0]);
    }
    free(page);
    return status;
}
