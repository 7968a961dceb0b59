#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than a path can name; each holds four descriptors. */
#define MOST_LEVELS 1000
#define CHUNK (256u << 10)
#define PLAIN_MODE 0755u

static int copy_bytes(int from, int to, off_t at, off_t end) {
    static uint8_t chunk[CHUNK];
    while (at < end) {
        size_t wanted = end - at < (off_t)sizeof chunk ? (size_t)(end - at) : sizeof chunk;
        ssize_t got = pread(from, chunk, wanted, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) return 0; /* it has become shorter */
        for (ssize_t done = 0; done < got;) {
            ssize_t written = pwrite(to, chunk + done, (size_t)(got - done), at + done);
            if (written < 0 && errno != EINTR) return errno;
            if (written > 0) done += written;
        }
        at += got;
    }
    return 0;
}

static int copy_range(int from, int to, off_t at, off_t end) {
    while (at < end) {
        off_t in = at, out = at;
        ssize_t copied = copy_file_range(from, &in, to, &out, (size_t)(end - at), 0);
        if (copied == 0) return 0;
        if (copied < 0) {
            if (errno == EINTR) continue;
            if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO) return errno;
            return copy_bytes(from, to, at, end); /* not between these two file systems */
        }
        at += copied;
    }
    return 0;
}

static int copy_content(int from, int to, off_t size) {
    /* Files such as those of /proc say that they are empty, and are not. */
    if (size == 0) return copy_bytes(from, to, 0, LLONG_MAX);
    for (off_t at = 0; at < size;) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;
        off_t hole = data < 0 ? size : lseek(from, data, SEEK_HOLE);
        if (data < 0) data = at;
        if (hole < 0 || hole > size) hole = size;
        int error = copy_range(from, to, data, hole);
        if (error != 0) return error;
        at = hole > at ? hole : size;
    }
    return ftruncate(to, size) == 0 ? 0 : errno;
}

/* Of what has just been made under this name, in a place nobody else knows. */
static int set_attributes(int directory, const char *name, const struct stat *facts, bool attributes) {
    mode_t mode = facts->st_mode & (attributes ? 07777 : PLAIN_MODE);
    if (attributes && (facts->st_uid != geteuid() || facts->st_gid != getegid())
        && fchownat(directory, name, facts->st_uid, facts->st_gid, AT_SYMLINK_NOFOLLOW) != 0) {
        mode &= (mode_t)~06000;
    }
    if (!S_ISLNK(facts->st_mode) && fchmodat(directory, name, mode, 0) != 0) return errno;
    const struct timespec times[] = {facts->st_atim, facts->st_mtim};
    if (attributes && utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW) != 0) return errno;
    return 0;
}

static int copy_file(int from_directory, const char *from, int to_directory, const char *to) {
    struct stat facts;
    int source = openat(from_directory, from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (source < 0) return errno;
    int error = fstat(source, &facts) != 0 ? errno : S_ISREG(facts.st_mode) ? 0 : ENXIO;
    int target = -1;
    if (error == 0) {
        target = openat(to_directory, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        error = target < 0 ? errno : copy_content(source, target, facts.st_size);
    }
    if (target >= 0) close(target);
    close(source);
    return error;
}

static int copy_link(int from_directory, const char *from, int to_directory, const char *to) {
    char target[PATH_MAX];
    ssize_t length = readlinkat(from_directory, from, target, sizeof target - 1);
    if (length < 0) return errno;
    target[length] = 0;
    return symlinkat(target, to_directory, to) == 0 ? 0 : errno;
}

static int copy_any(int from_directory, const char *from, int to_directory, const char *to, bool attributes, int level);

static int copy_children(DIR *source, int target, bool attributes, int level) {
    struct dirent *entry;
    while ((entry = readdir(source)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        int error = copy_any(dirfd(source), entry->d_name, target, entry->d_name, attributes, level + 1);
        if (error != 0) return error;
    }
    return 0;
}

static int copy_directory(int from_directory, const char *from, int to_directory, const char *to, bool attributes, int level) {
    if (level == MOST_LEVELS) return ENAMETOOLONG;
    int fd = openat(from_directory, from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *source = fd < 0 ? NULL : fdopendir(fd);
    if (source == NULL) {
        int error = errno;
        if (fd >= 0) close(fd);
        return error;
    }
    int target = mkdirat(to_directory, to, 0700) != 0
                     ? -1
                     : openat(to_directory, to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = target < 0 ? errno : copy_children(source, target, attributes, level);
    if (target >= 0) close(target);
    closedir(source);
    return error;
}

static int copy_any(int from_directory, const char *from, int to_directory, const char *to, bool attributes, int level) {
    struct stat facts;
    int error;
    if (fstatat(from_directory, from, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT && level > 0 ? 0 : errno; /* it went while we were on our way */
    }
    if (S_ISREG(facts.st_mode)) error = copy_file(from_directory, from, to_directory, to);
    else if (S_ISDIR(facts.st_mode)) error = copy_directory(from_directory, from, to_directory, to, attributes, level);
    else if (S_ISLNK(facts.st_mode)) error = copy_link(from_directory, from, to_directory, to);
    else error = mknodat(to_directory, to, (facts.st_mode & S_IFMT) | 0600, facts.st_rdev) == 0 ? 0 : errno;
    return error != 0 ? error : set_attributes(to_directory, to, &facts, attributes);
}

int copy_tree(int from_directory, const char *from, int to_directory, const char *to, bool attributes) {
    return copy_any(from_directory, from, to_directory, to, attributes, 0);
}
