#include <assert.h>
#include <string.h>

#include "adapters/iso20022/mx_rule.h"
#include "adapters/iso20022/mx_text.h"
#include "adapters/iso20022/mx_value.h"
#include "adapters/xml/xml_write.h"

/*
 * The elements open inside the current record are the first `open_size` bytes of `open`, a path of
 * that record's rows: "BkTxCd/Domn/".
 */
struct write {
    struct writer *to;
    struct xml_fault *fault;
    enum iso20022_type type;
    const char *open;
    size_t open_size;
};

static bool write_fail(struct write *write, const char *code, const struct mx_row *row)
{
    return mx_refuse(write->fault, code, mx_row_element(row), mx_value_expected(row->kind));
}

static void open_tag(struct writer *to, const char *name, size_t size)
{
    write_text(to, "<");
    write_bytes(to, name, size);
    write_text(to, ">");
}

static void close_tag(struct writer *to, const char *name, size_t size)
{
    write_text(to, "</");
    write_bytes(to, name, size);
    write_text(to, ">");
}

/* Close what is open beyond the first `size` bytes of the open path. */
static void close_down_to(struct write *write, size_t size)
{
    while (write->open_size > size) {
        size_t start = write->open_size - 1;
        while (start > 0 && write->open[start - 1] != '/') {
            start--;
        }
        close_tag(write->to, write->open + start, write->open_size - 1 - start);
        write->open_size = start;
    }
}

/* Open the elements around a row's own, closing those that are not around it. */
static void open_around(struct write *write, const struct mx_row *row)
{
    size_t around_size = (size_t)(mx_row_element(row) - row->path);
    size_t shared = 0;
    for (size_t i = 0; i < around_size && i < write->open_size; i++) {
        if (row->path[i] != write->open[i]) {
            break;
        }
        shared = row->path[i] == '/' ? i + 1 : shared;
    }
    close_down_to(write, shared);
    while (shared < around_size) {
        size_t end = shared;
        while (row->path[end] != '/') {
            end++;
        }
        open_tag(write->to, row->path + shared, end - shared);
        shared = end + 1;
    }
    write->open = row->path;
    write->open_size = around_size;
}

static void write_element(struct write *write,
                          const struct mx_row *row,
                          const char *text,
                          size_t size,
                          const char *currency)
{
    const char *name = mx_row_element(row);
    open_around(write, row);
    write_text(write->to, "<");
    write_text(write->to, name);
    if (currency != NULL) {
        write_text(write->to, " Ccy=\"");
        write_text(write->to, currency);
        write_text(write->to, "\"");
    }
    write_text(write->to, ">");
    xml_write_text(write->to, text, size);
    close_tag(write->to, name, strlen(name));
}

/* One value, or one line of it. */
static bool write_line(struct write *write,
                       const struct mx_row *row,
                       const char *text,
                       size_t size,
                       const char *currency)
{
    struct mx_input input = {text, size, currency, currency == NULL ? 0 : strlen(currency)};
    if (!mx_is_stable(text, size)) {
        return write_fail(write, "character", row);
    }
    const char *code = mx_value_check(row, input);
    if (code != NULL) {
        return write_fail(write, code, row);
    }
    write_element(write, row, text, size, currency);
    return true;
}

static bool write_lines(struct write *write, const struct mx_row *row, const char *text)
{
    for (size_t count = 0;; count++) {
        size_t size = strcspn(text, "\n");
        if (count == ISO20022_LINE_COUNT_MAX) {
            return write_fail(write, "too_many", row);
        }
        if (!write_line(write, row, text, size, NULL)) {
            return false;
        }
        if (text[size] == '\0') {
            return true;
        }
        text += size + 1;
    }
}

