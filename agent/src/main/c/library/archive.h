/*
 * The library that the agent loads for snapshots: walks a tree and builds one, by descriptors and without following a link, and hashes.
 * Whoever filled the tree chose every name in it. All results below zero are errno, negated. A walk and a build are for one thread each.
 */
#ifndef ELEVO_ARCHIVE_H
#define ELEVO_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

enum event { EVENT_END = 0, EVENT_ENTER = 1, EVENT_LEAVE = 2, EVENT_LEAF = 3 };

enum { MOST_DEPTH = 1024, MOST_NAME = 255, MOST_TARGET = 4096 };

/* As the agent reads and writes it (Entry.java): the name and what a symbolic link leads to follow. */
struct entry {
    uint32_t event;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint64_t size;
    int64_t modified;
    int64_t accessed;
    int64_t changed;
    uint32_t modified_nanos;
    uint32_t accessed_nanos;
    uint32_t changed_nanos;
    uint32_t links;
    uint64_t inode;
    uint64_t blocks;
    uint32_t major;
    uint32_t minor;
    uint32_t name_length;
    uint32_t target_length;
};

struct walk;
struct build;

/* Still is what nobody changes, and has not since it was written to its disk. */
struct walk *archive_walk(const char *root, int32_t is_still, int *error);
/* Returns the length of what it wrote. A directory is entered by the next call, unless it is skipped. */
int64_t archive_next(struct walk *walk, uint8_t *into, uint64_t room);
void archive_skip(struct walk *walk);
/* Of what the last call met: pairs of lengths, name and value. */
int64_t archive_attributes(struct walk *walk, uint8_t *into, uint64_t room);
/* A descriptor of the file that the last call met, for whoever closes it, and for any thread. */
int32_t archive_open(const struct walk *walk);
void archive_walk_close(struct walk *walk);

/*
 * Looks at all that is beneath a directory until it is told that it is over: of the copy of a disk nothing is in memory, and who walks
 * through it waits for each inode. It begins at the last one, so that it meets the walk in the middle and does not go beside it. Where
 * files are not wanted because nobody opens them, only at directories, if a walk over what is still finds the files in a table.
 */
void archive_look(const char *root, int32_t wants_files, const int32_t *is_over);

/* How much is data and not hole from the first place on where there is some, which is told; 0 when there is none any more. */
int64_t archive_stretch(int32_t file, uint64_t from, uint64_t size, uint64_t *offset);
/* Says that it will be read soon. */
void archive_ahead(int32_t file, uint64_t offset, uint64_t length);
int32_t archive_fill(int32_t file, uint8_t *into, uint64_t length, uint64_t offset);
void archive_close(int32_t file);

struct build *archive_build(const char *root, int *error);
int32_t archive_enter(struct build *build, const uint8_t *name, uint32_t length);
int32_t archive_leave(struct build *build, const struct entry *entry, const uint8_t *attributes, uint64_t length);
int32_t archive_file(struct build *build, const uint8_t *name, uint32_t length);
int32_t archive_write(struct build *build, const uint8_t *from, uint64_t length, uint64_t offset);
int32_t archive_finish(struct build *build, const struct entry *entry, const uint8_t *attributes, uint64_t length);
/* Neither file nor directory. */
int32_t archive_make(struct build *build, const struct entry *entry, const uint8_t *attributes, uint64_t length);
/* Another name of what is at the path beneath the root. */
int32_t archive_link(struct build *build, const uint8_t *name, uint32_t length, const uint8_t *path, uint32_t path_length);
/* All that was made is on its disk. */
int32_t archive_sync(struct build *build);
void archive_build_close(struct build *build);

/* SHA-256, of something that comes piece by piece or is there as a whole. */
struct hash {
    uint32_t state[8];
    uint64_t length;
    uint8_t rest[64];
};

void archive_hash_begin(struct hash *hash);
void archive_hash_add(struct hash *hash, const uint8_t *data, uint64_t length);
void archive_hash_end(struct hash *hash, uint8_t *digest);
void archive_sha256(const uint8_t *data, uint64_t length, uint8_t *digest);

#endif
