#include <stdlib.h>
#include <string.h>

#include "tests/link/transcript_p.h"

void transcript_blanks(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '_') {
            *text = ' ';
        }
    }
}

int64_t transcript_number(const char *word)
{
    return word == NULL ? 0 : strtoll(word, NULL, 10);
}

size_t transcript_split(char *text, char *words[WORD_MAX])
{
    size_t count = 0;
    char *at = text;
    memset(words, 0, WORD_MAX * sizeof words[0]);
    while (*at != '\0' && count < WORD_MAX) {
        at += strspn(at, " ");
        if (*at == '\0') {
            break;
        }
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at != '\0') {
            *at++ = '\0';
        }
    }
    return count;
}

struct speech {
    struct iso8583_message message;
    uint8_t text[4096];
    size_t size;
    const char *mac;
};

static void speech_add(struct speech *speech, int field, const void *data, size_t size)
{
    memcpy(speech->text + speech->size, data, size);
    iso8583_set(&speech->message, field, speech->text + speech->size, size);
    speech->size += size;
}

/* FIELD=VALUE; VALUE "=" is what we sent last, "@SECONDS" the time that long from now. */
static void say_field(struct play *play, struct speech *speech, char *word)
{
    char *value = strchr(word, '=');
    if (value == NULL) {
        transcript_fail(play, "%s: FIELD=VALUE is expected", word);
        return;
    }
    *value++ = '\0';
    int field = (int)transcript_number(word);
    transcript_blanks(value);
    if (strcmp(word, "mac") == 0) {
        speech->mac = value;
    } else if (strcmp(value, "=") == 0) {
        struct iso8583_view view = iso8583_get(&play->last_message, field);
        if (view.data != NULL) {
            speech_add(speech, field, view.data, view.size);
        }
    } else if (value[0] == '@') {
        uint8_t time[MOMENT_TIME_SIZE];
        moment_format_time(play->now.wall + transcript_number(value + 1) * INSTANT_US_PER_SECOND,
                           time);
        speech_add(speech, field, time, sizeof time);
    } else {
        speech_add(speech, field, value, strlen(value));
    }
}

static void speak(struct play *play, struct speech *speech)
{
    static struct iso8583_message work;
    static uint8_t scratch[ISO8583_SCRATCH_SIZE(LINK_MESSAGE_SIZE_MAX)];
    uint8_t bytes[LINK_MESSAGE_SIZE_MAX];
    struct iso8583_fault fault;
    size_t size;
    if (strcmp(speech->mac, "none") != 0) {
        seal_prepare(&play->bank, &speech->message);
    }
    if (!iso8583_encode(
            &play->config.dialect, &speech->message, bytes, sizeof bytes, &size, &fault)) {
        transcript_fail(play, "field %d does not fit the dialect", fault.field);
        return;
    }
    if (strcmp(speech->mac, "none") != 0 &&
        !seal_close(&play->bank, &speech->message, bytes, size, &work, scratch, sizeof scratch)) {
        transcript_fail(play, "the code could not be made");
    }
    if (strcmp(speech->mac, "bad") == 0) {
        bytes[size - 1] ^= 1;
    }
    uint8_t *exact = malloc(size);
    memcpy(exact, bytes, size);
    dialogue_take(play->dialogue, (struct iso8583_view){exact, size}, play->now);
    free(exact);
}

void transcript_hear(struct play *play, char *rest)
{
    static struct speech speech;
    char *words[WORD_MAX];
    size_t count = transcript_split(rest, words);
    if (count == 0) {
        transcript_fail(play, "an MTI is expected");
        return;
    }
    iso8583_clear(&speech.message);
    speech.size = 0;
    speech.mac = "good";
    memcpy(speech.message.mti, words[0], 5);
    for (size_t i = 1; i < count; i++) {
        say_field(play, &speech, words[i]);
    }
    speak(play, &speech);
}
