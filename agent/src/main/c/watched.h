/* The directories that are watched, each with the kernel's number for it, as the tree they are. */
#ifndef ELEVO_WATCHED_H
#define ELEVO_WATCHED_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct node {
    struct node *parent, *child, *next, **link; /* the root has no parent */
    struct node *chain;
    int wd; /* -1: not watched yet */
    unsigned round;
    char *name;
};

struct watched {
    struct node *root;
    struct node **table;
    size_t count, room;
};

void watched_open(struct watched *watched);
void watched_close(struct watched *watched);
struct node *watched_add(struct watched *watched, struct node *parent, const char *name);
/* Gives it its number. */
void watched_number(struct watched *watched, struct node *node, int wd);
/* Gives it another. */
void watched_renumber(struct watched *watched, struct node *node, int wd);
struct node *watched_find(const struct watched *watched, int wd);
struct node *watched_child(struct node *parent, const char *name);
void watched_move(struct node *node, struct node *parent, const char *name);
/* Takes one out that has nothing below it. */
void watched_remove(struct watched *watched, struct node *node);
/* The first of those below that has nothing below itself; or the node. */
struct node *watched_leaf(struct node *node);
/* The path below the root, and of a name in it unless that is NULL; false when it is longer than any path. */
bool watched_path(const struct node *node, const char *name, char path[PATH_MAX]);

#endif
