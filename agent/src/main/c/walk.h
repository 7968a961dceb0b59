/*
 * Goes through everything below a directory with several threads, roughly in the order of paths. No link is followed, also when
 * somebody puts one where a directory was; what cannot be read is passed over.
 */
#ifndef ELEVO_WALK_H
#define ELEVO_WALK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct walk_entry {
    int directory;    /* open, and the entry's name in it */
    const char *name;
    const char *path; /* below the root */
    uint8_t type;     /* DT_REG and its like, never DT_UNKNOWN */
    unsigned depth;   /* 0 right below the root */
    unsigned worker;
};

struct visitor {
    void *self;
    /* May be called by all threads at once. */
    void (*see)(struct visitor *visitor, const struct walk_entry *entry);
    /* Whether to go into a directory, which was seen already. */
    bool (*enters)(struct visitor *visitor, const struct walk_entry *entry);
    /* Whether what is under this path, which waited, is still of interest. */
    bool (*wants)(struct visitor *visitor, const char *path);
};

#define WALK_MOST_WORKERS 8u

unsigned walk_workers(void);
/* Returns when all is seen, or soon after the flag was set. Closes the root. */
void walk(int root, unsigned workers, struct visitor *visitor, const atomic_bool *stop);

#endif
