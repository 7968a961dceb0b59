#include "filetree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "copy.h"
#include "files.h"
#include "place.h"
#include "remove.h"
#include "writing.h"

/* More than a path can name; each holds descriptors. */
#define MOST_LEVELS 1000

/* Older C libraries do not know it. */
enum { CALL_OPENAT2 = 437 };
#define WITHOUT_LINKS 0x04u
#define BENEATH 0x08u

struct how {
    uint64_t flags, mode, resolve;
};

int open_beneath(int root, const char *path, int flags) {
    struct how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC | O_NONBLOCK), .resolve = WITHOUT_LINKS | BENEATH};
    return (int)syscall(CALL_OPENAT2, root, path, &how, sizeof how);
}

int tree_delete(const char *path, bool recursive) {
    struct place place;
    int error = place_open(path, false, &place);
    if (error == 0 && recursive) {
        error = remove_tree(place.directory, place.name);
    } else if (error == 0 && unlinkat(place.directory, place.name, 0) != 0) {
        error = errno == EISDIR && unlinkat(place.directory, place.name, AT_REMOVEDIR) == 0 ? 0 : errno;
    }
    place_close(&place);
    return error;
}

/* ---- mode and owner ---- */

static int change_one(int fd, const struct stat *facts, const struct change *change) {
    if (change->uid != (uid_t)-1 || change->gid != (gid_t)-1) {
        if (fchownat(fd, "", change->uid, change->gid, AT_EMPTY_PATH) != 0) return errno;
    }
    if (change->keeps_mode || S_ISLNK(facts->st_mode)) return 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return chmod(path, change->mode) == 0 ? 0 : errno;
}

static int change_tree(int fd, bool recursive, const struct change *change, int level);

static int change_children(DIR *directory, const struct change *change, int level) {
    int first = 0;
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        int child = openat(dirfd(directory), entry->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (child < 0 && errno == ENOENT) continue;
        int error = child < 0 ? errno : change_tree(child, true, change, level + 1);
        if (first == 0) first = error;
    }
    return first;
}

/* Closes the descriptor. Children first, unless what keeps us from them is what is to be changed. */
static int change_tree(int fd, bool recursive, const struct change *change, int level) {
    struct stat facts;
    int error = 0;
    bool changed = false;
    if (fstat(fd, &facts) != 0) {
        error = errno;
        close(fd);
        return error;
    }
    if (recursive && S_ISDIR(facts.st_mode)) {
        int inside = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (inside < 0 && errno == EACCES && !change->keeps_mode) {
            error = change_one(fd, &facts, change);
            changed = true;
            inside = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        }
        DIR *directory = inside < 0 || level == MOST_LEVELS ? NULL : fdopendir(inside);
        if (directory != NULL) {
            int below = change_children(directory, change, level);
            if (error == 0) error = below;
            closedir(directory);
        } else {
            if (error == 0) error = inside >= 0 && level == MOST_LEVELS ? ENAMETOOLONG : errno;
            if (inside >= 0) close(inside);
        }
    }
    if (!changed) {
        int own = change_one(fd, &facts, change);
        if (error == 0) error = own;
    }
    close(fd);
    return error;
}

int tree_change(const char *path, bool recursive, const struct change *change) {
    int fd = open(path, O_PATH | O_CLOEXEC);
    return fd < 0 ? errno : change_tree(fd, recursive, change, 0);
}

/* ---- from one place to another ---- */

struct transfer {
    struct place source, target;
    struct stat from, to;
    bool replaces;
};

static bool same(const struct stat *one, const struct stat *other) {
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Whether the directory is the other or below it. */
static bool is_inside(int directory, const struct stat *outer) {
    int at = openat(directory, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct stat here, above;
    bool inside = false;
    while (at >= 0 && fstat(at, &here) == 0 && !(inside = same(&here, outer))) {
        int parent = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        close(at);
        at = parent;
        if (at < 0 || fstat(at, &above) != 0 || same(&here, &above)) break;
    }
    if (at >= 0) close(at);
    return inside;
}

static struct transfer_failure begin(struct transfer *transfer, uint8_t flags, const char *from, const char *to) {
    *transfer = (struct transfer){.source = {.directory = -1}, .target = {.directory = -1}};
    int error = place_open(from, false, &transfer->source);
    if (error == 0 && fstatat(transfer->source.directory, transfer->source.name, &transfer->from, AT_SYMLINK_NOFOLLOW) != 0) {
        error = errno;
    }
    if (error != 0) return (struct transfer_failure){error, false};
    error = place_open(to, false, &transfer->target);
    if (error != 0) return (struct transfer_failure){error, true};
    int target = transfer->target.directory;
    transfer->replaces = fstatat(target, transfer->target.name, &transfer->to, AT_SYMLINK_NOFOLLOW) == 0;
    if (!transfer->replaces && errno != ENOENT) return (struct transfer_failure){errno, true};
    /* A directory is never replaced: nobody expects all that is in it to go. */
    if (transfer->replaces
        && (!(flags & FILES_OVERWRITE) || S_ISDIR(transfer->to.st_mode) || S_ISDIR(transfer->from.st_mode))) {
        return (struct transfer_failure){EEXIST, true};
    }
    if (S_ISDIR(transfer->from.st_mode) && is_inside(target, &transfer->from)) {
        return (struct transfer_failure){EINVAL, true};
    }
    return (struct transfer_failure){0, false};
}

static void copy_over(struct transfer *transfer, const char *temporary, bool attributes, struct transfer_failure *failure) {
    int target = transfer->target.directory;
    failure->error = copy_tree(transfer->source.directory, transfer->source.name, target, temporary, attributes);
    if (failure->error == 0) {
        failure->error = rename_into(target, temporary, transfer->target.name, transfer->replaces);
        failure->at_target = failure->error != 0;
    }
    if (failure->error != 0) remove_tree(target, temporary);
}

static void end(struct transfer *transfer) {
    place_close(&transfer->source);
    place_close(&transfer->target);
}

void tree_copy(uint8_t flags, const char *from, const char *to, const char *temporary, struct transfer_failure *failure) {
    struct transfer transfer;
    *failure = begin(&transfer, flags, from, to);
    if (failure->error == 0 && S_ISDIR(transfer.from.st_mode) && !(flags & FILES_RECURSIVE)) {
        failure->error = EISDIR;
    }
    bool itself = transfer.replaces && same(&transfer.from, &transfer.to);
    if (failure->error == 0 && !itself) copy_over(&transfer, temporary, (flags & FILES_ATTRIBUTES) != 0, failure);
    end(&transfer);
}

void tree_move(uint8_t flags, const char *from, const char *to, const char *temporary, struct transfer_failure *failure) {
    struct transfer transfer;
    *failure = begin(&transfer, flags, from, to);
    if (failure->error == 0) {
        int source = transfer.source.directory, target = transfer.target.directory;
        unsigned how = transfer.replaces ? 0 : RENAME_NOREPLACE;
        if (renameat2(source, transfer.source.name, target, transfer.target.name, how) != 0) failure->error = errno;
        if (failure->error == EINVAL && how != 0) {
            failure->error = renameat(source, transfer.source.name, target, transfer.target.name) == 0 ? 0 : errno;
        }
        failure->at_target = failure->error == EEXIST;
        /* Another file system, or a directory of the template: what rename does not do. */
        if (failure->error == EXDEV) {
            copy_over(&transfer, temporary, true, failure);
            if (failure->error == 0) failure->error = remove_tree(source, transfer.source.name);
        }
    }
    end(&transfer);
}
