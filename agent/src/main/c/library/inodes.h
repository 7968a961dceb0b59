/*
 * What an ext4 says of its files in its tables, which lie together: of the copy of a disk the kernel has nothing in memory, and builds
 * an inode of its own for each file that it is asked for. Only for a file system that nobody changes: what is changed stands in the
 * tables later.
 */
#ifndef ELEVO_INODES_H
#define ELEVO_INODES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct inodes;

/* Of the file system that the directory is of; NULL where it has no such tables, or none that we know how to read. */
struct inodes *inodes_open(int directory);
/* Fills in what an entry tells of a file; false where the kernel is to be asked, as for all that is no regular file. */
bool inodes_find(struct inodes *inodes, uint64_t inode, struct statx *into);
void inodes_close(struct inodes *inodes);

#endif
