/* A disk of a size of its own: an ext4 file system in a sparse file. */
#ifndef ELEVO_DISK_H
#define ELEVO_DISK_H

/*
 * Mounts the file system in IMAGE at DIRECTORY, in the mount namespace we are in. An IMAGE that is not there yet becomes a copy of
 * BLANK; one that was mounted when the power went is checked and mended first.
 *
 * Nothing has to be undone: the loop device lets go of the file with the last mount of it. Until then the file is locked, so that
 * it is never mounted twice.
 */
int disk_mount(const char *blank, const char *image, const char *directory);

/* The same of an image that is there, for who only looks at what is on it or puts it there: MODE is ro or rw. */
int disk_open(const char *image, const char *directory, const char *mode);

/* Makes a directory, if it is not there, and gives it to a user and a group of the same number. */
int disk_directory(const char *path, const char *owner);

#endif
