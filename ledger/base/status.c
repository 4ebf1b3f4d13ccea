#include "ledger/base/status.h"

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "ok";
    case STATUS_AGAIN:
        return "again";
    case STATUS_REJECTED:
        return "rejected";
    case STATUS_UNCERTAIN:
        return "uncertain";
    case STATUS_CORRUPT:
        return "corrupt";
    case STATUS_LIMIT:
        return "limit";
    }
    return "";
}
