/* Requests: sent once, answered once. What the bank said last is on disk before anybody is told. */
#include <stdio.h>
#include <string.h>

#include "adapters/exchange/exchange_p.h"
#include "ledger/base/log.h"

static enum exchange_subject subject_of(enum adapter_act act)
{
    return act == ADAPTER_REVERSE ? EXCHANGE_RECALL : EXCHANGE_PAYMENT;
}

void exchange_desk_publish(struct exchange *exchange)
{
    exchange->report.outstanding_count = exchange->errand_count;
    exchange_mailbox_publish(&exchange->mailbox, &exchange->report);
}

static void answer(struct exchange *exchange,
                   const struct adapter_request *request,
                   const struct exchange_word *word)
{
    struct adapter_answer answer = {
        .act = request->act, .attempt = request->attempt, .outcome = word->outcome};
    memcpy(answer.reference, request->order.reference, sizeof answer.reference);
    memcpy(answer.code, word->code, sizeof answer.code);
    memcpy(answer.bank_reference, word->bank_reference, sizeof answer.bank_reference);
    exchange->report.answered_count++;
    exchange->report.unknown_count += word->outcome == ADAPTER_UNKNOWN ? 1 : 0;
    exchange_desk_publish(exchange);
    exchange->events.answered(exchange->events.context, &answer);
}

static void answer_without_word(struct exchange *exchange,
                                const struct adapter_request *request,
                                enum adapter_outcome outcome)
{
    const struct exchange_word word = {.outcome = outcome};
    answer(exchange, request, &word);
}

static void errand_free(struct exchange *exchange, struct exchange_errand *errand)
{
    *errand = (struct exchange_errand){0};
    exchange->errand_count--;
}

static void errand_end(struct exchange *exchange,
                       struct exchange_errand *errand,
                       const struct exchange_word *word)
{
    struct adapter_request request = errand->request;
    errand_free(exchange, errand);
    answer(exchange, &request, word);
}

static struct exchange_errand *errand_find(struct exchange *exchange, uint64_t number)
{
    for (size_t i = 0; i < (size_t)exchange->config.window; i++) {
        if (exchange->errands[i].number == number) {
            return &exchange->errands[i];
        }
    }
    return NULL;
}

static struct exchange_errand *errand_create(struct exchange *exchange,
                                             const struct adapter_request *request)
{
    struct exchange_errand *errand = errand_find(exchange, 0);
    *errand = (struct exchange_errand){
        .number = ++exchange->last_number,
        .request = *request,
        .deadline = clock_monotonic() + exchange->config.reply_ms * 1000,
    };
    exchange->errand_count++;
    return errand;
}

static void message_file(const char *id, char name_out[SPOOL_NAME_SIZE])
{
    snprintf(name_out, SPOOL_NAME_SIZE, "%s.xml", id);
}

bool exchange_desk_is_ours(void *context, const char *reference)
{
    const struct exchange *exchange = context;
    char name[SPOOL_NAME_SIZE];
    if (!exchange_reference_is_good(reference)) {
        return false;
    }
    message_file(reference, name);
    return spool_has(&exchange->spool, SPOOL_SENT, name);
}

static void set_reason(struct exchange *exchange, enum adapter_state state, const char *reason)
{
    struct adapter_report *report = &exchange->report;
    if (report->state == state && strcmp(report->reason, reason) == 0) {
        return;
    }
    report->state = state;
    snprintf(report->reason, sizeof report->reason, "%s", reason);
    exchange->events.changed(exchange->events.context, state, report->reason);
}

/* Durable in sent/, then out. False: nothing left the house. */
static bool
send_out(struct exchange *exchange, const struct adapter_request *request, struct bytes message)
{
    char id[EXCHANGE_ID_SIZE];
    char name[SPOOL_NAME_SIZE];
    if (!exchange_message_id(request, id)) {
        return false;
    }
    message_file(id, name);
    if (!spool_write(&exchange->spool, SPOOL_SENT, name, message)) {
        set_reason(exchange, ADAPTER_UP, "sent/ cannot be written");
        return false;
    }
    exchange->report.sent_count++;
    struct exchange_errand *errand = errand_create(exchange, request);
    if (exchange->config.transport == EXCHANGE_BY_HTTPS) {
        exchange_courier_post(exchange->courier, errand->number, message);
        return true;
    }
    if (spool_write(&exchange->spool, SPOOL_OUTBOX, name, message)) {
        return true;
    }
    set_reason(exchange, ADAPTER_UP, "outbox/ cannot be written");
    bool is_out = spool_has(&exchange->spool, SPOOL_OUTBOX, name);
    if (!is_out) {
        spool_remove(&exchange->spool, SPOOL_SENT, name);
        errand_free(exchange, errand);
        exchange->report.sent_count--;
    }
    return is_out;
}

