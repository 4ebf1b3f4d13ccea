/*
 * Random documents come back as they were written; broken ones are refused or still mean something
 * that can be written. The seed is printed: test_iso20022_random [SEED [ROUNDS]].
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/iso20022/random_document.h"

enum {
    TEXT_SIZE = 1 << 20,
    ARENA_SIZE = 4 << 20,
    BREAK_COUNT = 8
};

struct round {
    uint64_t seed;
    struct arena made;
    struct arena read;
    char *text;
};

static void give_up(const struct round *round, const char *what, const char *code, const char *at)
{
    fprintf(stderr, "seed %" PRIu64 ": %s: %s at %s\n", round->seed, what, code, at);
    exit(1);
}

/* Read from a block of exactly that size. */
static bool read_exact(struct round *round,
                       const char *text,
                       size_t size,
                       struct iso20022_document *document,
                       struct xml_fault *fault)
{
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    if (exact == NULL) {
        give_up(round, "memory", "none", "left");
        return false;
    }
    memcpy(exact, text, size);
    arena_reset(&round->read);
    bool is_read = iso20022_read((struct bytes){exact, size}, &round->read, document, fault);
    free(exact);
    return is_read;
}

static size_t check_identity(struct round *round, const struct iso20022_document *document)
{
    struct xml_fault fault;
    struct iso20022_document back;
    struct writer writer = writer_over(round->text, TEXT_SIZE);
    if (!iso20022_write(document, &writer, &fault)) {
        give_up(round, "written", fault.code, fault.element);
    }
    if (!read_exact(round, round->text, writer.size, &back, &fault)) {
        fprintf(stderr, "%.*s\n", (int)writer.size, round->text);
        give_up(round, "read", fault.code, fault.element);
    }
    const struct mx_record *record = mx_document_of(document->type);
    const char *path = record_difference(record, (const char *)document, (const char *)&back);
    if (path == NULL) {
        path = record_difference(
            &mx_header, (const char *)&document->header, (const char *)&back.header);
    }
    if (path != NULL || back.type != document->type || back.version != document->version) {
        fprintf(stderr, "%.*s\n", (int)writer.size, round->text);
        give_up(round, "compared", "difference", path == NULL ? "type" : path);
    }
    return writer.size;
}

/* A few bytes changed: whatever is still accepted can be written again. */
static void check_broken(struct round *round, struct random *random, size_t size)
{
    static const char bytes[] = "<>/&\"'= \n0-.aZ\x01\xff";
    struct iso20022_document document;
    struct xml_fault fault;
    for (size_t i = 0; i < BREAK_COUNT; i++) {
        size_t at = random_below(random, size);
        char before = round->text[at];
        round->text[at] = bytes[random_below(random, sizeof bytes - 1)];
        size_t cut = random_below(random, 4) == 0 ? random_below(random, size) : size;
        if (read_exact(round, round->text, cut, &document, &fault)) {
            char *text = malloc(TEXT_SIZE);
            struct writer writer = writer_over(text, TEXT_SIZE);
            if (text == NULL || !iso20022_write(&document, &writer, &fault)) {
                give_up(round, "written again", fault.code, fault.element);
            }
            free(text);
        } else if (fault.code[0] == '\0' || document.type != ISO20022_NONE) {
            give_up(round, "broken", "no fault", "-");
        }
        round->text[at] = before;
    }
}

int main(int argument_count, char **arguments)
{
    uint64_t seed = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : (uint64_t)time(NULL);
    uint64_t rounds = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 60;
    struct round round = {.text = malloc(TEXT_SIZE)};
    if (round.text == NULL) {
        return 1;
    }
    printf("seed %" PRIu64 ", %" PRIu64 " rounds\n", seed, rounds);
    arena_create(&round.made, ARENA_SIZE);
    arena_create(&round.read, ARENA_SIZE);
    size_t size_total = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        round.seed = seed + i;
        struct random random = {.state = round.seed, .arena = &round.made};
        for (int type = ISO20022_PACS_008; type <= ISO20022_PACS_028; type++) {
            arena_reset(&round.made);
            struct iso20022_document document = random_document(&random, (enum iso20022_type)type);
            size_t size = check_identity(&round, &document);
            check_broken(&round, &random, size);
            size_total += size;
        }
    }
    printf("%" PRIu64 " documents, %zu bytes came back\n", rounds * 11, size_total);
    arena_destroy(&round.made);
    arena_destroy(&round.read);
    free(round.text);
    return 0;
}
