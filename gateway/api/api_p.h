#pragma once
/* Shared by the doors. */
#include "adapters/customs/ceb.h"
#include "gateway/api/api.h"
#include "gateway/server/problem.h"
#include "gateway/webhooks/signer.h"

enum {
    COMMAND_BODY_SIZE_MAX = 256 << 10,
    BATCH_BODY_SIZE_MAX = 8 << 20,
    BANK_DOCUMENT_SIZE_MAX = 8 << 20,
    PAGE_COUNT_DEFAULT = 50,
    PAGE_COUNT_MAX = 500,
    API_BUFFER_SIZE = 16 << 20,
    API_SCRATCH_SIZE = 1 << 20,
};

enum {
    RECORD_FIELD_COUNT_MAX = 64
};

struct document_statements;

struct api_route {
    struct api *api;
    const struct command_type *command; /* of a command's route */
    enum document document;             /* of a document's route */
};

/* What an I/O thread works with; each has its own. */
struct api_tools {
    struct vault *vault;
    struct arena scratch;
    uint8_t *buffer; /* API_BUFFER_SIZE bytes: a body on its way in or out */
};

struct api {
    struct api_config config;
    struct server *server;
    struct api_tools *tools; /* one per I/O thread */
    char webhook_key[SIGNER_PUBLIC_KEY_SIZE];
    struct route *routes;
    struct api_route *contexts;
    size_t route_count;
    size_t command_size_max;                /* command and two answers of the largest type */
    struct document_statements *statements; /* one per document */
    struct bytes openapi;
    struct bytes cddl;
};

/* --- decode.c: bytes of a request → commands of a unit --- */

/* The media of the body; false after a 415 reply. */
bool api_body_media(struct request *request, enum media *media_out);
enum media api_reply_media(const struct request *request);

enum api_manner {
    MANNER_DO,
    MANNER_PROPOSE, /* the command becomes an approval.propose with its body in it */
};

/* How a body is to be taken. */
struct api_form {
    enum media media;
    enum api_manner manner;
};

/* Reads, seals and fingerprints a command into `command` (made by unit_prepare). */
bool api_read_command(struct api *api,
                      const struct request *request,
                      struct unit *unit,
                      struct command *command,
                      struct api_form form,
                      struct bytes body,
                      struct record_fault *fault_out);
/* The same for a body already in its struct. */
bool api_seal_command(struct api *api,
                      const struct request *request,
                      struct unit *unit,
                      struct command *command);
bool api_key_is_valid(const char *key);

/* --- submit.c --- */

/* A new unit for the caller of `request`. NULL after a 503 reply. */
struct unit *api_unit_create(struct request *request, size_t command_count, size_t arena_size);
/* ?dry_run=true; `other` is the one parameter beside it, or NULL. False after a 400 reply. */
bool api_read_purpose(struct request *request, const char *other, enum unit_purpose *purpose_out);
/* ?propose=true; false after a 400 reply. */
bool api_read_manner(struct request *request, enum api_manner *manner_out);
/* Hands the unit over; `reply` runs on the request's I/O thread with the unit answered, and frees
 * it. Replies 503 by itself (and frees the unit) when the engine cannot take it. */
void api_submit(struct api *api,
                struct request *request,
                struct unit *unit,
                void (*reply)(struct api *api, struct request *request, struct unit *unit));

/* --- reply.c --- */

/* The problem of a refused command, its members in `members`. */
struct refusal_problem {
    struct problem problem;
    struct problem_member
        members[REFUSAL_FACT_COUNT_MAX + 4]; /* reason, facts, currency, frees, end */
    char texts[REFUSAL_FACT_COUNT_MAX][64];
    char currency[4];
};
void refusal_problem_make(const struct refusal *refusal, struct refusal_problem *made_out);

void api_reply_fault(struct request *request, const struct record_fault *fault);
void api_reply_command(struct api *api, struct request *request, struct unit *unit);
void api_reply_results(struct api *api, struct request *request, struct unit *unit);
/* True when the unit as a whole failed and was answered. */
bool api_reply_failed_unit(struct request *request, const struct unit *unit);

