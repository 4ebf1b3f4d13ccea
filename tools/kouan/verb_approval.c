/* `kouan approve ID` and `kouan reject ID`: the second person's word about what was proposed. */
#include <stdio.h>
#include <string.h>

#include "tools/kouan/approval_json.h"
#include "tools/kouan/output.h"
#include "tools/kouan/session.h"
#include "tools/kouan/verb.h"

enum {
    ID_SIZE = 32,
    PATH_SIZE = 64,
    KEY_SIZE = 64,
};

/* "A" and digits: it becomes part of a path and of a key. */
static bool is_id(const char *text)
{
    size_t size = strlen(text);
    return size > 1 && size < ID_SIZE && text[0] == 'A' &&
           strspn(text + 1, "0123456789") == size - 1;
}

static enum exit_code
send_decision(struct session *session, const char *decision, const char *id, const char *reason)
{
    char key[KEY_SIZE];
    struct session_answer answer;
    json_t *body =
        json_pack("{s:s,s:s,s:s*}", "approval", id, "decision", decision, "reason", reason);
    snprintf(key, sizeof key, "%s/%s", decision, id);
    enum exit_code code = session_post(session, "/v1/approval/decide", key, body, &answer);
    json_decref(answer.body);
    return code;
}

/* The approval as it stands now, with the answer of the command inside. */
static enum exit_code approval_show(struct session *session, const char *id)
{
    char path[PATH_SIZE];
    struct session_answer answer;
    snprintf(path, sizeof path, "/v1/approval/%s", id);
    struct client_request request = {.method = "GET", .path = path, .accept = "application/json"};
    enum exit_code code = session_exchange(session, &request, &answer);
    if (code == EXIT_DONE) {
        approval_json_open(answer.body);
        if (session->arguments->values[OPTION_JSON]) {
            output_json(answer.body);
        } else {
            output_record(answer.body, stdout);
        }
    }
    json_decref(answer.body);
    return code;
}

static enum exit_code decide(const struct arguments *arguments, const char *decision)
{
    const char *id = arguments->positionals[0];
    if (!is_id(id)) {
        message("%s is not the number of an approval, such as A000000000042", id);
        return EXIT_USAGE;
    }
    struct session session;
    enum exit_code code = session_open(&session, arguments);
    if (code != EXIT_DONE) {
        return code;
    }
    code = send_decision(&session, decision, id, arguments->values[OPTION_REASON]);
    if (code == EXIT_DONE) {
        code = approval_show(&session, id);
    }
    session_close(&session);
    return code;
}

enum exit_code verb_approve(const struct arguments *arguments)
{
    return decide(arguments, "approve");
}

enum exit_code verb_reject(const struct arguments *arguments)
{
    return decide(arguments, "reject");
}
