#include "tests/link/transcript.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/base/log.h"
#include "tests/link/transcript_p.h"

static void do_config(struct play *play, char *rest)
{
    size_t size = strlen(play->yaml);
    const char *at = strstr(rest, "FOLDER");
    if (at == NULL) {
        snprintf(play->yaml + size, sizeof play->yaml - size, "%s\n", rest);
    } else {
        snprintf(play->yaml + size,
                 sizeof play->yaml - size,
                 "%.*s%s%s\n",
                 (int)(at - rest),
                 rest,
                 play->folder,
                 at + strlen("FOLDER"));
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        fprintf(stderr, "%s: cannot be written\n", path);
        exit(1);
    }
}

static void do_start(struct play *play, char *rest)
{
    char path[256];
    char message[512];
    (void)rest;
    snprintf(path, sizeof path, "%s/link.yaml", play->folder);
    write_file(path, play->yaml);
    if (!link_config_load(path, &play->config, message, sizeof message)) {
        fprintf(stderr, "%s\n", message);
        exit(1);
    }
    const struct adapter_events events = transcript_events(play);
    const struct dialogue_port port = transcript_port(play);
    play->dialogue = dialogue_create(&play->config, &events, &port);
}

/* "bad FILE WORD...": the file's problem must name all that follows. */
static void do_refused(struct play *play, char *rest)
{
    char path[256];
    char message[512] = "";
    snprintf(path, sizeof path, "%s/link.yaml", play->folder);
    write_file(path, play->yaml);
    if (link_config_load(path, &play->config, message, sizeof message)) {
        transcript_fail(play, "was accepted");
    } else if (strstr(message, rest) == NULL || strstr(message, path) == NULL) {
        transcript_fail(play, "said \"%s\"", message);
    }
    play->yaml[0] = '\0';
}

static void do_open(struct play *play, char *rest)
{
    (void)rest;
    seal_start(&play->bank, &play->config);
    dialogue_opened(play->dialogue, ++play->connection, "a peer", play->now);
    (void)dialogue_tick(play->dialogue, play->now);
}

static void do_close(struct play *play, char *rest)
{
    dialogue_closed(play->dialogue, rest);
}

static void do_leave(struct play *play, char *rest)
{
    (void)rest;
    dialogue_leave(play->dialogue, play->now);
}

/* Ticks whenever the dialogue asked for it, as a loop would. */
static void do_wait(struct play *play, char *rest)
{
    instant_us end = play->now.monotonic + strtoll(rest, NULL, 10) * 1000;
    for (;;) {
        instant_us next = dialogue_tick(play->dialogue, play->now);
        bool is_last = next == INSTANT_NONE || next > end;
        instant_us at = is_last ? end : next;
        at = at <= play->now.monotonic && !is_last ? play->now.monotonic + 1 : at;
        play->now.wall += at - play->now.monotonic;
        play->now.monotonic = at;
        if (is_last) {
            (void)dialogue_tick(play->dialogue, play->now);
            return;
        }
    }
}

/* The clock on the wall alone is set. */
static void do_shift(struct play *play, char *rest)
{
    play->now.wall += strtoll(rest, NULL, 10) * INSTANT_US_PER_SECOND;
}

static void fill_order(struct payment_order *order, char *words[WORD_MAX])
{
    *order = (struct payment_order){
        .amount = {transcript_number(words[3]), CURRENCY_CNY},
        .trace = transcript_number(words[2]),
        .debtor_name = "Mandu Trade",
        .debtor_account = "15050170664100000123",
        .creditor_name = "Altan Gobi LLC",
        .creditor_account = "6222020200112233445",
        .creditor_bank = "102100099996",
        .remittance = "Invoice 7",
    };
    snprintf(order->reference, sizeof order->reference, "%s", words[1]);
}

