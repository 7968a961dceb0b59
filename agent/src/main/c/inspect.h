/* What /proc says of one process, as seen inside. */
#ifndef ELEVO_INSPECT_H
#define ELEVO_INSPECT_H

#include <stdint.h>

struct connection;

void inspect(struct connection *connection, uint32_t pid);

#endif
