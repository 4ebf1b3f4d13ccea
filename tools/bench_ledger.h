#pragma once
/*
 * Transfers per second, durable, on this machine and in one run: the engine's path (book, batch,
 * commit by COPY into a leaf without b-trees, sealing beside it), raw COPY of the same rows, and a
 * PL/pgSQL function that makes one checked, idempotent double-entry transfer a call: it looks the
 * key up, locks both accounts in order, compares currency and limits, and writes a transfer, two
 * entries with balances and two accounts. Then how fast all of it is verified.
 *
 * Arguments: [--json] [--transfers N] [--peer-transfers N] [--batch N]… [--accounts N]
 * [--rounds N] [--restart] [--growth] [--conninfo TEXT | [--bindir DIR] [--directory DIR]]
 *
 * --peer-transfers: rows of each COPY, at most two million unless said. Its table with b-trees
 * would only get slower with more.
 * --growth, by itself from twenty million transfers on: the rate of every million, the last of
 * them compared with the first, and --restart.
 * --restart: how long a start takes with a million accounts and five million transfers since the
 * last checkpoint.
 *
 * Without --conninfo a private PostgreSQL is made under DIR (or /tmp) and removed afterwards; root
 * runs it as user postgres. With --conninfo (keyword form, an owner of an empty ledger) that one is
 * used. Refuses to measure unless synchronous_commit and fsync are on.
 *
 * The ratios compare different promises: raw COPY checks nothing and keeps no balance; the
 * function commits every transfer by itself.
 */
int bench_ledger_main(int argument_count, char **arguments);
