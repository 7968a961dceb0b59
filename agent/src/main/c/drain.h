/* Pipes of daemons that outlived the process they came from: read and thrown away. */
#ifndef ELEVO_DRAIN_H
#define ELEVO_DRAIN_H

#include "loop.h"

/* Takes over the descriptor of the watch, if it is open. */
void drain(struct watch *pipe);

#endif
