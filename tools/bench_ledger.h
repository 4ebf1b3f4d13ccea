#pragma once
/*
 * Transfers per second, durable, on this machine and in one run: the engine's path (book, batch,
 * commit by COPY into a leaf without b-trees, sealing beside it), raw COPY of the same rows, and a
 * PL/pgSQL function that makes one checked, idempotent double-entry transfer a call (a transfer,
 * two entries with balances, two accounts). Then how fast all of it is verified.
 *
 * Arguments: [--json] [--transfers N] [--batch N]… [--accounts N] [--rounds N] [--restart]
 * [--conninfo TEXT | [--bindir DIR] [--directory DIR]]
 *
 * Without --conninfo a private PostgreSQL is made under DIR (or /tmp) and removed afterwards; root
 * runs it as user postgres. With --conninfo (keyword form, an owner of an empty ledger) that one is
 * used. Refuses to measure unless synchronous_commit and fsync are on.
 *
 * The ratios compare different promises: raw COPY checks nothing and keeps no balance; the
 * function commits every transfer by itself.
 */
int bench_ledger_main(int argument_count, char **arguments);
