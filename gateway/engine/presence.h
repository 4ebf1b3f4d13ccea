#pragma once
/*
 * Presence: a Bloom filter over every document key and idempotency key ever stored. It answers
 * "certainly new" without a read, so that a new key costs no round trip to the database. Until the
 * keys of the past are loaded it answers "may exist" to everything: slower, never wrong.
 *
 * One thread asks and adds (the engine); another may add (the loader at start).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct presence;

/* Sized for `key_count` keys at about one false answer in 1,000; more keys only raise that. */
struct presence *presence_create(size_t key_count);
void presence_destroy(struct presence *presence);
void presence_add(struct presence *presence, uint64_t hash);
/* All keys of the past are in. */
void presence_complete(struct presence *presence);
bool presence_is_complete(const struct presence *presence);
bool presence_may_hold(const struct presence *presence, uint64_t hash);

uint64_t presence_document_hash(size_t document, const char *key, size_t key_size);
uint64_t presence_command_hash(int64_t party, const char *key, size_t key_size);