/* ask ACT REFERENCE TRACE MINOR [ATTEMPT [AGE_SECONDS [NAME [from_us]]]]; ask totals DAY PAID
 * REVERSED RECEIVED */
static void do_ask(struct play *play, char *rest)
{
    char *words[WORD_MAX];
    struct adapter_request request = {.attempt = 1};
    size_t count = transcript_split(rest, words);
    for (int act = ADAPTER_PAY; act <= ADAPTER_TOTALS; act++) {
        if (count > 0 && strcmp(words[0], transcript_act_name((enum adapter_act)act)) == 0) {
            request.act = (enum adapter_act)act;
        }
    }
    if (count < 4 || request.act == 0) {
        transcript_fail(play, "an act and its words are expected");
        return;
    }
    if (request.act == ADAPTER_TOTALS) {
        if (!date_parse(words[1], strlen(words[1]), &request.totals.day)) {
            transcript_fail(play, "a date is expected");
        }
        request.totals.paid_count = 2;
        request.totals.paid_minor = transcript_number(words[2]);
        request.totals.reversed_count = 1;
        request.totals.reversed_minor = transcript_number(words[3]);
        request.totals.received_count = 3;
        request.totals.received_minor = transcript_number(words[4]);
    } else {
        fill_order(&request.order, words);
        request.order.sent_at =
            play->now.wall - transcript_number(words[5]) * INSTANT_US_PER_SECOND;
        request.attempt = count > 4 ? transcript_number(words[4]) : 1;
        if (count > 6) {
            snprintf(
                request.order.creditor_name, sizeof request.order.creditor_name, "%s", words[6]);
        }
        if (count > 7) {
            request.order.debtor_account[0] = '\0';
        }
    }
    dialogue_request(play->dialogue, &request, play->now);
}

static enum adapter_reply reply_of(const char *word)
{
    static const char *const names[] = {"accepted", "refused", "try_again", "equal", "differ"};
    size_t i = 0;
    while (i < 4 && strcmp(word, names[i]) != 0) {
        i++;
    }
    return (enum adapter_reply)i;
}

/* reply WORD [TICKET]: the last ticket, or the one counted from 1. */
static void do_reply(struct play *play, char *rest)
{
    char *words[WORD_MAX];
    size_t count = transcript_split(rest, words);
    size_t index = count > 1 ? (size_t)transcript_number(words[1]) - 1 : play->ticket_count - 1;
    dialogue_reply(play->dialogue, play->tickets[index % QUEUE_MAX], reply_of(words[0]));
}

static void do_event(struct play *play, char *rest)
{
    if (play->event_count == 0) {
        if (strcmp(rest, "none") != 0) {
            transcript_fail(play, "no event");
        }
        return;
    }
    const char *line = play->events[play->event_first];
    play->event_first = (play->event_first + 1) % QUEUE_MAX;
    play->event_count--;
    if (strcmp(line, rest) != 0) {
        transcript_fail(play, "event \"%s\"", line);
    }
}

static void check_field(struct play *play, char *word)
{
    char *value = strchr(word, '=');
    if (value == NULL) {
        transcript_fail(play, "%s: FIELD=VALUE is expected", word);
        return;
    }
    *value++ = '\0';
    transcript_blanks(value);
    struct iso8583_view view = iso8583_get(&play->last_message, (int)transcript_number(word));
    bool is_absent = strcmp(value, "-") == 0;
    bool is_equal = view.data == NULL
                        ? is_absent
                        : view.size == strlen(value) && memcmp(view.data, value, view.size) == 0;
    if (!is_equal) {
        transcript_fail(play,
                        "field %s is \"%.*s\"",
                        word,
                        view.data == NULL ? 1 : (int)view.size,
                        view.data == NULL ? "-" : (const char *)view.data);
    }
}

