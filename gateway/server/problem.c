#include "gateway/server/problem.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/cbor.h"
#include "ledger/base/utf8.h"

enum {
    BODY_SIZE_MAX = 8 * 1024,
    TEXT_SIZE_MAX = 1024,
    MEMBER_COUNT_MAX = 16
};

struct text {
    size_t size;
    char data[TEXT_SIZE_MAX];
};

/* Cut to the bound, and readable: text that is not UTF-8 must not make the document malformed. */
static struct text safe_text(const char *text)
{
    struct text safe = {.size = strnlen(text, TEXT_SIZE_MAX)};
    memcpy(safe.data, text, safe.size);
    if (!utf8_is_valid((struct bytes){.data = (const uint8_t *)safe.data, .size = safe.size})) {
        for (size_t i = 0; i < safe.size; i++) {
            if ((unsigned char)safe.data[i] >= 0x80) {
                safe.data[i] = '?';
            }
        }
    }
    return safe;
}

static void write_json_text(struct writer *out, const char *text)
{
    struct text safe = safe_text(text);
    write_u8(out, '"');
    for (size_t i = 0; i < safe.size; i++) {
        uint8_t c = (uint8_t)safe.data[i];
        if (c < 0x20 || c == 0x7f) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", c);
            write_text(out, escape);
            continue;
        }
        if (c == '"' || c == '\\') {
            write_u8(out, '\\');
        }
        write_u8(out, c);
    }
    write_u8(out, '"');
}

static void write_json_name(struct writer *out, const char *name)
{
    if (out->size > 0 && out->data[out->size - 1] != '{') {
        write_u8(out, ',');
    }
    write_json_text(out, name);
    write_u8(out, ':');
}

static void write_json_member(struct writer *out, const char *name, const char *text)
{
    if (text != NULL) {
        write_json_name(out, name);
        write_json_text(out, text);
    }
}

static void write_json_number(struct writer *out, const char *name, int64_t value)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, value);
    write_json_name(out, name);
    write_text(out, number);
}

static void write_json_list(struct writer *out, const char *name, const struct problem_list *list);

static void write_json_members(struct writer *out, const struct problem_member *members)
{
    for (; members != NULL && members->name != NULL; members++) {
        if (members->text != NULL) {
            write_json_member(out, members->name, members->text);
        } else if (members->list != NULL) {
            write_json_list(out, members->name, members->list);
        } else {
            write_json_number(out, members->name, members->number);
        }
    }
}

static void write_json_list(struct writer *out, const char *name, const struct problem_list *list)
{
    write_json_name(out, name);
    write_u8(out, '[');
    for (size_t i = 0; i < list->row_count; i++) {
        write_text(out, i == 0 ? "{" : ",{");
        write_json_members(out, list->rows[i]);
        write_u8(out, '}');
    }
    write_u8(out, ']');
}

void problem_write_json(const struct problem *problem, struct writer *out)
{
    char type[128];
    snprintf(type, sizeof type, "urn:kouan:problem:%s", problem->code);
    write_text(out, "{\"type\":");
    write_json_text(out, type);
    write_json_member(out, "title", problem->title);
    write_json_number(out, "status", problem->status);
    write_json_member(out, "code", problem->code);
    write_json_member(out, "detail", problem->detail);
    write_json_member(out, "pointer", problem->pointer);
    write_json_members(out, problem->members);
    write_u8(out, '}');
}

static void write_cbor_text(struct writer *out, const char *text)
{
    struct text safe = safe_text(text);
    cbor_write_text(out, safe.data, safe.size);
}

/* Keeps the members in the order of deterministic CBOR. */
static void insert(struct problem_member *sorted, size_t count, struct problem_member member)
{
    size_t at = count;
    while (at > 0 && cbor_compare_keys(sorted[at - 1].name, member.name) > 0) {
        sorted[at] = sorted[at - 1];
        at--;
    }
    sorted[at] = member;
}

static size_t sort_members(const struct problem *problem, struct problem_member *sorted)
{
    size_t count = 0;
    insert(sorted, count++, (struct problem_member){.name = "code", .text = problem->code});
    insert(sorted, count++, (struct problem_member){.name = "status", .number = problem->status});
    if (problem->pointer != NULL) {
        insert(
            sorted, count++, (struct problem_member){.name = "pointer", .text = problem->pointer});
    }
    const struct problem_member *member = problem->members;
    for (; member != NULL && member->name != NULL; member++) {
        assert(count < MEMBER_COUNT_MAX);
        insert(sorted, count++, *member);
    }
    return count;
}

static void write_cbor_list(struct writer *out, const struct problem_list *list);

static void
write_cbor_members(struct writer *out, const struct problem_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        write_cbor_text(out, members[i].name);
        if (members[i].text != NULL) {
            write_cbor_text(out, members[i].text);
        } else if (members[i].list != NULL) {
            write_cbor_list(out, members[i].list);
        } else {
            cbor_write_integer(out, members[i].number);
        }
    }
}

static void write_cbor_list(struct writer *out, const struct problem_list *list)
{
    cbor_write_array(out, list->row_count);
    for (size_t i = 0; i < list->row_count; i++) {
        size_t count = 0;
        while (count < PROBLEM_ROW_MEMBER_COUNT && list->rows[i][count].name != NULL) {
            count++;
        }
        cbor_write_map(out, count);
        write_cbor_members(out, list->rows[i], count);
    }
}

/* RFC 9290 keeps negative keys for itself; what is ours sits in one entry named by a URI. Its
 * response-code is a CoAP code, so the HTTP status is ours too. */
void problem_write_cbor(const struct problem *problem, struct writer *out)
{
    enum {
        KEY_TITLE = -1,
        KEY_DETAIL = -2
    };
    cbor_write_map(out, problem->detail == NULL ? 2 : 3);
    cbor_write_integer(out, KEY_TITLE);
    write_cbor_text(out, problem->title);
    if (problem->detail != NULL) {
        cbor_write_integer(out, KEY_DETAIL);
        write_cbor_text(out, problem->detail);
    }
    write_cbor_text(out, "urn:kouan:problem");
    struct problem_member sorted[MEMBER_COUNT_MAX];
    size_t count = sort_members(problem, sorted);
    cbor_write_map(out, count);
    write_cbor_members(out, sorted, count);
}

static bool accepts_cbor(const struct request *request)
{
    const char *accept = request_header(request, "accept");
    return accept != NULL && (strstr(accept, "application/cbor") != NULL ||
                              strstr(accept, "application/concise-problem-details+cbor") != NULL);
}

void problem_reply(struct request *request, const struct problem *problem)
{
    uint8_t body[BODY_SIZE_MAX];
    struct writer out = writer_over(body, sizeof body);
    bool is_cbor = accepts_cbor(request);
    void (*write)(const struct problem *, struct writer *) =
        is_cbor ? problem_write_cbor : problem_write_json;
    write(problem, &out);
    if (out.has_failed) { /* what explains is left out before the answer itself */
        struct problem bare = {
            .status = problem->status, .code = problem->code, .title = problem->title};
        out = writer_over(body, sizeof body);
        write(&bare, &out);
    }
    request_reply(request,
                  &(struct reply){
                      .status = problem->status,
                      .content_type = is_cbor ? "application/concise-problem-details+cbor"
                                              : "application/problem+json",
                      .body = {.data = body, .size = out.size},
                      .extra_headers = problem->extra_headers,
                      .closes = problem->closes,
    });
}
