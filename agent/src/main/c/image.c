#include "image.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"

/* Where ext4 keeps what it says of itself, and what. */
enum { SUPERBLOCK = 1024, SUPERBLOCK_SIZE = 1024, MAGIC_AT = 56, STATE_AT = 58, FEATURES_AT = 100, SUM_AT = 1020 };
enum { MAGIC = 0xEF53, STATE_CLEAN = 1, STATE_BROKEN = 2, FEATURE_SUMS = 0x400 };

/* From here on the check has failed and not only found something to mend. */
enum { CHECK_FAILED = 4 };

enum { LOCK_TRIES = 1000, LOCK_PAUSE_NANOS = 10 * 1000 * 1000 };

/* Only what holds data: a disk of many gigabytes has some pages of it at first. */
int image_copy_data(int from, int to) {
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

int image_copy(const char *from, const char *to) {
    char part[PATH_MAX];
    int length = snprintf(part, sizeof part, "%s.new", to);
    if (length < 0 || (size_t)length >= sizeof part) {
        errno = ENAMETOOLONG;
        return fail("cannot make", to);
    }
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0) return fail("cannot read", from);
    int target = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (target < 0) return fail("cannot make", part);
    if (image_copy_data(source, target) != 0) return fail("cannot copy to", part);
    if (rename(part, to) != 0) return fail("cannot make", to);
    close(source);
    close(target);
    return 0;
}

int image_open_locked(const char *image) {
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

static int read_superblock(int fd, unsigned char *superblock) {
    if (pread(fd, superblock, SUPERBLOCK_SIZE, SUPERBLOCK) != SUPERBLOCK_SIZE) return -1;
    if (number_at(superblock + MAGIC_AT) == MAGIC) return 0;
    errno = EINVAL;
    return -1;
}

/* Nobody is there to be asked. The descriptor with the lock goes along, so that it holds while the check runs, even without us. */
static int mend(int locked, const char *image) {
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

int image_check(int fd, int locked, const char *image) {
    unsigned char superblock[SUPERBLOCK_SIZE];
    if (read_superblock(fd, superblock) != 0) return fail("no file system in", image);
    return (number_at(superblock + STATE_AT) & (STATE_CLEAN | STATE_BROKEN)) == STATE_CLEAN ? 0 : mend(locked, image);
}

static uint32_t crc32c(const unsigned char *bytes, size_t count) {
    uint32_t sum = 0xFFFFFFFF;
    while (count-- > 0) {
        sum ^= *bytes++;
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ ((sum & 1) != 0 ? 0x82F63B78 : 0);
    }
    return sum;
}

int image_mark_clean(int fd, const char *image) {
    unsigned char superblock[SUPERBLOCK_SIZE];
    if (read_superblock(fd, superblock) != 0) return fail("no file system in", image);
    superblock[STATE_AT] |= STATE_CLEAN;
    if ((number_at(superblock + FEATURES_AT) & FEATURE_SUMS) != 0) {
        uint32_t sum = crc32c(superblock, SUM_AT);
        for (int i = 0; i < 4; i++) superblock[SUM_AT + i] = (unsigned char)(sum >> 8 * i);
    }
    return pwrite(fd, superblock, SUPERBLOCK_SIZE, SUPERBLOCK) == SUPERBLOCK_SIZE ? 0 : fail("cannot mark", image);
}
