/* Files as block devices. */
#ifndef ELEVO_DEVICE_H
#define ELEVO_DEVICE_H

#include <stddef.h>

/*
 * A loop device for the file, which lets go of it with the last mount and the last descriptor. Gives a descriptor of the device and
 * its path.
 */
int device_attach(int fd, const char *image, char *path, size_t room);

/* The loop device that the file is attached to. -1 with ENOENT where it is not. While its descriptor is open it stays. */
int device_of(int fd, char *path, size_t room);

#endif
