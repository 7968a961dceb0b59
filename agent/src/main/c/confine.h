/*
 * A wall of users, for where the sandbox is a whole machine and the agent is in it: who is inside is one user without any rights, and
 * stays that.
 */
#ifndef ELEVO_CONFINE_H
#define ELEVO_CONFINE_H

/* From here on this process, and all that comes of it, can gain no rights, and has of root's only what the helper needs. */
int confine(const char *most_processes);

/*
 * The command sees its own processes only and is the first of them; it ends with us. Returns in the child, where the kernel lets us; -1
 * where not.
 */
int confine_processes(void);

/* Ends everything that the user runs, all at once, so that nothing can fork away from it. */
int confine_end(const char *user);

#endif
