/* The first of what many threads find, in the order of paths. What is beyond the bounds is not held, so memory has a bound too. */
#ifndef ELEVO_KEPT_H
#define ELEVO_KEPT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kept_entry {
    char *path;
    uint8_t *bytes;
    size_t length, items;
};

struct kept {
    pthread_mutex_t lock;
    struct kept_entry *heap; /* the last path is first */
    size_t count, room;
    size_t items, bytes, most_items, most_bytes;
    bool dropped; /* there was more */
};

void kept_open(struct kept *kept, size_t most_items, size_t most_bytes);
/* Whether something under this path, or below it, would be held. */
bool kept_wants(struct kept *kept, const char *path);
/* Takes the bytes, which were allocated, and copies the path. */
void kept_add(struct kept *kept, const char *path, uint8_t *bytes, size_t length, size_t items);
/* When all is found. */
void kept_sort(struct kept *kept);

#endif
