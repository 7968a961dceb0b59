/* The service's own children of this process: whoever forks one that serves the agent says so here. */
#ifndef ELEVO_SERVICES_H
#define ELEVO_SERVICES_H

#include <stdbool.h>
#include <sys/types.h>

/* False when there is no room to remember it: then it must not begin. */
bool service_began(pid_t pid);
void service_ended(pid_t pid);
bool service_is(pid_t pid);

#endif
