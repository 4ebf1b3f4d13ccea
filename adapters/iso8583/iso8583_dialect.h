#pragma once
/*
 * Dialects from YAML files such as those in dialects/ (their README tells the keys). Separate from
 * the codec because it needs libcyaml and allocates while it reads.
 */
#include <stddef.h>

#include "iso8583.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ISO8583_PROBLEM_SIZE = 256
};

/*
 * False: problem_out (NUL-terminated) says what is wrong and where; dialect_out is undefined.
 * What is loaded has passed iso8583_dialect_check.
 */
ISO8583_MUST_CHECK bool iso8583_dialect_load(const char *path,
                                             struct iso8583_dialect *dialect_out,
                                             char problem_out[ISO8583_PROBLEM_SIZE]);

/* Where the library's own dialects lie: where they were to be installed (DATADIR/iso8583) or, as
 * long as nothing is there, in the source it was built from. */
const char *iso8583_dialect_directory(void);

/* The file of a dialect: `name` itself when it holds a '/' or a '.', else NAME.yaml in that
 * directory. False: `path_out` has no room for it. */
ISO8583_MUST_CHECK bool iso8583_dialect_file(const char *name, char *path_out, size_t path_size);

#ifdef __cplusplus
}
#endif
