#include "tests/customs/ceb_dump.h"

#include <stdio.h>

#define DUMP(dump, ...)                                                                            \
    ((dump)->size += (size_t)snprintf(                                                             \
         (dump)->text + (dump)->size, sizeof(dump)->text - (dump)->size, __VA_ARGS__))

static void dump_inventory(struct ceb_dump *dump, const struct ceb_inventory *inventory)
{
    DUMP(dump, "inventory app=%s@%s", inventory->app_type, inventory->app_time);
    DUMP(dump,
         " order=%s cop=%s invt=%s",
         inventory->order_no,
         inventory->cop_no,
         inventory->invt_no);
    DUMP(dump, "\n  ebp=%s ebc=%s", inventory->ebp_code, inventory->ebc_code);
    DUMP(dump, " logistics=%s/%s", inventory->logistics_code, inventory->logistics_no);
    DUMP(dump, " agent=%s assure=%s", inventory->agent_code, inventory->assure_code);
    DUMP(dump, "\n  customs=%s mode=%s", inventory->customs_code, inventory->trade_mode);
    char date[DATE_TEXT_SIZE];
    date_format(inventory->decl_date, date);
    DUMP(dump, " declared=%s", date);
    DUMP(dump, " buyer=%s/%s", inventory->buyer_id_number, inventory->buyer_name);
    DUMP(dump, "/%s address=%s", inventory->buyer_telephone, inventory->consignee_address);
    DUMP(dump, "\n  freight=%lld", (long long)inventory->freight);
    DUMP(dump, " insurance=%lld\n", (long long)inventory->insured_fee);
    for (size_t i = 0; i < inventory->line_count; i++) {
        const struct ceb_inventory_line *line = &inventory->lines[i];
        DUMP(dump, "  line %lld %s", (long long)line->gnum, line->gcode);
        DUMP(dump, " qty=%lld", (long long)line->qty);
        DUMP(dump, " total=%lld\n", (long long)line->total_price);
    }
}

static void dump_return(struct ceb_dump *dump, const struct ceb_inventory_return *receipt)
{
    DUMP(dump, "return customs=%s agent=%s", receipt->customs_code, receipt->agent_code);
    DUMP(dump, " cop=%s pre=%s", receipt->cop_no, receipt->pre_no);
    DUMP(dump, " invt=%s status=%s", receipt->invt_no, receipt->return_status);
    DUMP(dump, " time=%s\n", receipt->return_time);
}

static void dump_application(struct ceb_dump *dump, const struct ceb_application *application)
{
    DUMP(dump, "application app=%s@%s", application->app_type, application->app_time);
    DUMP(dump, " customs=%s order=%s", application->customs_code, application->order_no);
    DUMP(dump, " ebp=%s ebc=%s", application->ebp_code, application->ebc_code);
    DUMP(dump, "\n  agent=%s cop=%s", application->agent_code, application->cop_no);
    DUMP(dump, " pre=%s invt=%s", application->pre_no, application->invt_no);
    DUMP(dump, " buyer=%s\n", application->buyer_id_number);
    for (size_t i = 0; i < application->line_count; i++) {
        const struct ceb_refund_line *line = &application->lines[i];
        DUMP(dump, "  line %lld %s", (long long)line->gnum, line->gcode);
        DUMP(dump, " qty=%lld\n", (long long)line->qty);
    }
}

static void dump_application_return(struct ceb_dump *dump,
                                    const struct ceb_application_return *receipt)
{
    DUMP(dump, "return customs=%s agent=%s", receipt->customs_code, receipt->agent_code);
    DUMP(dump, " cop=%s pre=%s", receipt->cop_no, receipt->pre_no);
    DUMP(dump, " invt=%s status=%s", receipt->invt_no, receipt->return_status);
    DUMP(dump, " time=%s\n", receipt->return_time);
}

static void dump_tax(struct ceb_dump *dump, const struct ceb_tax *tax)
{
    DUMP(dump, "tax %s invt=%s time=%s", tax->tax_no, tax->invt_no, tax->return_time);
    DUMP(dump, " status=%s duty=%s\n ", tax->status, tax->ent_duty_no);
    DUMP(dump, " customs_tax=%lld", (long long)tax->customs_tax);
    DUMP(dump, " value_added=%lld", (long long)tax->value_added_tax);
    DUMP(dump, " consumption=%lld", (long long)tax->consumption_tax);
    DUMP(dump, "\n  assure=%s ebc=%s", tax->assure_code, tax->ebc_code);
    DUMP(dump, " logistics=%s agent=%s", tax->logistics_code, tax->agent_code);
    DUMP(dump, " customs=%s\n", tax->customs_code);
    for (size_t i = 0; i < tax->line_count; i++) {
        const struct ceb_tax_line *line = &tax->lines[i];
        DUMP(dump, "  line %lld %s", (long long)line->gnum, line->gcode);
        DUMP(dump, " price=%lld", (long long)line->tax_price);
        DUMP(dump, " customs_tax=%lld", (long long)line->customs_tax);
        DUMP(dump, " value_added=%lld", (long long)line->value_added_tax);
        DUMP(dump, " consumption=%lld\n", (long long)line->consumption_tax);
    }
}

