/* What customs and agents write about a parcel. */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/season/parcel.h"

enum {
    FEN = 1000,     /* in 10^-5 CNY */
    PIECE = 100000, /* in 10^-5 */
    GUID_SIZE = 37,
    TEXT_SIZE = 64,
};

#define PUT(array_, ...) put((array_), sizeof(array_), __VA_ARGS__)

static void __attribute__((format(printf, 3, 4)))
put(char *text_out, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text_out, size, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < size);
}

static void day_text(date_days date, char text_out[16])
{
    int year;
    int month;
    int day;
    date_to_civil(date, &year, &month, &day);
    put(text_out, 16, "%04d%02d%02d", year % 10000, month, day);
}

/* "<day><hhmmss>" of appTime, and with milliseconds of returnTime. */
static void app_time(date_days date, const char *time, char text_out[15])
{
    char day[16];
    day_text(date, day);
    put(text_out, 15, "%.8s%.6s", day, time);
}

static void return_time(date_days date, const char *time, char text_out[18])
{
    char day[16];
    day_text(date, day);
    put(text_out, 18, "%.8s%.6s000", day, time);
}

static const char *guid_make(struct arena *arena, int type, uint64_t number)
{
    char *guid = arena_take(arena, GUID_SIZE);
    assert(guid != NULL);
    put(guid, GUID_SIZE, "00000000-0000-4%03d-8000-%012" PRIX64, type % 1000, number);
    return guid;
}

/* 18 characters with the check character of GB 11643-1999; division 999999 does not exist. */
static void id_number(uint64_t buyer, char text_out[241])
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    static const char checks[] = "10X98765432";
    char birth[16];
    day_text((date_days)(-9000 + (int64_t)(buyer / 1000) % 18000), birth);
    put(text_out, 241, "999999%.8s%03d", birth, (int)(buyer % 1000));
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        sum += (text_out[i] - '0') * weights[i];
    }
    text_out[17] = checks[sum % 11];
    text_out[18] = '\0';
}

static void cop_number(const struct season *season, const struct parcel *parcel, char text_out[81])
{
    put(text_out, 81, "S%" PRIu64 "-%" PRIu64, season->seed % 100000, parcel->number);
}

static void invt_number(const struct parcel *parcel, char text_out[19])
{
    char district[5];
    char day[16];
    season_district_code(parcel->district, district);
    day_text(parcel->released_on, day);
    put(text_out, 19, "%.4s%.4sI%09" PRIu64, district, day, parcel->number % 1000000000);
}

/* --- one node each; `node` is zeroed --- */

struct telling {
    const struct season *season;
    date_days on;
    struct arena *arena;
    const struct parcel *parcel;
    char agent[SEASON_CODE_SIZE];
    char district[5];
};

static void tell_inventory(const struct telling *telling, void *node)
{
    const struct parcel *parcel = telling->parcel;
    struct ceb_inventory *inventory = node;
    PUT(inventory->app_type, "1");
    app_time(parcel->released_on, "080000", inventory->app_time);
    PUT(inventory->order_no,
        "N%" PRIu64 "-%" PRIu64,
        telling->season->seed % 100000,
        parcel->number);
    PUT(inventory->ebp_code, "%s", SEASON_PLATFORM);
    PUT(inventory->ebc_code, "%s", SEASON_ENTERPRISE);
    PUT(inventory->logistics_code, "%s", SEASON_LOGISTICS);
    PUT(inventory->logistics_no,
        "W%" PRIu64 "-%" PRIu64,
        telling->season->seed % 100000,
        parcel->number);
    PUT(inventory->agent_code, "%s", telling->agent);
    cop_number(telling->season, parcel, inventory->cop_no);
    PUT(inventory->assure_code, "%s", telling->agent);
    PUT(inventory->customs_code, "%s", telling->district);
    PUT(inventory->trade_mode, "1210");
    id_number(parcel->buyer, inventory->buyer_id_number);
    PUT(inventory->buyer_name, "订购人%" PRIu64, parcel->buyer);
    PUT(inventory->buyer_telephone, "139%08" PRIu64, parcel->buyer % 100000000);
    PUT(inventory->consignee_address, "示例市示例路%" PRIu64 "号", parcel->buyer % 1000);
    inventory->decl_date = parcel->released_on;
    struct ceb_inventory_line *lines =
        arena_take(telling->arena, parcel->line_count * sizeof *lines);
    assert(lines != NULL);
    memset(lines, 0, parcel->line_count * sizeof *lines);
    for (size_t i = 0; i < parcel->line_count; i++) {
        lines[i].gnum = (int64_t)i + 1;
        PUT(lines[i].gcode, "%s", season_goods[parcel->lines[i].goods].hs_code);
        lines[i].qty = parcel->lines[i].qty * PIECE;
        lines[i].total_price = parcel->lines[i].price_minor * FEN;
        lines[i].price = lines[i].total_price / parcel->lines[i].qty;
        lines[i].qty1 = lines[i].qty;
        lines[i].item_record_no = "1";
        lines[i].gname = "示例商品";
        lines[i].gmodel = "示例规格";
        lines[i].country = "344";
        lines[i].unit = "011";
        lines[i].unit1 = "011";
    }
    inventory->lines = lines;
    inventory->line_count = parcel->line_count;
    inventory->gross_weight = PIECE;
    inventory->net_weight = PIECE;
    inventory->guid = guid_make(telling->arena, CEB_621, parcel->number);
    inventory->ebp_name = "示例电商平台有限公司";
    inventory->ebc_name = "示例跨境电商企业有限公司";
    inventory->logistics_name = "示例物流有限公司";
    inventory->agent_name = "示例报关有限公司";
    inventory->ems_no = "T9999W000001";
    inventory->area_code = "9999P0ARE1";
    inventory->area_name = "示例综合保税区有限公司";
    inventory->traf_mode = "Y";
    inventory->country = "142";
    inventory->port_code = inventory->customs_code;
}

