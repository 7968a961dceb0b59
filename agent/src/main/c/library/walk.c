#include "archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "inodes.h"

struct walk {
    DIR *levels[MOST_DEPTH];
    int depth;
    bool enters; /* what was met last is a directory, and wanted */
    int error; /* of the look at what was met last */
    uint32_t device_major;
    uint32_t device_minor;
    struct inodes *inodes; /* NULL where each is asked for */
    struct statx stat;
    char name[MOST_NAME + 1];
};

static int push(struct walk *walk, int directory) {
    if (directory < 0) return -errno;
    DIR *opened = fdopendir(directory);
    if (opened == NULL) {
        int error = errno;
        close(directory);
        return -error;
    }
    walk->levels[walk->depth++] = opened;
    return 0;
}

static int here(const struct walk *walk) {
    return dirfd(walk->levels[walk->depth - 1]);
}

struct walk *archive_walk(const char *root, int32_t is_still, int *error) {
    struct walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL) {
        *error = ENOMEM;
        return NULL;
    }
    int pushed = push(walk, open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (pushed == 0 && statx(here(walk), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &walk->stat) != 0) pushed = -errno;
    if (pushed != 0) {
        *error = -pushed;
        archive_walk_close(walk);
        return NULL;
    }
    walk->device_major = walk->stat.stx_dev_major;
    walk->device_minor = walk->stat.stx_dev_minor;
    if (is_still) walk->inodes = inodes_open(here(walk));
    return walk;
}

static int enter(struct walk *walk) {
    walk->enters = false;
    if (walk->depth == MOST_DEPTH) return -ELOOP;
    return push(walk, openat(here(walk), walk->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC));
}

static int64_t write_entry(struct walk *walk, enum event event, uint8_t *into, uint64_t room) {
    const struct statx *stat = &walk->stat;
    size_t length = strlen(walk->name);
    if (room < sizeof(struct entry) + MOST_NAME + MOST_TARGET) return -ERANGE;
    struct entry entry = {
        .event = event,
        .mode = stat->stx_mode,
        .uid = stat->stx_uid,
        .gid = stat->stx_gid,
        .size = stat->stx_size,
        .modified = stat->stx_mtime.tv_sec,
        .accessed = stat->stx_atime.tv_sec,
        .changed = stat->stx_ctime.tv_sec,
        .modified_nanos = stat->stx_mtime.tv_nsec,
        .accessed_nanos = stat->stx_atime.tv_nsec,
        .changed_nanos = stat->stx_ctime.tv_nsec,
        .links = stat->stx_nlink,
        .inode = stat->stx_ino,
        .blocks = stat->stx_blocks,
        .major = stat->stx_rdev_major,
        .minor = stat->stx_rdev_minor,
        .name_length = (uint32_t)length,
    };
    uint8_t *names = into + sizeof entry;
    memcpy(names, walk->name, length);
    if (S_ISLNK(stat->stx_mode)) {
        ssize_t target = readlinkat(here(walk), walk->name, (char *)names + length, MOST_TARGET);
        if (target < 0) return -errno;
        entry.target_length = (uint32_t)target;
    }
    memcpy(into, &entry, sizeof entry);
    return (int64_t)(sizeof entry + length + entry.target_length);
}

static int64_t write_mark(enum event event, uint8_t *into, uint64_t room) {
    struct entry entry = {.event = event};
    if (room < sizeof entry) return -ERANGE;
    memcpy(into, &entry, sizeof entry);
    return sizeof entry;
}

static bool is_self(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Looks at it; what is wrong otherwise is for the walk to say. */
static bool is_gone(struct walk *walk, const struct dirent *found) {
    bool looked = (walk->inodes != NULL && inodes_find(walk->inodes, found->d_ino, &walk->stat))
        || statx(here(walk), found->d_name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &walk->stat) == 0;
    walk->error = looked ? 0 : errno;
    return walk->error == ENOENT;
}

int64_t archive_next(struct walk *walk, uint8_t *into, uint64_t room) {
    if (walk->enters) {
        int entered = enter(walk);
        /* Where the tree is in use what was met may be gone. */
        if (entered == -ENOENT) return write_mark(EVENT_LEAVE, into, room);
        if (entered != 0) return entered;
    }
    if (walk->depth == 0) return write_mark(EVENT_END, into, room);
    struct dirent *found;
    do {
        errno = 0;
        found = readdir(walk->levels[walk->depth - 1]);
    } while (found != NULL && (is_self(found->d_name) || is_gone(walk, found)));
    if (found == NULL) {
        if (errno != 0) return -errno;
        closedir(walk->levels[--walk->depth]);
        return write_mark(walk->depth == 0 ? EVENT_END : EVENT_LEAVE, into, room);
    }
    size_t length = strlen(found->d_name);
    if (length > MOST_NAME) return -ENAMETOOLONG;
    memcpy(walk->name, found->d_name, length + 1);
    if (walk->error != 0) return -walk->error;
    if (walk->stat.stx_dev_major != walk->device_major || walk->stat.stx_dev_minor != walk->device_minor) return -EXDEV;
    walk->enters = S_ISDIR(walk->stat.stx_mode);
    return write_entry(walk, walk->enters ? EVENT_ENTER : EVENT_LEAF, into, room);
}

void archive_skip(struct walk *walk) {
    walk->enters = false;
}

static int64_t put_attribute(const char *path, const char *name, uint8_t *into, uint64_t room) {
    uint32_t lengths[2] = {(uint32_t)strlen(name), 0};
    uint64_t before = sizeof lengths + lengths[0];
    if (room <= before) return -E2BIG;
    ssize_t value = lgetxattr(path, name, into + before, room - before);
    if (value < 0) return errno == ERANGE ? -E2BIG : -errno;
    lengths[1] = (uint32_t)value;
    memcpy(into, lengths, sizeof lengths);
    memcpy(into + sizeof lengths, name, lengths[0]);
    return (int64_t)before + value;
}

int64_t archive_attributes(struct walk *walk, uint8_t *into, uint64_t room) {
    /* The calls by descriptor want one that is open for reading, which links and devices never are. */
    char path[64 + MOST_NAME];
    snprintf(path, sizeof path, "/proc/self/fd/%d/%s", here(walk), walk->name);
    char few[1024];
    char *names = few;
    ssize_t listed = llistxattr(path, few, sizeof few);
    if (listed < 0 && errno == ERANGE) {
        names = malloc(XATTR_LIST_MAX);
        if (names == NULL) return -ENOMEM;
        listed = llistxattr(path, names, XATTR_LIST_MAX);
    }
    int64_t written = listed < 0 ? (errno == ENOTSUP ? 0 : -errno) : 0;
    for (char *name = names; listed > 0 && written >= 0 && name < names + listed; name += strlen(name) + 1) {
        int64_t put = put_attribute(path, name, into + written, room - (uint64_t)written);
        written = put < 0 ? put : written + put;
    }
    if (names != few) free(names);
    return written;
}

int32_t archive_open(const struct walk *walk) {
    int opened = openat(here(walk), walk->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOATIME | O_CLOEXEC);
    return opened < 0 ? -errno : opened;
}

void archive_walk_close(struct walk *walk) {
    while (walk->depth > 0) closedir(walk->levels[--walk->depth]);
    inodes_close(walk->inodes);
    free(walk);
}
