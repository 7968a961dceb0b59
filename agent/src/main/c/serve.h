/*
 * Servers: children of the helper that work for the agent inside the sandbox, as one of its users. A server takes over the agent's
 * connection and ends with it. Whatever it touches it touches as that user and in the sandbox's own view of the file system, so
 * the kernel decides what may be done, and no path leads out.
 */
#ifndef ELEVO_SERVE_H
#define ELEVO_SERVE_H

#include <stdint.h>

struct connection;

enum role {
    ROLE_FILES = 'f',  /* files.h */
    ROLE_SEARCH = 's', /* search.h */
    ROLE_WATCH = 'w',  /* watch.h */
};

/* Takes the connection over, unless it is refused. */
void serve(struct connection *connection, uint8_t role, const char *user);
/* Where we are not pid 1, whose signals reach everything. */
void servers_signal(int signal);

#endif
