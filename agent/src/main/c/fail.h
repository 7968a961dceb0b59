/* Whoever starts us reads stderr and sees no more of a failure than that. */
#ifndef ELEVO_FAIL_H
#define ELEVO_FAIL_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

static inline int fail(const char *what, const char *which) {
    fprintf(stderr, "elevo-init: %s %s: %s\n", what, which, strerror(errno));
    return -1;
}

#endif
