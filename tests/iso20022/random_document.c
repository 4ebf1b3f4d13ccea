#include "tests/iso20022/random_document.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "adapters/iso20022/mx_text.h"
#include "adapters/iso20022/mx_value.h"

enum {
    TEXT_SIZE = 4096
};

/* splitmix64 */
uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    assert(bound > 0);
    return random_next(random) % bound;
}

static const char *keep(struct random *random, const char *text)
{
    const char *copy = arena_copy_text(random->arena, text, strlen(text));
    assert(copy != NULL);
    return copy;
}

static size_t append_characters(struct random *random, char *text, size_t count)
{
    static const char *const pieces[] = {
        "a",
        "Z",
        "0",
        "9",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "]",
        ";",
        "/",
        "-",
        "口",
        "岸",
        "é",
        "ё",
        "🚢",
    };
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_inner = i > 0 && i + 1 < count;
        const char *piece = pieces[random_below(random, sizeof pieces / sizeof pieces[0])];
        piece = is_inner && random_below(random, 8) == 0 ? " " : piece;
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    text[size] = '\0';
    return size;
}

static size_t random_length(struct random *random, size_t length_max)
{
    return random_below(random, 4) == 0 ? length_max : 1 + random_below(random, length_max);
}

static const char *random_text(struct random *random, size_t length_max)
{
    char text[TEXT_SIZE];
    append_characters(random, text, random_length(random, length_max));
    return keep(random, text);
}

static const char *random_lines(struct random *random, size_t length_max)
{
    static char text[ISO20022_LINE_COUNT_MAX * TEXT_SIZE];
    size_t count = 1 + random_below(random, ISO20022_LINE_COUNT_MAX);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            text[size++] = '\n';
        }
        size += append_characters(random, text + size, random_length(random, length_max));
    }
    return keep(random, text);
}

/* `pattern`: A a capital, n a capital or digit, h a small hexadecimal digit, ! visible ASCII; other
 * characters stand for themselves. */
