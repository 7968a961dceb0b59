#include "pool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "fail.h"

enum { TRIES = 1000, PAUSE_NANOS = 10 * 1000 * 1000 };

/*
 * Whoever attaches the file locks it, and the loop device keeps the lock: two devices of one file would be two file systems that know
 * nothing of each other. Sandboxes that outlived their agent keep the device: then it is that one again, unless it is just going.
 */
static int attach_or_find(int fd, const char *file, char *device, size_t room) {
    for (int tries = 0; tries < TRIES; tries++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return device_attach(fd, file, device, room);
        if (errno != EWOULDBLOCK) return fail("cannot lock", file);
        int found = device_of(fd, device, room);
        if (found >= 0) return found;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NANOS}, NULL);
    }
    errno = EBUSY;
    return fail("somebody keeps", file);
}

int pool_mount(const char *file, const char *directory) {
    char device[32];
    int fd = open(file, O_RDWR | O_CLOEXEC);
    if (fd < 0) return fail("cannot open", file);
    int loop = attach_or_find(fd, file, device, sizeof device);
    if (loop < 0) return -1;
    /* A home that was copied has the same number; what is deleted in a disk goes back to the host through both. */
    if (mount(device, directory, "xfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME, "nouuid,discard") != 0) {
        return fail("cannot mount", file);
    }
    close(loop);
    close(fd);
    return 0;
}
