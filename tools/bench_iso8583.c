#include "tools/bench_iso8583.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "adapters/iso8583/iso8583_dialect.h"

enum {
    ROUND_COUNT = 1000
};

struct bench_field {
    int field;
    const char *value;
};

/* Lengths that every dialect of the library takes. */
static const struct bench_field bench_fields[] = {
    {2,  "6228480402564890018"                  },
    {3,  "000000"                               },
    {4,  "000000012345"                         },
    {11, "000042"                               },
    {12, "143015"                               },
    {13, "0305"                                 },
    {22, "021"                                  },
    {25, "00"                                   },
    {32, "48220000"                             },
    {35, "6228480402564890018=49121201234567890"},
    {37, "306414300042"                         },
    {41, "TERM0001"                             },
    {42, "MERCHANT0000001"                      },
    {49, "156"                                  },
    {99, "48220000"                             },
};

struct bench {
    struct iso8583_dialect dialect;
    struct iso8583_message message;
    struct iso8583_message decoded;
    uint8_t wire[1024];
    uint8_t scratch[2048];
    size_t size;
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool encode_once(struct bench *bench)
{
    struct iso8583_fault fault;
    return iso8583_encode(
        &bench->dialect, &bench->message, bench->wire, sizeof bench->wire, &bench->size, &fault);
}

static bool decode_once(struct bench *bench)
{
    struct iso8583_fault fault;
    return iso8583_decode(&bench->dialect,
                          (struct iso8583_view){bench->wire, bench->size},
                          bench->scratch,
                          sizeof bench->scratch,
                          &bench->decoded,
                          &fault);
}

/* 0 when a message is refused. */
static double rate(struct bench *bench, double seconds, bool (*once)(struct bench *))
{
    double start = seconds_now();
    double end = start;
    uint64_t count = 0;
    while (end - start < seconds) {
        for (int i = 0; i < ROUND_COUNT; i++) {
            if (!once(bench)) {
                return 0;
            }
        }
        count += ROUND_COUNT;
        end = seconds_now();
    }
    return (double)count / (end - start);
}

static bool bench_start(struct bench *bench, const char *path)
{
    char problem[ISO8583_PROBLEM_SIZE];
    if (!iso8583_dialect_load(path, &bench->dialect, problem)) {
        fprintf(stderr, "%s: %s\n", path, problem);
        return false;
    }
    iso8583_clear(&bench->message);
    memcpy(bench->message.mti, "0200", 4);
    for (size_t i = 0; i < sizeof bench_fields / sizeof bench_fields[0]; i++) {
        const struct bench_field *field = &bench_fields[i];
        if (bench->dialect.fields[field->field].kind != ISO8583_KIND_NONE) {
            iso8583_set(&bench->message, field->field, field->value, strlen(field->value));
        }
    }
    return true;
}

int bench_iso8583_main(int argument_count, char **arguments)
{
    static struct bench bench;
    const char *name = "iso87-ascii";
    char path[1024];
    double seconds = 1;
    bool is_json = false;
    for (int i = 1; i < argument_count; i++) {
        if (strcmp(arguments[i], "--json") == 0) {
            is_json = true;
        } else if (strcmp(arguments[i], "--seconds") == 0 && i + 1 < argument_count) {
            seconds = strtod(arguments[++i], NULL);
        } else if (strcmp(arguments[i], "--dialect") == 0 && i + 1 < argument_count) {
            name = arguments[++i];
        } else {
            fprintf(stderr, "usage: [--json] [--seconds N] [--dialect FILE]\n");
            return 2;
        }
    }
    if (!iso8583_dialect_file(name, path, sizeof path) || !bench_start(&bench, path)) {
        return 1;
    }
    double encode_per_second = rate(&bench, seconds, encode_once);
    double decode_per_second = rate(&bench, seconds, decode_once);
    if (encode_per_second <= 0 || decode_per_second <= 0) {
        fprintf(stderr, "the dialect refuses the message\n");
        return 1;
    }
    printf(is_json ? "{\"dialect\":\"%s\",\"bytes\":%zu,\"decode_per_second\":%.0f,"
                     "\"encode_per_second\":%.0f}\n"
                   : "%s, %zu bytes: decode %.0f/s, encode %.0f/s\n",
           bench.dialect.name,
           bench.size,
           decode_per_second,
           encode_per_second);
    return 0;
}
