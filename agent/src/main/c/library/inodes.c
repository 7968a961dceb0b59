#include "inodes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../bytes.h"

/* Where the superblock is, and what it says where. */
enum {
    SUPERBLOCK = 1024,
    INODES_AT = 0,
    BLOCK_SIZE_AT = 24,
    GROUP_INODES_AT = 40,
    MAGIC_AT = 56,
    INODE_SIZE_AT = 88,
    INCOMPATIBLE_AT = 96,
    DESCRIPTOR_SIZE_AT = 254,
};

/* File types in directories, extents, groups that lie together, seeds of checksums, large directories: none of them moves a table. */
enum { KNOWN = 0x2 | 0x40 | 0x200 | 0x2000 | 0x4000, WIDE = 0x80 };

/* What a group says, and where the upper halves are if there are any. */
enum { TABLE_AT = 8, UPPER_TABLE_AT = 40, DESCRIPTOR = 32, WIDE_DESCRIPTOR = 64 };

/* What an inode says. */
enum {
    MODE_AT = 0,
    OWNER_AT = 2,
    SIZE_AT = 4,
    ACCESSED_AT = 8,
    CHANGED_AT = 12,
    MODIFIED_AT = 16,
    GROUP_AT = 24,
    LINKS_AT = 26,
    BLOCKS_AT = 28,
    FLAGS_AT = 32,
    UPPER_SIZE_AT = 108,
    UPPER_BLOCKS_AT = 116,
    UPPER_OWNER_AT = 120,
    UPPER_GROUP_AT = 122,
    EXTRA_SIZE_AT = 128,
    CHANGED_EXTRA_AT = 132,
    MODIFIED_EXTRA_AT = 136,
    ACCESSED_EXTRA_AT = 140,
    LEAST_INODE = 160,
    LEAST_EXTRA = 16,
};

/* Its blocks are counted otherwise, or its content is beside it. */
enum { COUNTS_LARGE_BLOCKS = 0x40000, HAS_INLINE_DATA = 0x10000000 };

/* As much as is read of a table at once, and of how many places in it we keep that. */
enum { PIECE = 1 << 16, PIECES = 64 };

struct inodes {
    int device;
    uint32_t count;
    uint32_t per_group;
    uint32_t size;
    uint32_t groups;
    uint64_t block;
    uint64_t *tables; /* of each group, in bytes of the device */
    uint64_t at[PIECES]; /* 0 for none: the superblock is there */
    uint8_t pieces[PIECES][PIECE];
};

static bool read_whole(int device, uint8_t *into, size_t length, uint64_t offset) {
    while (length > 0) {
        ssize_t count = pread(device, into, length, (off_t)offset);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        into += count;
        length -= (size_t)count;
        offset += (uint64_t)count;
    }
    return true;
}

/* The disk that the directory's file system is on. */
static int open_device(int directory) {
    struct statfs system;
    struct stat stat;
    if (fstatfs(directory, &system) != 0 || system.f_type != EXT4_SUPER_MAGIC || fstat(directory, &stat) != 0) return -1;
    char path[64], name[64] = "/dev/";
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u", major(stat.st_dev), minor(stat.st_dev));
    char target[256];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0) return -1;
    target[length] = 0;
    const char *last = strrchr(target, '/');
    if (last == NULL || strlen(last) > sizeof name - sizeof "/dev/") return -1;
    strcat(name, last + 1);
    int device = open(name, O_RDONLY | O_CLOEXEC);
    struct stat found;
    if (device >= 0 && (fstat(device, &found) != 0 || !S_ISBLK(found.st_mode) || found.st_rdev != stat.st_dev)) {
        close(device);
        return -1;
    }
    return device;
}

static bool read_tables(struct inodes *inodes, uint64_t descriptors, uint32_t descriptor_size) {
    size_t length = (size_t)inodes->groups * descriptor_size;
    uint8_t *all = malloc(length);
    inodes->tables = malloc(inodes->groups * sizeof *inodes->tables);
    bool read = all != NULL && inodes->tables != NULL && read_whole(inodes->device, all, length, descriptors);
    for (uint32_t group = 0; read && group < inodes->groups; group++) {
        const uint8_t *descriptor = all + (size_t)group * descriptor_size;
        uint64_t table = get_u32(descriptor + TABLE_AT);
        if (descriptor_size >= WIDE_DESCRIPTOR) table |= (uint64_t)get_u32(descriptor + UPPER_TABLE_AT) << 32;
        inodes->tables[group] = table * inodes->block;
    }
    free(all);
    return read;
}

