/* What others see of the links. */
#include <string.h>

#include "gateway/banks/banks_p.h"

struct tally {
    size_t open_count;
    size_t in_doubt_count;
    instant_us in_doubt_since;
};

void report_refresh(struct banks *banks)
{
    struct tally tallies[BANKS_COUNT_MAX] = {0};
    if (banks->now_us < banks->figures_due_us) {
        return;
    }
    banks->figures_due_us = banks->now_us + BANKS_FIGURES_US;
    for (size_t i = 0; i < banks->orders.used_count; i++) {
        const struct order *order = &banks->orders.slots[i];
        if (order->phase == ORDER_FREE) {
            continue;
        }
        struct tally *tally = &tallies[order->bank - banks->banks];
        tally->open_count++;
        if (order->payment.state == PAYMENT_IN_DOUBT) {
            instant_us since = order->payment.sent_at;
            tally->in_doubt_count++;
            if (tally->in_doubt_since == INSTANT_NONE || since < tally->in_doubt_since) {
                tally->in_doubt_since = since;
            }
        }
    }
    pthread_mutex_lock(&banks->report_lock);
    for (size_t i = 0; i < banks->bank_count; i++) {
        struct bank_report *report = &banks->banks[i].report;
        report->open_count = tallies[i].open_count;
        report->in_doubt_count = tallies[i].in_doubt_count;
        report->in_doubt_since = tallies[i].in_doubt_since;
        const struct bank *bank = &banks->banks[i];
        report->behind_day_count = bank->is_behind ? bank->heard_day - bank->link.business_day : 0;
    }
    pthread_mutex_unlock(&banks->report_lock);
}

enum status banks_take_document(struct banks *banks, const char *bank_id, struct bytes document)
{
    const struct bank *bank = banks_find(banks, bank_id);
    if (bank == NULL) {
        return STATUS_REJECTED;
    }
    pthread_mutex_lock(&banks->document_lock);
    struct adapter *adapter = atomic_load(&bank->adapter);
    enum status status = adapter == NULL ? STATUS_AGAIN : adapter_take_document(adapter, document);
    pthread_mutex_unlock(&banks->document_lock);
    return status;
}

size_t banks_count(const struct banks *banks)
{
    return banks->bank_count;
}

void banks_read_report(struct banks *banks, size_t index, struct bank_report *report_out)
{
    struct bank *bank = &banks->banks[index];
    pthread_mutex_lock(&banks->report_lock);
    *report_out = bank->report;
    struct adapter *adapter = atomic_load(&bank->adapter);
    if (adapter != NULL) {
        report_out->is_open = true;
        adapter_read_report(adapter, &report_out->adapter);
    }
    pthread_mutex_unlock(&banks->report_lock);
}
