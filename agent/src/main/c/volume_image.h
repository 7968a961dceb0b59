/* The file that a volume is: an ext4 or xfs file system, which any number of mounts share. */
#ifndef ELEVO_VOLUME_IMAGE_H
#define ELEVO_VOLUME_IMAGE_H

#include <stdint.h>

/* Unknown: its beginning is damaged, or it was emptied already. It can be done away with, and nothing else. */
enum image_kind { IMAGE_UNKNOWN, IMAGE_EXT4, IMAGE_XFS };

/* While one is open nobody else attaches it, lets go of it or changes its size. */
struct image {
    const char *path;
    enum image_kind kind;
    int fd, lock;
    int loop; /* -1: no loop device has it */
    char device[32];
};

/* These return 0, or -1 with the reason on stderr. */

/* How long to wait for whoever has it open: who starts a sandbox keeps others waiting, and tries again. */
enum image_patience { IMAGE_AT_ONCE = 0, IMAGE_BRIEFLY = 200, IMAGE_LONG = 20 * 1000 };

/*
 * A loop device that has it already is found: two over one file would be two truths. Fails with EBUSY where somebody has it open for
 * longer than that.
 */
int volume_image_open(const char *path, struct image *image, enum image_patience millis);
/* Finds or makes the loop device; what was not left clean is mended before that. */
int volume_image_attach(struct image *image);
/*
 * All of it, in the mount namespace we are in, at the directory "mnt" beside the file. Whoever mounts it twice sees the same files
 * twice. A descriptor of its root, or -1.
 */
int volume_image_mount(struct image *image);
void volume_image_unmount(struct image *image);
void volume_image_close(struct image *image);

/* What it can hold and what of that is in use, in bytes; of one that is not attached by what it says of itself. */
int volume_image_usage(struct image *image, uint64_t *total, uint64_t *used);

#endif
