#pragma once
/*
 * A bank behind adapter.h: confirms, rejects, keeps silent, pays late, decides later, loses
 * answers, goes down and comes up, tells advices again and again. Seeded; its book tells what is
 * true.
 */
#include <pthread.h>

#include "tests/banks/fake_book.h"

enum {
    FAKE_WINDOW = 96
};

enum fake_mood {
    FAKE_WILD,
    FAKE_CALM, /* confirms everything, agrees with all totals, says nothing unasked */
};

struct fake_config {
    enum fake_mood mood;
    struct fake_book *book;
    uint64_t seed;
    int cut_over_ms; /* after this the next day begins; 0 = never */
};

/* What a test lets the last bank made say; its replies are in the book. */
void fake_say_advice(const struct adapter_advice *advice);
void fake_say_totals(const struct day_totals *totals);
void fake_say_cut_over(date_days new_day);
/* The bank works on another day and keeps that to itself. */
void fake_begin_day(date_days new_day);
/* What it answers to totals from now on; `figures` or NULL: its own, of the day asked about. */
void fake_answer_totals(enum adapter_outcome outcome, const struct day_totals *figures);

/* For the next fake_create: link files of the fake bank say nothing. */
void fake_configure(const struct fake_config *config);
struct adapter *fake_create(const char *file,
                            const struct adapter_events *events,
                            char *message_out,
                            size_t message_size);
