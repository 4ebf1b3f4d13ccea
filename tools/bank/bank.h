#pragma once
/*
 * The simulated bank: its books and journal behind one event loop. Every turn of the loop ends in
 * the same order: what is due happens, the journal is written, what was said is sent.
 *
 *   line ──> answer ──> desk ──> journal + books        requests of the gateway
 *   advise, tell ──> line                               what the bank says of its own
 *   control ──> advise, tell, desk, report              people, tests and scripts
 */
#include "tools/bank/advise.h"
#include "tools/bank/config.h"
#include "tools/bank/desk.h"
#include "tools/bank/exchange.h"
#include "tools/bank/judge.h"
#include "tools/bank/later.h"
#include "tools/bank/line.h"
#include "tools/bank/script.h"
#include "tools/bank/tell.h"

struct event;
struct event_base;

struct bank {
    const struct bank_config *config;
    char hosts[CONFIG_TEXT_SIZE]; /* those of the configuration, cut apart */
    struct event_base *base;
    struct event *timer;
    struct books books;
    struct journal *journal;
    struct desk desk;
    struct iso8583_dialect dialect;
    struct seal_config seal_config;
    struct line line;
    struct script script;
    instant_us timer_due[SCRIPT_RULE_COUNT_MAX]; /* INT64_MAX: done */
    struct judge judge;
    struct later later;
    struct advising advising;
    struct telling telling;
    struct exchange *exchange; /* NULL: no documents */
    struct control *control;
    bool is_stopping;
};

/* False with one line of reason. Nothing is taken or said before bank_run. */
MUST_CHECK bool bank_open(struct bank *bank,
                          const struct bank_config *config,
                          char *reason_out,
                          size_t reason_size);
/* Until told to quit. */
void bank_run(struct bank *bank);
void bank_close(struct bank *bank);
/* Journal first, then everything said. */
void bank_flush(struct bank *bank);
