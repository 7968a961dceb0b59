#include "archive.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { PERMISSIONS = 07777 };

struct build {
    int levels[MOST_DEPTH];
    int depth;
    int file;
};

static int here(const struct build *build) {
    return build->levels[build->depth - 1];
}

struct build *archive_build(const char *root, int *error) {
    struct build *build = calloc(1, sizeof *build);
    if (build == NULL) {
        *error = ENOMEM;
        return NULL;
    }
    build->file = -1;
    int opened = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) {
        *error = errno;
        free(build);
        return NULL;
    }
    build->levels[build->depth++] = opened;
    return build;
}

/* One that leads nowhere else: what is stored may have been tampered with. */
static int take_name(char *into, const uint8_t *name, uint32_t length) {
    if (length == 0 || length > MOST_NAME || memchr(name, '/', length) != NULL || memchr(name, 0, length) != NULL) return -EINVAL;
    memcpy(into, name, length);
    into[length] = 0;
    return strcmp(into, ".") == 0 || strcmp(into, "..") == 0 ? -EINVAL : 0;
}

int32_t archive_enter(struct build *build, const uint8_t *name, uint32_t length) {
    char taken[MOST_NAME + 1];
    int result = take_name(taken, name, length);
    if (result != 0) return result;
    if (build->depth == MOST_DEPTH) return -ELOOP;
    /* The uppermost ones may be there already. */
    if (mkdirat(here(build), taken, 0700) != 0 && !(errno == EEXIST && build->depth == 1)) return -errno;
    int opened = openat(here(build), taken, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (opened < 0) return -errno;
    build->levels[build->depth++] = opened;
    return 0;
}

typedef int (*set_attribute)(const void *where, const char *name, const void *value, size_t size);

static int set_by_descriptor(const void *where, const char *name, const void *value, size_t size) {
    return fsetxattr(*(const int *)where, name, value, size, 0);
}

static int set_by_path(const void *where, const char *name, const void *value, size_t size) {
    return lsetxattr(where, name, value, size, 0);
}

static int set_attributes(const void *where, set_attribute set, const uint8_t *attributes, uint64_t length) {
    uint64_t at = 0;
    while (at < length) {
        uint32_t lengths[2];
        char name[XATTR_NAME_MAX + 1];
        if (length - at < sizeof lengths) return -EINVAL;
        memcpy(lengths, attributes + at, sizeof lengths);
        at += sizeof lengths;
        if (lengths[0] > XATTR_NAME_MAX || lengths[0] > length - at || lengths[1] > length - at - lengths[0]) return -EINVAL;
        memcpy(name, attributes + at, lengths[0]);
        name[lengths[0]] = 0;
        at += lengths[0];
        if (set(where, name, attributes + at, lengths[1]) != 0) return -errno;
        at += lengths[1];
    }
    return 0;
}

static void times_of(const struct entry *entry, struct timespec times[2]) {
    times[0] = (struct timespec){.tv_sec = entry->accessed, .tv_nsec = entry->accessed_nanos};
    times[1] = (struct timespec){.tv_sec = entry->modified, .tv_nsec = entry->modified_nanos};
}

/* In this order: a new owner takes the bits of the set ids and the capabilities away, and everything is a change. */
static int describe(int fd, const struct entry *entry, const uint8_t *attributes, uint64_t length) {
    struct timespec times[2];
    if (fchown(fd, entry->uid, entry->gid) != 0 || fchmod(fd, entry->mode & PERMISSIONS) != 0) return -errno;
    int set = set_attributes(&fd, set_by_descriptor, attributes, length);
    if (set != 0) return set;
    times_of(entry, times);
    return futimens(fd, times) == 0 ? 0 : -errno;
}

int32_t archive_leave(struct build *build, const struct entry *entry, const uint8_t *attributes, uint64_t length) {
    if (build->depth < 2) return -EINVAL;
    int described = describe(here(build), entry, attributes, length);
    close(build->levels[--build->depth]);
    return described;
}

int32_t archive_file(struct build *build, const uint8_t *name, uint32_t length) {
    char taken[MOST_NAME + 1];
    int result = take_name(taken, name, length);
    if (result != 0) return result;
    if (build->file >= 0 || build->depth < 2) return -EINVAL;
    build->file = openat(here(build), taken, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
    return build->file < 0 ? -errno : 0;
}

int32_t archive_write(struct build *build, const uint8_t *from, uint64_t length, uint64_t offset) {
    uint64_t done = 0;
    while (done < length) {
        ssize_t count = pwrite(build->file, from + done, length - done, (off_t)(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count == 0 ? -EIO : -errno;
        done += (uint64_t)count;
    }
    return 0;
}

int32_t archive_finish(struct build *build, const struct entry *entry, const uint8_t *attributes, uint64_t length) {
    if (build->file < 0) return -EINVAL;
    struct stat now;
    int result = fstat(build->file, &now) == 0 ? 0 : -errno;
    /* A hole at the end. */
    if (result == 0 && (uint64_t)now.st_size != entry->size && ftruncate(build->file, (off_t)entry->size) != 0) result = -errno;
    if (result == 0) result = describe(build->file, entry, attributes, length);
    if (close(build->file) != 0 && result == 0) result = -errno;
    build->file = -1;
    return result;
}

static int make(int directory, const char *name, const struct entry *entry, const char *target) {
    dev_t device = makedev(entry->major, entry->minor);
    switch (entry->mode & S_IFMT) {
        case S_IFLNK: return symlinkat(target, directory, name);
        case S_IFIFO: return mknodat(directory, name, S_IFIFO | 0600, 0);
        case S_IFCHR:
        case S_IFBLK: return mknodat(directory, name, (entry->mode & S_IFMT) | 0600, device);
        default: errno = EINVAL; return -1;
    }
}

int32_t archive_make(struct build *build, const struct entry *entry, const uint8_t *attributes, uint64_t length) {
    char name[MOST_NAME + 1], target[MOST_TARGET + 1], path[64 + MOST_NAME];
    const uint8_t *names = (const uint8_t *)(entry + 1);
    int result = take_name(name, names, entry->name_length);
    if (result != 0) return result;
    if (entry->target_length > MOST_TARGET || build->depth < 2) return -EINVAL;
    memcpy(target, names + entry->name_length, entry->target_length);
    target[entry->target_length] = 0;
    if (make(here(build), name, entry, target) != 0) return -errno;
    if (fchownat(here(build), name, entry->uid, entry->gid, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
    /* It is what was made a moment ago, and nobody else is here: not a link. */
    if (!S_ISLNK(entry->mode) && fchmodat(here(build), name, entry->mode & PERMISSIONS, 0) != 0) return -errno;
    snprintf(path, sizeof path, "/proc/self/fd/%d/%s", here(build), name);
    result = set_attributes(path, set_by_path, attributes, length);
    if (result != 0) return result;
    struct timespec times[2];
    times_of(entry, times);
    return utimensat(here(build), name, times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -errno;
}

/* The directory that holds the last part of the path, which is left in name. */
static int parent_of(const struct build *build, const uint8_t *path, uint32_t length, char *name) {
    int directory = dup(build->levels[0]);
    uint32_t at = 0;
    while (directory >= 0) {
        const uint8_t *slash = memchr(path + at, '/', length - at);
        uint32_t end = slash == NULL ? length : (uint32_t)(slash - path);
        int result = take_name(name, path + at, end - at);
        if (result != 0 || slash == NULL) {
            if (result == 0) return directory;
            close(directory);
            return result;
        }
        int next = openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(directory);
        errno = error;
        directory = next;
        at = end + 1;
    }
    return -errno;
}

int32_t archive_link(struct build *build, const uint8_t *name, uint32_t length, const uint8_t *path, uint32_t path_length) {
    char taken[MOST_NAME + 1], first[MOST_NAME + 1];
    int result = take_name(taken, name, length);
    if (result != 0) return result;
    int directory = parent_of(build, path, path_length, first);
    if (directory < 0) return directory;
    result = linkat(directory, first, here(build), taken, 0) == 0 ? 0 : -errno;
    close(directory);
    return result;
}

int32_t archive_sync(struct build *build) {
    return syncfs(build->levels[0]) == 0 ? 0 : -errno;
}

void archive_build_close(struct build *build) {
    if (build->file >= 0) close(build->file);
    while (build->depth > 0) close(build->levels[--build->depth]);
    free(build);
}