static void do_sent(struct play *play, char *rest)
{
    char *words[WORD_MAX];
    struct iso8583_fault fault;
    size_t count = transcript_split(rest, words);
    if (play->sent_count == 0) {
        if (strcmp(words[0], "nothing") != 0) {
            transcript_fail(play, "nothing was sent");
        }
        return;
    }
    play->last = play->sent[play->sent_first];
    play->sent_first = (play->sent_first + 1) % QUEUE_MAX;
    play->sent_count--;
    if (!iso8583_decode(&play->config.dialect,
                        (struct iso8583_view){play->last.data, play->last.size},
                        play->last_scratch,
                        sizeof play->last_scratch,
                        &play->last_message,
                        &fault)) {
        transcript_fail(play, "sent what cannot be read: field %d", fault.field);
        return;
    }
    if (!seal_check(&play->bank, &play->last_message, play->now.monotonic)) {
        transcript_fail(play, "the bank finds a wrong code");
    }
    int key_field = iso8583_has(&play->last_message, 62) ? 62 : 48;
    struct link_key key;
    if (memcmp(play->last_message.mti, "080", 3) == 0 &&
        seal_unwrap(&play->bank, iso8583_get(&play->last_message, key_field), &key)) {
        play->bank.next = key;
    }
    if (strcmp(play->last_message.mti, words[0]) != 0) {
        transcript_fail(play, "sent %s", play->last_message.mti);
    }
    for (size_t i = 1; i < count; i++) {
        check_field(play, words[i]);
    }
}

