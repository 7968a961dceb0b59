#include "disk.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "fail.h"
#include "image.h"

/* From <linux/mount.h>, which does not go along with <sys/mount.h>. */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

/* What is deleted inside is given back to the host; nothing is written ahead of need, which would fill the sparse file. */
static const char OPTIONS[] = "discard,noinit_itable,errors=remount-ro";

static int mount_image(const char *image, const char *directory, unsigned long flags) {
    char device[32];
    int fd = image_open_locked(image);
    if (fd < 0) return -1;
    if (image_check(fd, fd, image) != 0) return -1;
    int loop = device_attach(fd, image, device, sizeof device);
    if (loop < 0) return -1;
    if (mount(device, directory, "ext4", MS_NODEV | MS_NOATIME | flags, OPTIONS) != 0) return fail("cannot mount", image);
    close(loop);
    close(fd);
    return 0;
}

int disk_mount(const char *blank, const char *image, const char *directory) {
    if (access(image, F_OK) != 0 && image_copy(blank, image) != 0) return -1;
    return mount_image(image, directory, 0);
}

int disk_open(const char *image, const char *directory, const char *mode) {
    unsigned long flags = MS_NOSUID | MS_NOEXEC | MS_NOSYMFOLLOW;
    return mount_image(image, directory, strcmp(mode, "ro") == 0 ? flags | MS_RDONLY : flags);
}

int disk_directory(const char *path, const char *owner) {
    uid_t id = (uid_t)strtoul(owner, NULL, 10);
    if (mkdir(path, 0755) != 0) return errno == EEXIST ? 0 : fail("cannot make", path);
    if (chmod(path, 0755) != 0 || chown(path, id, id) != 0) return fail("cannot hand over", path);
    return 0;
}
