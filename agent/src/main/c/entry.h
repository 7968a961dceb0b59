/* What is told of a file. */
#ifndef ELEVO_ENTRY_H
#define ELEVO_ENTRY_H

#include "talk.h"

/* Of the name in the directory; the path is how the agent calls it. 0 or the errno, and nothing said. */
int entry_say(struct talk *talk, int directory, const char *name, int flags, const char *path);
/* As before; tells whether it is a directory. */
int entry_say_listed(struct talk *talk, int directory, const char *name, const char *path, bool *is_directory);
/* Names of users and groups are remembered for one request. */
void entry_forget_names(void);

#endif
