#include <assert.h>
#include <openssl/crypto.h>
#include <string.h>

#include "gateway/records/record_p.h"
#include "gateway/records/text.h"
#include "gateway/records/vault.h"

const struct field *lookup_source(const struct record *record, const struct field *field)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *source = &record->fields[i];
        if (source->type == FIELD_TEXT && strcmp(source->name, field->lookup_of) == 0) {
            return field->type == FIELD_TEXT && field->size == RECORD_LOOKUP_SIZE ? source : NULL;
        }
    }
    return NULL;
}

/* Full-width letters and digits count as the plain ones, the ideographic blank as a blank. */
static size_t normal_size(const char *text, uint8_t *normal_out)
{
    size_t size = 0;
    const uint8_t *at = (const uint8_t *)text;
    while (*at != '\0') {
        bool is_wide = at[0] == 0xEF && (at[1] == 0xBC || at[1] == 0xBD) && at[2] != '\0';
        bool is_blank = at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80;
        unsigned point = is_wide ? (at[1] == 0xBCU ? 0U : 64U) + (at[2] & 0x3FU) : 0;
        is_wide = is_wide && point >= 1 && point <= 94;
        uint8_t c = is_wide ? (uint8_t)(point + ' ') : is_blank ? ' ' : *at;
        at += is_wide || is_blank ? 3 : 1;
        if (c != ' ') {
            assert(size < RECORD_PERSONAL_SIZE_MAX);
            normal_out[size++] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
        }
    }
    return size;
}

void record_look_up(const struct record *record, struct vault *vault, void *data)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_LOOKUP) == 0) {
            continue;
        }
        uint8_t normal[RECORD_PERSONAL_SIZE_MAX];
        uint8_t lookup[VAULT_LOOKUP_SIZE];
        char *text_out = (char *)data + field->offset;
        size_t size =
            normal_size((const char *)data + lookup_source(record, field)->offset, normal);
        struct writer writer = writer_over(text_out, RECORD_LOOKUP_SIZE - 1);
        if (size > 0) {
            vault_lookup(vault, "person", (struct bytes){normal, size}, lookup);
            base64url_write((struct bytes){lookup, sizeof lookup}, &writer);
        }
        assert(!writer.has_failed);
        text_out[writer.size] = '\0';
        OPENSSL_cleanse(normal, sizeof normal);
    }
}
