#pragma once
/* What is on stage: shared by the words of a table (transcript.c), what the dialogue does
 * (transcript_stage.c) and what the bank says (transcript_bank.c). */
#include "adapters/link/dialogue.h"
#include "adapters/link/seal.h"

enum {
    QUEUE_MAX = 64,
    LINE_SIZE = 512,
    WORD_MAX = 40,
};

struct frame {
    uint8_t data[LINK_MESSAGE_SIZE_MAX];
    size_t size;
};

struct play {
    const char *path;
    const char *folder;
    int line;
    size_t failure_count;
    char yaml[4096];
    struct link_config config;
    struct dialogue *dialogue;
    struct seal bank;
    uint64_t connection;
    struct moment now;
    struct frame sent[QUEUE_MAX];
    size_t sent_first;
    size_t sent_count;
    char events[QUEUE_MAX][LINE_SIZE];
    size_t event_first;
    size_t event_count;
    char stray[LINE_SIZE]; /* the last one told */
    struct adapter_ticket tickets[QUEUE_MAX];
    size_t ticket_count;
    struct frame last;
    struct iso8583_message last_message;
    uint8_t last_scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
    enum status send_status;
};

__attribute__((format(printf, 2, 3))) void
transcript_fail(struct play *play, const char *format, ...);
const char *transcript_act_name(enum adapter_act act);
/* The events and the port of the dialogue on stage. */
struct adapter_events transcript_events(struct play *play);
struct dialogue_port transcript_port(struct play *play);
/* A message of the bank: MTI FIELD=VALUE... */
void transcript_hear(struct play *play, char *rest);
void transcript_blanks(char *text);
int64_t transcript_number(const char *word);
size_t transcript_split(char *text, char *words[WORD_MAX]);
