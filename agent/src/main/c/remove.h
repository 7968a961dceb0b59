#ifndef ELEVO_REMOVE_H
#define ELEVO_REMOVE_H

/* A file, a link, or a directory with all that is in it, however deep; 0, or the errno of the first that would not go. */
int remove_tree(int directory, const char *name);

#endif
