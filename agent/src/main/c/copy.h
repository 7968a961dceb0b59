#ifndef ELEVO_COPY_H
#define ELEVO_COPY_H

#include <stdbool.h>

/*
 * Anything, to a name that is not taken; 0 or the errno, and then a part of it may be there. Links are copied as links, holes as
 * holes. With attributes also times and mode, and the owner where we may say so.
 */
int copy_tree(int from_directory, const char *from, int to_directory, const char *to, bool attributes);

#endif
