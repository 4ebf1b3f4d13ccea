#include "adapters/exchange/exchange_mailbox.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool exchange_mailbox_create(struct exchange_mailbox *mailbox, size_t request_capacity)
{
    *mailbox = (struct exchange_mailbox){.request_capacity = request_capacity,
                                         .report = {.state = ADAPTER_UP}};
    mailbox->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mailbox->wake < 0) {
        return false;
    }
    mailbox->requests = calloc(request_capacity, sizeof mailbox->requests[0]);
    if (mailbox->requests == NULL || pthread_mutex_init(&mailbox->mutex, NULL) != 0) {
        abort();
    }
    return true;
}

void exchange_mailbox_destroy(struct exchange_mailbox *mailbox)
{
    pthread_mutex_destroy(&mailbox->mutex);
    free(mailbox->requests);
    close(mailbox->wake);
}

static void wake(struct exchange_mailbox *mailbox)
{
    const uint64_t one = 1;
    ssize_t size = write(mailbox->wake, &one, sizeof one);
    (void)size; /* full: it is awake already */
}

enum status exchange_mailbox_post(struct exchange_mailbox *mailbox,
                                  const struct adapter_request *request)
{
    enum status status = STATUS_LIMIT;
    pthread_mutex_lock(&mailbox->mutex);
    if (mailbox->is_leaving) {
        status = STATUS_AGAIN;
    } else if (mailbox->request_count < mailbox->request_capacity) {
        size_t last = (mailbox->request_first + mailbox->request_count) % mailbox->request_capacity;
        mailbox->requests[last] = *request;
        mailbox->request_count++;
        status = STATUS_OK;
    }
    pthread_mutex_unlock(&mailbox->mutex);
    if (status == STATUS_OK) {
        wake(mailbox);
    }
    return status;
}

void exchange_mailbox_post_reply(struct exchange_mailbox *mailbox,
                                 struct adapter_ticket ticket,
                                 enum adapter_reply reply)
{
    pthread_mutex_lock(&mailbox->mutex);
    if (mailbox->reply_count < EXCHANGE_REPLY_COUNT_MAX) {
        size_t last = (mailbox->reply_first + mailbox->reply_count) % EXCHANGE_REPLY_COUNT_MAX;
        mailbox->replies[last] = (struct exchange_reply){.ticket = ticket, .reply = reply};
        mailbox->reply_count++;
    }
    pthread_mutex_unlock(&mailbox->mutex);
    wake(mailbox);
}

void exchange_mailbox_post_leave(struct exchange_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->is_leaving = true;
    pthread_mutex_unlock(&mailbox->mutex);
    wake(mailbox);
}

void exchange_mailbox_read_report(struct exchange_mailbox *mailbox,
                                  struct adapter_report *report_out)
{
    pthread_mutex_lock(&mailbox->mutex);
    *report_out = mailbox->report;
    report_out->outstanding_count += mailbox->request_count;
    pthread_mutex_unlock(&mailbox->mutex);
}

bool exchange_mailbox_take(struct exchange_mailbox *mailbox, struct adapter_request *request_out)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool is_there = mailbox->request_count > 0;
    if (is_there) {
        *request_out = mailbox->requests[mailbox->request_first];
        mailbox->request_first = (mailbox->request_first + 1) % mailbox->request_capacity;
        mailbox->request_count--;
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return is_there;
}

bool exchange_mailbox_take_reply(struct exchange_mailbox *mailbox, struct exchange_reply *reply_out)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool is_there = mailbox->reply_count > 0;
    if (is_there) {
        *reply_out = mailbox->replies[mailbox->reply_first];
        mailbox->reply_first = (mailbox->reply_first + 1) % EXCHANGE_REPLY_COUNT_MAX;
        mailbox->reply_count--;
    }
    pthread_mutex_unlock(&mailbox->mutex);
    return is_there;
}

bool exchange_mailbox_is_leaving(struct exchange_mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool is_leaving = mailbox->is_leaving;
    pthread_mutex_unlock(&mailbox->mutex);
    return is_leaving;
}

void exchange_mailbox_hush(struct exchange_mailbox *mailbox)
{
    uint64_t count = 0;
    ssize_t size = read(mailbox->wake, &count, sizeof count);
    (void)size; /* woken by something else */
}

void exchange_mailbox_publish(struct exchange_mailbox *mailbox, const struct adapter_report *report)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->report = *report;
    pthread_mutex_unlock(&mailbox->mutex);
}
