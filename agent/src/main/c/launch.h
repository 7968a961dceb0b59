/* The part outside the sandbox: prepares what the runtime's own start can't, then becomes the runtime. */
#ifndef ELEVO_LAUNCH_H
#define ELEVO_LAUNCH_H

/* SOCKET [options] -- COMMAND…; returns only when it failed, with the exit status. */
int launch(int count, char **arguments);

/* [options] -- COMMAND…; the same without a socket. */
int launch_plain(int count, char **arguments);

/* Says that it is there, and is until its input ends: so it goes with whoever started it, also if he is killed. */
int launch_wait(void);

#endif
