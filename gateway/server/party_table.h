#pragma once
/* How many connections each party holds, over all threads. */
#include <stdbool.h>
#include <stddef.h>

struct party_table;

/* Room for `capacity` connections in all. */
struct party_table *party_table_create(size_t capacity);
void party_table_destroy(struct party_table *table);
/* Counts one more connection unless the party already holds `count_max`. */
bool party_table_enter(struct party_table *table, const char *party, size_t count_max);
void party_table_leave(struct party_table *table, const char *party);
