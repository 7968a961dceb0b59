#include "volume_image.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "fail.h"
#include "image.h"

enum { LOCK_PAUSE_MILLIS = 10, MILLI = 1000 * 1000 };

/* What the two kinds say of themselves at their beginning, and where. */
enum { HEAD = 4096, EXT4_AT = 1024, EXT4_MAGIC_AT = EXT4_AT + 0x38, EXT4_MAGIC = 0xEF53 };

static int lock(const char *path, enum image_patience millis) {
    char name[PATH_MAX];
    int length = snprintf(name, sizeof name, "%s.lock", path);
    if (length < 0 || (size_t)length >= sizeof name) {
        errno = ENAMETOOLONG;
        return fail("cannot lock", path);
    }
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail("cannot open", name);
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += LOCK_PAUSE_MILLIS) {
        if (errno != EWOULDBLOCK) return fail("cannot lock", path);
        if (waited >= (int)millis) {
            fail("somebody keeps", path);
            errno = EBUSY;
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_MILLIS * MILLI}, NULL);
    }
    return fd;
}

static bool read_head(int fd, unsigned char *head) {
    if (pread(fd, head, HEAD, 0) == HEAD) return true;
    errno = EINVAL;
    return false;
}

static enum image_kind kind_of(int fd) {
    unsigned char head[HEAD];
    if (!read_head(fd, head)) return IMAGE_UNKNOWN;
    if (memcmp(head, "XFSB", 4) == 0) return IMAGE_XFS;
    return (head[EXT4_MAGIC_AT] | head[EXT4_MAGIC_AT + 1] << 8) == EXT4_MAGIC ? IMAGE_EXT4 : IMAGE_UNKNOWN;
}

static int check_kind(const struct image *image) {
    if (image->kind != IMAGE_UNKNOWN) return 0;
    errno = EINVAL;
    return fail("no file system in", image->path);
}

/* The lock's file tells which device was the last; whether it still has this file the device says itself. While we keep it
 * open it does not let go, also when the last mount goes meanwhile. */
static int find_loop(struct image *image) {
    char number[16] = "";
    ssize_t noted = pread(image->lock, number, sizeof number - 1, 0);
    if (noted < 0) return fail("cannot read the note of", image->path);
    if (noted == 0) return 0;
    snprintf(image->device, sizeof image->device, "/dev/loop%d", atoi(number));
    int loop = open(image->device, O_RDWR | O_CLOEXEC);
    /* Whatever else keeps us from asking: it may have the file, and a second device must not. */
    if (loop < 0) return errno == ENXIO || errno == ENOENT ? 0 : fail("cannot open", image->device);
    struct loop_info64 info;
    struct stat facts;
    bool told = ioctl(loop, LOOP_GET_STATUS64, &info) == 0;
    if ((!told && errno != ENXIO) || fstat(image->fd, &facts) != 0) {
        fail("cannot ask", image->device);
        close(loop);
        return -1;
    }
    if (told && info.lo_inode == facts.st_ino && info.lo_device == facts.st_dev) {
        image->loop = loop;
    } else {
        close(loop);
    }
    return 0;
}

int volume_image_open(const char *path, struct image *image, enum image_patience millis) {
    *image = (struct image){.path = path, .fd = -1, .lock = -1, .loop = -1};
    image->lock = lock(path, millis);
    if (image->lock < 0) return -1;
    image->fd = open(path, O_RDWR | O_CLOEXEC);
    if (image->fd < 0) return fail("cannot open", path);
    image->kind = kind_of(image->fd);
    return find_loop(image);
}

/* Before it is mounted: what is mounted and not noted would be attached a second time. */
static int note_loop(struct image *image) {
    const char *number = image->device + strlen("/dev/loop");
    size_t length = strlen(number);
    if (ftruncate(image->lock, 0) != 0 || pwrite(image->lock, number, length, 0) != (ssize_t)length) {
        return fail("cannot note the loop device of", image->path);
    }
    return 0;
}