static void send(struct exchange *exchange, const struct adapter_request *request)
{
    uint8_t buffer[EXCHANGE_ORDER_SIZE_MAX];
    struct writer writer = writer_over(buffer, sizeof buffer);
    struct xml_fault fault;
    if (!exchange_write(&exchange->config, request, clock_now(), &writer, &fault)) {
        LOG(LOG_ERROR,
            "a payment has no room in the message",
            LOG_TEXT("exchange", exchange->config.name),
            LOG_TEXT("payment", request->order.reference),
            LOG_TEXT("fault", fault.code),
            LOG_TEXT("element", fault.element));
        answer_without_word(exchange, request, ADAPTER_NOT_SENT);
        return;
    }
    const struct bytes message = {.data = writer.data, .size = writer.size};
    if (!send_out(exchange, request, message)) {
        answer_without_word(exchange, request, ADAPTER_NOT_SENT);
    }
}

static bool last_word(struct exchange *exchange,
                      enum exchange_subject subject,
                      const char *reference,
                      struct exchange_word *word_out)
{
    bool is_known = spool_read_word(&exchange->spool, subject, reference, word_out);
    if (!is_known) {
        set_reason(exchange, ADAPTER_UP, "words/ cannot be read");
    }
    return is_known;
}

/* What was said stands; otherwise it is asked, or waited for. A payment that was sent once is never
 * sent again, whoever asks. */
void exchange_desk_request(struct exchange *exchange, const struct adapter_request *request)
{
    const char *reference = request->order.reference;
    if (request->act == ADAPTER_TOTALS || !exchange_reference_is_good(reference)) {
        answer_without_word(exchange, request, ADAPTER_NOT_SENT);
        return;
    }
    struct exchange_word last;
    bool is_known = last_word(exchange, subject_of(request->act), reference, &last);
    if (exchange_word_is_final(&last)) {
        answer(exchange, request, &last);
        return;
    }
    bool is_sent = exchange_desk_is_ours(exchange, reference);
    if (!is_known) {
        answer_without_word(exchange, request, is_sent ? ADAPTER_UNKNOWN : ADAPTER_NOT_SENT);
        return;
    }
    bool is_asked = is_sent && exchange->config.inquiry == EXCHANGE_INQUIRY_PACS_028;
    if ((request->act == ADAPTER_INQUIRE && !is_asked) ||
        (request->act == ADAPTER_PAY && is_sent)) {
        (void)errand_create(exchange, request);
        return;
    }
    send(exchange, request);
}

static bool
keep(struct exchange *exchange, const struct exchange_word *word, const struct exchange_word *last)
{
    if (exchange_word_is_final(last) || word->outcome == ADAPTER_UNKNOWN ||
        (word->subject == EXCHANGE_RECALL && word->outcome == ADAPTER_REJECTED)) {
        return true;
    }
    return spool_write_word(&exchange->spool, word);
}

/* Everybody who waits for it, unless it says no more than that the bank is at it. */
static size_t tell(struct exchange *exchange, const struct exchange_word *word)
{
    size_t count = 0;
    for (size_t i = 0; i < (size_t)exchange->config.window; i++) {
        struct exchange_errand *errand = &exchange->errands[i];
        if (errand->number != 0 && subject_of(errand->request.act) == word->subject &&
            strcmp(errand->request.order.reference, word->reference) == 0) {
            count++;
            if (word->outcome != ADAPTER_PENDING) {
                errand_end(exchange, errand, word);
            }
        }
    }
    return count;
}

void exchange_desk_stray(struct exchange *exchange,
                         enum adapter_stray_kind kind,
                         const char *message,
                         const char *explanation)
{
    struct adapter_stray stray = {.kind = kind, .received_at = clock_now()};
    if (exchange->events.strayed != NULL) {
        snprintf(stray.message, sizeof stray.message, "%s", message);
        snprintf(stray.explanation, sizeof stray.explanation, "%s", explanation);
        exchange->events.strayed(exchange->events.context, &stray);
    }
}

/* A reference that is not ours is not shown: the bank may have written anything there. */
static void word_strays(struct exchange *exchange,
                        const struct exchange_word *word,
                        enum adapter_stray_kind kind,
                        const char *explanation)
{
    char message[ADAPTER_STRAY_SIZE];
    snprintf(message,
             sizeof message,
             "%s on %s %s",
             word->code,
             word->subject == EXCHANGE_RECALL ? "the recall of" : "payment",
             kind == ADAPTER_STRAY_UNMATCHED ? "?" : word->reference);
    exchange_desk_stray(exchange, kind, message, explanation);
}

static void word_is_late(struct exchange *exchange,
                         const struct exchange_word *word,
                         const struct exchange_word *last)
{
    char explanation[ADAPTER_STRAY_SIZE] = "nobody waited for it";
    if (exchange_word_is_final(last)) {
        snprintf(explanation,
                 sizeof explanation,
                 "%s was said before%s",
                 last->code,
                 last->outcome == word->outcome ? "" : " and stands");
    }
    exchange->report.late_count++;
    word_strays(exchange, word, ADAPTER_STRAY_LATE, explanation);
}

