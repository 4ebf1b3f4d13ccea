/*
 * While time runs day by day no bill that came in time gets old outside a statement: bills at
 * random, cuts by time and now and then by hand, returns from anywhere, a year.
 * `test_cycle [SEED]`.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/business/party/party_record.h"
#include "gateway/business/tax/tax_statement.h"
#include "gateway/business/text.h"
#include "gateway/business/time/deadline.h"
#include "gateway/business/time/terms.h"
#include "tests/business/bills.h"
#include "tests/business/world.h"

enum {
    FIRST_DAY = 20454, /* 2026-01-01 */
    DAY_COUNT = 370,
    LATE_ONE_IN = 15,
    LIST_COUNT_MAX = 2048,
};

static struct world *world;
static uint64_t chance;
static int bill_count;
static int stated_count;

static uint64_t draw(uint64_t bound)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (chance >> 33) % bound;
}

static bool
run(enum role role, const char *actor, const struct command_type *type, const void *body)
{
    struct world_result result = world_run(world, role, actor, type, body);
    return result.verdict == VERDICT_DONE;
}

static void parties_make(void)
{
    struct party_register operator_party = {.kind = PARTY_OPERATOR};
    TEXT_PUT(operator_party.id, "ops");
    assert(run(ROLE_OPERATOR, "ops", command_type_find("party.register"), &operator_party));
    struct party_register agent = {.kind = PARTY_AGENT};
    TEXT_PUT(agent.id, "broker");
    TEXT_PUT(agent.name, "示例报关有限公司");
    TEXT_PUT(agent.customs_code, "9999960D05");
    assert(run(ROLE_OPERATOR, "ops", command_type_find("party.register"), &agent));
}

static void bills_come(date_days today)
{
    for (uint64_t i = draw(4); i > 0; i--) {
        bool is_late = draw(LATE_ONE_IN) == 0;
        struct bill_make bill = {
            .vat = {.minor = (int64_t)draw(10000) + 1, .currency = CURRENCY_CNY},
            .released_on = today - (is_late ? (date_days)draw(60) : (date_days)draw(3)),
        };
        snprintf(bill.tax_no, sizeof(bill.tax_no), "%c%d", is_late ? 'L' : 'T', bill_count++);
        TEXT_PUT(bill.declaration, bill.tax_no);
        TEXT_PUT(bill.agent, "broker");
        TEXT_PUT(bill.customs_code, "9999");
        assert(run((enum role)0, NULL, &bill_make_type, &bill));
    }
    if (bill_count > 0 && draw(3) == 0) {
        struct bill_leave leave = {0};
        const char kind = draw(LATE_ONE_IN) == 0 ? 'L' : 'T';
        snprintf(leave.tax_no, sizeof(leave.tax_no), "%c%d", kind, (int)draw((uint64_t)bill_count));
        run((enum role)0, NULL, &bill_leave_type, &leave);
    }
}

struct due_list {
    struct deadline deadlines[LIST_COUNT_MAX];
    size_t count;
};

static void collect_due(void *context, const void *data)
{
    struct due_list *list = context;
    const struct deadline *deadline = data;
    if (deadline->due_on != DATE_NONE && deadline->due_on <= world_today(world)) {
        assert(list->count < LIST_COUNT_MAX);
        list->deadlines[list->count++] = *deadline;
    }
}

static void time_acts(void)
{
    static struct due_list list;
    list.count = 0;
    world_each(world, DOCUMENT_DEADLINE, collect_due, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct deadline_run body;
        struct due_command due;
        deadline_due_command(&list.deadlines[i], &body, &due);
        run((enum role)0, NULL, due.type, due.body); /* refused: closed by one before it */
    }
}

struct page {
    struct tax_statement_add body;
    struct tax_statement_tax_no items[STATEMENT_PAGE_COUNT_MAX];
};

static void collect_bill(void *context, const void *data)
{
    struct page *page = context;
    const struct tax_bill *bill = data;
    if (bill->tax_day[0] != '\0' && page->body.tax_nos.count < STATEMENT_PAGE_COUNT_MAX) {
        struct tax_statement_tax_no *item = &page->items[page->body.tax_nos.count++];
        TEXT_PUT(item->tax_no, bill->tax_no);
    }
}

static void collect_cutting(void *context, const void *data)
{
    struct page *page = context;
    const struct tax_statement *statement = data;
    if (statement->state == TAX_STATEMENT_CUTTING) {
        TEXT_PUT(page->body.statement, statement->id);
    }
}

/* As the engine's cutter: all that is open, ripe or not. */
static void pages_come(void)
{
    static struct page page;
    memset(&page, 0, sizeof(page));
    page.body.tax_nos.items = page.items;
    world_each(world, DOCUMENT_TAX_STATEMENT, collect_cutting, &page);
    if (page.body.statement[0] == '\0') {
        return;
    }
    world_each(world, DOCUMENT_TAX_BILL, collect_bill, &page);
    assert(page.body.tax_nos.count > 0);
    assert(run((enum role)0, NULL, command_type_find("tax_statement.add"), &page.body));
}

static void check_bill(void *context, const void *data)
{
    const struct tax_bill *bill = data;
    date_days today = *(const date_days *)context;
    const struct terms *terms = terms_on(today);
    int age = today - bill->released_on;
    bool is_in_time = bill->tax_no[0] == 'T';
    stated_count += bill->state == TAX_BILL_STATED;
    if (bill->state == TAX_BILL_OPEN && is_in_time &&
        age >= terms->payment_days - terms->statement_lead_days) {
        fprintf(stderr, "%s is %d days old and in no statement\n", bill->tax_no, age);
        abort();
    }
    assert(bill->state != TAX_BILL_STATED || age >= terms->window_day);
}

int main(int argument_count, char **arguments)
{
    chance = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : 20261123;
    printf("seed %" PRIu64 "\n", chance);
    world = world_create(MEMORY_KEEPS, 64);
    world_set_time(world, date_start(FIRST_DAY));
    parties_make();
    const struct tax_statement_cut cut = {.agent = "broker", .customs_code = "9999"};
    for (date_days today = FIRST_DAY; today < FIRST_DAY + DAY_COUNT; today++) {
        world_set_time(world, date_start(today));
        bills_come(today);
        if (draw(30) == 0) {
            run(ROLE_OPERATOR, "ops", command_type_find("tax_statement.cut"), &cut);
            pages_come();
        }
        time_acts();
        pages_come();
        stated_count = 0;
        world_each(world, DOCUMENT_TAX_BILL, check_bill, &today);
        const char *broken = world_broken_law(world);
        if (broken != NULL) {
            fprintf(stderr, "day %d: %s\n", today - FIRST_DAY, broken);
            abort();
        }
    }
    printf("%d bills, %d of them in statements\n", bill_count, stated_count);
    assert(stated_count > bill_count / 2);
    world_destroy(world);
    return 0;
}
