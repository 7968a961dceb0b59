/* Directories below an open one, reached by paths on which no link is followed, also when somebody puts one there meanwhile. */
#ifndef ELEVO_BELOW_H
#define ELEVO_BELOW_H

#include <stdbool.h>
#include <stdint.h>

/* "" is the directory itself. */
int open_below(int root, const char *path, int flags);

/* One entry of getdents64. */
struct record {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

/* False for the directory itself and its parent; the type is never DT_UNKNOWN. */
bool record_counts(int directory, const struct record *record, uint8_t *type);

#endif
