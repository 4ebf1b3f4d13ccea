#pragma once
/*
 * The result of an operation that touches the world outside: a socket, a database, a file.
 * A refusal by the rules of money is never a status; it is an `enum outcome`
 * (ledger/book/outcome.h).
 */
#define MUST_CHECK __attribute__((warn_unused_result))

enum status {
    STATUS_OK,
    STATUS_AGAIN,     /* not now; the same call may succeed later */
    STATUS_REJECTED,  /* the other side said no; nothing changed */
    STATUS_UNCERTAIN, /* it is unknown whether it happened; look it up, never guess */
    STATUS_CORRUPT,   /* the bytes or rows contradict themselves */
    STATUS_LIMIT,     /* a stated bound is reached */
};

const char *status_name(enum status status);