static bool read_geometry(struct inodes *inodes) {
    uint8_t superblock[1024];
    if (!read_whole(inodes->device, superblock, sizeof superblock, SUPERBLOCK)) return false;
    uint32_t incompatible = get_u32(superblock + INCOMPATIBLE_AT), shift = get_u32(superblock + BLOCK_SIZE_AT);
    if (get_u16(superblock + MAGIC_AT) != EXT4_SUPER_MAGIC || (incompatible & ~(uint32_t)(KNOWN | WIDE)) != 0 || shift > 6) return false;
    inodes->block = UINT64_C(1024) << shift;
    inodes->count = get_u32(superblock + INODES_AT);
    inodes->per_group = get_u32(superblock + GROUP_INODES_AT);
    inodes->size = get_u16(superblock + INODE_SIZE_AT);
    bool wide = (incompatible & WIDE) != 0;
    uint32_t descriptor_size = wide ? get_u16(superblock + DESCRIPTOR_SIZE_AT) : DESCRIPTOR;
    if (inodes->count == 0 || inodes->per_group == 0 || inodes->size < LEAST_INODE || PIECE % inodes->size != 0
        || (wide && descriptor_size < WIDE_DESCRIPTOR)) {
        return false;
    }
    inodes->groups = (inodes->count - 1) / inodes->per_group + 1;
    /* All descriptors follow the first superblock, in the block behind its own: of those that lie apart (meta_bg) we know nothing. */
    return read_tables(inodes, (SUPERBLOCK / inodes->block + 1) * inodes->block, descriptor_size);
}

/* Null when it cannot be read; the kernel will say why. */
static const uint8_t *find(struct inodes *inodes, uint64_t inode) {
    if (inode == 0 || inode > inodes->count) return NULL;
    uint64_t index = inode - 1, group = index / inodes->per_group;
    if (inodes->tables[group] == 0) return NULL;
    uint64_t within = index % inodes->per_group * inodes->size;
    uint64_t at = inodes->tables[group] + within / PIECE * PIECE;
    size_t piece = at / PIECE % PIECES;
    if (inodes->at[piece] != at) {
        uint64_t end = inodes->tables[group] + (uint64_t)inodes->per_group * inodes->size;
        size_t length = end - at < PIECE ? (size_t)(end - at) : PIECE;
        inodes->at[piece] = 0;
        if (!read_whole(inodes->device, inodes->pieces[piece], length, at)) return NULL;
        inodes->at[piece] = at;
    }
    return inodes->pieces[piece] + within % PIECE;
}

static void read_time(const uint8_t *inode, int at, int extra_at, struct statx_timestamp *into) {
    uint32_t extra = get_u32(inode + extra_at);
    into->tv_sec = (int32_t)get_u32(inode + at) + ((int64_t)(extra & 3) << 32);
    into->tv_nsec = extra >> 2;
}

static bool read_inode(const uint8_t *inode, struct statx *into) {
    uint32_t flags = get_u32(inode + FLAGS_AT);
    if ((flags & (COUNTS_LARGE_BLOCKS | HAS_INLINE_DATA)) != 0 || get_u16(inode + EXTRA_SIZE_AT) < LEAST_EXTRA) return false;
    into->stx_mode = get_u16(inode + MODE_AT);
    into->stx_uid = get_u16(inode + OWNER_AT) | (uint32_t)get_u16(inode + UPPER_OWNER_AT) << 16;
    into->stx_gid = get_u16(inode + GROUP_AT) | (uint32_t)get_u16(inode + UPPER_GROUP_AT) << 16;
    into->stx_nlink = get_u16(inode + LINKS_AT);
    into->stx_size = get_u32(inode + SIZE_AT) | (uint64_t)get_u32(inode + UPPER_SIZE_AT) << 32;
    into->stx_blocks = get_u32(inode + BLOCKS_AT) | (uint64_t)get_u16(inode + UPPER_BLOCKS_AT) << 32;
    read_time(inode, ACCESSED_AT, ACCESSED_EXTRA_AT, &into->stx_atime);
    read_time(inode, CHANGED_AT, CHANGED_EXTRA_AT, &into->stx_ctime);
    read_time(inode, MODIFIED_AT, MODIFIED_EXTRA_AT, &into->stx_mtime);
    return true;
}

static bool is_same_time(const struct statx_timestamp *one, const struct statx_timestamp *other) {
    return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

/* Whether the tables say of the directory what the kernel does, which may show owners otherwise. */
static bool is_as_seen(struct inodes *inodes, int directory) {
    struct statx seen, told;
    if (statx(directory, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &seen) != 0) return false;
    const uint8_t *found = find(inodes, seen.stx_ino);
    return found != NULL && read_inode(found, &told) && told.stx_mode == seen.stx_mode && told.stx_uid == seen.stx_uid
        && told.stx_gid == seen.stx_gid && told.stx_size == seen.stx_size && is_same_time(&told.stx_ctime, &seen.stx_ctime)
        && is_same_time(&told.stx_mtime, &seen.stx_mtime);
}

struct inodes *inodes_open(int directory) {
    int device = open_device(directory);
    if (device < 0) return NULL;
    struct inodes *inodes = calloc(1, sizeof *inodes);
    if (inodes == NULL) {
        close(device);
        return NULL;
    }
    inodes->device = device;
    if (read_geometry(inodes) && is_as_seen(inodes, directory)) return inodes;
    inodes_close(inodes);
    return NULL;
}

bool inodes_find(struct inodes *inodes, uint64_t inode, struct statx *into) {
    const uint8_t *found = find(inodes, inode);
    if (found == NULL || !S_ISREG(get_u16(found + MODE_AT)) || get_u16(found + LINKS_AT) == 0) return false;
    into->stx_ino = inode;
    into->stx_rdev_major = into->stx_rdev_minor = 0;
    return read_inode(found, into);
}

void inodes_close(struct inodes *inodes) {
    if (inodes == NULL) return;
    close(inodes->device);
    free(inodes->tables);
    free(inodes);
}
