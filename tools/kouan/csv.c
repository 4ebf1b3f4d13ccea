#include "tools/kouan/csv.h"

#include <stddef.h>

bool csv_cell_read(const char **at,
                   const char *end,
                   char cell_out[CSV_CELL_SIZE],
                   bool *is_last_out)
{
    size_t size = 0;
    const char *next = *at;
    bool is_quoted = next < end && *next == '"';
    next += is_quoted ? 1 : 0;
    while (next < end) {
        if (is_quoted && *next == '"') {
            if (next + 1 < end && next[1] == '"') {
                next++;
            } else {
                next++;
                break;
            }
        } else if (!is_quoted && (*next == ',' || *next == '\r' || *next == '\n')) {
            break;
        }
        if (size == CSV_CELL_SIZE - 1) {
            return false;
        }
        cell_out[size++] = *next++;
    }
    cell_out[size] = '\0';
    next += next < end && *next == '\r' ? 1 : 0;
    *is_last_out = next == end || *next == '\n';
    if (next < end && *next != ',' && *next != '\n') {
        return false;
    }
    *at = next < end ? next + 1 : end;
    return true;
}
