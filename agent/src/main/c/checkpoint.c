#include "checkpoint.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "fail.h"
#include "freezer.h"
#include "image.h"
#include "stage.h"

enum { FAILED = 70 };

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The file system that has the device mounted, once more: a descriptor of its root. */
static int open_mounted(const char *image, const char *device, const char *directory) {
    if (stage_leave_host() != 0) return -1;
    if (mount(device, directory, "ext4", MS_NODEV | MS_NOATIME, NULL) != 0) return fail("cannot mount", image);
    int root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? fail("cannot open", image) : root;
}

/* For where there is somebody whom nobody can stop. The kernel waits for all processors for it, three times. */
static int copy_frozen(int root, int from, int to) {
    if (ioctl(root, FIFREEZE, 0) != 0) return -1;
    int copied = image_copy_data(from, to);
    int reason = errno;
    if (ioctl(root, FITHAW, 0) != 0) return -1;
    errno = reason;
    return copied;
}

static int copy_synced(int root, int from, int to) {
    return syncfs(root) == 0 ? image_copy_data(from, to) : -1;
}

/* What is written before need not be written while everybody waits. */
static int copy_still(const char *group, int root, int from, int to, const char *image) {
    if (syncfs(root) != 0) return fail("cannot sync", image);
    int64_t begin = now_us();
    int stopped = *group == 0 ? -1 : freezer_stop(group);
    int copied = stopped < 0 ? copy_frozen(root, from, to) : copy_synced(root, from, to);
    int reason = errno;
    if (stopped > 0 && freezer_go(group) != 0) return fail("cannot thaw", group);
    errno = reason;
    if (copied != 0) return fail("cannot copy", image);
    printf("%" PRId64 "\n", now_us() - begin);
    return 0;
}

static int copy_mounted(const char *image, int from, int to, const char *directory, const char *group) {
    char device[32];
    int loop = device_of(from, device, sizeof device);
    if (loop < 0) {
        /* Nobody has it, and nobody takes it while we do. */
        int locked = image_open_locked(image);
        if (locked < 0 || image_check(locked, locked, image) != 0) return -1;
        return image_copy_data(locked, to) == 0 ? 0 : fail("cannot copy", image);
    }
    int root = open_mounted(image, device, directory);
    return root < 0 ? -1 : copy_still(group, root, from, to, image);
}

/* Only the one signal that nobody can refuse ends us half-way. */
static void refuse_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
}

int checkpoint(const char *image, const char *copy, const char *directory, const char *group) {
    char part[PATH_MAX];
    int length = snprintf(part, sizeof part, "%s.new", copy);
    if (length < 0 || (size_t)length >= sizeof part) return FAILED;
    refuse_signals();
    int from = open(image, O_RDONLY | O_CLOEXEC);
    if (from < 0) return fail("cannot open", image), FAILED;
    int to = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0) return fail("cannot make", part), FAILED;
    if (copy_mounted(image, from, to, directory, group) != 0) return FAILED;
    if (image_mark_clean(to, part) != 0) return FAILED;
    if (rename(part, copy) != 0) return fail("cannot make", copy), FAILED;
    return 0;
}

int checkpoint_thaw(const char *image, const char *directory) {
    char device[32];
    int from = open(image, O_RDONLY | O_CLOEXEC);
    if (from < 0) return fail("cannot open", image), FAILED;
    if (device_of(from, device, sizeof device) < 0) return 0;
    int root = open_mounted(image, device, directory);
    if (root < 0) return FAILED;
    if (ioctl(root, FITHAW, 0) != 0 && errno != EINVAL) return fail("cannot thaw", image), FAILED;
    return 0;
}
