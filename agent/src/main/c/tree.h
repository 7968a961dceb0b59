/* All processes inside, also those the agent did not start. */
#ifndef ELEVO_TREE_H
#define ELEVO_TREE_H

#include <sys/types.h>

struct connection;

/* Answers with every process there is and its parent. */
void tree(struct connection *connection);
/* Signals the group of any process below us that is not the service's own. */
void tree_signal(struct connection *connection, pid_t pid, int signal);

#endif
