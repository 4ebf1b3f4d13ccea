#include "tests/business/statement_laws.h"

#include <stdio.h>
#include <string.h>

#include "gateway/business/bank/payment.h"
#include "gateway/business/party/party.h"
#include "gateway/business/tax/tax_cycle.h"
#include "gateway/business/tax/tax_day.h"
#include "gateway/business/tax/tax_statement.h"

enum {
    UNDER_WAY = 1U << PAYMENT_CREATED | 1U << PAYMENT_APPROVED | 1U << PAYMENT_SENT |
                1U << PAYMENT_IN_DOUBT,
    PAID = 1U << PAYMENT_CONFIRMED | 1U << PAYMENT_RETURNED,
    OVER = 1U << TAX_STATEMENT_PAID | 1U << TAX_STATEMENT_SETTLED | 1U << TAX_STATEMENT_EMPTY,
};

struct check {
    const struct world *world;
    const char *broken;
};

struct sums {
    const char *key; /* of the statement or the day */
    int64_t count;
    int64_t tariff;
    int64_t consumption_tax;
    int64_t vat;
    int64_t total;
};

static void add_bill(struct sums *sums, const struct tax_bill *bill)
{
    sums->count++;
    sums->tariff += bill->tariff.minor;
    sums->consumption_tax += bill->consumption_tax.minor;
    sums->vat += bill->vat.minor;
    sums->total += bill->total.minor;
}

static void add_stated(void *context, const void *data)
{
    struct sums *sums = context;
    const struct tax_bill *bill = data;
    if (strcmp(bill->statement, sums->key) == 0) {
        add_bill(sums, bill);
    }
}

static void add_waiting(void *context, const void *data)
{
    struct sums *sums = context;
    const struct tax_bill *bill = data;
    if (strcmp(bill->tax_day, sums->key) == 0) {
        add_bill(sums, bill);
    }
}

static int64_t day_count(const struct tax_statement *statement)
{
    const struct tax_statement_day *days = statement->days.items;
    int64_t count = 0;
    for (size_t i = 0; i < statement->days.count; i++) {
        count += days[i].bill_count;
    }
    return count;
}

static const char *payment_fault(const struct world *world, const struct tax_statement *statement)
{
    const struct payment *payment = world_document(world, DOCUMENT_PAYMENT, statement->payment);
    bool is_under_way = payment != NULL && (UNDER_WAY & 1U << payment->state) != 0;
    if ((statement->state == TAX_STATEMENT_PAYING) != is_under_way) {
        return "a statement is paying while its payment is under way";
    }
    if (statement->state == TAX_STATEMENT_PAID && statement->total.minor > 0 &&
        (payment == NULL || (PAID & 1U << payment->state) == 0 ||
         payment->amount.minor != statement->total.minor + statement->late_fee.minor)) {
        return "a statement is paid by its payment";
    }
    return NULL;
}

static const char *kept_fault(const struct world *world, const struct tax_statement *statement)
{
    const struct tax_statement_cover *covers = statement->covers.items;
    for (size_t i = 0; i < statement->covers.count; i++) {
        char key[RESERVATION_KEY_SIZE];
        snprintf(key, sizeof(key), "%s/%s", covers[i].grn, statement->id);
        const struct reservation *kept = world_document(world, DOCUMENT_RESERVATION, key);
        if (kept == NULL) {
            return "what is kept for a statement is known";
        }
        if ((OVER & 1U << statement->state) != 0 && kept->amount.minor != 0) {
            return "nothing stays reserved for a statement that is over";
        }
    }
    return NULL;
}

static void check_statement(void *context, const void *data)
{
    struct check *check = context;
    const struct tax_statement *statement = data;
    struct sums sums = {.key = statement->id};
    world_each(check->world, DOCUMENT_TAX_BILL, add_stated, &sums);
    const char *fault = payment_fault(check->world, statement);
    if (fault == NULL) {
        fault = kept_fault(check->world, statement);
    }
    if (sums.count != statement->bill_count || sums.tariff != statement->tariff.minor ||
        sums.consumption_tax != statement->consumption_tax.minor ||
        sums.vat != statement->vat.minor || sums.total != statement->total.minor) {
        fault = "a statement is the sum of its bills";
    } else if (day_count(statement) != statement->bill_count) {
        fault = "a statement is the sum of its days";
    } else if (statement->state == TAX_STATEMENT_EMPTY && statement->bill_count != 0) {
        fault = "an empty statement is empty";
    }
    if (fault != NULL) {
        check->broken = fault;
    }
}

static void check_day(void *context, const void *data)
{
    struct check *check = context;
    const struct tax_day *day = data;
    struct sums sums = {.key = day->key};
    world_each(check->world, DOCUMENT_TAX_BILL, add_waiting, &sums);
    if (sums.count != day->bill_count || sums.total != day->total.minor) {
        check->broken = "a day is the sum of its bills";
    }
    char key[DOCUMENT_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%s", day->agent, day->customs_code);
    const struct tax_cycle *cycle = world_document(check->world, DOCUMENT_TAX_CYCLE, key);
    bool is_seen = cycle != NULL && cycle->oldest != DATE_NONE &&
                   cycle->oldest <= day->released_on && day->released_on <= cycle->newest &&
                   (cycle->next_cut != DATE_NONE || cycle->statement[0] != '\0');
    if (day->bill_count > 0 && !is_seen) {
        check->broken = "a day with bills will be cut";
    }
}

static void check_bill(void *context, const void *data)
{
    struct check *check = context;
    const struct tax_bill *bill = data;
    bool is_stated = bill->state == TAX_BILL_STATED;
    if (is_stated != (bill->statement[0] != '\0') || (is_stated && bill->tax_day[0] != '\0')) {
        check->broken = "a bill is in one statement, or on one day, or in neither";
    }
    if (is_stated &&
        world_document(check->world, DOCUMENT_TAX_STATEMENT, bill->statement) == NULL) {
        check->broken = "a bill's statement is known";
    }
}

struct arrears {
    const char *agent;
    int64_t count;
};

static void count_arrears(void *context, const void *data)
{
    struct arrears *arrears = context;
    const struct tax_statement *statement = data;
    arrears->count += statement->is_in_arrears && strcmp(statement->agent, arrears->agent) == 0;
}

static void check_party(void *context, const void *data)
{
    struct check *check = context;
    const struct party *party = data;
    struct arrears arrears = {.agent = party->id};
    world_each(check->world, DOCUMENT_TAX_STATEMENT, count_arrears, &arrears);
    if (arrears.count != party->overdue_statement_count) {
        check->broken = "overdue statements are counted";
    }
}

const char *statement_broken_law(const struct world *world)
{
    struct check check = {.world = world};
    world_each(world, DOCUMENT_TAX_STATEMENT, check_statement, &check);
    world_each(world, DOCUMENT_TAX_DAY, check_day, &check);
    world_each(world, DOCUMENT_TAX_BILL, check_bill, &check);
    world_each(world, DOCUMENT_PARTY, check_party, &check);
    return check.broken;
}