static void tell_release(const struct telling *telling, void *node)
{
    struct ceb_inventory_return *receipt = node;
    PUT(receipt->customs_code, "%s", telling->district);
    PUT(receipt->agent_code, "%s", telling->agent);
    cop_number(telling->season, telling->parcel, receipt->cop_no);
    PUT(receipt->pre_no, "B%017" PRIu64, telling->parcel->number);
    invt_number(telling->parcel, receipt->invt_no);
    PUT(receipt->return_status, "800");
    return_time(telling->parcel->released_on, "100000", receipt->return_time);
    receipt->guid = guid_make(telling->arena, CEB_622, telling->parcel->number);
    receipt->return_info = "[Code:2600;Desc:放行]";
}

static void tax_number(const struct parcel *parcel, char text_out[51])
{
    char invt_no[19];
    invt_number(parcel, invt_no);
    put(text_out, 51, "%s_0", invt_no);
}

static void tell_bill(const struct telling *telling, void *node)
{
    const struct parcel *parcel = telling->parcel;
    struct ceb_tax *bill = node;
    return_time(parcel->released_on, "120000", bill->return_time);
    invt_number(parcel, bill->invt_no);
    tax_number(parcel, bill->tax_no);
    PUT(bill->status, "1");
    PUT(bill->assure_code, "%s", telling->agent);
    PUT(bill->ebc_code, "%s", SEASON_ENTERPRISE);
    PUT(bill->logistics_code, "%s", SEASON_LOGISTICS);
    PUT(bill->agent_code, "%s", telling->agent);
    PUT(bill->customs_code, "%s", telling->district);
    struct ceb_tax_line *lines = arena_take(telling->arena, parcel->line_count * sizeof *lines);
    assert(lines != NULL);
    memset(lines, 0, parcel->line_count * sizeof *lines);
    for (size_t i = 0; i < parcel->line_count; i++) {
        struct parcel_tax tax = parcel_line_tax(parcel, i);
        lines[i].gnum = (int64_t)i + 1;
        PUT(lines[i].gcode, "%s", season_goods[parcel->lines[i].goods].hs_code);
        lines[i].tax_price = parcel->lines[i].price_minor * FEN;
        lines[i].consumption_tax = tax.consumption_minor * FEN;
        lines[i].value_added_tax = tax.vat_minor * FEN;
        bill->consumption_tax += lines[i].consumption_tax;
        bill->value_added_tax += lines[i].value_added_tax;
    }
    bill->lines = lines;
    bill->line_count = parcel->line_count;
    bill->guid = guid_make(telling->arena, CEB_816, parcel->number);
}

static void tell_bill_status(const struct telling *telling, void *node)
{
    struct ceb_tax_status *status = node;
    return_time(telling->parcel->released_on, "130000", status->return_time);
    invt_number(telling->parcel, status->invt_no);
    tax_number(telling->parcel, status->tax_no);
    PUT(status->status, "1");
    PUT(status->assure_code, "%s", telling->agent);
    status->guid = guid_make(telling->arena, CEB_818, telling->parcel->number);
}

static void return_cop_number(const struct telling *telling, char text_out[81])
{
    put(text_out,
        81,
        "R%" PRIu64 "-%" PRIu64,
        telling->season->seed % 100000,
        telling->parcel->number);
}

