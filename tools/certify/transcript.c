#include "tools/certify/transcript.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_SIZE = 1 << 16,
};

/* Of fields that hold keys, names, accounts or cards in one dialect or another. */
static void mask(struct iso8583_dialect *dialect)
{
    static const struct {
        uint8_t field;
        enum iso8583_mask mask;
    } masks[] = {
        {2,   ISO8583_MASK_PAN },
        {34,  ISO8583_MASK_PAN },
        {35,  ISO8583_MASK_ALL },
        {36,  ISO8583_MASK_ALL },
        {45,  ISO8583_MASK_ALL },
        {48,  ISO8583_MASK_ALL },
        {52,  ISO8583_MASK_ALL },
        {61,  ISO8583_MASK_ALL },
        {62,  ISO8583_MASK_ALL },
        {96,  ISO8583_MASK_ALL },
        {102, ISO8583_MASK_TAIL},
        {103, ISO8583_MASK_TAIL},
    };
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        struct iso8583_rule *rule = &dialect->fields[masks[i].field];
        if (rule->mask == ISO8583_MASK_NONE) {
            rule->mask = masks[i].mask;
        }
    }
}

struct transcript *transcript_create(const struct iso8583_dialect *dialect)
{
    struct transcript *transcript = calloc(1, sizeof *transcript);
    assert(transcript != NULL);
    transcript->shown = *dialect;
    mask(&transcript->shown);
    return transcript;
}

void transcript_destroy(struct transcript *transcript)
{
    for (size_t i = 0; i < transcript->entry_count; i++) {
        free(transcript->entries[i].text);
    }
    free(transcript);
}

size_t transcript_add(struct transcript *transcript,
                      enum transcript_side side,
                      const struct iso8583_message *message,
                      const struct iso8583_fault *fault,
                      instant_us at)
{
    static char text[TEXT_SIZE];
    if (transcript->entry_count == TRANSCRIPT_ENTRY_COUNT_MAX) {
        return TRANSCRIPT_ENTRY_COUNT_MAX;
    }
    struct transcript_entry *entry = &transcript->entries[transcript->entry_count];
    *entry = (struct transcript_entry){.side = side, .at = at};
    memcpy(entry->mti, message->mti, sizeof entry->mti);
    (void)iso8583_describe(&transcript->shown, message, fault, text, sizeof text);
    entry->text = strdup(text);
    assert(entry->text != NULL);
    return transcript->entry_count++;
}

/* The line of a field begins with its number in five places; NULL: it is not there. */
static char *line_of(char *text, int field)
{
    char head[16];
    (void)snprintf(head, sizeof head, "\n%5d  ", field);
    char *found = strstr(text, head);
    return found == NULL ? NULL : found + 1;
}

void transcript_mark(struct transcript *transcript, size_t index, int field, const char *note)
{
    if (index >= transcript->entry_count) {
        return;
    }
    struct transcript_entry *entry = &transcript->entries[index];
    size_t capacity = strlen(entry->text) + strlen(note) + 256;
    char *marked = malloc(capacity);
    assert(marked != NULL);
    char *line = line_of(entry->text, field);
    if (line == NULL) {
        (void)snprintf(
            marked, capacity, "%s       ^ field %d is missing: %s\n", entry->text, field, note);
    } else {
        size_t size = strcspn(line, "\n");
        /* The value stands behind the number, the name in its width, and the length in brackets. */
        const char *value = size > 40 ? strchr(line + 40, ')') : NULL;
        int column = value == NULL ? 7 : (int)(value - line) + 2;
        size_t before = (size_t)(line - entry->text) + size;
        (void)snprintf(marked,
                       capacity,
                       "%.*s\n%*s^ %s%s",
                       (int)before,
                       entry->text,
                       column,
                       "",
                       note,
                       entry->text + before);
    }
    free(entry->text);
    entry->text = marked;
}

void transcript_print(const struct transcript_entry *entry, const char *margin, FILE *file)
{
    char at[INSTANT_TEXT_SIZE];
    (void)instant_format(entry->at, at);
    fprintf(file,
            "%s%s %s at %s\n",
            margin,
            entry->side == TRANSCRIPT_US ? "from us  " : "from bank",
            entry->mti,
            at);
    for (const char *line = entry->text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        fprintf(file, "%s  %.*s\n", margin, (int)size, line);
        line += size + (line[size] == '\n' ? 1 : 0);
    }
}
