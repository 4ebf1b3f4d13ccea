#pragma once
/*
 * What is said on a link: requests become messages, messages become events, every message of the
 * bank is answered as it must be.
 *
 *   request ──> window ──> seal ──> send                 take ──> seal ──> answer: window ──>
 * answered question: duplicates ──> advised reply ──> the question kept under its ticket ──> send
 * 0800: session
 *
 * Knows no socket and no clock: frames come in and go out through a port, time is passed in. One
 * thread. Events may call back into request and reply of the adapter, not in here.
 */
#include "adapters/adapter.h"
#include "adapters/iso8583/iso8583.h"
#include "adapters/link/link_config.h"
#include "adapters/link/moment.h"
#include "ledger/base/bytes.h"

struct dialogue;

struct dialogue_port {
    void *context;
    /* One message with its length prefix. Other than OK: nothing left. */
    enum status (*send)(void *context, struct bytes frame);
    /* Answered by dialogue_closed, later. */
    void (*close)(void *context, const char *reason);
    /* Before the event of the same name. */
    void (*changed)(void *context, enum adapter_state state, const char *reason);
};

/* `config` lives as long as the dialogue. */
struct dialogue *dialogue_create(const struct link_config *config,
                                 const struct adapter_events *events,
                                 const struct dialogue_port *port);
void dialogue_destroy(struct dialogue *dialogue);

/* `connection` names it in tickets. */
void dialogue_opened(struct dialogue *dialogue,
                     uint64_t connection,
                     const char *peer,
                     struct moment now);
void dialogue_closed(struct dialogue *dialogue, const char *reason);
/* One message without prefix; empty: an idle message. */
void dialogue_take(struct dialogue *dialogue, struct iso8583_view frame, struct moment now);
/* `answered` is called now or later, once. */
void dialogue_request(struct dialogue *dialogue,
                      const struct adapter_request *request,
                      struct moment now);
/* Answers NOT_SENT without sending. */
void dialogue_decline(struct dialogue *dialogue, const struct adapter_request *request);
bool dialogue_has_room(const struct dialogue *dialogue);
/* Tickets that are used, too old or of a connection that is gone are passed over. */
void dialogue_reply(struct dialogue *dialogue,
                    struct adapter_ticket ticket,
                    enum adapter_reply reply);
/* Does what is due; says when to call again at the latest (monotonic), INSTANT_NONE: not by itself.
 */
instant_us dialogue_tick(struct dialogue *dialogue, struct moment now);
/* Answers everything outstanding UNKNOWN, signs off and closes. */
void dialogue_leave(struct dialogue *dialogue, struct moment now);
void dialogue_read_report(const struct dialogue *dialogue, struct adapter_report *report_out);