static bool
write_value(struct write *write, const struct mx_row *row, const char *record, bool *is_given_out)
{
    char scratch[MX_SCRATCH_SIZE];
    const char *text = mx_value_text(row, record, scratch);
    *is_given_out = text != NULL && text[0] != '\0';
    if (!*is_given_out) {
        return true;
    }
    if (!mx_row_applies(row, write->type)) {
        return write_fail(write, "unsupported", row);
    }
    if (row->kind == MX_LINES) {
        return write_lines(write, row, text);
    }
    const char *currency = NULL;
    if (row->kind == MX_AMOUNT || row->kind == MX_PAYMENT) {
        const struct money *money = (const struct money *)(const void *)(record + row->offset);
        currency = currency_code(money->currency);
    }
    return write_line(write, row, text, strlen(text), currency);
}

static bool write_record(struct write *outer, const struct mx_record *record, const char *values);

static bool
write_list(struct write *write, const struct mx_row *row, const char *record, bool *is_given_out)
{
    const char *items = *(const char *const *)(const void *)(record + row->offset);
    size_t count = *(const size_t *)(const void *)(record + row->count_offset);
    const char *name = mx_row_element(row);
    *is_given_out = count > 0;
    if (count > row->length_max) {
        return write_fail(write, "too_many", row);
    }
    for (size_t i = 0; i < count; i++) {
        open_around(write, row);
        open_tag(write->to, name, strlen(name));
        if (!write_record(write, row->child, items + i * row->child->size)) {
            return false;
        }
        close_tag(write->to, name, strlen(name));
    }
    return true;
}

/* Everything inside the record's element. */
static bool write_record(struct write *outer, const struct mx_record *record, const char *values)
{
    struct write write = {.to = outer->to, .fault = outer->fault, .type = outer->type, .open = ""};
    uint64_t given = 0;
    for (size_t i = 0; i < record->row_count; i++) {
        const struct mx_row *row = &record->rows[i];
        bool is_given = false;
        if ((row->flags & MX_READ_ONLY) != 0) {
            continue;
        }
        if (row->kind == MX_LIST ? !write_list(&write, row, values, &is_given)
                                 : !write_value(&write, row, values, &is_given)) {
            return false;
        }
        given |= (uint64_t)is_given << i;
    }
    close_down_to(&write, 0);
    return mx_given_check(record, given, write.fault) &&
           (record->check == NULL || record->check(values, write.fault));
}

/* An element with its namespace, around a record. */
static bool write_root(struct write *write,
                       const char *name,
                       const char *uri,
                       const struct mx_record *record,
                       const void *values)
{
    write_text(write->to, "<");
    write_text(write->to, name);
    write_text(write->to, " xmlns=\"");
    write_text(write->to, uri);
    write_text(write->to, "\">");
    if (!write_record(write, record, values)) {
        return false;
    }
    close_tag(write->to, name, strlen(name));
    return true;
}

static int64_t transaction_count(const struct iso20022_document *document)
{
    return (int64_t)(document->transfer_count + document->return_count + document->recall_count);
}

bool iso20022_write(const struct iso20022_document *document,
                    struct writer *writer,
                    struct xml_fault *fault_out)
{
    struct write write = {.to = writer, .fault = fault_out, .type = document->type};
    struct iso20022_document counted = *document;
    const struct mx_namespace *space = mx_namespace_of(document->type);
    bool has_header = document->header.message_id != NULL;
    *fault_out = (struct xml_fault){.code = ""};
    counted.transaction_count = transaction_count(document);
    counted.header.message_name = mx_namespace_name(space);
    write_text(writer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    if (has_header) {
        open_tag(writer, MX_ENVELOPE_NAME, strlen(MX_ENVELOPE_NAME));
        if (!write_root(&write, MX_HEADER_NAME, MX_HEADER_URI, &mx_header, &counted.header)) {
            return false;
        }
    }
    if (!write_root(&write, MX_ROOT_NAME, space->uri, mx_document_of(document->type), &counted)) {
        return false;
    }
    if (has_header) {
        close_tag(writer, MX_ENVELOPE_NAME, strlen(MX_ENVELOPE_NAME));
    }
    if (writer->has_failed) {
        return mx_refuse(fault_out, "too_large", "", "the writer is full");
    }
    return true;
}