static const char *random_pattern(struct random *random, const char *pattern)
{
    static const char hexadecimal[] = "0123456789abcdef";
    static const char alphanumeric[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    char text[64] = {0};
    for (size_t i = 0; pattern[i] != '\0'; i++) {
        switch (pattern[i]) {
        case 'A':
            text[i] = alphanumeric[random_below(random, 26)];
            break;
        case 'n':
            text[i] = alphanumeric[random_below(random, 36)];
            break;
        case 'h':
            text[i] = hexadecimal[random_below(random, 16)];
            break;
        case '!':
            text[i] = (char)('!' + (int)random_below(random, 94));
            break;
        default:
            text[i] = pattern[i];
            break;
        }
    }
    return keep(random, text);
}

static const char *random_code(struct random *random, size_t length_max)
{
    char pattern[64] = {0};
    memset(pattern, '!', random_length(random, length_max));
    return random_pattern(random, pattern);
}

static const char *random_iban(struct random *random)
{
    char iban[40];
    const char *body = random_pattern(random, "nnnnnnnnnnnnnnnnnn");
    for (int digits = 2; digits <= 98; digits++) {
        int size = snprintf(iban, sizeof iban, "DE%02d%s", digits, body);
        if (mx_is_iban(iban, (size_t)size)) {
            return keep(random, iban);
        }
    }
    assert(0 && "no check digits fit");
    return NULL;
}

static date_days random_date(struct random *random)
{
    return date_from_civil(1970, 1, 2) + (date_days)random_below(random, UINT64_C(365) * 8000);
}

static int random_word(struct random *random, const char *const *words)
{
    size_t count = 0;
    while (words[count] != NULL) {
        count++;
    }
    return 1 + (int)random_below(random, count);
}

static int64_t random_number(struct random *random, size_t digit_count)
{
    int64_t bound = 1;
    for (size_t i = 0; i < digit_count; i++) {
        bound *= 10;
    }
    return 1 + (int64_t)random_below(random, (uint64_t)bound - 1);
}

static struct money random_money(struct random *random)
{
    static const int64_t bounds[] = {2, 100, 100000000, ISO20022_AMOUNT_MINOR_MAX};
    int64_t bound = bounds[random_below(random, 4)];
    return (struct money){1 + (int64_t)random_below(random, (uint64_t)bound), CURRENCY_CNY};
}

static const char *random_string(struct random *random, const struct mx_row *row)
{
    static const char *const bics[] = {"nnnnAAnn", "nnnnAAnnnnn"};
    if (row->kind == MX_BIC) {
        return random_pattern(random, bics[random_below(random, 2)]);
    }
    if (row->kind == MX_IBAN) {
        return random_iban(random);
    }
    if (row->kind == MX_UETR) {
        return random_pattern(random, "hhhhhhhh-hhhh-4hhh-ahhh-hhhhhhhhhhhh");
    }
    if (row->kind == MX_COUNTRY) {
        return random_pattern(random, "AA");
    }
    if (row->kind == MX_CODE) {
        return random_code(random, row->length_max);
    }
    return row->kind == MX_LINES ? random_lines(random, row->length_max)
                                 : random_text(random, row->length_max);
}

static void random_value(struct random *random, const struct mx_row *row, char *record)
{
    void *member = record + row->offset;
    switch (row->kind) {
    case MX_TEXT:
    case MX_LINES:
    case MX_CODE:
    case MX_BIC:
    case MX_IBAN:
    case MX_UETR:
    case MX_COUNTRY:
        *(const char **)member = random_string(random, row);
        break;
    case MX_WORD:
        *(int *)member = random_word(random, row->words);
        break;
    case MX_ANSWER:
        *(int *)member = 1 + (int)random_below(random, 2);
        break;
    case MX_FLAG:
        *(bool *)member = random_below(random, 2) != 0;
        break;
    case MX_DATE:
    case MX_DAY:
        *(date_days *)member = random_date(random);
        break;
    case MX_NUMBER:
        *(int64_t *)member = random_number(random, row->length_max);
        break;
    case MX_TIME:
        *(instant_us *)member = date_start(random_date(random)) +
                                (instant_us)random_below(random, UINT64_C(86400000000));
        break;
    case MX_CURRENCY:
        *(enum currency *)member = CURRENCY_CNY;
        break;
    case MX_AMOUNT:
    case MX_PAYMENT:
        *(struct money *)member = random_money(random);
        break;
    case MX_LIST:
        assert(0 && "lists are filled by random_list");
        break;
    }
}

static void random_record(struct random *random,
                          const struct mx_record *record,
                          enum iso20022_type type,
                          char *values);

static void
random_list(struct random *random, const struct mx_row *row, enum iso20022_type type, char *values)
{
    size_t count = 1 + random_below(random, 4);
    char *items = arena_take(random->arena, count * row->child->size);
    assert(items != NULL);
    for (size_t i = 0; i < count; i++) {
        random_record(random, row->child, type, items + i * row->child->size);
    }
    *(char **)(void *)(values + row->offset) = items;
    *(size_t *)(void *)(values + row->count_offset) = count;
}

/* This row or the next, by lot when both can be written. */
static const struct mx_row *alternative_choose(struct random *random, const struct mx_row *row)
{
    if ((row->flags & MX_READ_ONLY) != 0) {
        return row + 1;
    }
    bool is_first = (row[1].flags & MX_READ_ONLY) != 0 || random_below(random, 2) == 0;
    return is_first ? row : row + 1;
}

static void random_record(struct random *random,
                          const struct mx_record *record,
                          enum iso20022_type type,
                          char *values)
{
    for (size_t i = 0; i < record->row_count; i++) {
        const struct mx_row *row = &record->rows[i];
        bool is_chosen = (row->flags & MX_REQUIRED) != 0 || random_below(random, 4) != 0;
        if ((row->flags & MX_OR_NEXT) != 0) {
            row = alternative_choose(random, row);
            i++;
        }
        if (!is_chosen || !mx_row_applies(row, type)) {
            continue;
        }
        if (row->kind == MX_LIST) {
            random_list(random, row, type, values);
        } else {
            random_value(random, row, values);
        }
    }
}

static void agent_mend(struct random *random, struct iso20022_agent *agent)
{
    bool has_clearing = agent->clearing_code != NULL || agent->clearing_name != NULL;
    if (agent->member_id == NULL && (has_clearing || agent->bic == NULL)) {
        agent->member_id = random_code(random, 35);
    }
}

static void case_mend(struct random *random, struct iso20022_case *inquiry)
{
    inquiry->id = random_text(random, 35);
    agent_mend(random, &inquiry->creator);
}

static void original_mend(struct random *random, struct iso20022_original *original)
{
    original->message_id = original->message_name == NULL ? NULL : random_text(random, 35);
    original->end_to_end_id = random_text(random, 35);
}

static void statement_mend(struct random *random, struct iso20022_statement *statement)
{
    int64_t booked_minor = 0;
    agent_mend(random, &statement->servicer);
    if (statement->page == 0 || statement->is_last_page == 0) {
        statement->page = 0;
        statement->is_last_page = 0;
    }
    if (statement->from == INSTANT_NONE || statement->to == INSTANT_NONE) {
        statement->from = INSTANT_NONE;
        statement->to = INSTANT_NONE;
    }
    for (size_t i = 0; i < statement->entry_count; i++) {
        struct iso20022_entry *entry = &statement->entries[i];
        entry->amount.minor %= INT64_C(1000000000000);
        if (entry->domain == NULL || entry->family == NULL || entry->sub_family == NULL) {
            entry->domain = NULL;
            entry->family = NULL;
            entry->sub_family = NULL;
            entry->bank_code = random_text(random, 35);
        }
        if (entry->booking_date == DATE_NONE) {
            entry->booking_date = random_date(random);
        }
        if (entry->status == ISO20022_ENTRY_BOOK) {
            booked_minor +=
                entry->side == ISO20022_SIDE_DEBIT ? -entry->amount.minor : entry->amount.minor;
        }
    }
    if (statement->balance_count == 0) {
        return; /* a notification */
    }
    struct iso20022_balance *balances = arena_take(random->arena, 2 * sizeof *balances);
    assert(balances != NULL);
    for (size_t i = 0; i < 2; i++) {
        balances[i] = (struct iso20022_balance){
            .code = i == 0 ? "OPBD" : "CLBD",
            .amount = {i == 0 || booked_minor == 0 ? 0 : booked_minor, CURRENCY_CNY},
            .side = ISO20022_SIDE_CREDIT,
            .date = random_date(random),
        };
    }
    if (booked_minor < 0) {
        balances[1].amount.minor = -booked_minor;
        balances[1].side = ISO20022_SIDE_DEBIT;
    }
    statement->balances = balances;
    statement->balance_count = 2;
}

static void payments_mend(struct random *random, struct iso20022_document *document)
{
    int64_t sum_minor = 0;
    for (size_t i = 0; i < document->transfer_count; i++) {
        struct iso20022_transfer *transfer = &document->transfers[i];
        transfer->value_date = random_date(random);
        agent_mend(random, &transfer->instructing);
        agent_mend(random, &transfer->instructed);
        agent_mend(random, &transfer->debtor.agent);
        agent_mend(random, &transfer->creditor.agent);
        sum_minor += transfer->amount.minor;
    }
    for (size_t i = 0; i < document->return_count; i++) {
        struct iso20022_return *item = &document->returns[i];
        item->value_date = random_date(random);
        item->original_amount =
            item->original_amount.minor < item->amount.minor ? item->amount : item->original_amount;
        original_mend(random, &item->original);
        sum_minor += item->amount.minor;
    }
    if (document->total.currency != CURRENCY_NONE) {
        document->total = (struct money){sum_minor, CURRENCY_CNY};
    }
    if (sum_minor > ISO20022_AMOUNT_MINOR_MAX) {
        document->total = (struct money){0};
    }
}

static void cases_mend(struct random *random, struct iso20022_document *document)
{
    for (size_t i = 0; i < document->result_count; i++) {
        original_mend(random, &document->results[i].original);
    }
    for (size_t i = 0; i < document->question_count; i++) {
        original_mend(random, &document->questions[i].original);
    }
    for (size_t i = 0; i < document->recall_count; i++) {
        original_mend(random, &document->recalls[i].original);
        case_mend(random, &document->recalls[i].inquiry);
    }
    for (size_t i = 0; i < document->resolution_count; i++) {
        original_mend(random, &document->resolutions[i].original);
        case_mend(random, &document->resolutions[i].inquiry);
    }
    if (document->type == ISO20022_CAMT_056 || document->type == ISO20022_CAMT_029) {
        case_mend(random, &document->inquiry);
    }
    if (document->result_count == 0 && document->type == ISO20022_PACS_002) {
        random_list(
            random, &mx_pacs_002.rows[mx_pacs_002.row_count - 1], document->type, (char *)document);
        cases_mend(random, document);
    }
}

struct iso20022_document random_document(struct random *random, enum iso20022_type type)
{
    struct iso20022_document document = {.type = type};
    random_record(random, mx_document_of(type), type, (char *)&document);
    bool has_agents = type != ISO20022_CAMT_053 && type != ISO20022_CAMT_054;
    if (has_agents) {
        agent_mend(random, &document.sender);
        agent_mend(random, &document.receiver);
    }
    payments_mend(random, &document);
    cases_mend(random, &document);
    for (size_t i = 0; i < document.statement_count; i++) {
        statement_mend(random, &document.statements[i]);
    }
    if (random_below(random, 2) == 0) {
        random_record(random, &mx_header, type, (char *)&document.header);
        agent_mend(random, &document.header.from);
        agent_mend(random, &document.header.to);
    }
    const struct mx_namespace *space = mx_namespace_of(type);
    if (document.header.message_id != NULL) {
        document.header.message_name = mx_namespace_name(space);
    }
    document.version = space->version;
    document.transaction_count =
        (int64_t)(document.transfer_count + document.return_count + document.recall_count);
    return document;
}

static const char *value_difference(const struct mx_row *row, const char *a, const char *b)
{
    char scratch_a[MX_SCRATCH_SIZE];
    char scratch_b[MX_SCRATCH_SIZE];
    const char *text_a = mx_value_text(row, a, scratch_a);
    const char *text_b = mx_value_text(row, b, scratch_b);
    if (text_a == NULL || text_b == NULL) {
        return text_a == text_b ? NULL : row->path;
    }
    return strcmp(text_a, text_b) == 0 ? NULL : row->path;
}

static const char *list_difference(const struct mx_row *row, const char *a, const char *b)
{
    const char *items_a = *(char *const *)(const void *)(a + row->offset);
    const char *items_b = *(char *const *)(const void *)(b + row->offset);
    size_t count = *(const size_t *)(const void *)(a + row->count_offset);
    size_t size = row->child->size;
    if (count != *(const size_t *)(const void *)(b + row->count_offset)) {
        return row->path;
    }
    for (size_t i = 0; i < count; i++) {
        const char *difference =
            record_difference(row->child, items_a + i * size, items_b + i * size);
        if (difference != NULL) {
            return difference;
        }
    }
    return NULL;
}

const char *record_difference(const struct mx_record *record, const char *a, const char *b)
{
    for (size_t i = 0; i < record->row_count; i++) {
        const struct mx_row *row = &record->rows[i];
        const char *difference =
            row->kind == MX_LIST ? list_difference(row, a, b) : value_difference(row, a, b);
        if (difference != NULL) {
            return difference;
        }
    }
    return NULL;
}
