#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"
#include "ledger/base/cbor.h"

/* --- refusals --- */

static void fact_write(const struct fact *fact, char text[64])
{
    switch (fact->type) {
    case FACT_MONEY: {
        char amount[MONEY_TEXT_SIZE];
        amount_format(fact->money.minor, amount);
        (void)snprintf(text, 64, "%s", amount);
        break;
    }
    case FACT_INTEGER:
        break;
    case FACT_TEXT:
        (void)snprintf(text, 64, "%s", fact->text);
        break;
    case FACT_DATE: {
        char date[DATE_TEXT_SIZE];
        date_format((date_days)fact->integer, date);
        (void)snprintf(text, 64, "%s", date);
        break;
    }
    }
}

void refusal_problem_make(const struct refusal *refusal, struct refusal_problem *made_out)
{
    *made_out = (struct refusal_problem){0};
    size_t count = 0;
    if (refusal->code == REFUSAL_LEDGER) {
        made_out->members[count++] =
            (struct problem_member){.name = "reason", .text = outcome_code(refusal->outcome)};
    }
    for (size_t i = 0; i < refusal->fact_count; i++) {
        const struct fact *fact = &refusal->facts[i];
        fact_write(fact, made_out->texts[i]);
        made_out->members[count++] =
            (struct problem_member){.name = fact->name,
                                    .text = fact->type == FACT_INTEGER ? NULL : made_out->texts[i],
                                    .number = fact->integer};
        if (fact->type == FACT_MONEY && made_out->currency[0] == '\0') {
            (void)snprintf(made_out->currency,
                           sizeof made_out->currency,
                           "%s",
                           currency_code(fact->money.currency));
        }
    }
    if (made_out->currency[0] != '\0') {
        made_out->members[count++] =
            (struct problem_member){.name = "currency", .text = made_out->currency};
    }
    made_out->problem = (struct problem){
        .status = refusal_http_status(refusal->code),
        .code = refusal_code_text(refusal->code),
        .title = refusal_title(refusal->code),
        .pointer = refusal->pointer[0] == '\0' ? NULL : refusal->pointer,
        .members = made_out->members,
    };
}

void api_reply_fault(struct request *request, const struct record_fault *fault)
{
    char code[64];
    (void)snprintf(code, sizeof code, "request.%s", fault->code);
    problem_reply(request,
                  &(struct problem){.status = strcmp(fault->code, "too_large") == 0 ? 413 : 400,
                                    .code = code,
                                    .title = "The body is not what this resource takes",
                                    .detail = fault->detail,
                                    .pointer = fault->pointer[0] == '\0' ? NULL : fault->pointer});
}

bool api_reply_failed_unit(struct request *request, const struct unit *unit)
{
    switch (unit->status) {
    case UNIT_ANSWERED:
        return false;
    case UNIT_TOO_LARGE:
        problem_reply(request,
                      &(struct problem){.status = 413,
                                        .code = "batch.too_large",
                                        .title = "The batch does not fit one transaction",
                                        .detail = "send it in smaller parts"});
        return true;
    case UNIT_IN_DOUBT:
        problem_reply(request,
                      &(struct problem){.status = 503,
                                        .code = "gateway.in_doubt",
                                        .title = "Whether it was done is not known yet",
                                        .detail = "send the same again, with the same key",
                                        .extra_headers = "Retry-After: 2\r\n"});
        return true;
    case UNIT_WAITING:
    case UNIT_NOT_COMMITTED:
        problem_reply(request,
                      &(struct problem){.status = 503,
                                        .code = "gateway.not_committed",
                                        .title = "Nothing was done",
                                        .detail = "send the same again, with the same key",
                                        .extra_headers = "Retry-After: 1\r\n"});
        return true;
    }
    return true;
}

/* --- one command --- */

static bool write_answer(struct api_tools *tools,
                         const struct command *command,
                         enum media media,
                         struct writer *out)
{
    const struct record *record = command->type->answer;
    if (command->result == COMMAND_DONE) {
        record_write(record, media, RECORD_MASKED, command->answer, out);
        return true;
    }
    arena_reset(&tools->scratch);
    return record_translate(record, command->stored_answer, media, &tools->scratch, out);
}

