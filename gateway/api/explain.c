/*
 * A refusal for lack of room says which reservations of the guarantee free what, and when: the ten
 * whose payment is due first, looked for among 20,000: a refusal must stay cheap.
 */
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"

enum {
    EXPLAIN_ROW_COUNT_MAX = 10,
    EXPLAIN_TEXT_SIZE = 64
};

struct explained {
    struct refusal_problem refusal;
    struct problem_member rows[EXPLAIN_ROW_COUNT_MAX][PROBLEM_ROW_MEMBER_COUNT];
    char texts[EXPLAIN_ROW_COUNT_MAX][3][EXPLAIN_TEXT_SIZE];
    struct problem_list list;
};

static void explain_each(void *context, const struct row_view *row)
{
    struct query *query = context;
    struct explained *explained = query->owner;
    size_t at = explained->list.row_count;
    if (at == EXPLAIN_ROW_COUNT_MAX) {
        return;
    }
    char(*texts)[EXPLAIN_TEXT_SIZE] = explained->texts[at];
    struct bytes reference = view_bytes(row, 0);
    (void)snprintf(
        texts[0], EXPLAIN_TEXT_SIZE, "%.*s", (int)reference.size, (const char *)reference.data);
    char amount[MONEY_TEXT_SIZE];
    amount_format(view_bigint(row, 1), amount);
    (void)snprintf(texts[1], EXPLAIN_TEXT_SIZE, "%s", amount);
    size_t count = 0;
    struct problem_member *members = explained->rows[at];
    members[count++] = (struct problem_member){.name = "amount", .text = texts[1]};
    members[count++] = (struct problem_member){.name = "reference", .text = texts[0]};
    if (!view_is_null(row, 2)) {
        char date[DATE_TEXT_SIZE];
        date_format(view_date(row, 2), date);
        (void)snprintf(texts[2], EXPLAIN_TEXT_SIZE, "%s", date);
        members[count++] = (struct problem_member){.name = "payment_due", .text = texts[2]};
    }
    explained->list.row_count++;
}

static void explain_reply(struct query *query)
{
    struct explained *explained = query->owner;
    struct problem *problem = &explained->refusal.problem;
    explained->list.rows =
        (const struct problem_member(*)[PROBLEM_ROW_MEMBER_COUNT])explained->rows;
    /* Without the rows the refusal is still true. */
    if (query->status == STATUS_OK) {
        struct problem_member *members = explained->refusal.members;
        size_t count = 0;
        while (members[count].name != NULL) {
            count++;
        }
        members[count] = (struct problem_member){.name = "frees", .list = &explained->list};
    }
    problem_reply(query->request, problem);
    query_destroy(query);
}

void api_explain(struct api *api, struct request *request, const struct refusal *refusal)
{
    struct arena *arena = request_arena(request);
    struct explained *explained = arena_take(arena, sizeof *explained);
    char *grn = arena_copy_text(arena, refusal->explain_grn, strlen(refusal->explain_grn));
    struct query *query = query_create(api, request);
    if (query == NULL) {
        return;
    }
    refusal_problem_make(refusal, &explained->refusal);
    query->owner = explained;
    query->statement =
        "SELECT d.reference, d.amount, d.payment_due FROM (SELECT * FROM business.reservation r"
        " WHERE r.key >= $1 || '/' AND r.key < $1 || '0' ORDER BY r.key LIMIT 20000) d"
        " WHERE d.state IN ('provisional', 'reserved') AND NOT EXISTS"
        " (SELECT FROM business.reservation n WHERE n.key = d.key AND n.version > d.version)"
        " ORDER BY d.payment_due NULLS LAST, d.key LIMIT 10";
    query->parameters[0] = grn;
    query->parameter_count = 1;
    query->each = explain_each;
    query_submit(query, explain_reply);
}