static void dump_tax_status(struct ceb_dump *dump, const struct ceb_tax_status *status)
{
    DUMP(dump, "status of %s invt=%s", status->tax_no, status->invt_no);
    DUMP(dump, " time=%s status=%s", status->return_time, status->status);
    DUMP(dump, " duty=%s assure=%s\n", status->ent_duty_no, status->assure_code);
}

static void dump_format_error(struct ceb_dump *dump, const struct ceb_format_error *error)
{
    DUMP(dump, "format error %s time=%s", error->return_status, error->return_time);
    DUMP(dump, " of=%s type=%s", error->original_message_id, error->original_type);
    DUMP(dump, "\n  %s\n", error->return_info);
}

static void dump_order(struct ceb_dump *dump, const struct ceb_order *order)
{
    DUMP(dump, "order app=%s@%s", order->app_type, order->app_time);
    DUMP(dump, " order=%s ebp=%s ebc=%s", order->order_no, order->ebp_code, order->ebc_code);
    DUMP(dump, "\n  goods=%lld", (long long)order->goods_value);
    DUMP(dump, " freight=%lld", (long long)order->freight);
    DUMP(dump, " discount=%lld", (long long)order->discount);
    DUMP(dump, " tax=%lld", (long long)order->tax_total);
    DUMP(dump, " paid=%lld", (long long)order->actual_paid);
    DUMP(dump, "\n  buyer=%s/%s", order->buyer_id_number, order->buyer_name);
    DUMP(dump, " pay=%s/%s", order->pay_code, order->pay_transaction_id);
    DUMP(dump, " consignee=%s address=%s\n", order->consignee, order->consignee_address);
    for (size_t i = 0; i < order->line_count; i++) {
        const struct ceb_order_line *line = &order->lines[i];
        DUMP(dump, "  line %lld %s", (long long)line->gnum, line->item_name);
        DUMP(dump, " qty=%lld", (long long)line->qty);
        DUMP(dump, " total=%lld\n", (long long)line->total_price);
    }
}

static void dump_payment(struct ceb_dump *dump, const struct ceb_payment *payment)
{
    DUMP(dump, "payment app=%s@%s", payment->app_type, payment->app_time);
    DUMP(dump, " pay=%s/%s", payment->pay_code, payment->pay_transaction_id);
    DUMP(dump, " order=%s ebp=%s", payment->order_no, payment->ebp_code);
    DUMP(dump, "\n  payer=%s/%s", payment->payer_id_number, payment->payer_name);
    DUMP(dump, " paid=%lld", (long long)payment->amount_paid);
    DUMP(dump, " time=%s\n", payment->pay_time);
}

static void dump_waybill(struct ceb_dump *dump, const struct ceb_waybill *waybill)
{
    DUMP(dump, "waybill app=%s@%s", waybill->app_type, waybill->app_time);
    DUMP(dump, " logistics=%s/%s", waybill->logistics_code, waybill->logistics_no);
    DUMP(dump, " bill=%s order=%s", waybill->bill_no, waybill->order_no);
    DUMP(dump, "\n  freight=%lld", (long long)waybill->freight);
    DUMP(dump, " insurance=%lld", (long long)waybill->insured_fee);
    DUMP(dump, " weight=%lld", (long long)waybill->weight);
    DUMP(dump, " consignee=%s address=%s\n", waybill->consignee, waybill->consignee_address);
}

static void dump_node(struct ceb_dump *dump, const struct ceb_message *message, size_t i)
{
    switch (message->type) {
    case CEB_311:
        dump_order(dump, (const struct ceb_order *)message->nodes + i);
        break;
    case CEB_411:
        dump_payment(dump, (const struct ceb_payment *)message->nodes + i);
        break;
    case CEB_511:
        dump_waybill(dump, (const struct ceb_waybill *)message->nodes + i);
        break;
    case CEB_621:
        dump_inventory(dump, (const struct ceb_inventory *)message->nodes + i);
        break;
    case CEB_622:
        dump_return(dump, (const struct ceb_inventory_return *)message->nodes + i);
        break;
    case CEB_623:
    case CEB_625:
        dump_application(dump, (const struct ceb_application *)message->nodes + i);
        break;
    case CEB_624:
    case CEB_626:
        dump_application_return(dump, (const struct ceb_application_return *)message->nodes + i);
        break;
    case CEB_816:
        dump_tax(dump, (const struct ceb_tax *)message->nodes + i);
        break;
    case CEB_818:
        dump_tax_status(dump, (const struct ceb_tax_status *)message->nodes + i);
        break;
    case CEB_900:
        dump_format_error(dump, (const struct ceb_format_error *)message->nodes + i);
        break;
    }
}

void ceb_dump(struct ceb_dump *dump, const struct ceb_message *message)
{
    dump->size = 0;
    DUMP(dump, "%d x %zu\n", (int)message->type, message->count);
    for (size_t i = 0; i < message->count; i++) {
        dump_node(dump, message, i);
    }
}