/* Bytes without prefix, in hexadecimal. */
static void do_hex(struct play *play, char *rest)
{
    size_t size = strlen(rest) / 2;
    uint8_t *bytes = malloc(size == 0 ? 1 : size);
    for (size_t i = 0; i < size; i++) {
        char pair[3] = {rest[2 * i], rest[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    dialogue_take(play->dialogue, (struct iso8583_view){bytes, size}, play->now);
    free(bytes);
}

/* The next message of ours, without prefix, in hexadecimal. */
static void do_bytes(struct play *play, char *rest)
{
    char text[2 * LINK_MESSAGE_SIZE_MAX + 1];
    if (play->sent_count == 0) {
        transcript_fail(play, "nothing was sent");
        return;
    }
    const struct frame *frame = &play->sent[play->sent_first];
    play->sent_first = (play->sent_first + 1) % QUEUE_MAX;
    play->sent_count--;
    for (size_t i = 0; i < frame->size; i++) {
        snprintf(text + 2 * i, 3, "%02X", frame->data[i]);
    }
    if (strcmp(text, rest) != 0) {
        transcript_fail(play, "sent %s", text);
    }
}

/* The bank signs with this key from now on. */
static void do_bank_key(struct play *play, char *rest)
{
    struct link_key key = {.size = strlen(rest) / 2};
    for (size_t i = 0; i < key.size; i++) {
        char pair[3] = {rest[2 * i], rest[2 * i + 1], '\0'};
        key.data[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    seal_adopt(&play->bank, &key, play->now.monotonic);
    play->bank.before_until = 0;
}

/* The last answer that fitted nothing; "none": since the last look there was none. */
static void do_stray(struct play *play, char *rest)
{
    const char *line = play->stray[0] == '\0' ? "none" : play->stray;
    if (strcmp(line, rest) != 0) {
        transcript_fail(play, "stray \"%s\"", line);
    }
    play->stray[0] = '\0';
}

/* The key we sent last holds at the bank from now on. */
static void do_bank_adopts(struct play *play, char *rest)
{
    (void)rest;
    if (play->bank.next.size == 0) {
        transcript_fail(play, "no key was sent");
    }
    seal_confirm(&play->bank, play->now.monotonic);
    play->bank.before_until = 0;
}

/* The next messages do not leave: "limit", "rejected"; "ok" again. */
static void do_wire(struct play *play, char *rest)
{
    play->send_status = strcmp(rest, "ok") == 0      ? STATUS_OK
                        : strcmp(rest, "limit") == 0 ? STATUS_LIMIT
                                                     : STATUS_REJECTED;
}

static void do_count(struct play *play, char *rest)
{
    char *words[WORD_MAX];
    struct adapter_report report;
    transcript_split(rest, words);
    dialogue_read_report(play->dialogue, &report);
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"sent",        report.sent_count       },
        {"received",    report.received_count   },
        {"answered",    report.answered_count   },
        {"unknown",     report.unknown_count    },
        {"late",        report.late_count       },
        {"unmatched",   report.unmatched_count  },
        {"duplicate",   report.duplicate_count  },
        {"refused",     report.refused_count    },
        {"connect",     report.connect_count    },
        {"outstanding", report.outstanding_count},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (strcmp(counts[i].name, words[0]) == 0) {
            if (counts[i].value != (uint64_t)transcript_number(words[1])) {
                transcript_fail(play, "%s is %" PRIu64, words[0], counts[i].value);
            }
            return;
        }
    }
    transcript_fail(play, "no such count");
}

static void clear(struct play *play)
{
    if (play->dialogue != NULL) {
        dialogue_destroy(play->dialogue);
        play->dialogue = NULL;
    }
    if (play->sent_count != 0 || play->event_count != 0) {
        transcript_fail(play,
                        "%zu messages and %zu events nobody expected, first: %s",
                        play->sent_count,
                        play->event_count,
                        play->event_count == 0 ? "-" : play->events[play->event_first]);
    }
    play->sent_count = play->event_count = play->ticket_count = 0;
    play->yaml[0] = '\0';
    play->stray[0] = '\0';
    play->send_status = STATUS_OK;
}

/* A new scene. */
static void do_scene(struct play *play, char *rest)
{
    (void)rest;
    clear(play);
    play->now = (struct moment){
        .monotonic = 1000000,
        .wall = date_start(date_from_civil(2026, 11, 23)) + INT64_C(36000) * INSTANT_US_PER_SECOND,
    };
    do_config(play, (char[]){"hosts: [\"127.0.0.1:1\"]"});
    do_config(play, (char[]){"institution: \"10012345\""});
}

static const struct {
    const char *word;
    void (*run)(struct play *play, char *rest);
} verbs[] = {
    {"scene",       do_scene       },
    {"config",      do_config      },
    {"start",       do_start       },
    {"refused",     do_refused     },
    {"open",        do_open        },
    {"close",       do_close       },
    {"leave",       do_leave       },
    {"wait",        do_wait        },
    {"shift",       do_shift       },
    {"ask",         do_ask         },
    {"reply",       do_reply       },
    {"event",       do_event       },
    {"sent",        do_sent        },
    {"hear",        transcript_hear},
    {"hex",         do_hex         },
    {"bytes",       do_bytes       },
    {"bank_key",    do_bank_key    },
    {"stray",       do_stray       },
    {"bank_adopts", do_bank_adopts },
    {"wire",        do_wire        },
    {"count",       do_count       },
};

static void line_run(struct play *play, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    line += strspn(line, " ");
    size_t size = strcspn(line, " ");
    if (line[0] == '\0' || line[0] == '#') {
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strlen(verbs[i].word) == size && memcmp(verbs[i].word, line, size) == 0) {
            line += size;
            verbs[i].run(play, line + strspn(line, " "));
            return;
        }
    }
    transcript_fail(play, "%s: no such word", line);
}

size_t transcript_play(const char *path, const char *folder)
{
    char line[4096];
    FILE *file = fopen(path, "rb");
    struct play *play = calloc(1, sizeof *play);
    if (file == NULL || play == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    play->path = path;
    play->folder = folder;
    log_set_level(LOG_ERROR);
    while (fgets(line, sizeof line, file) != NULL) {
        play->line++;
        line_run(play, line);
    }
    clear(play);
    (void)fclose(file);
    size_t failure_count = play->failure_count;
    free(play);
    return failure_count;
}
