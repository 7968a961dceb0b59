#include "device.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"

enum { LOOP_TRIES = 1000 };

/* Somebody else may have taken the one that was free. */
int device_attach(int fd, const char *image, char *path, size_t room) {
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return fail("cannot open", "/dev/loop-control");
    /* Past the host's page cache: what is inside has one of its own, and it counts as the sandbox's memory. */
    struct loop_config config = {
        .fd = (uint32_t)fd, .info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO};
    int loop = -1;
    for (int tries = 0; loop < 0 && tries < LOOP_TRIES; tries++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);
        if (number < 0) break;
        snprintf(path, room, "/dev/loop%d", number);
        int taken = open(path, O_RDWR | O_CLOEXEC);
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

static int is_of(int device, const struct stat *file) {
    struct loop_info64 info;
    return ioctl(device, LOOP_GET_STATUS64, &info) == 0 && info.lo_device == file->st_dev && info.lo_inode == file->st_ino;
}

int device_of(int fd, char *path, size_t room) {
    struct stat file;
    if (fstat(fd, &file) != 0) return -1;
    DIR *devices = opendir("/sys/block");
    if (devices == NULL) return -1;
    int found = -1;
    for (struct dirent *entry; found < 0 && (entry = readdir(devices)) != NULL;) {
        if (strncmp(entry->d_name, "loop", 4) != 0) continue;
        int length = snprintf(path, room, "/dev/%s", entry->d_name);
        if (length < 0 || (size_t)length >= room) continue;
        int device = open(path, O_RDWR | O_CLOEXEC);
        if (device < 0) continue;
        if (is_of(device, &file)) {
            found = device;
        } else {
            close(device);
        }
    }
    closedir(devices);
    if (found < 0) errno = ENOENT;
    return found;
}
