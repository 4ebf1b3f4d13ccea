#pragma once
/*
 * How long a tax statement takes on a private PostgreSQL: cut, and paid with its guarantee
 * restored, beside what plain SQL needs to add up and mark the same rows in the same run. Fails
 * when a bill or a fen is missing.
 *
 * Arguments: [--json] [--bills N] [--bindir DIR] [--directory DIR]
 *
 * The ratio compares different promises: plain SQL checks nothing, keeps no history, and is one
 * transaction during which nobody else is served.
 */
int bench_statement_main(int argument_count, char **arguments);
