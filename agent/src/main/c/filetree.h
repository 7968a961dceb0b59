/* What is done to whole trees. Links are never followed inside, and who exchanges a name meanwhile leads nobody astray. */
#ifndef ELEVO_FILETREE_H
#define ELEVO_FILETREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Below the root, through no link; -1 with errno. */
int open_beneath(int root, const char *path, int flags);

/* 0 or the errno of the first that failed; what could be done is done. However deep the tree is. */
int tree_delete(const char *path, bool recursive);

struct change {
    uint32_t mode;
    bool keeps_mode;
    uid_t uid; /* -1: stays */
    gid_t gid;
};

/* Of what the path leads to. In a tree, links keep their mode, which they have none of. */
int tree_change(const char *path, bool recursive, const struct change *change);

struct transfer_failure {
    int error;
    bool at_target;
};

/* All of it appears, or nothing. */
void tree_copy(uint8_t flags, const char *from, const char *to, const char *temporary, struct transfer_failure *failure);
void tree_move(uint8_t flags, const char *from, const char *to, const char *temporary, struct transfer_failure *failure);

#endif
