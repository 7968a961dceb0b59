/* Carries bytes between a connection of the agent and a port inside, for previews: no network needed, no namespace entered. */
#ifndef ELEVO_RELAY_H
#define ELEVO_RELAY_H

#include <stdint.h>

struct connection;

/* Takes the connection over; the answer, DONE or FAILED, comes first on it. */
void relay(struct connection *connection, uint16_t port);

#endif
