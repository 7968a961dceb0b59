/* Disks as files: an ext4 file system in each. */
#ifndef ELEVO_IMAGE_H
#define ELEVO_IMAGE_H

/* What FROM holds goes into TO, which shares its pages where the file system can do that. */
int image_copy_data(int from, int to);

/* TO becomes a copy of FROM, whole or not at all. */
int image_copy(const char *from, const char *to);

/*
 * Opens an image for who wants to mount it. The loop device keeps what we open here, and the lock with it, until the mount is gone:
 * also one that is just going, for which this waits.
 */
int image_open_locked(const char *image);

/* Checks, and mends what was mounted when the power went. The descriptor that locks it may be the same. */
int image_check(int fd, int locked, const char *image);

/* Of a copy that was made while its file system was frozen: all is on it, and only the mark says that it was mounted. */
int image_mark_clean(int fd, const char *image);

#endif
