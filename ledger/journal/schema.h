#pragma once
/* The SQL files of ledger/journal/schema, embedded at build time. */

/* A new schema has another version; the engine refuses to run on any other than its own. */
enum {
    SCHEMA_VERSION = 1
};

extern const char schema_roles[];
extern const char schema_tables[];
extern const char schema_functions[];
extern const char schema_views[];
extern const char schema_grants[];
