#include "gateway/api/customs_channel.h"

#include <assert.h>
#include <cyaml/cyaml.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/settings/settings.h"

struct customs_channels {
    struct customs_channel items[CHANNEL_COUNT_MAX];
    size_t count;
};

/* --- the file --- */

struct status_text {
    char *from;
    char *to;
};

struct channel_text {
    char *name;
    uint32_t signature;
    struct status_text *statuses;
    unsigned statuses_count;
};

struct loaded {
    struct channel_text *channels;
    unsigned channels_count;
};

static const cyaml_strval_t signatures[] = {
    {"optional", CHANNEL_SIGNATURE_OPTIONAL},
    {"required", CHANNEL_SIGNATURE_REQUIRED},
};

enum {
    STATUS_SIZE_MAX = sizeof((struct channel_status *)NULL)->from - 1
};

static const cyaml_schema_field_t status_keys[] = {
    CYAML_FIELD_STRING_PTR(
        "from", CYAML_FLAG_POINTER, struct status_text, from, 1, STATUS_SIZE_MAX),
    CYAML_FIELD_STRING_PTR("to", CYAML_FLAG_POINTER, struct status_text, to, 1, STATUS_SIZE_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t status_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct status_text, status_keys)};
static const cyaml_schema_field_t channel_keys[] = {
    CYAML_FIELD_STRING_PTR(
        "name", CYAML_FLAG_POINTER, struct channel_text, name, 1, CHANNEL_NAME_SIZE - 1),
    CYAML_FIELD_ENUM("signature",
                     CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL,
                     struct channel_text,
                     signature,
                     signatures,
                     CYAML_ARRAY_LEN(signatures)),
    CYAML_FIELD_SEQUENCE("statuses",
                         CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct channel_text,
                         statuses,
                         &status_value,
                         0,
                         CHANNEL_STATUS_COUNT_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t channel_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct channel_text, channel_keys)};
static const cyaml_schema_field_t list_keys[] = {
    CYAML_FIELD_SEQUENCE("channels",
                         CYAML_FLAG_POINTER,
                         struct loaded,
                         channels,
                         &channel_value,
                         0,
                         CHANNEL_COUNT_MAX),
    CYAML_FIELD_END,
};

static const struct channel_status *status_find(const struct customs_channel *channel,
                                                const char *from)
{
    for (size_t i = 0; i < channel->status_count; i++) {
        if (strcmp(channel->statuses[i].from, from) == 0) {
            return &channel->statuses[i];
        }
    }
    return NULL;
}

static bool channel_take(const struct channel_text *text,
                         struct customs_channel *channel,
                         struct settings_problem *problem)
{
    memcpy(channel->name, text->name, strlen(text->name) + 1);
    channel->signature = (enum channel_signature)text->signature;
    for (size_t i = 0; i < text->statuses_count; i++) {
        const struct status_text *status = &text->statuses[i];
        if (status_find(channel, status->from) != NULL) {
            return settings_complain(
                problem, "channels: %s translates status %s twice", text->name, status->from);
        }
        struct channel_status *kept = &channel->statuses[channel->status_count++];
        memcpy(kept->from, status->from, strlen(status->from) + 1);
        memcpy(kept->to, status->to, strlen(status->to) + 1);
    }
    return true;
}

static bool lists_apply(const void *lists, void *target, struct settings_problem *problem)
{
    const struct loaded *loaded = lists;
    struct customs_channels *channels = target;
    for (size_t i = 0; i < loaded->channels_count; i++) {
        const struct channel_text *text = &loaded->channels[i];
        if (customs_channel_find(channels, text->name) != NULL) {
            return settings_complain(problem, "channels: %s stands there twice", text->name);
        }
        if (!channel_take(text, &channels->items[i], problem)) {
            return false;
        }
        channels->count++;
    }
    return true;
}

struct customs_channels *
customs_channels_load(const char *file, char *message_out, size_t message_size)
{
    static const struct settings_lists lists = {list_keys, sizeof(struct loaded), lists_apply};
    static const struct settings settings = {NULL, 0, &lists};
    struct settings_problem problem = {.text = message_out, .size = message_size};
    struct customs_channels *channels = calloc(1, sizeof *channels);
    assert(channels != NULL);
    if (file[0] != '\0' && !settings_load(&settings, file, channels, &problem)) {
        customs_channels_free(channels);
        return NULL;
    }
    return channels;
}

void customs_channels_free(struct customs_channels *channels)
{
    free(channels);
}

const struct customs_channel *customs_channel_find(const struct customs_channels *channels,
                                                   const char *name)
{
    for (size_t i = 0; i < channels->count; i++) {
        if (strcmp(channels->items[i].name, name) == 0) {
            return &channels->items[i];
        }
    }
    return NULL;
}

/* --- a message --- */

enum {
    STATUS_SIZE = STATUS_SIZE_MAX + 1
};

static void status_translate(const struct customs_channel *channel,
                             char status[STATUS_SIZE],
                             char relayed_out[STATUS_SIZE])
{
    const struct channel_status *found = status_find(channel, status);
    if (found != NULL) {
        memcpy(relayed_out, status, STATUS_SIZE);
        memcpy(status, found->to, STATUS_SIZE);
    }
}

void customs_channel_translate(const struct customs_channel *channel, struct ceb_message *message)
{
    if (message->type == CEB_622) {
        struct ceb_inventory_return *receipts = message->nodes;
        for (size_t i = 0; i < message->count; i++) {
            status_translate(channel, receipts[i].return_status, receipts[i].relayed_status);
        }
    } else if (message->type == CEB_624 || message->type == CEB_626) {
        struct ceb_application_return *receipts = message->nodes;
        for (size_t i = 0; i < message->count; i++) {
            status_translate(channel, receipts[i].return_status, receipts[i].relayed_status);
        }
    }
}
