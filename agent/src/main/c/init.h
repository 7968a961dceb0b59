/* The resident part: pid 1 of a sandbox. */
#ifndef ELEVO_INIT_H
#define ELEVO_INIT_H

/* Serves the agent on a listening socket until it is killed. */
_Noreturn void init_run(int listening_socket);

#endif
