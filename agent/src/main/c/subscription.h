/* One subscription: what it watches, what it wants to hear of, and what waits to be said. */
#ifndef ELEVO_SUBSCRIPTION_H
#define ELEVO_SUBSCRIPTION_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pattern.h"
#include "talk.h"
#include "watch.h"
#include "watched.h"

#define MOST_EXCLUDED 100u
#define MOST_MODIFIED 1024u
#define MOST_MOVES 64u
#define RECENT_ROOM 32768u
#define REPLACED_ROOM 16u

/* A change of content that waits for more of its kind. */
struct modified {
    char *path;
    uint64_t hash;
    bool directory;
    int64_t due_us;
};

/* One half of a rename. */
struct half {
    uint32_t cookie;
    char *path;
    bool directory;
    struct node *node; /* NULL unless it is watched */
    int64_t due_us;
};

struct subscription {
    struct talk *talk;
    uint32_t number;
    char *path, *prefix;
    bool recursive, is_directory;
    uint8_t kinds;
    struct pattern *include, *excluded[MOST_EXCLUDED];
    bool whole_path[MOST_EXCLUDED];
    unsigned excluded_count;
    int64_t ends_us;

    /* Not held open: the kernel would not tell that it is removed. */
    dev_t device;
    ino_t inode;
    int notify;
    struct watched watched;
    unsigned round;
    bool told_of_limit;

    struct modified modified[MOST_MODIFIED];
    size_t modified_count;
    struct half halves[MOST_MOVES];
    size_t half_count;

    /* Names that a scan has told already and the kernel will tell again: hashes, until its queue has been empty once. */
    uint64_t recent[RECENT_ROOM];
    size_t recent_count;

    /* Our own names that took the place of others just now: what gets such a name next is what was there. Hashes. */
    uint64_t replaced[REPLACED_ROOM];
    size_t replaced_next;
};

/* Takes what follows the number in a request; NULL when it was refused, which is said, or makes no sense, which is bad. */
struct subscription *subscription_open(struct talk *talk, uint32_t number, struct reader *reader);
void subscription_close(struct subscription *subscription);
/* False when it has ended, which is said. */
bool subscription_read(struct subscription *subscription);
/* Nothing waits in the kernel. */
void subscription_drained(struct subscription *subscription);
/* Says what has waited its time; false when the subscription has. */
bool subscription_check_time(struct subscription *subscription, int64_t now_us);
int64_t subscription_next_time(const struct subscription *subscription);
void subscription_end(struct subscription *subscription, enum watch_reason reason);

#endif