void api_reply_command(struct api *api, struct request *request, struct unit *unit)
{
    const struct command *command = &unit->commands[0];
    if (api_reply_failed_unit(request, unit)) {
        return;
    }
    if (command->result == COMMAND_REFUSED) {
        if (command->refusal.explain_grn[0] != '\0') {
            api_explain(api, request, &command->refusal);
            return;
        }
        struct refusal_problem made;
        refusal_problem_make(&command->refusal, &made);
        problem_reply(request, &made.problem);
        return;
    }
    struct api_tools *tools = &api->tools[request_thread(request)];
    enum media media = api_reply_media(request);
    struct writer out = writer_over(tools->buffer, API_BUFFER_SIZE);
    bool is_written = write_answer(tools, command, media, &out) && !out.has_failed;
    char headers[96] = "";
    if (unit->purpose == UNIT_COMMIT) {
        (void)snprintf(headers,
                       sizeof headers,
                       "Kouan-Command: %" PRId64 "\r\n%s",
                       command->seq,
                       command->result == COMMAND_REPLAYED ? "Idempotency-Replayed: true\r\n" : "");
    }
    request_reply(request,
                  &(struct reply){
                      .status = is_written ? 200 : 500,
                      .content_type = media == MEDIA_CBOR ? "application/cbor" : "application/json",
                      .body = {.data = out.data, .size = is_written ? out.size : 0},
                      .extra_headers = headers,
    });
}

/* --- many commands --- */

static void
write_result_json(struct api_tools *tools, const struct command *command, struct writer *out)
{
    char head[96];
    if (command->result == COMMAND_REFUSED) {
        struct refusal_problem made;
        refusal_problem_make(&command->refusal, &made);
        (void)snprintf(head, sizeof head, "{\"status\":%d,\"problem\":", made.problem.status);
        write_text(out, head);
        problem_write_json(&made.problem, out);
    } else {
        (void)snprintf(head,
                       sizeof head,
                       "{\"status\":200,\"command\":%" PRId64 ",\"replayed\":%s,\"answer\":",
                       command->seq,
                       command->result == COMMAND_REPLAYED ? "true" : "false");
        write_text(out, head);
        out->has_failed |= !write_answer(tools, command, MEDIA_JSON, out);
    }
    write_u8(out, '}');
}

static void write_key(struct writer *out, const char *key)
{
    cbor_write_text(out, key, strlen(key));
}

static void
write_result_cbor(struct api_tools *tools, const struct command *command, struct writer *out)
{
    if (command->result == COMMAND_REFUSED) {
        struct refusal_problem made;
        refusal_problem_make(&command->refusal, &made);
        cbor_write_map(out, 2);
        write_key(out, "status");
        cbor_write_integer(out, made.problem.status);
        write_key(out, "problem");
        problem_write_cbor(&made.problem, out);
        return;
    }
    cbor_write_map(out, 4);
    write_key(out, "answer");
    out->has_failed |= !write_answer(tools, command, MEDIA_CBOR, out);
    write_key(out, "status");
    cbor_write_integer(out, 200);
    write_key(out, "command");
    cbor_write_integer(out, command->seq);
    write_key(out, "replayed");
    cbor_write_boolean(out, command->result == COMMAND_REPLAYED);
}

void api_reply_results(struct api *api, struct request *request, struct unit *unit)
{
    if (api_reply_failed_unit(request, unit)) {
        return;
    }
    struct api_tools *tools = &api->tools[request_thread(request)];
    enum media media = api_reply_media(request);
    struct writer out = writer_over(tools->buffer, API_BUFFER_SIZE);
    if (media == MEDIA_CBOR) {
        cbor_write_map(&out, 1);
        write_key(&out, "results");
        cbor_write_array(&out, unit->command_count);
    } else {
        write_text(&out, "{\"results\":[");
    }
    for (size_t i = 0; i < unit->command_count; i++) {
        if (media == MEDIA_CBOR) {
            write_result_cbor(tools, &unit->commands[i], &out);
        } else {
            write_text(&out, i == 0 ? "" : ",");
            write_result_json(tools, &unit->commands[i], &out);
        }
    }
    if (media == MEDIA_JSON) {
        write_text(&out, "]}");
    }
    request_reply(request,
                  &(struct reply){
                      .status = out.has_failed ? 500 : 200,
                      .content_type = media == MEDIA_CBOR ? "application/cbor" : "application/json",
                      .body = {.data = out.data, .size = out.has_failed ? 0 : out.size},
    });
}
