#include "tools/kouan/database.h"

#include <stdio.h>
#include <string.h>

#include "tools/kouan/output.h"

const char *database_conninfo(const struct arguments *arguments)
{
    const char *conninfo = arguments->values[OPTION_DATABASE];
    if (!conninfo) {
        message("--database is missing (or KOUAN_DATABASE, or a line in --config)");
    }
    return conninfo;
}

enum exit_code database_failed(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return EXIT_DONE;
    case STATUS_CORRUPT:
        message("the database's rows contradict themselves");
        return EXIT_FAULT_FOUND;
    case STATUS_AGAIN:
    case STATUS_REJECTED:
    case STATUS_UNCERTAIN:
    case STATUS_LIMIT:
        break;
    }
    message("the database cannot be used: %s", status_name(status));
    return EXIT_UNREACHABLE;
}

struct journal_reader *database_open(const struct arguments *arguments)
{
    struct journal_config config = {.conninfo = database_conninfo(arguments)};
    return config.conninfo ? journal_reader_create(&config) : NULL;
}

void database_text(const struct row_view *row, size_t column, char *text_out, size_t size)
{
    text_out[0] = '\0';
    if (!view_is_null(row, column)) {
        struct bytes text = view_bytes(row, column);
        snprintf(text_out, size, "%.*s", (int)text.size, (const char *)text.data);
    }
}

/* Other characters would mean something to hledger or to CSV. */
static bool is_plain(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '.' || byte == '_' || byte == '-' || byte == '/';
}

static void write_part(struct writer *writer, struct bytes part)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < part.size; i++) {
        if (is_plain(part.data[i])) {
            write_u8(writer, part.data[i]);
        } else {
            write_u8(writer, '%');
            write_u8(writer, (uint8_t)hex[part.data[i] >> 4]);
            write_u8(writer, (uint8_t)hex[part.data[i] & 15]);
        }
    }
}

static void write_owner(struct writer *writer, const struct row_view *row, size_t column)
{
    char number[24];
    int64_t owner = view_bigint(row, column);
    if (owner == 0) {
        write_text(writer, "house");
    } else if (!view_is_null(row, column + 1)) {
        write_part(writer, view_bytes(row, column + 1));
    } else {
        snprintf(number, sizeof number, "#%lld", (long long)owner);
        write_text(writer, number);
    }
}

void database_account_name(const struct row_view *row,
                           size_t column,
                           char name_out[ACCOUNT_NAME_SIZE])
{
    struct writer writer = writer_over(name_out, ACCOUNT_NAME_SIZE - 1);
    write_part(&writer, view_bytes(row, column));
    write_u8(&writer, ':');
    write_part(&writer, view_bytes(row, column + 1));
    write_u8(&writer, ':');
    write_owner(&writer, row, column + 2);
    struct bytes subject = view_bytes(row, column + 4);
    if (subject.size > 0) {
        write_u8(&writer, ':');
        write_part(&writer, subject);
    }
    name_out[writer.size] = '\0';
}
