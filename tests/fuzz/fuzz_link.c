/*
 * Any bytes of a bank: framed, decoded, and answered as a link answers. The first byte chooses
 * whether a code is asked for; the rest is the stream.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/link/dialogue.h"
#include "ledger/base/log.h"
#include "tests/fuzz/fuzz.h"

struct play {
    struct dialogue *dialogue;
    struct adapter_ticket tickets[4];
    size_t ticket_count;
    size_t answer_count;
    size_t sent_count;
    uint32_t is_closed;
};

static void on_answered(void *context, const struct adapter_answer *answer)
{
    struct play *play = context;
    assert(strcmp(answer->reference, "PAY-7") == 0);
    assert(answer->outcome >= ADAPTER_CONFIRMED && answer->outcome <= ADAPTER_NOT_SENT);
    play->answer_count++;
}

static void keep(struct play *play, struct adapter_ticket ticket)
{
    play->tickets[play->ticket_count++ % 4] = ticket;
}

static void
on_advised(void *context, const struct adapter_advice *advice, struct adapter_ticket ticket)
{
    assert(advice->amount.minor > 0 && advice->amount.minor <= 999999999999);
    assert(advice->bank_reference[0] != '\0' && advice->value_date != DATE_NONE);
    keep(context, ticket);
}

static void
on_told_totals(void *context, const struct day_totals *totals, struct adapter_ticket ticket)
{
    assert(totals->paid_count >= 0 && totals->received_minor >= 0 && totals->day != DATE_NONE);
    keep(context, ticket);
}

static void on_cut_over(void *context, date_days new_day)
{
    (void)context;
    assert(new_day != DATE_NONE);
}

static void on_changed(void *context, enum adapter_state state, const char *reason)
{
    (void)context;
    assert(state <= ADAPTER_UP && reason != NULL);
}

static enum status on_send(void *context, struct bytes frame)
{
    struct play *play = context;
    play->sent_count++;
    return frame.size > 0 ? STATUS_OK : STATUS_REJECTED;
}

static void on_close(void *context, const char *reason)
{
    struct play *play = context;
    (void)reason;
    play->is_closed = 1;
}

static void load(struct link_config *config, const char *more)
{
    char path[] = "/tmp/fuzz-link-XXXXXX";
    char yaml[256];
    char message[512];
    int file = mkstemp(path);
    int size = snprintf(yaml,
                        sizeof yaml,
                        "hosts: [\"127.0.0.1:1\"]\ninstitution: \"10012345\"\nwindow: 4\n"
                        "duplicates: 16\n%s",
                        more);
    if (file < 0 || write(file, yaml, (size_t)size) != size ||
        !link_config_load(path, config, message, sizeof message)) {
        abort();
    }
    (void)close(file);
    (void)unlink(path);
}

static void
feed(struct play *play, const struct link_config *config, struct bytes stream, struct moment now)
{
    static uint8_t buffer[LINK_MESSAGE_SIZE_MAX];
    struct iso8583_framer framer;
    struct iso8583_view rest = {stream.data, stream.size};
    iso8583_framer_start(&framer, &config->dialect.prefix, buffer, sizeof buffer);
    while (rest.size > 0 && play->is_closed == 0) {
        struct iso8583_view frame;
        size_t used;
        enum iso8583_frame result = iso8583_framer_feed(&framer, rest, &used, &frame);
        if (result != ISO8583_FRAME_READY) {
            return;
        }
        dialogue_take(play->dialogue, frame, now);
        if (play->ticket_count > 0) {
            struct adapter_ticket ticket = play->tickets[(play->ticket_count - 1) % 4];
            dialogue_reply(play->dialogue, ticket, (enum adapter_reply)(frame.size % 5));
        }
        now.monotonic += 1000;
        (void)dialogue_tick(play->dialogue, now);
        rest = (struct iso8583_view){rest.data + used, rest.size - used};
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct link_config configs[2];
    static const char *const more[2] = {"", "dialect: unionpay-interbank\nskew_seconds: 0\n"};
    if (configs[0].host_count == 0) {
        log_set_level(LOG_ERROR);
        load(&configs[0], more[0]);
        load(&configs[1], more[1]);
    }
    if (size == 0) {
        return 0;
    }
    const struct link_config *config = &configs[data[0] & 1];
    struct play play = {0};
    const struct adapter_events events = {
        .context = &play,
        .answered = on_answered,
        .advised = on_advised,
        .told_totals = on_told_totals,
        .cut_over = on_cut_over,
        .changed = on_changed,
    };
    const struct dialogue_port port = {
        .context = &play, .send = on_send, .close = on_close, .changed = on_changed};
    struct moment now = {
        .monotonic = 1000000,
        .wall = date_start(date_from_civil(2026, 11, 23)) + 36000 * INSTANT_US_PER_SECOND,
    };
    struct adapter_request request = {
        .act = ADAPTER_PAY,
        .attempt = 1,
        .order = {.reference = "PAY-7",
                  .amount = {30000, CURRENCY_CNY},
                  .trace = 17,
                  .sent_at = now.wall},
    };
    play.dialogue = dialogue_create(config, &events, &port);
    dialogue_opened(play.dialogue, 1, "fuzz", now);
    dialogue_request(play.dialogue, &request, now);
    feed(&play, config, (struct bytes){data + 1, size - 1}, now);
    dialogue_request(play.dialogue, &request, now);
    dialogue_leave(play.dialogue, now);
    assert(play.answer_count == 2);
    dialogue_destroy(play.dialogue);
    return 0;
}