int volume_image_attach(struct image *image) {
    if (check_kind(image) != 0) return -1;
    if (image->loop >= 0) return 0;
    /* What xfs needs it does itself when it is mounted. */
    if (image->kind == IMAGE_EXT4 && image_check(image->fd, image->lock, image->path) != 0) return -1;
    image->loop = device_attach(image->fd, image->path, image->device, sizeof image->device);
    return image->loop < 0 ? -1 : note_loop(image);
}

static int mount_point(const struct image *image, char *directory) {
    const char *slash = strrchr(image->path, '/');
    int length = slash == NULL ? -1 : snprintf(directory, PATH_MAX, "%.*s/mnt", (int)(slash - image->path), image->path);
    if (length >= 0 && length < PATH_MAX) return 0;
    errno = ENAMETOOLONG;
    return fail("no place to mount", image->path);
}

int volume_image_mount(struct image *image) {
    char directory[PATH_MAX];
    if (mount_point(image, directory) != 0 || volume_image_attach(image) != 0) return -1;
    bool ext4 = image->kind == IMAGE_EXT4;
    /* What is deleted is given back to the host. Never read-only as a whole: that is for each mount to be. */
    const char *options = ext4 ? "discard,noinit_itable,errors=remount-ro" : "discard";
    if (mount(image->device, directory, ext4 ? "ext4" : "xfs", MS_NODEV | MS_NOSUID | MS_NOATIME, options) != 0) {
        return fail("cannot mount", image->path);
    }
    int root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? fail("cannot open", directory) : root;
}

void volume_image_unmount(struct image *image) {
    char directory[PATH_MAX];
    if (mount_point(image, directory) == 0) umount2(directory, MNT_DETACH);
}

void volume_image_close(struct image *image) {
    if (image->loop >= 0) close(image->loop);
    if (image->fd >= 0) close(image->fd);
    if (image->lock >= 0) close(image->lock);
}

static uint64_t little(const unsigned char *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

static uint64_t big32(const unsigned char *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return be32toh(value);
}

static uint64_t big64(const unsigned char *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return be64toh(value);
}

/* As the kernel tells it of a mounted one: without what the file system keeps for itself. */
static void ext4_says(const unsigned char *head, uint64_t *total, uint64_t *used) {
    const unsigned char *super = head + EXT4_AT;
    uint64_t block = UINT64_C(1024) << little(super + 0x18);
    uint64_t blocks = little(super + 0x4) | little(super + 0x150) << 32;
    uint64_t unused = little(super + 0xC) | little(super + 0x158) << 32;
    uint64_t own = little(super + 0x248);
    *total = blocks * block;
    *used = (blocks > unused + own ? blocks - unused - own : 0) * block;
}

static void xfs_says(const unsigned char *head, uint64_t *total, uint64_t *used) {
    uint64_t block = big32(head + 4);
    uint64_t blocks = big64(head + 8), unused = big64(head + 144), log = big32(head + 96);
    *total = blocks * block;
    *used = (blocks > unused + log ? blocks - unused - log : 0) * block;
}

int volume_image_usage(struct image *image, uint64_t *total, uint64_t *used) {
    unsigned char head[HEAD];
    if (check_kind(image) != 0) return -1;
    if (!read_head(image->fd, head)) return fail("cannot read", image->path);
    if (image->kind == IMAGE_EXT4) {
        ext4_says(head, total, used);
    } else {
        xfs_says(head, total, used);
    }
    if (image->loop < 0) return 0;
    struct statfs now;
    int root = volume_image_mount(image);
    if (root < 0) return -1;
    int looked = fstatfs(root, &now);
    close(root);
    volume_image_unmount(image);
    if (looked != 0) return fail("cannot look at", image->path);
    *used = (uint64_t)(now.f_blocks - now.f_bfree) * (uint64_t)now.f_bsize;
    return 0;
}
