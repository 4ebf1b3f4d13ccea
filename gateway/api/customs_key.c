/* The idempotency key of a business node of a customs message. */
#include <assert.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gateway/api/api_p.h"

enum {
    TEXT_SIZE = 1536
};

/*
 * The guid of a node is no key (one guid may stand in every node of a message), so the key is what
 * the node says: its business key, what happened, and when.
 */
__attribute__((format(printf, 2, 3))) static void key_write(char *key_out, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert(size > 0 && (size_t)size < sizeof text);
    if (api_key_is_valid(text)) {
        memcpy(key_out, text, (size_t)size + 1);
        return;
    }
    uint8_t hash[EVP_MAX_MD_SIZE];
    unsigned hash_size = 0;
    int is_done = EVP_Digest(text, (size_t)size, hash, &hash_size, EVP_sha256(), NULL);
    assert(is_done == 1);
    size_t at = (size_t)snprintf(key_out, IDEMPOTENCY_KEY_SIZE, "%.6s/", text);
    for (size_t i = 0; i < hash_size; i++) {
        at += (size_t)snprintf(key_out + at, IDEMPOTENCY_KEY_SIZE - at, "%02x", hash[i]);
    }
}

static void order_key(const void *node, char *key_out)
{
    const struct ceb_order *order = node;
    key_write(key_out,
              "ceb311/%s/%s/%s/%s",
              order->ebp_code,
              order->order_no,
              order->app_type,
              order->app_time);
}

static void payment_key(const void *node, char *key_out)
{
    const struct ceb_payment *payment = node;
    key_write(key_out,
              "ceb411/%s/%s/%s/%s",
              payment->pay_code,
              payment->pay_transaction_id,
              payment->app_type,
              payment->app_time);
}

static void waybill_key(const void *node, char *key_out)
{
    const struct ceb_waybill *waybill = node;
    key_write(key_out,
              "ceb511/%s/%s/%s/%s",
              waybill->logistics_code,
              waybill->logistics_no,
              waybill->app_type,
              waybill->app_time);
}

/* copNo is optional; the order stands in for it. */
static void inventory_key(const void *node, char *key_out)
{
    const struct ceb_inventory *inventory = node;
    if (inventory->cop_no[0] == '\0') {
        key_write(key_out,
                  "ceb621/%s//%s/%s/%s/%s",
                  inventory->agent_code,
                  inventory->ebp_code,
                  inventory->order_no,
                  inventory->app_type,
                  inventory->app_time);
        return;
    }
    key_write(key_out,
              "ceb621/%s/%s/%s/%s",
              inventory->agent_code,
              inventory->cop_no,
              inventory->app_type,
              inventory->app_time);
}

/* A repeat through the same relay is the same word. */
static const char *status_said(const char *relayed, const char *status)
{
    return relayed[0] == '\0' ? status : relayed;
}

static void return_key(const void *node, char *key_out)
{
    const struct ceb_inventory_return *receipt = node;
    key_write(key_out,
              "ceb622/%s/%s/%s/%s/%s",
              receipt->agent_code,
              receipt->cop_no,
              receipt->invt_no,
              status_said(receipt->relayed_status, receipt->return_status),
              receipt->return_time);
}

static void application_key(const char *type, const void *node, char *key_out)
{
    const struct ceb_application *application = node;
    key_write(key_out,
              "%s/%s/%s/%s/%s/%s",
              type,
              application->agent_code,
              application->cop_no,
              application->invt_no,
              application->app_type,
              application->app_time);
}

static void withdrawal_key(const void *node, char *key_out)
{
    application_key("ceb623", node, key_out);
}

static void refund_key(const void *node, char *key_out)
{
    application_key("ceb625", node, key_out);
}

static void application_return_key(const char *type, const void *node, char *key_out)
{
    const struct ceb_application_return *receipt = node;
    key_write(key_out,
              "%s/%s/%s/%s/%s/%s",
              type,
              receipt->agent_code,
              receipt->cop_no,
              receipt->invt_no,
              status_said(receipt->relayed_status, receipt->return_status),
              receipt->return_time);
}

static void withdrawal_return_key(const void *node, char *key_out)
{
    application_return_key("ceb624", node, key_out);
}

static void refund_return_key(const void *node, char *key_out)
{
    application_return_key("ceb626", node, key_out);
}

static void tax_key(const void *node, char *key_out)
{
    const struct ceb_tax *tax = node;
    key_write(
        key_out, "ceb816/%s/%s/%s/%s", tax->invt_no, tax->tax_no, tax->status, tax->return_time);
}

static void tax_status_key(const void *node, char *key_out)
{
    const struct ceb_tax_status *status = node;
    key_write(key_out,
              "ceb818/%s/%s/%s/%s",
              status->invt_no,
              status->tax_no,
              status->status,
              status->return_time);
}

static void format_error_key(const void *node, char *key_out)
{
    const struct ceb_format_error *error = node;
    key_write(key_out,
              "ceb900/%s/%s/%s/%s",
              error->original_message_id,
              error->original_type,
              error->return_status,
              error->return_time);
}

static const struct {
    enum ceb_type message;
    void (*write)(const void *node, char *key_out);
} keys[] = {
    {CEB_311, order_key            },
    {CEB_411, payment_key          },
    {CEB_511, waybill_key          },
    {CEB_621, inventory_key        },
    {CEB_622, return_key           },
    {CEB_623, withdrawal_key       },
    {CEB_624, withdrawal_return_key},
    {CEB_625, refund_key           },
    {CEB_626, refund_return_key    },
    {CEB_816, tax_key              },
    {CEB_818, tax_status_key       },
    {CEB_900, format_error_key     },
};

void api_customs_key(enum ceb_type message,
                     const void *node,
                     char key_out[static IDEMPOTENCY_KEY_SIZE])
{
    size_t i = 0;
    while (keys[i].message != message) {
        i++;
        assert(i < sizeof keys / sizeof keys[0]);
    }
    keys[i].write(node, key_out);
}