static void tell_return(const struct telling *telling, void *node)
{
    const struct parcel *parcel = telling->parcel;
    struct ceb_application *application = node;
    PUT(application->app_type, "1");
    bool is_repeat = telling->on == parcel->applied_on + 1;
    app_time(parcel->applied_on, is_repeat ? "100000" : "090000", application->app_time);
    PUT(application->customs_code, "%s", telling->district);
    PUT(application->order_no,
        "N%" PRIu64 "-%" PRIu64,
        telling->season->seed % 100000,
        parcel->number);
    PUT(application->ebp_code, "%s", SEASON_PLATFORM);
    PUT(application->ebc_code, "%s", SEASON_ENTERPRISE);
    PUT(application->agent_code, "%s", telling->agent);
    return_cop_number(telling, application->cop_no);
    invt_number(parcel, application->invt_no);
    id_number(parcel->buyer, application->buyer_id_number);
    size_t line_count = parcel->fate == FATE_RETURNED_PART ? 1 : parcel->line_count;
    struct ceb_refund_line *lines = arena_take(telling->arena, line_count * sizeof *lines);
    assert(lines != NULL);
    memset(lines, 0, line_count * sizeof *lines);
    for (size_t i = 0; i < line_count; i++) {
        lines[i].gnum = (int64_t)i + 1;
        PUT(lines[i].gcode, "%s", season_goods[parcel->lines[i].goods].hs_code);
        lines[i].qty = parcel->lines[i].qty * PIECE;
        lines[i].gname = "示例商品";
        lines[i].unit = "142";
    }
    application->lines = lines;
    application->line_count = line_count;
    application->guid = guid_make(telling->arena, CEB_625, parcel->number);
    application->reason = "消费者退货";
    application->ebp_name = "示例电商平台有限公司";
    application->ebc_name = "示例跨境电商企业有限公司";
    application->logistics_no = "W";
    application->logistics_code = SEASON_LOGISTICS;
    application->logistics_name = "示例物流有限公司";
    application->buyer_name = "订购人";
    application->buyer_telephone = "13900000000";
    application->agent_name = "示例报关有限公司";
}

static void tell_return_receipt(const struct telling *telling, void *node)
{
    const struct parcel *parcel = telling->parcel;
    struct ceb_application_return *receipt = node;
    PUT(receipt->customs_code, "%s", telling->district);
    PUT(receipt->agent_code, "%s", telling->agent);
    return_cop_number(telling, receipt->cop_no);
    PUT(receipt->pre_no, "T%017" PRIu64, parcel->number);
    invt_number(parcel, receipt->invt_no);
    bool is_repeat = telling->on == parcel->back_on + 1;
    PUT(receipt->return_status, "%s", is_repeat ? "800" : "399");
    return_time(parcel->back_on, is_repeat ? "160000" : "150000", receipt->return_time);
    receipt->guid = guid_make(telling->arena, CEB_626, parcel->number);
    receipt->return_info = is_repeat ? "[Code:2600;Desc:放行]" : "[Code:399;Desc:海关审结]";
}

static const struct teller {
    enum ceb_type type;
    size_t node_size;
    enum ceb_form form;
    void (*tell)(const struct telling *telling, void *node);
} tellers[] = {
    {CEB_621, sizeof(struct ceb_inventory),          CEB_FORM_PREFIX,  tell_inventory     },
    {CEB_622, sizeof(struct ceb_inventory_return),   CEB_FORM_DEFAULT, tell_release       },
    {CEB_625, sizeof(struct ceb_application),        CEB_FORM_PREFIX,  tell_return        },
    {CEB_626, sizeof(struct ceb_application_return), CEB_FORM_DEFAULT, tell_return_receipt},
    {CEB_816, sizeof(struct ceb_tax),                CEB_FORM_DEFAULT, tell_bill          },
    {CEB_818, sizeof(struct ceb_tax_status),         CEB_FORM_DEFAULT, tell_bill_status   },
};

void parcel_message(const struct season *season,
                    enum ceb_type type,
                    date_days on,
                    const uint64_t *numbers,
                    size_t count,
                    struct arena *arena,
                    struct writer *out)
{
    const struct teller *teller = tellers;
    while (teller->type != type) {
        teller++;
        assert(teller < tellers + sizeof tellers / sizeof tellers[0]);
    }
    size_t used_before = arena->used;
    char *nodes = arena_take(arena, count * teller->node_size);
    assert(nodes != NULL && count > 0 && count <= PARCEL_PER_MESSAGE_MAX);
    memset(nodes, 0, count * teller->node_size);
    for (size_t i = 0; i < count; i++) {
        struct parcel parcel;
        parcel_make(season, numbers[i], &parcel);
        struct telling telling = {.season = season, .on = on, .arena = arena, .parcel = &parcel};
        if (season->agent_code != NULL) {
            PUT(telling.agent, "%s", season->agent_code);
        } else {
            season_agent_code(parcel.agent, telling.agent);
        }
        season_district_code(parcel.district, telling.district);
        teller->tell(&telling, nodes + i * teller->node_size);
    }
    struct ceb_message message = {.type = type, .count = count, .nodes = nodes};
    struct ceb_transfer transfer = {
        .guid = guid_make(arena, (int)type, numbers[0]),
        .cop_code = SEASON_PLATFORM,
        .cop_name = "示例电商平台有限公司",
        .dxp_id = "DXPENT0000000001",
    };
    ceb_write(&message, &transfer, teller->form, out);
    arena->used = used_before;
}
