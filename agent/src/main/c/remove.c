#include "remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/*
 * Each level holds a directory open: the way back up is never looked for, since somebody may have moved it. What lies deeper than
 * the first few levels is moved up into the topmost directory, and its turn comes there.
 */
#define SOME_LEVELS 64
/* Where that cannot be done. */
#define MOST_LEVELS 1000
/* Somebody may be making new ones. */
#define MOST_ROUNDS 8

struct level {
    DIR *directory;
    char name[NAME_MAX + 1];
};

static struct level levels[MOST_LEVELS];
static int deepest;
static int first_error;
static bool moved;

static void note(int error) {
    if (first_error == 0 && error != ENOENT) first_error = error;
}

static bool enter(int directory, const char *name) {
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *opened = fd < 0 ? NULL : fdopendir(fd);
    if (opened == NULL) {
        int error = errno;
        if (fd >= 0) close(fd);
        /* One that nobody may read goes all the same while it is empty. */
        if (unlinkat(directory, name, AT_REMOVEDIR) != 0) note(error);
        return false;
    }
    deepest++;
    levels[deepest].directory = opened;
    strcpy(levels[deepest].name, name);
    return true;
}

static bool move_up(int directory, const char *name) {
    uint64_t number;
    char fresh[32];
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) return false;
    snprintf(fresh, sizeof fresh, ".elevo-%016llx", (unsigned long long)number);
    if (renameat(directory, name, dirfd(levels[0].directory), fresh) != 0) return false;
    moved = true;
    return true;
}

static void remove_directory(const char *name) {
    int here = dirfd(levels[deepest].directory);
    if (deepest + 1 >= SOME_LEVELS && move_up(here, name)) return;
    if (deepest + 1 == MOST_LEVELS) note(ENAMETOOLONG);
    else enter(here, name);
}

static void remove_entry(const struct dirent *entry) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) return;
    int here = dirfd(levels[deepest].directory);
    if (entry->d_type != DT_DIR) {
        if (unlinkat(here, entry->d_name, 0) == 0) return;
        if (errno != EISDIR) {
            note(errno);
            return;
        }
    }
    remove_directory(entry->d_name);
}

static void leave(void) {
    closedir(levels[deepest].directory);
    deepest--;
    if (deepest < 0) return;
    if (unlinkat(dirfd(levels[deepest].directory), levels[deepest + 1].name, AT_REMOVEDIR) != 0) note(errno);
}

/* All that is below the topmost, which stays open. */
static void empty(void) {
    do {
        moved = false;
        rewinddir(levels[0].directory);
        for (;;) {
            struct dirent *entry = readdir(levels[deepest].directory);
            if (entry != NULL) remove_entry(entry);
            else if (deepest == 0) break;
            else leave();
        }
    } while (moved);
}

int remove_tree(int directory, const char *name) {
    if (unlinkat(directory, name, 0) == 0) return 0;
    if (errno != EISDIR) return errno;
    deepest = -1;
    first_error = 0;
    if (!enter(directory, name)) return first_error;
    int error = 0;
    for (int round = 0; round < MOST_ROUNDS && first_error == 0; round++) {
        empty();
        error = unlinkat(directory, name, AT_REMOVEDIR) == 0 ? 0 : errno;
        if (error != ENOTEMPTY) break;
    }
    leave();
    return first_error != 0 ? first_error : error;
}
