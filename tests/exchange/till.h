#pragma once
/* An exchange in a directory of its own, and all it told, for tests; `till` because it keeps what
 * comes. Everything waits up to 20 s and then fails. */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "adapters/adapter.h"

enum {
    TILL_COUNT_MAX = 512,
    TILL_PATH_SIZE = 160,
    TILL_TEXT_SIZE = 65536,
};

/* What becomes of advices by themselves. */
enum till_habit {
    TILL_ACCEPTS,
    TILL_REFUSES,
    TILL_IS_SILENT,
};

struct till {
    char directory[64];
    char config[TILL_PATH_SIZE];
    struct adapter *adapter;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct adapter_answer answers[TILL_COUNT_MAX];
    size_t answer_count;
    struct adapter_advice advices[TILL_COUNT_MAX];
    struct adapter_ticket tickets[TILL_COUNT_MAX];
    size_t advice_count;
    struct adapter_stray strays[TILL_COUNT_MAX];
    size_t stray_count;
    enum till_habit habit;
    bool is_up;
};

/* A directory, nothing in it. */
void till_create(struct till *till);
void till_destroy(struct till *till);
/* Writes the configuration ("key: value" lines behind the usual ones) and creates the exchange. */
void till_open(struct till *till, const char *more);
void till_close(struct till *till);
/* For cmocka: *state is the till; a test may have closed it. */
int till_set_up(void **state);
int till_tear_down(void **state);

/* A payment of 1234.56 CNY. */
struct adapter_request till_request(enum adapter_act act, const char *reference, int64_t attempt);
void till_ask(struct till *till, enum adapter_act act, const char *reference, int64_t attempt);
/* The answer `index`, once it is there. */
struct adapter_answer till_answer(struct till *till, size_t index);
struct adapter_advice till_advice(struct till *till, size_t index);
size_t till_advice_count(struct till *till);
struct adapter_stray till_stray(struct till *till, size_t index);
void till_set_habit(struct till *till, enum till_habit habit);
void till_reply(struct till *till, size_t index, enum adapter_reply reply);
struct adapter_report till_report(struct till *till);

/* Under `place` ("inbox/a.xml"); written aside and renamed. */
void till_put(struct till *till, const char *place, const char *text);
/* The same of a text made for it, which is freed. */
void till_lay(struct till *till, const char *place, char *text);
/* Waits until it is there; free the text. */
char *till_take(struct till *till, const char *place);
bool till_has(struct till *till, const char *place);
/* Waits until it is there, or gone. */
void till_await(struct till *till, const char *place);
void till_await_gone(struct till *till, const char *place);
/* How many names are in a folder. */
size_t till_count(struct till *till, const char *folder);

/* Documents of a bank. */
char *till_pacs_002(const char *message_id,
                    const char *reference,
                    const char *status,
                    const char *reason);
char *till_camt_029(const char *message_id,
                    const char *reference,
                    const char *status,
                    const char *reason);
char *till_pacs_004(const char *message_id,
                    const char *return_id,
                    const char *reference,
                    const char *amount);
/* `count` booked credits of 1.00, with references B1, B2 ... */
char *till_camt_054(const char *message_id, size_t count);
