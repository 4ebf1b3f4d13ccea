#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gateway/business/customs/goods_return.h"
#include "gateway/business/tax/tax_bill.h"
#include "gateway/business/text.h"
#include "tests/business/chance.h"
#include "tests/business/tax_laws.h"

enum {
    PRICE_PER_FEN = 1000,
    TIME_SIZE = 18,
};

void draw_invt_no(struct random_world *random, int number, char invt_no_out[19])
{
    int shown = draw(random, 30) == 0 ? (int)draw(random, 14) : number;
    snprintf(invt_no_out, 19, "9999202610%08d", shown);
}

/* A moment on a day, `size` - 1 digits of YYYYMMDDhhmmssSSS. */
static void
draw_time(struct random_world *random, date_days day, size_t size, char time_out[TIME_SIZE])
{
    int year;
    int month;
    int of_month;
    char text[40];
    date_to_civil(day, &year, &month, &of_month);
    snprintf(text,
             sizeof(text),
             "%04d%02d%02d%02d0000%03d",
             year,
             month,
             of_month,
             (int)draw(random, 3) * 6,
             (int)draw(random, 2));
    memcpy(time_out, text, size - 1);
    time_out[size - 1] = '\0';
}

static const struct declaration *draw_declaration(struct random_world *random)
{
    const struct declaration *known = sample(random, DOCUMENT_DECLARATION);
    for (int i = 0; i < 12 && known != NULL &&
                    (known->state != DECLARATION_RELEASED || known->invt_no[0] == '\0');
         i++) {
        known = sample(random, DOCUMENT_DECLARATION);
    }
    return known;
}

static date_days
day_after(struct random_world *random, const struct declaration *declaration, uint64_t days)
{
    date_days released = declaration == NULL ? DATE_NONE : declaration->released_on;
    date_days first = released == DATE_NONE ? world_today(random->world) : released;
    return first + (date_days)draw(random, days);
}

/* A bill of the declaration: mostly near the estimate. */
void receive_bill(struct random_world *random)
{
    const struct declaration *declaration = draw_declaration(random);
    struct ceb_tax_line lines[3] = {0};
    struct ceb_tax command = {.lines = lines};
    if (declaration == NULL) {
        return;
    }
    const struct ceb_inventory_line *goods = declaration->lines.items;
    for (size_t i = 0; i < declaration->lines.count && i < 3; i++) {
        lines[i].gnum = goods[i].gnum;
        TEXT_PUT(lines[i].gcode, goods[i].gcode);
        lines[i].value_added_tax = (int64_t)draw(random, 900) * PRICE_PER_FEN / 2;
        lines[i].consumption_tax = (int64_t)draw(random, 5) * 70 * PRICE_PER_FEN;
        command.value_added_tax += lines[i].value_added_tax;
        command.consumption_tax += lines[i].consumption_tax;
        command.line_count++;
    }
    if (draw(random, 10) == 0) {
        command.customs_tax = (int64_t)draw(random, 100) * PRICE_PER_FEN;
    }
    TEXT_PUT(command.invt_no, declaration->invt_no);
    if (command.invt_no[0] == '\0') {
        draw_invt_no(random, (int)draw(random, 14), command.invt_no);
    }
    snprintf(command.tax_no,
             sizeof(command.tax_no),
             "T%.18s-%d",
             command.invt_no,
             (int)draw(random, 12) / 10);
    TEXT_PUT(command.status, PICK(random, "1", "1", "1", "1", "1", "2", "3", "4"));
    TEXT_PUT(command.agent_code, PICK(random, "", "9999960D05", "9999960D05", "9999960A01"));
    draw_time(random, day_after(random, declaration, 50), TIME_SIZE, command.return_time);
    const struct tax_bill_answer *answer =
        run(random, ROLE_CUSTOMS, "customs", "declaration.receive_bill", &command);
    if (answer != NULL && answer->effect == EFFECT_APPLIED) {
        tax_check_cover(random->world, answer->declaration);
    }
}

