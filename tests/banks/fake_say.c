#include "tests/banks/fake_bank_p.h"

static const struct adapter_ticket test_ticket = {.connection = 4};

void fake_say_advice(const struct adapter_advice *advice)
{
    last_fake->events.advised(last_fake->events.context, advice, test_ticket);
}

void fake_say_totals(const struct day_totals *totals)
{
    last_fake->events.told_totals(last_fake->events.context, totals, test_ticket);
}

void fake_answer_totals(enum adapter_outcome outcome, const struct day_totals *figures)
{
    pthread_mutex_lock(&last_fake->lock);
    last_fake->totals_outcome = outcome;
    last_fake->figures = figures == NULL ? (struct day_totals){.day = DATE_NONE} : *figures;
    pthread_mutex_unlock(&last_fake->lock);
}

void fake_begin_day(date_days new_day)
{
    pthread_mutex_lock(&last_fake->lock);
    last_fake->config.book->today = new_day;
    pthread_mutex_unlock(&last_fake->lock);
}

void fake_say_cut_over(date_days new_day)
{
    fake_begin_day(new_day);
    last_fake->events.cut_over(last_fake->events.context, new_day);
}
