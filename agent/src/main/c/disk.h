/* A disk of a size of its own: an ext4 file system in a sparse file. */
#ifndef ELEVO_DISK_H
#define ELEVO_DISK_H

#include <stddef.h>

/*
 * Mounts the file system in IMAGE at DIRECTORY, in the mount namespace we are in. An IMAGE that is not there yet becomes a copy of
 * BLANK; one that was mounted when the power went is checked and mended first.
 *
 * Nothing has to be undone: the loop device lets go of the file with the last mount of it. Until then the file is locked, so that
 * it is never mounted twice.
 */
int disk_mount(const char *blank, const char *image, const char *directory);

/* Makes a directory, if it is not there, and gives it to a user and a group of the same number. */
int disk_directory(const char *path, const char *owner);

/* Of an ext4 file system. 1: clean, 0: not so, -1: no such file system. */
int disk_is_clean(int fd);
/* Mends it; the file is locked by the descriptor. */
int disk_check(int fd, const char *image);
/* A loop device over the file, which lets go of it with its last user. Gives a descriptor of it, and its path. */
int disk_attach(int fd, const char *image, char *device, size_t room);

#endif
