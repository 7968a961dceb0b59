#include "disk.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"

/* Where ext4 keeps what it says of itself. */
enum { SUPERBLOCK = 1024, MAGIC_AT = 56, STATE_AT = 58, MAGIC = 0xEF53, STATE_CLEAN = 1, STATE_BROKEN = 2 };

/* From here on the check has failed and not only found something to mend. */
enum { CHECK_FAILED = 4 };

enum { LOCK_TRIES = 1000, LOCK_PAUSE_NANOS = 10 * 1000 * 1000, LOOP_TRIES = 1000 };

/* Only what holds data: a disk of many gigabytes has some pages of it at first. */
static int copy_data(int from, int to) {
    struct stat facts;
    if (fstat(from, &facts) != 0 || ftruncate(to, facts.st_size) != 0) return -1;
    if (ioctl(to, FICLONE, from) == 0) return 0;
    off_t at = 0;
    while ((at = lseek(from, at, SEEK_DATA)) >= 0) {
        off_t end = lseek(from, at, SEEK_HOLE), target = at;
        if (end < 0) return -1;
        while (at < end) {
            ssize_t copied = copy_file_range(from, &at, to, &target, (size_t)(end - at), 0);
            if (copied <= 0) return -1;
        }
    }
    return errno == ENXIO ? 0 : -1;
}

/* Whole or not at all. */
static int make_image(const char *blank, const char *image) {
    char part[PATH_MAX];
    int length = snprintf(part, sizeof part, "%s.new", image);
    if (length < 0 || (size_t)length >= sizeof part) {
        errno = ENAMETOOLONG;
        return fail("cannot make", image);
    }
    int from = open(blank, O_RDONLY | O_CLOEXEC);
    if (from < 0) return fail("cannot read", blank);
    int to = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0) return fail("cannot make", part);
    if (copy_data(from, to) != 0) return fail("cannot copy to", part);
    if (rename(part, image) != 0) return fail("cannot make", image);
    close(from);
    close(to);
    return 0;
}

/* The loop device keeps what we open here, and the lock with it, until the mount is gone: also one that is just going. */
static int open_locked(const char *image) {
    int fd = open(image, O_RDWR | O_CLOEXEC);
    if (fd < 0) return fail("cannot open", image);
    for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES) return fail("cannot lock", image);
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NANOS}, NULL);
    }
    return fd;
}

static int number_at(const unsigned char *bytes) {
    return bytes[0] | bytes[1] << 8;
}

int disk_is_clean(int fd) {
    unsigned char superblock[STATE_AT + 2];
    if (pread(fd, superblock, sizeof superblock, SUPERBLOCK) != (ssize_t)sizeof superblock) return -1;
    if (number_at(superblock + MAGIC_AT) != MAGIC) {
        errno = EINVAL;
        return -1;
    }
    return (number_at(superblock + STATE_AT) & (STATE_CLEAN | STATE_BROKEN)) == STATE_CLEAN;
}

/* Nobody is there to be asked. The descriptor with the lock goes along, so that it holds while the check runs, even without us. */
int disk_check(int locked, const char *image) {
    pid_t child = fork();
    if (child < 0) return fail("cannot fork to check", image);
    if (child == 0) {
        char *const command[] = {"e2fsck", "-y", (char *)image, NULL};
        if (fcntl(locked, F_SETFD, 0) == 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) execvp(command[0], command);
        fail("cannot run", command[0]);
        _exit(CHECK_FAILED);
    }
    int status;
    if (waitpid(child, &status, 0) != child) return fail("cannot wait for the check of", image);
    if (!WIFEXITED(status) || WEXITSTATUS(status) >= CHECK_FAILED) {
        errno = EUCLEAN;
        return fail("cannot mend", image);
    }
    return 0;
}

/* Somebody else may have taken the one that was free. */
int disk_attach(int fd, const char *image, char *device, size_t room) {
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return fail("cannot open", "/dev/loop-control");
    /* Past the host's page cache: what is inside has one of its own, and it counts as the sandbox's memory. */
    struct loop_config config = {
        .fd = (uint32_t)fd, .info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO};
    int loop = -1;
    for (int tries = 0; loop < 0 && tries < LOOP_TRIES; tries++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        if (number < 0) break;
        snprintf(device, room, "/dev/loop%d", number);
        int taken = open(device, O_RDWR | O_CLOEXEC);
        if (taken < 0) break;
        if (ioctl(taken, LOOP_CONFIGURE, &config) == 0) {
            loop = taken;
        } else {
            int reason = errno;
            close(taken);
            errno = reason;
            if (reason != EBUSY) break;
        }
    }
    int reason = errno;
    close(control);
    errno = reason;
    return loop < 0 ? fail("no loop device for", image) : loop;
}

int disk_mount(const char *blank, const char *image, const char *directory) {
    char device[32];
    if (access(image, F_OK) != 0 && make_image(blank, image) != 0) return -1;
    int fd = open_locked(image);
    if (fd < 0) return -1;
    int clean = disk_is_clean(fd);
    if (clean < 0) return fail("no file system in", image);
    if (clean == 0 && disk_check(fd, image) != 0) return -1;
    int loop = disk_attach(fd, image, device, sizeof device);
    if (loop < 0) return -1;
    /* What is deleted inside is given back to the host; nothing is written ahead of need, which would fill the sparse file. */
    if (mount(device, directory, "ext4", MS_NODEV | MS_NOATIME, "discard,noinit_itable,errors=remount-ro") != 0) {
        return fail("cannot mount", image);
    }
    close(loop);
    close(fd);
    return 0;
}

int disk_directory(const char *path, const char *owner) {
    uid_t id = (uid_t)strtoul(owner, NULL, 10);
    if (mkdir(path, 0755) != 0) return errno == EEXIST ? 0 : fail("cannot make", path);
    if (chmod(path, 0755) != 0 || chown(path, id, id) != 0) return fail("cannot hand over", path);
    return 0;
}
