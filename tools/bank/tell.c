#include "tools/bank/tell.h"

#include <stdio.h>
#include <string.h>

#include "ledger/base/log.h"
#include "tools/bank/answer.h"
#include "tools/bank/totals.h"

enum {
    TRACE_MAX = 999999,
    OLD_KEY_US = 10 * 1000 * 1000,
    NEW_KEY_US = 10 * 1000 * 1000, /* without an answer it is given up */
};

static const struct verdict said_plainly = {.decide_us = -1};

void tell_stamp(struct bank *bank, char stamp_out[TELL_STAMP_SIZE])
{
    struct draft draft;
    struct telling *telling = &bank->telling;
    telling->trace = telling->trace % TRACE_MAX + 1;
    draft_start(&draft, "0800");
    draft_stamp(&draft, clock_now(), telling->trace);
    memcpy(stamp_out, draft.text, TELL_STAMP_SIZE - 1);
    stamp_out[TELL_STAMP_SIZE - 1] = '\0';
}

static void
say(struct bank *bank, struct line_connection *to, struct draft *draft, enum tell_what what)
{
    struct telling *telling = &bank->telling;
    struct tell_open *open = &telling->open[telling->open_next++ % TELL_OPEN_COUNT_MAX];
    open->what = what;
    tell_stamp(bank, open->stamp);
    draft_bytes(draft, 7, open->stamp, 10);
    draft_bytes(draft, 11, open->stamp + 10, 6);
    draft_text(draft, 32, bank->config->institution);
    answer_say(bank, to, draft, &said_plainly);
}

const char *tell_manage(struct bank *bank, struct line_connection *to, enum tell_what what)
{
    struct draft draft;
    char key[SEAL_TEXT_SIZE];
    to = to == NULL ? line_signed_on(&bank->line) : to;
    if (to == NULL) {
        return "nobody is signed on";
    }
    draft_start(&draft, "0800");
    draft_number(&draft, 70, what, 3);
    if (what == TELL_CUT_OVER || what == TELL_CUT_OVER_ENDED) {
        draft_day(&draft, 15, bank->books.day);
    }
    if (what == TELL_KEY_EXCHANGE) {
        instant_us now = clock_monotonic();
        if (seal_is_renewing(&to->seal, now)) {
            return "busy: the key told last is not answered yet";
        }
        if (!seal_renew(&to->seal, now + NEW_KEY_US, key)) {
            return "no key exchange without mac_master_key_file";
        }
        draft_text(&draft, bank->dialect.fields[62].kind == ISO8583_KIND_NONE ? 48 : 62, key);
    }
    if (what == TELL_SIGN_OFF) {
        to->is_signed_on = false;
    }
    say(bank, to, &draft, what);
    return NULL;
}

const char *tell_key_exchange(struct bank *bank, struct line_connection *to)
{
    const char *why = tell_manage(bank, to, TELL_KEY_EXCHANGE);
    if (why != NULL) {
        LOG(LOG_WARNING, "bank.no_key", LOG_TEXT("reason", why));
    }
    return why == NULL ? "00" : "96";
}

const char *tell_totals(struct bank *bank, date_days day)
{
    struct draft draft;
    struct line_connection *to = line_signed_on(&bank->line);
    if (to == NULL) {
        return "nobody is signed on";
    }
    struct totals totals = totals_of(&bank->books, day);
    draft_start(&draft, "0500");
    draft_day(&draft, 15, day);
    totals_write(&totals, &draft);
    bank->telling.totals_code[0] = '\0';
    say(bank, to, &draft, TELL_TOTALS);
    return NULL;
}

const char *tell_cut_over(struct bank *bank, date_days day)
{
    struct fact fact = {.kind = FACT_DAY, .day = day};
    const char *why = journal_record(bank->journal, &fact);
    if (why == NULL) {
        bank->telling.announce_due = 0;
    }
    return why;
}

void tell_run(struct bank *bank, instant_us now)
{
    struct telling *telling = &bank->telling;
    if (telling->announced_day == bank->books.day || telling->announce_due > now ||
        line_signed_on(&bank->line) == NULL) {
        return;
    }
    telling->announce_due = now + bank->advising.repeat_us;
    const char *why = tell_manage(bank, NULL, TELL_CUT_OVER);
    if (why != NULL) {
        LOG(LOG_WARNING, "bank.not_announced", LOG_TEXT("reason", why));
    }
}

instant_us tell_due(const struct bank *bank)
{
    const struct telling *telling = &bank->telling;
    bool is_waiting =
        telling->announced_day != bank->books.day && line_signed_on(&bank->line) != NULL;
    return is_waiting ? telling->announce_due : INT64_MAX;
}

static enum tell_what open_take(struct telling *telling, const struct iso8583_message *answer)
{
    struct iso8583_view sent_at = iso8583_get(answer, 7);
    struct iso8583_view trace = iso8583_get(answer, 11);
    for (size_t i = 0; sent_at.size == 10 && trace.size == 6 && i < TELL_OPEN_COUNT_MAX; i++) {
        struct tell_open *open = &telling->open[i];
        if (open->what != 0 && memcmp(open->stamp, sent_at.data, 10) == 0 &&
            memcmp(open->stamp + 10, trace.data, 6) == 0) {
            enum tell_what what = open->what;
            open->what = 0;
            return what;
        }
    }
    return 0;
}

static void managed(struct bank *bank, struct line_connection *connection, enum tell_what what)
{
    struct telling *telling = &bank->telling;
    switch (what) {
    case TELL_SIGN_ON:
        connection->is_signed_on = true;
        return;
    case TELL_KEY_EXCHANGE:
        seal_turn(&connection->seal, clock_monotonic() + OLD_KEY_US);
        return;
    case TELL_CUT_OVER:
        if (telling->announced_day == bank->books.day) {
            return;
        }
        telling->announced_day = bank->books.day;
        const char *why = tell_manage(bank, connection, TELL_CUT_OVER_ENDED);
        if (why != NULL) {
            LOG(LOG_WARNING, "bank.not_announced", LOG_TEXT("reason", why));
        }
        return;
    case TELL_ECHO:
        telling->echo_count++;
        return;
    case TELL_SIGN_OFF:
    case TELL_CUT_OVER_ENDED:
    case TELL_TOTALS:
        return;
    }
}

void tell_answered(struct bank *bank,
                   struct line_connection *connection,
                   const struct iso8583_message *answer)
{
    if (answer->mti[1] == '2') {
        advise_answered(bank, answer);
        return;
    }
    char code[3];
    field_text(answer, 39, code, sizeof code);
    enum tell_what what = open_take(&bank->telling, answer);
    if (what == TELL_TOTALS) {
        memcpy(bank->telling.totals_code, code, sizeof code);
    } else if (what != 0 && strcmp(code, "00") == 0) {
        managed(bank, connection, what);
    } else if (what == TELL_KEY_EXCHANGE) {
        seal_drop(&connection->seal);
    }
}
