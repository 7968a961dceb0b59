/* The part outside the sandbox: prepares what the runtime's own start can't, then becomes the runtime. */
#ifndef ELEVO_LAUNCH_H
#define ELEVO_LAUNCH_H

/* SOCKET [options] -- COMMAND…; returns only when it failed, with the exit status. */
int launch(int count, char **arguments);

#endif
