#include "adapters/link/mailbox.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool mailbox_create(struct mailbox *mailbox, size_t request_capacity, size_t reply_capacity)
{
    *mailbox = (struct mailbox){
        .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .request_capacity = request_capacity,
        .reply_capacity = reply_capacity,
    };
    mailbox->requests = calloc(request_capacity, sizeof *mailbox->requests);
    mailbox->replies = calloc(reply_capacity, sizeof *mailbox->replies);
    assert(mailbox->requests != NULL && mailbox->replies != NULL);
    (void)pthread_mutex_init(&mailbox->mutex, NULL);
    return mailbox->wake >= 0;
}

void mailbox_destroy(struct mailbox *mailbox)
{
    if (mailbox->wake >= 0) {
        (void)close(mailbox->wake);
    }
    (void)pthread_mutex_destroy(&mailbox->mutex);
    free(mailbox->requests);
    free(mailbox->replies);
}

static void lock(struct mailbox *mailbox)
{
    int error = pthread_mutex_lock(&mailbox->mutex);
    assert(error == 0);
}

static void unlock(struct mailbox *mailbox)
{
    int error = pthread_mutex_unlock(&mailbox->mutex);
    assert(error == 0);
}

/* A full counter wakes as well as an empty one. Needed for the first of a queue only: the loop
 * looks at both queues whenever it is awake, and empties them as far as the window allows. */
static void wake(struct mailbox *mailbox)
{
    const uint64_t one = 1;
    (void)!write(mailbox->wake, &one, sizeof one);
}

enum status mailbox_post(struct mailbox *mailbox, const struct adapter_request *request)
{
    enum status status = STATUS_OK;
    instant_us now = clock_monotonic();
    bool is_first = false;
    lock(mailbox);
    if (mailbox->is_leaving != 0 || mailbox->report.state != ADAPTER_UP) {
        status = STATUS_AGAIN;
    } else if (mailbox->request_count == mailbox->request_capacity) {
        status = STATUS_LIMIT;
    } else {
        size_t at = (mailbox->request_first + mailbox->request_count) % mailbox->request_capacity;
        mailbox->requests[at] = (struct mailbox_request){*request, now};
        is_first = mailbox->request_count++ == 0;
    }
    unlock(mailbox);
    if (is_first) {
        wake(mailbox);
    }
    return status;
}

void mailbox_post_reply(struct mailbox *mailbox,
                        struct adapter_ticket ticket,
                        enum adapter_reply reply)
{
    lock(mailbox);
    bool is_first = mailbox->reply_count == 0;
    if (mailbox->reply_count < mailbox->reply_capacity) {
        size_t at = (mailbox->reply_first + mailbox->reply_count) % mailbox->reply_capacity;
        mailbox->replies[at] = (struct mailbox_reply){ticket, reply};
        mailbox->reply_count++;
    }
    unlock(mailbox);
    if (is_first) {
        wake(mailbox);
    }
}

void mailbox_post_leave(struct mailbox *mailbox)
{
    lock(mailbox);
    mailbox->is_leaving = 1;
    unlock(mailbox);
    wake(mailbox);
}

void mailbox_read_report(struct mailbox *mailbox, struct adapter_report *report_out)
{
    lock(mailbox);
    *report_out = mailbox->report;
    unlock(mailbox);
}

bool mailbox_take(struct mailbox *mailbox, struct mailbox_request *request_out)
{
    lock(mailbox);
    bool is_there = mailbox->request_count > 0;
    if (is_there) {
        *request_out = mailbox->requests[mailbox->request_first];
        mailbox->request_first = (mailbox->request_first + 1) % mailbox->request_capacity;
        mailbox->request_count--;
    }
    unlock(mailbox);
    return is_there;
}

bool mailbox_take_reply(struct mailbox *mailbox, struct mailbox_reply *reply_out)
{
    lock(mailbox);
    bool is_there = mailbox->reply_count > 0;
    if (is_there) {
        *reply_out = mailbox->replies[mailbox->reply_first];
        mailbox->reply_first = (mailbox->reply_first + 1) % mailbox->reply_capacity;
        mailbox->reply_count--;
    }
    unlock(mailbox);
    return is_there;
}

bool mailbox_is_leaving(struct mailbox *mailbox)
{
    lock(mailbox);
    bool is_leaving = mailbox->is_leaving != 0;
    unlock(mailbox);
    return is_leaving;
}

void mailbox_hush(struct mailbox *mailbox)
{
    uint64_t count;
    (void)!read(mailbox->wake, &count, sizeof count);
}

void mailbox_publish(struct mailbox *mailbox, const struct adapter_report *report)
{
    lock(mailbox);
    mailbox->report = *report;
    unlock(mailbox);
}