enum exchange_heard exchange_desk_word(struct exchange *exchange, const struct exchange_word *word)
{
    if (!exchange_desk_is_ours(exchange, word->reference)) {
        exchange->report.unmatched_count++;
        word_strays(
            exchange, word, ADAPTER_STRAY_UNMATCHED, "its reference is of no payment of ours");
        return EXCHANGE_NOT_OURS;
    }
    struct exchange_word last;
    if (!last_word(exchange, word->subject, word->reference, &last) ||
        !keep(exchange, word, &last)) {
        return EXCHANGE_NOT_KEPT;
    }
    /* The first final word stands: whoever asks now is told that one. */
    if (tell(exchange, exchange_word_is_final(&last) ? &last : word) == 0) {
        word_is_late(exchange, word, &last);
    }
    return EXCHANGE_HEARD;
}

static bool is_xml(struct bytes body)
{
    static const char mark[] = "\xEF\xBB\xBF \t\r\n";
    size_t at = 0;
    while (at < body.size && memchr(mark, body.data[at], sizeof mark - 1) != NULL) {
        at++;
    }
    return at < body.size && body.data[at] == '<';
}

/* What came as a body is read as a file, so that it is durable before anybody acts on it. */
static bool lay_in_inbox(struct exchange *exchange, const struct exchange_posted *posted)
{
    char name[SPOOL_NAME_SIZE];
    if (!is_xml(posted->body)) {
        return false;
    }
    snprintf(name,
             sizeof name,
             "https-%lld-%llu.xml",
             (long long)clock_now(),
             (unsigned long long)posted->errand);
    if (!spool_write(&exchange->spool, SPOOL_INBOX, name, posted->body)) {
        set_reason(exchange, ADAPTER_UP, "inbox/ cannot be written");
        return false;
    }
    exchange->next_scan = INSTANT_NONE;
    return true;
}

static void forget_sent(struct exchange *exchange, const struct adapter_request *request)
{
    char id[EXCHANGE_ID_SIZE];
    char name[SPOOL_NAME_SIZE];
    if (exchange_message_id(request, id)) {
        message_file(id, name);
        spool_remove(&exchange->spool, SPOOL_SENT, name);
        exchange->report.sent_count--;
    }
}

static void posted_taken(struct exchange *exchange, const struct exchange_errand *errand)
{
    struct exchange_word word = {.subject = subject_of(errand->request.act),
                                 .outcome = ADAPTER_PENDING};
    struct exchange_word last;
    if (errand->request.act == ADAPTER_INQUIRE) {
        return; /* the question was taken, not the payment */
    }
    memcpy(word.reference, errand->request.order.reference, sizeof word.reference);
    if (last_word(exchange, word.subject, word.reference, &last) && !keep(exchange, &word, &last)) {
        set_reason(exchange, ADAPTER_UP, "words/ cannot be written");
    }
}

/* The errand may be over: answered by a file meanwhile, or given up. What came is read all the
 * same.
 */
void exchange_desk_posted(struct exchange *exchange, const struct exchange_posted *posted)
{
    struct exchange_errand *errand = errand_find(exchange, posted->errand);
    const struct exchange_word not_sent = {.outcome = ADAPTER_NOT_SENT};
    const struct exchange_word unknown = {.outcome = ADAPTER_UNKNOWN};
    set_reason(exchange, ADAPTER_UP, posted->reason);
    bool has_words = lay_in_inbox(exchange, posted);
    if (errand == NULL) {
        return;
    }
    switch (posted->post) {
    case EXCHANGE_POST_TAKEN:
        posted_taken(exchange, errand);
        return;
    case EXCHANGE_POST_UNKNOWN:
        if (!has_words) {
            errand_end(exchange, errand, &unknown);
        }
        return;
    case EXCHANGE_POST_NOT_SENT:
        forget_sent(exchange, &errand->request);
        errand_end(exchange, errand, &not_sent);
        return;
    }
}

instant_us exchange_desk_expire(struct exchange *exchange, instant_us now)
{
    instant_us next = INSTANT_NONE;
    for (size_t i = 0; i < (size_t)exchange->config.window; i++) {
        struct exchange_errand *errand = &exchange->errands[i];
        if (errand->number == 0) {
            continue;
        }
        if (errand->deadline <= now) {
            struct exchange_word last;
            /* Unreadable is as good as unknown here. */
            (void)last_word(
                exchange, subject_of(errand->request.act), errand->request.order.reference, &last);
            errand_end(exchange, errand, &last);
        } else if (next == INSTANT_NONE || errand->deadline < next) {
            next = errand->deadline;
        }
    }
    return next;
}

void exchange_desk_leave(struct exchange *exchange)
{
    const struct exchange_word unknown = {.outcome = ADAPTER_UNKNOWN};
    struct adapter_request request;
    for (size_t i = 0; i < (size_t)exchange->config.window; i++) {
        if (exchange->errands[i].number != 0) {
            errand_end(exchange, &exchange->errands[i], &unknown);
        }
    }
    while (exchange_mailbox_take(&exchange->mailbox, &request)) {
        answer_without_word(exchange, &request, ADAPTER_NOT_SENT);
    }
}
