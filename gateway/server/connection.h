#pragma once
/* One client connection on its I/O thread, from accept to close. Not for other rooms. */
#include "gateway/server/request.h"
#include "gateway/server/server_state.h"

/*
 *  HANDSHAKE -> HEAD -> BODY -> ANSWERING -> WRITING -> HEAD … or LINGERING -> DEAD
 * Every state but ANSWERING has an absolute deadline, which no byte received moves.
 */
enum connection_state {
    CONNECTION_HANDSHAKE,
    CONNECTION_HEAD, /* idle while there is no request, or an empty one */
    CONNECTION_BODY,
    CONNECTION_ANSWERING, /* the handler has the request */
    CONNECTION_WRITING,   /* the answer waits for the socket */
    CONNECTION_LINGERING, /* closed our way; the answer must not be lost to a reset */
    CONNECTION_DEAD,
};

struct connection {
    struct io_thread *thread;
    struct connection *previous;
    struct connection *next;
    enum connection_state state;
    int socket;
    SSL *ssl;
    uint64_t tls_generation; /* the thread's when the handshake began */
    struct event read_event;
    struct event write_event;
    instant_us deadline_us;
    instant_us certificate_end;
    struct identity identity;
    bool is_in_party_table;
    bool is_readable;  /* the socket was reported readable and not read since */
    bool is_paused;    /* read_event is off */
    bool is_advancing; /* connection_advance is on the stack */
    bool has_ended;    /* the client will send no more */
    bool closes;       /* after what is being written */
    bool is_expired;   /* the certificate ended meanwhile: the next answer is the last */
    struct request *request;
    uint8_t *output; /* what the socket has not taken yet */
    size_t output_size;
    size_t output_at;
    size_t linger_bytes;
};

void connection_create(struct io_thread *thread, int socket);
/* At once, without an answer. The memory goes with thread_reap. */
void connection_close(struct connection *connection);
void connection_free(struct connection *connection);
/* Called by the sweep and by a reload. */
void connection_check_deadline(struct connection *connection, instant_us now_us, instant_us clock);
void connection_drain(struct connection *connection);

/* For exchange.c. After ENDED the connection is closing, or dead. */
enum connection_input {
    CONNECTION_INPUT_NONE,
    CONNECTION_INPUT_SOME,
    CONNECTION_INPUT_ENDED,
};
enum connection_input
connection_read(struct connection *connection, uint8_t *data, size_t room, size_t *size_out);
/* Until the answer is written. */
void connection_pause(struct connection *connection);

/* For request_reply: the whole answer, then what comes after it. */
void connection_send(struct connection *connection, const uint8_t *data, size_t size);
enum after_answer {
    AFTER_ANSWER_KEEP,
    AFTER_ANSWER_CLOSE,
};
void connection_answered(struct connection *connection, enum after_answer after);
