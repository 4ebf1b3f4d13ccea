#pragma once
/* One life of a gateway: engine and banks over the fake bank, with payments made all the time. */
#include <stdint.h>

struct life {
    const char *conninfo;
    const char *vault_file;
    const char *book_file;
    const char *link_directory;
    uint64_t seed;
    int64_t first_payment; /* numbers of the payments it makes */
    int64_t payment_count; /* it makes none beyond */
    int cut_over_ms;
    int open_count_max;
};

/* Until SIGTERM, or until it is killed. Exit code. */
int life_run(const struct life *life);