/* --- query.c: reads of committed rows --- */

enum {
    QUERY_PARAMETER_COUNT_MAX = 4
};

/* One GET under way: filled by its handler, run by a reader, replied on the I/O thread. */
struct query {
    struct api *api;
    struct request *request;
    enum media media;
    char party[PARTY_ID_SIZE]; /* whose view; "" sees everything (operator, auditor) */
    const char *statement;     /* a constant of ours */
    const char *parameters[QUERY_PARAMETER_COUNT_MAX];
    size_t parameter_count;
    row_callback *each; /* writes a row into the body; gets the query */
    enum document document;
    size_t item_count_max; /* 0: one item or 404; otherwise a page */
    size_t item_count;
    char next_cursor[DOCUMENT_KEY_SIZE];
    enum status status;
    const struct read_tools *tools; /* while it runs */
    struct writer out;              /* the items */
    void *owner;
};

/* NULL after a 503 reply. */
struct query *query_create(struct api *api, struct request *request);
/* Runs on a reader, then `reply` on the I/O thread, which ends with query_destroy. False after a
 * 503 reply; then the query is gone. */
bool query_submit(struct query *query, void (*reply)(struct query *query));
void query_destroy(struct query *query);
/* The items as a page or the one item; destroys the query. */
void query_reply(struct query *query);
/* Before each item of a page: the separator. */
void query_begin_item(struct query *query);
/* "cursor" and "limit" of the request; live as long as the request. */
struct page {
    const char *cursor; /* "" at first */
    char limit[16];
};
/* For a page of items. `filter` is the one other parameter the request may have, or NULL. NULL
 * after a reply. */
struct query *query_create_page(struct api *api,
                                struct request *request,
                                const char *filter,
                                struct page **page_out);

/* statement.c: the SELECTs of documents, made once from their records */
struct document_statements {
    char *single;                           /* $1 key, $2 viewer */
    char *page;                             /* $1 after, $2 viewer, $3 count */
    char *filtered[RECORD_FIELD_COUNT_MAX]; /* by field: the same and $4 value; NULL: no index */
};
void document_statements_make(struct document_statements statements_out[DOCUMENT_COUNT]);
void document_statements_free(struct document_statements statements[DOCUMENT_COUNT]);

/* --- statement_range.c: from, to, format --- */
bool api_statement_is_range(const struct request *request);
/* Of an account the caller may see. Replies. */
void api_statement_range(struct api *api, struct request *request, int64_t account);

/* --- explain.c: which reservations free what, and when --- */
void api_explain(struct api *api, struct request *request, const struct refusal *refusal);

/* --- describe.c --- */
void api_describe(struct api *api);

/* --- customs_key.c --- */
void api_customs_key(enum ceb_type message,
                     const void *node,
                     char key_out[static IDEMPOTENCY_KEY_SIZE]);

/* --- webhook.c --- */
void webhook_key_make(struct api *api);

/* --- customs_signer.c --- */
enum customs_signer {
    CUSTOMS_SIGNER_ABSENT, /* nobody signed, and nobody had to */
    CUSTOMS_SIGNER_ACCEPTED,
    CUSTOMS_SIGNER_REFUSED, /* the request has its reply */
};
typedef void
customs_continue(struct api *api, struct request *request, enum customs_signer signer, void *owner);
/* Whether the signature of the message `xml` allows it; `then` runs on the request's I/O thread,
 * now or after a look into the database. `is_wanted`: look at it whatever the configuration says.
 */
void api_customs_signer(struct api *api,
                        struct request *request,
                        struct bytes xml,
                        bool is_wanted,
                        customs_continue *then,
                        void *owner);

/* --- handlers --- */
route_handler api_command;
route_handler api_batch;
route_handler api_customs;
route_handler api_document;
route_handler api_documents;
route_handler api_account;
route_handler api_statement;
route_handler api_events;
route_handler api_links;
route_handler api_bank_documents;
route_handler api_webhook_key;
route_handler api_openapi;
route_handler api_cddl;
