#pragma once
/*
 * Messages per second of libiso8583 on one core: a 0200 of 15 fields with a secondary bitmap.
 * Arguments: [--json] [--seconds N] [--dialect FILE], by default one second per direction and the
 * dialect iso87-ascii. Prints decode_per_second and encode_per_second.
 */
int bench_iso8583_main(int argument_count, char **arguments);
