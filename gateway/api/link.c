/* GET /v1/links: the links to banks as they are now. A bank sees its own. */
#include <string.h>

#include "gateway/api/api_p.h"
#include "gateway/business/field.h"
#include "ledger/base/cbor.h"

struct link_view {
    char bank[PARTY_ID_SIZE];
    int32_t state;
    char reason[ADAPTER_REASON_SIZE];
    int64_t sent_count;
    int64_t received_count;
    int64_t answered_count;
    int64_t unknown_count;
    int64_t late_count;
    int64_t unmatched_count;
    int64_t duplicate_count;
    int64_t refused_count;
    int64_t connect_count;
    int64_t outstanding_count;
    int64_t open_count;
    int64_t in_doubt_count;
    instant_us in_doubt_since;
    int64_t behind_day_count;
};

/* As enum adapter_state, from 1. */
static const struct name states[] = {
    {ADAPTER_DOWN + 1,      "down",      "no connection (未连接)"},
    {ADAPTER_CONNECTED + 1, "connected", "not signed on (未签到)"},
    {ADAPTER_UP + 1,        "up",        "signed on (已签到)"    },
    {0,                     NULL,        NULL                       },
};

#define COUNT(name_, meaning_)                                                                     \
    FIELD(link_view, name_, FIELD_INTEGER, FIELD_REQUIRED, .meaning = (meaning_))

static const struct field fields[] = {
    TEXT(link_view, bank, FIELD_REQUIRED, .meaning = "the bank"),
    FIELD(link_view, state, FIELD_ENUM, FIELD_REQUIRED, .names = states, .meaning = "the link"),
    TEXT(link_view, reason, 0, .meaning = "why it is not up"),
    COUNT(sent_count, "messages sent since the start"),
    COUNT(received_count, "messages received"),
    COUNT(answered_count, "requests answered"),
    COUNT(unknown_count, "requests without an answer in time"),
    COUNT(late_count, "answers after their time"),
    COUNT(unmatched_count, "answers to nothing that was asked"),
    COUNT(duplicate_count, "messages that came again"),
    COUNT(refused_count, "messages refused: MAC, replay, form"),
    COUNT(connect_count, "connections made"),
    COUNT(outstanding_count, "requests not answered yet"),
    COUNT(open_count, "payments approved, sent or in doubt"),
    COUNT(in_doubt_count, "payments in doubt (存疑)"),
    FIELD(
        link_view, in_doubt_since, FIELD_INSTANT, 0, .meaning = "when the oldest of them was sent"),
    COUNT(behind_day_count,
          "days the bank is ahead without a cut-over, see bank_link.advance (日切滞后天数)"),
};
static const struct record link_record =
    RECORD(link_view, fields, "A link to a bank as it is now (银行链路状态)");

static void view_make(const struct bank_report *report, struct link_view *view)
{
    const struct adapter_report *adapter = &report->adapter;
    *view = (struct link_view){
        .state = (int32_t)adapter->state + 1,
        .sent_count = (int64_t)adapter->sent_count,
        .received_count = (int64_t)adapter->received_count,
        .answered_count = (int64_t)adapter->answered_count,
        .unknown_count = (int64_t)adapter->unknown_count,
        .late_count = (int64_t)adapter->late_count,
        .unmatched_count = (int64_t)adapter->unmatched_count,
        .duplicate_count = (int64_t)adapter->duplicate_count,
        .refused_count = (int64_t)adapter->refused_count,
        .connect_count = (int64_t)adapter->connect_count,
        .outstanding_count = (int64_t)adapter->outstanding_count,
        .open_count = (int64_t)report->open_count,
        .in_doubt_count = (int64_t)report->in_doubt_count,
        .in_doubt_since = report->in_doubt_since,
        .behind_day_count = report->behind_day_count,
    };
    memcpy(view->bank, report->bank, sizeof view->bank);
    memcpy(view->reason, adapter->reason, sizeof view->reason);
}

/* The reports the caller may see; their number. */
static size_t
views_take(struct api *api, const struct identity *identity, struct link_view *views_out)
{
    size_t count = 0;
    for (size_t i = 0; i < banks_count(api->config.banks); i++) {
        struct bank_report report;
        banks_read_report(api->config.banks, i, &report);
        if (identity->role != ROLE_BANK || strcmp(identity->party, report.bank) == 0) {
            view_make(&report, &views_out[count++]);
        }
    }
    return count;
}

static void
views_write(const struct link_view *views, size_t count, enum media media, struct writer *body)
{
    if (media == MEDIA_CBOR) {
        cbor_write_map(body, 1);
        cbor_write_text(body, "items", 5);
        cbor_write_array(body, count);
    } else {
        write_text(body, "{\"items\":[");
    }
    for (size_t i = 0; i < count; i++) {
        if (media == MEDIA_JSON && i > 0) {
            write_u8(body, ',');
        }
        record_write(&link_record, media, RECORD_CLEAR, &views[i], body);
    }
    if (media == MEDIA_JSON) {
        write_text(body, "]}");
    }
}

void api_links(struct request *request, void *context)
{
    const struct api_route *route = context;
    struct api *api = route->api;
    struct link_view views[BANKS_COUNT_MAX];
    enum media media = api_reply_media(request);
    struct api_tools *tools = &api->tools[request_thread(request)];
    struct writer body = writer_over(tools->buffer, API_BUFFER_SIZE);
    size_t count = views_take(api, request_identity(request), views);
    views_write(views, count, media, &body);
    request_reply(request,
                  &(struct reply){
                      .status = 200,
                      .content_type = media == MEDIA_CBOR ? "application/cbor" : "application/json",
                      .body = {.data = body.data, .size = body.size},
    });
}