void receive_bill_status(struct random_world *random)
{
    const struct tax_bill *bill = sample(random, DOCUMENT_TAX_BILL);
    struct ceb_tax_status command = {0};
    if (bill == NULL) {
        return;
    }
    TEXT_PUT(command.tax_no, bill->tax_no);
    TEXT_PUT(command.invt_no, bill->invt_no);
    if (draw(random, 10) == 0) {
        TEXT_PUT(command.tax_no, PICK(random, "TX1", "TX2", "TX3"));
    }
    TEXT_PUT(command.status, PICK(random, "1", "2", "2", "3", "9"));
    TEXT_PUT(command.ent_duty_no, PICK(random, "", "D1", "D2"));
    draw_time(
        random, day_after(random, draw_declaration(random), 60), TIME_SIZE, command.return_time);
    const struct tax_bill_answer *answer =
        run(random, ROLE_CUSTOMS, "customs", "declaration.receive_bill_status", &command);
    if (answer != NULL && answer->effect == EFFECT_APPLIED) {
        tax_check_cover(random->world, answer->declaration);
    }
}

void apply_for(struct random_world *random)
{
    const struct declaration *declaration = draw_declaration(random);
    struct ceb_refund_line lines[3] = {0};
    struct ceb_application command = {.lines = lines};
    if (declaration == NULL) {
        return;
    }
    bool is_return =
        declaration->state == DECLARATION_RELEASED ? draw(random, 12) != 0 : draw(random, 4) == 0;
    const struct ceb_inventory_line *goods = declaration->lines.items;
    for (size_t i = 0; is_return && i < declaration->lines.count && i < 3; i++) {
        if (draw(random, 3) == 0) {
            continue;
        }
        struct ceb_refund_line *line = &lines[command.line_count++];
        line->gnum = goods[i].gnum;
        line->qty = goods[i].qty / (1 + (int64_t)draw(random, 4)) + (draw(random, 40) == 0);
        TEXT_PUT(line->gcode, goods[i].gcode);
    }
    TEXT_PUT(command.app_type, draw(random, 30) == 0 ? "3" : "1");
    TEXT_PUT(command.agent_code, "9999960D05");
    TEXT_PUT(command.invt_no, declaration->invt_no);
    snprintf(command.cop_no, sizeof(command.cop_no), "R%d", (int)draw(random, 40));
    char time[TIME_SIZE];
    draw_time(random, day_after(random, declaration, 33), sizeof(command.app_time), time);
    TEXT_PUT(command.app_time, time);
    run(random,
        ROLE_MERCHANT,
        "broker",
        is_return ? "declaration.return" : "declaration.withdraw",
        &command);
}

void answer_application(struct random_world *random)
{
    bool is_return = draw(random, 4) != 0;
    const struct goods_return *known = sample(random, DOCUMENT_GOODS_RETURN);
    const struct declaration *declaration = draw_declaration(random);
    struct ceb_application_return command = {0};
    TEXT_PUT(command.agent_code, draw(random, 10) == 0 ? "" : "9999960D05");
    snprintf(command.cop_no, sizeof(command.cop_no), "R%d", (int)draw(random, 40));
    if (is_return && known != NULL && draw(random, 5) != 0) {
        TEXT_PUT(command.cop_no, strchr(known->key, '/') + 1);
        TEXT_PUT(command.invt_no, known->invt_no);
        const struct declaration *its =
            world_document(random->world, DOCUMENT_DECLARATION, known->declaration);
        declaration = its == NULL ? declaration : its;
    } else if (declaration != NULL && draw(random, 2) == 0) {
        TEXT_PUT(command.invt_no, declaration->invt_no);
    }
    TEXT_PUT(command.return_status,
             PICK(random, "2", "100", "120", "300", "399", "399", "800", "-625014", "26"));
    draw_time(random, day_after(random, declaration, 50), TIME_SIZE, command.return_time);
    run(random,
        ROLE_CUSTOMS,
        "customs",
        is_return ? "declaration.receive_return" : "declaration.receive_withdrawal",
        &command);
}
