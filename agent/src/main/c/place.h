/* Where a name is: the directory, held open, and the name in it. */
#ifndef ELEVO_PLACE_H
#define ELEVO_PLACE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct place {
    int directory; /* -1: none */
    char name[NAME_MAX + 1];
    /* Directories that were made for it: of this path, those beyond so many bytes. */
    char *parent;
    size_t made_from;
};

/* These return 0 or the errno. The last component is not followed. */
int place_open(const char *path, bool make_parents, struct place *place);
/* To where the links lead that the name may be. */
int place_follow(struct place *place);
void place_close(struct place *place);
/* Removes the directories that were made, as far as they are empty. */
void place_undo(struct place *place);

#endif
