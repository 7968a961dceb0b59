/* The file system of all disks' images, in a file of its own. */
#ifndef ELEVO_POOL_H
#define ELEVO_POOL_H

/* Mounts the XFS in FILE, in the mount namespace we are in; where somebody has it mounted already, the same once more. */
int pool_mount(const char *file, const char *directory);

#endif
